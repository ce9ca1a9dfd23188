"""Clumsy use: numbers, files and places that are sound in themselves but cannot be meant here."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from broken_files import REFUSED, make_refused, noise_video
from command_bench import CommandBench
from PIL import Image
from search_values import LEAVING

from workbench.cli import main
from workbench.feeds import read_truth, truth_path

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that an error is; it is the last thing said."""
        errors = [line for line in self.err.splitlines() if line.startswith("error: ")]
        assert errors == self.err.splitlines()[-1:], self.err
        assert "fault in the workbench" not in errors[0], errors[0]
        return errors[0]


Run = Callable[..., Ended]
Words = Callable[..., tuple[object, ...]]
SEARCH = ("search", "-d", "2026-11/HIGH-ST-1", *LEAVING)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give the command line within this process, with the smaller encoder."""
    monkeypatch.setenv("WORKBENCH_ENCODER", "sface")
    monkeypatch.delenv("WORKBENCH_DEBUG", raising=False)

    def ended(*words: object) -> Ended:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return ended


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Return a short video without a face."""
    return noise_video(tmp_path / "feed.mp4", frames=5)


@pytest.mark.parametrize("command", ["search", "demo"])
@pytest.mark.parametrize("word", ["nan", "inf", "-inf", "1e999", "high", ""])
def test_a_threshold_that_is_no_number(command: str, word: str, tmp_path: Path, run: Run) -> None:
    needed = ("feed.mp4", "-d", "2026-11/HIGH-ST-1") if command == "search" else ()
    ended = run(command, *needed, "-o", tmp_path / "out", "--threshold", word)
    assert ended.code == 2
    assert f"'{word}' is not a number" in ended.error
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def as_operator(bench: CommandBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Be logged in as an operator."""
    for name, value in bench.environment("operator").items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("word", "code", "said"),
    [
        ("1e300", 2, "alert on nobody"),
        ("4", 2, "alert on nobody"),
        ("-1.01", 3, "authorised with at least 0.4788 cosine"),
        ("0.4787", 3, "authorised with at least 0.4788 cosine"),
    ],
)
def test_a_threshold_that_cannot_be_meant(
    *,
    word: str,
    code: int,
    said: str,
    feed: Path,
    searching: Words,
    tmp_path: Path,
    run: Run,
    as_operator: None,
) -> None:
    ended = run(*searching(feed, "-t", word, output=tmp_path / "out"))
    assert (ended.code, said in ended.error) == (code, True)
    assert [path.name for path in tmp_path.iterdir()] == ["feed.mp4"]


@pytest.mark.parametrize("word", ["0.4788", "1"])
def test_a_threshold_at_the_end_of_the_scores_is_taken(
    word: str, feed: Path, searching: Words, run: Run, as_operator: None
) -> None:
    ended = run(*searching(feed, "-t", word, "--json"))
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["threshold"] == float(word)


def test_a_file_of_tensors_is_no_feed(
    searching: Words, tmp_path: Path, run: Run, as_operator: None
) -> None:
    header = b'{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}'
    tensors = tmp_path / "people.safetensors"
    tensors.write_bytes(len(header).to_bytes(8, "little") + header + b"face")
    ended = run(*searching(tensors, output=tmp_path / "out"))
    assert (ended.code, "such as a watchlist" in ended.error) == (1, True)
    assert list(tmp_path.iterdir()) == [tensors]


@pytest.fixture
def pictures(tmp_path: Path, portrait: Path) -> Path:
    """Return a folder of a person with a photograph."""
    (tmp_path / "people" / "Ada").mkdir(parents=True)
    shutil.copy(portrait, tmp_path / "people" / "Ada" / "ada.jpg")
    return tmp_path / "people"


@pytest.mark.parametrize(
    ("words", "output"),
    [
        ((*SEARCH, "people/Ada"), "people/Ada"),
        ((*SEARCH, "people/Ada"), "people"),
        ((*SEARCH, "people/Ada"), "."),
        ((*SEARCH, "people/Ada/ada.jpg"), "people/Ada"),
        ((*SEARCH, "people/Ada/ada.jpg", "--zone", "zone"), "zone"),
        (("stage", "people"), "people/Ada/ada.jpg"),
        (("evaluate", "pairs", "list", "--root", "people"), "list"),
        (("evaluate", "pairs", "list", "--root", "people"), "people/Ada/ada.jpg"),
        (("evaluate", "identification", "list", "--root", "people"), "list"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else one,
)
def test_a_result_never_replaces_what_is_read(
    words: tuple[str, ...],
    output: str,
    pictures: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
) -> None:
    monkeypatch.chdir(pictures.parent)
    Path("list").write_text("mine")
    Path("zone").write_text('{"polygon": [[0, 0], [1, 0], [1, 1]]}')
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    ended = run(*words, "--output", output, "--force")
    assert ended.code == 3
    assert "would replace what is to be read" in ended.error
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_an_earlier_result_is_not_replaced_while_it_is_the_feed(
    feed: Path, searching: Words, tmp_path: Path, run: Run, as_operator: None
) -> None:
    assert run(*searching(feed, output=tmp_path / "out")).code == 0
    ended = run(*searching(tmp_path / "out" / "redacted.mp4", output=tmp_path / "out"))
    assert ended.code == 3
    assert (tmp_path / "out" / "redacted.mp4").exists()


@pytest.mark.parametrize("label", [label for label, _, _ in REFUSED])
@pytest.mark.parametrize("place", [0, 1])
def test_compare_refuses_a_broken_image(
    label: str, place: int, tmp_path: Path, portrait: Path, run: Run
) -> None:
    bad = make_refused(label, portrait, tmp_path)
    images = [portrait, portrait]
    images[place] = bad
    ended = run("compare", *images)
    assert ended.code == 1
    assert " ".join(bad.name.split()) in ended.error


def test_limits_of_the_settings_hold_for_every_image(
    *,
    pictures: Path,
    searching: Words,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
    as_operator: None,
) -> None:
    monkeypatch.setenv("WORKBENCH_IMAGES__MAX_PIXELS", "1000")
    ada = pictures / "Ada" / "ada.jpg"
    video = noise_video(tmp_path / "feed.mp4", frames=5)
    for words in (
        ("compare", ada, ada),
        searching(ada, output=tmp_path / "out"),
        searching(ada.parent, output=tmp_path / "out"),
        searching(video, output=tmp_path / "out"),
    ):
        ended = run(*words)
        assert ended.code == 1
        assert "1,000 pixels" in ended.error
    ended = run("stage", pictures, "-o", tmp_path / "new")
    assert ended.code == 1
    assert "1,000 pixels" in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["feed.mp4", "people"]


def test_limits_of_the_settings_hold_when_enrolling(
    pictures: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
    enrolling: Callable[..., tuple[object, ...]],
    bench: CommandBench,
) -> None:
    for name, value in bench.environment("analyst").items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("WORKBENCH_IMAGES__MAX_PIXELS", "1000")
    ended = run(*enrolling(pictures))
    assert ended.code == 1
    assert "nobody could be enrolled" in ended.error
    assert "1,000 pixels" in ended.error


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--seed", "-1"), "--seed"),
        (("--at-once", "0"), "--at-once"),
        (("--at-once", "61"), "--at-once"),
        (("--seconds", "nan"), "--seconds"),
        (("--seconds", "-5"), "--seconds"),
        (("--seconds", "1e9"), "--seconds"),
        (("--seconds", "0.5"), "more seconds"),
        (("--listed", "Nobody"), "Nobody"),
    ],
)
def test_a_crowd_that_cannot_be_staged(
    words: tuple[str, ...], hint: str, pictures: Path, tmp_path: Path, run: Run
) -> None:
    ended = run("stage", pictures, "-o", tmp_path / "crowd.mp4", *words)
    assert ended.code == 2
    assert hint in ended.error
    assert [path.name for path in tmp_path.iterdir()] == ["people"]


@pytest.mark.parametrize("kind", ["missing", "empty", "file", "no face", "no image"])
def test_nobody_to_stage(kind: str, tmp_path: Path, run: Run) -> None:
    people = tmp_path / "people"
    if kind == "file":
        people.write_text("x")
    elif kind != "missing":
        people.mkdir()
    if kind in ("no face", "no image"):
        (people / "Ada").mkdir()
    if kind == "no face":
        Image.new("RGB", (300, 300), "grey").save(people / "Ada" / "grey.png")
    ended = run("stage", people, "-o", tmp_path / "crowd.mp4")
    assert ended.code == 1
    assert "people" in ended.error
    assert not list(tmp_path.glob("*crowd*"))


def test_broken_photographs_are_named_and_the_rest_is_staged(
    pictures: Path, portrait: Path, tmp_path: Path, run: Run
) -> None:
    # A decomposed name is the same person as the composed one that enrolment writes.
    place = (pictures / "Ada").rename(pictures / "Zoe\u0308 王")
    for label, _, _ in REFUSED:
        make_refused(label, portrait, place)
    video = tmp_path / "crowd.mp4"
    ended = run("stage", pictures, "-o", video, "--listed", "Zo\u00eb 王")
    assert ended.code == 0, ended.err
    assert ended.err.count("note: ") == len({name for _, name, _ in REFUSED})
    truth = read_truth(truth_path(video))
    assert set(truth["person"]) == {"Zo\u00eb 王"}
    assert truth["listed"].all()


def test_a_ground_truth_that_is_there_is_kept(pictures: Path, tmp_path: Path, run: Run) -> None:
    beside = truth_path(tmp_path / "crowd.mp4")
    beside.write_text("mine")
    ended = run("stage", pictures, "-o", tmp_path / "crowd.mp4")
    assert (ended.code, beside.name in ended.error) == (3, True)
    assert beside.read_text() == "mine"


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux alone")
def test_names_that_are_no_text(
    portrait: Path, searching: Words, tmp_path: Path, run: Run, as_operator: None
) -> None:
    broken = os.fsdecode(b"bad\xff")
    feed = tmp_path / f"{broken}.jpg"
    shutil.copy(portrait, feed)
    output = tmp_path / f"out{broken}"
    ended = run(*searching(feed, "--json", output=output))
    assert ended.code == 0, ended.err
    summary = json.loads((output / "summary.json").read_text("utf-8"))
    assert summary["alerts"] == json.loads(ended.out)["alerts"] == 1
    assert summary["feed"] == "gate", "the name that was authorised, whatever the file is called"
    assert "udcff" not in (output / "alerts.html").read_text("utf-8")


def test_a_terminal_without_the_letters(
    pictures: Path,
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
    enrolling: Callable[..., tuple[object, ...]],
    bench: CommandBench,
) -> None:
    for name, value in bench.environment("analyst").items():
        monkeypatch.setenv(name, value)
    (pictures / "Ada" / "ada.jpg").rename(pictures / "Zoë 王.jpg")
    words = enrolling(pictures)
    for more in (("--json",), ()):
        narrow = io.TextIOWrapper(io.BytesIO(), "ascii")
        monkeypatch.setattr(sys, "stdout", narrow)
        assert run(*words, *more).code == 0
        narrow.flush()
        out = narrow.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]
        if "--json" in more:
            assert json.loads(out)["references"][0]["image"] == "Zoë 王.jpg"
        else:
            assert "Zo\\xeb \\u738b" in out
