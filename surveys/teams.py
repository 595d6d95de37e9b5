"""The team of a study: who is on it, in which role. There is always an owner."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import access, audit, studies
from surveys.access import Account
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.permissions import Role
from surveys.studies import Membership, Study

LAST_OWNER = "A study needs an owner. Make somebody else one first."
THERE_ALREADY = "{email} is on the team already."
CHOOSE_ROLE = "Choose what this person may do."


@dataclass(frozen=True)
class Member:
    """An account on a team, and its role."""

    account: Account
    role: Role


@dataclass(frozen=True)
class NewMember:
    """Somebody to be put on a team, as it was typed."""

    email: str
    name: str
    role: str


def role_of(session: Session, study: Study, account: Account) -> Role:
    """The role of an account on this study's team; whoever is not on it does not know of it."""
    found = session.get(Membership, (study.team_id, account.id))
    if found is None:
        raise NotFound("There is no such study here.")
    return Role(found.role)


def list_members(session: Session, study: Study) -> list[Member]:
    """The team, the most trusted first and then by address."""
    rows = session.execute(
        select(Account, Membership.role)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.study_id == study.team_id)
        .order_by(Account.email)
    )
    return sorted((Member(account, Role(role)) for account, role in rows), key=lambda one: -one.role.most)


def invite(session: Session, study: Study, new: NewMember, *, by: str, now: datetime) -> Account:
    """Put somebody on the team, with a new account where there is none: it signs in by a mailed link."""
    studies.check_is_no_pilot(study, studies.HAS_TEAM)
    chosen = _role(new.role)
    account = access.find_account(session, new.email)
    if account is None:
        account = access.create_account(session, new.email, new.name, None, now=now)
    if session.get(Membership, (study.id, account.id)) is not None:
        raise InvalidInput(THERE_ALREADY.format(email=account.email), "email")
    session.add(Membership(study_id=study.id, account_id=account.id, role=chosen))
    audit.note(session, study.id, "member added", by=by, now=now, account=account.email, role=chosen)
    session.flush()
    return account


def change(session: Session, study: Study, account_id: int, role: str, *, by: str, now: datetime) -> None:
    """Give a member another role."""
    membership, chosen = _membership(session, study, account_id), _role(role)
    if membership.role == chosen:
        return
    _check_owner_stays(session, study, membership)
    membership.role = chosen
    email = session.get_one(Account, account_id).email
    audit.note(session, study.id, "member’s role changed", by=by, now=now, account=email, role=chosen)
    session.flush()


def remove(session: Session, study: Study, account_id: int, *, by: str, now: datetime) -> Account:
    """Take a member off the team; the account stays, with its other studies."""
    membership = _membership(session, study, account_id)
    _check_owner_stays(session, study, membership)
    session.delete(membership)
    account = session.get_one(Account, account_id)
    audit.note(session, study.id, "member removed", by=by, now=now, account=account.email)
    session.flush()
    return account


def _membership(session: Session, study: Study, account_id: int) -> Membership:
    studies.check_is_no_pilot(study, studies.HAS_TEAM)
    # All owners are held, so that two of them cannot leave at once.
    owners = select(Membership).where(Membership.study_id == study.id, Membership.role == Role.OWNER)
    session.scalars(owners.order_by(Membership.account_id).with_for_update()).all()
    found = session.get(Membership, (study.id, account_id))
    if found is None:
        raise NotFound("There is no such member on this study’s team.")
    return found


def _check_owner_stays(session: Session, study: Study, membership: Membership) -> None:
    own = (Membership.study_id == study.id, Membership.role == Role.OWNER)
    owners = session.scalar(select(func.count()).select_from(Membership).where(*own))
    if membership.role == Role.OWNER and owners == 1:
        raise NotNow(LAST_OWNER)


def _role(typed: str) -> Role:
    if typed not in set(Role):
        raise InvalidInput(CHOOSE_ROLE, "role")
    return Role(typed)
