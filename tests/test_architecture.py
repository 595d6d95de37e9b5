"""What a start may load. What may import what is said by the import contracts in pyproject.toml.

scipy and pandas cost a second between them, the web framework a third of one. The command line answers
`--help` without either; the web service starts without the former.
"""

import subprocess
import sys

import pytest

SLOW = {"litestar", "numpy", "pandas", "scipy", "sqlalchemy"}
PRINT_LOADED = "import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"


@pytest.mark.parametrize(("module", "unwanted"), [("delphi.cli", SLOW), ("delphi.app", {"pandas", "scipy"})])
def test_a_start_loads_nothing_that_it_does_not_need(module: str, unwanted: set[str]):
    assert loaded_by(module) & unwanted == set()


def test_what_is_loaded_is_seen():
    assert "numpy" in loaded_by("numpy")


def loaded_by(module: str) -> set[str]:
    """The packages in memory after a fresh interpreter has imported a module."""
    command = [sys.executable, "-W", "error", "-c", PRINT_LOADED.format(module=module)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())
