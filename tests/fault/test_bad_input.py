"""Bad input through the real command line: one clear line, the right code, nothing half-written."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from broken_files import (
    REFUSED,
    Command,
    as_mode,
    assert_one_line,
    bomb,
    command_line,
    no_face,
    noise_video,
    silent_sound,
)
from PIL import Image


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


@pytest.fixture(scope="module")
def odd_people(tmp_path_factory: pytest.TempPathFactory, portrait: Path) -> Path:
    """Return a folder with one person for each odd or broken image, all names non-ASCII."""
    folder = tmp_path_factory.mktemp("odd")
    for label, name, make in REFUSED:
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


@pytest.fixture(scope="module")
def odd_enrolment(odd_people: Path, command: Command) -> dict[str, list[dict[str, str]]]:
    """Enrol them all once and return what the command said."""
    target = odd_people.parent / "odd.safetensors"
    ended = command("enrol", odd_people, "--output", target, "--json")
    assert ended.code == 0, ended.err
    assert target.exists()
    return json.loads(ended.out)


@pytest.mark.parametrize("label", [label for label, _, _ in REFUSED])
def test_a_broken_image_is_refused_with_a_reason(
    label: str, odd_enrolment: dict[str, list[dict[str, str]]]
) -> None:
    mine = [one for one in odd_enrolment["refused"] if (one["person"] or "").endswith(label)]
    assert mine, "named in the report"
    assert all(one["reason"] for one in mine)
    assert not any(one["person"].endswith(label) for one in odd_enrolment["references"])


@pytest.mark.parametrize("label", [label for label, _, _ in ACCEPTED])
def test_an_odd_but_sound_image_is_enrolled(
    label: str, odd_enrolment: dict[str, list[dict[str, str]]]
) -> None:
    people = [one["person"] for one in odd_enrolment["references"]]
    assert f"Ünïcode 王 {label}" in people


def test_strict_refuses_the_whole(odd_people: Path, tmp_path: Path, command: Command) -> None:
    target = tmp_path / "list.safetensors"
    ended = command("enrol", odd_people, "--output", target, "--strict")
    assert_one_line(ended, 3, "nothing was enrolled")
    assert_nothing_left(target)


def test_a_person_without_a_usable_face_alone(tmp_path: Path, command: Command) -> None:
    (tmp_path / "people" / "Nobody").mkdir(parents=True)
    no_face(Path(), tmp_path / "people" / "Nobody" / "grey.png")
    target = tmp_path / "list.safetensors"
    ended = command("enrol", tmp_path / "people", "--output", target)
    assert_one_line(ended, 1, "nobody could be enrolled", "no face found")
    assert_nothing_left(target)


@pytest.mark.parametrize("kind", ["missing", "empty", "file", "only an empty person"])
def test_nothing_to_enrol_from(kind: str, tmp_path: Path, command: Command) -> None:
    folder = tmp_path / "people"
    if kind == "file":
        folder.write_text("x")
    elif kind != "missing":
        folder.mkdir()
        if kind == "only an empty person":
            (folder / "Ada").mkdir()
    target = tmp_path / "list.safetensors"
    assert_one_line(command("enrol", folder, "--output", target), 1, "people")
    assert_nothing_left(target)


@pytest.mark.slow
def test_unreadable_permissions(
    tmp_path: Path,
    good_people: Path,
    watchlist: Path,
    command: Command,
    without_privilege: list[str],
) -> None:
    people = shutil.copytree(good_people, tmp_path / "people")
    (people / "Locked").mkdir()
    no_face(Path(), people / "Locked" / "locked.png")
    (people / "Locked" / "locked.png").chmod(0)
    ended = command(
        "enrol", people, "--output", tmp_path / "a.safetensors", "--json", prefix=without_privilege
    )
    assert ended.code == 0, ended.err
    reasons = [one["reason"] for one in json.loads(ended.out)["refused"]]
    assert any("may not be read" in reason for reason in reasons), reasons
    feed = noise_video(tmp_path / "locked.mp4")
    feed.chmod(0)
    output = tmp_path / "result"
    words = ("search", feed, "--watchlist", watchlist, "--threshold", 1, "--output", output)
    assert_one_line(command(*words, prefix=without_privilege), 1, "locked.mp4")
    assert_nothing_left(output)
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    words = ("enrol", good_people, "--output", closed / "b.safetensors")
    assert_one_line(command(*words, prefix=without_privilege), 1, "b.safetensors")


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
    name: str, make: Callable[[Path], object], tmp_path: Path, watchlist: Path, command: Command
) -> None:
    feed, output = tmp_path / name, tmp_path / "result"
    make(feed)
    ended = command("search", feed, "-w", watchlist, "-t", "1", "-o", output)
    assert_one_line(ended, 1, name)
    assert_nothing_left(output)


def test_a_video_cut_in_the_middle_is_searched_up_to_there_and_says_so(
    tmp_path: Path, watchlist: Path, command: Command
) -> None:
    whole = noise_video(tmp_path / "whole.mkv")
    feed = tmp_path / "cut.mkv"
    feed.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    output = tmp_path / "result"
    ended = command("search", feed, "-w", watchlist, "-t", "1", "-o", output, "--json")
    assert ended.code == 0, ended.err
    summary = json.loads((output / "summary.json").read_text())
    assert json.loads(ended.out) == summary
    assert 0 < summary["frames"] < 50
    assert summary["damage"]
    assert "could not be read" in ended.err
    assert "Part of the feed could not be read" in (output / "alerts.html").read_text()


@pytest.mark.parametrize("kind", ["one pixel", "40 megapixels", "alpha"])
def test_a_picture_of_any_size_is_a_feed(
    kind: str, tmp_path: Path, watchlist: Path, command: Command
) -> None:
    feed = tmp_path / "feed.png"
    side = {"one pixel": (1, 1), "40 megapixels": (8000, 5000), "alpha": (64, 64)}[kind]
    Image.new("RGBA" if kind == "alpha" else "L", side).save(feed)
    ended = command("search", feed, "-w", watchlist, "-t", "1", "-o", tmp_path / "result")
    assert ended.code == 0, ended.err
    assert json.loads((tmp_path / "result" / "summary.json").read_text())["frames"] == 1


def test_a_watchlist_of_another_encoder_is_refused(
    tmp_path: Path, watchlist: Path, command: Command
) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=5), tmp_path / "result"
    words = ("search", feed, "-w", watchlist, "-t", "1", "-o", output, "--encoder", "facenet")
    assert_one_line(command(*words), 3, "facenet")
    assert_nothing_left(output)


@pytest.mark.parametrize(
    "kind", ["missing", "zero bytes", "text", "cut", "a byte changed", "folder"]
)
def test_a_damaged_watchlist(kind: str, tmp_path: Path, watchlist: Path, command: Command) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=5), tmp_path / "result"
    bad, content = tmp_path / "bad.safetensors", bytearray(watchlist.read_bytes())
    if kind == "folder":
        bad.mkdir()
    elif kind != "missing":
        content[-100] ^= 1
        cut = bytes(content[: len(content) // 2])
        by_kind = {"zero bytes": b"", "text": b"text", "cut": cut, "a byte changed": bytes(content)}
        bad.write_bytes(by_kind[kind])
    ended = command("search", feed, "-w", bad, "-t", "1", "-o", output)
    assert_one_line(ended, 1, "bad.safetensors")
    assert_nothing_left(output)


@pytest.mark.parametrize("text", ["", "[]", '{"polygon": [[0, 0], [2, 2]]}'])
def test_a_zone_that_is_none(text: str, tmp_path: Path, watchlist: Path, command: Command) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=5), tmp_path / "result"
    zone = tmp_path / "zone.json"
    zone.write_text(text)
    words = ("search", feed, "-w", watchlist, "-t", "1", "-o", output, "--zone", zone)
    assert_one_line(command(*words), 1, "zone")
    assert_nothing_left(output)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("search", "x.mp4"), "--watchlist"),
        (("search", "x.mp4", "-w", "w", "-o", "o", "-t", "high"), "high"),
        (("search", "x.mp4", "-w", "w", "-o", "o", "-t", "1", "--encoder", "best"), "best"),
        (("enrol",), "DIR"),
        (("unknown",), "unknown"),
        (("demo", "--nonsense"), "--nonsense"),
    ],
)
def test_wrong_usage(words: tuple[str, ...], hint: str, command: Command) -> None:
    assert_one_line(command(*words), 2, hint)


def test_an_output_that_is_not_ours_is_refused_before_any_work(
    tmp_path: Path, watchlist: Path, command: Command
) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=5), tmp_path / "result"
    output.mkdir()
    (output / "mine.txt").write_text("mine")
    ended = command("search", feed, "-w", watchlist, "-t", "1", "-o", output)
    assert_one_line(ended, 3, "--force")
    assert [path.name for path in output.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)],
)
@pytest.mark.slow
def test_ended_in_the_middle_of_a_search(
    number: signal.Signals,
    code: int,
    tmp_path: Path,
    watchlist: Path,
    environment: dict[str, str],
) -> None:
    feed, output = noise_video(tmp_path / "feed.mp4", frames=4000), tmp_path / "result"
    words = command_line("search", feed, "-w", watchlist, "-t", "1", "-o", output)
    with subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 120
        while not list(tmp_path.glob(".result.partial-*/.*.partial")):
            assert process.poll() is None, "it ended before it could be interrupted"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in err
    assert not output.exists()
    if number == signal.SIGKILL:
        (left,) = tmp_path.glob(".result.partial-*")
        assert {path.name for path in left.iterdir() if not path.name.startswith(".")} == set()
    else:
        assert list(tmp_path.glob(".result*")) == []
    if number == signal.SIGINT:
        assert err.splitlines()[-1].startswith("error: interrupted; no unfinished result was left.")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_line(
    good_people: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    words = command_line("enrol", good_people, "-o", tmp_path / "a.safetensors", "--json")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            words, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "No space left" in done.stderr


def test_a_reader_that_goes_away_is_no_fault(environment: dict[str, str]) -> None:
    words = command_line("--help")
    with subprocess.Popen(
        words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
    assert err == b""


def test_debug_shows_where(tmp_path: Path, environment: dict[str, str]) -> None:
    words = command_line("--debug", "enrol", tmp_path / "missing", "-o", tmp_path / "a.safetensors")
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: ")
