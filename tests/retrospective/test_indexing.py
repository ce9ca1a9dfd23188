"""Footage of people whose names are known: who is seen when, whoever indexes it, however often."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from multiprocessing import Pipe, active_children
from pathlib import Path
from threading import Thread

import cv2
import pytest
from joined_clips import SPEAKERS

from tests.retrospective import dying
from tests.retrospective.conftest import SPOKEN
from workbench.errors import FootageError, NotAuthorisedError, UsageError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.images import load_image
from workbench.matching import load_calibration
from workbench.retrospective.appearances import (
    Appearances,
    decode_appearances,
    encode_appearances,
)
from workbench.retrospective.candidate_lists import search_collection
from workbench.retrospective.footage_parts import AppearanceId, FootagePart
from workbench.retrospective.index_crew import IndexProgress
from workbench.retrospective.index_process import Processes
from workbench.retrospective.index_segment import index_segment
from workbench.retrospective.index_worker import SegmentCounts, counts_of, work
from workbench.retrospective.indexing import index_footage
from workbench.retrospective.joining import timeline
from workbench.retrospective.segments import FootagePlan, plan_footage
from workbench.retrospective.timelines import timeline_matcher
from workbench.settings import Settings

LENGTH_S = 2.0


@pytest.fixture(scope="session")
def plan(spoken: Path) -> FootagePlan:
    return plan_footage(spoken, length_s=LENGTH_S)


@pytest.fixture(scope="session")
def indexed(
    plan: FootagePlan, index_analyser: FaceAnalyser, settings: Settings
) -> list[Appearances]:
    """Return the segments of the footage, indexed in this process."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return [index_segment(plan, one, index_analyser, settings) for one in plan.segments]
    finally:
        cv2.setNumThreads(threads)


def spans() -> dict[str, tuple[float, float]]:
    return {name: (3.0 * at, 3.0 * at + 3.0) for at, name in enumerate(SPEAKERS)}


@pytest.mark.slow
def test_every_speaker_is_found_when_they_are_seen(indexed: list[Appearances]) -> None:
    entries = timeline([FootagePart("clip", one) for one in indexed])
    for name, (start_s, end_s) in spans().items():
        seen = [one for one in entries if one.first_s < end_s - 0.1 and one.last_s > start_s + 0.1]
        assert seen, f"{name} is found"
        for one in seen:
            assert start_s - 0.05 <= one.first_s, "nobody is followed across a cut"
            assert one.last_s <= end_s
        covered = max(one.last_s - one.first_s for one in seen)
        assert covered > 2.5, f"{name} is one entry from the first picture to the last"
        assert max(len(one.parts) for one in seen) == 2, "though a segment ends in between"


@pytest.mark.slow
def test_a_photograph_finds_the_person_and_nobody_else_scores_like_it(
    indexed: list[Appearances], index_analyser: FaceAnalyser, lfw: Path
) -> None:
    parts = [FootagePart("clip", one) for one in indexed]
    calibration = load_calibration()
    matcher = timeline_matcher("fused", parts, index_analyser.identities, calibration)
    threshold = matcher.default_threshold
    assert threshold is not None
    times = {
        str(one): (row["first_s"], row["last_s"])
        for part in parts
        for one, row in zip(part.ids, part.appearances.rows.iter_rows(named=True), strict=True)
    }
    for name, photograph in (
        ("tony_blair", "Tony_Blair/Tony_Blair_0001.jpg"),
        ("bill_clinton", "Bill_Clinton/Bill_Clinton_0001.jpg"),
        ("angelina_jolie", "Angelina_Jolie/Angelina_Jolie_0001.jpg"),
        (None, "Aaron_Eckhart/Aaron_Eckhart_0001.jpg"),
        (None, "Zico/Zico_0001.jpg"),
    ):
        image = load_image(lfw / photograph)
        faces = index_analyser.detect(image)
        main = primary_face(faces, image.shape)
        assert main is not None
        probe = index_analyser.encode(image, faces[[main]])
        candidates = search_collection(matcher, probe)[0].candidates
        found = [one for one in candidates if one.score >= threshold]
        assert bool(found) == (name is not None)
        for one in found:
            start_s, end_s = spans()[str(name)]
            first_s, last_s = times[one.subject]
            assert start_s - 0.05 <= first_s <= last_s <= end_s
            assert AppearanceId.read(one.subject).footage == "clip"


@pytest.mark.slow
def test_what_is_kept_is_all_that_is_needed_and_nothing_more(
    indexed: list[Appearances], plan: FootagePlan
) -> None:
    for segment, one in zip(plan.segments, indexed, strict=True):
        assert one.facts.footage == plan.facts.sha256
        assert (one.facts.start_s, one.facts.end_s) == (segment.start_s, segment.end_s)
        assert one.facts.frames == segment.pictures
        assert 0 < one.facts.searched < one.facts.frames, "frames in which little moves are skipped"
        assert one.facts.damage is None
        assert one.rows["track"].to_list() == list(range(len(one)))
        assert len(one.thumbnails[0]) == 160
        assert (one.eyes[:, 0, 0] < one.eyes[:, 1, 0]).all(), "right eye, then left eye"
        document = encode_appearances(one)
        read = decode_appearances(document, one.encoders, source="it")
        assert encode_appearances(read) == document


@pytest.mark.slow
def test_processes_make_what_one_makes_and_the_dead_are_replaced(
    indexed: list[Appearances], plan: FootagePlan, settings: Settings
) -> None:
    expected = {one.facts.number: encode_appearances(one) for one in indexed}
    kept: dict[int, bytes] = {}
    told: list[IndexProgress] = []
    killed: list[int] = []

    def keep(number: int, document: bytes, counts: SegmentCounts) -> None:
        assert number not in kept, "nothing is kept twice"
        assert counts == counts_of(indexed[number])
        kept[number] = document

    def progress(now: IndexProgress) -> None:
        told.append(now)
        if now.pictures and not killed:
            child = active_children()[0]
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            killed.append(child.pid)

    counts = index_footage(plan, settings, keep=keep, progress=progress, workers=2)
    assert killed
    assert counts.replaced == 1
    assert kept == expected
    assert counts.frames == len(SPEAKERS) * SPOKEN
    assert counts.appearances == sum(len(one) for one in indexed)
    assert told[-1] == IndexProgress(300, 300, len(plan.segments), len(plan.segments))
    assert active_children() == []


@pytest.mark.slow
def test_it_goes_on_where_it_was_and_stops_when_it_may_not(
    indexed: list[Appearances], plan: FootagePlan, settings: Settings
) -> None:
    last = plan.segments[-1].number
    done = set(range(last)) - {1}
    kept: dict[int, bytes] = {}
    asked: list[float] = []

    def go_on() -> None:
        asked.append(time.monotonic())
        if kept:
            msg = "the authority of the case has ended"
            raise NotAuthorisedError(msg)

    with pytest.raises(NotAuthorisedError, match="the authority of the case has ended"):
        index_footage(
            plan,
            settings,
            keep=lambda number, document, _counts: kept.__setitem__(number, document),
            done=done,
            go_on=go_on,
            workers=1,
        )
    assert active_children() == []
    assert kept == {1: encode_appearances(indexed[1])}
    assert len(asked) > asked[-1] - asked[0], "it is asked at least once a second"


def test_nothing_is_begun_where_it_may_not(plan: FootagePlan, settings: Settings) -> None:
    def no() -> None:
        msg = "the case is closed"
        raise NotAuthorisedError(msg)

    def keep(number: int, document: bytes, counts: SegmentCounts) -> None:
        pytest.fail("nothing is kept")

    with pytest.raises(NotAuthorisedError, match="the case is closed"):
        index_footage(plan, settings, keep=keep, go_on=no)
    everything = [one.number for one in plan.segments]
    assert index_footage(plan, settings, keep=keep, done=everything).segments == ()
    with pytest.raises(UsageError, match="at least 1 process"):
        index_footage(plan, settings, keep=keep, workers=0)
    with pytest.raises(UsageError, match="none with number 99"):
        index_footage(plan, settings, keep=keep, done=[0, 99])
    assert active_children() == []


def test_unless_told_otherwise_it_takes_every_core_that_this_process_may_use() -> None:
    allowed = os.sched_getaffinity(0)
    try:
        assert Processes().workers == len(allowed)
        os.sched_setaffinity(0, {min(allowed)})
        assert Processes().workers == 1
    finally:
        os.sched_setaffinity(0, allowed)


@pytest.mark.slow
def test_a_model_that_cannot_be_had_is_said(plan: FootagePlan, tmp_path: Path) -> None:
    here, there = Pipe()
    worker = Thread(target=work, args=(there, plan, Settings(cache=tmp_path, offline=True)))
    worker.start()
    worker.join()
    said = json.loads(here.recv_bytes())
    assert (said["said"], said["kind"]) == ("failed", "ArtefactUnavailableError")
    assert "yunet" in said["words"]


@pytest.mark.slow
def test_processes_that_die_again_and_again_are_given_up(
    plan: FootagePlan, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.retrospective.index_process.work", dying.work)
    monkeypatch.setattr("workbench.retrospective.index_crew._DEATHS", 2)
    with pytest.raises(FootageError, match=r"ended 2 times, at last by SIGKILL.*memory") as given:
        index_footage(plan, settings, keep=lambda *_: None, workers=1)
    assert str(plan.path) in str(given.value)
    assert active_children() == []


CHILD = """
import sys
from multiprocessing import active_children
from workbench.retrospective import index_footage, plan_footage
from workbench.settings import Settings

def say(now):
    print(*(one.pid for one in active_children()), flush=True)

if __name__ == "__main__":
    plan = plan_footage(sys.argv[1], length_s=2.0)
    one = Settings(encoder="sface")
    index_footage(plan, one, keep=lambda *_: None, progress=say, workers=1)
"""


@pytest.mark.slow
def test_processes_end_with_the_one_that_began_them(spoken: Path, tmp_path: Path) -> None:
    script = tmp_path / "child.py"
    script.write_text(CHILD, encoding="utf-8")
    child = subprocess.Popen(
        [sys.executable, str(script), str(spoken)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        workers: list[int] = []
        while not workers:
            line = child.stdout.readline()
            assert line, "it says whom it has begun"
            workers = [int(word) for word in line.split()]
    finally:
        child.kill()
        child.wait()
        child.stdout.close() if child.stdout else None
    until = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < until, "they end soon after"
        time.sleep(0.1)
