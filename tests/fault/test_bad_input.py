"""Bad input through the real command line: one clear line, the right code, nothing half-written."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from broken_files import (
    REFUSED,
    Command,
    Ended,
    as_mode,
    assert_one_line,
    bomb,
    command_line,
    no_face,
    noise_video,
    silent_sound,
)
from command_bench import CommandBench
from PIL import Image

from workbench.errors import UnknownRecordError

pytestmark = pytest.mark.slow

Words = Callable[..., tuple[object, ...]]


def assert_nothing_left(place: Path) -> None:
    """Check that neither a result nor anything on the way to one is there."""
    left = [path.name for path in place.parent.iterdir() if place.name.split(".")[0] in path.name]
    assert left == []


ACCEPTED = [
    ("CMYK", "good.jpg", "CMYK"),
    ("16 bit", "good.png", "16 bit"),
    ("alpha", "good.png", "RGBA"),
    ("grey with alpha", "good.png", "LA"),
    ("palette", "good.png", "P"),
    ("black and white", "good.png", "L"),
    ("40 megapixels", "good.jpg", "40 megapixels"),
]


IMAGES = [one for one in REFUSED if one[1].isprintable()]
"""Those that a manifest can name."""


@pytest.fixture(scope="module")
def odd_people(tmp_path_factory: pytest.TempPathFactory, portrait: Path) -> Path:
    """Return a folder with one folder for each odd or broken image, all names non-ASCII."""
    folder = tmp_path_factory.mktemp("odd")
    for label, name, make in IMAGES:
        place = folder / f"Ünïcode 王 {label}"
        place.mkdir()
        make(portrait, place / name)
    for number, (label, name, mode) in enumerate(ACCEPTED):
        place = folder / f"Ünïcode 王 {label}"
        place.mkdir()
        # Another crop for each, or they would be refused as copies of one image.
        other = place / "crop.png"
        image = Image.open(portrait)
        image.crop((number, number, image.width, image.height)).save(other)
        as_mode(other, place / name, mode)
        other.unlink()
    return folder


def subject(label: str) -> str:
    """Return the reference of a person whose image is of that kind."""
    return label.replace(" ", "-")


@pytest.fixture(scope="module")
def odd_images() -> dict[str, str]:
    """Return the image of each person."""
    found = [(label, name) for label, name, _ in (*IMAGES, *ACCEPTED)]
    return {subject(label): f"Ünïcode 王 {label}/{name}" for label, name in found}


@pytest.fixture(scope="module")
def odd_enrolment(
    odd_people: Path, odd_images: dict[str, str], enrol: Command
) -> dict[str, list[dict[str, Any]]]:
    """Enrol them all once and return what the command said."""
    ended = enrol(odd_people, "--json", images=odd_images)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


@pytest.mark.parametrize("label", [label for label, _, _ in IMAGES])
def test_a_broken_image_is_refused_with_a_reason(
    label: str, odd_enrolment: dict[str, list[dict[str, Any]]]
) -> None:
    (mine,) = [one for one in odd_enrolment["refused"] if one["subject"] == subject(label)]
    assert mine["verdict"] == "reject"
    assert all(mine["reasons"])
    assert subject(label) not in [one["subject"] for one in odd_enrolment["references"]]


@pytest.mark.parametrize("label", [label for label, _, _ in ACCEPTED])
def test_an_odd_but_sound_image_is_enrolled(
    label: str, odd_enrolment: dict[str, list[dict[str, Any]]]
) -> None:
    assert subject(label) in [one["subject"] for one in odd_enrolment["references"]]


def test_a_name_that_a_terminal_would_obey_is_refused(
    portrait: Path, tmp_path: Path, enrol_here: Command
) -> None:
    shutil.copy(portrait, tmp_path / "bad\nname.jpg")
    assert_one_line(enrol_here(tmp_path), 1, "line 2: image", "cannot be shown (U+000A)")


def assert_no_list(bench: CommandBench, ended: Ended) -> None:
    """Check that the deployment that was enrolled for last has no list."""
    with bench.open("analyst") as analyst:
        reference = analyst.deployments.list()[-1].reference
        with pytest.raises(UnknownRecordError, match="has no watchlist"):
            analyst.watchlists.show(reference, "looking at the list")
    assert not ended.out


def test_strict_refuses_the_whole(
    odd_people: Path, odd_images: dict[str, str], enrol: Command, bench: CommandBench
) -> None:
    ended = enrol(odd_people, "--strict", images=odd_images)
    assert_one_line(ended, 3, "nothing was enrolled")
    assert_no_list(bench, ended)


def test_a_person_without_a_usable_face_alone(
    tmp_path: Path, enrol_here: Command, bench: CommandBench
) -> None:
    no_face(Path(), tmp_path / "grey.png")
    ended = enrol_here(tmp_path)
    assert_one_line(ended, 1, "nobody could be enrolled", "no face found")
    assert_no_list(bench, ended)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("missing", "no such folder of images"),
        ("file", "no such folder of images"),
        ("empty", "line 2: image: there is no such file"),
    ],
)
def test_nothing_to_enrol_from(
    kind: str, reason: str, tmp_path: Path, enrol_here: Command, bench: CommandBench
) -> None:
    folder = tmp_path / "people"
    if kind == "file":
        folder.write_text("x")
    elif kind != "missing":
        folder.mkdir()
    ended = enrol_here(folder, images={"NOM-1": "ada.jpg"})
    assert_one_line(ended, 1, reason)
    assert_no_list(bench, ended)


def test_a_photograph_that_may_not_be_read(
    tmp_path: Path, portrait: Path, enrol: Command, without_privilege: list[str]
) -> None:
    shutil.copy(portrait, tmp_path / "ada.jpg")
    no_face(Path(), tmp_path / "locked.png")
    (tmp_path / "locked.png").chmod(0)
    ended = enrol(tmp_path, "--json", prefix=without_privilege)
    assert ended.code == 0, ended.err
    (refused,) = json.loads(ended.out)["refused"]
    assert "may not be read" in refused["reasons"][0]


def test_unreadable_permissions(
    tmp_path: Path, search: Command, without_privilege: list[str]
) -> None:
    feed = noise_video(tmp_path / "locked.mp4")
    feed.chmod(0)
    output = tmp_path / "result"
    assert_one_line(search(feed, output=output, prefix=without_privilege), 1, "locked.mp4")
    assert_nothing_left(output)


FEEDS: list[tuple[str, str, Callable[[Path], object]]] = [
    ("missing", "missing.mp4", lambda _: None),
    ("zero bytes", "feed.mp4", lambda path: path.touch()),
    ("text renamed", "feed.mp4", lambda path: path.write_text("no video")),
    ("no video stream", "feed.mp4", silent_sound),
    ("header alone", "feed.mp4", lambda path: path.write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 12)),
    ("folder without images", "feed", lambda path: path.mkdir()),
    ("text renamed as image", "feed.jpg", lambda path: path.write_text("no picture")),
    ("bomb", "feed.png", bomb),
]


@pytest.mark.parametrize(("name", "make"), [f[1:] for f in FEEDS], ids=[f[0] for f in FEEDS])
def test_a_feed_that_cannot_be_searched(
    name: str, make: Callable[[Path], object], tmp_path: Path, search_here: Command
) -> None:
    feed, output = tmp_path / name, tmp_path / "result"
    make(feed)
    assert_one_line(search_here(feed, output=output), 1, name)
    assert_nothing_left(output)


def test_a_video_cut_in_the_middle_is_searched_up_to_there_and_says_so(
    tmp_path: Path, search: Command
) -> None:
    whole = noise_video(tmp_path / "whole.mkv")
    feed = tmp_path / "cut.mkv"
    feed.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    output = tmp_path / "result"
    ended = search(feed, output=output)
    assert ended.code == 0, ended.err
    assert "note: Part of the feed could not be read" in ended.err
    summary = json.loads((output / "summary.json").read_text())
    assert 0 < summary["frames"] < 50
    assert summary["damage"]
    assert "Part of the feed could not be read" in (output / "alerts.html").read_text()


@pytest.mark.parametrize("kind", ["one pixel", "40 megapixels", "alpha"])
def test_a_picture_of_any_size_is_a_feed(kind: str, tmp_path: Path, search_here: Command) -> None:
    feed = tmp_path / "feed.png"
    side = {"one pixel": (1, 1), "40 megapixels": (8000, 5000), "alpha": (64, 64)}[kind]
    Image.new("RGBA" if kind == "alpha" else "L", side).save(feed)
    ended = search_here(feed, "--json")
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["frames"] == 1


def test_a_list_of_another_encoder_is_refused(tmp_path: Path, search_here: Command) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=5), tmp_path / "result"
    assert_one_line(search_here(feed, "--encoder", "facenet", output=output), 2, "facenet")
    assert_nothing_left(output)


@pytest.mark.parametrize("text", ["", "[]", '{"polygon": [[0, 0], [2, 2]]}'])
def test_a_zone_that_is_none(text: str, tmp_path: Path, search_here: Command) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=5), tmp_path / "result"
    zone = tmp_path / "zone.json"
    zone.write_text(text)
    assert_one_line(search_here(feed, "--zone", zone, output=output), 1, "zone")
    assert_nothing_left(output)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("search", "x.mp4"), "--deployment"),
        (("search", "x.mp4", "-d", "2026-11/HIGH-ST-1", "-w", "list"), "-w"),
        (("search", "x.mp4", "-d", "2026-11/HIGH-ST-1", "-t", "high"), "high"),
        (("search", "x.mp4", "-d", "2026-11/HIGH-ST-1", "--encoder", "best"), "best"),
        (("search", "x.mp4", "-d", "2026-11/HIGH-ST-1", "-o", "out"), "--recipient"),
        (("enrol",), "FOLDER"),
        (("enrol", "people", "-e", "entries.csv"), "--deployment"),
        (("enrol", "people", "-d", "2026-11/HIGH-ST-1"), "--entries"),
        (("unknown",), "unknown"),
        (("demo", "--nonsense"), "--nonsense"),
    ],
)
def test_wrong_usage(
    words: tuple[str, ...],
    hint: str,
    environment: dict[str, str],
    here: Callable[[Mapping[str, str]], Command],
) -> None:
    assert_one_line(here(environment)(*words), 2, hint)


def test_an_output_that_is_not_ours_is_refused_before_any_work(
    tmp_path: Path, search_here: Command
) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=5), tmp_path / "result"
    output.mkdir()
    (output / "mine.txt").write_text("mine")
    assert_one_line(search_here(feed, output=output), 3, "--force")
    assert [path.name for path in output.iterdir()] == ["mine.txt"]


@pytest.fixture(scope="module")
def long_feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a video that is searched for longer than anybody waits before it is ended."""
    return noise_video(tmp_path_factory.mktemp("long") / "feed.mp4", frames=4000)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 0),
        (signal.SIGTERM, 143),
        (signal.SIGHUP, 129),
        (signal.SIGKILL, -signal.SIGKILL),
    ],
)
def test_ended_in_the_middle_of_a_search(
    *,
    number: signal.Signals,
    code: int,
    long_feed: Path,
    tmp_path: Path,
    searching: Words,
    operating: dict[str, str],
    bench: CommandBench,
    searched: str,
) -> None:
    output = tmp_path / "result"
    words = command_line(*searching(long_feed, output=output))
    with subprocess.Popen(words, env=operating, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob(".result.partial-*/.*.partial")):
            assert process.poll() is None, "it ended before it could be interrupted"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in err
    with bench.open("operator") as operator:
        session = operator.live.sessions(searched)[-1]
    killed = number == signal.SIGKILL
    assert session.ended is not None
    assert session.stopped_by == ("fault" if killed else "stopped")
    if killed:
        (left,) = tmp_path.glob(".result.partial-*")
        assert {path.name for path in left.iterdir() if not path.name.startswith(".")} == set()
    else:
        assert list(tmp_path.glob(".result*")) == []
    # Whoever stops it in good order has what it found so far.
    assert output.exists() == (number == signal.SIGINT)
    if number == signal.SIGINT:
        assert json.loads((output / "summary.json").read_text())["stopped_by"] == "stopped"
