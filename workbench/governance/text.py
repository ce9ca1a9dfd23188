"""Text that people fill in: how long it may be, and what it may not hold.

Markup is kept as it is written; every page shows it as text. What a terminal or a log would obey
(control characters, and those that turn the direction of writing) is refused.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

__all__ = ["LONGEST_LINE", "LONGEST_PROSE", "Identifier", "Line", "Moment", "Prose"]

LONGEST_LINE: Final = 200
LONGEST_PROSE: Final = 10_000

_BREAKS: Final = frozenset("\n\t")
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}")


def _line(text: str) -> str:
    return _shown(text, allowed=frozenset(), longest=LONGEST_LINE)


def _prose(text: str) -> str:
    return _shown(text.replace("\r\n", "\n"), allowed=_BREAKS, longest=LONGEST_PROSE)


def _shown(text: str, allowed: frozenset[str], longest: int) -> str:
    """Return text in normal form C, unless it is too long or holds what is not to be shown."""
    for place, letter in enumerate(text[: longest + 1], 1):
        if letter in allowed or letter == " " or letter.isprintable():
            continue
        name = unicodedata.name(letter, f"U+{ord(letter):04X}")
        msg = f"character {place} cannot be shown ({name}); remove it"
        raise ValueError(msg)
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        msg = "is empty; fill it in"
        raise ValueError(msg)
    if len(text) > longest:
        msg = f"has {len(text):,} characters; at most {longest:,} are kept"
        raise ValueError(msg)
    return text


def _identifier(text: str) -> str:
    if not _IDENTIFIER.fullmatch(text):
        msg = (
            "must be 1 to 100 of the letters A to Z, digits and . _ / : -, with a letter or digit "
            "first"
        )
        raise ValueError(msg)
    return text


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError, OSError):
        msg = "is outside the years 1 to 9999"
        raise ValueError(msg) from None


def _no_number(value: object) -> object:
    if isinstance(value, bool | int | float):
        msg = "must be a date and time with its zone, such as 2026-11-25T09:00:00+00:00"
        raise ValueError(msg)  # noqa: TRY004 - what pydantic turns into its own error
    return value


Line: TypeAlias = Annotated[str, AfterValidator(_line)]
"""One line, 1 to 200 characters, all of which can be shown."""

Prose: TypeAlias = Annotated[str, AfterValidator(_prose)]
"""Any number of lines, 1 to 10,000 characters, all of which can be shown."""

Identifier: TypeAlias = Annotated[str, AfterValidator(_identifier)]
"""A reference such as `2026-11/HIGH-ST-1`: letters, digits and `. _ / : -`, at most 100."""

Moment: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_utc)]
"""A moment with its time zone, kept in UTC."""
