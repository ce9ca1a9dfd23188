"""`workbench live` on a real bench: run here or in another process, seen and stopped by others."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from command_bench import CommandBench, inherited, make_command_bench
from command_runs import Run, runner
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from live_values import two_feeds
from search_values import authorised_now

from workbench.faces.artefacts import ArtefactStore

pytestmark = pytest.mark.slow

LOGIN = "rtsp://op:hunter2@10.0.0.7/ch1"
WHY = ("--why", "the cordon is being moved")
MANY = 4000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that the tests of this module share."""
    return make_command_bench(tmp_path_factory.mktemp("live"))


@pytest.fixture
def run(
    bench: CommandBench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Give what runs a command as an account of the bench."""
    return runner(bench, capsys, monkeypatch)


@pytest.fixture(scope="module")
def references() -> Iterator[str]:
    """Give references that no other test uses."""
    return (f"2026-11/LIVE-{number}" for number in range(1, 1000))


@pytest.fixture
def reference(bench: CommandBench, references: Iterator[str], store: ArtefactStore) -> str:
    """Return a deployment with two feeds that is authorised now, and a list of one person."""
    photograph = store.path("sample/person_b_1")
    return authorised_now(bench, photograph, next(references), feeds=two_feeds())


@pytest.fixture
def photograph(store: ArtefactStore, tmp_path: Path) -> Path:
    """Return a photograph of the person who is listed."""
    place = tmp_path / "feed.jpg"
    shutil.copy(store.path("sample/person_b_1"), place)
    return place


@pytest.fixture
def passers(store: ArtefactStore, tmp_path: Path) -> Path:
    """Return a feed that lasts: the listed person once, then somebody else again and again."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "0000.jpg").symlink_to(store.path("sample/person_b_1"))
    for number in range(1, MANY):
        (folder / f"{number:04}.jpg").symlink_to(store.path("sample/person_a_1"))
    return folder


Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def started(bench: CommandBench) -> Iterator[Started]:
    """Run a command in a process of its own, as an operator."""
    running: list[subprocess.Popen[str]] = []

    def start(*words: object) -> subprocess.Popen[str]:
        script = "import sys; from workbench.cli.main import run; sys.exit(run())"
        process = subprocess.Popen(
            [sys.executable, "-c", script, "live", *map(str, words)],
            env=inherited() | bench.environment("operator"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def lines_of(text: str) -> list[dict[str, Any]]:
    """Return what was said as JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def session_of(process: subprocess.Popen[str]) -> str:
    """Wait until a search says that it started, and return its id."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.communicate()[1]
    said = json.loads(line)
    assert said["said"] == "started"
    return str(said["session"])


def searched(bench: CommandBench, session: str, frames: int = 1) -> dict[str, Any]:
    """Wait until a search has searched so many frames, by what another process reads."""
    deadline = time.monotonic() + 60
    with bench.open("operator-2") as other:
        while time.monotonic() < deadline:
            status = other.live.status(session).plain()
            if status["frames"] >= frames:
                return status
            time.sleep(0.3)
    message = "it did not begin to search in time"
    raise AssertionError(message)


def test_a_search_in_the_foreground_prints_its_alerts_and_how_it_ended(
    reference: str, photograph: Path, run: Run
) -> None:
    ended = run("operator", "live", "start", reference, "--source", photograph, "--feed", "square")
    assert ended.code == 0, ended.err
    (alert,) = ended.out.splitlines()
    assert alert.startswith("alert alert-")
    assert "NOM-1, wanted-by-courts, score" in alert
    assert "1 in" in alert
    assert "Live search session-" in ended.err
    assert "square: ended because the feed ended, 1 frames" in ended.err
    assert "1 faces seen, 1 alerts" in ended.err


def test_json_lines_tell_of_it_all(reference: str, photograph: Path, run: Run) -> None:
    words = ("live", "start", reference, "-s", photograph, "-f", "square", "-t", "0.5", "--json")
    ended = run("operator", *words)
    assert ended.code == 0, ended.err
    said = lines_of(ended.out)
    assert [one["said"] for one in said if one["said"] != "status"] == [
        "started",
        "alert",
        "ended",
    ]
    assert (said[0]["threshold"], said[0]["unit"], said[0]["state"]) == (0.5, "cosine", "waiting")
    assert (said[-1]["state"], said[-1]["stopped_by"]) == ("ended", "feed-ended")
    assert said[-1]["frames"] == 1
    assert "jpeg" not in ended.out


def test_an_address_with_a_login_is_refused_and_not_repeated(
    reference: str, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended = run("operator", "live", "start", reference, "--source", LOGIN, "--feed", "gate")
    assert ended.code == 3
    assert "say env:NAME, or into a file with mode 0600 and say @PATH" in ended.err
    assert "hunter2" not in ended.out + ended.err
    monkeypatch.setenv("CAMERA", "hunter2-is-no-address")
    ended = run("operator", "live", "start", reference, "--source", "env:CAMERA", "-f", "gate")
    assert (ended.code, "holds no address of a camera" in ended.err) == (2, True)
    others = tmp_path / "camera"
    others.write_text(LOGIN, "utf-8")
    others.chmod(0o644)
    ended = run("operator", "live", "start", reference, "--source", f"@{others}", "-f", "gate")
    assert (ended.code, "others can read" in ended.err) == (3, True)
    assert "hunter2" not in ended.out + ended.err


def test_ctrl_c_ends_it_once_and_cleanly(
    reference: str, passers: Path, run: Run, bench: CommandBench
) -> None:
    def interrupt() -> None:
        with bench.open("operator-2") as other:
            while not other.live.sessions(reference):
                time.sleep(0.1)
            (row,) = other.live.sessions(reference)
        searched(bench, row.id)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    ended = run("operator", "live", "start", reference, "-s", passers, "-f", "square", "--json")
    thread.join()
    assert ended.code == 0, ended.err
    last = lines_of(ended.out)[-1]
    assert (last["said"], last["stopped_by"]) == ("ended", "stopped")
    assert last["frames"] < MANY
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_whose_terminal_is_closed_ends_in_good_order(
    reference: str, passers: Path, bench: CommandBench, run: Run
) -> None:
    master, slave = os.openpty()
    script = (
        "import os, sys; os.close(os.open(os.ttyname(0), os.O_RDWR));"
        "from workbench.cli.main import run; sys.exit(run())"
    )
    words = ("live", "start", reference, "-s", str(passers), "-f", "square")
    process = subprocess.Popen(
        [sys.executable, "-c", script, *words],
        env=inherited() | bench.environment("operator"),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        with bench.open("operator-2") as other:
            while not (rows := other.live.sessions(reference)):
                assert process.poll() is None
                time.sleep(0.1)
        searched(bench, rows[0].id)
    finally:
        os.close(master)
    assert process.wait(60) != -signal.SIGHUP
    record = run("operator-2", "live", "record", rows[0].id).said
    assert (record["lost"], record["stopped_by"], record["alerts"]) == (False, "stopped", 1)
    assert record["faces_seen"] >= 1, "its counts are kept"


def test_another_process_sees_pauses_resumes_watches_and_stops_it(
    *, reference: str, passers: Path, run: Run, started: Started, bench: CommandBench
) -> None:
    process = started("start", reference, "-s", passers, "-f", "square", "--json")
    session = session_of(process)
    searched(bench, session)
    (seen,) = run("engagement-officer", "live", "status", "--json").said["sessions"]
    assert (seen["session"], seen["state"], seen["feed"]) == (session, "running", "square")
    assert run("engagement-officer", "live", "pause", session, *WHY).code == 3
    assert run("engagement-officer", "live", "stop", session).code == 3
    ended = run("operator-2", "live", "pause", session[-8:], *WHY)
    assert ended.code == 0, ended.err
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        before = run("operator-2", "live", "status", session, "--json").said["sessions"][0]
        time.sleep(1.5)
        after = run("operator-2", "live", "status", session, "--json").said["sessions"][0]
        if before["frames"] == after["frames"]:
            break
    assert before["frames"] == after["frames"], "it rests"
    assert (after["state"], after["paused_why"]) == ("paused", WHY[1])
    assert run("operator-2", "live", "pause", session, *WHY).code == 3
    assert run("operator-2", "live", "resume", session).code == 0
    searched(bench, session, after["frames"] + 1)
    watched = started("watch", session, "--justification", "on duty at the gate", "--json")
    assert watched.stdout is not None
    first = [watched.stdout.readline() for _ in range(3)]  # started, the alert, how it is doing
    ended = run("operator-2", "live", "stop", session, "--why", "the street is empty")
    assert (ended.code, "is asked to end" in ended.err) == (0, True)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert lines_of(out)[-1]["stopped_by"] == "stopped"
    out, err = watched.communicate(timeout=60)
    assert watched.returncode == 0, err
    said = lines_of("".join(first) + out)
    assert [one["said"] for one in said if one["said"] != "status"] == [
        "started",
        "alert",
        "ended",
    ]
    assert (said[2]["said"], said[2]["state"]) == ("status", "running")
    assert run("operator-2", "live", "status").err.strip() == "No live search runs here."
    (seen,) = run("operator", "live", "status", "-d", reference, "--json").said["sessions"]
    assert (seen["state"], seen["lost"]) == ("ended", False)


def test_a_search_that_was_killed_is_told_as_lost(
    *, reference: str, passers: Path, run: Run, started: Started, bench: CommandBench
) -> None:
    process = started("start", reference, "-s", passers, "-f", "square", "--json")
    session = session_of(process)
    searched(bench, session)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    ended = run("operator-2", "live", "status", session)
    assert ended.code == 0, ended.err
    assert "square: ended because of a fault" in ended.err
    assert "its process ended without saying so" in ended.err
    ended = run("operator-2", "live", "resume", session)
    assert (ended.code, "has ended" in ended.err) == (3, True)
    record = run("operator-2", "live", "record", session).said
    assert (record["lost"], record["stopped_by"], record["frames"]) == (True, "fault", None)
    (gap,) = record["gaps"]
    assert (gap["kind"], gap["end"]) == ("lost", record["ended"])
    assert record["started"] < gap["start"] < gap["end"], "from its last sign of life"


def test_its_record_is_json_of_the_schema_that_is_shipped(
    reference: str, photograph: Path, run: Run
) -> None:
    run("operator", "live", "start", reference, "--source", photograph, "--feed", "square")
    (seen,) = run("operator", "live", "status", "-d", reference, "--json").said["sessions"]
    record = run("operator", "live", "record", seen["session"]).said
    schema = run(None, "live", "record", "--schema").said
    Draft202012Validator(schema).validate(record)
    assert (record["frames"], record["alerts"], record["counts"]["open"]) == (1, 1, 1)
    ended = run("operator", "live", "record")
    assert (ended.code, "name the live search" in ended.err) == (2, True)


def test_who_may_not_is_refused(reference: str, photograph: Path, run: Run) -> None:
    for words in (
        ("start", reference, "-s", photograph, "-f", "gate"),
        ("status",),
        ("stop", "session-unknown"),
        ("watch", "session-unknown", "-j", "on duty at the gate"),
    ):
        ended = run("manager", "live", *words)
        assert ended.code == 3, ended.err
        assert "may not" in ended.err


def test_what_is_not_there(run: Run) -> None:
    ended = run("operator", "live", "status", "session-unknown")
    assert ended.code == 1
    assert "there is no live search session-unknown. Check the id." in ended.err
