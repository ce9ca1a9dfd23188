"""What bench and worker say to each other over Ray: pieces, keys, jobs, and what is refused of them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import settings as given_with
from hypothesis import strategies as st

from workbench.errors import FootageError, UsageError
from workbench.retrospective.cluster import open_cluster
from workbench.retrospective.cluster.about import About
from workbench.retrospective.cluster.job import (
    read_job,
    require_file,
    require_versions,
    versions,
    written_job,
)
from workbench.retrospective.cluster.peer import RemotePeer
from workbench.retrospective.cluster.pieces import (
    LONGEST,
    PIECE,
    Message,
    TooLongError,
    Whole,
    pieces,
)
from workbench.retrospective.cluster.sealing import Sealing
from workbench.retrospective.cluster.secret import shared_secret
from workbench.retrospective.cluster.start import Start, environment
from workbench.retrospective.index_worker import SegmentCounts
from workbench.retrospective.indexing import index_footage
from workbench.retrospective.segments import FootagePlan, plan_footage
from workbench.settings import ClusterSettings, Settings, load_settings


def ends() -> tuple[Sealing, Sealing]:
    bench, worker = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    return (
        Sealing(bench, worker.public_key().public_bytes_raw(), is_worker=False),
        Sealing(worker, bench.public_key().public_bytes_raw(), is_worker=True),
    )


@given_with(deadline=None)
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


def test_who_takes_a_place_without_the_secret_reads_nothing() -> None:
    bench, between, worker = (X25519PrivateKey.generate() for _ in range(3))

    def public(key: X25519PrivateKey) -> bytes:
        return key.public_key().public_bytes_raw()

    secret = b"a secret of the bench and its workers"
    for guess in (None, b"", b"another secret of the same length."):
        to_bench = Sealing(between, public(bench), is_worker=True, secret=guess)
        for_bench = Sealing(bench, public(between), is_worker=False, secret=secret)
        with pytest.raises(FootageError, match="variable of the secret is the same on each"):
            for_bench.unseal(to_bench.seal(b"ready"))
        to_worker = Sealing(between, public(worker), is_worker=False, secret=guess)
        for_worker = Sealing(worker, public(between), is_worker=True, secret=secret)
        with pytest.raises(FootageError, match="it was changed, left out or repeated"):
            for_worker.unseal(to_worker.seal(b"a job"))
    its_worker = Sealing(worker, public(bench), is_worker=True, secret=secret)
    for_bench = Sealing(bench, public(worker), is_worker=False, secret=secret)
    assert for_bench.unseal(its_worker.seal(b"ready")) == b"ready"


def test_a_secret_that_is_not_set_or_is_short_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shared_secret(None, {}, "north") is None
    assert shared_secret("LFR_SECRET", {"LFR_SECRET": "s" * 32}, "north") == b"s" * 32
    with pytest.raises(UsageError, match=r"LFR_SECRET.* holds 0 characters on north and not at"):
        shared_secret("LFR_SECRET", {}, "north")
    monkeypatch.setenv("LFR_SECRET", "s" * 31)
    there = Settings(cluster=ClusterSettings(address="head:1", secret_variable="LFR_SECRET"))  # noqa: S106 - its name
    with (
        pytest.raises(UsageError, match="holds 31 characters on this machine") as refused,
        open_cluster(there),
    ):
        pytest.fail("nothing is begun")
    assert "s" * 31 not in str(refused.value)


def test_what_a_worker_says_of_itself_is_read_as_what_anybody_may_have_said() -> None:
    said = {"public": "0" * 64, "versions": versions(), "where": "north\x1b[2J"}
    assert About.read(json.dumps(said).encode()).where == "north[2J"
    for spoilt in (
        b"no json",
        b"[]",
        json.dumps(said | {"public": "short"}).encode(),
        json.dumps(said | {"where": "n" * 1001}).encode(),
        json.dumps(said | {"more": "of it"}).encode(),
    ):
        with pytest.raises(FootageError, match="what a worker says of itself cannot be read"):
            About.read(spoilt)


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


def test_a_message_without_an_end_or_in_other_pieces_is_refused() -> None:
    for piece in (b"", b"short", bytes(PIECE + 1)):
        with pytest.raises(TooLongError, match=f"sent {len(piece)} bytes as a piece"):
            Whole().add(piece, is_last=False)
    with pytest.raises(TooLongError, match="bytes as a piece"):
        Whole().add(bytes(PIECE + 1), is_last=True)
    whole, piece = Whole(), bytes(PIECE)
    for _ in range(LONGEST // PIECE):
        whole.add(piece, is_last=False)
    with pytest.raises(TooLongError, match="message of more than 256 MB"):
        whole.add(b"one more", is_last=True)


ACTOR = """
import json
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from workbench.retrospective.cluster.about import About
from workbench.retrospective.cluster.actor import FootageActor
from workbench.retrospective.cluster.sealing import Sealing

actor = FootageActor(None)
said = actor.say()
assert said[0] == 1
own = X25519PrivateKey.generate()
sealing = Sealing(own, bytes.fromhex(About.read(said[1:]).public), is_worker=False)
assert actor.hear(own.public_key().public_bytes_raw(), True) == b""
job = {"path": "/footage/jane.mkv", "facts": {"sha256": "jane"}, "segments": [], "settings": {}}
actor.hear(sealing.seal(json.dumps(job).encode()), True)
assert actor.say() == b""
"""


@pytest.mark.slow
def test_of_what_goes_wrong_in_a_worker_the_log_names_the_type_alone() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", ACTOR], capture_output=True, text=True, timeout=300, check=True
    )
    assert ended.stderr == "a worker ended: ValidationError\n"
    assert not ended.stdout


@pytest.mark.slow
def test_a_segment_that_was_not_asked_for_is_refused(spoken: Path) -> None:
    plan = plan_footage(spoken, length_s=2.0)
    told: list[bytes] = []

    def answer(pipe: Connection, secret: bytes) -> None:
        own = X25519PrivateKey.generate()
        about = About(
            public=own.public_key().public_bytes_raw().hex(), versions=versions(), where="north"
        )
        pipe.send_bytes(Message.SAID + about.model_dump_json().encode())
        sealing = Sealing(own, pipe.recv_bytes(), is_worker=True, secret=secret)
        told.append(sealing.unseal(pipe.recv_bytes()))

        def say(message: bytes) -> None:
            pipe.send_bytes(Message.SAID + sealing.seal(message))

        say(json.dumps({"said": "ready"}).encode())
        asked = int(sealing.unseal(pipe.recv_bytes()))
        counts = SegmentCounts(asked + 1, 1, 1, 0, 0, None)
        say(json.dumps({"said": "done", "counts": asdict(counts)}).encode())
        say(b"a document of another segment")

    class Strangers:
        workers = 1
        remedy = "None."

        def begin(self, plan: FootagePlan, settings: Settings) -> RemotePeer:
            here, there = Pipe()
            secret = b"what the two of them share already"
            Thread(target=answer, args=(there, secret), daemon=True).start()
            return RemotePeer(here, plan, settings, secret)

    kept: list[int] = []
    with pytest.raises(FootageError, match=r"sent segment 1 and was given 0\. It is not kept"):
        index_footage(
            plan,
            Settings(),
            keep=lambda number, *_: kept.append(number),
            hiring=Strangers(),
        )
    assert not kept
    assert plan.path.name.encode() in told[0], "it is a worker as others are"


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


@pytest.mark.parametrize("address", [None, "head:6379"])
def test_of_the_variables_of_the_bench_those_that_ray_needs_are_handed_on(
    address: str | None, tmp_path: Path
) -> None:
    needed = {"PATH": "/bin", "HOME": "/home/e", "LC_ALL": "C", "OMP_NUM_THREADS": "1"}
    joining = {"RAY_AUTH_TOKEN": "theirs", "RAY_USE_TLS": "1", "RAY_TLS_CA_CERT": "/ca"}
    kept_back = dict.fromkeys(
        (
            *("WORKBENCH_MASTER_KEY", "WORKBENCH_CREDENTIAL", "BAO_TOKEN", "QDRANT_KEY"),
            *("HTTPS_PROXY", "PGPASSWORD", "RAY_RUNTIME_ENV_HOOK", "RAY_ADDRESS", "ANYTHING"),
        ),
        "a secret",
    )
    start = Start(address, 2, tmp_path, "LFR_SECRET")
    assert Start.read(start.written()) == start
    made = environment(start, needed | joining | kept_back, "made for it")
    assert needed.items() <= made.items()
    assert "a secret" not in made.values()
    assert made["RAY_USAGE_STATS_ENABLED"] == "0"
    if address is None:
        own = {"RAY_AUTH_TOKEN": "made for it", "RAY_AUTH_MODE": "token"}
        assert own.items() <= made.items()
        assert "RAY_USE_TLS" not in made
    else:
        assert joining.items() <= made.items()
