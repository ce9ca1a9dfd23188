"""How the meaning of a score is put on a page: a short sentence, and the detail behind it."""

from __future__ import annotations

import re

from workbench.matching.confidence import ScoreMeaning

__all__ = ["TABLE_NOTE", "in_table", "meaning_lines"]

_SAID_ONCE = " faces of people who are not on the list score this high"
TABLE_NOTE = "Meaning: how many" + _SAID_ONCE + "."
"""What stands once under a table whose cells are those of `in_table`."""

_DETAIL = re.compile(r"^(?P<short>.+?) \((?P<detail>(?:95 % interval|upper end).*)\)$", re.DOTALL)


def meaning_lines(meaning: ScoreMeaning) -> tuple[str, str]:
    """Return what a score means, first for a table and then with interval and data.

    The first never says more than the second: it is cut out of `meaning.text` or is all of it.
    """
    parts = _DETAIL.match(meaning.text)
    if parts is None:
        return meaning.text, ""
    before, separator, short = parts["short"].rpartition("; ")
    detail = f"{before}; {parts['detail']}" if separator else parts["detail"]
    return short, detail[0].upper() + detail[1:] + "."


def in_table(short: str) -> str:
    """Return a short meaning without the words that `TABLE_NOTE` says for all of a table.

    >>> in_table("1 in 6,000 faces of people who are not on the list score this high")
    '1 in 6,000'
    """
    return short.removesuffix(_SAID_ONCE)
