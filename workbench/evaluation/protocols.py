"""Identification protocols: which images are references and which are probes, and of whom."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final, Literal, TypeAlias

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.files import inside, require_folder
from workbench.evaluation.frames import check_frame
from workbench.evaluation.tables import Columns, TableRow, read_table

__all__ = [
    "COLUMNS",
    "OPTIONAL_COLUMNS",
    "PARTS",
    "PROBE",
    "REFERENCE",
    "Part",
    "Protocol",
    "as_protocol",
    "protocol_digest",
    "read_protocol",
]

Part: TypeAlias = Literal["tuning", "test"]

COLUMNS: Final = ("path", "identity", "role")
OPTIONAL_COLUMNS: Final = ("group", "split")
REFERENCE: Final = "reference"
PROBE: Final = "probe"
PARTS: Final[tuple[Part, ...]] = ("tuning", "test")

_TABLE: Final = Columns(COLUMNS, OPTIONAL_COLUMNS, may_be_empty=frozenset({"group"}))
_DIGEST_OF: Final = "lfr-workbench/protocol/1"


class Protocol(dy.Schema):
    """One row for each image, in the order of the file.

    - `path`: relative to the root.
    - `identity`: who the image shows, in Unicode's composed form (NFC).
    - `role`: `reference` or `probe`. A probe whose identity has no reference is non-mated.
    - `group`: the group that the labelled set gives the person; null where it gives none.
    - `split`: `tuning` or `test`, the same for all images of a person; null in each row of a
      protocol that is not split.
    """

    path = dy.String(primary_key=True, min_length=1)
    identity = dy.String(nullable=False, min_length=1)
    role = dy.String(nullable=False, regex=f"^({REFERENCE}|{PROBE})$")
    group = dy.String(nullable=True, min_length=1)
    split = dy.String(nullable=True, regex=f"^({'|'.join(PARTS)})$")

    @dy.rule()
    def one_group_a_person(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """A person is of one group, or of none, in every row."""
        return pl.col("group").n_unique().over("identity") == 1

    @dy.rule()
    def nobody_in_both_splits(cls) -> pl.Expr:  # noqa: N805
        """A person is for tuning or for the test."""
        return pl.col("split").n_unique().over("identity") == 1

    @dy.rule()
    def split_whole_or_not(cls) -> pl.Expr:  # noqa: N805
        """Either every row has a split or none has."""
        return pl.col("split").is_null() == pl.col("split").is_null().first()


def as_protocol(frame: pl.DataFrame, what: str = "the protocol") -> dy.DataFrame[Protocol]:
    """Return a frame as a protocol; `group` and `split` are null where it has no such column.

    Args:
        frame: with `path`, `identity` and `role` at least, in any order of columns.
        what: what to call it in a message.

    Raises:
        ProtocolError: when it does not fit; names the column and the row.
    """
    # A column of nothing but nulls may have no type.
    absent = [name for name in OPTIONAL_COLUMNS if frame.schema.get(name, pl.Null) == pl.Null]
    whole = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    return check_frame(Protocol, whole, what)


def read_protocol(source: Path, root: Path) -> dy.DataFrame[Protocol]:
    """Read a protocol (CSV in UTF-8 or Parquet), refusing it whole when a row cannot be used.

    The columns are `path`, `identity` and `role`, in any order, and may be `group` (empty for a
    person without one) and `split` (`tuning` or `test`, in every row). A column `note`, or one
    whose name begins with `note_`, is for people and is not read; any other is refused, so that
    one that is spelled wrongly is not left out in silence.

    Args:
        source: the file; Parquet by the ending `.parquet` or `.pq`.
        root: folder that the paths are relative to.

    Raises:
        ProtocolError: one line that names the file, the row (by its line in CSV), the column and
            what to do.
    """
    require_folder(root)
    there, rows = read_table(source, _TABLE)
    seen: dict[Path, tuple[str, str]] = {}
    for row in rows:
        role = row.one_of("role", (REFERENCE, PROBE))
        if "split" in there:
            row.one_of("split", PARTS)
        path = row.values["path"]
        place = inside(root, path, f"{row.where}, column path")
        if place in seen:
            first, other = seen[place]
            how = f"as {other} and as {role}" if other != role else f"twice as {role}"
            row.refuse(f"{path} is named {how}, first in {first}. Remove one.")
        seen[place] = row.place, role
        row.values["identity"] = unicodedata.normalize("NFC", row.values["identity"])
    for role in (REFERENCE, PROBE):
        if not any(row.values["role"] == role for row in rows):
            msg = f"{source}: names no {role}. Identification takes references and probes."
            raise ProtocolError(msg)
    _require_groups(source, there, rows)
    _require_one_value(rows, "split", "Put all images of a person into one split.")
    _require_one_value(rows, "group", "Give all images of a person one group.")
    return as_protocol(pl.DataFrame([_filled(row) for row in rows], schema=_schema()))


def protocol_digest(protocol: pl.DataFrame) -> str:
    """Return what tells a protocol from every other, whatever its order of rows or file format.

    The SHA-256 of the rows as JSON arrays (path, identity, role, group, split), sorted, one a
    line, after a line that names this form.

    Args:
        protocol: with the schema `Protocol`.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    lines = sorted(
        json.dumps([str(PurePosixPath(path)), *others], ensure_ascii=False)
        for path, *others in as_protocol(protocol).iter_rows()
    )
    return hashlib.sha256("\n".join([_DIGEST_OF, *lines]).encode("utf-8")).hexdigest()


def _schema() -> pl.Schema:
    return pl.Schema(Protocol.create_empty().schema)


def _filled(row: TableRow) -> dict[str, str | None]:
    return {name: row.values.get(name) or None for name in (*COLUMNS, *OPTIONAL_COLUMNS)}


def _require_groups(source: Path, there: Sequence[str], rows: Sequence[TableRow]) -> None:
    if "group" in there and not any(row.values["group"] for row in rows):
        msg = f"{source}: has the column group, but every row leaves it empty. Leave it out."
        raise ProtocolError(msg)


def _require_one_value(rows: Sequence[TableRow], column: str, remedy: str) -> None:
    """Refuse a person for whom two rows give different values."""
    first: dict[str, TableRow] = {}
    for row in rows:
        if column not in row.values:
            return
        earlier = first.setdefault(row.values["identity"], row)
        value, other = row.values[column], earlier.values[column]
        if value != other:
            row.refuse(
                f"{column} of {row.values['identity']} is {value or 'empty'}, but "
                f"{other or 'empty'} in {earlier.place}. {remedy}"
            )
