"""`workbench outcomes` on a real bench, on a screen of 80 columns."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from bench_steps import WORDS, went_live
from command_bench import CommandBench, make_command_bench
from command_runs import Run, runner
from outcome_values import COUNTED, erased, searched

from workbench.evaluation import alert_scores
from workbench.records.deployment_counts import counted_alerts
from workbench.records.deployments import find_deployment
from workbench.records.moments import utc_now


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    made = make_command_bench(tmp_path_factory.mktemp("outcomes"))
    starts = utc_now().replace(microsecond=0) - timedelta(hours=1)
    reference = made.apply(
        starts=starts.isoformat(), ends=(starts + timedelta(hours=6)).isoformat()
    )
    with made.open("authorising-officer") as officer:
        officer.policies.approve("default-sface/1")
        officer.deployments.authorise(reference, **WORDS)
    with made.open("operator") as operator:
        went_live(operator, reference)
    with made.open("analyst") as analyst:
        searched(analyst, reference)
    return made


@pytest.fixture
def run(
    bench: CommandBench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    made = runner(bench, capsys, monkeypatch)
    monkeypatch.setenv("COLUMNS", "80")
    return made


@pytest.mark.slow
def test_a_manager_sees_counts_in_80_columns(run: Run, bench: CommandBench) -> None:
    ended = run("manager", "outcomes")
    assert ended.code == 0, ended.err
    assert max(map(len, ended.out.splitlines())) <= 80
    with bench.open("manager") as manager:
        head = manager.audit.head()
    whole = " ".join(ended.out.split())
    for said in (
        "2026-11/HIGH-ST-1", "Croydon", "20.0 min", "800 faces", "6 in all", "2 true", "2 false",
        "2 undecided", "0.250 %", "0.0303 % to", "4 engaged", "20.75 min", "2 arrested", "1 other",
        "cost unknown", "gate", "live", "deployments 1, 1 of them searched",
        "false of faces seen 2 of 800 faces (0.250 %, 95 % interval 0.0303 % to 0.900 %)",
        "costs, pounds 0 known, unknown for 1 of them", f"log {head.seq}: {head.hash}",
    ):  # fmt: skip
        assert said in whole, (said, ended.out)
    assert "may point at a person" in ended.err


def test_as_json(run: Run) -> None:
    said = run("manager", "outcomes", "--json").said
    (one,) = said["deployments"]
    assert one["counts"] == COUNTED
    assert one["false_alerts_of_faces_seen"]["best"]["n"] == 800
    assert said["totals"]["counts"] == COUNTED
    assert (one["cost_total"], said["totals"]["cost_total"]) == ("unknown", "unknown")
    assert len(said["audit"]["head_hash"]) == 64


def test_a_period(run: Run) -> None:
    today = utc_now().date()
    for words, found in (
        (["--from", today - timedelta(days=1), "--to", today], 1),
        (["--from", today + timedelta(days=2)], 0),
        (["--to", today - timedelta(days=2)], 0),
    ):
        assert len(run("manager", "outcomes", *words, "--json").said["deployments"]) == found
    empty = run("manager", "outcomes", "--from", today + timedelta(days=2))
    assert "deployments 0, 0 of them searched" in " ".join(empty.out.split())


def test_what_is_refused(run: Run) -> None:
    for account, words, code, said in (
        ("operator", [], 3, "may not read outcomes as aggregates"),
        ("manager", ["--from", "x"], 2, "is no day"),
        ("manager", ["--from", "2026-11-02", "--to", "2026-11-01"], 2, "before it begins"),
    ):
        ended = run(account, "outcomes", *words)
        assert (ended.code, ended.out) == (code, ""), ended
        assert said in ended.err


def test_costs_that_are_known_in_part(run: Run, bench: CommandBench) -> None:
    lines = [
        {"what": "van", "amount": "120.50"},
        {"what": "officers", "amount": "unknown"},
        {"what": "power", "amount": "unknown"},
    ]
    with bench.open("analyst") as analyst:
        analyst.deployments.note_costs("2026-11/HIGH-ST-1", {"lines": lines})
    whole = " ".join(run("manager", "outcomes").out.split())
    for said in (
        "cost 120.50",
        "2 lines",
        "costs, pounds 120.50 known, unknown for 1 of them (2 lines)",
    ):
        assert said in whole, (said, whole)
    totals = run("manager", "outcomes", "--json").said["totals"]
    known = (totals["cost_known"], totals["cost_lines_unknown"], totals["cost_total"])
    assert known == ("120.50", 2, "unknown")


@pytest.mark.slow
def test_where_nothing_was_searched_or_authorised_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_command_bench(tmp_path / "b")
    reference = made.apply()
    run = runner(made, capsys, monkeypatch)
    ended = run("manager", "outcomes")
    assert "1 application is not shown: it was never authorised." in ended.err
    assert reference not in ended.out
    with made.open("authorising-officer") as officer:
        officer.policies.approve("default-sface/1")
        officer.deployments.authorise(reference, **WORDS)
    ended = run("manager", "outcomes")
    whole = " ".join(ended.out.split())
    for said in (
        "not searched",
        "minutes searched nothing was searched",
        "faces seen nothing was searched",
    ):
        assert said in whole, (said, whole)
    assert "0 faces" not in whole
    assert "not shown" not in ended.err
    totals = run("manager", "outcomes", "--json").said["totals"]
    assert (totals["searched_minutes"], totals["counts"]["faces_seen"]) == (None, None)
    record = " ".join(run("analyst", "deployment", "record", reference).out.split())
    assert "faces seen nothing was searched" in record


def test_alerts_destroyed_undecided_stand_apart(run: Run, bench: CommandBench) -> None:
    with bench.open("analyst") as analyst:
        with analyst._context.store.reading() as connection:
            deployment = find_deployment(connection, "2026-11/HIGH-ST-1").id
            gone = [one.id for one in counted_alerts(connection, deployment) if one.state == "open"]
        erased(analyst, gone)
    whole = " ".join(run("manager", "outcomes").out.split())
    assert "undecided 2, 0 of them still open" in whole
    assert "destroyed undecided 1, counted as undecided" in whole
    record = " ".join(run("analyst", "deployment", "record", "2026-11/HIGH-ST-1").out.split())
    assert "open 0 destroyed undecided 1" in record


@pytest.mark.slow
def test_one_that_was_closed_ends_when_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_command_bench(tmp_path)
    starts = utc_now().replace(microsecond=0) - timedelta(hours=1)
    ends = starts + timedelta(hours=6)
    reference = made.apply(starts=starts.isoformat(), ends=ends.isoformat())
    with made.open("authorising-officer") as officer:
        officer.policies.approve("default-sface/1")
        officer.deployments.authorise(reference, **WORDS)
    run = runner(made, capsys, monkeypatch)
    assert f"{ends:%Y-%m-%d %H:%M} UTC" in " ".join(run("manager", "outcomes").out.split())
    with made.open("operator") as operator:
        went_live(operator, reference)
    with made.open("analyst") as analyst:
        ended = analyst.deployments.close(reference).ended
    whole = " ".join(run("manager", "outcomes").out.split())
    assert f"{ended:%Y-%m-%d %H:%M} UTC" in whole
    assert f"{ends:%Y-%m-%d %H:%M} UTC" not in whole


@pytest.mark.slow
def test_scores_of_alerts_are_written_with_their_rate(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_command_bench(tmp_path / "b")
    starts = utc_now().replace(microsecond=0) - timedelta(hours=1)
    times = {"starts": starts.isoformat(), "ends": (starts + timedelta(hours=6)).isoformat()}
    reference = made.apply(**times)
    with made.open("authorising-officer") as officer:
        officer.policies.approve("default-sface/1")
        officer.deployments.authorise(reference, **WORDS)
    with made.open("operator") as operator:
        went_live(operator, reference)
    run = runner(made, capsys, monkeypatch)
    csv, parquet = tmp_path / "alerts.csv", tmp_path / "alerts.parquet"
    words = ("outcomes", "alert-scores", "-j", "looking again", "--output")
    ended = run("data-scientist", *words, csv)
    assert (ended.code, ended.out) == (0, "")
    assert "No deployment that was searched is closed" in ended.err
    with made.open("analyst") as analyst:
        gone = searched(analyst, reference)
        analyst.deployments.close(reference)
    ended = run("data-scientist", *words, csv)
    assert ended.code == 3
    assert "exists and was left as it is" in ended.err
    ended = run("data-scientist", *words, csv, "--force")
    assert ended.code == 0, ended.err
    said, told = " ".join(ended.out.split()), " ".join(ended.err.split())
    for word in (
        "faces counted by drawn/1", "from the score 2.5", "unresolved 2 alerts", "deployments 1",
        "2 false alerts in 800 faces (not measurable here, fewer than three; exact 95 % interval",
        "bound at most 1 in 110 (95 %)",
    ):  # fmt: skip
        assert word in said, (word, said)
    assert "Scores below the threshold of a search were never kept" in told
    assert len(alert_scores(csv)) == 6
    (told,) = run(None, "evaluate", "alerts", csv, "--json").said["rates"]
    (at,) = told["thresholds"]
    assert (at["faces_seen"], at["alerts"], at["false_alerts"], at["unresolved_alerts"]) == (
        800, 6, 2, 2,
    )  # fmt: skip
    assert [at["of_faces"][kind]["count"] for kind in ("best", "worst")] == [2, 4]
    (rate,) = run("data-scientist", *words, parquet, "--json").said["rates"]
    assert (rate["false_alerts"], rate["faces_seen"], rate["is_measurable"]) == (2, 800, False)
    assert rate["by_deployment_interval"] is None
    assert rate["equity"] == "equity not measured"
    assert alert_scores(parquet)["faces_seen"].to_list() == [800] * 6
    with made.open("analyst") as analyst:
        erased(analyst, gone[:2])
    ended = run("data-scientist", *words, csv, "--force")
    assert "no rate column alerts_gone: 2 alerts" in " ".join(ended.out.split())
    assert len(alert_scores(csv)) == 4


def test_options_of_outcomes_stand_where_they_are_heeded(run: Run, tmp_path: Path) -> None:
    ended = run(
        "data-scientist",
        "outcomes",
        "--json",
        "alert-scores",
        "-o",
        tmp_path / "a.csv",
        "-j",
        "why",
    )
    assert ended.code == 2
    assert "options of alert-scores stand behind its name" in ended.err
    assert list(tmp_path.iterdir()) == []


WHY = "looking again at the threshold"


def test_scores_are_for_who_issues_policies(run: Run, tmp_path: Path) -> None:
    for account, file, code, says in (
        ("manager", "a.csv", 3, "may not issue a threshold policy"),
        ("data-scientist", "a.txt", 2, "a table ends in .csv, .parquet or .pq"),
    ):
        ended = run(account, "outcomes", "alert-scores", "-o", tmp_path / file, "-j", WHY)
        assert (ended.code, ended.out) == (code, "")
        assert says in ended.err
    assert list(tmp_path.iterdir()) == []


def test_what_has_ended_is_written_as_records_that_the_tables_commands_read(
    run: Run, bench: CommandBench, tmp_path: Path
) -> None:
    file = tmp_path / "ours.parquet"
    running = run("manager", "outcomes", "export", "-o", file, "--json")
    assert running.said == {"records": str(file), "rows": 0}
    with bench.open("analyst") as analyst:
        analyst.deployments.close("2026-11/HIGH-ST-1")
    ended = run("manager", "outcomes", "export", "-o", file, "--title", "Ours", "--force")
    assert "1 record of a deployment that ended" in ended.err
    [group] = run("manager", "outcomes", "summary", file, "--json").said["groups"]
    assert (group["total_alerts"], group["false_alerts"], group["faces_seen"]) == (6, 2, 800)
    found = run("manager", "outcomes", "check", file, "--json").said["findings"]
    assert ("outcomes-add-up", "Ours", 1) in [
        (one["rule"], one["source"], one["source_row"]) for one in found
    ]
    refused = run("operator", "outcomes", "export", "-o", tmp_path / "no.parquet")
    assert (refused.code, (tmp_path / "no.parquet").exists()) == (3, False)
    wrong = run("manager", "outcomes", "export", "-o", tmp_path / "no.csv")
    assert (wrong.code, "ends in .parquet" in wrong.err) == (2, True)
