"""`workbench blue-list` on a real bench."""

from __future__ import annotations

from datetime import timedelta

import pytest
from alert_values import plant_alert
from bench_steps import WORDS
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from planted import listed, plant_list

from workbench.governance.categories import Category
from workbench.records.moments import utc_now

MEMBER = "STAFF/7"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    return make_command_bench(tmp_path_factory.mktemp("blue"))


@pytest.mark.slow
def test_from_consent_to_rate(run: Run, bench: CommandBench) -> None:
    consent = ("--consent", "FORM/7", "--consented", "2026-01-01")
    added = run("analyst", "blue-list", "add", MEMBER, *consent)
    assert (added.code, added.err) == (0, f"{MEMBER} consents since 2026-01-01.\n")
    starts = utc_now().replace(microsecond=0) - timedelta(hours=1)
    reference = bench.apply(
        starts=starts.isoformat(), ends=(starts + timedelta(hours=6)).isoformat()
    )
    with bench.open("authorising-officer") as officer:
        officer.policies.approve("default-sface/1")
        officer.deployments.authorise(reference, **WORDS)
    with bench.open("analyst") as analyst:
        plant_list(analyst, reference, listed(MEMBER, blue=True))
        alert = plant_alert(analyst, reference, subject=MEMBER, category=Category.BLUE_LIST).id
    words = (reference, MEMBER, "--at", utc_now().isoformat(), "--feed", "gate")
    passed = run("operator", "blue-list", "pass", *words, "--json")
    assert passed.code == 0, passed.err
    assert passed.said["alert"] == alert
    again = run("operator", "blue-list", "pass", *words)
    assert again.code == 3
    assert "is recorded already" in again.err
    rate = run("manager", "blue-list", "rate", reference, "--json").said
    assert (rate["passes"], rate["unsettled"], rate["rate"]) == (0, 1, None)
    assert "1 pass is left out" in run("manager", "blue-list", "rate").err
    passes = run("operator", "blue-list", "list", "--deployment", reference, "-j", "x, for a test")
    assert alert in passes.out
    withdrawn = run("analyst", "blue-list", "withdraw", MEMBER, "--json").said
    assert withdrawn == {"member": MEMBER, "still_on_lists_of": [reference]}
    members = run("analyst", "blue-list", "list", "-j", "monthly check", "--json").said
    assert members["members"][0]["withdrawn"] == utc_now().date().isoformat()


@pytest.mark.slow
def test_what_is_refused(run: Run) -> None:
    at = utc_now().isoformat()
    consent = ["--consent", "FORM/8", "--consented", "2026-01-01"]
    for account, words, code, said in (
        ("manager", ["add", "STAFF/8", *consent], 3, "may not say who of the staff is seeded"),
        ("analyst", ["add", "STAFF/8", "--consent", "F", "--consented", "x"], 1, "must be a day"),
        ("analyst", ["withdraw", "STAFF/9"], 3, "STAFF/9 is not on the blue list"),
        ("analyst", ["withdraw", "STAFF/9", "--on", "x"], 2, "is no day"),
        ("analyst", ["list"], 2, "Missing option '--justification'"),
        ("analyst", ["rate"], 3, "may not read outcomes as aggregates"),
        ("manager", ["rate", "X/1"], 1, "deployment list, or have an analyst do so."),
        ("operator", ["pass", "X/1", "STAFF/8", "--at", at, "--feed", "g"], 1, "no deployment X/1"),
        ("operator", ["pass", "X/1", "STAFF/8", "--at", "now", "--feed", "g"], 2, "is no moment"),
    ):
        ended = run(account, "blue-list", *words)
        assert (ended.code, ended.out) == (code, ""), ended
        assert said in ended.err
