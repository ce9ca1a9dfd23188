"""`LABELS.csv` of `workbench evaluate video`: which listed people appear in which clip."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from workbench.errors import ProtocolError
from workbench.evaluation.files import inside, read_text, require_folder
from workbench.evaluation.tables import filled

__all__ = ["COLUMNS", "read_labels"]

COLUMNS: Final = ("path", "identity")


def read_labels(source: Path, root: Path, people: Collection[str]) -> dict[str, frozenset[str]]:
    """Read who appears in which clip, refusing the file whole when a row of it cannot be used.

    The columns are `path` and `identity`. A clip with several people has several rows; one in
    which nobody on the list appears has one row without an identity.

    Args:
        source: CSV in UTF-8.
        root: folder that the paths start from.
        people: everybody on the watchlist, in Unicode's composed form (NFC).

    Returns:
        The identities of each clip, by path, in the order of the file; empty for nobody.

    Raises:
        ProtocolError: one line that names the file, the line, the column and what to do.
    """
    require_folder(root)
    found: dict[str, set[str]] = {}
    places: dict[Path, str] = {}
    seen: dict[tuple[str, str], int] = {}
    for line, path, identity in _rows(source, read_text(source)):
        where = f"{source}: line {line}"
        # One file under two spellings is one clip.
        path = places.setdefault(inside(root, path, f"{where}, column path"), path)  # noqa: PLW2901
        if identity and identity not in people:
            msg = (
                f"{where}, column identity: {identity!r} is not on the watchlist. Correct the "
                "name, or leave it empty where nobody on the list appears."
            )
            raise ProtocolError(msg)
        if (path, identity) in seen:
            first = seen[path, identity]
            msg = f"{where}: says the same as line {first}. Remove one of the two."
            raise ProtocolError(msg)
        seen[path, identity] = line
        named = found.setdefault(path, set())
        if (path, "") in seen and (identity or named):
            msg = (
                f"{where}, column identity: {path} has a row with and a row without an identity. "
                "Remove the empty one, or those with names."
            )
            raise ProtocolError(msg)
        if identity:
            named.add(identity)
    if not found:
        msg = f"{source}: names no clip. Give a row for each person who appears in a clip."
        raise ProtocolError(msg)
    return {path: frozenset(named) for path, named in found.items()}


def _rows(source: Path, text: str) -> Iterator[tuple[int, str, str]]:
    """Give the line, the path and the identity, which may be empty, of each row."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next((one for one in reader if filled(one)), [])]
        at = _places(source, header, reader.line_num)
        for cells in reader:
            if not filled(cells):
                continue
            where = f"{source}: line {reader.line_num}"
            if len(cells) != len(header):
                msg = (
                    f"{where} has {len(cells)} columns, the header {len(header)}. Quote a comma "
                    "within a value."
                )
                raise ProtocolError(msg)
            path, identity = (cells[place].strip() for place in at)
            if not path:
                msg = f"{where}, column path: is empty. Name the clip."
                raise ProtocolError(msg)
            yield reader.line_num, path, unicodedata.normalize("NFC", identity)
    except csv.Error as error:
        msg = f"{source}: line {reader.line_num} is not CSV ({error}). Correct the quotes."
        raise ProtocolError(msg) from None


def _places(source: Path, header: list[str], line: int) -> tuple[int, ...]:
    if not header:
        msg = f"{source}: is empty. The columns are {' and '.join(COLUMNS)}."
        raise ProtocolError(msg)
    unknown = [name for name in header if name not in COLUMNS]
    if unknown:
        msg = (
            f"{source}: line {line}, column {unknown[0][:40]!r} is unknown. The columns are "
            f"{' and '.join(COLUMNS)}."
        )
        raise ProtocolError(msg)
    for name in COLUMNS:
        if header.count(name) != 1:
            how = "is not there" if name not in header else "is there twice"
            msg = (
                f"{source}: line {line}, column {name} {how}. The columns are "
                f"{' and '.join(COLUMNS)}."
            )
            raise ProtocolError(msg)
    return tuple(header.index(name) for name in COLUMNS)
