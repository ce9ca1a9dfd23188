"""What is said and kept of what went wrong in a live search: no face, and nobody's name."""

from __future__ import annotations

import traceback
from typing import Final

from workbench.bench.session_records import shown
from workbench.errors import ClockError, FeedError, StoreError
from workbench.hygiene import without_credentials

__all__ = ["forget_frames", "named_fault"]

_OWN_WORDS: Final = (FeedError, StoreError, ClockError)
"""What speaks of cameras, records and clocks alone. Anything else may repeat what a listener was
told, as a `KeyError` does with a reference, and the record of a search has nobody in it."""


def named_fault(error: BaseException) -> str:
    """Return what went wrong, for the record; addresses in it lose their credentials."""
    kind = type(error).__name__
    text = f"{kind}: {error}" if isinstance(error, _OWN_WORDS) else kind
    return shown(without_credentials(text)) or "a fault"


def forget_frames(error: BaseException) -> None:
    """Have an error, and those that led to it, hold no values of where they were raised."""
    found: list[BaseException] = [error]
    for one in found:
        traceback.clear_frames(one.__traceback__)
        for other in (one.__cause__, one.__context__):
            if other is not None and not any(other is known for known in found):
                found.append(other)
