"""The text of a letter: written here, with a preview; placeholders are checked before it is kept."""

from dataclasses import dataclass
from typing import Any, ClassVar

from litestar import Controller, Response, get, post
from litestar.params import FromPath, FromQuery

from delphi import letters_in_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import date_and_time
from delphi.page import Form, Link, Page
from delphi.pages.study import letter_previews, letters, tabs
from delphi.pages.study.letter_previews import Preview
from delphi.visits import Visit
from surveys import panels
from surveys.errors import InvalidInput, NotNow
from surveys.letters import texts
from surveys.letters.kinds import ABOUT, PLACEHOLDERS, LetterKind
from surveys.letters.texts import ENGLISH, LONGEST_BODY, Edit, LetterText, Wording
from surveys.panels import Panellist
from surveys.permissions import Power
from surveys.studies import Study
from surveys.translations import languages
from surveys.translations import texts as translations

NOBODY = "There is no panellist “{}” in this study. Leave this empty for somebody made up."


@dataclass(frozen=True, kw_only=True)
class LetterTextPage(Page):
    """A text with its preview. `other` is what somebody else wrote in the meantime."""

    template: ClassVar[str] = "pages/study/letter_text.html"
    home: str
    address: str
    code: str
    name: str
    purpose: str
    language: str
    languages: tuple[Link, ...]
    comes_with: bool
    subject: str
    text: str
    longest: int
    reader: str
    seen: str
    changed: str
    placeholders: tuple[tuple[str, str], ...]
    preview: Preview | None
    other: Wording | None


def letter_text_page(visit: Visit, key: str, kind: str, language: str = ENGLISH) -> LetterTextPage:
    """The text as it is kept, or as it was typed."""
    study, what = tabs.study_of(visit, key), letters.kind_of(kind)
    _check_offered(study, language)
    kept = texts.get(visit.session, study, what, language)
    typed = Wording(visit.typed("subject", kept.subject), visit.typed("body", kept.body))
    is_stale = isinstance(visit.refusal, NotNow)
    whom = visit.typed("reader").strip()
    return LetterTextPage(
        title=f"Text: {letters_in_words.NAMES[what]}",
        frame=tabs.frame(visit, study, "/mail"),
        home=letters.address(study),
        address=f"{letters.address(study, what)}/text",
        code=language,
        name=letters_in_words.NAMES[what],
        purpose=letters_in_words.PURPOSES[what],
        language=languages.name(language),
        languages=_languages(study, what, language),
        comes_with=texts.comes_with(language),
        subject=typed.subject,
        text=typed.body,
        longest=LONGEST_BODY,
        reader=whom,
        seen=kept.fingerprint if is_stale else visit.typed("seen", kept.fingerprint),
        changed=_changed(visit, texts.find_own(visit.session, study, what, language)),
        placeholders=tuple((f"{{{name}}}", ABOUT[name]) for name in PLACEHOLDERS[what]),
        preview=_preview(visit, study, Edit(what, "", typed, language), whom),
        other=kept if is_stale else None,
    )


class LetterTextPages(Controller):
    """What a kind of letter says."""

    path = "/studies/{key:str}/mail/{kind:str}/text"

    @get("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction
    def text(
        self, visit: Visit, key: FromPath[str], kind: FromPath[str], language: FromQuery[str] = ENGLISH
    ) -> LetterTextPage:
        return letter_text_page(visit, key, kind, language)

    @post("/", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=letter_text_page)
    def write(
        self,
        visit: Visit,
        form: Form,
        key: FromPath[str],
        kind: FromPath[str],
        language: FromQuery[str] = ENGLISH,
    ) -> Response[Any] | LetterTextPage:
        study, what = tabs.study_of(visit, key), letters.kind_of(kind)
        _check_offered(study, language)
        wording = texts.checked(what, visit.typed("subject"), visit.typed("body"))
        if form.get("press") == "preview":
            _reader(visit, study, visit.typed("reader").strip())
            return letter_text_page(visit, key, kind, language)
        edit = Edit(what, visit.typed("seen"), wording, language)
        texts.save(visit.session, study, edit, by=visit.account.email, now=visit.now)
        return visit.go(_address(study, what, language), "The text is saved.")

    @post("/reset", access=Access.RESEARCHER, power=Power.RUN, sync_to_thread=True)
    @transaction(again=letter_text_page)
    def reset(
        self,
        visit: Visit,
        form: Form,
        key: FromPath[str],
        kind: FromPath[str],
        language: FromQuery[str] = ENGLISH,
    ) -> Response[Any]:
        study, what = tabs.study_of(visit, key), letters.kind_of(kind)
        _check_offered(study, language)
        seen, by = str(form.get("seen", "")), visit.account.email
        texts.reset(visit.session, study, what, seen=seen, by=by, now=visit.now, language=language)
        is_back = "The text that comes with Delphi is back."
        return visit.go(
            _address(study, what, language), is_back if texts.comes_with(language) else "The text is deleted."
        )


def _check_offered(study: Study, language: str) -> None:
    if language != ENGLISH:
        translations.check_offered(study, language)


def _address(study: Study, kind: LetterKind, language: str) -> str:
    """Where the text of a letter in a language is."""
    whole = f"{letters.address(study, kind)}/text"
    return whole if language == ENGLISH else f"{whole}?language={language}"


def _languages(study: Study, kind: LetterKind, current: str) -> tuple[Link, ...]:
    """The languages of the study, where it has another than the first."""
    if not study.languages:
        return ()
    return tuple(
        Link(languages.name(code), _address(study, kind, code), is_current=code == current)
        for code in (ENGLISH, *study.languages)
    )


def _changed(visit: Visit, own: LetterText | None) -> str:
    if own is None:
        return ""
    return f"Changed by {own.changed_by}, {date_and_time(own.changed_at, visit.zone)}."


def _preview(visit: Visit, study: Study, edit: Edit, whom: str) -> Preview | None:
    """The letter as typed; none where something is wrong with it, which the page says beside the field."""
    try:
        wording = texts.checked(edit.kind, edit.wording.subject, edit.wording.body)
        return letter_previews.of(visit, study, wording, _reader(visit, study, whom), edit.language)
    except InvalidInput:
        return None


def _reader(visit: Visit, study: Study, code: str) -> Panellist | None:
    """The panellist with this code, in any case of letters; none where nothing was typed."""
    if not code:
        return None
    for panellist in panels.list_panellists(visit.session, study):
        if panellist.code.casefold() == code.casefold():
            return panellist
    raise InvalidInput(NOBODY.format(code[:80]), "reader")
