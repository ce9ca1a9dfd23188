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

from workbench.bench.search_views import ProbeRequest
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

pytestmark = pytest.mark.slow

Maker = Any
REASON = "Who stands at the counter when the bag goes?"
CONCLUDED = "The nose differs in each of them."
TIMED, UNTIMED = "speaker_tony_blair.avi", "speaker_bill_clinton.avi"
"""The clip whose clock was 30 s ahead, and the one of which nobody knows when it begins."""


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    return build_analyser(settings, store)


@pytest.fixture(scope="module")
def clocks_template(
    index_files: Callable[[Iterable[Path]], Maker],
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Maker:
    folder = tmp_path_factory.mktemp("clocks")
    timed, untimed = (
        beginning(shared_data / "videos" / name, folder, 50) for name in (TIMED, UNTIMED)
    )
    maker = index_files([timed])
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
    probe = ProbeRequest((probe_of(lfw, "Tony_Blair"),), "press photograph")
    with clocks.open("investigator") as bench:
        view = bench.searches.against_footage(CASE, probe, reason=REASON, analyser=analyser)
    said = reported(clocks, view.id, tmp_path)
    assert "-30.0 s to the true time" in said, "the clock was 30 s ahead"
    assert "+30.0 s" not in said
    found = re.findall(
        rf"footage {TIMED}, 2026-11-24 17:59:(\d\d) UTC \((\d\.\d) s from the start of the file\)",
        said,
    )
    assert found, "the true time: that of the clock, 18:00, less 30 s"
    assert all(int(seconds) == 30 + int(float(counted)) for seconds, counted in found)
    assert re.search(rf"footage {UNTIMED}, \d\.\d s from the start of the file", said)
    assert "A time in UTC is the clock of its file" in said
    assert "Where nobody knows when a file begins, times count from its start" in said
    assert "start unknown: times count from the start of the file" in said


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
    assert re.search(rf"Source footage {TIMED}, \d\.\d s from the start of the file", said)
