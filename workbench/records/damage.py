"""A row that is not what the workbench wrote: said as such, with what it is a row of and its id.

Whoever can write the database can put anything into a column. Every reader of rows goes through
here, so that a wrong value ends in words that say which record it is and what to do.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias, TypeVar

from workbench.errors import RecordError, StoreError

__all__ = ["damaged", "reads_row", "reads_whole"]

_Read = TypeVar("_Read")
_Reader: TypeAlias = Callable[[Any], _Read]

_LONGEST_SHOWN: Final = 100
_AMISS: Final = (
    RecordError,
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What comes of reading a wrong value."""


def damaged(kind: str, name: object) -> StoreError:
    """Return the error of a record that cannot be read; it repeats nothing of what stands there.

    Args:
        kind: what it is, for people, for example `entry`.
        name: its id, or what else names it.
    """
    shown = ascii(str(name))[1:-1][:_LONGEST_SHOWN]
    msg = (
        f"the record of {kind} {shown} was changed or damaged in the database: a value in it is "
        "not one that the workbench writes. See what else was by workbench audit verify --offline, "
        "and restore the bench from a backup."
    )
    return StoreError(msg)


@contextmanager
def reads_whole(kind: str, name: object) -> Iterator[None]:
    """Say of a record that is read within that it is damaged, where it cannot be read.

    Raises:
        StoreError: names it.
    """
    try:
        yield
    except _AMISS:
        raise damaged(kind, name) from None


def reads_row(kind: str, by: str = "id") -> Callable[[_Reader[_Read]], _Reader[_Read]]:
    """Have a reader of rows say which record is damaged.

    Args:
        kind: what a row is, for people.
        by: column that names it.
    """

    def wrap(read: _Reader[_Read]) -> _Reader[_Read]:
        @functools.wraps(read)
        def reading(row: Any) -> _Read:  # noqa: ANN401 - a row of any columns
            try:
                return read(row)
            except _AMISS:
                raise damaged(kind, getattr(row, by)) from None

        return reading

    return wrap
