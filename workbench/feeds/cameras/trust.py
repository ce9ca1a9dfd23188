"""Whose certificates are trusted for cameras."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi

from workbench.errors import FeedError

__all__ = ["authorities"]


def authorities(given: Path | None) -> str:
    """Return the file of authorities: the one given, else the system's, else a shipped list.

    Raises:
        FeedError: when there is no such file.
    """
    if given is not None:
        if not given.is_file():
            msg = f"{given}: there is no such file. Correct the setting camera.certificates."
            raise FeedError(msg)
        return str(given)
    return ssl.get_default_verify_paths().cafile or certifi.where()
