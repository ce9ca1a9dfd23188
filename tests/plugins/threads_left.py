"""Threads of searches and cameras, of which none may be left."""

from __future__ import annotations

import threading

__all__ = ["threads_left"]

_NAMES = ("camera at", "encoder", "frames", "search of", "signs", "start of", "watch of")


def threads_left() -> list[str]:
    """Return the names of those that still run."""
    return [one.name for one in threading.enumerate() if one.name.startswith(_NAMES)]
