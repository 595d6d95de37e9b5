"""The pages and the style sheet that is built of the design system agree.

A class without a rule is misspelt, or of a component that nhsuk.scss does not list.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "delphi" / "static" / "vendor"
BUILT = VENDOR / "nhsuk" / "nhsuk.css"

# `nhsuk-button--` and `nhsuk-{{ block }}__label` are names of which a part comes later.
NAME = re.compile(r"\bnhsuk-(?:[\w-]|\{\{ ?[\w.]+ ?\}\})*")
LATER = re.compile(r"\{\{.*?\}\}|(?<=-)$")


@pytest.fixture(scope="module")
def styles() -> str:
    return BUILT.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rules(styles: str) -> set[str]:
    return set(re.findall(r"\.(nhsuk-[\w-]+)", styles))


def test_every_class_of_the_design_system_that_is_used_has_a_rule(rules: set[str]) -> None:
    used = {(path.relative_to(ROOT).as_posix(), name) for path in sources() for name in names(path)}
    missing = {(path, name) for path, name in used if not has_rule(name, rules)}
    assert sorted(missing) == []


@pytest.mark.parametrize("name", ["nhsuk-buton", "nhsuk-{{ block }}__lable", "nhsuk-input--breadth-"])
def test_a_class_without_a_rule_is_seen(name: str, rules: set[str]) -> None:
    assert not has_rule(name, rules)


def test_the_style_sheet_needs_nothing_but_the_images_beside_it(styles: str) -> None:
    addresses = set(re.findall(r"url\(\"?([^)\"]+)", styles))
    assert [address for address in addresses if not (BUILT.parent / address).is_file()] == []
    assert "@font-face" not in styles
    assert "@import" not in styles


def sources() -> Iterator[Path]:
    """Every file of ours that may name a class."""
    for folder in (ROOT / "templates", ROOT / "delphi"):
        for path in folder.rglob("*.*"):
            if path.suffix in {".css", ".html", ".js", ".py", ".svg"} and VENDOR not in path.parents:
                yield path


def names(path: Path) -> set[str]:
    """The classes of the design system that a file names."""
    return set(NAME.findall(path.read_text(encoding="utf-8")))


def has_rule(name: str, rules: set[str]) -> bool:
    """Whether there is a rule for a class, or for one that it may become."""
    pattern = r"[\w-]+".join(re.escape(part) for part in LATER.split(name))
    return any(re.fullmatch(pattern, rule) for rule in rules)
