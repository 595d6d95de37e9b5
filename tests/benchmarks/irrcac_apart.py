"""irrCAC in an environment of its own, because it pins an old SciPy; run there, this file times it.

`python irrcac_apart.py RATINGS.npy TIMES` prints the median seconds of alpha, AC2 and Fleiss's kappa with
their standard errors, for ratings (criteria, R, I) with 0 for none.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KEPT = Path(tempfile.gettempdir()) / f"delphi-bench-irrcac-{os.getuid()}"
WANTED = "irrCAC==0.4.4"


def environment() -> Path | None:
    """The interpreter of the environment, made at the first call and kept; None where it cannot be made."""
    python, uv = KEPT / "bin" / "python", Path(sys.executable).with_name("uv")
    try:
        if not python.exists() or subprocess.run([python, "-c", "import irrCAC"], check=False).returncode:
            subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, KEPT], check=True)
            subprocess.run([uv, "pip", "install", "--quiet", "--python", python, WANTED], check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return python


def seconds(python: Path, ratings: Path, times: int) -> float:
    """The median time of several runs in the environment."""
    # Isolated, so that the benchmark of statistics beside this file does not stand for Python's own module.
    program = [python, "-I", Path(__file__), ratings, str(times)]
    return float(subprocess.run(program, check=True, capture_output=True, text=True).stdout)


def main(kept: str, times: int) -> None:
    """Time it, in the other environment."""
    import warnings

    import numpy as np
    import pandas as pd
    from irrCAC.raw import CAC

    warnings.simplefilter("ignore")
    criteria = [pd.DataFrame(np.where(of > 0, of, np.nan).T) for of in np.load(kept)]

    def once() -> None:
        for of_raters in criteria:
            coefficients = CAC(of_raters, weights="quadratic", categories=list(range(1, 10)))
            coefficients.krippendorff()
            coefficients.gwet()
            coefficients.fleiss()

    once()
    runs = []
    for _ in range(times):
        start = time.perf_counter()
        once()
        runs.append(time.perf_counter() - start)
    print(statistics.median(runs))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
