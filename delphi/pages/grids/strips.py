"""What stands in the grids' place in a study without them: a ranked strip for each of its criteria.

The handlers are those of the grids, which turn here; the part of their address that names an audience there
names a criterion here.
"""

from dataclasses import dataclass, replace
from typing import ClassVar
from urllib.parse import quote, urlencode

from litestar import Response

from delphi import formats, strip_captions, strip_forms
from delphi.page import Frame, Link, Page, download
from delphi.pages.grids import strip_rows
from delphi.pages.grids.strip_rows import Row
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import evidence, grids, lenses, publications, strips
from surveys.cells import in_sentence
from surveys.protocol import Criterion
from surveys.rounds import Round
from surveys.strips import RankedStrip
from surveys.studies import Study
from surveys.visibility import Viewer


@dataclass(frozen=True)
class Place:
    """Whose eyes, up to which round, and where; `through` is the round that the address asks for, if any."""

    study: Study
    round: Round
    viewer: Viewer
    home: str
    through: int = 0

    def address(self, criterion: str, panel: str = "", file: str = "") -> str:
        """Where a strip is, or a file of it."""
        asked = (("panel", panel), ("through", self.through))
        query = urlencode([(name, value) for name, value in asked if value])
        path = f"{self.home}/{quote(criterion, safe='')}{file}"
        return f"{path}?{query}" if query else path


@dataclass(frozen=True)
class LensLink:
    """Another pair of eyes to look through."""

    text: str
    href: str
    panel: int
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class ForTeam:
    """What the team has beside a strip: what is public, and how that is changed."""

    published: str  # "round 2, since 3 March 2026"; empty for nothing
    address: str
    publish: Link | None  # none where just these are public
    withdraw: Link


@dataclass(frozen=True, kw_only=True)
class ForAnyone:
    """What anyone has beside a strip: what the study is for, and who answered."""

    aims: str
    answered: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StripPage(Page):
    """One ranked strip; `wait` says why there is none yet, and then there is nothing else."""

    template: ClassVar[str] = "pages/grids/strip.html"
    criterion: str
    wait: str = ""
    question: str = ""
    when: str = ""
    answered: str = ""
    summary: str = ""
    high: str = ""  # the categories of the highest band
    bands: str = ""
    width: int = 0
    criteria: tuple[Link, ...] = ()
    lenses: tuple[LensLink, ...] = ()
    rounds: tuple[Link, ...] = ()
    rows: tuple[Row, ...] = ()
    not_shown: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[str, ...] = ()
    methods: tuple[tuple[str, str], ...] = ()
    downloads: tuple[Link, ...] = ()
    team: ForTeam | None = None
    anyone: ForAnyone | None = None


@dataclass(frozen=True, kw_only=True)
class StripPublicationPage(Page):
    """What becomes visible, before it does."""

    template: ClassVar[str] = "pages/grids/strip_publication.html"
    number: int
    back: Link
    action: str
    address: str
    showings: tuple[tuple[str, str, str], ...]  # a strip, its items with a place and those without
    few: int
    limited: int
    replaces: int  # the number of the round that is public now; 0 for none


def public_page(
    visit: Visit, study: Study, round_: Round, criterion: str = "", through: int = 0
) -> StripPage:
    """A strip as anyone sees it, of a study that has published up to this round."""
    place = _public(study, round_, through)
    return _page(visit, place, _strip(visit, place, criterion), visit.frame(study))


def public_file(visit: Visit, study: Study, round_: Round, criterion: str, file: str) -> Response[bytes]:
    """The same as a file to keep."""
    return _file(visit, _strip(visit, _public(study, round_), criterion), file)


def team_page(visit: Visit, study: Study, through: int, criterion: str = "") -> StripPage:
    """A strip as the study's own team sees it, of any closed round."""
    frame = tabs.frame(visit, study, "/grids")
    asked = strips.get_criterion(study, criterion)
    if not evidence.list_rounds(visit.session, study):
        title = strip_captions.title_of(asked.name)
        return StripPage(title=title, frame=frame, criterion=asked.name, wait=strips.NOT_CLOSED)
    place = _team(visit, study, through)
    return _page(visit, place, _strip(visit, place, criterion), frame)


def team_file(visit: Visit, study: Study, through: int, criterion: str, file: str) -> Response[bytes]:
    """The same as a file to keep."""
    return _file(visit, _strip(visit, _team(visit, study, through), criterion), file)


def publication_page(visit: Visit, study: Study, round_: Round) -> StripPublicationPage:
    """The question before anything becomes public."""
    place, small = _public(study, round_), study.protocol.suppression
    published = publications.find(visit.session, study)
    every = [(criterion, lens.key) for criterion in study.protocol.criteria for lens in lenses.lenses(study)]
    return StripPublicationPage(
        title=f"Publish the ranked strips of round {round_.number}",
        frame=tabs.frame(visit, study, "/grids"),
        number=round_.number,
        back=Link("Ranked strips", _home(study)),
        action=f"{tabs.address(study)}/publication",
        address=_public_address(visit, study),
        showings=tuple(_showing(_build(visit, place, criterion, lens)) for criterion, lens in every),
        few=small.hidden_below,
        limited=small.limited_below,
        replaces=published.round.number if published else 0,
    )


def _public(study: Study, round_: Round, through: int = 0) -> Place:
    return Place(study, round_, Viewer.PUBLIC, f"/grids/{study.key}", through)


def _team(visit: Visit, study: Study, through: int) -> Place:
    round_ = evidence.get_round(visit.session, study, through)
    return Place(study, round_, Viewer.RESEARCHER, _home(study), through)


def _home(study: Study) -> str:
    return f"{tabs.address(study)}/grids"


def _strip(visit: Visit, place: Place, criterion: str) -> RankedStrip:
    """The strip that the address asks for; without a panel, through the first eyes that can see anything."""
    panel = visit.request.query_params.get("panel", "")
    asked = strips.get_criterion(place.study, criterion)
    every = [panel] if panel else [lens.key for lens in lenses.lenses(place.study)]
    built = (_build(visit, place, asked, key) for key in every)
    return next((strip for strip in built if strip.ranked), None) or _build(visit, place, asked, every[0])


def _build(visit: Visit, place: Place, criterion: Criterion, panel: str) -> RankedStrip:
    lens = strips.get_lens(place.study, panel)
    return strips.build(visit.session, place.study, criterion, lens, through=place.round, viewer=place.viewer)


def _file(visit: Visit, strip: RankedStrip, file: str) -> Response[bytes]:
    """Its name says whose it is and up to which round."""
    form = strip_forms.get(file)
    parts = (strip.study_key, strip.criterion.criterion, strip.lens.key, f"round-{strip.through.number}")
    name = "-".join(part.replace("_", "-") for part in parts) + file.removeprefix("strip")
    return download(name, form.bytes(strip, visit.zone), form.media_type)


def _page(visit: Visit, place: Place, strip: RankedStrip, frame: Frame) -> StripPage:
    is_teams = place.viewer == Viewer.RESEARCHER
    best = strip.bands[-1]
    return StripPage(
        title=strip_captions.title(strip),
        frame=frame,
        criterion=strip.criterion.name,
        question=strip.question,
        when=strip_captions.when(strip, visit.zone),
        answered=strip_captions.answered(strip),
        summary=strip_captions.summary(strip) if strip.ranked else "",
        high=strip_captions.span(best),
        bands=strip_captions.bands(strip),
        width=strip.high - strip.low + 1,
        criteria=_criteria(place, strip),
        lenses=_lenses(place, strip),
        rounds=_rounds(visit, place, strip) if is_teams else (),
        rows=tuple(strip_rows.row(place.study, strip, item) for item in strip.ranked),
        not_shown=tuple(
            (reason, tuple(f"{item.number}. {item.title}" for item in items))
            for reason, items in strip_captions.not_shown(strip)
        ),
        notes=strip_captions.notes(strip) if strip.ranked else (),
        methods=strip_captions.methods(strip),
        downloads=_downloads(place, strip),
        team=_for_team(visit, place) if is_teams else None,
        anyone=None if is_teams else _for_anyone(visit, place, strip),
    )


def _criteria(place: Place, strip: RankedStrip) -> tuple[Link, ...]:
    every = place.study.protocol.criteria
    return tuple(
        Link(
            one.name, place.address(one.key, strip.lens.key), is_current=one.key == strip.criterion.criterion
        )
        for one in every
        if len(every) > 1
    )


def _lenses(place: Place, strip: RankedStrip) -> tuple[LensLink, ...]:
    every, criterion = lenses.lenses(place.study), strip.criterion.criterion
    return tuple(
        LensLink(lens.name, place.address(criterion, lens.key), lens.mark, lens.key == strip.lens.key)
        for lens in every
        if len(every) > 1
    )


def _rounds(visit: Visit, place: Place, strip: RankedStrip) -> tuple[Link, ...]:
    """The closed rounds, where there are several."""
    closed = sorted(evidence.list_rounds(visit.session, place.study), key=lambda one: one.number)
    at = [replace(place, through=one.number) for one in closed if len(closed) > 1]
    return tuple(
        Link(
            f"Up to round {one.through}",
            one.address(strip.criterion.criterion, strip.lens.key),
            is_current=one.through == place.round.number,
        )
        for one in at
    )


def _downloads(place: Place, strip: RankedStrip) -> tuple[Link, ...]:
    return tuple(
        Link(form.words, place.address(strip.criterion.criterion, strip.lens.key, f"/{file}"))
        for file, form in strip_forms.FORMS.items()
        if strip.ranked
    )


def _for_team(visit: Visit, place: Place) -> ForTeam:
    study, number = place.study, place.round.number
    address = f"{tabs.address(study)}/publication"
    published = publications.find(visit.session, study)
    is_public = published is not None and published.round.number == number
    since = published and formats.date(published.at, visit.zone)
    return ForTeam(
        published=f"round {published.round.number}, since {since}" if published else "",
        address=_public_address(visit, study),
        publish=None if is_public else Link(f"Publish round {number}", f"{address}?through={number}"),
        withdraw=Link("Take them back", f"{address}/withdrawal"),
    )


def _for_anyone(visit: Visit, place: Place, strip: RankedStrip) -> ForAnyone:
    return ForAnyone(
        aims=place.study.protocol.aims,
        answered=tuple(_answered(visit, one) for one in strip.rounds),
    )


def _answered(visit: Visit, one: grids.RoundHeard) -> str:
    told = ", ".join(f"{count} {in_sentence(name)}" for name, count in one.answered)
    return f"Round {one.number}, closed {formats.date(one.closed_at, visit.zone)}: {told}."


def _showing(strip: RankedStrip) -> tuple[str, str, str]:
    ranked, unranked = len(strip.ranked), len(strip.unranked)
    return f"{strip.criterion.name}: {strip.lens.name}", f"{ranked or 'none'}", f"{unranked or 'none'}"


def _public_address(visit: Visit, study: Study) -> str:
    return f"{visit.settings.public_address}/grids/{study.key}"
