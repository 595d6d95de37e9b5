"""Starting: the help of the command line, and the server's first answer."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.benchmarks.measures import Measure, median_seconds, milliseconds
from tests.benchmarks.studies_at_work import SECRET, Place

DELPHI = Path(sys.executable).with_name("delphi")
PORT = 8765
ADDRESS = f"http://127.0.0.1:{PORT}"


def measure(place: Place) -> Iterator[Measure]:
    """Both, each with Python's own start beside it."""
    help_ = median_seconds(lambda: _run([str(DELPHI), "--help"]), 10)
    python = median_seconds(lambda: _run([sys.executable, "-c", ""]), 10)
    yield Measure(
        "`delphi --help`", milliseconds(help_), "under 0.3 s", f"an empty Python {milliseconds(python)}"
    )
    first = statistics.median(serve_seconds(place) for _ in range(3))
    yield Measure("`delphi serve` to its first answer", milliseconds(first), "under 2 s")


def serve_seconds(place: Place) -> float:
    """From starting the command to the first page."""
    start = time.perf_counter()
    with serving(place):
        return time.perf_counter() - start


@contextmanager
def serving(place: Place, processes: int = 1) -> Iterator[str]:
    """The address of a server on this database, once it answers."""
    process = subprocess.Popen(  # our own program
        [str(DELPHI), "serve", "--port", str(PORT), "--processes", str(processes)],
        env={**os.environ, **_environment(place)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process)
        yield ADDRESS
    finally:
        process.terminate()
        process.wait(10)


def _environment(place: Place) -> Mapping[str, str]:
    return {"DELPHI_DATABASE_URL": place.url, "DELPHI_SECRET_KEY": SECRET, "DELPHI_PUBLIC_ADDRESS": ADDRESS}


def _wait(process: subprocess.Popen[bytes]) -> None:
    for _ in range(1000):
        if process.poll() is not None:
            raise RuntimeError("delphi serve has ended by itself")
        try:
            urlopen(ADDRESS).close()  # this machine
        except (URLError, ConnectionError):
            time.sleep(0.01)
        else:
            return
    raise RuntimeError("delphi serve does not answer")


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # our own program
