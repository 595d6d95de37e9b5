"""Documents cannot go stale: what is made from the code is compared with it, and examples run."""

import doctest
import re
from pathlib import Path

import pytest

from tests import documents

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(documents.DOCS.rglob("*.md"))]


@pytest.mark.parametrize("path", documents.made(), ids=lambda path: path.name)
def test_a_document_says_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == documents.made()[path]


def test_the_examples_of_the_statistics_run() -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    failed, tried = doctest.testfile(
        str(documents.DOCS / "statistics.md"), module_relative=False, optionflags=flags
    )
    assert (failed, tried > 10) == (0, True)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text) + re.findall(r'src="([^"]+)"', text)
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []
