"""Whose each reference of a large gallery is, in some tens of bytes a reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Final
from weakref import WeakMethod

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.arrays import IntArray
from workbench.errors import UsageError
from workbench.matching.hash_index import HashIndex
from workbench.matching.packed_names import PackedNames

__all__ = ["NOBODY", "SubjectTable"]

NOBODY: Final = -1
"""Owner of a row that was removed."""
_LATE: Final = 16_384
"""Names that are looked up in a mapping, at most; the others are sorted by their hash."""
_SMALLEST_CAPACITY: Final = 64


class SubjectTable:
    """Names of subjects and whose each row is; rows are numbered from 0 and never given twice.

    A million names of 15 letters with a row each take some 35 MB, where Python's own strings and
    mappings take 300. Galleries of several encoders with the same references share one. One thread
    at a time may use it.
    """

    def __init__(self) -> None:
        """Begin with no row."""
        self._joined = PackedNames()
        self._fresh: list[str] = []
        self._gone: set[int] = set()
        self._owners: NDArray[np.int32] = np.zeros(0, np.int32)
        self._rows = 0
        self._live = 0
        self._by_hash = HashIndex()
        self._late: dict[str, int] = {}
        self._wipers: list[WeakMethod[Callable[[IntArray], None]]] = []
        self._starts: NDArray[np.int64] | None = None
        self._by_owner: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        """Return how many rows are somebody's."""
        return self._live

    @property
    def rows(self) -> int:
        """How many rows there ever were."""
        return self._rows

    @property
    def owners(self) -> NDArray[np.int32]:
        """Number of the subject of each row, shape `(rows,)`; `NOBODY` for a removed one."""
        return self._owners[: self._rows]

    @property
    def subject_count(self) -> int:
        """How many subjects there are."""
        return self._count - len(self._gone)

    @property
    def subjects(self) -> tuple[str, ...]:
        """Their names, each once, in the order they were first added."""
        if not self._gone:
            return (*self._joined, *self._fresh)
        return tuple(
            name
            for number, name in enumerate(chain(self._joined, self._fresh))
            if number not in self._gone
        )

    def reserve(self, rows: int) -> None:
        """Make room for so many rows, of as many subjects, so that adding them moves none."""
        if rows > len(self._owners):
            grown = np.full(rows, NOBODY, np.int32)
            grown[: self._rows] = self.owners
            self._owners = grown
            self._by_hash.reserve(rows)

    def extend(self, names: Sequence[str] | pl.Series) -> IntArray:
        """Add a row for each name and return their numbers, shape `(len(names),)`.

        Raises:
            UsageError: when a name is empty; nothing was added then.
        """
        added = pl.Series("name", names, dtype=pl.String)
        if added.null_count() or bool((added.str.len_bytes() == 0).any()):
            msg = "each reference needs the name of its subject, and one of them is empty."
            raise UsageError(msg)
        start, stop = self._rows, self._rows + len(added)
        if stop > len(self._owners):
            # The first rows mostly are all; those that come later come one by one.
            self.reserve(max(stop, 2 * start, _SMALLEST_CAPACITY) if start else stop)
        self._owners[start:stop] = self._numbered(added)
        self._rows = stop
        self._live += len(added)
        self._starts = self._by_owner = None
        return np.arange(start, stop, dtype=np.int64)

    def holds(self, names: Sequence[str] | pl.Series, start: int) -> bool:
        """Return whether the rows from `start` on are of these names, in this order."""
        asked = self._look_up(pl.Series("name", names, dtype=pl.String))
        own = self.owners[start : start + len(asked)]
        return len(own) == len(asked) and bool(np.all((own == asked) & (asked != NOBODY)))

    def when_removed(self, wipe: Callable[[IntArray], None]) -> None:
        """Have a method called with the rows that are taken from a subject.

        Its object is not kept alive: a gallery that nobody holds any more goes at once.
        """
        self._wipers.append(WeakMethod(wipe))

    def number_of(self, name: str) -> int | None:
        """Return the number of a subject, or `None` where nobody has that name."""
        number = int(self.numbers_of([name])[0])
        return None if number == NOBODY else number

    def numbers_of(self, names: Sequence[str]) -> IntArray:
        """Return the numbers of subjects, shape `(len(names),)`; `NOBODY` where one is unknown."""
        return self._look_up(pl.Series("name", names, dtype=pl.String))

    def names_of(self, numbers: IntArray) -> list[str]:
        """Return the names of subjects, given by number."""
        packed = len(self._joined)
        return [
            self._joined[number] if number < packed else self._fresh[number - packed]
            for number in numbers.tolist()
        ]

    def rows_of(self, number: int) -> IntArray:
        """Return the rows of a subject, given by number, ascending."""
        if self._starts is None or self._by_owner is None:
            own = self.owners
            self._by_owner = np.argsort(own, kind="stable").astype(np.int32)
            counts = np.bincount(own[own != NOBODY], minlength=self._count)
            first = len(own) - int(counts.sum())  # rows of nobody are sorted to the front
            self._starts = first + np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return self._by_owner[self._starts[number] : self._starts[number + 1]].astype(np.int64)

    def remove(self, name: str) -> IntArray:
        """Forget a subject, have their rows wiped, and return which they were."""
        number = self.number_of(name)
        if number is None:
            return np.zeros(0, np.int64)
        rows = self.rows_of(number)
        self._owners[rows] = NOBODY
        self._live -= len(rows)
        self._gone.add(number)
        self._late.pop(name, None)
        self._starts = self._by_owner = None
        for reference in self._wipers:
            wipe = reference()
            if wipe is not None:
                wipe(rows)
        return rows

    def _numbered(self, added: pl.Series) -> NDArray[np.int64]:
        """Return the number of the subject of each name; new names are given new ones."""
        own = added.unique(maintain_order=True)
        numbers = self._look_up(own)
        new = np.flatnonzero(numbers == NOBODY)
        numbers[new] = self._count + np.arange(len(new))
        fresh = own.gather(new.astype(np.uint32))
        if len(self._late) + len(new) > _LATE:
            self._pack(fresh)
        else:
            self._fresh.extend(fresh.to_list())
            self._late.update(zip(fresh.to_list(), numbers[new].tolist(), strict=True))
        if len(own) == len(added):
            return numbers
        of_each = added.to_frame().join(
            pl.DataFrame({"name": own, "number": numbers}), on="name", how="left",
            maintain_order="left",
        )  # fmt: skip
        return of_each["number"].to_numpy()

    @property
    def _count(self) -> int:
        """How many names there ever were."""
        return len(self._joined) + len(self._fresh)

    def _pack(self, more: pl.Series) -> None:
        """Pack the names that came one by one, and more, and sort them by hash with the others."""
        fresh = pl.concat([pl.Series("name", self._fresh, dtype=pl.String), more], rechunk=True)
        numbers = np.arange(len(self._joined), len(self._joined) + len(fresh), dtype=np.int32)
        self._joined.extend(fresh)
        self._by_hash.add(_hashes(fresh), numbers)
        self._fresh = []
        self._late.clear()

    def _look_up(self, names: pl.Series) -> NDArray[np.int64]:
        """Return the number of each name, `NOBODY` where it is not known."""
        found = np.full(len(names), NOBODY, np.int64)
        if len(self._by_hash):
            hashes, known = _hashes(names), self._by_hash.hashes
            at = np.searchsorted(known, hashes)
            open_ = np.arange(len(names))
            while len(open_):  # once, but for names whose hashes are equal
                inside = open_[at[open_] < len(known)]
                open_ = inside[known[at[inside]] == hashes[inside]]
                numbers = self._by_hash.numbers[at[open_]].astype(np.int64)
                same = np.array(self.names_of(numbers)) == np.array(
                    names.gather(open_.astype(np.uint32)).to_list()
                )
                same &= ~np.isin(numbers, list(self._gone))
                found[open_[same]] = numbers[same]
                open_ = open_[~same]
                at[open_] += 1
        if self._late:
            for row in np.flatnonzero(found == NOBODY).tolist():
                found[row] = self._late.get(names[row], NOBODY)
        return found


def _hashes(names: pl.Series) -> NDArray[np.uint32]:
    return names.hash().to_numpy().astype(np.uint32)
