"""What counts of what was coded: what all coders of a text gave alike, or decided on where they differed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from surveys import audit
from surveys.access import Account
from surveys.errors import NotNow
from surveys.rounds import Round
from surveys.themes import codebook, codings, texts
from surveys.themes.codings import AGREED, Given, Key, Ticked
from surveys.themes.texts import Text

ALIKE = "The coders do not differ about this text, so there is nothing to decide."
DECIDED = "{by} has decided meanwhile: {codes}. Yours is still ticked; save again to put it in its place."
NONE_FITS = "no code fits"


@dataclass(frozen=True)
class Coded:
    """A text with what each coder gave it who has finished, by their ids, and what was decided."""

    text: Text
    given: Mapping[int, frozenset[int]]
    decided: Given | None

    @property
    def differs(self) -> bool:
        """Whether coders gave it different codes, decided on or not."""
        return len(set(self.given.values())) > 1

    @property
    def counts(self) -> frozenset[int] | None:
        """The codes that count: those decided on, or given by all alike; None where that is not known."""
        if self.decided is not None and self.differs:
            return self.decided.codes
        return None if self.differs or not self.given else next(iter(self.given.values()))


def list_coded(session: Session, round_: Round, viewer: Account) -> list[Coded]:
    """Every text of the round, for a viewer who has finished coding it."""
    by_coder = codings.of_everyone(session, round_, viewer)
    decided = codings.agreed(session, round_, viewer)
    every = texts.list_texts(session, round_)
    return [Coded(one, _given(by_coder, one.key), decided.get(one.key)) for one in every]


def standing(coded: Coded) -> str:
    """What a form to decide was made from: the codes decided on, or nothing."""
    if coded.decided is None:
        return ""
    return f"codes {' '.join(map(str, sorted(coded.decided.codes)))}".strip()


def decide(  # noqa: PLR0913  # what of which text, made from which standing, by whom and when
    session: Session, round_: Round, key: Key, ticked: Ticked, *, seen: str, by: Account, now: datetime
) -> None:
    """Agree on the codes of a text about which coders differ; deciding again replaces what was decided."""
    codebook.hold(session, round_.study)
    texts.get(session, round_, *key)
    known = next(one for one in list_coded(session, round_, by) if one.text.key == key)
    if not known.differs:
        raise NotNow(ALIKE)
    codes = codings.checked(session, round_, ticked)
    if known.decided is not None and known.decided.codes == codes:
        return
    if known.decided is not None and standing(known) != seen:
        raise NotNow(DECIDED.format(**_told(session, round_, known.decided)))
    codings.put(session, round_, key, Given(codes, by.id, now), coder=AGREED)
    details = {"round": round_.number, "place": key[1], "codes": len(codes)}
    audit.note(session, round_.study_id, "codes of a text agreed", by=by.email, now=now, **details)
    session.flush()


def _given(by_coder: Mapping[int, Mapping[Key, Given]], key: Key) -> dict[int, frozenset[int]]:
    return {coder: given[key].codes for coder, given in by_coder.items() if key in given}


def _told(session: Session, round_: Round, decided: Given) -> dict[str, str]:
    names = [one.name for one in codebook.list_codes(session, round_.study) if one.id in decided.codes]
    return {"by": session.get_one(Account, decided.by_id).name, "codes": ", ".join(names) or NONE_FITS}
