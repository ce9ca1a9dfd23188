"""Text that people fill in: how long it may be, and what it may not hold.

Markup is kept as it is written; every page shows it as text. What a terminal or a log would obey
(control characters, and those that turn the direction of writing) is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from workbench.errors import RecordError

__all__ = [
    "IDENTIFIER_PATTERN",
    "LONGEST_LINE",
    "LONGEST_PROSE",
    "NO_IDENTIFIER",
    "Identifier",
    "Line",
    "Moment",
    "Name",
    "Prose",
    "Reason",
    "in_words",
    "name_in_words",
    "require_reason",
    "require_said",
]

LONGEST_LINE: Final = 200
LONGEST_PROSE: Final = 10_000

_FEWEST_WORDS: Final = 2
_FEWEST_LETTERS: Final = 5
_LONG_WORD: Final = 10
"""Letters of a word that says something by itself; some scripts put no space between words."""

_FEWEST_DIFFERENT: Final = 3
"""Different letters that a reason has; a name has two."""
_MOSTLY: Final = 0.8
"""Share of a text's letters above which it is one letter, repeated."""

_BREAKS: Final = frozenset("\n\t")
IDENTIFIER_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,99}"
NO_IDENTIFIER: Final = (
    "must be 1 to 100 of the letters A to Z, digits and . _ / : -, with a letter or digit first"
)
"""What is said of a reference that does not match `IDENTIFIER_PATTERN`."""
_NUMBER: Final = re.compile(r"\d+")


def _line(text: str) -> str:
    return _shown(text, allowed=frozenset(), longest=LONGEST_LINE)


def _prose(text: str) -> str:
    return _shown(text.replace("\r\n", "\n"), allowed=_BREAKS, longest=LONGEST_PROSE)


def in_words(text: str) -> str:
    """Return prose that says why something is done, as far as a program can tell.

    What somebody wrote must have two different words and five letters or digits, or ten of these,
    and be no letter and no piece of up to four letters that is repeated. Neither a law nor a source
    asks for that number: it keeps out what is typed to get past the question.

    Raises:
        ValueError: when it says nothing.
    """
    text = _prose(text)
    words = {_letters(word) for word in text.split()} - {""}
    different = sum(map(len, words))
    said = _letters(text)
    if (
        different < _LONG_WORD and (len(words) < _FEWEST_WORDS or different < _FEWEST_LETTERS)
    ) or _is_repeated(said):
        msg = "says nothing that could be checked later; say why, in a few words"
        raise ValueError(msg)
    return text


def name_in_words(text: str) -> str:
    """Return a line that names somebody or a document, as far as a program can tell.

    It must have two different letters or digits, and be more than one number: a force's scheme
    may be called 16+1.

    Raises:
        ValueError: when it names nothing.
    """
    return _name_or_prose(_line(text))


def _name_or_prose(text: str) -> str:
    is_number = not any(letter.isalpha() for letter in text) and len(_NUMBER.findall(text)) == 1
    if is_number or len(set(_letters(text))) < _FEWEST_WORDS:
        msg = "names nothing that could be found later; write out the name"
        raise ValueError(msg)
    return text


def require_reason(text: object, *, what: str, field: str = "reason") -> None:
    """Let a reason pass that somebody gives now; what is kept from before is not judged.

    Raises:
        RecordError: says what was to be given.
    """
    _require(text, in_words, what, field)


def require_said(
    record: object, *, what: str, reasons: Iterable[str] = (), names: Iterable[str] = ()
) -> None:
    """Let a record pass that somebody fills in now, whose texts say something.

    Args:
        record: with its texts as attributes; those that are left out may be.
        what: it is, for messages.
        reasons: fields that say why.
        names: fields that name somebody or something, or say what there was.

    Raises:
        RecordError: names the first field that says nothing.
    """
    for field in reasons:
        require_reason(getattr(record, field), what=what, field=field)
    for field in names:
        _require(getattr(record, field), _name_or_prose, what, field)


def _require(text: object, check: Callable[[str], str], what: str, field: str) -> None:
    if not isinstance(text, str):
        return  # none is given, or it is refused with the record that it is of
    try:
        check(text)
    except ValueError as error:
        msg = f"{what} cannot be used: {field}: {error}. Correct what is named."
        raise RecordError(msg) from None


def _letters(text: str) -> str:
    """Return the letters and digits of a text, without case."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _is_repeated(letters: str) -> bool:
    """Whether a text is one letter, or one short piece, over and over."""
    most = max(Counter(letters).values(), default=0)
    if len(set(letters)) < _FEWEST_DIFFERENT or most > _MOSTLY * len(letters):
        return True
    return any(
        2 * length <= len(letters) and letters[length:] == letters[:-length]
        for length in range(1, _FEWEST_LETTERS)
    )


def _shown(text: str, allowed: frozenset[str], longest: int) -> str:
    """Return text in normal form C, unless it is too long or holds what is not to be shown."""
    looked_at = text[: longest + 1]
    # All at once first: every record that is read goes through here.
    for place, letter in enumerate("" if looked_at.isprintable() else looked_at, 1):
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
    if not re.fullmatch(IDENTIFIER_PATTERN, text):
        raise ValueError(NO_IDENTIFIER)
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

Name: TypeAlias = Annotated[str, AfterValidator(name_in_words)]
"""A line that names somebody or a document; for what is given now, not for what is read again."""

Identifier: TypeAlias = Annotated[str, AfterValidator(_identifier)]
"""A reference such as `2026-11/HIGH-ST-1`: letters, digits and `. _ / : -`, at most 100."""

Moment: TypeAlias = Annotated[AwareDatetime, BeforeValidator(_no_number), AfterValidator(_utc)]
"""A moment with its time zone, kept in UTC."""
