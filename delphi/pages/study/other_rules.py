"""What other published rules would have said: how much of a result hangs on the rule that was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlencode

from litestar import Controller, Response, get
from litestar.params import FromPath, FromQuery

from delphi import protocol_in_words, rules_in_words
from delphi.auth import Access
from delphi.db import transaction
from delphi.formats import NOTHING, plural
from delphi.page import CSV, Link, Page, download
from delphi.pages.study import tabs
from delphi.visits import Visit
from surveys import results as kept
from surveys.cells import in_sentence
from surveys.errors import NotFound
from surveys.exchange import csv_files
from surveys.rounds import Round

if TYPE_CHECKING:
    from surveys.other_rules import ItemUnderRules, UnderOthers

RULES = (
    ("Rule", "text"),
    ("In", "number"),
    ("Out", "number"),
    ("No consensus", "number"),
    ("Too few", "number"),
    ("Otherwise than yours", "number"),
)
ITEMS = (("Item", "text"), ("By your rule", "text"), ("In by", "text"), ("Not in by", "text"))


@dataclass(frozen=True, kw_only=True)
class OtherRulesPage(Page):
    """One panel on one criterion under every published rule, and the items that depend on the rule."""

    template: ClassVar[str] = "pages/study/other_rules.html"
    number: int
    address: str
    said: str
    own: tuple[str, ...]
    places: tuple[Link, ...]
    rules: tuple[tuple[object, ...], ...]
    items: tuple[tuple[object, ...], ...]
    sources: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    file: Link
    columns: tuple[tuple[str, str], ...] = RULES
    item_columns: tuple[tuple[str, str], ...] = ITEMS


class OtherRulesPages(Controller):
    """The same answers under other rules."""

    path = "/studies/{key:str}/rounds/{number:int}"

    @get("/rules", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def show(
        self,
        visit: Visit,
        key: FromPath[str],
        number: FromPath[int],
        criterion: FromQuery[str] = "",
        panel: FromQuery[str] = "",
    ) -> OtherRulesPage:
        round_ = tabs.round_of(visit, key, number)
        return _page(visit, round_, *_place(round_, criterion, panel))

    @get("/rules.csv", access=Access.RESEARCHER, sync_to_thread=True)
    @transaction
    def file(self, visit: Visit, key: FromPath[str], number: FromPath[int]) -> Response[bytes]:
        data = _file(visit, tabs.round_of(visit, key, number))
        return download(f"{key}-round-{number}-other-rules.csv", data, CSV)


def _place(round_: Round, criterion: str, panel: str) -> tuple[str, str]:
    """What is asked for, the first where nothing is."""
    plan = round_.study.protocol
    criteria, panels = [one.key for one in plan.criteria], [one.key for one in plan.panels]
    if (criterion and criterion not in criteria) or (panel and panel not in panels):
        raise NotFound("This study has no such criterion or panel.")
    return criterion or criteria[0], panel or panels[0]


def _page(visit: Visit, round_: Round, criterion: str, panel: str) -> OtherRulesPage:
    from surveys import other_rules  # noqa: PLC0415  # scipy takes a second, and a start needs none

    plan, address = round_.study.protocol, tabs.round_address(round_)
    found = other_rules.find(plan, kept.get(visit.session, round_), criterion, panel)
    titles = {asked.item_id: f"{asked.item.position}. {asked.wording.title}" for asked in round_.items}
    names = [rule.name for rule in found.rules]
    disputed = [item for item in found.items if item.depends_on_rule]
    whose = f"{in_sentence(plan.panel(panel).name)} on {in_sentence(plan.criterion(criterion).name)}"
    return OtherRulesPage(
        title=f"Other rules, round {round_.number}",
        frame=tabs.round_frame(visit, round_),
        number=round_.number,
        address=address,
        said=f"Of {plural(len(found.items), 'item')}, {len(disputed) or 'none'} would be called otherwise by"
        f" some other published rule: {whose}.",
        own=rules_in_words.sentences(found.own, protocol_in_words.scale(plan)),
        places=_places(round_, criterion, panel),
        rules=tuple(
            (one.name, one.into, one.out, one.no_consensus, one.too_few, one.changed) for one in found.rules
        ),
        items=tuple((titles[item.item_id], item.own, *_apart(names, item.verdicts)) for item in disputed),
        sources=tuple((one.name, f"{one.text}. {one.source}.") for one in found.rules),
        left_out=found.left_out,
        file=Link("Every item under every rule (CSV)", f"{address}/rules.csv"),
    )


def _apart(names: Sequence[str], verdicts: Sequence[str]) -> tuple[str, str]:
    """The rules that call it in, and those that do not though they have a verdict."""
    told = list(zip(names, verdicts, strict=True))
    into = [name for name, verdict in told if verdict == "in"]
    not_in = [name for name, verdict in told if verdict not in ("in", "too few")]
    return "; ".join(into) or NOTHING, "; ".join(not_in) or NOTHING


def _places(round_: Round, criterion: str, panel: str) -> tuple[Link, ...]:
    """A link to each criterion and panel."""
    plan, address = round_.study.protocol, tabs.round_address(round_)
    return tuple(
        Link(
            f"{one.name}: {in_sentence(other.name)}",
            f"{address}/rules?{urlencode({'criterion': one.key, 'panel': other.key})}",
            is_current=(one.key, other.key) == (criterion, panel),
        )
        for one in plan.criteria
        for other in plan.panels
    )


def _file(visit: Visit, round_: Round) -> bytes:
    """One line for each item, criterion and panel, and a column for each rule."""
    from surveys import other_rules  # noqa: PLC0415  # as above

    plan, results = round_.study.protocol, kept.get(visit.session, round_)
    titles = {asked.item_id: (asked.item.position, asked.item.key) for asked in round_.items}
    every = {
        (criterion.key, panel.key): other_rules.find(plan, results, criterion.key, panel.key)
        for criterion in plan.criteria
        for panel in plan.panels
    }
    header = ["number", "item", "criterion", "panel", "own rule", *other_rules.NAMES, "simulated"]
    simulated = "yes" if round_.study.is_simulated else "no"
    rows = [
        [
            titles[item.item_id][0],
            csv_files.inert(titles[item.item_id][1]),
            *place,
            item.own,
            *(_by_name(found, item).get(name, "") for name in other_rules.NAMES),
            simulated,
        ]
        for place, found in every.items()
        for item in found.items
    ]
    return csv_files.write(header, rows)


def _by_name(found: "UnderOthers", item: "ItemUnderRules") -> dict[str, str]:
    return dict(zip((rule.name for rule in found.rules), item.verdicts, strict=True))
