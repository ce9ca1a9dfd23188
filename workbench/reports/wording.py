"""How the meaning of a score is put on a page: a short sentence, and the detail behind it."""

from __future__ import annotations

import re
from typing import Protocol

from workbench.rate_words import FACES, NOT_FRAMES

__all__ = [
    "INDICATION",
    "TABLE_NOTE",
    "Meaning",
    "alone",
    "in_table",
    "meaning_lines",
    "unit_lines",
]

_SAID_ONCE = f" {FACES}"
INDICATION = (
    "Such rates were measured on single photographs. A live track fuses several looks at a face, "
    "so beside an alert they are an indication."
)
"""What every place says that puts a rate beside the score of an alert."""
TABLE_NOTE = "Meaning: how many" + _SAID_ONCE + ". " + INDICATION
"""What stands once under a table whose cells are those of `in_table`."""

_UNITS = {
    "log10 likelihood ratio": (
        "The score was fitted as the power of ten by which such a pair of pictures is more usual "
        "for one person than for two. Whether that holds for other people and pictures was not "
        "checked, and above the highest score of two different people in its data nothing bears "
        "it out: read it as an order, and what it means from how often strangers score as high."
    ),
    "cosine": (
        "The score is a cosine: 1 for the same picture twice, near 0 for two with nothing in "
        "common."
    ),
}
_DETAIL = re.compile(r"^(?P<short>.+?) \((?P<detail>(?:95 % interval|upper end).*)\)$", re.DOTALL)


class Meaning(Protocol):
    """What a score means, in a phrase: that of a policy, or of a calibration."""

    @property
    def text(self) -> str:
        """Return the phrase."""
        ...


def meaning_lines(meaning: Meaning) -> tuple[str, str]:
    """Return what a score means, first for a table and then with interval and data.

    The first never says more than the second: it is cut out of `meaning.text` or is all of it.
    """
    parts = _DETAIL.match(meaning.text)
    if parts is None:
        return meaning.text, ""
    before, separator, short = parts["short"].rpartition("; ")
    detail = f"{before}; {parts['detail']}" if separator else parts["detail"]
    return short, detail[0].upper() + detail[1:] + "."


def alone(meaning: Meaning) -> str:
    """Return the short form of what was measured for where nothing else stands beside it."""
    short, detail = meaning_lines(meaning)
    return f"{short}, {NOT_FRAMES}" if detail else short


def unit_lines(unit: str) -> str:
    """Return what a unit of scores says, in a sentence; empty for one that needs no words.

    >>> unit_lines("cosine")
    'The score is a cosine: 1 for the same picture twice, near 0 for two with nothing in common.'
    >>> unit_lines("unheard of")
    ''
    """
    return _UNITS.get(unit, "")


def in_table(short: str) -> str:
    """Return a short meaning without the words that `TABLE_NOTE` says for all of a table.

    >>> in_table("1 in 6,000 faces of people who are not on the list score this high")
    '1 in 6,000'
    """
    return short.removesuffix(_SAID_ONCE)
