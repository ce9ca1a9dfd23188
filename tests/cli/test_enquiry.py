"""`workbench enquiry` on a real bench."""

from __future__ import annotations

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from planted import listed, plant_list

from workbench.records.moments import utc_now


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    bench = make_command_bench(tmp_path_factory.mktemp("enquiry"))
    reference = bench.apply()
    with bench.open("analyst") as analyst:
        plant_list(analyst, reference, listed("PNC/1"))
    return bench


@pytest.mark.slow
def test_yes_and_no(run: Run) -> None:
    today = utc_now().date().isoformat()
    words = ("enquiry", "ask", "PNC/1", "--on", today, "-j", "request 2026/14")
    said = run("data-protection-officer", *words, "--json").said
    assert said["was_listed"]
    assert said["listings"][0]["category"] == "wanted-by-courts"
    assert said["listings"][0]["until"] is None
    told = run("data-protection-officer", *words)
    assert told.code == 0
    assert f"PNC/1 was on any list on {today}." in told.err
    assert "wanted-by-courts" in told.out
    no = run(
        "data-protection-officer", "enquiry", "ask", "PNC/2", "--on", today, "-j", "x, for a test"
    )
    assert (no.code, no.out) == (0, "")
    assert "PNC/2 was not on any list" in no.err


def test_what_is_refused(run: Run) -> None:
    for account, words, code, said in (
        (
            "analyst",
            ["PNC/1", "--on", "2026-11-25", "-j", "x, for a test"],
            3,
            "may not look up whether",
        ),
        (
            "data-protection-officer",
            ["PNC/1", "-j", "x, for a test"],
            2,
            "about a day or a deployment",
        ),
        (
            "data-protection-officer",
            ["PNC/1", "--on", "today", "-j", "x, for a test"],
            2,
            "is no day",
        ),
        (
            "data-protection-officer",
            ["J Doe", "--on", "2026-11-25", "-j", "x, for a test"],
            1,
            "subject: must",
        ),
        (
            "data-protection-officer",
            ["PNC/1", "--deployment", "X/1", "-j", "x, for a test"],
            1,
            "deployment X/1",
        ),
        ("data-protection-officer", ["PNC/1", "--on", "2026-11-25"], 2, "'--justification'"),
    ):
        ended = run(account, "enquiry", "ask", *words)
        assert (ended.code, ended.out) == (code, ""), ended
        assert said in ended.err
