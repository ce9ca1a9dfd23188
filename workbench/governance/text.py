"""Text that people fill in: how long it may be, and what it may not hold.

Markup is kept as it is written; every page shows it as text. What a terminal or a log would obey
(control characters, and those that turn the direction of writing) is refused.
"""

from __future__ import annotations

import unicodedata
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

__all__ = ["LONGEST_LINE", "LONGEST_PROSE", "Identifier", "Line", "Moment", "Prose"]

LONGEST_LINE: Final = 200
LONGEST_PROSE: Final = 10_000

_BREAKS: Final = frozenset("\n\t")


def _line(text: str) -> str:
    return _shown(text, allowed=frozenset())


def _prose(text: str) -> str:
    return _shown(text.replace("\r\n", "\n"), allowed=_BREAKS)


def _shown(text: str, allowed: frozenset[str]) -> str:
    """Return text in normal form C, unless it holds what is obeyed rather than shown."""
    for place, letter in enumerate(text, 1):
        if letter in allowed or letter == " " or letter.isprintable():
            continue
        name = unicodedata.name(letter, f"U+{ord(letter):04X}")
        msg = f"character {place} cannot be shown ({name}); remove it"
        raise ValueError(msg)
    return unicodedata.normalize("NFC", text)


_Stripped: Final = StringConstraints(strip_whitespace=True)

Line: TypeAlias = Annotated[
    str, _Stripped, AfterValidator(_line), Field(min_length=1, max_length=LONGEST_LINE)
]
"""One line, 1 to 200 characters, all of which can be shown."""

Prose: TypeAlias = Annotated[
    str, _Stripped, AfterValidator(_prose), Field(min_length=1, max_length=LONGEST_PROSE)
]
"""Any number of lines, 1 to 10,000 characters, all of which can be shown."""

Identifier: TypeAlias = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}$", max_length=100)
]
"""A reference such as `2026-11/HIGH-ST-1`: letters, digits and `. _ / : -`, at most 100."""

Moment: TypeAlias = AwareDatetime
"""A moment with its time zone."""
