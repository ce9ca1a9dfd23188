"""Files that are cut, turned, uneven or without times: added, indexed, listed and searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from retro_values import CASE, probe_of

from tests.feeds.conftest import MakeVideo, make_video
from workbench.bench.search_views import ProbeRequest
from workbench.faces.analysis import FaceAnalyser
from workbench.feeds.video import VideoFile

__all__ = ["make_video"]  # a fixture

pytestmark = pytest.mark.slow

Maker = Any
WHY = "looking for who is seen, in a test"
REASON = "Who is seen at the counter when the bag goes?"
SHOWN = 50
"""Frames of a speaker, at 25 a second."""
LATER_MS = 5_000
"""When the second half of them is shown, where times vary."""


def turned(stream: Any) -> None:
    """Say that pictures are to be turned by 90 degrees."""
    stream.set_display_matrix([0, 1 << 16, 0, -1 << 16, 0, 0, 0, 0, 1 << 30])


@pytest.fixture
def odd(shared_data: Path, make_video: MakeVideo) -> list[Path]:
    clip = VideoFile(shared_data / "videos" / "speaker_tony_blair.avi").frames()
    images = [one.image for one in islice(clip, SHOWN)]
    height, width = images[0].shape[:2]
    size = {"images": images, "size": (width, height)}
    varied_ms = [40 * one if one < 25 else LATER_MS + 60 * one for one in range(SHOWN)]
    cut = make_video("cut.mp4", **size, muxer={"movflags": "faststart"})
    cut.write_bytes(cut.read_bytes()[: int(cut.stat().st_size * 0.6)])
    sideways = [np.ascontiguousarray(np.rot90(one)) for one in images]
    return [
        cut,
        make_video("varied.mkv", **size, times_ms=varied_ms),
        make_video("phone.mp4", images=sideways, size=(height, width), turn=turned),
        make_video("bare.h264", **size, options={"bf": "0"}),
    ]


def test_files_with_something_wrong_are_indexed_as_far_as_they_go_and_it_is_told(
    index_files: Callable[[Iterable[Path]], Maker],
    odd: list[Path],
    lfw: Path,
    analyser: FaceAnalyser,
) -> None:
    maker = index_files(odd)
    with maker.open("investigator") as bench:
        files = {one.footage.name: one for one in bench.footage.list(CASE)}
        seen = bench.footage.timeline(CASE, justification=WHY)
        probe = ProbeRequest((probe_of(lfw, "Tony_Blair", 0),), "press", kind="photograph")
        view = bench.searches.against_footage(CASE, probe, reason=REASON, analyser=analyser)
        found = bench.searches.get(view.id, justification=WHY)
    maker.close()
    stated = {name: one.footage.stated for name, one in files.items()}
    assert stated["cut.mp4"][0].startswith("Not all of it is there: ")
    assert stated["varied.mkv"][0].startswith("Its frame rate varies")
    assert stated["bare.h264"][0].startswith("Its pictures have no times of their own")
    assert stated["phone.mp4"] == ()
    facts = files["phone.mp4"].footage.facts
    assert (facts["rotation"], facts["width"], facts["height"]) == (90, 320, 240)
    last_s = {
        name: max(each.last_s for each in seen if each.footage == one.id)
        for name, one in files.items()
    }
    assert 0.5 < last_s["cut.mp4"] < 1.6, "up to where it ends"
    assert last_s["varied.mkv"] > LATER_MS / 1000, "by the times of its pictures, not counted"
    assert last_s["phone.mp4"] == pytest.approx(SHOWN / 25, abs=0.2), "found as it is shown"
    assert last_s["bare.h264"] == pytest.approx(SHOWN / 25, abs=0.2)
    where = {
        next(name for name, one in files.items() if each.subject.startswith(one.id)): (
            each.score,
            found.where(each),
        )
        for each in reversed(found.document.candidates)
    }
    assert where.keys() == files.keys()
    assert min(score for score, _ in where.values()) > 0.45, "each shows the man of the photograph"
    doubtful = {name for name, (_, told) in where.items() if told.endswith("may be wrong")}
    assert doubtful == {"bare.h264"}
