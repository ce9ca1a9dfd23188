"""Manifests of reference collections: which image is of whom, from where, and what allows its use.

A manifest is CSV with a header or Parquet, of up to millions of rows. Rows that the rules refuse
are listed with the reason, and the others are taken; a file that is no manifest is refused whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import dataframely as dy
import polars as pl

from workbench.errors import RecordError
from workbench.governance.categories import LegalBasis
from workbench.governance.image_sources import ImageSource, image_source
from workbench.governance.text import IDENTIFIER_PATTERN, NO_IDENTIFIER
from workbench.images import IMAGE_SUFFIXES, image_files

__all__ = ["COLUMNS", "Manifest", "References", "Refusals", "manifest_of", "read_manifest"]

COLUMNS: Final = ("path", "subject", "image_date", "source", "legal_basis")
"""Columns of a manifest; `image_date` may be left out."""
_NEEDED: Final = tuple(name for name in COLUMNS if name != "image_date")
_SUBJECT: Final = f"^{IDENTIFIER_PATTERN}$"
_EARLIEST: Final = date(1900, 1, 1)
_LONGEST: Final = 1_000
"""Of a path, in characters."""
_LONGEST_HEADER: Final = 65_536
"""Of a CSV, in bytes."""
_SHOWN: Final = 200
_APART: Final = frozenset({LegalBasis.STAFF_CONSENT.value, ImageSource.STAFF_CONSENT.value})


class References(dy.Schema):
    """Rows that may be imported.

    - `row`: of the manifest, from 1, its header left out.
    - `path`: of the image, relative to the folder of the collection.
    - `subject`: reference of the person in the force's own records.
    - `image_date`: when it was taken, if that is known.
    - `source`: where it comes from, an `ImageSource`.
    - `legal_basis`: what allows its use, a `LegalBasis`.
    """

    row = dy.UInt32(primary_key=True)
    path = dy.String(nullable=False, min_length=1)
    subject = dy.String(nullable=False, regex=_SUBJECT)
    image_date = dy.Date(nullable=True, min=_EARLIEST)
    source = dy.Enum([one.value for one in ImageSource], nullable=False)
    legal_basis = dy.Enum([one.value for one in LegalBasis], nullable=False)


class Refusals(dy.Schema):
    """Rows that are refused.

    - `row`: of the manifest, from 1, its header left out.
    - `path`: as far as it can be shown.
    - `why`: in words.
    """

    row = dy.UInt32(primary_key=True)
    path = dy.String(nullable=False)
    why = dy.String(nullable=False, min_length=1)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says.

    Attributes:
        references: rows that may be imported.
        refusals: the others, with the reason.
    """

    references: dy.DataFrame[References]
    refusals: dy.DataFrame[Refusals]


def read_manifest(source: Path, *, today: date) -> Manifest:
    """Read a manifest; no image is opened.

    Args:
        source: a file ending in `.csv` (UTF-8, with a header) or `.parquet`.
        today: no image was taken later.

    Raises:
        RecordError: when the file cannot be read, lacks a column, or has no row.
    """
    kind = source.suffix.lower()
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        ".csv": lambda path: pl.read_csv(path, infer_schema=False),
        ".parquet": pl.read_parquet,
    }
    if kind not in readers:
        msg = f"{source}: it ends neither in .csv nor in .parquet. Rename or convert it."
        raise RecordError(msg)
    try:
        if kind == ".csv":
            _require_narrow(source)
        rows = readers[kind](source)
    except OSError as error:
        msg = f"{source}: it cannot be read ({error.strerror or error}). Check the path."
        raise RecordError(msg) from None
    except pl.exceptions.PolarsError as error:
        # What Polars quotes of a file, in backticks, may be who is in it.
        said = (str(error).strip().splitlines() or ["no reason was given"])[0].partition("`")[0]
        said = said.strip()[:_SHOWN]
        msg = f"{source}: it is no {kind[1:].upper()} that can be read ({said}). Correct it."
        raise RecordError(msg) from None
    missing = [name for name in _NEEDED if name not in rows.columns]
    if missing:
        msg = f"{source}: it has no column {', '.join(missing)}. It needs {', '.join(_NEEDED)}."
        raise RecordError(msg)
    if rows.is_empty():
        msg = f"{source}: it holds no row. Give one for each image."
        raise RecordError(msg)
    for name in COLUMNS:
        if name not in rows.columns:
            continue
        try:
            rows = rows.with_columns(pl.col(name).cast(pl.String))
        except pl.exceptions.PolarsError:
            msg = f"{source}: column {name} holds no text ({rows[name].dtype}). Write it as text."
            raise RecordError(msg) from None
    return _judged(rows, today)


def _require_narrow(source: Path) -> None:
    """Raise before a header of millions of columns fills the memory.

    Raises:
        OSError: when the file cannot be read.
        RecordError: when its first line is longer than a header may be.
    """
    with source.open("rb") as file:
        if b"\n" in file.read(_LONGEST_HEADER) or not file.read(1):
            return
    msg = (
        f"{source}: its header is longer than {_LONGEST_HEADER:,} bytes. Leave out all columns but "
        f"{', '.join(COLUMNS)}."
    )
    raise RecordError(msg)


def manifest_of(
    folder: Path, *, source: str, legal_basis: str, today: date, subject: str = "folder"
) -> Manifest:
    """Make a manifest of a folder of images, all from one source.

    Args:
        folder: with the images, in it or in folders within it.
        source: of all of them.
        legal_basis: of all of them.
        today: the day.
        subject: `folder` where each folder is of one person, `file` where each file is.

    Raises:
        RecordError: when there is no image in the folder, or what is said of all cannot be used.
    """
    paths = [path.relative_to(folder) for path in image_files(folder, recursive=True)]
    if not paths:
        msg = f"{folder}: there is no image in it. Name the folder that they lie in."
        raise RecordError(msg)
    image_source(source)
    names = [path.parent.name if subject == "folder" else path.stem for path in paths]
    rows = pl.DataFrame(
        {
            "path": [path.as_posix() for path in paths],
            "subject": names,
            "source": source,
            "legal_basis": legal_basis,
        }
    )
    return _judged(rows, today)


def _judged(rows: pl.DataFrame, today: date) -> Manifest:
    """Part rows that may be imported from those that may not."""
    if "image_date" not in rows.columns:
        rows = rows.with_columns(image_date=pl.lit(None, pl.String))
    told = rows.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.UInt32).alias("row"),
        *(pl.col(name).cast(pl.String).str.strip_chars().fill_null("") for name in COLUMNS),
    )
    sources, no_sources = _words(told["source"], lambda word: image_source(word).value)
    bases, no_bases = _words(told["legal_basis"], _basis)
    path, given = pl.col("path"), pl.col("image_date")
    told = told.with_columns(
        taken=given.str.to_date("%Y-%m-%d", strict=False),
        source_=pl.col("source").replace_strict(sources, default=None, return_dtype=pl.String),
        basis_=pl.col("legal_basis").replace_strict(bases, default=None, return_dtype=pl.String),
        first=pl.col("row").min().over("path"),
    )
    suffixes = sorted(IMAGE_SUFFIXES)
    ending = path.str.extract(r"(\.[^./]*)$").str.to_lowercase()
    source_, basis_ = pl.col("source_"), pl.col("basis_")
    faults: list[tuple[pl.Expr, pl.Expr]] = [
        (path == "", pl.lit("path is empty; name the image")),
        (
            path.str.contains(r"[\x00-\x1f\x7f]|\\") | (path.str.len_chars() > _LONGEST),
            pl.lit("path holds a sign that no path here may have, or is too long"),
        ),
        (
            path.str.starts_with("/") | path.str.contains(r"(^|/)\.{1,2}(/|$)|//"),
            pl.lit("path must lead into the folder of the collection, from there on"),
        ),
        (~ending.is_in(suffixes).fill_null(value=False), pl.lit("path is of no kind of image")),
        (
            pl.col("first") < pl.col("row"),
            pl.format("path is that of row {} again", pl.col("first")),
        ),
        (
            ~pl.col("subject").str.contains(_SUBJECT),
            pl.lit(f"subject {NO_IDENTIFIER}"),
        ),
        (
            (given != "") & pl.col("taken").is_null(),
            pl.lit("image_date is no day such as 2025-02-11; leave it empty where none is known"),
        ),
        (pl.col("taken") > today, pl.lit("image_date lies in the future")),
        (pl.col("taken") < _EARLIEST, pl.lit("image_date lies before 1900")),
        (
            source_.is_null(),
            pl.col("source").replace_strict(no_sources, default="", return_dtype=pl.String),
        ),
        (
            basis_.is_null(),
            pl.col("legal_basis").replace_strict(no_bases, default="", return_dtype=pl.String),
        ),
        (
            source_.is_in(list(_APART)) | basis_.is_in(list(_APART)),
            pl.lit("staff consented to the blue list alone, not to a collection"),
        ),
        (
            (source_ == ImageSource.DEMONSTRATION_SAMPLE.value)
            != (basis_ == LegalBasis.DEMONSTRATION.value),
            pl.lit("a demonstration's samples have source and legal_basis of a demonstration"),
        ),
    ]
    why = pl.coalesce(*(pl.when(fault).then(words) for fault, words in faults))
    told = told.with_columns(why=why)
    shown = path.str.replace_all(r"[\x00-\x1f\x7f]", "?").str.slice(0, _SHOWN)
    return Manifest(
        References.validate(
            told.filter(pl.col("why").is_null()).select(
                "row", "path", "subject", image_date="taken", source="source_", legal_basis="basis_"
            ),
            cast=True,
        ),
        Refusals.validate(
            told.filter(pl.col("why").is_not_null()).select("row", "why", path=shown), cast=True
        ),
    )


def _words(
    column: pl.Series, read: Callable[[str], str]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what each different word means, and why the others mean nothing."""
    meant: dict[str, str] = {}
    refused: dict[str, str] = {}
    for word in column.unique().to_list():
        try:
            meant[word] = read(word)
        except RecordError as error:
            refused[word] = str(error).rstrip(".")
    return meant, refused


def _basis(word: str) -> str:
    try:
        return LegalBasis(word.casefold().replace(" ", "-").replace("_", "-")).value
    except ValueError:
        msg = f"legal_basis must be one of {', '.join(LegalBasis)}"
        raise RecordError(msg) from None
