"""The codebook of a study: names for what texts say, each with its definition and, if wanted, a theme.

It belongs to the study, so that codes carry over its rounds. Whoever codes may change it; a change is made
against what its form was made from, so that of two the second is shown the first's.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from surveys import audit, participations
from surveys.base import Base
from surveys.errors import InvalidInput, NotFound, NotNow
from surveys.studies import Study

LONGEST_NAME = 80
LONGEST_DEFINITION = 1000
NO_NAME = "Give the code a name, such as “Cost of travel”."
TOO_LONG = "This has {length} characters; at most {longest} can be kept."
TAKEN = "There is a code “{name}” already. Choose another name, or merge the two."
STALE = (
    "{by} has changed this code meanwhile. It now says: {stands} Yours is still below; save again to put it "
    "in its place."
)
NO_SUCH_CODE = "This code is not in the codebook any more: somebody merged or removed it."
IN_USE = "“{name}” is used for {count}, so it stays. Merge it into another code instead."
WITH_ITSELF = "Choose the code that this one becomes part of."


class Code(Base):
    """A name for what texts say. `theme` gathers codes and may be empty."""

    __tablename__ = "theme_codes"
    __table_args__ = (UniqueConstraint("study_id", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    study_id: Mapped[int] = mapped_column(ForeignKey("studies.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    folded: Mapped[str] = mapped_column(String(3 * LONGEST_NAME))  # two names that differ by case are one
    definition: Mapped[str] = mapped_column(Text)
    theme: Mapped[str] = mapped_column(String(LONGEST_NAME))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(320))


class CodingCode(Base):
    """That a code was given to a text: see `codings`."""

    __tablename__ = "coding_codes"

    coding_id: Mapped[int] = mapped_column(ForeignKey("codings.id"), primary_key=True)
    code_id: Mapped[int] = mapped_column(ForeignKey("theme_codes.id"), primary_key=True, index=True)


@dataclass(frozen=True)
class Wanted:
    """A code as it was typed."""

    name: str
    definition: str = ""
    theme: str = ""


def list_codes(session: Session, study: Study) -> list[Code]:
    """The codes by theme and name, those without a theme last."""
    own = select(Code).where(Code.study_id == study.id)
    codes = session.scalars(own)
    return sorted(codes, key=lambda one: (not one.theme, one.theme.casefold(), one.theme, one.folded))


def count_uses(session: Session, study: Study) -> dict[int, int]:
    """How often each code was given, by any coder, by its id."""
    given = select(CodingCode.code_id, func.count()).join(Code).where(Code.study_id == study.id)
    return dict(session.execute(given.group_by(CodingCode.code_id)).all())


def standing(code: Code) -> str:
    """A few digits that tell one standing of a code from another."""
    text = json.dumps([code.name, code.definition, code.theme])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def hold(session: Session, study: Study) -> None:
    """Hold the codebook, and what is coded with it: who changes either comes one after the other."""
    own = select(Study.id).where(Study.id == study.id)
    session.execute(own.with_for_update(key_share=True))
    session.expire_all()


def add(session: Session, study: Study, wanted: Wanted, *, by: str, now: datetime) -> Code:
    """A new code; refused where there is one of that name."""
    hold(session, study)
    tidy = _checked(wanted)
    if (known := find(session, study, tidy.name)) is not None:
        raise InvalidInput(TAKEN.format(name=known.name), "name")
    return _add(session, study, tidy, by=by, now=now)


def find_or_add(session: Session, study: Study, wanted: Wanted, *, by: str, now: datetime) -> Code:
    """The code of that name, as it stands, or a new one; so a repeat adds nothing."""
    hold(session, study)
    tidy = _checked(wanted)
    return find(session, study, tidy.name) or _add(session, study, tidy, by=by, now=now)


def find(session: Session, study: Study, name: str) -> Code | None:
    """The code of this name, in any case of letters."""
    return session.scalar(select(Code).where(Code.study_id == study.id, Code.folded == _folded(name)))


def get(session: Session, study: Study, code_id: int) -> Code:
    """A code of the study."""
    found = session.get(Code, code_id)
    if found is None or found.study_id != study.id:
        raise NotFound(NO_SUCH_CODE)
    return found


def change(  # noqa: PLR0913  # whose change of what, made from which standing, when
    session: Session, study: Study, code_id: int, wanted: Wanted, *, seen: str, by: str, now: datetime
) -> None:
    """Rename, redefine or gather elsewhere; refused where somebody else did so since the form was made."""
    hold(session, study)
    code, tidy = get(session, study, code_id), _checked(wanted)
    if (code.name, code.definition, code.theme) == (tidy.name, tidy.definition, tidy.theme):
        return
    if standing(code) != seen:
        raise NotNow(STALE.format(by=code.changed_by, stands=_told(code)))
    other = find(session, study, tidy.name)
    if other is not None and other.id != code.id:
        raise InvalidInput(TAKEN.format(name=other.name), "name")
    was = code.name
    code.name, code.folded, code.definition, code.theme = (
        tidy.name,
        _folded(tidy.name),
        tidy.definition,
        tidy.theme,
    )
    code.changed_at, code.changed_by = now, by
    audit.note(session, study.id, "theme code changed", by=by, now=now, code=tidy.name, was=was)
    session.flush()


def merge(session: Session, study: Study, code_id: int, into_id: int, *, by: str, now: datetime) -> Code:
    """Make a code part of another: what had it has the other, and it is gone."""
    hold(session, study)
    if code_id == into_id:
        raise InvalidInput(WITH_ITSELF, "into")
    code, into = get(session, study, code_id), get(session, study, into_id)
    had = select(CodingCode.coding_id).where(CodingCode.code_id == into.id)
    both = delete(CodingCode).where(CodingCode.code_id == code.id, CodingCode.coding_id.in_(had))
    session.execute(both.execution_options(synchronize_session=False))
    moved = update(CodingCode).where(CodingCode.code_id == code.id).values(code_id=into.id)
    session.execute(moved.execution_options(synchronize_session=False))
    audit.note(session, study.id, "theme codes merged", by=by, now=now, code=code.name, into=into.name)
    session.delete(code)
    session.flush()
    return into


def remove(session: Session, study: Study, code_id: int, *, by: str, now: datetime) -> None:
    """Take a code out that nothing has been coded with."""
    hold(session, study)
    code = get(session, study, code_id)
    if uses := count_uses(session, study).get(code.id, 0):
        raise NotNow(IN_USE.format(name=code.name, count=f"{uses} text{'s' if uses > 1 else ''}"))
    audit.note(session, study.id, "theme code removed", by=by, now=now, code=code.name)
    session.delete(code)
    session.flush()


def _add(session: Session, study: Study, tidy: Wanted, *, by: str, now: datetime) -> Code:
    code = Code(
        study_id=study.id,
        name=tidy.name,
        folded=_folded(tidy.name),
        definition=tidy.definition,
        theme=tidy.theme,
        changed_at=now,
        changed_by=by,
    )
    session.add(code)
    audit.note(session, study.id, "theme code added", by=by, now=now, code=tidy.name)
    session.flush()
    return code


def _checked(wanted: Wanted) -> Wanted:
    name, theme = (" ".join(text.split()) for text in (wanted.name, wanted.theme))
    definition = participations.tidied(wanted.definition)
    if not name:
        raise InvalidInput(NO_NAME, "name")
    for field, text, longest in (
        ("name", name, LONGEST_NAME),
        ("definition", definition, LONGEST_DEFINITION),
        ("theme", theme, LONGEST_NAME),
    ):
        if len(text) > longest:
            raise InvalidInput(TOO_LONG.format(length=len(text), longest=longest), field)
    return Wanted(name, definition, theme)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _told(code: Code) -> str:
    theme = f" (theme: {code.theme})" if code.theme else ""
    definition = f" – {code.definition}" if code.definition else ""
    return f"“{code.name}{definition}”{theme}."
