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

from workbench.errors import RecordError

__all__ = [
    "LONGEST_LINE",
    "LONGEST_PROSE",
    "Identifier",
    "Line",
    "Moment",
    "Prose",
    "Reason",
    "in_words",
    "require_reason",
]

LONGEST_LINE: Final = 200
LONGEST_PROSE: Final = 10_000

_FEWEST_WORDS: Final = 2
_FEWEST_LETTERS: Final = 5
_LONG_WORD: Final = 10
"""Letters of a word that says something by itself; some scripts put no space between words."""

_BREAKS: Final = frozenset("\n\t")
_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}")


def _line(text: str) -> str:
    return _shown(text, allowed=frozenset(), longest=LONGEST_LINE)


def _prose(text: str) -> str:
    return _shown(text.replace("\r\n", "\n"), allowed=_BREAKS, longest=LONGEST_PROSE)


def in_words(text: str) -> str:
    """Return prose that says why something is done, as far as a program can tell.

    What somebody wrote must have two words and five letters or digits, or ten of these. Neither a
    law nor a source asks for that number: it keeps out what is typed to get past the question.

    Raises:
        ValueError: when it says nothing.
    """
    text = _prose(text)
    words = sum(any(letter.isalnum() for letter in word) for word in text.split())
    letters = sum(letter.isalnum() for letter in text)
    if letters < _LONG_WORD and (words < _FEWEST_WORDS or letters < _FEWEST_LETTERS):
        msg = "says nothing that could be checked later; say why, in a few words"
        raise ValueError(msg)
    return text


def require_reason(text: object, *, what: str, field: str = "reason") -> None:
    """Let a reason pass that somebody gives now; what is kept from before is not judged.

    Raises:
        RecordError: says what was to be given.
    """
    if not isinstance(text, str):
        return  # none is given, or it is refused with the record that it is of
    try:
        in_words(text)
    except ValueError as error:
        msg = f"{what} cannot be used: {field}: {error}. Correct what is named."
        raise RecordError(msg) from None


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

Reason: TypeAlias = Annotated[str, AfterValidator(in_words)]
"""Prose that says why, in a few words; for what is given now, not for what is read again."""

Identifier: TypeAlias = Annotated[str, AfterValidator(_identifier)]
"""A reference such as `2026-11/HIGH-ST-1`: letters, digits and `. _ / : -`, at most 100."""

Moment: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_utc)]
"""A moment with its time zone, kept in UTC."""
