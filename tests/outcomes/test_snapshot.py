"""The snapshot for managers is whole or refused, and the one before stays readable meanwhile."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from outcome_rows import records_of

from widgets.deployment_page import DeploymentPage
from workbench.errors import InputError
from workbench.governance.roles import Role
from workbench.outcomes import met_deployments
from workbench.outcomes.authors import REASON_KEPT, author_words
from workbench.outcomes.corrections import Correction, correct
from workbench.outcomes.snapshot import (
    Head,
    Snapshot,
    read_snapshot,
    write_snapshot,
    written_at,
)

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
SNAPSHOT = Snapshot(written_at=NOW, bench="a bench", head=Head(seq=7, hash="ab"))


def test_what_was_written_is_read_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    records = records_of([{"total_alerts": 3}, {"total_alerts": 4}])
    write_snapshot(tmp_path / "new", SNAPSHOT, records)
    snapshot, read = read_snapshot(tmp_path / "new")
    assert snapshot == SNAPSHOT
    assert read.equals(records)
    assert written_at(tmp_path / "new") == NOW
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert all(one.stat().st_mode & 0o077 == 0 for one in (tmp_path / "new").iterdir())


def test_whoever_put_a_record_right_is_in_no_file_of_it(tmp_path: Path) -> None:
    said = [("A. Surname", "B. Other told me of it"), ("reviewer", "C. Third was counted twice")]
    records = records_of([{"record": "one", "total_alerts": 3}])
    for number, (author, reason) in enumerate(said):
        change = Correction("one", {"total_alerts": 4 + number}, author, reason)
        records = correct(records, change)
    write_snapshot(tmp_path, SNAPSHOT, records)
    _, read = read_snapshot(tmp_path)
    assert read["corrected_by"].to_list() == [
        None, "whoever keeps the records, who is named there", "a reviewer",
    ]  # fmt: skip
    assert read["correction_reason"].to_list() == [None, REASON_KEPT, REASON_KEPT]
    content = b"".join(one.read_bytes() for one in tmp_path.iterdir()) + read.write_csv().encode()
    for word in (b"Surname", b"Other", b"Third"):
        assert word not in content
    page = DeploymentPage(tmp_path)
    try:
        page.wait()
        told = json.dumps(page.document({"deployment": "one"}))
    finally:
        page.close()
    assert "by a reviewer" in told
    assert not any(word in told for word in ("Surname", "B. Other", "C. Third"))


def test_reasons_of_the_shipped_example_stay(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT, met_deployments())
    _, read = read_snapshot(tmp_path)
    assert read["correction_reason"].equals(met_deployments()["correction_reason"])
    assert set(read["corrected_by"].drop_nulls()) == {author_words("lfr-workbench")}


def test_roles_are_called_as_governance_calls_them() -> None:
    for role in Role:
        assert author_words(role.value) == role.phrase
        assert author_words(role.phrase) == role.phrase


def test_many_writings_leave_two_files_of_records_at_most(tmp_path: Path) -> None:
    for many in range(1, 6):
        later = SNAPSHOT.model_copy(update={"written_at": NOW + timedelta(minutes=many)})
        write_snapshot(tmp_path, later, records_of([{"total_alerts": many}]))
        assert read_snapshot(tmp_path)[1]["total_alerts"].to_list() == [many]
    assert len(list(tmp_path.glob("records-*"))) <= 2
    assert list(tmp_path.glob(".*")) == []


def test_records_of_another_snapshot_are_refused(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT, records_of([{"total_alerts": 3}]))
    [kept] = tmp_path.glob("records-*")
    other = tmp_path / "other"
    write_snapshot(other, SNAPSHOT, records_of([{"total_alerts": 5}]))
    kept.write_bytes(next(other.glob("records-*")).read_bytes())
    with pytest.raises(InputError, match="is not the file that"):
        read_snapshot(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"snapshot": 3}'])
def test_what_is_no_snapshot_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "snapshot.json").write_text(content, "utf-8")
    with pytest.raises(InputError, match="is no snapshot for managers"):
        read_snapshot(tmp_path)
    assert written_at(tmp_path) is None


def test_an_unknown_field_is_refused(tmp_path: Path) -> None:
    write_snapshot(tmp_path, SNAPSHOT, records_of([{"total_alerts": 3}]))
    path = tmp_path / "snapshot.json"
    content = json.loads(path.read_text("utf-8"))
    content["snapshot"]["suspect"] = "A. Person"
    path.write_text(json.dumps(content), "utf-8")
    with pytest.raises(InputError, match="suspect"):
        read_snapshot(tmp_path)


def test_where_there_is_none_it_says_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="workbench dashboard"):
        read_snapshot(tmp_path)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_snapshot(tmp_path / "file" / "in", SNAPSHOT, records_of([{"total_alerts": 1}]))


def test_what_it_tells_is_of_when_it_was_read_and_something_may_be_to_come() -> None:
    assert SNAPSHOT.as_of == NOW
    assert SNAPSHOT.next_moment() is None
    read = SNAPSHOT.model_copy(update={"read_at": NOW - timedelta(minutes=9)})
    assert read.as_of == NOW - timedelta(minutes=9)
