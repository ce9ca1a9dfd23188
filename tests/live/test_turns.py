"""Turns: nobody overtakes, and feeds that share an analyser advance alike."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import pytest

from tests.live.test_pipeline import (
    IDENTITY,
    ListFeed,
    SquareAnalyser,
    SquareMatcher,
    SquareWatchlist,
    standing,
)
from workbench.arrays import ImageArray
from workbench.faces.alignment import SFaceAlignment
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.types import Faces
from workbench.live import LiveSearch
from workbench.live.sharing import SharedDetector, SharedEncoder, shared_parts
from workbench.live.turns import Turns
from workbench.settings import QualitySettings

WAIT_S = 30.0


def test_turns_go_in_the_order_in_which_they_were_asked_for() -> None:
    turns, order = Turns(), []

    def ask(number: int) -> None:
        with turns:
            order.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    with turns:
        for number, thread in enumerate(threads):
            thread.start()
            while len(turns) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(WAIT_S)
    assert order == list(range(8))


def test_a_turn_is_passed_on_after_an_error() -> None:
    turns = Turns()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns:
            _ = 1 / 0
    with turns:
        assert len(turns) == 0


class SquareParts:
    """The squares of `SquareAnalyser` as a detector and an encoder that take their time."""

    identity: EncoderIdentity = IDENTITY
    alignment = SFaceAlignment()
    name = "squares"

    def __init__(self, squares: SquareAnalyser) -> None:
        self._squares = squares
        self.at_once = self.most_at_once = 0

    def detect(self, image: ImageArray) -> Faces:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.002)
        self.at_once -= 1
        return self._squares.detect(image)

    def encode(self, crops: ImageArray) -> Templates:
        return self._squares.encode_crops({"sface": crops})["sface"]


class SharedSquares(FaceAnalyser):
    """An analyser of squares; its crops are those of the squares."""

    squares: SquareAnalyser

    def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
        return self.squares.crops(image, faces)


class EndlessFeed(ListFeed):
    """Gives its frames until it is told to stop."""

    stop = False

    def frames(self) -> Any:
        while not self.stop:
            yield from super().frames()


@pytest.mark.slow
@pytest.mark.parametrize("feeds", [2, 4])
def test_feeds_that_share_an_analyser_advance_alike(feeds: int) -> None:
    squares = SquareAnalyser()
    parts = SquareParts(squares)
    shared = shared_parts(
        FaceAnalyser(cast("Any", parts), {"sface": cast("Any", parts)}, QualitySettings())
    )
    running: list[tuple[LiveSearch, EndlessFeed, threading.Thread]] = []
    for number in range(feeds):
        # The feeds differ in what there is to do: one person, two, and so on.
        frames = [
            squares.draw(index, [(1, (60.0 + 60 * k, 100), 0.95) for k in range(number % 3 + 1)])
            for index, _ in enumerate(standing(1, 25))
        ]
        feed = EndlessFeed(frames)
        # Each feed has an analyser of its own, as in a bench: the models are what is shared.
        analyser = SharedSquares(*shared, QualitySettings())
        analyser.squares = squares
        search = LiveSearch(
            analyser,
            SquareMatcher(),  # type: ignore[arg-type]
            SquareWatchlist(),  # type: ignore[arg-type]
            threshold=0.9,
        )
        thread = threading.Thread(target=search.run, args=(feed,))
        running.append((search, feed, thread))
    for *_, thread in running:
        thread.start()
    deadline = time.monotonic() + WAIT_S
    while min(search.status().frames for search, *_ in running) < 60:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    done = [search.status().frames for search, *_ in running]
    for _, feed, thread in running:
        feed.stop = True
        thread.join(WAIT_S)
        assert not thread.is_alive()
    assert max(done) <= 2 * min(done)
    assert parts.most_at_once == 1


def test_an_encoder_is_asked_by_two_feeds_at_a_time_at_most() -> None:
    squares = SquareAnalyser()
    parts = SquareParts(squares)
    at_once: list[int] = []
    inside = threading.Semaphore(2)
    together, calls = threading.Barrier(2), itertools.count()

    class Watched(SquareParts):
        def encode(self, crops: ImageArray) -> Templates:
            assert inside.acquire(blocking=False)
            at_once.append(len(crops))
            if next(calls) < together.parties:
                together.wait(WAIT_S)
            inside.release()
            return super().encode(crops)

    watched = FaceAnalyser(
        cast("Any", parts), {"sface": cast("Any", Watched(squares))}, QualitySettings()
    )
    analyser = FaceAnalyser(*shared_parts(watched), QualitySettings())
    crops: Mapping[str, ImageArray] = {"sface": np.full((2, 8, 8, 3), 10, np.uint8)}
    results: Sequence[list[int]] = [[] for _ in range(4)]

    def encode(into: list[int]) -> None:
        for _ in range(5):
            into.append(len(analyser.encode_crops(crops)["sface"]))  # noqa: PERF401 - one by one

    threads = [threading.Thread(target=encode, args=(into,)) for into in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert [len(into) for into in results] == [5] * 4
    assert at_once == [2] * 20


def test_shared_parts_are_those_they_were_and_not_shared_twice() -> None:
    parts = SquareParts(SquareAnalyser())
    own = FaceAnalyser(cast("Any", parts), {"sface": cast("Any", parts)}, QualitySettings())
    once = FaceAnalyser(*shared_parts(own), QualitySettings())
    assert isinstance(once.detector, SharedDetector)
    assert isinstance(once.encoders["sface"], SharedEncoder)
    assert once.identities == own.identities
    assert once.detector.name == "squares"
    again, encoders = shared_parts(once)
    assert again is once.detector
    assert encoders == once.encoders
