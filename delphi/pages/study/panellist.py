"""One panellist: how far it has come, what it agreed to, and its personal link."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi import addresses
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date, date_and_time
from delphi.page import Form, Page
from delphi.pages.study import panellist_kept, panellist_letters, tabs
from delphi.pages.study.panellist_kept import Kept
from delphi.pages.study.panellist_letters import MARKS, Correspondence
from delphi.visits import Visit
from surveys import invitations, panels, ratings, rounds
from surveys.errors import InvalidInput
from surveys.letters import readdressing, stops
from surveys.letters.stops import StopKind
from surveys.panels import Consent, ConsentKind, Panellist
from surveys.permissions import Power
from surveys.studies import Study
from surveys.translations import languages
from surveys.translations.languages import FIRST

CONSENTS = {
    ConsentKind.TAKE_PART: "To take part",
    ConsentKind.SHOW_COMMENTS: "To have comments shown",
    ConsentKind.QUOTE: "To be quoted",
}
SAY_WHY = "Say why no mail is to go there."


@dataclass(frozen=True, kw_only=True)
class PanellistPage(Page):
    """One panellist. `link` is there only in the answer to the button that asks for it."""

    template: ClassVar[str] = "pages/study/panellist.html"
    home: str
    address: str
    code: str
    panel: str
    name: str
    email: str
    added: str
    withdrawn: str
    language: str
    kept: Kept
    consents: tuple[tuple[str, str], ...]
    rounds: tuple[tuple[str, str], ...]
    mail: Correspondence
    marks: tuple[tuple[str, str, str], ...]
    typed_email: str
    is_revoked: bool
    link: str = ""


def panellist_page(visit: Visit, key: str, panellist_id: int, link: str = "") -> PanellistPage:
    """One panellist of this study."""
    study = tabs.study_of(visit, key)
    panellist = panels.get_panellist(visit.session, study, panellist_id)
    person, zone = panellist.person, visit.zone
    return PanellistPage(
        title=f"Panellist {panellist.code}",
        frame=tabs.frame(visit, study, "/panels"),
        home=tabs.address(study),
        address=page_address(study, panellist),
        code=panellist.code,
        panel=panellist.panel.name,
        name=person.name if person else "",
        email=person.email if person else "",
        added=date(panellist.added_at, zone),
        withdrawn=date(panellist.withdrawn_at, zone) if panellist.withdrawn_at else "",
        language=person.language if person else "",
        kept=panellist_kept.of(visit, study, panellist),
        consents=_consents(visit, panellist),
        rounds=_rounds(visit, study, panellist),
        mail=panellist_letters.of(visit, panellist),
        marks=tuple((kind, words, "") for kind, words in MARKS),
        typed_email=visit.typed("email", person.email if person else ""),
        is_revoked=invitations.has_revoked_link(visit.session, panellist),
        link=link,
    )


class PanellistPages(Controller):
    """One panellist and its link."""

    path = "/studies/{key:str}/panels/{panellist_id:int}"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def panellist(self, visit: Visit, key: FromPath[str], panellist_id: FromPath[int]) -> PanellistPage:
        return panellist_page(visit, key, panellist_id)

    # The link is shown in the answer itself: no address of a page holds it, and each showing is in the trail.
    @post("/link", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panellist_page)
    def link(self, visit: Visit, key: FromPath[str], panellist_id: FromPath[int]) -> PanellistPage:
        study, panellist = found(visit, key, panellist_id)
        given = invitations.hand_out(
            visit.session, visit.key, study, panellist, by=visit.account.email, now=visit.now
        )
        return panellist_page(visit, key, panellist_id, addresses.personal_link(visit.settings, given.token))

    @post("/link/new", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panellist_page)
    def renew(self, visit: Visit, key: FromPath[str], panellist_id: FromPath[int]) -> Response[Any]:
        study, panellist = found(visit, key, panellist_id)
        invitations.renew_link(
            visit.session, visit.key, study, panellist, by=visit.account.email, now=visit.now
        )
        return visit.go(page_address(study, panellist), "There is a new link. The old one opens nothing now.")

    @post("/link/revoke", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panellist_page)
    def revoke(self, visit: Visit, key: FromPath[str], panellist_id: FromPath[int]) -> Response[Any]:
        study, panellist = found(visit, key, panellist_id)
        invitations.revoke_link(visit.session, study, panellist, by=visit.account.email, now=visit.now)
        return visit.go(page_address(study, panellist), "The link is revoked. It opens nothing now.")

    @post("/address", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panellist_page)
    def readdress(
        self, visit: Visit, form: Form, key: FromPath[str], panellist_id: FromPath[int]
    ) -> Response[Any]:
        study, panellist = found(visit, key, panellist_id)
        email, by = str(form.get("email", "")).strip(), visit.account.email
        readdressing.readdress(visit.session, study, panellist, email, by=by, now=visit.now)
        return visit.go(f"{page_address(study, panellist)}#mail", "The address is saved.")

    @post("/mail", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panellist_page)
    def mark(
        self, visit: Visit, form: Form, key: FromPath[str], panellist_id: FromPath[int]
    ) -> Response[Any]:
        study, panellist = found(visit, key, panellist_id)
        by, why = visit.account.email, str(form.get("why", ""))
        if why not in tuple(StopKind):
            raise InvalidInput(SAY_WHY, "why")
        stops.mark(visit.session, panellist, StopKind(why), by=by, now=visit.now)
        return visit.go(f"{page_address(study, panellist)}#mail", "No mail goes to this address any more.")

    @post("/mail/again", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=panellist_page)
    def take_back(self, visit: Visit, key: FromPath[str], panellist_id: FromPath[int]) -> Response[Any]:
        study, panellist = found(visit, key, panellist_id)
        stops.take_back(visit.session, panellist, by=visit.account.email, now=visit.now)
        return visit.go(f"{page_address(study, panellist)}#mail", "Mail goes to this address again.")


def found(visit: Visit, key: str, panellist_id: int) -> tuple[Study, Panellist]:
    """The study, and its panellist with this number."""
    study = tabs.study_of(visit, key)
    return study, panels.get_panellist(visit.session, study, panellist_id)


def page_address(study: Study, panellist: Panellist) -> str:
    """Where the page of this panellist is."""
    return f"{tabs.address(study)}/panels/{panellist.id}"


def _consents(visit: Visit, panellist: Panellist) -> tuple[tuple[str, str], ...]:
    known = panels.consents(visit.session, panellist)
    return tuple((words, _consent(visit, known.get(kind))) for kind, words in CONSENTS.items())


def _consent(visit: Visit, consent: Consent | None) -> str:
    if consent is None:
        return "Not asked yet"
    answer = "Yes" if consent.is_given else "No"
    when = date_and_time(consent.at, visit.zone)
    read = "" if consent.language == FIRST else f", read in {languages.name(consent.language)}"
    return f"{answer}, {when}, to version {consent.sheet_version} of the information sheet{read}"


def _rounds(visit: Visit, study: Study, panellist: Panellist) -> tuple[tuple[str, str], ...]:
    """How many answers were given in each round that has begun."""
    told = []
    for round_ in rounds.list_rounds(visit.session, study):
        if round_.opened_at is not None:
            given = ratings.progress(visit.session, round_).get(panellist.id, 0)
            asked = len(round_.items) * len(study.criteria)
            told.append((f"Round {round_.number}", f"{given} of {asked} answers"))
    return tuple(told)
