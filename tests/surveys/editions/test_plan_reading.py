"""Reading a step: every mistake is named with the way out, and nothing else is refused."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from surveys import publications
from surveys.editions import plan_reading, plans, sources
from surveys.editions.plan_reading import NO_ITEM_LEFT
from surveys.editions.plans import EditionPlan, Step
from surveys.editions.sources import Source
from surveys.errors import FaultyFile
from surveys.studies import Study
from tests.surveys.editions import examples


@pytest.fixture
def source(session: Session, published: Study, now: datetime) -> Source:
    return sources.read(sources.take(session, publications.get(session, published.key), now=now))


GOOD: list[tuple[Step, dict[str, Any]]] = [
    (Step.GROUP, {}),
    (
        Step.GROUP,
        {
            "place": "North",
            "groups": ["rural"],
            "other_groups": ["Seafarers"],
            "figures": [{"text": "One in nine has no car.", "source": "Census 2021"}],
        },
    ),
    (Step.ISSUES, {"filters": {"audience": ["commissioners"]}, "choices": examples.choices("rent")}),
    (Step.ISSUES, {"local_items": [{"title": "A garden", "standing": "in place already"}]}),
    (Step.INGREDIENTS, {"panel_weights": {"practitioners": 0, "lived_experience": 2.5}}),
    (Step.INGREDIENTS, {"criterion_weights": {"usefulness": 3, "feasibility": 1}}),
    (Step.INGREDIENTS, {"cuts": {"kind": "own", "at": {"usefulness": 6.5, "feasibility": 9}}}),
    (Step.INGREDIENTS, {"items": [{"item": "bus", "checks": [{"principle": "flexible", "is_met": True}]}]}),
    (Step.CODESIGN, {"work": [{"lead": "Ann", "first_date": "2026-09-01"}, {"item": "bus", "lead": "Bob"}]}),
]
BAD: list[tuple[Step, dict[str, Any], str, str]] = [
    (Step.GROUP, {"groups": ["rurl"]}, "groups", "Did you mean “rural”?"),
    (Step.GROUP, {"plaice": "x"}, "top of the file", "not known here"),
    (Step.GROUP, {"figures": [{"text": " "}]}, "figures 1, text", "must not be empty"),
    (Step.GROUP, {"place": "x" * 201}, "place", "at most 200"),
    (Step.GROUP, {"place": "x\x00"}, "place", "control character"),
    (Step.GROUP, {"figures": [{"text": "x"}] * 61}, "figures", "at most 60"),
    (Step.ISSUES, {"filters": {"audience": ["none"]}}, "filters", NO_ITEM_LEFT),
    (Step.ISSUES, {"filters": {"audiense": []}}, "filters", "Did you mean “audience”?"),
    (Step.ISSUES, {"choices": examples.choices("buss")}, "choices", "Did you mean “bus”?"),
    (Step.ISSUES, {"choices": examples.choices("bus", "bus")}, "choices", "stands here 2 times"),
    (Step.ISSUES, {"choices": examples.choices("bus", standing="maybe")}, "choices 1, standing", "possible"),
    (Step.ISSUES, {"local_items": [{"key": "local-9", "title": "x"}]}, "local_items", "no “local-9”"),
    (
        Step.INGREDIENTS,
        {"panel_weights": {"practitioners": -1, "lived_experience": 1}},
        "panel_weights.practitioners",
        "0 or more",
    ),
    (
        Step.INGREDIENTS,
        {"panel_weights": {"practitioners": 0, "lived_experience": 0}},
        "panel_weights",
        "sum to nothing",
    ),
    (
        Step.INGREDIENTS,
        {"panel_weights": {"practitioners": 1}},
        "panel_weights.lived_experience",
        "weight as well",
    ),
    (
        Step.INGREDIENTS,
        {"criterion_weights": {"usefulness": float("nan"), "feasibility": 1}},
        "criterion_weights.usefulness",
        "0 or more",
    ),
    (Step.INGREDIENTS, {"cuts": {"kind": "own", "at": {"usefulness": 1}}}, "cuts.at.usefulness", "above 1"),
    (Step.INGREDIENTS, {"cuts": {"at": {"usefulness": 5}}}, "cuts.at", "cuts of your own"),
    (
        Step.INGREDIENTS,
        {"items": [{"item": "bus", "checks": [{"principle": "kind", "is_met": True}]}]},
        "items 1, checks",
        "no “kind”",
    ),
    (Step.CODESIGN, {"work": [{"first_date": "1/9/2026"}]}, "work 1, first_date", "such as 2026-09-01"),
    (Step.CODESIGN, {"work": [{"item": "buss"}]}, "work", "Did you mean “bus”?"),
]


@pytest.mark.parametrize(("step", "data"), GOOD)
def test_what_is_right_is_read_and_kept(source: Source, step: Step, data: dict[str, Any]):
    content = plan_reading.read(step, data, EditionPlan(), source)
    plan = plans.with_step(EditionPlan(), step, content, source=source)
    assert plans.decode(plans.encode(plan)) == plan


@pytest.mark.parametrize(("step", "data", "where", "sentence"), BAD)
def test_a_mistake_is_named(source: Source, step: Step, data: dict[str, Any], where: str, sentence: str):
    with pytest.raises(FaultyFile) as refused:
        plan_reading.read(step, data, EditionPlan(), source)
    assert [fault for fault in refused.value.faults if fault.where == where and sentence in fault.sentence]


def test_all_mistakes_are_named_at_once(source: Source):
    data = {"place": "x" * 201, "groups": ["rurl"], "figures": [{"text": ""}]}
    with pytest.raises(FaultyFile) as refused:
        plan_reading.read(Step.GROUP, data, EditionPlan(), source)
    assert len(refused.value.faults) == 3


def test_equal_plans_are_equal_bytes_however_they_were_typed():
    one, other = (
        plans.IngredientsStep(panel_weights=dict(pairs))
        for pairs in ([("a", 1.0), ("b", 2.0)], [("b", 2.0), ("a", 1.0)])
    )
    assert plans.encode(EditionPlan(ingredients=one)) == plans.encode(EditionPlan(ingredients=other))


def test_another_place_does_not_take_over_who_leads_and_what_is_true_there():
    work = (plans.Work(lead="Ann", evaluation="By asking."), plans.Work(lead="Bob"))
    plan = EditionPlan(
        group=plans.GroupStep(place="North", groups=("rural",), figures=(plans.LocalFigure(text="x"),)),
        codesign=plans.CodesignStep(work=work),
    )
    copied = plans.for_another_place(plan)
    assert copied.group == plans.GroupStep(groups=("rural",))
    assert copied.codesign.work == (plans.Work(evaluation="By asking."),)
