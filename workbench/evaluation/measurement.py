"""A measurement: the searches that were made, the references, and all that the figures rest on.

Kept as a folder, so that whoever draws, compares or issues a policy later starts from what was
searched and not from a printed table: `searches.parquet`, `references.parquet`,
`measurement.json`. None of them holds a picture or a template.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, Self

import dataframely as dy
import polars as pl
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from workbench.errors import AbsentError, ProtocolError
from workbench.evaluation.cells import require_cells
from workbench.evaluation.frames import check_frame
from workbench.evaluation.searches import References, Searches

__all__ = [
    "MEASUREMENT_FILES",
    "MeasuredSearches",
    "Measurement",
    "MeasurementFacts",
    "read_measurement",
    "require_consistent",
    "write_measurement",
]

_SEARCHES: Final = "searches.parquet"
_REFERENCES: Final = "references.parquet"
_FACTS: Final = "measurement.json"

MEASUREMENT_FILES: Final = (_SEARCHES, _REFERENCES, _FACTS)
"""What a folder of a measurement holds; the facts are written last."""

_LARGEST_FACTS: Final = 1 << 20
_MOST_ROWS: Final = 5_000_000
"""Of a table that is read; a small file can say that it holds more than any memory does."""

_LISTED: Final = "searches that are not mated are of somebody who is a reference"
_UNLISTED: Final = "mated searches are of somebody who is no reference"
_RETURNED: Final = "searches returned somebody who is no reference"


class MeasuredSearches(Searches):
    """Searches with what else a measurement may know of them.

    - `group`: the group that the labelled set gives the person; null where it gives none.
    - `top_reference`, `mate_reference`: names of the reference images whose scores those are.
    """

    group = dy.String(nullable=True)
    top_reference = dy.String(nullable=True)
    mate_reference = dy.String(nullable=True)


_ADDED: Final = ("group", "top_reference", "mate_reference")


class MeasurementFacts(BaseModel):
    """What a measurement was made of and with.

    Attributes:
        schema_version: of this file's layout.
        name: of the measurement, for people, for example `facenet fp32`.
        created: when the searches were made.
        data_set: name of the images.
        split: which of its people: `tuning`, `test`, or `whole`.
        rule: how they were chosen, so that it can be done again.
        searched: what its searches are of: single images, or tracks of a staged crowd.
        protocol_sha256: digest of the protocol.
        matcher: `facenet`, `sface` or `fused`.
        unit: of the scores.
        encoders: by name, what made the templates (artefact, SHA-256, alignment).
        runtime: in which numbers the encoders ran, `fp32` or `int8`.
        calibration: id of the fusion's calibration; `None` for one encoder.
        list_size: references that were searched, `N`.
        synthetic_references: how many of them are of nobody who exists.
        opened: when the locked test set was opened for this; `None` unless the split is `test`.
        opened_by: who opened it.
        opened_for: id of the policy that it was opened for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Literal[1] = 1
    name: Annotated[str, Field(min_length=1)]
    created: AwareDatetime
    data_set: Annotated[str, Field(min_length=1)]
    split: Literal["tuning", "test", "whole"]
    rule: Annotated[str, Field(min_length=1)]
    searched: Literal["images", "staged tracks"] = "images"
    protocol_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    matcher: Literal["facenet", "sface", "fused"]
    unit: Literal["cosine", "log10 likelihood ratio"]
    encoders: dict[str, dict[str, str | int]]
    runtime: Literal["fp32", "int8"]
    calibration: str | None = None
    list_size: Annotated[int, Field(ge=1)]
    synthetic_references: Annotated[int, Field(ge=0)] = 0
    opened: AwareDatetime | None = None
    opened_by: str | None = None
    opened_for: str | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        opening = (self.opened, self.opened_by, self.opened_for)
        if any(part is not None for part in opening) and None in opening:
            msg = "opened, opened_by and opened_for come together"
            raise ValueError(msg)
        if self.opened is not None and self.split != "test":
            msg = "only a locked test set is opened"
            raise ValueError(msg)
        if self.synthetic_references > self.list_size:
            msg = "no more references can be synthetic than there are"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """Searches of one matcher, with the references and the facts.

    Attributes:
        facts: what they rest on.
        searches: with the schema `MeasuredSearches`.
        references: with the schema `References`.
    """

    facts: MeasurementFacts
    searches: dy.DataFrame[MeasuredSearches]
    references: dy.DataFrame[References]

    @classmethod
    def of(
        cls,
        facts: MeasurementFacts,
        searches: pl.DataFrame,
        references: pl.DataFrame,
        *,
        called: tuple[str, str] = ("the searches", "the references"),
    ) -> Measurement:
        """Return a measurement of frames that have at least the columns of `Searches`.

        Args:
            facts: what they rest on.
            searches: one row a probe.
            references: one row an image that was to be a reference.
            called: what to call both tables in the message.

        Raises:
            ProtocolError: when a frame does not fit.
        """
        absent = [name for name in _ADDED if name not in searches.columns]
        whole = searches.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
        return cls(
            facts,
            check_frame(MeasuredSearches, whole, called[0]),
            check_frame(References, references, called[1]),
        )

    @property
    def has_groups(self) -> bool:
        """Whether the labelled set gives anybody a group."""
        return bool(self.searches["group"].is_not_null().any())


def write_measurement(measurement: Measurement, folder: Path) -> None:
    """Write a measurement into a folder, which is made where it is not there.

    Each file is whole or is not there; the facts come last, so that a folder that was cut off is
    no measurement.

    Raises:
        OSError: when a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FACTS).unlink(missing_ok=True)
    for name, frame in ((_SEARCHES, measurement.searches), (_REFERENCES, measurement.references)):
        partial = folder / f".{name}.partial"
        frame.write_parquet(partial)
        partial.replace(folder / name)
    partial = folder / f".{_FACTS}.partial"
    with partial.open("w", encoding="utf-8") as file:
        file.write(measurement.facts.model_dump_json(indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / _FACTS)


def read_measurement(folder: Path) -> Measurement:
    """Read what `write_measurement` wrote.

    Raises:
        AbsentError: when there is no such folder, or a file of it is not there.
        ProtocolError: names the file, and row and column where a cell is wrong, or what
            contradicts what.
    """
    path = folder / _FACTS
    try:
        if path.stat().st_size > _LARGEST_FACTS:
            msg = f"{path}: is too large for the facts of a measurement. Give the right folder."
            raise ProtocolError(msg)
        facts = MeasurementFacts.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        what = "that file is not there" if folder.is_dir() else "there is no such folder"
        msg = f"{path}: cannot be read ({what}). Give a folder that --report wrote."
        raise AbsentError(msg) from None
    except OSError as error:
        reason = error.strerror or str(error)
        msg = f"{path}: cannot be read ({reason}). Give a folder that --report wrote."
        raise ProtocolError(msg) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        msg = f"{path}: not a measurement that this version reads: {where}: {first['msg']}."
        raise ProtocolError(msg) from None
    searches, references = (_frame(folder / name) for name in (_SEARCHES, _REFERENCES))
    require_cells(MeasuredSearches, searches, folder / _SEARCHES, may_lack=_ADDED)
    require_cells(References, references, folder / _REFERENCES)
    called = (str(folder / _SEARCHES), str(folder / _REFERENCES))
    found = Measurement.of(facts, searches, references, called=called)
    _require_list(found, str(folder))
    return found


def require_consistent(measured: Measurement, where: str) -> None:
    """Let a measurement pass that may be evidence: searches, references and facts say the same.

    Args:
        measured: with frames that fit their schemas.
        where: the folder, or what it is called.

    Raises:
        ProtocolError: when its searches are tracks of a staged crowd, `list_size` is not the number
            of references (an image that became none is one of them), or somebody is searched for
            or returned who cannot be.
    """
    if measured.facts.searched == "staged tracks":
        msg = (
            f"{where}: its searches are tracks of a staged crowd, of people made to move from "
            "photographs of them. That is no evidence for a policy: it was opened as no locked "
            "test, and nobody walked past a camera. Measure photographs of tuning and of test "
            "people: evaluate identification."
        )
        raise ProtocolError(msg)
    _require_list(measured, where)
    searches, listed = measured.searches, _listed(measured)
    mated = searches.filter("mated")["identity"]
    returned = searches["top_identity"].drop_nulls()
    _require_none(mated.filter(~mated.is_in(listed)), _UNLISTED, where)
    _require_none(returned.filter(~returned.is_in(listed)), _RETURNED, where)


def _require_list(measured: Measurement, where: str) -> None:
    """Let a measurement pass whose list is as long as it says, and holds no non-mated person."""
    found, said = len(measured.references), measured.facts.list_size
    if found != said:
        msg = (
            f"{where}: contradicts itself: {found:,} references, and list_size is {said:,}. Make "
            "the measurement again."
        )
        raise ProtocolError(msg)
    others = measured.searches.filter(~pl.col("mated"))["identity"]
    _require_none(others.filter(others.is_in(_listed(measured))), _LISTED, where)


def _listed(measured: Measurement) -> pl.Series:
    return measured.references["identity"].unique().implode()


def _require_none(wrong: pl.Series, said: str, where: str) -> None:
    if len(wrong):
        msg = f"{where}: contradicts itself: {len(wrong):,} {said}. Make the measurement again."
        raise ProtocolError(msg)


def _frame(path: Path) -> pl.DataFrame:
    try:
        rows = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
        if rows <= _MOST_ROWS:
            return pl.read_parquet(path, glob=False)
    except FileNotFoundError:
        msg = f"{path}: there is no such file. Give a folder that --report wrote."
        raise AbsentError(msg) from None
    # Polars reports damage as its own errors, as those of Python, and as panics of its reader.
    except (OSError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = getattr(error, "strerror", None) or str(error).split("\n", 1)[0]
        msg = f"{path}: cannot be read ({reason}). Make the measurement again."
        raise ProtocolError(msg) from None
    msg = (
        f"{path}: has {rows:,} rows, more than the {_MOST_ROWS:,} of a measurement that is read. "
        "Make it of fewer searches and references."
    )
    raise ProtocolError(msg)
