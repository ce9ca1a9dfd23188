"""Lists of image pairs in the format of Labeled Faces in the Wild.

The first line gives the number of mated pairs, which is that of non-mated ones too, or, with a tab
between them, the number of folds and that number for each fold. `Name i j` is a mated pair of the
person's images i and j, `Name i Other j` a non-mated one, columns separated by tabs; in each fold
the mated pairs come first. Image 7 of `Jane_Doe` is `Jane_Doe/Jane_Doe_0007.jpg`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.files import inside, read_text

__all__ = ["FOLDS", "PairList", "read_pairs"]

FOLDS: Final = 10
"""Into so many folds a list that names none is cut: tenths of the mated and of the non-mated
pairs, in their order."""

_MATED: Final = 3
_NON_MATED: Final = 4


class PairList(dy.Schema):
    """One row for each pair, in the order of the list.

    - `pair`: its number, from 1.
    - `fold`: from 1.
    - `mated`: whether the list says that both images show one person.
    - `identity`, `other_identity`: who each image shows, by the list.
    - `path`, `other_path`: the images, relative to the root, with slashes.
    """

    pair = dy.Int64(primary_key=True, min=1)
    fold = dy.Int64(nullable=False, min=1)
    mated = dy.Bool(nullable=False)
    identity = dy.String(nullable=False, min_length=1)
    other_identity = dy.String(nullable=False, min_length=1)
    path = dy.String(nullable=False, min_length=1)
    other_path = dy.String(nullable=False, min_length=1)


def read_pairs(source: Path, root: Path) -> dy.DataFrame[PairList]:
    """Read a list of pairs, refusing it whole when a line of it cannot be used.

    Args:
        source: the list.
        root: folder with a folder of images for each person.

    Raises:
        ProtocolError: one line that names the file, the line and what to do.
    """
    lines = [line.rstrip() for line in read_text(source).splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        msg = f"{source}: the list is empty. Give LFW's format: a count, then a line a pair."
        raise ProtocolError(msg)
    folds, size = _counts(source, lines[0])
    expected = (folds or 1) * 2 * size
    if len(lines) - 1 != expected:
        msg = (
            f"{source}: line 1 announces {expected:,} pairs, but {len(lines) - 1:,} lines follow. "
            "The list may be cut short; copy it again."
        )
        raise ProtocolError(msg)
    rows = []
    for index, line in enumerate(lines[1:]):
        row = _pair(source, index + 2, line, root)
        block, within = divmod(index, 2 * size)
        if row["mated"] != (within < size):
            wanted = "a mated pair (3 columns)" if within < size else "a non-mated pair (4 columns)"
            msg = f"{source}: line {index + 2} should be {wanted}. Order the list as LFW does."
            raise ProtocolError(msg)
        fold = block if folds else within % size * FOLDS // size
        rows.append({"pair": index + 1, "fold": fold + 1, **row})
    return PairList.validate(pl.DataFrame(rows, schema=PairList.create_empty().schema))


def _counts(source: Path, line: str) -> tuple[int | None, int]:
    """Return the folds, `None` where the list has none, and the mated pairs of each."""
    words = line.split()
    if not (1 <= len(words) <= 2 and all(word.isdecimal() and int(word) for word in words)):  # noqa: PLR2004
        msg = (
            f"{source}: line 1 must be the number of pairs of each kind, or folds and that number, "
            f"not {line[:40]!r}. Give a list in LFW's format."
        )
        raise ProtocolError(msg)
    return (int(words[0]) if len(words) > 1 else None), int(words[-1])


def _pair(source: Path, number: int, line: str, root: Path) -> dict[str, str | bool]:
    columns = line.split("\t") if "\t" in line else line.split()
    mated = len(columns) == _MATED
    if mated:
        columns.insert(2, columns[0])
    fits = len(columns) == _NON_MATED and all(columns[i].isdecimal() for i in (1, 3))
    if not fits or not (columns[0] and columns[2]):
        msg = (
            f"{source}: line {number} is not 'name i j' or 'name i other j', tabs between. "
            "Correct it, or give a list in LFW's format."
        )
        raise ProtocolError(msg)
    name, other = columns[0], columns[2]
    path, other_path = (
        f"{person}/{person}_{int(image):04d}.jpg" for person, image in (columns[:2], columns[2:])
    )
    if path == other_path:
        msg = f"{source}: line {number} pairs {path} with itself, which says nothing. Remove it."
        raise ProtocolError(msg)
    if not mated and name == other:
        msg = f"{source}: line {number} is a non-mated pair of {name} alone. Correct a name."
        raise ProtocolError(msg)
    for one in (path, other_path):
        inside(root, one, f"{source}: line {number}")
    return {
        "mated": mated,
        "identity": name,
        "other_identity": other,
        "path": path,
        "other_path": other_path,
    }
