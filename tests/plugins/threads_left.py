"""Threads of searches and cameras, of which none may be left."""

from __future__ import annotations

import threading
from collections.abc import Iterable

__all__ = ["threads_left", "threads_now"]

_NAMES = ("camera at", "encoder", "frames", "search of", "signs", "start of", "watch of")


def threads_now() -> list[threading.Thread]:
    """Return those that run."""
    return [one for one in threading.enumerate() if one.name.startswith(_NAMES)]


def threads_left(since: Iterable[threading.Thread]) -> list[str]:
    """Return the names of those that still run, but for those that ran before.

    Args:
        since: what `threads_now` gave before; another test may have left some, each with its feed.
    """
    before = set(since)
    return [one.name for one in threads_now() if one not in before]
