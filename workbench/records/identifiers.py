"""Names of records: sortable by when they were made, never guessable, never given twice."""

from __future__ import annotations

import secrets
from datetime import datetime

__all__ = ["new_id"]


def new_id(kind: str, now: datetime) -> str:
    """Return a new name such as `alert-0678f3c2a1b0-9f2c4d7a1e5b3c60`.

    Args:
        kind: what is named, a short lower-case word.
        now: when; its microseconds come first, so that names sort by time.
    """
    moment = round(now.timestamp() * 1_000_000)
    return f"{kind}-{moment:014x}-{secrets.token_hex(8)}"
