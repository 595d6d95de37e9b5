"""Drafts to begin coding with: texts that share their words, which a coder may take as a code or leave.

Nothing is coded before the coder says so. A group knows words and no meaning: see `analysis.similar_texts`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys.access import Account
from surveys.errors import InvalidInput
from surveys.rounds import Round
from surveys.themes import codebook, codings, texts
from surveys.themes.codebook import Code, Wanted
from surveys.themes.codings import Given, Key
from surveys.themes.texts import Text

MOST_TEXTS = 1000  # comparing each with each takes a second from here on
NO_TEXT = "Tick at least one text that the code fits."


@dataclass(frozen=True)
class Draft:
    """Texts that are alike, with their most telling words and their mean similarity, from 0 to 1."""

    words: tuple[str, ...]
    similarity: float
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class Drafts:
    """The groups among the texts that a coder has not coded; `alone` are in none."""

    groups: tuple[Draft, ...]
    compared: int
    alone: int
    left_out: int
    least: float


def suggest(session: Session, round_: Round, account: Account) -> Drafts:
    """Group what this coder has not coded yet."""
    from analysis import similar_texts  # noqa: PLC0415  # scipy takes a second, and a start needs none

    own = codings.of_coder(session, round_, account)
    waiting = [one for one in texts.list_texts(session, round_) if one.key not in own]
    compared = waiting[:MOST_TEXTS]
    groups = tuple(
        Draft(group.words, group.similarity, tuple(compared[place] for place in group.texts))
        for group in similar_texts.similar_texts([one.text for one in compared])
    )
    return Drafts(
        groups=groups,
        compared=len(compared),
        alone=len(compared) - sum(len(group.texts) for group in groups),
        left_out=len(waiting) - len(compared),
        least=similar_texts.LEAST_SIMILARITY,
    )


def take(
    session: Session, round_: Round, wanted: Wanted, keys: Collection[Key], *, by: Account, now: datetime
) -> Code:
    """Give these texts a code, a new one or the one of that name, beside what this coder gave them before."""
    codings.hold(session, round_, by)
    if not keys:
        raise InvalidInput(NO_TEXT, "texts")
    for key in sorted(keys):
        texts.get(session, round_, *key)
    code = codebook.find_or_add(session, round_.study, wanted, by=by.email, now=now)
    own = codings.of_coder(session, round_, by)
    for key in sorted(keys):
        before = own[key].codes if key in own else frozenset()
        codings.put(session, round_, key, Given(before | {code.id}, by.id, now), coder=by.id)
    return code
