"""How the progress of a transfer is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

__all__ = ["ProgressCallback", "silent"]

ProgressCallback: TypeAlias = Callable[[str, int, int | None], None]
"""Takes what is being fetched, the bytes done and the bytes in all, where known."""


def silent(_what: str, _done: int, _total: int | None) -> None:
    """Tell nobody."""
