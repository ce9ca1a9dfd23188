"""The report of a search of footage: which files and clocks, when somebody was truly seen, with what."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kept_values import copied
from retro_values import CASE, FOOTAGE_SAID, beginning, probe_of
from review_values import Said

from tests.retrospective.conftest import joined
from widgets.footage_desk import FootageDesk
from workbench.bench.report_probe import probe_shown
from workbench.bench.search_views import ProbeRequest
from workbench.errors import ImageError
from workbench.faces.analysis import FaceAnalyser
from workbench.feeds.video import VideoFile
from workbench.governance.permissions import Permission
from workbench.records.searches import find_search

pytestmark = pytest.mark.slow

Maker = Any
SHOWN = 25
"""Frames of a clip, at 25 a second."""
REASON = "Who stands at the counter when the bag goes?"
CONCLUDED = "The nose differs in each of them."
TIMED, UNTIMED = "speaker_tony_blair.avi", "joined.ts"
"""A clip whose clock was 30 s ahead; one of times that begin anew, and nobody knows when it began."""
ANEW = "Its times repeat or run backwards: from there on times are counted"


@pytest.fixture(scope="module")
def clocks_template(
    index_files: Callable[[Iterable[Path]], Maker],
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Maker:
    folder = tmp_path_factory.mktemp("clocks")
    once, untimed = folder / "once.ts", folder / UNTIMED
    frames = VideoFile(shared_data / "videos" / "speaker_bill_clinton.avi").frames()
    joined(once, iter([[one.image for one in frames if one.index < SHOWN]]), gop=25)
    untimed.write_bytes(once.read_bytes() * 2)
    maker = index_files([beginning(shared_data / "videos" / TIMED, folder, 2 * SHOWN)])
    with maker.open("investigator") as bench:
        said = {**FOOTAGE_SAID, "starts": None, "clock_offset_s": 0.0}
        bench.footage.index(bench.footage.add(CASE, untimed, said).id, workers=1)
    maker.close()
    return maker


@pytest.fixture
def clocks(clocks_template: Maker, tmp_path: Path) -> Iterator[Maker]:
    maker = copied(clocks_template, tmp_path / "copy")
    yield maker
    maker.close()


def reported(maker: Maker, search: str, folder: Path) -> str:
    """Conclude that nobody is put forward, and return the text of the report in one line."""
    for account in ("examiner", "examiner-2"):
        with maker.open(account) as examiner:
            examiner.reviews.examine(search, "no-candidate", reason=CONCLUDED)
    path = folder / "report.html"
    with maker.open("investigator") as bench:
        bench.reviews.export(search, path, recipient="DI Farrow", justification="for the file")
    text = path.read_text(encoding="utf-8").partition("</style>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_what_was_ahead_is_taken_off_and_times_are_true(
    clocks: Maker, lfw: Path, tmp_path: Path, analyser: FaceAnalyser
) -> None:
    probe = ProbeRequest((probe_of(lfw, "Tony_Blair"),), "press photograph", kind="photograph")
    with clocks.open("investigator") as bench:
        view = bench.searches.against_footage(CASE, probe, reason=REASON, analyser=analyser)
        held = bench.footage.list(CASE)
    said = reported(clocks, view.id, tmp_path)
    assert "-30.0 s to the true time" in said, "the clock was 30 s ahead"
    assert "begins 2026-11-24 18:00:00 UTC by its own clock" in said
    assert f"From {FOOTAGE_SAID['origin']} Held because: {FOOTAGE_SAID['basis']}" in said
    for one in held:
        assert one.counts is not None
        looked = f"{one.counts['searched']} of {one.counts['frames']} pictures"
        assert f"faces were looked for in {looked}" in said
    assert "+30.0 s" not in said
    looks, stretches = view.record.references, view.record.subjects
    assert looks > stretches, "up to five of each"
    assert f"out of {looks:,} looks at {stretches:,} stretches" in said
    assert f"faces were followed over {stretches:,} stretches" in said
    found = re.findall(
        rf"footage {TIMED}, 2026-11-24 17:59:(\d\d\.\d) UTC \((\d\.\d) s from the start of the "
        r"file, frame \d+ from 0\)",
        said,
    )
    assert found, "the true time: that of the clock, 18:00, less 30 s"
    assert all(float(moment) == pytest.approx(30 + float(seconds)) for moment, seconds in found)
    assert any(not moment.endswith(".0") for moment, _ in found)
    counted = (
        rf"footage {UNTIMED}, \d\.\d s from the start of the file, frame \d+ from 0; a time of this"
    )
    assert re.search(counted, said)
    assert f"Note. {ANEW}" in said
    assert said.count("Note. ") == 1, "nothing is wrong with the other"
    (untimed,) = [one for one in held if one.footage.name == UNTIMED]
    assert f"Times of {untimed.id} were counted" in said
    assert "A time in UTC is the clock of its file" in said
    assert "Where nobody knows when a file begins, times count from its start" in said
    assert "start unknown: times count from the start of the file" in said


def test_what_is_wrong_with_times_stands_beside_the_lane(clocks: Maker) -> None:
    with clocks.open("investigator") as bench:
        desk = FootageDesk(bench, CASE)
        said = Said(desk.timeline)
        said.tell("hello", tries=1)
        told = {one["name"]: one["stated"] for one in said.of("footage")[-1]["lanes"]}
        desk.close()
    assert told[TIMED] == []
    assert len(told[UNTIMED]) == 1
    assert told[UNTIMED][0].startswith(ANEW)


def test_a_probe_cut_from_footage_names_the_file_the_appearance_and_the_cut(
    clocks: Maker, tmp_path: Path, analyser: FaceAnalyser
) -> None:
    with clocks.open("investigator") as bench:
        (timed,) = [one for one in bench.footage.list(CASE) if one.footage.name == TIMED]
        seen = bench.footage.timeline(CASE, justification=REASON, footage=[timed.id])[0]
        probe = bench.footage.probe_of(seen.id, justification=REASON, analyser=analyser)
        view = bench.searches.against_footage(CASE, probe, reason=REASON, analyser=analyser)
    said = reported(clocks, view.id, tmp_path)
    cut = hashlib.sha256(probe.pictures[0]).hexdigest()
    assert timed.footage.sha256 != cut
    assert f"File {TIMED} SHA-256 of the file {timed.footage.sha256}" in said
    assert f"Appearance {seen.id} SHA-256 of the picture cut from it {cut}" in said
    digests = [hashlib.sha256(one).hexdigest() for one in probe.pictures]
    assert len(digests) > 1
    assert view.record.asked.pictures == tuple(digests)
    assert f"Joined {len(digests)} pictures of one face, of one track, weighted by" in said
    assert all(one in said for one in digests)
    assert "other faces, and what may be one, were made unrecognisable before it was" in said
    assert "As it was cut from the footage, " in said
    assert re.search(rf"Source footage {TIMED}, \d\.\d s from the start of the file", said)
    assert re.search(r"Taken 2026-11-24 17:59:3\d\.\d UTC", said), "to tenths, as it was counted"


def test_stills_of_several_cameras_are_no_track_and_are_those_of_the_record(
    clocks: Maker, lfw: Path, tmp_path: Path, analyser: FaceAnalyser
) -> None:
    pictures = tuple(probe_of(lfw, "Tony_Blair", number) for number in (1, 2))
    with clocks.open("investigator") as bench:
        view = bench.searches.against_footage(
            CASE,
            ProbeRequest(pictures, "two cameras", kind="camera"),
            reason=REASON,
            analyser=analyser,
        )
    said = reported(clocks, view.id, tmp_path)
    first, second = (hashlib.sha256(one).hexdigest() for one in pictures)
    assert f"SHA-256 of the file {first}" in said
    assert "Joined 2 pictures of one face, weighted by what each is worth" in said
    assert second in said
    assert "track" not in said
    with clocks.open("investigator") as bench:
        document = bench.searches.get(view.id, justification=REASON).document
        swapped = document.model_copy(update={"originals": (pictures[0], pictures[0])})
        with (
            pytest.raises(ImageError, match="are not those that its record names"),
            bench._context.acting(Permission.RETRO_SEARCH_CONSULT) as acting,
        ):
            probe_shown(acting, find_search(acting.connection, view.id), swapped)
