"""Documents cannot go stale: what is made from the code is compared with it, and examples run."""

import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

import analysis
from tests import documents

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(documents.DOCS.rglob("*.md"))]
STATISTICS = documents.DOCS / "statistics.md"

# Modules without a measure of their own: what ratings and rules are, and the arithmetic of the measures.
OF_NO_MEASURE: Final = frozenset(
    "chance_agreement crossings dirichlet_pairs exact_values grammar joint_binomials joint_medians"
    " local_weighing matrices order_statistics permutations population_cells population_quantiles posteriors"
    " published_rules redraws repeats rules scales tallies turning_points undefined weight_lines".split()
)
# Functions that serve the measures beside them.
HELPERS: Final = frozenset(
    [
        *("appropriateness.exceeds_ipras", "appropriateness.median_in_band", "appropriateness.within"),
        *("associations.unanimous", "change_tests.two_sided_binomial", "kappas.disagreement_weights"),
        *("cell_chances.given", "cell_chances.same_on_every_row", "cell_chances.with_error"),
        *("local_update.local_updates", "weighted_laws.can_enumerate"),
        *("changes.net_change_below", "changes.unchanged_at_least", "polarisation.deviations"),
        *("consensus.decided", "consensus.ways", "sensitivity.counts_unable", "weighting.weigh"),
        "weighting.exact_weights",
        *("exact_laws.binomial_at_least", "exact_laws.binomial_cdf", "exact_laws.binomial_percentile"),
        *("exact_laws.log_choose", "quantile_laws.chances_of", "quantile_laws.grid_differences"),
        *("quantile_laws.grid_steps", "rank_tests.mann_whitney_of_counts", "rank_tests.net_wins"),
        *("resampling.one_by_one", "resampling.resampled_tallies"),
        *("summaries.check_weights", "summaries.position"),
    ]
)


def modules() -> dict[str, ModuleType]:
    names = [module.name for module in pkgutil.iter_modules(analysis.__path__)]
    return {name: importlib.import_module(f"analysis.{name}") for name in names}


def functions(module: ModuleType) -> dict[str, Callable[..., object]]:
    """The public functions that the module itself defines."""
    defined = inspect.getmembers(module, inspect.isfunction)
    return {n: f for n, f in defined if f.__module__ == module.__name__ and not n.startswith("_")}


MODULES: Final = modules()
DOCSTRINGS: Final = {
    f"{name}.{function}": inspect.getdoc(found) or ""
    for name, module in MODULES.items()
    for function, found in functions(module).items()
}
MEASURES: Final = [
    name for name in DOCSTRINGS if name.partition(".")[0] not in OF_NO_MEASURE and name not in HELPERS
]


def has_source(name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the docstring names a source, says that there is none, or refers to a function that has one."""
    text = DOCSTRINGS[name]
    if re.search(r"\bSources?( of [\w ]+)?: (?!as\b|see\b)|\bNo source:", text):
        return True
    if "Source: see the module" in text:
        return "\nSource: " in (MODULES[name.partition(".")[0]].__doc__ or "")
    spoken_of = {of.rpartition(".")[2] for of in re.findall(r"`([\w.]+)`", text)}
    beside = {other for other in DOCSTRINGS if other.partition(".")[2] in spoken_of}
    return any(has_source(other, seen | {name}) for other in beside - seen - {name})


@pytest.mark.parametrize("path", documents.made(), ids=lambda path: path.name)
def test_a_document_says_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == documents.made()[path]


def test_the_examples_of_the_statistics_run() -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, tried = doctest.testfile(str(STATISTICS), module_relative=False, optionflags=flags)
    assert (failed, tried > 150) == (0, True)


def test_the_statistics_list_every_measure() -> None:
    page = STATISTICS.read_text(encoding="utf-8")
    listed = set(re.findall(r"`(\w+)`", "\n".join(line for line in page.splitlines() if "|" in line)))
    assert [name for name in MEASURES if name.partition(".")[2] not in listed] == []


def test_the_statistics_show_every_measure_at_work() -> None:
    examples = doctest.DocTestParser().get_examples(STATISTICS.read_text(encoding="utf-8"))
    code = "\n".join(example.source for example in examples)
    used = set(re.findall(r"(?<=\.)\w+|\w+(?=\()", code))
    assert [name for name in MEASURES if name.partition(".")[2] not in used] == []


def test_the_list_of_helpers_is_not_stale() -> None:
    assert DOCSTRINGS.keys() >= HELPERS
    assert MODULES.keys() >= OF_NO_MEASURE


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_has_its_source_and_an_example(name: str) -> None:
    assert has_source(name)
    assert ">>> " in DOCSTRINGS[name]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text) + re.findall(r'src="([^"]+)"', text)
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []
