"""`workbench case search` for whoever is seen in footage: by an appearance, all, and in pairs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from retro_values import CASE, FOOTAGE_SAID, authorise_case, beginning, case_values, probe_of

from tests.retrospective.conftest import joined

pytestmark = pytest.mark.slow

WHY = ("-j", "looking at it, for a test")
SEARCH = ("case", "search", CASE, "--reason", "the man who takes the bag")
ORIGIN = ("--kind", "camera", "--origin", "camera 4 of the shop")
FRAMES = 50


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> CommandBench:
    """Return a bench with a case that holds the beginnings of two speakers' clips, indexed."""
    made = make_command_bench(tmp_path_factory.mktemp("footage"))
    authorise_case(made, datetime.now(UTC))
    folder = tmp_path_factory.mktemp("clips")
    with made.open("investigator") as investigator:
        for name in ("tony_blair", "bill_clinton"):
            clip = beginning(shared_data / "videos" / f"speaker_{name}.avi", folder, FRAMES)
            added = investigator.footage.add(CASE, clip, FOOTAGE_SAID)
            investigator.footage.index(added.id, workers=1)
    return made


def listed(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("examiner", "case", "searches", CASE, "--json").said[
        "searches"
    ]
    return found


@pytest.fixture
def photograph(lfw: Path, tmp_path: Path) -> Path:
    probe = tmp_path / "press.jpg"
    probe.write_bytes(probe_of(lfw, "Tony_Blair"))
    return probe


def test_an_appearance_then_everyone_of_the_case(
    run: Run, bench: CommandBench, photograph: Path
) -> None:
    assert bench
    seen = run("investigator", "case", "timeline", CASE, *WHY, "--json").said["appearances"]
    one = seen[0]["id"]
    made = run("investigator", *SEARCH, "--appearance", one, "--footage", "all", "--json")
    assert made.code == 0, made.err
    assert made.said["record"]["probe"]["appearance"] == one
    assert one not in {each["subject"] for each in made.said["candidates"]}
    everyone = run("investigator", *SEARCH[:3], photograph, *SEARCH[3:], *ORIGIN, "--everyone")
    assert everyone.code == 0, everyone.err
    assert "camera 4 of the shop" in everyone.out
    assert "no candidate is as good a result" in everyone.out
    again = run("investigator", *SEARCH, "--everyone", "--json")
    assert len(again.said["searches"]) == 2, "the appearance and the photograph, once each"
    moment = r" 17:59:\d\d\.\d UTC \(\d+\.\d s from the start of the file, frame \d+ from 0\)$"
    assert re.search(moment, again.said["searches"][0]["candidates"][0]["seen"])
    assert len({each["record"]["together"] for each in again.said["searches"]}) == 1
    assert "picture" not in again.said["searches"][0]["candidates"][0]

    first = listed(run)[0]["id"]
    without = run("investigator", *SEARCH, "--everyone", "--except", first[-8:])
    assert without.code == 0, without.err
    said = f"Left out, as whoever searched asked: the probe of {first}."
    assert without.out.count(said) == 1
    assert "camera 4 of the shop" in without.out
    assert without.out.count("Labeled Faces in the Wild") == 1, "the data are named once"
    (left,) = [one for one in listed(run) if one["record"]["left_out"]]
    assert said in run("examiner", "review", "show", left["id"], *WHY).out
    assert one in run("examiner", "review", "show", left["id"], *WHY).out, "whole, not folded"


def test_two_pieces_of_footage_and_no_pair(run: Run, bench: CommandBench) -> None:
    assert bench
    held = run("investigator", "case", "show", CASE, *WHY, "--json").said["footage"]
    first, second = (one["id"][-8:] for one in held)
    none = run("investigator", *SEARCH, "--between", first, second, "--json")
    assert none.code == 0, none.err
    assert (none.said["pairs"], none.said["record"]["candidates"]) == ([], 0)
    told = run("examiner", "case", "pairs", none.said["id"][-8:], *WHY)
    assert "No pair reached the threshold." in told.out
    assert told.out.count("as good a result as any") == 1
    for one in held:
        assert f"{one['id']} ({one['footage']['name']})" in told.out
    row = next(one for one in listed(run) if one["id"] == none.said["id"])
    assert row["record"]["pairs"]["above"] == 0
    assert "false pairs" in told.out
    assert "measured on photographs, not on frames of cameras" in none.said["record"]["stated"]
    assert told.out.count("measured on photographs") == 1
    assert "two pieces of footage of the case" in told.out
    assert none.said["id"] in run("examiner", "case", "searches", CASE).out


def test_what_is_refused(run: Run, photograph: Path) -> None:
    picture = [*SEARCH[:3], photograph, *SEARCH[3:]]
    for given, code, why in (
        ([*SEARCH, "--everyone", "--collection", "x"], 2, "say what it is compared with"),
        ([*SEARCH, "--footage", "all"], 2, "say what is searched with"),
        ([*picture, *ORIGIN, "--between", "a", "b"], 2, "leave IMAGE and --appearance out"),
        ([*picture, "--footage", "all"], 2, "an IMAGE needs --origin"),
        ([*picture, *ORIGIN[2:], "--footage", "all"], 2, "and --kind, what kind of picture it is"),
        ([*picture, *ORIGIN, "--kind", "sketch", "--footage", "all"], 2, "is never searched with"),
        ([*SEARCH, "--appearance", "a", "--footage", "all", "--face", "1"], 2, "are of an IMAGE"),
        ([*SEARCH, "--appearance", "a", "--footage", "all"], 2, "is no appearance"),
        ([*SEARCH, "--everyone", "--except", "search-4a1f"], 3, "is no search of case"),
        ([*SEARCH, "--between", "a", "b", "--except", "x"], 2, "out of --everyone"),
        (["case", "pairs", "search-4a1f", *WHY], 1, "there is no search"),
    ):
        ended = run("investigator", *given)
        assert (ended.code, ended.out) == (code, ""), ended
        assert why in ended.err, ended


def test_what_is_wrong_with_the_times_of_a_file_is_said_with_all_that_rests_on_them(
    run: Run, bench: CommandBench, tmp_path: Path
) -> None:
    other, anew = "CASE/2026/205", "twice.ts: Its times repeat or run backwards: from there on"
    with bench.open("investigator") as investigator:
        investigator.cases.open(case_values(datetime.now(UTC), number=other))
    with bench.open("authorising-officer") as officer:
        officer.cases.authorise(other, "I have read the statements and see no other way.")
    once, twice = tmp_path / "once.ts", tmp_path / "twice.ts"
    joined(once, iter([[np.full((240, 320, 3), 128, np.uint8)] * 20]), gop=10)
    twice.write_bytes(once.read_bytes() * 2)
    basis = ("--basis", "handed over by the owner on request")
    add = ("case", "add-footage", other, *ORIGIN[2:], *basis)
    index, timeline = ("case", "index", other), ("case", "timeline", other, *WHY)
    for command in ((*add, twice), (*index, "--workers", "1"), timeline):
        told = run("investigator", *command)
        assert told.code == 0, told.err
        assert f"note: {anew}" in told.err, command
    (footage,) = run("investigator", "case", "show", other, *WHY, "--json").said["footage"]
    (listed,) = run("investigator", *timeline, "--json").said["footage"]
    (indexed,) = run("investigator", *index, "--footage", footage["id"], "--json").said["footage"]
    (added,) = run("investigator", *add, once, "--json").said["added"]
    assert listed["id"] == footage["id"]
    for one in (footage, listed, indexed):
        assert len(one["stated"]) == 1
        assert one["stated"][0].startswith("Its times repeat or run backwards")
    assert added["stated"] == [], "nothing is wrong with the half of it"
