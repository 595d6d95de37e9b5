"""What a protocol or the command line imports does not bring scipy or pandas along."""

import subprocess
import sys

import pytest

LIGHT = (
    "scales",
    "tallies",
    "summaries",
    "rules",
    "grammar",
    "apmo",
    "appropriateness",
    "combining",
    "consensus",
    "contrasts",
    "multiverse",
    "priority",
    "published_rules",
    "weighting",
)


@pytest.mark.parametrize("module", LIGHT)
def test_the_module_imports_numpy_at_most(module: str) -> None:
    program = f"import sys, analysis.{module}; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert not packages & {"scipy", "pandas", "sqlalchemy", "litestar"}


def test_scales_need_the_standard_library_alone() -> None:
    program = "import sys, analysis.scales; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
