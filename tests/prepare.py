"""Bring what the tests need beside Python: `python -m tests.prepare`, which `make test` runs first.

What is missing is installed from Debian's packages where apt is there and we may; otherwise one line says
what will be skipped and why. On the build server (CI=true) something missing is an error. With `--bench` it
brings what the bench needs instead.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests import machine

# Another apt may be at work on a machine that has just started.
APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300")
INSTALL = ("install", "-y", "--no-install-recommends")


@dataclass(frozen=True)
class Need:
    """A thing to have: how it is found, the Debian packages that bring it, what is skipped without it."""

    name: str
    find: Callable[[], Path | str | None]
    packages: tuple[str, ...]
    skipped: str


POSTGRESQL = Need("PostgreSQL", machine.find_postgres, ("postgresql",), "what runs on PostgreSQL")
# A browser without fonts draws boxes, and a page of boxes has other widths.
CHROMIUM = Need("Chromium", machine.find_chromium, ("chromium", "fonts-liberation"), "what runs in a browser")
WRK = Need("wrk", lambda: shutil.which("wrk"), ("wrk",), "what measures the load")


def main(arguments: list[str]) -> int:
    """Install what is missing, say what stays missing, and return the exit code."""
    needs = [POSTGRESQL, WRK] if "--bench" in arguments else [POSTGRESQL, CHROMIUM]
    missing = [need for need in needs if not need.find()]
    obstacle = install(missing) if missing else ""
    absent = [need for need in missing if not need.find()]
    for need in absent:
        reason = obstacle or "its package did not bring it"
        print(f"No {need.name}: {need.skipped} will be skipped ({reason}).")
    return 1 if absent and machine.is_ci() else 0


def install(needs: list[Need]) -> str:
    """Install the packages of these needs; return what stood in the way, or nothing."""
    command = apt()
    if command is None:
        return "no apt here, or no right to install; install it by hand"
    print(f"Installing {' and '.join(need.name for need in needs)} from Debian's packages ...", flush=True)
    packages = [package for need in needs for package in need.packages]
    for step in (("update",), (*INSTALL, *packages)):
        done = run([*command, *step])
        if done.returncode:
            return f"apt-get {step[0]} failed: {last_line(done.stderr)}"
    return ""


def apt() -> list[str] | None:
    """The command that may install packages without asking anything, or None."""
    if not shutil.which("apt-get"):
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", *APT]
    if os.geteuid() == 0:
        return quiet
    may_sudo = shutil.which("sudo") and run(["sudo", "-n", "true"]).returncode == 0
    return ["sudo", "-n", *quiet] if may_sudo else None


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command that asks nothing to its end."""
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def last_line(text: str) -> str:
    """The line in which a failing program says what is wrong."""
    return (text.strip().splitlines() or ["it gave no reason"])[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
