"""Addresses that leave the service, in a file or a mail: each begins with the address that people type."""

from delphi.settings import Settings


def personal_link(settings: Settings, token: str) -> str:
    """Where a panellist begins."""
    return f"{settings.public_address.rstrip('/')}/join/{token}"


def sign_in_link(settings: Settings, token: str) -> str:
    """Where a single-use link signs a researcher in."""
    return f"{settings.public_address.rstrip('/')}/sign-in/link/{token}"


def front(settings: Settings, path: str = "/") -> str:
    """The first page, or another by its path."""
    return settings.public_address.rstrip("/") + path
