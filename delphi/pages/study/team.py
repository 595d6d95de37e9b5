"""The team of a study: who is on it, what each may do, and who is new."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import mail
from delphi.auth import Access
from delphi.db import transaction
from delphi.page import Form, Page
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import permissions, teams
from surveys.errors import InvalidInput
from surveys.permissions import Power, Role
from surveys.studies import Study
from surveys.teams import Member, NewMember

_ALL_BELOW = ", and all that those below may"
ROLES = {
    role: f"May {permissions.WHAT[role.most]}{_ALL_BELOW if role.most > Power.LOOK else ''}."
    for role in reversed(Role)
}
INVITED = "{email} is on the team. A letter tells how to sign in."
IN_DEMO = "{email} is on the team. This demonstration sends no mail."
TICK_FIRST = "Tick the box to say that this is whom you mean."


@dataclass(frozen=True)
class MemberRow:
    """A member. `address` is where the forms about it go, empty for whoever may not use them."""

    name: str
    email: str
    role: str
    is_self: bool
    address: str
    sure: str  # the name of the box that is ticked before it is removed


@dataclass(frozen=True, kw_only=True)
class TeamPage(Page):
    """The team, and the form for somebody new; `roles` are triples of value, name and what it may."""

    template: ClassVar[str] = "pages/study/team.html"
    address: str
    members: tuple[MemberRow, ...]
    roles: tuple[tuple[str, str, str], ...]
    leads: bool
    email: str
    name: str
    role: str


def team_page(visit: Visit, key: str, account_id: int = 0) -> TeamPage:
    """The team, with what was typed; `account_id` is the member whose change was refused."""
    study = tabs.study_of(visit, key)
    leads = tabs.may(visit, study, Power.LEAD)
    return TeamPage(
        title="Team",
        frame=tabs.frame(visit, study, "/team"),
        address=_address(study),
        members=tuple(
            _row(visit, study, one, leads=leads) for one in teams.list_members(visit.session, study)
        ),
        roles=tuple((role.value, role.capitalize(), what) for role, what in ROLES.items()),
        leads=leads,
        email=visit.typed("email"),
        name=visit.typed("name"),
        role="" if account_id else visit.typed("role", Role.RESEARCHER),
    )


class TeamPages(Controller):
    """Who works on the study."""

    path = "/studies/{key:str}/team"

    @get("/", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str]) -> TeamPage:
        return team_page(visit, key)

    @post("/", access=Access.RESEARCHER, power=Power.LEAD, sync_to_thread=True)
    @transaction(again=team_page)
    def invite(self, visit: Visit, form: Form, key: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        new = NewMember(*(str(form.get(field, "")) for field in ("email", "name", "role")))
        account = teams.invite(visit.session, study, new, by=visit.account.email, now=visit.now)
        mail.queue_team_letter(visit.session, visit.settings, account, study.title, new.role, now=visit.now)
        said = IN_DEMO if visit.settings.is_demo else INVITED
        return visit.go(_address(study), said.format(email=account.email))

    @post("/{account_id:int}", access=Access.RESEARCHER, power=Power.LEAD, sync_to_thread=True)
    @transaction(again=team_page)
    def change(
        self, visit: Visit, form: Form, key: FromPath[str], account_id: FromPath[int]
    ) -> Response[Any]:
        study, role = tabs.study_of(visit, key), str(form.get("role", ""))
        teams.change(visit.session, study, account_id, role, by=visit.account.email, now=visit.now)
        return visit.go(_address(study), "The role is changed.")

    @post("/{account_id:int}/remove", access=Access.RESEARCHER, power=Power.LEAD, sync_to_thread=True)
    @transaction(again=team_page)
    def remove(
        self, visit: Visit, form: Form, key: FromPath[str], account_id: FromPath[int]
    ) -> Response[Any]:
        study = tabs.study_of(visit, key)
        if form.get(_sure(account_id)) != "yes":
            raise InvalidInput(TICK_FIRST, _sure(account_id))
        went = teams.remove(visit.session, study, account_id, by=visit.account.email, now=visit.now)
        if went.id == visit.account.id:
            return visit.go("/studies", f"You are no longer on the team of “{study.title}”.")
        return visit.go(_address(study), f"{went.name} is no longer on the team.")


def _row(visit: Visit, study: Study, member: Member, *, leads: bool) -> MemberRow:
    return MemberRow(
        name=member.account.name,
        email=member.account.email,
        role=member.role,
        is_self=member.account.id == visit.account.id,
        address=f"{_address(study)}/{member.account.id}" if leads else "",
        sure=_sure(member.account.id),
    )


def _sure(account_id: int) -> str:
    return f"sure-{account_id}"


def _address(study: Study) -> str:
    return f"{tabs.address(study)}/team"
