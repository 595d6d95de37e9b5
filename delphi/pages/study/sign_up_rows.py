"""The links and the entries of the page Sign-ups, as rows."""

from dataclasses import dataclass

from delphi import addresses
from delphi.formats import date_and_time, plural
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import attributes
from surveys.panels import Panel
from surveys.sign_ups import forms, links
from surveys.sign_ups.entries import SignUp
from surveys.studies import Study


@dataclass(frozen=True)
class Door:
    """A panel's sign-up page: where it is, if it is open, and what it asks."""

    panel: str
    mark: int
    link: str
    link_id: str
    made_at: str
    form: str
    asks: str


@dataclass(frozen=True)
class EntryRow:
    """One entry, as the team reads it."""

    number: int
    address: str
    panel: str
    mark: int
    when: str
    name: str
    email: str
    status: str
    told: tuple[tuple[str, str], ...]
    signs: tuple[str, ...]
    decided: str
    reason: str
    typed_reason: str
    panellist: str
    code: str


def home(study: Study) -> str:
    """Where the page is."""
    return f"{tabs.address(study)}/sign-ups"


def door(visit: Visit, study: Study, panel: Panel) -> Door:
    """The sign-up page of this panel."""
    token = links.find_token(visit.session, visit.key, panel)
    asked = forms.questions(visit.session, panel)
    kept = [one.attribute for one in asked if one.attribute]
    count = len(asked) - len(kept)
    screening = plural(count, "screening question") if count else "no screening question yet"
    return Door(
        panel=panel.name,
        mark=panel.position + 1,
        link=addresses.front(visit.settings, f"/sign-up/{token}") if token else "",
        link_id=f"link-{panel.key}",
        made_at=f"{home(study)}/links/{panel.key}",
        form=f"{home(study)}/forms/{panel.key}",
        asks=f"{screening}{', and for: ' + ', '.join(kept) if kept else ''}",
    )


def entry(visit: Visit, study: Study, one: SignUp, found: tuple[str, ...]) -> EntryRow:
    """One entry, with the signs that were found on it."""
    zone, panellist = visit.zone, one.panellist
    person = panellist.person if panellist else None
    decided = f"{one.status.capitalize()} on {date_and_time(one.decided_at, zone)} by {one.decided_by}"
    return EntryRow(
        number=one.id,
        address=f"{home(study)}/entries/{one.id}",
        panel=one.panel.name,
        mark=one.panel.position + 1,
        when=date_and_time(one.at, zone),
        name=(person.name if person else one.name) or "No name is kept",
        email=(person.email if person else one.email) or "",
        status=one.status.value,
        told=_told(one),
        signs=found,
        decided=decided if one.decided_at else "",
        reason=one.reason,
        typed_reason=visit.typed(f"reason-{one.id}"),
        panellist=f"{tabs.address(study)}/panels/{panellist.id}" if panellist else "",
        code=panellist.code if panellist else "",
    )


def _told(one: SignUp) -> tuple[tuple[str, str], ...]:
    """What was answered and declared, question by question."""
    declared = (
        ("Takes part as", one.capacity.value),
        ("Attributes", attributes.in_words(one.attributes)),
        ("Other experience", one.experience),
        ("Interests", one.interests),
    )
    return (*((question, answer) for question, answer in one.answers), *(row for row in declared if row[1]))
