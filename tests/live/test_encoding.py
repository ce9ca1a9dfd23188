"""The encoder's thread: one batch at a time, faults come out, and no template stays behind."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.live.test_pipeline import IDENTITY
from workbench.arrays import ImageArray
from workbench.errors import UsageError
from workbench.faces.templates import Templates
from workbench.live.encoding import EncodeWorker

WAIT_S = 20.0


class Encoder:
    """Gives templates, or fails; holds on until it is let go."""

    def __init__(self, fault: BaseException | None = None) -> None:
        self.fault = fault
        self.go, self.begun = threading.Event(), threading.Event()
        self.go.set()
        self.made: list[weakref.ref[Any]] = []
        self.calls = 0

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        self.calls += 1
        self.begun.set()
        assert self.go.wait(WAIT_S)
        if self.fault is not None:
            raise self.fault
        vectors = np.eye(8, dtype=np.float32)[: len(crops["sface"])].copy()
        self.made.append(weakref.ref(vectors))
        return {"sface": Templates(vectors, IDENTITY)}


def crops(count: int = 3) -> dict[str, ImageArray]:
    return {"sface": np.zeros((count, 8, 8, 3), np.uint8)}


def until(what: Any) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + WAIT_S
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.parametrize("threaded", [True, False])
def test_a_batch_comes_back_as_templates(threaded: bool) -> None:
    worker = EncodeWorker(Encoder(), wait_s=WAIT_S, threaded=threaded)
    for count in (1, 4):
        worker.submit(crops(count))
        assert worker.waiting == count
        assert len(worker.take()["sface"]) == count
        assert worker.waiting == 0
    worker.close()


def test_whoever_would_wait_encodes_what_is_left() -> None:
    given = {"sface": np.arange(7, dtype=np.uint8).repeat(192).reshape(7, 8, 8, 3)}
    threads: set[str] = set()

    class Telling:
        def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
            name = threading.current_thread().name
            if name not in threads:
                threads.add(name)
                both.wait(WAIT_S)
            vectors = np.zeros((len(crops["sface"]), 8), np.float32)
            vectors[np.arange(len(vectors)), crops["sface"][:, 0, 0, 0]] = 1.0
            return {"sface": Templates(vectors, IDENTITY)}

    both = threading.Barrier(2)
    worker = EncodeWorker(Telling(), wait_s=WAIT_S)
    worker.submit(given)
    made = worker.take()["sface"]
    assert threads == {"encoder", threading.current_thread().name}
    assert made.vectors.argmax(axis=1).tolist() == list(range(7)), "in the order of the crops"
    worker.close()


def test_one_batch_at_a_time() -> None:
    worker = EncodeWorker(Encoder(), wait_s=WAIT_S)
    with pytest.raises(UsageError, match="no batch"):
        worker.take()
    worker.submit(crops())
    with pytest.raises(UsageError, match="one batch at a time"):
        worker.submit(crops())
    worker.close()
    with pytest.raises(UsageError):
        worker.submit(crops())


def test_it_is_ready_when_a_take_would_not_wait() -> None:
    encoder = Encoder()
    encoder.go.clear()
    worker = EncodeWorker(encoder, wait_s=WAIT_S)
    assert not worker.is_ready
    worker.submit(crops())
    assert not worker.is_ready
    encoder.go.set()
    until(lambda: worker.is_ready)
    worker.close()


@pytest.mark.parametrize("fault", [RuntimeError("out of memory"), SystemExit(3), MemoryError()])
def test_a_fault_of_the_encoder_comes_out_where_the_batch_is_taken(fault: BaseException) -> None:
    encoder = Encoder(fault)
    worker = EncodeWorker(encoder, wait_s=WAIT_S)
    worker.submit(crops())
    with pytest.raises(type(fault)):
        worker.take()
    encoder.fault = None
    worker.submit(crops())
    assert len(worker.take()["sface"]) == 3
    worker.close()


def test_an_error_that_is_kept_keeps_no_face() -> None:
    class Failing(Encoder):
        def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
            seen = {name: part.copy() for name, part in crops.items()}
            self.made += [weakref.ref(part) for part in seen.values()]
            if len(crops["sface"]) == 1:
                message = "out of memory"
                raise RuntimeError(message)
            return super().encode_crops(crops)

    encoder = Failing()
    worker = EncodeWorker(encoder, wait_s=WAIT_S)
    given = crops(3)
    kept = weakref.ref(given["sface"])
    worker.submit(given)
    del given
    with pytest.raises(RuntimeError) as caught:
        worker.take()
    assert caught.value.__traceback__ is not None
    worker.close()
    assert kept() is None
    assert len(encoder.made) >= 2
    assert [ref for ref in encoder.made if ref() is not None] == []


def test_a_batch_is_ready_when_its_thread_has_died(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EncodeWorker, "_work", lambda _self: None)
    worker = EncodeWorker(Encoder(), wait_s=WAIT_S)
    worker.submit(crops())
    until(lambda: worker.is_ready)
    assert len(worker.take()["sface"]) == 3
    worker.close()


@pytest.mark.slow
def test_templates_that_nobody_takes_are_dropped_and_made_again() -> None:
    encoder = Encoder()
    worker = EncodeWorker(encoder, wait_s=0.05)
    worker.submit(crops())
    until(lambda: len(encoder.made) == 2)

    def gone() -> bool:
        gc.collect()
        return all(ref() is None for ref in encoder.made)

    until(gone)
    assert worker.waiting == 3
    assert len(worker.take()["sface"]) == 3
    assert encoder.calls == 3, "the parts of two and of one crop, and all of them once more"
    worker.close()


@pytest.mark.slow
def test_what_is_being_made_when_it_is_cleared_is_dropped() -> None:
    encoder = Encoder()
    encoder.go.clear()
    worker = EncodeWorker(encoder, wait_s=WAIT_S)
    given = crops()
    kept = weakref.ref(given["sface"])
    worker.submit(given)
    del given
    assert encoder.begun.wait(WAIT_S)
    worker.clear()
    assert worker.waiting == 0
    worker.submit(crops(2))
    encoder.go.set()
    assert len(worker.take()["sface"]) == 2
    worker.close()
    gc.collect()
    assert kept() is None
    assert [ref for ref in encoder.made if ref() is not None] == []


def test_the_end_waits_for_what_is_being_made_and_ends_the_thread() -> None:
    encoder = Encoder()
    encoder.go.clear()
    worker = EncodeWorker(encoder, wait_s=WAIT_S)
    worker.submit(crops())
    assert encoder.begun.wait(WAIT_S)
    threading.Timer(0.05, encoder.go.set).start()
    worker.close()
    assert worker._thread is not None
    assert not worker._thread.is_alive()
