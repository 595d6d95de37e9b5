"""Invitations: who is on a panel, and the link that each was given. Every handing out is in the trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import access, audit, panels, studies
from surveys.access import Key, PersonalLink
from surveys.errors import InvalidInput, NotNow
from surveys.exchange import panellist_files
from surveys.exchange.panellist_files import LONGEST, PanellistPlan, Progress
from surveys.panels import Panellist
from surveys.studies import Study

STUDY_ENDED = "This study has ended, so nobody can be invited any more."
WITHDRAWN = "This panellist has withdrawn from the study, so there is no link to give."
REVOKED = "This panellist’s link was revoked. Make a new one first."


@dataclass(frozen=True)
class HandedOut:
    """A panellist and what stands in the address of its link."""

    panellist: Panellist
    token: str


def invite(
    session: Session,
    study: Study,
    plans: Sequence[PanellistPlan],
    *,
    by: str,
    now: datetime,
    progress: Progress = panellist_files.nobody_asks,
) -> list[Panellist]:
    """Add these panellists to their panels."""
    studies.check_is_no_pilot(study, "Its test panellists were made with it, and nobody can be added.")
    if study.ended_at is not None:
        raise NotNow(STUDY_ENDED)
    added = panellist_files.add(session, study, plans, now=now, progress=progress)
    audit.note(session, study.id, "panellists added", by=by, now=now, count=len(added))
    return added


def invite_one(session: Session, study: Study, plan: PanellistPlan, *, by: str, now: datetime) -> Panellist:
    """Add one panellist, as it was typed."""
    _check_typed(session, study, plan)
    return invite(session, study, [plan], by=by, now=now)[0]


def hand_out(
    session: Session, key: Key, study: Study, panellist: Panellist, *, by: str, now: datetime
) -> HandedOut:
    """This panellist's link, made if there never was one."""
    if panellist.withdrawn_at is not None:
        raise NotNow(WITHDRAWN)
    links = _links(session, [panellist]).get(panellist.id, [])
    if (link := _usable(session, key, panellist, links, now)) is None:
        raise NotNow(REVOKED)
    audit.note(session, study.id, "personal link shown", by=by, now=now, panellist=panellist.code)
    session.flush()
    return HandedOut(panellist, access.personal_token(key, link))


def hand_out_all(session: Session, key: Key, study: Study, *, by: str, now: datetime) -> list[HandedOut]:
    """The link of everyone who has neither withdrawn nor had it revoked; made for those who never had one."""
    staying = [p for p in panels.list_panellists(session, study) if p.withdrawn_at is None]
    known = _links(session, staying)
    usable = [(p, _usable(session, key, p, known.get(p.id, []), now)) for p in staying]
    given = [HandedOut(p, access.personal_token(key, link)) for p, link in usable if link is not None]
    audit.note(session, study.id, "personal links downloaded", by=by, now=now, count=len(given))
    session.flush()
    return given


def find_token(session: Session, key: Key, panellist: Panellist, *, now: datetime) -> str | None:
    """What stands in the address of this panellist's link, made if there never was one; None if revoked."""
    links = _links(session, [panellist]).get(panellist.id, [])
    link = _usable(session, key, panellist, links, now)
    return None if link is None else access.personal_token(key, link)


def list_revoked(session: Session, study: Study) -> frozenset[int]:
    """The panellists (by id) who once had a link and have none now."""
    ever = select(PersonalLink.panellist_id).join(Panellist, Panellist.id == PersonalLink.panellist_id)
    of_study = ever.where(Panellist.study_id == study.id).group_by(PersonalLink.panellist_id)
    return frozenset(session.scalars(of_study.having(func.count() == func.count(PersonalLink.revoked_at))))


def renew_link(
    session: Session, key: Key, study: Study, panellist: Panellist, *, by: str, now: datetime
) -> None:
    """Give this panellist a new link; the old one, and every browser that it opened, is closed."""
    if panellist.withdrawn_at is not None:
        raise NotNow(WITHDRAWN)
    access.revoke_personal_links(session, panellist, now=now)
    access.create_personal_link(session, key, panellist, now=now)
    audit.note(session, study.id, "personal link renewed", by=by, now=now, panellist=panellist.code)
    session.flush()


def revoke_link(session: Session, study: Study, panellist: Panellist, *, by: str, now: datetime) -> None:
    """Close this panellist's link, and with it every browser that it opened."""
    access.revoke_personal_links(session, panellist, now=now)
    audit.note(session, study.id, "personal link revoked", by=by, now=now, panellist=panellist.code)
    session.flush()


def has_revoked_link(session: Session, panellist: Panellist) -> bool:
    """Whether this panellist once had a link and has none now."""
    links = _links(session, [panellist]).get(panellist.id, [])
    return bool(links) and all(link.revoked_at is not None for link in links)


def _links(session: Session, whose: Sequence[Panellist]) -> dict[int, list[PersonalLink]]:
    """Every link that these panellists ever had, oldest first."""
    ever = select(PersonalLink).where(PersonalLink.panellist_id.in_([p.id for p in whose]))
    by_id: dict[int, list[PersonalLink]] = {}
    for link in session.scalars(ever.order_by(PersonalLink.id)):
        by_id.setdefault(link.panellist_id, []).append(link)
    return by_id


def _usable(
    session: Session, key: Key, panellist: Panellist, links: Sequence[PersonalLink], now: datetime
) -> PersonalLink | None:
    if not links:
        return access.create_personal_link(session, key, panellist, now=now)
    return next((link for link in reversed(links) if link.revoked_at is None), None)


def _check_typed(session: Session, study: Study, plan: PanellistPlan) -> None:
    if plan.panel not in {panel.key for panel in study.panels}:
        raise InvalidInput("Choose a panel.", "panel")
    texts = {column: getattr(plan, column) for column in LONGEST}
    taken = panellist_files.taken(session, study)
    for column, sentence in (*panellist_files.text_faults(texts), *taken.faults(texts)):
        raise InvalidInput(sentence, column)
