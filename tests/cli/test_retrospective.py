"""`workbench collection`, `case` and `review`: a search of a collection, from import to its end."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from command_bench import CommandBench, inherited, make_command_bench
from command_runs import Run
from retro_values import (
    BASIS,
    CASE,
    COLLECTION,
    LISTED,
    authorise_case,
    checklist,
    gather,
    probe_of,
)

from workbench.images import encode_png, load_image

pytestmark = pytest.mark.slow

REASON = "the man who takes the bag"
WHY = ("-j", "looking at it, for a test")
KEPT = "it is the only picture there is"
CONCLUDED = "nose and mouth agree as far as they are seen"
ORIGIN = ("--origin", "camera 4 of the shop")
PROBE = ("--kind", "camera", *ORIGIN)
MARKS = ["--mark", "nose=similar:as broad: at the base", "--mark", "ears=not-visible"]
SUPPORT = [
    *("--conclusion", "support-same", "--reason", CONCLUDED),
    *("--candidate", "candidate-1"),
]
LIST = ("collection", "list")
_KEPT = (
    "SELECT count(*) FROM collection_parts JOIN collections ON collections.id = collection "
    "WHERE name = ?"
)
COLLECTED = {
    "use": "searches for people seen committing robberies",
    "origin": "custody system of the force",
    "evidence": "PACE 1984, s.64A; policy 7",
    "ends": (datetime.now(UTC) + timedelta(days=60)).isoformat(),
    "source": "custody",
    "legal-basis": "police-function",
    "workers": "1",
}


def words(folder: Path, name: str, **changes: str) -> list[object]:
    said = COLLECTED | changes
    options = [word for key, value in said.items() for word in (f"--{key}", value)]
    return ["collection", "import", folder, name, *options]


@pytest.fixture(scope="module")
def images(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = gather(lfw, tmp_path_factory.mktemp("images") / "photographs")
    (folder / "Nobody").mkdir()
    grey = encode_png(np.full((200, 200, 3), 128, np.uint8))
    (folder / "Nobody" / "grey.png").write_bytes(grey)
    return folder


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    made = make_command_bench(tmp_path_factory.mktemp("retrospective"))
    authorise_case(made, datetime.now(UTC))
    return made


@contextmanager
def interrupted_after_a_part(folder: Path, name: str) -> Iterator[None]:
    """Press Ctrl-C once a part of a collection is kept."""

    def press() -> None:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            with closing(sqlite3.connect(folder / "records.sqlite", timeout=5)) as connection:
                (kept,) = connection.execute(_KEPT, (name,)).fetchone()
            if kept:
                os.kill(os.getpid(), signal.SIGINT)
                return
            time.sleep(0.01)

    thread = threading.Thread(target=press)
    thread.start()
    yield
    thread.join()


@pytest.fixture(scope="module")
def collected(bench: CommandBench, images: Path) -> CommandBench:
    values = {name: COLLECTED[name] for name in ("use", "origin", "evidence", "ends")}
    with bench.open("analyst") as analyst:
        analyst.collections.import_(images, {**values, "name": COLLECTION}, workers=1, **BASIS)
    return bench


@pytest.fixture
def search(lfw: Path, tmp_path: Path) -> list[object]:
    """Return the words of a search but what is searched."""
    probe = tmp_path / "still.jpg"
    probe.write_bytes(probe_of(lfw, LISTED[0]))
    return ["case", "search", CASE, probe, "--reason", REASON, *PROBE]


def interrupted_as_it_begins(bench: CommandBench) -> subprocess.CompletedProcess[str]:
    """Index, and press Ctrl-C, which all processes of a terminal hear, once one was begun."""
    command = [sys.executable, "-c", "import sys, workbench.cli as cli; sys.exit(cli.run())"]
    process = subprocess.Popen(
        [*command, "case", "index", CASE, "--workers", "1"],
        env={**inherited(), **bench.environment("investigator")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    ends = time.monotonic() + 60
    while (begun := _began_by(process.pid)) is None and time.monotonic() < ends:
        time.sleep(0.01)
    assert begun is not None
    time.sleep(0.1)  # it loads its modules for a second or more
    os.kill(begun, signal.SIGINT)  # whichever hears it first
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _began_by(number: int) -> int | None:
    """Return one that a process has begun, once it runs Python and so could tell of a Ctrl-C."""
    with suppress(OSError, StopIteration):
        for child in Path(f"/proc/{number}/task/{number}/children").read_text("ascii").split():
            place = Path(f"/proc/{child}")
            if b"spawn_main" in (place / "cmdline").read_bytes():
                lines = (place / "status").read_text("ascii").splitlines()
                caught = next(line for line in lines if line.startswith("SigCgt:"))
                return int(child) if int(caught.split()[1], 16) >> 1 & 1 else None
    return None


def test_an_import_that_is_cut_off_goes_on(
    run: Run, bench: CommandBench, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.retrospective import importing

    name = "cut-off"
    monkeypatch.setattr(importing, "PART_ROWS", 2)
    with interrupted_after_a_part(bench.folder, name):
        cut = run("analyst", *words(images, name))
    assert cut.code == 130, cut
    assert "the parts that were finished are kept, sealed. The same command goes on" in cut.err
    half = run("analyst", "collection", "show", name, "--json").said
    assert half["state"] == "importing"
    assert 0 < half["parts_kept"] < half["parts"] == 6
    assert f"importing, {half['parts_kept']} of 6 parts" in run("examiner", *LIST).out

    done = run("analyst", *words(images, name))
    assert done.code == 0, done.err
    assert f"{name} is ready: 10 images of 10 people, until " in done.err
    assert "1 image was refused, 9.1 %, and no search finds whoever is on such images" in done.err
    assert f" alone: workbench collection refusals {name}. The files in" in done.err
    shown = run("investigator", "collection", "show", name)
    assert "6 of 6, 2 images each" in shown.out
    assert "10 custody" in shown.out
    assert not any(person in shown.out for person in LISTED)
    listed = run("investigator", *LIST, "--json").said["collections"]
    (plain,) = [one for one in listed if one["name"] == name]
    assert (plain["state"], plain["counts"]["subjects"]) == ("ready", 10)
    refused = run("analyst", "collection", "refusals", name)
    assert "Nobody/grey.png: no face found" in refused.out
    assert refused.err.endswith("1 image was refused.\n")
    (one,) = run("analyst", "collection", "refusals", name, "--json").said["refusals"]
    assert refused.out.startswith(f"row {one['row']}: {one['path']}: ")

    why = ("--reason", "the charges were dropped")
    removed = run("analyst", "collection", "remove", name, LISTED[0], *why)
    assert removed.code == 0, removed.err
    assert removed.out == ""
    assert removed.err.startswith(
        f"Removed from {name}, people: 1, images of them: 1 (certificate c"
    )
    assert LISTED[0] not in removed.err
    said = run("analyst", "collection", "remove", name, LISTED[1], LISTED[2], *why, "--json").said
    assert (said["people"], said["references"]) == (2, 2)
    assert said["certificate"]["counts"]["people"] == 2
    shown = run("examiner", "collection", "show", name)
    assert "people: 1, images: 1, by analyst" in shown.out
    assert "7 custody" in shown.out
    again = run("analyst", "collection", "remove", name, LISTED[0], *why)
    assert (again.code, "has no image of number 1 of the 1 people named" in again.err) == (1, True)

    dropped = run("analyst", "collection", "drop", name)
    assert dropped.err.startswith(f"{name} is dropped. Destroyed: ")
    assert "7 references" in dropped.err
    gone = run("analyst", "collection", "drop", name, "--json")
    assert (gone.code, gone.out) == (3, "")
    assert "was destroyed" in gone.err


def test_a_list_is_told_with_what_scores_mean_and_no_face(
    run: Run, collected: CommandBench, search: list[object]
) -> None:
    assert collected
    against = ["--collection", COLLECTION]
    plain = run("investigator", *search, *against, "--length", "5", "--json")
    assert plain.code == 0, plain.err
    best = plain.said["candidates"][0]
    assert (best["id"], best["subject"], best["rank"]) == ("candidate-1", LISTED[0], 1)
    assert len(plain.said["candidates"]) == 5
    assert "picture" not in best
    assert plain.said["record"]["probe"]["name"] == "still.jpg"
    steps = ["--tone", "0.05,1.1,0.9", "--rotate", "2", "--crop", "20,20,210,210"]
    more = [
        "--frame",
        search[3],
        "--taken",
        "2026-11-24T18:00:00+00:00",
        "--face",
        "0",
        "--override",
        KEPT,
    ]
    told = run("investigator", *search, *against, *steps, *more)
    assert told.code == 0, told.err
    assert "Searched with an enhanced copy. 3 steps: crop (left 20, top 20" in told.out
    assert "people who are not" in told.out
    assert KEPT in told.out
    assert "%" not in told.out.replace("95 %", "")
    for line in ("Every reference was compared.", "no candidate is as good a result", "A lead for"):
        assert line in told.out
    listed = run("examiner", "case", "searches", CASE)
    assert plain.said["id"] in listed.out
    assert LISTED[0] not in listed.out
    whole = run("examiner", "case", "searches", CASE, "--json").said["searches"]
    assert {one["state"] for one in whole} == {"open"}
    assert plain.said["id"] in run("investigator", "case", "show", CASE, *WHY).out
    seen = run("investigator", "case", "show", CASE, *WHY, "--json").said
    assert plain.said["id"] in {one["id"] for one in seen["searches"]}
    unseen = run("authorising-officer", "case", "show", CASE, *WHY, "--json").said
    assert (unseen["searches"], unseen["footage"]) == (None, None)


def test_a_rejected_probe_needs_a_reason(
    run: Run, collected: CommandBench, search: list[object]
) -> None:
    assert collected
    probe = search[3]
    assert isinstance(probe, Path)
    blurred = cv2.GaussianBlur(load_image(probe), (0, 0), 4)
    probe.write_bytes(encode_png(blurred))
    against = ["--collection", COLLECTION]
    refused = run("investigator", *search, *against)
    assert (refused.code, refused.out) == (1, "")
    assert "the probe is rejected" in refused.err


def test_two_examiners_conclude_and_neither_sees_the_other(
    run: Run, collected: CommandBench, search: list[object], tmp_path: Path
) -> None:
    assert collected
    found = run("investigator", *search, "--collection", COLLECTION, "--json").said
    name, best = found["id"], found["candidates"][0]
    part = name[-8:]
    blind = run("examiner", "review", "show", part, *WHY)
    assert LISTED[0] in blind.out
    assert best["meaning"]["text"][:20] not in blind.out
    assert "is not concluded" in blind.out
    scored = run("examiner", "review", "show", part, *WHY, "--scores", "--json").said
    assert scored["candidates"][0]["score"] == best["score"]
    hidden = run("examiner", "review", "show", part, *WHY, "--json").said
    assert not {"score", "gap", "meaning", "picture", "eyes"} & set(hidden["candidates"][0])
    file = tmp_path / "checklist.json"
    file.write_text(json.dumps(checklist()), "utf-8")
    examined = ["review", "examine", part, *SUPPORT]
    first = run("examiner", *examined, "--checklist", file)
    assert first.code == 0, first.err
    assert "nose: similar (same breadth at the base)" in first.out
    assert "shown before concluding" in first.out
    assert "Another examiner concludes without seeing it." in first.out
    unseen = run("examiner-2", "review", "show", name, *WHY)
    assert CONCLUDED not in unseen.out + unseen.err
    again = run("examiner", *examined, "--checklist", file)
    assert (again.code, again.out) == (3, "")
    unexplained = run("examiner-2", *examined, *MARKS, "--mark", "chin=different")
    assert unexplained.code != 0
    assert "marks as different without a note: chin" in unexplained.err.replace("\n", " ")
    second = run("examiner-2", *examined, *MARKS, "--json").said
    assert [one["scores_seen"] for one in second["examinations"]] == [True, False]
    assert (second["state"], second["outcome"]["candidate"]) == ("concluded", "candidate-1")
    note = second["examinations"][1]["checklist"]["marks"]["nose"]["note"]
    assert note == "as broad: at the base"
    over = run("investigator", "review", "show", name, *WHY)
    assert "candidate-1: The images support that they show one person." in over.out
    assert "A lead for the investigation, and no identification" in over.out
    report = tmp_path / "report.html"
    to = ["--recipient", "DI Farrow", "--justification", "for the file of the case"]
    given = run("investigator", "review", "export", part, report, *to, "--json").said
    assert given["sha256"] == hashlib.sha256(report.read_bytes()).hexdigest()
    assert CONCLUDED in report.read_text("utf-8")
    again = run("investigator", "review", "export", part, report, *to)
    assert again.code != 0
    assert str(report) in again.err.replace("\n", "")
    printed = run("investigator", "review", "export", part, report, *to, "--force")
    assert "DI Farrow" not in printed.out
    assert "recorded as" in printed.out


def test_two_who_differ_are_left_as_inconclusive(
    run: Run, collected: CommandBench, search: list[object], lfw: Path
) -> None:
    assert collected
    # Of another than before: nobody examines a search again who was shown what another said of it.
    Path(str(search[3])).write_bytes(probe_of(lfw, LISTED[1]))
    name = run("investigator", *search, "--collection", COLLECTION, "--json").said["id"]
    none = ["--conclusion", "no-candidate", "--reason", CONCLUDED]
    said = run("examiner", "review", "examine", name, *none)
    assert "None of the candidates is put forward." in said.out
    differs = run("examiner-2", "review", "examine", name, *SUPPORT, *MARKS)
    assert "two examiners differ" in differs.out
    left = run("reviewer", "review", "surrender", name, "--reason", "there is no third examiner")
    assert left.code == 0, left.err
    assert "Left as inconclusive by reviewer" in left.out
    assert "The search is inconclusive: examiners do not agree on a candidate." in left.out
    assert "support neither" not in left.out, "no examiner said so"
    listed = run("investigator", "case", "searches", CASE, "--json").said["searches"]
    assert [one["differ"] for one in listed if one["id"] == name] == [True]
    again = run("investigator", *search, "--collection", COLLECTION, "--json").said["id"]
    barred = run("examiner", "review", "show", again, *WHY)
    assert "may not examine search" in " ".join(barred.out.split())


def test_what_is_refused(run: Run, images: Path, search: list[object], tmp_path: Path) -> None:
    probe = search[3]
    against = ["--collection", "none"]
    examine = ["review", "examine", "search-4a1f", "--reason", CONCLUDED, "--conclusion"]
    for account, given, code, said in (
        ("operator", words(images, "NO"), 3, "may not import a reference collection"),
        ("analyst", words(images, "NO", ends="tomorrow"), 2, "no moment with its time zone"),
        ("analyst", words(images, "NO", subjects="eye"), 2, "'eye' is not one of"),
        ("analyst", words(images, "NO", workers="0"), 2, "greater than or equal to 1"),
        ("analyst", words(images, "NO", gallery="qdrant"), 2, "the settings name none"),
        ("analyst", words(images, "NO", origin="passports"), 1, "never used"),
        ("analyst", words(tmp_path / "none", "NO"), 1, "none"),
        ("analyst", ["collection", "show", "NO"], 1, "there is no collection NO"),
        ("analyst", ["collection", "refusals", "NO"], 1, "there is no collection NO"),
        ("analyst", ["collection", "drop", "NO"], 1, "there is no collection NO"),
        (
            "examiner",
            ["collection", "remove", "NO", "CR-1", "--reason", "an acquittal"],
            3,
            "may not remove people from a reference collection",
        ),
        ("operator", ["collection", "list"], 3, "may not list reference collections"),
        ("operator", [*search, *against], 3, "may not search for a case"),
        ("investigator", [*search, *against], 1, "there is no collection none"),
        ("investigator", search, 2, "say what it is compared with"),
        ("investigator", [*search, *against, "--footage", "all"], 2, "say what it is compared"),
        ("investigator", [*search, "--footage", "all", "--footage", "x"], 2, "leave the other ids"),
        ("investigator", [*search, "--footage", "all", "--triage"], 2, "is for a collection"),
        ("investigator", [*search, *against, "--crop", "1,2,3"], 2, "is not 4 numbers"),
        ("investigator", [*search, *against, "--crop", "1,2,3,0.5"], 2, "is not in whole px"),
        ("investigator", [*search, *against, "--upscale", "9"], 1, "--upscale cannot be used"),
        ("investigator", [*search, *against, "--length", "201"], 2, "less than or equal to 200"),
        ("investigator", [*search[:2], "CASE/9", *search[3:], *against], 1, "there is no case"),
        ("operator", ["case", "searches", CASE], 3, "may not look at what a search"),
        ("examiner", [*examine, "identified"], 2, "'identified' is not one of"),
        ("examiner", [*examine, "no-candidate"], 1, "there is no search"),
        ("examiner", [*examine, "inconclusive", "--mark", "nose"], 2, "is no PART=SEEN"),
        (
            "examiner",
            [*examine, "inconclusive", "--mark", "nose=similar", "--checklist", probe],
            2,
            "not both",
        ),
        ("investigator", [*examine, "no-candidate"], 3, "may not conclude on what"),
        ("operator", ["review", "show", "search-4a1f", *WHY], 3, "may not look at what a search"),
        (
            "examiner",
            ["review", "surrender", "search-4a1f", "--reason", "there is nobody else"],
            1,
            "there is no search",
        ),
    ):
        ended = run(account, *given)
        assert (ended.code, ended.out) == (code, ""), ended
        assert said in ended.err, ended
        assert ended.err.count("\n") == 1


def assert_moment_and_frame(candidate: dict[str, Any]) -> None:
    """Check that a candidate of footage tells the second and the frame that it was kept with."""
    frame = f"frame {candidate['frame']} from 0"
    told = f"{candidate['time_s']:.1f} s from the start of the file, {frame}"
    assert candidate["seen"].endswith(told)


def test_footage_from_a_folder_to_who_is_in_it(
    run: Run, bench: CommandBench, shared_data: Path, lfw: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "seized"
    (folder / "disk").mkdir(parents=True)
    clip = folder / "disk" / "counter[red].avi"
    shutil.copy(shared_data / "videos" / "speaker_tony_blair.avi", clip)
    shutil.copy(clip, folder / "again.avi")
    (folder / "broken.mp4").write_text("no video")
    (folder / "notes.txt").write_text("no video")
    said = [*ORIGIN, "--basis", "handed over by the owner on request"]
    add = ["case", "add-footage", CASE, folder, *said]
    added = run("investigator", *add)
    assert added.code == 1
    assert added.err.count("is added as footage-") == 1
    assert added.err.count("passed: ") == 1
    assert "not added: " in added.err
    assert "1 of 3 files were not added" in added.err
    (folder / "broken.mp4").unlink()
    both = run("investigator", *add, "--json")
    assert (both.code, both.said["added"], len(both.said["passed"])) == (0, [], 2)
    starts = ["--starts", "2026-11-24T18:00:00+00:00", "--clock-offset", "30"]
    for account, given, code, why in (
        ("investigator", [*add, *starts], 2, "--starts is of one file"),
        ("investigator", ["case", "add-footage", CASE, clip, *said], 3, "holds the same file"),
        ("investigator", ["case", "add-footage", CASE, tmp_path, *said[:3], "aa"], 1, "basis"),
        ("investigator", ["case", "add-footage", CASE, lfw / LISTED[0], *said], 1, "named like"),
        ("operator", add, 3, "may not add footage"),
        ("investigator", ["case", "timeline", CASE, *WHY], 1, "no footage that is indexed"),
        ("operator", ["case", "timeline", CASE, *WHY], 3, "may not look at the footage"),
        ("operator", ["case", "index", CASE], 3, "may not look at the footage"),
    ):
        ended = run(account, *given)
        assert (ended.code, ended.out) == (code, ""), ended
        assert why in ended.err, ended
    ended = interrupted_as_it_begins(bench)
    assert (ended.returncode, ended.stdout) == (130, "")
    assert "It goes on from there with: workbench case index" in ended.stderr
    assert "Traceback" not in ended.stderr, "the process that it began heard the Ctrl-C, too"
    indexed = run("investigator", "case", "index", CASE, "--workers", "1")
    assert indexed.code == 0, indexed.err
    assert " is indexed: " in indexed.err
    assert "1 time somebody is in view" in indexed.err
    assert "All footage of" in run("investigator", "case", "index", CASE).err
    (footage,) = run("examiner", "case", "show", CASE, *WHY, "--json").said["footage"]
    assert footage["state"] == "indexed"
    kept = run("examiner", "case", "show", CASE, *WHY).out
    assert all(one in kept for one in (footage["id"], "footage-segment: 1"))
    part = footage["id"][-8:]
    seen = run("examiner", "case", "timeline", CASE, *WHY, "--footage", part, "--json").said
    assert {one["footage"] for one in seen["appearances"]} == {footage["id"]}
    assert "picture" not in seen["appearances"][0]
    told = run("examiner", "case", "timeline", CASE, *WHY).out
    assert all(one in told for one in (seen["appearances"][0]["id"], "from the start of the file"))
    probe = tmp_path / "press.jpg"
    probe.write_bytes(probe_of(lfw, "Tony_Blair"))
    against = ["case", "search", CASE, probe, "--reason", REASON, *PROBE, "--footage"]
    found = run("investigator", *against, part, "--json")
    assert found.code == 0, found.err
    assert found.said["candidates"][0]["subject"].startswith(footage["id"])
    assert_moment_and_frame(found.said["candidates"][0])
    listed = run("investigator", *against, "all")
    assert " looks at 1 appearances" in listed.out
