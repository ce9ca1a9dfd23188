"""What bench and worker say to each other over Ray: pieces, keys, jobs, and what is refused of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import FootageError, UsageError
from workbench.retrospective.cluster import open_cluster
from workbench.retrospective.cluster.job import (
    read_job,
    require_file,
    require_versions,
    versions,
    written_job,
)
from workbench.retrospective.cluster.pieces import PIECE, Whole, pieces
from workbench.retrospective.cluster.sealing import Sealing
from workbench.retrospective.segments import plan_footage
from workbench.settings import ClusterSettings, Settings, load_settings


def ends() -> tuple[Sealing, Sealing]:
    bench, worker = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    return (
        Sealing(bench, worker.public_key().public_bytes_raw(), is_worker=False),
        Sealing(worker, bench.public_key().public_bytes_raw(), is_worker=True),
    )


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_both_ends_read_each_other_and_nobody_else_does(said: list[bytes]) -> None:
    bench, worker = ends()
    stranger, _ = ends()
    for message in said:
        sealed = worker.seal(message)
        assert len(message) < 8 or message not in sealed
        with pytest.raises(FootageError):
            stranger.unseal(sealed)
        assert bench.unseal(sealed) == message
        assert worker.unseal(bench.seal(message)) == message


def test_what_is_changed_repeated_left_out_or_turned_back_does_not_open() -> None:
    for spoil in (
        lambda first, _second: bytes([first[0] ^ 1]) + first[1:],
        lambda _first, second: second,
        lambda first, _second: first[:-1],
    ):
        bench, worker = ends()
        with pytest.raises(FootageError, match="it was changed, left out or repeated"):
            bench.unseal(spoil(worker.seal(b"a template"), worker.seal(b"another")))
    bench, worker = ends()
    sealed = worker.seal(b"a template")
    assert bench.unseal(sealed) == b"a template"
    with pytest.raises(FootageError, match="it was changed, left out or repeated"):
        bench.unseal(sealed)
    bench, worker = ends()
    with pytest.raises(FootageError, match="it was changed, left out or repeated"):
        worker.unseal(worker.seal(b"its own"))
    with pytest.raises(FootageError, match="no public key"):
        Sealing(X25519PrivateKey.generate(), b"short", is_worker=False)


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 7])
def test_pieces_make_the_message_and_none_is_large_enough_for_the_object_store(length: int) -> None:
    message = bytes(at % 251 for at in range(length))
    whole = Whole()
    cut = list(pieces(message))
    assert max(len(piece) for piece, _ in cut) <= PIECE < 100_000
    made = [whole.add(piece, is_last=is_last) for piece, is_last in cut]
    assert made == [None] * (len(cut) - 1) + [message]


@pytest.mark.slow
def test_a_job_is_read_as_it_was_written_and_takes_no_keys_along(
    spoken: Path, tmp_path: Path
) -> None:
    plan = plan_footage(spoken, length_s=2.0)
    given_ = Settings(threads=1, cache=tmp_path, offline=True, encoder="sface")
    text = written_job(plan, given_)
    assert b"witness" not in text
    assert b"master" not in text
    read, settings = read_job(text)
    assert replace(read, mark=plan.mark) == plan
    assert (settings.cache, settings.offline, settings.encoder) == (tmp_path, True, "sface")
    assert settings.detection == given_.detection
    assert require_file(read, "a machine") == plan


@pytest.mark.slow
def test_a_file_that_is_not_there_or_is_another_one_is_said(spoken: Path, tmp_path: Path) -> None:
    plan = plan_footage(spoken)
    elsewhere = replace(plan, path=tmp_path / "clip.mkv")
    with pytest.raises(FootageError, match=r"cannot be read on north \(No such file.*mount it"):
        require_file(elsewhere, "north")
    elsewhere.path.write_bytes(b"another")
    with pytest.raises(FootageError, match=r"another file on north than here: its SHA-256 is not"):
        require_file(elsewhere, "north")


def test_workers_that_would_make_other_numbers_are_refused() -> None:
    require_versions(versions(), "north")
    with pytest.raises(FootageError, match=r"worker on north has numpy 1\.0 and not \d.*Install"):
        require_versions({**versions(), "numpy": "1.0"}, "north")
    with pytest.raises(FootageError, match="what it makes would not be the same"):
        require_versions({}, "north")


def test_what_cannot_be_meant_is_refused_before_ray_is_begun() -> None:
    with (
        pytest.raises(UsageError, match="on processors, not on cuda"),
        open_cluster(Settings(device="cuda")),
    ):
        pytest.fail("nothing is begun")
    for address in ("ray://head:10001", "head", "auto", "http://head:1"):
        with pytest.raises(UsageError, match=r"cluster\.address"):
            load_settings(cluster={"address": address})
    assert ClusterSettings(address="head:6379").address == "head:6379"
