"""Words of the page of safeguards: spans of time, refusals, and the rules by their names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from widgets.managers_parts import Part, cell

__all__ = [
    "LATE",
    "NOT_YET",
    "Rules",
    "bad_above_none",
    "class_words",
    "in_time_or_late",
    "limit_words",
    "moment_words",
    "of_words",
    "refusal_words",
    "role_words",
    "span_words",
    "things_words",
    "when",
]

LATE: Final = "late"
"""Shape of what is late; `static/safeguards.js` draws it, and nothing else is red."""
NOT_YET: Final = "not yet"

_SPANS: Final = ((86_400, "day"), (3_600, "h"), (60, "min"), (1, "s"))
_PARTS: Final = 2
_WORD: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLURAL: Final = re.compile(
    r"\b(authorit|entr|list|alert|deployment|application|certificate|hold|object|leftover|fault"
    r"|thing|refusal|watchlist|case|evaluation set|reference collection)(ies|s)\b"
)
_REFUSALS: Final = {
    "NotPermittedError": "the role may not",
    "NotAuthorisedError": "no authority covered it",
    "IllegalMoveError": "the record was in no state for it",
    "BlockedError": "something that must be there first was missing",
    "HeldError": "a legal hold keeps it",
    "PolicyError": "no threshold policy fitted",
    "EncoderMismatchError": "templates of different encoders",
}
_CLASSES: Final = {
    "watchlist": ("Watchlists", "watchlist"),
    "alert": ("Alerts", "alert"),
    "case": ("Cases, with what was found for them", "case"),
    "evaluation-set": ("Evaluation sets", "evaluation set"),
    "collection": ("Reference collections", "reference collection"),
}


class Rules:
    """Headings of docs/safeguards.md, where each rule stands with its source and its proof."""

    AUTHORITY: Final = "No search without an authority that covers now"
    END: Final = "A search ends by itself with its authority"
    RANK: Final = "A rank is needed, and a higher one where people assemble"
    RETENTION: Final = "A list goes within a day of its deployment's end, an alert within 31 days"
    HOLD: Final = "A legal hold keeps what it names, and another person releases it"
    CERTIFICATE: Final = "Keys are destroyed first, and a certificate says what went"
    LOG: Final = "The log shows what was done to it"
    REFUSAL: Final = "Nothing is written without its entry, and a refusal is one"
    TWO: Final = "Two people verify an alert, each on their own"
    BLIND: Final = "The first verdict is hidden until the second is saved"
    CHECK: Final = "A second person compares each image with the record"
    REVIEW: Final = "Every entry is reviewed for this very deployment"

    @staticmethod
    def named(*headings: str) -> str:
        """Return where the sources of rules stand, as a note.

        >>> Rules.named(Rules.LOG)
        'Source and proof of the rule: docs/safeguards.md, "The log shows what was done to it".'
        """
        several = "rules" if len(headings) > 1 else "rule"
        said = "; ".join(f'"{one}"' for one in headings)
        return f"Source and proof of the {several}: docs/safeguards.md, {said}."


def span_words(seconds: int) -> str:
    """Return a length of time in its two largest parts, rounded down.

    >>> span_words(147_600), span_words(86_400), span_words(75), span_words(0)
    ('1 day 17 h', '1 day', '1 min 15 s', '0 s')
    """
    parts, rest = [], max(0, seconds)
    for size, unit in _SPANS:
        many, rest = divmod(rest, size)
        if many:
            parts.append(f"{many:,} {unit}{'s' if unit == 'day' and many > 1 else ''}")
    return " ".join(parts[:_PARTS]) or "0 s"


def limit_words(seconds: int) -> str:
    """Return how long something is kept, a day in hours as the sources have it.

    >>> limit_words(86_400), limit_words(2_678_400), limit_words(604_800)
    ('24 hours', '31 days', '7 days')
    """
    return "24 hours" if seconds == _SPANS[0][0] else span_words(seconds)


def moment_words(moment: datetime) -> str:
    """Return a moment in UTC, with seconds where there are any.

    >>> moment_words(datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    '2026-11-25 09:30 UTC'
    """
    at = moment.astimezone(UTC)
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at.second else f"{at:%Y-%m-%d %H:%M} UTC"


def when(moment: datetime | None, absent: str = NOT_YET) -> Part:
    """Return the cell of a moment, sorted by it.

    Args:
        moment: that is shown.
        absent: what is said where there is none; unknown is another thing.
    """
    if moment is None:
        return cell(None, absent)
    at = moment.astimezone(UTC)
    return cell(f"{at:%Y-%m-%d %H:%M:%S} UTC", moment_words(at))


def bad_above_none(count: int) -> Part:
    """Return the cell of a count that is good at 0 alone."""
    return cell(count, f"{count:,}", mark=LATE if count else None)


def in_time_or_late(seconds: int, words: str = "in time") -> Part:
    """Return the cell of how late something was; its value is in seconds."""
    if seconds > 0:
        return cell(seconds, f"{span_words(seconds)} late", mark=LATE)
    return cell(0, words, mark="good")


def of_words(count: int, n: int, of: str, *, absent: str | None = None) -> str:
    """Return a count with its denominator; never a share of nothing.

    Args:
        count: of those that are so.
        n: of all.
        of: what they are, several of it.
        absent: what is said where there is none at all.

    >>> of_words(3, 4, "lists"), of_words(0, 0, "lists"), of_words(1, 1, "lists")
    ('3 of 4 lists', 'no lists yet', '1 of 1 list')
    """
    if not n:
        return absent or f"no {of} yet"
    return f"{count:,} of {things_words(n, of)}"


def things_words(count: int, of: str) -> str:
    """Return a count with what it is of.

    >>> things_words(1, "urgent authorities"), things_words(1, "lists destroyed")
    ('1 urgent authority', '1 list destroyed')
    """
    return f"{count:,} {_PLURAL.sub(_singular, of) if count == 1 else of}"


def _singular(found: re.Match[str]) -> str:
    stem, end = found.groups()
    return stem + ("y" if end == "ies" else "")


def role_words(role: str) -> str:
    """Return a role in words; `system` is the workbench itself."""
    return "the workbench itself" if role == "system" else role.replace("-", " ")


def refusal_words(kind: str) -> str:
    """Return a kind of refusal in words.

    >>> refusal_words("HeldError"), refusal_words("SomeOtherError")
    ('a legal hold keeps it', 'some other')
    """
    known: Any = _REFUSALS.get(kind)
    return known or _WORD.sub(" ", kind.removesuffix("Error")).lower()


def class_words(retention: str, *, one: bool = False) -> str:
    """Return a class of data in words, of several or of one."""
    return _CLASSES.get(retention, (retention, retention))[one]
