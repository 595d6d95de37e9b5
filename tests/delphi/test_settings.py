"""Settings: a wrong one is refused by its name when a command starts; the secret is made once, and whole."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from delphi import settings as settings_
from delphi.settings import Settings
from surveys import database
from surveys.errors import InvalidInput


@pytest.mark.parametrize(
    "sender",
    [
        "Delphi <delphi@localhost>",
        "delphi@example.org",
        '"Fairer, care" <delphi@example.org>',
        "Étude <delphi@example.org>",
    ],
)
def test_an_address_with_or_without_a_name_may_be_the_sender(sender: str) -> None:
    assert settings_.read({"DELPHI_MAIL_FROM": sender}).mail_from == sender


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MAIL_FROM", "<@"),
        ("MAIL_FROM", "Delphi"),
        ("MAIL_FROM", ""),
        ("MAIL_FROM", "a@["),
        ("MAIL_FROM", "Delphi <delphi@example>"),
        ("MAIL_FROM", "a@example.org, b@example.org"),
        ("MAIL_FROM", "Delphi\nBcc: eve@example.org <delphi@example.org>"),
        ("SMTP_URL", "smtp://mail.example.org:none"),
        ("SMTP_URL", "smtp://mail.example.org:99999"),
        ("SMTP_URL", "http://mail.example.org"),
        ("SMTP_URL", "mail.example.org"),
        ("DATABASE_URL", "mysql://delphi@localhost/delphi"),
        ("DATABASE_URL", "delphi.sqlite3"),
        ("DATABASE_URL", "postgresql://localhost:none/delphi"),
        ("SECRET_KEY", "short"),
        ("PUBLIC_ADDRESS", "delphi.example.org"),
        ("TIME_ZONE", "Nowhere"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"^DELPHI_{name} "):
        settings_.read({f"DELPHI_{name}": value})


def test_a_refused_setting_does_not_repeat_a_password() -> None:
    with pytest.raises(InvalidInput) as refusal:
        settings_.read({"DELPHI_DATABASE_URL": "mysql://delphi:hidden@localhost/delphi"})
    assert "hidden" not in refusal.value.sentence


def test_no_other_kind_of_database_is_taken_for_one_of_ours() -> None:
    with pytest.raises(InvalidInput, match=r"sqlite:///delphi\.sqlite3 or postgresql://"):
        database.connect("mysql://delphi@localhost/delphi")


@pytest.fixture
def beside(tmp_path: Path) -> Settings:
    """The settings of a database in a folder, without a secret."""
    return Settings(database_url=f"sqlite:///{tmp_path / 'delphi.sqlite3'}")


def test_a_secret_is_made_once_for_its_owner_alone(beside: Settings, tmp_path: Path) -> None:
    made = settings_.key(beside)
    assert settings_.key(beside) == made
    (path,) = tmp_path.iterdir()
    assert (path.name, path.stat().st_mode & 0o777) == ("delphi.secret", 0o600)
    assert len(made.secret) >= settings_.SHORTEST_SECRET


@pytest.mark.parametrize("kept", ["", "short", "x" * 31])
def test_a_secret_that_was_cut_short_is_refused(beside: Settings, tmp_path: Path, kept: str) -> None:
    (tmp_path / "delphi.secret").write_text(kept)
    with pytest.raises(InvalidInput, match=r"delphi\.secret needs at least 32 characters"):
        settings_.key(beside)


def test_many_at_once_make_one_secret(beside: Settings, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(settings_.key, [beside] * 32))
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["delphi.secret"]


def test_whoever_loses_the_race_reads_the_winners_secret(
    beside: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    winners, link = "w" * 64, os.link

    def lost(source: str, target: Path) -> None:
        target.write_text(winners)
        link(source, target)

    monkeypatch.setattr(os, "link", lost)
    assert settings_.key(beside).secret.decode() == winners
    assert [path.name for path in tmp_path.iterdir()] == ["delphi.secret"]
