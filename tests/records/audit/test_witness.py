"""Witness files: added to whole or not at all, by many, and told apart from what a crash left."""

from __future__ import annotations

import os
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.errors import AuditError, OutputError
from workbench.records.audit.checkpoints import Checkpoint, Signer
from workbench.records.audit.witness import Witnessed, WitnessFile, look

AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
SIGNER = Signer.generate()


def checkpoint(seq: int, bench: str = "bench-1") -> Checkpoint:
    return SIGNER.sign(bench, seq, f"{seq:064x}", AT)


def seqs(witness: WitnessFile) -> list[int]:
    return [one.checkpoint.seq for one in witness.read() if one.checkpoint is not None]


def test_an_empty_witness_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "witness").touch()
    assert list(WitnessFile(tmp_path / "witness").read()) == []


def test_a_checkpoint_is_one_line_that_only_its_owner_reads(tmp_path: Path) -> None:
    witness = WitnessFile(tmp_path / "witness")
    for seq in (1, 2):
        witness.append(checkpoint(seq))
    assert witness.path.read_text("utf-8") == f"{checkpoint(1).line}\n{checkpoint(2).line}\n"
    assert stat.S_IMODE(witness.path.stat().st_mode) == 0o600
    assert list(witness.read()) == [Witnessed(f"line {seq}", checkpoint(seq)) for seq in (1, 2)]


def test_permissions_of_a_file_that_is_there_are_left(tmp_path: Path) -> None:
    (tmp_path / "witness").touch(0o640)
    (tmp_path / "witness").chmod(0o640)
    witness = WitnessFile(tmp_path / "witness")
    witness.check()
    witness.append(checkpoint(1))
    assert stat.S_IMODE(witness.path.stat().st_mode) == 0o640


@pytest.mark.parametrize("kept", range(1, len(checkpoint(2).line), 37))
def test_a_line_that_was_cut_short_is_told_and_spoils_no_other(tmp_path: Path, kept: int) -> None:
    witness = WitnessFile(tmp_path / "witness")
    witness.append(checkpoint(1))
    with witness.path.open("ab") as file:
        file.write(checkpoint(2).line.encode()[:kept])
    assert [(one.checkpoint is None, one.torn) for one in witness.read()] == [
        (False, False),
        (True, True),
    ]
    witness.append(checkpoint(3))
    assert seqs(witness) == [1, 3]
    assert [one.torn for one in witness.read()] == [False, True, False]


def test_a_line_that_lacks_its_end_alone_is_whole(tmp_path: Path) -> None:
    witness = WitnessFile(tmp_path / "witness")
    witness.path.write_text(checkpoint(1).line, "utf-8")
    witness.append(checkpoint(2))
    assert seqs(witness) == [1, 2]


@pytest.mark.parametrize(
    "spoilt",
    [b"hello\n", b"\xff\xfe\n", b"{}\n", b"[1]\n", b'{"at":1}\n', b"x" * 25_000 + b"\n"],
)
def test_a_line_that_is_no_checkpoint_is_told(tmp_path: Path, spoilt: bytes) -> None:
    witness = WitnessFile(tmp_path / "witness")
    witness.append(checkpoint(1))
    with witness.path.open("ab") as file:
        file.write(spoilt)
    witness.append(checkpoint(2))
    assert seqs(witness) == [1, 2]
    assert any(one.checkpoint is None and not one.torn for one in witness.read())


def test_what_is_added_while_it_is_read_is_left_out(tmp_path: Path) -> None:
    witness = WitnessFile(tmp_path / "witness")
    witness.append(checkpoint(1))
    found = witness.read()
    witness.append(checkpoint(2))
    assert [one.checkpoint for one in found] == [checkpoint(1)]


def test_many_write_at_once_and_no_line_is_lost(tmp_path: Path) -> None:
    witness = WitnessFile(tmp_path / "witness")

    def write(first: int) -> None:
        for seq in range(first, first + 50):
            WitnessFile(witness.path).append(checkpoint(seq))

    threads = [threading.Thread(target=write, args=(1 + 50 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seqs(witness)) == list(range(1, 401))
    assert len(witness.path.read_text("utf-8").splitlines()) == 400


def test_a_folder_is_never_made(tmp_path: Path) -> None:
    witness = WitnessFile(tmp_path / "share" / "witness")
    for act in (witness.check, lambda: witness.append(checkpoint(1))):
        with pytest.raises(OutputError, match="share/witness cannot be written"):
            act()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(AuditError, match="cannot be read"):
        witness.read()
    assert "cannot be read" in look(witness).fault


def test_a_pipe_or_a_folder_is_no_witness(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder"):
        with pytest.raises(OutputError, match="cannot be written"):
            WitnessFile(tmp_path / name).append(checkpoint(1))
    with pytest.raises(OutputError, match="not a file"):
        WitnessFile(Path("/dev/null")).check()


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="needs limits on the size of files")
    signal = pytest.importorskip("signal")
    witness = WitnessFile(tmp_path / "witness")
    witness.append(checkpoint(1))
    size = witness.path.stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, before[1]))
        with pytest.raises(OutputError, match="cannot be written"):
            witness.append(checkpoint(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    witness.append(checkpoint(3))
    assert seqs(witness) == [1, 3]
