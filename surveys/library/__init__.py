"""Example studies as files, one folder each."""

from pathlib import Path


def folder(name: str) -> Path:
    """The folder of an example study."""
    return Path(__file__).parent / name
