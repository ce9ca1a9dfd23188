"""The folder of a comparison of groups: `equity.json` beside the measurement and the tables.

A policy refers to such a folder. So what `equity.json` says is not taken at its word when it is
read: each part must be the very file that was written, and the groups are compared again from the
searches.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from workbench.errors import AbsentError, ProtocolError
from workbench.evaluation.equity import equity_at
from workbench.evaluation.equity_facts import EquityFacts, equity_facts
from workbench.evaluation.equity_tables import EquityResult
from workbench.evaluation.measurement import (
    MEASUREMENT_FILES,
    Measurement,
    read_measurement,
    require_consistent,
)

__all__ = ["EQUITY_FILE", "EQUITY_PARTS", "KeptEquity", "read_equity", "write_equity"]

EQUITY_FILE: Final = "equity.json"
"""What a comparison of groups says of itself; written last."""

EQUITY_PARTS: Final = (
    *MEASUREMENT_FILES,
    "equity_rates.parquet",
    "equity_comparisons.parquet",
)
"""What it names with its SHA-256."""

_LARGEST: Final = 1 << 20
_AGAIN: Final = "Make it again with workbench evaluate equity and --report."


@dataclass(frozen=True, slots=True)
class KeptEquity:
    """What a folder says of a comparison of groups.

    Attributes:
        facts: as they were written.
        sha256: of `equity.json`, and so of all its parts.
    """

    facts: EquityFacts
    sha256: str


def write_equity(
    measurement: Measurement, result: EquityResult, folder: Path, *, created: datetime
) -> EquityFacts:
    """Write `equity.json` into a folder that holds the parts already.

    Args:
        measurement: that is in the folder.
        result: of `equity_at` on its searches, whose tables are in the folder.
        folder: of `write_measurement`.
        created: when the groups were compared, with its zone.

    Raises:
        OSError: when a part is not there or the file cannot be written.
    """
    files = {name: _sha256_of(folder / name) for name in EQUITY_PARTS}
    facts = equity_facts(measurement, result, created=created, files=files)
    partial = folder / f".{EQUITY_FILE}.partial"
    with partial.open("w", encoding="utf-8") as file:
        file.write(facts.model_dump_json(indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / EQUITY_FILE)
    return facts


def read_equity(folder: Path) -> KeptEquity:
    """Read what `write_equity` wrote, and compare the groups again.

    Raises:
        AbsentError: when it, or a part of it, is not there.
        ProtocolError: names the file and what is wrong with it: it is no such record, a part is
            another file, or the searches come to something else.
    """
    path = folder / EQUITY_FILE
    try:
        if path.stat().st_size > _LARGEST:
            msg = f"{path}: is too large for a comparison of groups. Give the right folder."
            raise ProtocolError(msg)
        content = path.read_bytes()
        facts = EquityFacts.model_validate_json(content)
    except OSError as error:
        msg = (
            f"{path}: cannot be read ({error.strerror or error}). Give a folder that workbench "
            "evaluate equity wrote with --report."
        )
        raise _unread(error, msg) from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        msg = f"{path}: no comparison of groups that this version reads: {where}: {first['msg']}."
        raise ProtocolError(msg) from None
    _require_parts(folder, facts.files)
    measured = read_measurement(folder)
    require_consistent(measured, str(folder))
    _require_recounted(measured, facts, path)
    return KeptEquity(facts, hashlib.sha256(content).hexdigest())


def _require_parts(folder: Path, files: Mapping[str, str]) -> None:
    path = folder / EQUITY_FILE
    if set(files) != set(EQUITY_PARTS):
        msg = f"{path}: files: names other parts than {', '.join(EQUITY_PARTS)}. {_AGAIN}"
        raise ProtocolError(msg)
    for name, digest in files.items():
        try:
            found = _sha256_of(folder / name)
        except OSError as error:
            msg = f"{folder / name}: cannot be read ({error.strerror or error}). {_AGAIN}"
            raise _unread(error, msg) from None
        if found != digest:
            msg = (
                f"{folder / name}: is not the file that groups were compared with (SHA-256 "
                f"{found[:12]}, and {EQUITY_FILE} names {digest[:12]}). {_AGAIN}"
            )
            raise ProtocolError(msg)


def _require_recounted(measured: Measurement, facts: EquityFacts, path: Path) -> None:
    """Let facts pass that the searches come to; the tables' own bootstrap is left out."""
    again = equity_at(
        measured.searches,
        facts.steps[0].threshold,
        reference=facts.reference if facts.reference_given else None,
        smallest_people=facts.smallest_people,
        fewest_errors=facts.fewest_errors,
        confidence=facts.confidence,
        replicates=0,
    )
    counted = equity_facts(measured, again, created=facts.created, files=facts.files)
    wrong = [name for name, value in counted if value != getattr(facts, name)]
    if wrong:
        msg = f"{path}: its searches do not come to what it says of {', '.join(wrong)}. {_AGAIN}"
        raise ProtocolError(msg)


def _unread(error: OSError, said: str) -> ProtocolError:
    """Return the error of a file that cannot be read: one that is not there is another."""
    return (AbsentError if isinstance(error, FileNotFoundError) else ProtocolError)(said)


def _sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
