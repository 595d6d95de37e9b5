"""Where local people and a study disagree, in words: the largest difference first."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from delphi.pages.editions import differences


def item(title: str, *, medians: tuple[float, float], delta: float, chance: float) -> Any:
    """An item that one panel sees otherwise here than in the study."""
    compared = SimpleNamespace(
        criterion="ease", local_median=medians[0], published_median=medians[1], delta=delta, is_conflict=True
    )
    ours = SimpleNamespace(on=(SimpleNamespace(criterion="ease", moved=chance, ten_points=None),))
    panel = SimpleNamespace(name="Practitioners", compared=(compared,), at=(ours,))
    return SimpleNamespace(title=title, panels=(panel,))


def order(items: Sequence[Any]) -> list[str]:
    axes = (SimpleNamespace(criterion="ease", name="Ease"),)
    found: Any = SimpleNamespace(axes=axes, items=items)
    return [sentence.partition("”")[0].removeprefix("“") for sentence in differences.conflicts(found)]


def test_the_largest_difference_is_first_then_the_surest_and_equal_medians_are_last() -> None:
    weak = item("weak", medians=(7, 6), delta=0.4, chance=0.9)
    strong = item("strong", medians=(3, 8), delta=-0.9, chance=0.5)
    surer = item("surer", medians=(3, 8), delta=-0.9, chance=0.95)
    level = item("level", medians=(7, 7), delta=1.0, chance=1.0)
    assert order([level, weak, strong, surer]) == ["surer", "strong", "weak", "level"]
