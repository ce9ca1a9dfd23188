"""`workbench search` on a real bench: a photograph as feed, searched for who is on the list."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from search_values import authorised_now

from workbench.faces.artefacts import ArtefactStore
from workbench.records.audit.reading import entries as logged
from workbench.records.audit.verbs import Verb

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that the tests of this module share."""
    return make_command_bench(tmp_path_factory.mktemp("searches"))


@pytest.fixture(scope="module")
def references() -> Iterator[str]:
    """Give references that no other test uses."""
    return (f"2026-11/SEARCH-{number}" for number in range(1, 1000))


@pytest.fixture
def authorise(
    bench: CommandBench, references: Iterator[str], store: ArtefactStore
) -> Callable[..., str]:
    """Authorise a deployment as of now, with a list of one person, and return its reference."""

    def make(**changes: object) -> str:
        photograph = store.path("sample/person_b_1")
        return authorised_now(bench, photograph, next(references), **changes)

    return make


@pytest.fixture
def photograph(store: ArtefactStore, tmp_path: Path) -> Path:
    """Return a photograph of the person who is listed."""
    place = tmp_path / "feed.jpg"
    shutil.copy(store.path("sample/person_b_1"), place)
    return place


def test_a_search_prints_its_alerts_and_writes_nothing(
    authorise: Callable[..., str],
    photograph: Path,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reference = authorise()
    monkeypatch.chdir(tmp_path)
    ended = run("operator", "search", photograph, "--deployment", reference)
    assert ended.code == 0, ended.err
    assert "NOM-1" in ended.out
    assert "wanted-by-courts" in ended.out
    assert "open, 2 verdicts owed" in ended.out
    assert "1 alerts of 1 faces seen, threshold 0.4788." in ended.err
    assert "The search ended at 2" in ended.err
    assert "because the feed ended." in ended.err
    assert "workbench alert adjudicate ALERT" in ended.err
    assert "%" not in ended.out.replace("95 % interval", "")
    assert [path.name for path in tmp_path.iterdir()] == ["feed.jpg"]


def test_json_has_counts_and_alerts(
    authorise: Callable[..., str], photograph: Path, run: Run
) -> None:
    reference = authorise()
    ended = run("operator", "search", photograph, "-d", reference, "--feed", "gate", "--json")
    assert ended.code == 0, ended.err
    said = ended.said
    assert (said["feed"], said["stopped_by"], said["frames"]) == ("gate", "feed-ended", 1)
    assert (said["alerts"], said["faces_seen"]) == (1, 1)
    (alert,) = said["alert_list"]
    assert (alert["subject"], alert["state"], alert["verdicts_owed"]) == ("NOM-1", "open", 2)
    assert said["output"] is None
    assert "jpeg" not in ended.out


def test_what_leaves_is_a_disclosure(
    authorise: Callable[..., str],
    photograph: Path,
    run: Run,
    tmp_path: Path,
    bench: CommandBench,
) -> None:
    reference = authorise()
    out = tmp_path / "out"
    ended = run(
        *("operator", "search", photograph, "-d", reference, "--output", out),
        *("--recipient", "DI Reid, CID", "--justification", "for the review of tomorrow"),
    )
    assert ended.code == 0, ended.err
    names = {path.name for path in out.iterdir() if not path.name.startswith(".")}
    assert names == {"alerts.html", "summary.json", "redacted.mp4"}
    page = (out / "alerts.html").read_text("utf-8")
    assert "NOM-1" in page
    assert reference in page
    assert "Audit log" in page
    assert "<b>open</b>" in page
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert (summary["alerts"], summary["decided"]) == (1, 0)
    assert (summary["stopped_by"], summary["frames"]) == ("feed-ended", 1)
    with bench.open("data-protection-officer") as officer:
        given = officer.exports.list(reference)
    assert sorted(one.what.split(" ")[0] for one in given) == sorted(names)
    assert {one.recipient for one in given} == {"DI Reid, CID"}
    with bench.open("operator")._context.store.reading() as connection:
        told = [one.entry for one in logged(connection) if one.entry.verb is Verb.DISCLOSE]
    assert {one.justification for one in told} == {"for the review of tomorrow"}
    again = run(
        *("operator", "search", photograph, "-d", reference, "--output", out),
        *("--recipient", "DI Reid, CID", "--justification", "for the review of tomorrow"),
    )
    assert (again.code, "holds an earlier result" in again.err) == (3, True)
    assert (out / "alerts.html").read_text("utf-8") == page
    with bench.open("data-protection-officer") as officer:
        assert len(officer.exports.list(reference)) == len(given)


@pytest.mark.parametrize(
    "words",
    [
        ("--output", "out"),
        ("--recipient", "DI Reid"),
        ("--justification", "why, for a test"),
        ("--output", "out", "--recipient", "DI Reid"),
        ("--output", "out", "--justification", "why, for a test"),
    ],
)
def test_what_leaves_is_said_whole_or_not_at_all(
    words: tuple[str, ...], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = run("operator", "search", "feed.mp4", "-d", "2026-11/X", *words)
    assert ended.code == 2
    assert "say --output, --recipient and --justification, or none of them" in ended.err
    assert list(tmp_path.iterdir()) == []


def test_an_address_with_a_login_is_refused_with_advice(run: Run) -> None:
    ended = run("operator", "search", "rtsp://op:hunter2@10.0.0.7/ch1", "-d", "2026-11/X")
    assert ended.code == 3
    assert "hunter2" not in ended.err
    assert "say env:NAME" in ended.err


def test_an_address_may_come_from_the_environment(
    authorise: Callable[..., str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMERA", "rtsp://op:hunter2@127.0.0.1:9/ch1")
    ended = run("operator", "search", "env:CAMERA", "-d", authorise())
    assert ended.code == 1
    assert "hunter2" not in ended.err
    ended = run("operator", "search", "env:NOTHING", "-d", "2026-11/X")
    assert (ended.code, "'NOTHING' is not set" in ended.err) == (2, True)


def test_without_a_deployment_there_is_no_search(photograph: Path, run: Run) -> None:
    ended = run("operator", "search", photograph)
    assert (ended.code, "Missing option '--deployment'" in ended.err) == (2, True)
    ended = run("operator", "search", photograph, "-d", "2026-11/NONE")
    assert (ended.code, "there is no deployment 2026-11/NONE" in ended.err) == (1, True)


@pytest.mark.parametrize(
    ("account", "words", "said"),
    [
        ("manager", (), "start a live search"),
        ("operator", ("--feed", "lobby"), "authorised for gate, and not for a feed lobby"),
        ("operator", ("--threshold", "0.2"), "authorised with at least 0.4788"),
        ("operator", ("--encoder", "facenet"), "matcher facenet needs templates"),
    ],
)
def test_refusals_end_with_their_reason(
    *,
    account: str,
    words: tuple[str, ...],
    said: str,
    authorise: Callable[..., str],
    photograph: Path,
    run: Run,
) -> None:
    ended = run(account, "search", photograph, "-d", authorise(), *words)
    assert ended.code == (2 if "--encoder" in words else 3)
    assert said in ended.err
    assert ended.out == ""


def test_nothing_is_left_of_an_output_when_the_search_is_refused(
    photograph: Path, run: Run, tmp_path: Path, bench: CommandBench, references: Iterator[str]
) -> None:
    reference = bench.apply(reference=next(references))
    ended = run(
        *("operator", "search", photograph, "-d", reference, "-o", tmp_path / "out"),
        *("--recipient", "CID", "-j", "why, for a test"),
    )
    assert (ended.code, "has no authority" in ended.err) == (3, True)
    assert [path.name for path in tmp_path.iterdir()] == ["feed.jpg"]
    with bench.open("data-protection-officer") as officer:
        assert officer.exports.list(reference) == []


def test_ctrl_c_stops_a_search_in_good_order(
    authorise: Callable[..., str],
    store: ArtefactStore,
    run: Run,
    tmp_path: Path,
    bench: CommandBench,
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for number in range(2000):
        (folder / f"{number:04}.jpg").symlink_to(store.path("sample/person_b_1"))
    reference = authorise()

    def interrupt() -> None:
        deadline = time.monotonic() + 60
        with bench.open("operator-2") as other:
            while not other.live.sessions(reference) and time.monotonic() < deadline:
                time.sleep(0.1)
        time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    ended = run("operator", "search", folder, "-d", reference, "--json")
    thread.join()
    assert ended.code == 0, ended.err
    assert ended.said["stopped_by"] == "stopped"
    assert ended.said["frames"] < 2000
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
