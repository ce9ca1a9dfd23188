"""A search that goes on and on holds no more than at its beginning."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence

import pytest

from tests.live.test_pipeline import (
    ListFeed,
    People,
    SquareAnalyser,
    SquareMatcher,
    SquareWatchlist,
)
from workbench.arrays import ImageArray
from workbench.faces.templates import Templates
from workbench.faces.types import Faces
from workbench.feeds.frames import Frame
from workbench.live import LiveSearch
from workbench.settings import LiveSettings

LAP = 120
"""Frames in which two people walk by."""
LAPS = 18


class ForgetfulAnalyser(SquareAnalyser):
    """Keeps notes of the newest pictures alone, so that they do not grow."""

    def draw(self, frame: int, people: Sequence[tuple[int, tuple[float, float], float]]) -> Frame:
        drawn = super().draw(frame, people)
        # The newest goes last, also where it lies where an older one did.
        self.places[id(drawn.image)] = self.places.pop(id(drawn.image))
        while len(self.places) > 50:
            del self.places[next(iter(self.places))]
        return drawn

    def detect(self, image: ImageArray) -> Faces:
        faces = super().detect(image)
        self.cropped_at.clear()
        return faces

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        templates = super().encode_crops(crops)
        self.encoded.clear()
        return templates


def passers(frame: int) -> People:
    """Return where two strangers are who walk by once a lap."""
    at = frame % LAP
    return [
        (person, (24.0 + 3 * (at - late), 60.0 + 100 * row), 0.95)
        for row, (person, late) in enumerate(((5, 0), (6, 20)))
        if 0 <= at - late < 85
    ]


class Laps(ListFeed):
    """Frames drawn as they are asked for."""

    def __init__(self, analyser: SquareAnalyser, laps: int) -> None:
        super().__init__([])
        self._analyser, self._laps = analyser, laps

    @property
    def frame_count(self) -> int:
        return self._laps * LAP

    def frames(self) -> Iterator[Frame]:
        for index in range(self.frame_count):
            yield self._analyser.draw(index, passers(index))


@pytest.mark.slow
def test_memory_is_flat_however_many_people_have_passed() -> None:
    analyser = ForgetfulAnalyser()
    search = LiveSearch(
        analyser,  # type: ignore[arg-type]
        SquareMatcher(),  # type: ignore[arg-type]
        SquareWatchlist(),  # type: ignore[arg-type]
        threshold=0.9,
        settings=LiveSettings(),
    )
    held: list[int] = []

    def note(done: int, _total: int | None) -> None:
        if done % LAP == 0:
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    try:
        result = search.run(
            Laps(analyser, LAPS),  # type: ignore[arg-type]
            on_frame=lambda _frame: None,
            progress=note,
        )
    finally:
        tracemalloc.stop()
    assert result.faces_seen == 2 * LAPS
    assert len(held) == LAPS
    # A lap leaves some hundred bytes of timing at most; one frame alone is 230 kB.
    assert max(held[12:]) - max(held[4:9]) < 60_000
