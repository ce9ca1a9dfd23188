"""Hashes by their places."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from workbench.errors import OutputError
from workbench.records.audit import places
from workbench.records.audit.places import HashesByPlace


def digest(seq: int) -> str:
    return f"{seq:064x}"


def test_nothing_is_found_in_nothing() -> None:
    with HashesByPlace() as hashes:
        assert hashes.find(0) is None
        assert hashes.find(1) is None


@pytest.mark.parametrize("there", [[1], [5], range(1, 100), range(3, 300, 7), [1, 2**63 - 1]])
@pytest.mark.parametrize("memory", [1, 10_000])
def test_what_is_there_is_found_and_nothing_else(
    there: list[int], memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_IN_MEMORY", memory)
    with HashesByPlace() as hashes:
        for seq in there:
            hashes.add(seq, digest(seq))
        for seq in [*range(310), 2**62, 2**63 - 1, 2**63, 10**30]:
            assert hashes.find(seq) == (digest(seq) if seq in there else None)


@pytest.mark.parametrize("broken", ["", "ab", "xy" * 32, "ab" * 33])
def test_what_is_no_hash_counts_as_zeros(broken: str) -> None:
    with HashesByPlace() as hashes:
        hashes.add(1, broken)
        assert hashes.find(1) == "0" * 64


def test_no_room_for_the_temporary_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_IN_MEMORY", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with HashesByPlace() as hashes, pytest.raises(OutputError, match="TMPDIR"):
        hashes.add(1, digest(1))
