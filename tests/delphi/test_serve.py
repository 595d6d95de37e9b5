"""`delphi serve` as a program of its own: one process or several, told to stop."""

import os
import signal
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from delphi.cli import main
from tests.delphi.conftest import SECRET
from tests.machine import free_port

PROGRAM = [sys.executable, "-c", "from delphi.cli import main; main()", "serve"]


@pytest.mark.parametrize("processes", [1, 2])
def test_it_serves_until_it_is_told_to_stop(database_url: str, processes: int) -> None:
    if processes > 1 and database_url.startswith("sqlite"):
        pytest.skip("several processes need PostgreSQL")
    port = free_port()
    settings = {"DELPHI_DATABASE_URL": database_url, "DELPHI_SECRET_KEY": SECRET}
    command = [*PROGRAM, "--port", str(port), "--processes", str(processes)]
    with subprocess.Popen(command, env=os.environ | settings, stderr=subprocess.PIPE, text=True) as running:
        assert f"http://127.0.0.1:{port}" in _first_page(port)
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=30) in (0, -signal.SIGTERM)


def test_several_processes_are_refused_on_sqlite(
    tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DELPHI_DATABASE_URL", f"sqlite:///{tmp_path}/new.sqlite3")
    ended = CliRunner().invoke(main, ["serve", "--port", "0", "--processes", "2"])
    assert (ended.exit_code, "Several processes need PostgreSQL" in ended.stderr) == (1, True)


def _first_page(port: int) -> str:
    """The first page, and the address it was had from."""
    end = time.monotonic() + 30
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}") as answer:  # this machine
                return answer.url + answer.read().decode()
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
