"""A request as a handler sees it, and what the application holds for all of them."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

from litestar import Request, Response
from litestar.template.base import csrf_token
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from delphi import auth, languages, navigation, study_words
from delphi import page as pages
from delphi.languages import gettext
from delphi.page import Contact, FieldFault, Form, Frame, LanguageChoice, Link
from delphi.questionnaire.shelf import Shelf
from delphi.settings import Settings
from delphi.uploads import Uploads
from surveys import database, studies, teams, zones
from surveys.access import Account, Key
from surveys.errors import FaultyFile, SurveyError
from surveys.panels import Panellist
from surveys.permissions import Power, Visitor
from surveys.studies import Study
from surveys.translations import places, reading
from surveys.translations.languages import FIRST, direction, own_name
from surveys.translations.reading import Words

LONGEST_NOTICE = 300


@dataclass(frozen=True)
class Service:
    """What the application holds for all requests."""

    engine: Engine
    settings: Settings
    key: Key
    clock: Callable[[], datetime]
    shelf: Shelf = field(default_factory=Shelf)
    uploads: Uploads = field(default_factory=Uploads)

    @functools.cached_property
    def writing(self) -> Engine:
        """The same engine for transactions that write."""
        return database.writing(self.engine)


@dataclass(frozen=True)
class Visit:
    """One request as a handler sees it: its transaction, who came, when, and what was refused just now."""

    request: Request[Any, Any, Any]
    service: Service
    session: Session
    visitor: Visitor
    now: datetime
    form: Form
    refusal: SurveyError | None = None
    language: str = FIRST  # that the study's words are read in

    @property
    def settings(self) -> Settings:
        return self.service.settings

    @property
    def key(self) -> Key:
        return self.service.key

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the study that the address or the panellist belongs to, else that of the service."""
        if isinstance(self.visitor, Panellist):
            return zones.of(self.visitor.study, self.settings.zone)
        key = str(self.request.path_params.get("key", ""))
        kept = self.session.info.setdefault("zones", {})
        if key and key not in kept:
            kept[key] = zones.find(self.session, key)
        return ZoneInfo(kept[key]) if kept.get(key) else self.settings.zone

    @property
    def account(self) -> Account:
        if not isinstance(self.visitor, Account):
            raise TypeError("this handler's access is not a researcher's")
        return self.visitor

    @property
    def panellist(self) -> Panellist:
        if not isinstance(self.visitor, Panellist):
            raise TypeError("this handler's access is not a panellist's")
        return self.visitor

    @property
    def words(self) -> Words:
        """The words of the panellist's study, in the language that the panellist reads."""
        return reading.words_of(self.session, self.panellist.study, self.language)

    def in_language(self, language: str) -> "Visit":
        """The same visit, read in this language."""
        languages.speak(language)
        return replace(self, language=language)

    def in_last_language(self) -> "Visit":
        """The same visit, read as this browser last read a panellist's page; in English by a researcher."""
        is_account = isinstance(self.visitor, Account)
        return self if is_account else self.in_language(auth.last_language(self.request))

    @property
    def power(self) -> Power:
        """What the handler needs its visitor to be trusted with; to look, where it only reads."""
        if (declared := self.request.route_handler.opt.get("power")) is not None:
            return Power(declared)
        if self.request.method not in ("GET", "HEAD"):
            raise TypeError("a handler that writes to a study has to say what power it needs")
        return Power.LOOK

    @property
    def wants_json(self) -> bool:
        """Whether a script asks, and not somebody who is shown the answer."""
        return wants_json(self.request)

    def typed(self, field: str, otherwise: str = "") -> str:
        """What was typed into a field of the form that is shown again."""
        return str(self.form.get(field, otherwise))

    def frame(self, study: Study | None = None, navigation: tuple[Link, ...] = ()) -> Frame:
        """What stands around the page that answers this visit."""
        words = reading.words_of(self.session, study, self.language) if study else reading.UNTRANSLATED
        return Frame(
            csrf_token=csrf_token({"request": self.request}),
            study_title=words.text(places.TITLE, study.title) if study else "",
            study_language=study_words.language_at(words, places.TITLE, study.title) if study else "",
            language=languages.spoken(),
            direction=direction(languages.spoken()),
            languages=self._choices(study),
            path=self.request.url.path,
            study_key=study.key if study else "",
            visitor=_name_of(self.visitor, words),
            role=_role_of(self.visitor),
            is_simulated=study.is_simulated if study else self.settings.is_demo,
            is_pilot=study is not None and study.is_pilot,
            is_demo=self.settings.is_demo,
            contact=_contact_of(study, words) if study else None,
            navigation=navigation,
            notice=unquote(self.request.cookies.get(auth.NOTICE_COOKIE, ""))[:LONGEST_NOTICE],
            faults=_faults_of(self.refusal),
        )

    def _choices(self, study: Study | None) -> tuple[LanguageChoice, ...]:
        """The languages that the panellist whose page it is may choose between."""
        is_own = isinstance(self.visitor, Panellist) and auth.is_for_panellists(self.request)
        if study is None or not study.languages or not is_own:
            return ()
        return tuple(
            LanguageChoice(code, own_name(code), direction(code), code == self.language)
            for code in (FIRST, *study.languages)
        )

    def frame_of_refusal(self, study_key: str) -> Frame:
        """What stands around a refusal: whoever was let in stays in the study, and finds the way back."""
        if self.request.route_handler.opt["access"] == auth.Access.PUBLIC:
            return self.in_last_language().frame()
        if isinstance(self.visitor, Panellist):
            return self.frame(self.visitor.study)
        if study_key and (study := studies.find_for(self.session, study_key, self.account)):
            role = teams.role_of(self.session, study, self.account)
            return self.frame(study, navigation.of(self.session, study, role))
        return self.frame()

    def go(self, path: str, notice: str = "") -> Response[Any]:
        """Go on to another page, which says `notice` once."""
        answer = pages.redirect(path)
        if notice:
            answer.set_cookie(auth.NOTICE_COOKIE, quote(notice), httponly=True, samesite="lax", max_age=60)
        return answer


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Whether a script asks, and not somebody who is shown the answer."""
    return "application/json" in request.headers.get("accept", "")


def _name_of(visitor: Visitor, words: Words) -> str:
    if isinstance(visitor, Account):
        return visitor.name
    if not isinstance(visitor, Panellist):
        return ""
    panel = study_words.panel(words, visitor.panel.key, visitor.panel.name)
    return gettext("Panellist %(code)s, %(panel)s", code=visitor.code, panel=panel)


def _role_of(visitor: Visitor) -> str:
    if isinstance(visitor, Account):
        return "researcher"
    return "panellist" if isinstance(visitor, Panellist) else "public"


def _contact_of(study: Study, words: Words) -> Contact:
    sheet = study.protocol.information
    support = study_words.shown(words, places.sheet("support"), sheet.support)
    return Contact(
        sheet.contact_name, sheet.contact_email, sheet.contact_phone, support, sheet.emergency_number
    )


def _faults_of(refusal: SurveyError | None) -> tuple[FieldFault, ...]:
    if refusal is None:
        return ()
    if isinstance(refusal, FaultyFile):
        return tuple(FieldFault("file", str(fault)) for fault in refusal.faults)
    return (FieldFault(getattr(refusal, "field", ""), languages.translated(refusal.sentence)),)
