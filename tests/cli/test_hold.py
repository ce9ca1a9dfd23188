"""`workbench hold` on a real bench."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from kept_values import plant_said

SOON = (datetime.now(UTC) + timedelta(days=30)).isoformat(timespec="minutes")
LATER = (datetime.now(UTC) + timedelta(days=60)).isoformat(timespec="minutes")
WHY = ("--ground", "complaint", "--reason", "Complaint 12/26.", "--review-by", SOON)
OFFICER = "data-protection-officer"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    return make_command_bench(tmp_path_factory.mktemp("hold"))


@pytest.fixture(scope="module")
def reference(bench: CommandBench) -> str:
    return bench.apply()


@pytest.fixture
def alert(bench: CommandBench, reference: str) -> str:
    with bench.open("operator") as workbench:
        return plant_said(workbench, reference).id


@pytest.mark.slow
def test_from_placing_to_release(run: Run, alert: str) -> None:
    placed = run(OFFICER, "hold", "place", "--alert", alert, *WHY, "--json")
    assert placed.code == 0, placed.err
    hold = placed.said["id"]
    assert placed.said["objects"] == [alert]
    listed = run("analyst", "hold", "list")
    assert hold in listed.out
    assert "in force" in listed.out
    reviewed = run(
        OFFICER, "hold", "review", hold[-8:], "--reason", "open, for a test", "--review-by", LATER
    )
    assert reviewed.err.startswith(f"{hold}: complaint, 1 alerts. It is looked at again by ")
    own = run(OFFICER, "hold", "release", hold, "--reason", "over, for a test")
    assert (own.code, "may not release it" in own.err) == (3, True)
    done = run(
        "authorising-officer", "hold", "release", hold, "--reason", "over, for a test", "--json"
    ).said
    assert done["released"]["by"] == "authorising-officer"
    assert hold not in {one["id"] for one in run(OFFICER, "hold", "list", "--json").said["holds"]}
    every = run(OFFICER, "hold", "list", "--released", "--json").said["holds"]
    assert {one["id"]: one["state"] for one in every}[hold] == "released"


def test_a_whole_deployment(run: Run, alert: str, reference: str) -> None:
    placed = run("authorising-officer", "hold", "place", reference, *WHY)
    assert placed.code == 0, placed.err
    assert "complaint, all of deployment-" in placed.err


@pytest.mark.parametrize(
    ("account", "words", "code", "said"),
    [
        ("analyst", ("--alert", "alert-1", *WHY), 3, "may not place a legal hold"),
        (OFFICER, WHY, 1, "Name one or the other"),
        (OFFICER, ("--alert", "alert-1", *WHY), 1, "there is no alert alert-1"),
        (OFFICER, ("nowhere", *WHY), 1, "no deployment and no case nowhere"),
        (OFFICER, ("nowhere", "--ground", "because"), 2, "because"),
        (OFFICER, ("nowhere", *WHY[:-1], "tomorrow"), 2, "is no moment with its time zone"),
    ],
)
def test_what_cannot_be_held(
    run: Run, account: str, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = run(account, "hold", "place", *words)
    assert (ended.code, said in ended.err) == (code, True), ended.err


def test_markup_is_not_obeyed(run: Run, alert: str) -> None:
    words = ("--alert", alert, "--ground", "complaint", "--reason", "[red]x[/red] [/], for a test")
    hold = run(OFFICER, "hold", "place", *words, "--review-by", SOON, "--json").said["id"]
    assert run(OFFICER, "hold", "list").code == 0
    assert (
        run(
            OFFICER, "hold", "review", hold, "--reason", "[/], for a test", "--review-by", LATER
        ).code
        == 0
    )
