"""Who passes by and raises no alert is nowhere afterwards; after a purge, nobody is.

A live search of real frames runs as a process of its own under strace, through a bench. All that
it and its children wrote, and all that lies about afterwards, is looked through: as it is,
decrypted with the keys of the bench, decoded, as templates and as pictures. The same check on a
build that keeps one template, or one picture, must find that, and nothing else. Memory that the
system writes out by itself is another matter: swap and core dumps are in tests/hygiene.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from bench_values import FUSED, SFACE
from leaks import Leak, leaks
from passers import Looks, of_clip, of_crowd
from search_child import LEAKS
from trace_log import Written
from watched import Searched, Stream, Watched

from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.feeds import CrowdSettings, Portrait, StagedPerson, stage_crowd
from workbench.images import load_image
from workbench.live.detection import build_live_analyser
from workbench.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

FRAMES = 25
BY_DEFAULT = 34
"""Frames of the search with default settings, which compares less often."""
LISTED = "track-5"
"""Who is on the list in the street clip: seen in all of it, and like nobody else in it."""
OTHERS = 8
"""People on the list who are not in the clip."""
KNOWN = ("out", "bench", "keys", "witness", "stderr.log")
"""Where in the folder of a watched bench a search may write."""


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the analyser of a live search, with the faster encoder alone."""
    return build_live_analyser(settings, store, "sface")


@pytest.fixture(scope="module")
def clip(shared_data: Path) -> Path:
    """Return the street clip."""
    path = shared_data / "videos" / "street_crowd_1080p.mp4"
    if not path.is_file():
        pytest.skip(f"needs {path}")
    return path


@pytest.fixture(scope="module")
def looks(clip: Path, analyser: FaceAnalyser) -> Looks:
    """Return everybody in the first frames of it, by a direct run."""
    return of_clip(clip, analyser, FRAMES)


@pytest.fixture(scope="module")
def strangers(lfw: Path) -> list[tuple[str, Path]]:
    """Return people who are not in the clip, with a photograph of each."""
    people = (folder for folder in sorted(lfw.iterdir()) if folder.is_dir())
    return [(one.name, min(one.glob("*.jpg"))) for one in islice(people, OTHERS)]


@dataclass
class Case:
    """A search, the people it must have forgotten, and the bench it ran on."""

    watched: Watched
    searched: Searched
    looks: Looks
    listed: str

    def everything(self, written: Written) -> list[Stream]:
        """Return all bytes that there are."""
        watched = self.watched
        return [*written.streams(), *watched.decrypted(), *watched.files(), *watched.cells()]


Searching = Callable[..., Case]


@pytest.fixture(scope="module")
def searching(
    clip: Path,
    looks: Looks,
    strangers: list[tuple[str, Path]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Searching:
    """Give a function that searches the clip on a bench of its own."""

    def search(*kept: str) -> Case:
        watched = Watched(tmp_path_factory.mktemp("watched") / "it", "sface", SFACE)
        listed = [(LISTED, looks.pictures[LISTED]), *strangers]
        return Case(watched, watched.search(clip, FRAMES, listed, kept), looks, LISTED)

    return search


@pytest.fixture(scope="module")
def clean(searching: Searching) -> Case:
    """Return a search by the product as it is."""
    return searching()


def found(streams: Iterable[Stream], looks: Looks, analyser: FaceAnalyser) -> list[Leak]:
    return list(leaks(streams, looks, analyser))


def test_every_byte_was_seen_and_went_where_it_may(clean: Case) -> None:
    assert clean.searched.written.unseen == []
    assert clean.searched.written.size > 500_000
    assert elsewhere(clean) == set(), "nothing is written elsewhere, and nothing to a network"


def elsewhere(case: Case) -> set[str]:
    """Return where a search wrote that is none of the places it may write to."""
    written, folder = case.searched.written, str(case.watched.folder)
    places = {
        place.removesuffix(" when it ended").removeprefix(f"{folder}/") for place in written.parts
    }
    return {
        place
        for place in places
        if place.split("/")[0] not in KNOWN
        and not place.startswith(("pipe:", "anon_inode:", "/dev/zero", "/dev/null"))
        and place != "names of files"
    }


def test_the_search_compared_faces_and_found_who_is_listed(clean: Case) -> None:
    said = clean.searched.said
    assert said["changed"] == ["crops_per_comparison", "enough_comparisons", "skip_frames"]
    assert said["frames"] == FRAMES
    assert said["comparisons"] > 50
    assert said["enrolled"] == OTHERS + 1
    assert [alert["subject"] for alert in said["alerts"]] == [LISTED]
    kinds = sorted(place.split()[0] for place, _ in clean.searched.decrypted)
    assert kinds == ["alert", "watchlist"]


def test_the_check_is_not_blind_to_what_is_sealed(clean: Case, analyser: FaceAnalyser) -> None:
    hers = clean.looks.of(LISTED)
    seen = found(clean.searched.decrypted, hers, analyser)
    places = {(leak.place.split()[0], "picture" in leak.form) for leak in seen}
    assert places == {("watchlist", False), ("watchlist", True), ("alert", True)}, (
        "template and thumbnail of the list, and the pictures of the alert, which has no template"
    )


def test_who_raised_no_alert_is_nowhere(clean: Case, analyser: FaceAnalyser) -> None:
    others = clean.looks.without(LISTED)
    assert len(set(others.people)) >= 8
    assert found(clean.everything(clean.searched.written), others, analyser) == []


def test_a_build_that_keeps_something_is_caught(
    searching: Searching, analyser: FaceAnalyser
) -> None:
    case = searching(*LEAKS)
    others = case.looks.without(LISTED)
    seen = found(case.everything(case.searched.written), others, analyser)
    folder = f"{case.watched.folder}/"
    places = {leak.place.removesuffix(" when it ended").removeprefix(folder) for leak in seen}
    assert {"kept-*" if "/kept-" in place else place for place in places} == {
        "kept-*",  # the file without a name
        "/memfd:kept",
        "stderr.log",  # as it was written, and as it lies there
        "stderr",
        "out/crop.bin",
        "out/frame.bin",
    }
    one = {leak.person for leak in seen if "frame.bin" not in leak.place}
    assert len(one) == 1, "whose template and whose crop it kept"
    assert len({leak.person for leak in seen}) >= 5, "and everybody of the frame"
    assert any(leak.form.startswith("picture") for leak in seen), "a face that was found"
    assert any(leak.form.startswith("crop, picture") for leak in seen), "a picture as a crop"
    assert max(leak.cosine for leak in seen) > 0.999


def test_after_a_purge_nobody_is_anywhere_not_even_by_a_copy_from_before(
    clean: Case, analyser: FaceAnalyser, tmp_path: Path
) -> None:
    watched, bench = clean.watched, clean.watched.bench
    before = shutil.copytree(bench.folder, tmp_path / "before")
    clean.searched.decrypted.clear()
    written = watched.purge()
    assert written.unseen == []
    left = [one for one in clean.everything(written) if not one[0].startswith("out/")]
    assert found(left, clean.looks, analyser) == []
    assert list(watched.decrypted()) == []
    # A thief of a backup has the files of then, and the keys as they are now.
    shutil.rmtree(bench.folder)
    shutil.copytree(before, bench.folder)
    assert list(watched.decrypted()) == []
    stolen = [*watched.files(), *watched.cells()]
    stolen = [one for one in stolen if not one[0].startswith("out/")]
    assert any(place.endswith(".sealed") for place, _ in stolen)
    assert found(stolen, clean.looks, analyser) == []


def test_nor_is_anybody_kept_with_the_default_settings(
    clip: Path,
    settings: Settings,
    store: ArtefactStore,
    strangers: list[tuple[str, Path]],
    tmp_path: Path,
) -> None:
    both = build_live_analyser(settings, store, "fused")
    looks = of_clip(clip, both, BY_DEFAULT)
    watched = Watched(tmp_path / "it", "fused", FUSED, by_default=True)
    listed = [(LISTED, looks.pictures[LISTED]), *strangers]
    case = Case(watched, watched.search(clip, BY_DEFAULT, listed), looks, LISTED)
    said = case.searched.said
    assert (said["frames"], said["changed"]) == (BY_DEFAULT, [])
    assert said["encoders"] == ["facenet", "sface"]
    assert said["comparisons"] >= 20
    assert [alert["subject"] for alert in said["alerts"]] == [LISTED]
    assert case.searched.written.unseen == []
    assert elsewhere(case) == set()
    others = looks.without(LISTED)
    assert len(set(others.people)) >= 8
    assert found(case.everything(case.searched.written), others, both) == []
    assert found(case.searched.decrypted, looks.of(LISTED), both), "the check is not blind"


@pytest.fixture(scope="module")
def crowd(
    analyser: FaceAnalyser, lfw: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, pl.DataFrame, list[tuple[str, Path]]]:
    """Stage one who is listed and three who are not, and return a second photograph of the one."""
    listed = "Tony_Blair"
    people = [listed, *[one.name for one in sorted(lfw.iterdir()) if one.is_dir()][20:23]]
    staged = []
    for name in people:
        image = load_image(min((lfw / name).glob("*.jpg")))
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        assert main is not None
        portrait = Portrait(image, faces.boxes[main], faces.landmarks[main])
        staged.append(StagedPerson(name, name == listed, (portrait,)))
    video = tmp_path_factory.mktemp("staged") / "crowd.mp4"
    settings = CrowdSettings(
        width=640, height=360, seed=3, at_once=4, largest_face_px=120, fps=12.5
    )
    truth = stage_crowd(staged, video, settings)
    return video, truth, [(listed, path) for path in sorted((lfw / listed).glob("*.jpg"))[1:3]]


def test_of_a_staged_crowd_those_who_are_not_listed_are_nowhere(
    crowd: tuple[Path, pl.DataFrame, list[tuple[str, Path]]],
    analyser: FaceAnalyser,
    strangers: list[tuple[str, Path]],
    tmp_path: Path,
) -> None:
    video, truth, listed = crowd
    frames = int(truth["frame"].max()) + 1  # type: ignore[arg-type]
    looks = of_crowd(video, analyser, frames, truth)
    watched = Watched(tmp_path / "it", "sface", SFACE)
    searched = watched.search(video, frames, [*listed, *strangers])
    case = Case(watched, searched, looks, listed[0][0])
    assert {alert["subject"] for alert in searched.said["alerts"]} == {case.listed}
    others = looks._where(np.array([one != case.listed for one in looks.people]))
    assert len(set(others.people)) == 3
    assert searched.written.unseen == []
    assert found(case.everything(searched.written), others, analyser) == []
    assert found(searched.decrypted, looks.of(case.listed), analyser), "the check is not blind"
