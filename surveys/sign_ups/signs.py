"""Signs that deserve a look before an entry is approved: impostors are common where people are paid.

A sign is no proof. A family or a surgery shares one network, and two people may choose the same words.
They are cheap forms of what studies with impostors report: many at once, alike in their words and addresses
(Ridge and others, Health Expectations 2023, 26:941–944, doi:10.1111/hex.13724).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.panels import Panellist
from surveys.people import Person
from surveys.sign_ups.entries import SignUp, SignUpStatus
from surveys.studies import Study

WITHIN = timedelta(days=1)
EVER = timedelta(days=36_500)
MANY = 50
LONG_ENOUGH = 15  # characters: shorter answers are the same by chance

NETWORK = "Sent from the same network as {} within a day."
WORDS = "Has the same words as {} within a day."
ADDRESS = "The address is nearly that of {}."
NAME = "The name is that of {}."
ON_PANEL = "The address is on a panel already, with the code {}."
REPEATED = "The form was sent again with this address. The first one is shown."


def of_study(session: Session, study: Study, entries: Sequence[SignUp]) -> dict[int, tuple[str, ...]]:
    """The signs of each entry (by id) that is not approved, as sentences."""
    on_panels = _on_panels(session, study)
    shared = (
        (_sharing(entries, lambda one: [one.origin_hash] if one.origin_hash else [], WITHIN), NETWORK),
        (_sharing(entries, _long_texts, WITHIN), WORDS),
        (_sharing(entries, lambda one: [_bare(one.email)] if one.email else []), ADDRESS),
        (_sharing(entries, lambda one: [_plain(one.name)] if one.name else []), NAME),
    )
    return {
        one.id: (
            *([ON_PANEL.format(on_panels[one.email])] if one.email in on_panels else []),
            *(_numbered(sentence, found[one.id]) for found, sentence in shared if one.id in found),
            *([REPEATED] if one.repeats else []),
        )
        for one in entries
        if one.status != SignUpStatus.APPROVED
    }


def _numbered(sentence: str, others: Iterable[int]) -> str:
    """The sentence with the other entries by their numbers.

    >>> _numbered(NAME, [4, 2])
    'The name is that of entries 2 and 4.'
    """
    first, *rest = sorted(others)
    if not rest:
        return sentence.format(f"entry {first}")
    if len(rest) > 4:
        count = f"{MANY} or more" if len(rest) + 1 >= MANY else f"{len(rest) + 1}"
        return sentence.format(f"{count} other entries")
    return sentence.format(f"entries {', '.join(map(str, [first, *rest[:-1]]))} and {rest[-1]}")


def _sharing(
    entries: Sequence[SignUp],
    traits: Callable[[SignUp], Iterable[str]],
    within: timedelta = EVER,
) -> dict[int, frozenset[int]]:
    """The other entries (by id) that share a trait with each, and were sent within this time of it.

    Of a great many the first are enough: a flood is told from a family by then.
    """
    by_trait: dict[str, list[SignUp]] = {}
    for one in sorted(entries, key=lambda one: one.at):
        for trait in traits(one):
            by_trait.setdefault(trait, []).append(one)
    found: dict[int, set[int]] = {}
    for group in by_trait.values():
        times = [one.at for one in group]
        for one in group:
            first, last = bisect_left(times, one.at - within), bisect_right(times, one.at + within)
            near = {two.id for two in group[first : min(last, first + MANY + 1)]} - {one.id}
            found.setdefault(one.id, set()).update(near)
    return {number: frozenset(others) for number, others in found.items() if others}


def _long_texts(entry: SignUp) -> set[str]:
    """What was written in free words, long enough to be nobody else's by chance."""
    texts = (*(answer for _, answer in entry.answers), entry.experience, entry.interests)
    return {plain for text in texts if len(plain := _plain(text)) >= LONG_ENOUGH}


def _plain(text: str | None) -> str:
    """The words alone.

    >>> _plain("I am a Nurse,  in Leeds.")
    'i am a nurse in leeds'
    """
    return " ".join(re.findall(r"\w+", (text or "").casefold()))


def _bare(email: str | None) -> str:
    """An address without what is cheap to vary: digits, dots and what follows a plus.

    >>> _bare("ada.example7+2@example.org")
    'adaexample@example.org'
    """
    local, _, domain = (email or "").partition("@")
    plain = re.sub(r"[\d.]|[+].*", "", local)
    return f"{plain}@{domain}"


def _on_panels(session: Session, study: Study) -> Mapping[str | None, str]:
    """The code of each address that is on a panel."""
    known = select(Person.email, Panellist.code).join(Panellist, Panellist.person_id == Person.id)
    rows = session.execute(known.where(Panellist.study_id == study.id))
    return {row[0].lower(): row[1] for row in rows if row[0]}
