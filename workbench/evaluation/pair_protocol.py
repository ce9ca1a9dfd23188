"""Verification protocols as tables (CSV or Parquet): pairs of images, with folds and groups."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.files import inside, require_folder
from workbench.evaluation.pairs import FOLDS, PairList
from workbench.evaluation.tables import Columns, TableRow, read_table

__all__ = ["PairProtocol", "read_pair_protocol"]

_TABLE: Final = Columns(
    required=("path", "other_path", "identity", "other_identity"),
    optional=("mated", "fold", "group"),
    may_be_empty=frozenset({"group"}),
    numbers=frozenset({"mated", "fold"}),
)
_WORDS: Final = {"true": True, "1": True, "false": False, "0": False}


class PairProtocol(PairList):
    """A list of pairs that may say of which group the people are.

    - `group`: the group of both people; null where the set gives none, or they differ in it.
    """

    group = dy.String(nullable=True, min_length=1)


def read_pair_protocol(source: Path, root: Path) -> dy.DataFrame[PairProtocol]:
    """Read pairs (CSV in UTF-8 or Parquet), refusing them whole when a row cannot be used.

    The columns are `path`, `other_path`, `identity` and `other_identity`, in any order, and may be
    `mated` (`true` or `false`, as the identities say), `fold` (whole numbers from 1, in every row)
    and `group`. Without folds the mated and the other pairs are cut into tenths, in their order,
    as those of a list in LFW's format. Columns for people are called `note` or `note_…`.

    Args:
        source: the file; Parquet by the ending `.parquet` or `.pq`.
        root: folder that the paths are relative to.

    Raises:
        ProtocolError: one line that names the file, the row (by its line in CSV), the column and
            what to do.
    """
    require_folder(root)
    there, rows = read_table(source, _TABLE)
    pairs = [_pair(row, root) for row in rows]
    _require_once(rows)
    for is_mated, kind in ((True, "mated"), (False, "non-mated")):
        if not any(pair["mated"] == is_mated for pair in pairs):
            msg = f"{source}: names no {kind} pair. Verification takes mated and non-mated pairs."
            raise ProtocolError(msg)
    if "group" in there:
        _require_groups(source, rows)
    folds = [row.whole("fold", 1) for row in rows] if "fold" in there else _tenths(pairs)
    numbered = [
        {"pair": number, "fold": fold, **pair}
        for number, (fold, pair) in enumerate(zip(folds, pairs, strict=True), 1)
    ]
    return PairProtocol.validate(
        pl.DataFrame(numbered, schema=pl.Schema(PairProtocol.create_empty().schema))
    )


def _pair(row: TableRow, root: Path) -> dict[str, str | bool | None]:
    for column in ("identity", "other_identity"):
        row.values[column] = unicodedata.normalize("NFC", row.values[column])
    places = [
        inside(root, row.values[column], f"{row.where}, column {column}")
        for column in ("path", "other_path")
    ]
    if places[0] == places[1]:
        row.refuse(f"other_path pairs {row.values['path']} with itself. Remove the row.")
    mated = row.values["identity"] == row.values["other_identity"]
    said = row.values.get("mated")
    if said is not None:
        if said.lower() not in _WORDS:
            row.refuse(f"mated is {said!r}, neither true nor false. Correct it.")
        if _WORDS[said.lower()] != mated:
            who = "one person" if mated else "two people"
            row.refuse(f"mated is {said}, but the identities are of {who}. Correct one of them.")
    columns = ("identity", "other_identity", "path", "other_path")
    return {
        "mated": mated,
        **{column: row.values[column] for column in columns},
        "group": row.values.get("group") or None,
    }


def _require_once(rows: Sequence[TableRow]) -> None:
    """Refuse a pair that is there twice, and an image that shows two people."""
    seen: dict[frozenset[str], str] = {}
    shown: dict[str, tuple[str, str]] = {}
    for row in rows:
        values = row.values
        pair = frozenset((values["path"], values["other_path"]))
        if pair in seen:
            row.refuse(f"path and other_path are the pair of {seen[pair]} again. Remove one.")
        seen[pair] = row.place
        for path, column in (("path", "identity"), ("other_path", "other_identity")):
            name, place = shown.setdefault(values[path], (values[column], row.place))
            if name != values[column]:
                row.refuse(
                    f"{column} of {values[path]} is {values[column]}, but {name} in {place}. "
                    "Correct one."
                )


def _require_groups(source: Path, rows: Sequence[TableRow]) -> None:
    """Refuse a person of two groups; a row without one says nothing of its people."""
    known: dict[str, tuple[str, str]] = {}
    for row in rows:
        group = row.values["group"]
        if not group:
            continue
        for column in ("identity", "other_identity"):
            other, place = known.setdefault(row.values[column], (group, row.place))
            if other != group:
                row.refuse(
                    f"group of {row.values[column]} is {group}, but {other} in {place}. Give a "
                    "person one group; leave it empty where two people differ."
                )
    if not known:
        msg = f"{source}: has the column group, but every row leaves it empty. Leave it out."
        raise ProtocolError(msg)


def _tenths(pairs: Sequence[dict[str, str | bool | None]]) -> list[int]:
    counts = {kind: sum(pair["mated"] == kind for pair in pairs) for kind in (True, False)}
    at = dict.fromkeys(counts, 0)
    folds = []
    for pair in pairs:
        kind = bool(pair["mated"])
        folds.append(at[kind] * FOLDS // counts[kind] + 1)
        at[kind] += 1
    return folds
