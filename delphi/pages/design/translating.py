"""The words of a study in one language: the first language at the left, a field at the right, saved as one.

Where somebody else saved the language meanwhile, it comes back with what was typed, and with theirs: taken
over where the field had not been touched, set beside it where it had.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import plural
from delphi.page import FieldFault, Form, Page, download
from delphi.pages.design import fields, languages
from delphi.pages.design.fields import Filled, text_of
from delphi.pages.design.items import CHOOSE_FILE
from delphi.pages.design.overview import XLSX
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys.errors import FaultyFile, InvalidInput, NotNow
from surveys.permissions import Power
from surveys.studies import Study
from surveys.translations import languages as names
from surveys.translations import texts
from surveys.translations.languages import Direction
from surveys.translations.places import GROUPS
from surveys.translations.texts import Coverage, Draft, Entry, State

STILL_RIGHT = "right"
REASONS = ("reason", "file_reason", "remove_reason")
MADE_EARLIER = " {} made from an earlier English text: look over what is marked."


@dataclass(frozen=True)
class Field:
    """A text with its field. `was` is the text that a stale translation is one of."""

    name: str
    label: str
    source: str
    state: State
    was: str
    rows: int


@dataclass(frozen=True)
class Group:
    """What is translated together: under each heading its fields; and the first that is open, if one is."""

    name: str
    title: str
    coverage: Coverage
    first_open: str
    parts: tuple[tuple[str, tuple[Field, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class TranslatingPage(Page):
    """Every text of the study with its translation, and the file for a translator."""

    template: ClassVar[str] = "pages/design/translating.html"
    home: str
    action: str
    language: str
    name: str
    direction: Direction
    buttons: str
    coverage: Coverage
    groups: tuple[Group, ...]
    filled: Filled
    typed: Mapping[str, str]  # of the small forms
    asks_why: bool

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.filled.values.get(name, "")

    def is_ticked(self, name: str) -> bool:
        return bool(self.value(name))


def translating_page(visit: Visit, key: str, language: str) -> TranslatingPage:
    """The words in this language, with what was typed where it was refused."""
    study = _study(visit, key, language)
    found = texts.entries(visit.session, study, language)
    return TranslatingPage(
        title=f"Words in {names.name(language)}",
        frame=replace(tabs.frame(visit, study, "/design"), faults=_faults(visit)),
        home=tabs.address(study),
        action=f"{languages.address(study)}/{language}",
        language=language,
        name=names.name(language),
        direction=names.direction(language),
        buttons=languages.buttons_in(language),
        coverage=texts.coverage(found),
        groups=_groups(found),
        filled=_filled(visit, study.languages[language], found),
        typed={name: visit.typed(name) for name in REASONS},
        asks_why=study.locked_at is not None,
    )


class TranslatingPages(Controller):
    """Translating here or elsewhere, and offering the language no more."""

    path = "/studies/{key:str}/design/languages/{language:str}"

    @get("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def show(self, visit: Visit, key: FromPath[str], language: FromPath[str]) -> TranslatingPage:
        return translating_page(visit, key, language)

    @post("/", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=translating_page)
    def save(self, visit: Visit, form: Form, key: FromPath[str], language: FromPath[str]) -> Response[Any]:
        study = _study(visit, key, language)
        draft = _draft(form, texts.entries(visit.session, study, language))
        seen, why, who = text_of(form, "seen"), text_of(form, "reason"), visit.account.email
        saved = texts.save(visit.session, study, language, draft, seen=seen, why=why, by=who, now=visit.now)
        home = languages.address(study)
        return visit.go(f"{home}/{language}" if "stay" in form else home, _told(saved))

    @get("/words.xlsx", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction
    def workbook(self, visit: Visit, key: FromPath[str], language: FromPath[str]) -> Response[bytes]:
        from surveys.translations import workbooks  # noqa: PLC0415  # few ever ask for one

        study = _study(visit, key, language)
        found = texts.entries(visit.session, study, language)
        return download(f"{study.key}-{language}.xlsx", workbooks.write(study.title, language, found), XLSX)

    @post("/file", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=translating_page)
    def put_file(
        self, visit: Visit, upload: Form, key: FromPath[str], language: FromPath[str]
    ) -> Response[Any]:
        from surveys.translations import workbooks  # noqa: PLC0415  # the same

        study, file = _study(visit, key, language), upload.get("file")
        if file is None or not getattr(file, "filename", ""):
            raise InvalidInput(CHOOSE_FILE, "file")
        data, why, who = file.file.read(), text_of(upload, "file_reason"), visit.account.email
        texts.hold(visit.session, study)
        taken = workbooks.read(data, file.filename, texts.entries(visit.session, study, language))
        saved = texts.put(visit.session, study, language, taken.draft, why=why, by=who, now=visit.now)
        earlier = MADE_EARLIER.format(plural(taken.stale, "row was", "rows were")) if taken.stale else ""
        return visit.go(f"{languages.address(study)}/{language}", _told(saved) + earlier)

    @post("/remove", access=Access.RESEARCHER, power=Power.DESIGN, sync_to_thread=True)
    @transaction(again=translating_page)
    def remove(self, visit: Visit, form: Form, key: FromPath[str], language: FromPath[str]) -> Response[Any]:
        study = tabs.study_of(visit, key)
        why, who = text_of(form, "remove_reason"), visit.account.email
        texts.remove_language(visit.session, study, language, why=why, by=who, now=visit.now)
        return visit.go(languages.address(study), f"The study is not offered in {names.name(language)}.")


def field_of(place: str) -> str:
    """The name of a place's field, which is its id too: an item's key may be anything.

    >>> field_of("title")
    'text.aaf23206'
    """
    return f"text.{hashlib.sha256(place.encode()).hexdigest()[:8]}"


def _study(visit: Visit, key: str, language: str) -> Study:
    study = tabs.study_of(visit, key)
    texts.check_offered(study, language)
    if study.ended_at is not None:
        raise NotNow(texts.ENDED)
    return study


def _draft(form: Form, found: tuple[Entry, ...]) -> Draft:
    """What was typed at the places that the study still has."""
    typed = {
        entry.place.name: text_of(form, field)
        for entry in found
        if (field := field_of(entry.place.name)) in form
    }
    ticked = frozenset(name for name in typed if form.get(f"{STILL_RIGHT}.{field_of(name)}"))
    return Draft(typed, ticked)


def _told(saved: int) -> str:
    return f"Saved: {plural(saved, 'text')}." if saved else "Nothing was changed."


def _groups(found: tuple[Entry, ...]) -> tuple[Group, ...]:
    made = []
    for name, together in groupby(found, key=lambda entry: entry.place.group):
        entries = tuple(together)
        still_open = (field_of(entry.place.name) for entry in entries if entry.state != State.DONE)
        parts = groupby(entries, key=lambda entry: entry.place.heading)
        fields_of = tuple((heading, tuple(map(_field, those))) for heading, those in parts)
        coverage = texts.coverage(entries)
        made.append(Group(name, GROUPS[name], coverage, next(still_open, ""), fields_of))
    return tuple(made)


def _field(entry: Entry) -> Field:
    place = entry.place
    rows = min(12, 1 + place.source.count("\n") + len(place.source) // 50)
    was = entry.source if entry.state == State.STALE and entry.source != place.source else ""
    return Field(field_of(place.name), place.label, place.source, entry.state, was, rows)


def _filled(visit: Visit, seen: str, found: tuple[Entry, ...]) -> Filled:
    kept = {field_of(entry.place.name): entry.text for entry in found}
    if visit.refusal is None or "seen" not in visit.form:
        return Filled(kept, kept, seen)
    typed = {name: fields.plain(value) for name, value in visit.form.items() if isinstance(value, str)}
    was = fields.read_was(visit.form)
    if isinstance(visit.refusal, NotNow) and visit.refusal.sentence == texts.STALE:
        return fields.merged(was, kept, typed, seen)
    return Filled(typed, was, text_of(visit.form, "seen"))


def _faults(visit: Visit) -> tuple[FieldFault, ...]:
    """Each fault at its field; those of a file at the file."""
    match visit.refusal:
        case None:
            return ()
        case FaultyFile(faults=faults) if "seen" in visit.form:
            return tuple(FieldFault(field_of(fault.where), fault.sentence) for fault in faults)
        case FaultyFile(faults=faults):
            return tuple(FieldFault("file", f"{fault}") for fault in faults)
        case refusal:
            return (FieldFault(_at(visit.form, getattr(refusal, "field", "")), refusal.sentence),)


def _at(form: Mapping[str, Any], field: str) -> str:
    """The field as this form has it: each has a reason of its own."""
    return next((name for name in REASONS if name in form), field) if field == "reason" else field
