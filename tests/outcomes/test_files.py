"""Records in a file come back as they were, and are never counted twice."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from outcome_rows import records_of

from workbench.errors import InputError, RecordError
from workbench.outcomes import Correction, correct, met_deployments
from workbench.outcomes.files import joined_records, read_records, records_bytes


def test_every_version_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    records = correct(records_of([{}, {}]), Correction("r1", {"arrests": 1}, "who", "why"))
    path.write_bytes(records_bytes(records))
    assert read_records(path).equals(records)


def test_what_is_no_file_of_records_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    with pytest.raises(InputError, match="cannot be read"):
        read_records(path)
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(InputError, match="outcomes import"):
        read_records(path)
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match="no Parquet file that can be read"):
        read_records(path)
    pl.DataFrame({"a": [1]}).write_parquet(path)
    with pytest.raises(RecordError, match="cannot be read as outcome records"):
        read_records(path)


def test_a_record_that_two_files_hold_is_refused() -> None:
    met, own = met_deployments(), records_of([{}, {}])
    assert len(joined_records([("a", met), ("b", own)])) == 289
    with pytest.raises(RecordError, match="record 'r0' is in b and in c"):
        joined_records([("a", met), ("b", own), ("c", own[:1])])
