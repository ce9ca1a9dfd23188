"""`workbench alert` on a real bench, with drawn faces and no model."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_alert
from command_bench import CommandBench, make_command_bench
from command_runs import Run

from workbench.errors import RecordError
from workbench.governance.holds import HoldGround


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that the tests of this module share."""
    return make_command_bench(tmp_path_factory.mktemp("alerts"))


@pytest.fixture(scope="module")
def references() -> Iterator[str]:
    """Give references that no other test uses."""
    return (f"2026-11/ALERT-{number}" for number in range(1, 1000))


@pytest.fixture
def reference(bench: CommandBench, references: Iterator[str]) -> str:
    """Apply for a deployment and return its reference."""
    return bench.apply(reference=next(references))


@pytest.fixture
def alert(bench: CommandBench, reference: str) -> str:
    """Plant an alert of it, and return its id."""
    with bench.open("operator") as operator:
        return plant_alert(operator, reference, subject="NOM-7").id


WHY = ("--justification", "on duty at the gate")


@pytest.mark.slow
def test_no_alerts(reference: str, run: Run) -> None:
    ended = run("operator", "alert", "list", "--deployment", reference, *WHY)
    assert (ended.code, ended.out) == (0, "")
    assert "There are no such alerts." in ended.err
    ended = run("operator", "alert", "list", "--deployment", reference, *WHY, "--json")
    assert ended.said == {"deployment": reference, "alerts": []}


def test_a_list_says_what_each_score_means(alert: str, reference: str, run: Run) -> None:
    ended = run("operator", "alert", "list", "-d", reference, *WHY)
    assert ended.code == 0, ended.err
    assert alert in ended.out
    assert "NOM-7" in ended.out
    assert "open, 2 verdicts owed" in ended.out
    assert "how many faces of people who are not on the list score this high" in ended.err
    ended = run("operator", "alert", "list", "-d", reference, "--state", "unresolved", *WHY)
    assert ended.out == ""


def test_an_id_can_be_copied_from_a_narrow_terminal(
    alert: str, reference: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("operator", "alert", "list", "-d", reference, *WHY).out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line.split()[1] for line in lines if line.startswith("Alert ")] == [alert]


def test_an_alert_is_named_by_the_end_of_its_id(alert: str, run: Run) -> None:
    ended = run("operator", "alert", "show", alert[-8:], *WHY, "--json")
    assert ended.code == 0, ended.err
    assert ended.said["id"] == alert
    words = ("--decision", "unresolved", "--reason", "the picture is too dark")
    assert run("operator", "alert", "adjudicate", alert[-8:], *words, "--json").said["id"] == alert
    short = run("operator", "alert", "show", alert[-3:], *WHY)
    assert (short.code, "4 characters or more" in short.err) == (1, True)
    refused = run("administrator", "alert", "show", alert[-8:], *WHY)
    assert refused.code == 3
    assert alert not in refused.err


def test_a_part_of_several_ids_names_them(alert: str, run: Run, bench: CommandBench) -> None:
    reference = bench.apply(reference="2026-11/ALERT-ALIKE")
    with bench.open("operator") as operator:
        raised = operator.now()
        alike = [plant_alert(operator, reference, raised=raised).id for _ in range(2)]
    ended = run("operator", "alert", "show", alike[0].split("-")[1], *WHY)
    assert ended.code == 1
    assert "begins or ends the id of more than one alert: " in ended.err
    assert all(one in ended.err for one in alike)
    assert alert not in ended.err


def test_reading_needs_a_reason(alert: str, reference: str, run: Run) -> None:
    ended = run("operator", "alert", "list", "-d", reference)
    assert (ended.code, "Missing option '--justification'" in ended.err) == (2, True)
    for text in ("", " "):
        ended = run("operator", "alert", "show", alert, "-j", text)
        assert ended.code == 2
        assert "'--justification' / '-j': is empty; fill it in. See workbench" in ended.err


@pytest.mark.slow
@pytest.mark.parametrize("text", [".", "...", "a", "looking", ". . . . .", "a b", "12", "- - why"])
def test_a_justification_without_words_opens_no_face(
    text: str, alert: str, run: Run, bench: CommandBench
) -> None:
    ended = run("operator", "alert", "show", alert, "-j", text, "--json")
    assert (ended.code, ended.out) == (2, "")
    assert "'--justification' / '-j': says nothing that could be checked later; " in ended.err
    assert "say why, in a few words" in ended.err
    with (
        bench.open("operator") as operator,
        pytest.raises(RecordError, match="justification: says nothing that could be checked"),
    ):
        operator.alerts.get(alert, justification=text)


def test_a_verdict_without_a_reason_is_none(alert: str, run: Run, bench: CommandBench) -> None:
    words = ("alert", "adjudicate", alert, "--decision", "true-confirmed", "--reason", ".")
    ended = run("operator", *words)
    assert (ended.code, "'--reason': says nothing" in ended.err) == (2, True)
    with bench.open("operator") as operator:
        with pytest.raises(RecordError, match=f"verdict on alert {alert} cannot be used: reason: "):
            operator.alerts.adjudicate(alert, "true-confirmed", ".")
        assert operator.alerts.get(alert, justification="looking again").owed == 2


def test_an_alert_is_shown_without_a_picture(alert: str, run: Run) -> None:
    ended = run("operator", "alert", "show", alert, *WHY)
    assert ended.code == 0, ended.err
    for words in ("NOM-7", "subject-2", "wanted-by-courts", "3.50 cosine"):
        assert words in ended.out
    said = run("operator", "alert", "show", alert, *WHY, "--json").said
    assert [one["subject"] for one in said["candidates"]] == ["subject-1", "subject-2"]
    assert "probe" not in str(said)
    assert max(len(str(value)) for value in said.values()) < 3000


def test_two_people_decide_and_the_second_is_shown_nothing_before(alert: str, run: Run) -> None:
    words = ("alert", "adjudicate", alert, "--decision", "true-confirmed", "--reason")
    first = run("operator", *words, "the scar on the left")
    assert first.code == 0, first.err
    assert "open, 1 verdict owed" in first.out
    blind = run("engagement-officer", "alert", "show", alert, *WHY)
    assert "scar" not in blind.out
    assert "is shown once your own verdict is saved" in blind.err
    again = run("operator", *words, "once again")
    assert (again.code, "the next must come from another person" in again.err) == (3, True)
    second = run("engagement-officer", *words, "spoke to them", "--json")
    assert second.said["state"] == "true-confirmed"
    assert [one["reason"] for one in second.said["verdicts"]] == [
        "the scar on the left",
        "spoke to them",
    ]
    assert second.said["time_to_decision_s"] >= 0


def decided(run: Run, alert: str, state: str) -> None:
    """Have two people say the same."""
    for account in ("operator", "operator-2"):
        words = (
            "alert",
            "adjudicate",
            alert,
            "--decision",
            state,
            "--reason",
            "looked, for a test",
        )
        assert run(account, *words).code == 0


def test_engaging_is_a_decision_of_its_own(alert: str, run: Run) -> None:
    words = ("alert", "engage", alert, "--decision", "engage", "--reason", "he is there")
    early = run("engagement-officer", *words)
    assert (early.code, "before two people decided" in early.err) == (3, True)
    decided(run, alert, "true-confirmed")
    ended = run("engagement-officer", *words)
    assert (ended.code, "engage. he is there" in ended.out) == (0, True)


@pytest.mark.slow
def test_an_outcome_is_recorded_with_its_time(alert: str, run: Run) -> None:
    decided(run, alert, "true-confirmed")
    words = ("alert", "outcome", alert, "--outcome", "arrest", "--minutes", "12.5", "--stopped")
    late = run("engagement-officer", *words, "--started", "2026-11-25 10:06")
    assert (late.code, "no moment with its time zone" in late.err) == (2, True)
    ended = run(
        *("engagement-officer", *words, "--started", "2026-11-25T10:06:00+00:00"),
        *("--note", "Warrant executed.", "--json"),
    )
    assert ended.code == 0, ended.err
    (one,) = ended.said["engagements"]
    assert (one["outcome"], one["minutes"], one["stopped"]) == ("arrest", 12.5, True)
    other = run(
        *("engagement-officer", "alert", "outcome", alert, "--outcome", "no-action"),
        *("--minutes", "1", "--started", "2026-11-25T10:26:00+00:00"),
    )
    assert (other.code, "has two outcomes" in other.err) == (1, True)


def test_a_reviewer_corrects(alert: str, run: Run) -> None:
    decided(run, alert, "true-unconfirmed")
    words = ("alert", "correct", alert, "--decision", "false-confirmed", "--reason", "old photo")
    refused = run("operator", *words)
    assert (refused.code, "correct the decision" in refused.err) == (3, True)
    ended = run("reviewer", *words)
    assert ended.code == 0, ended.err
    assert "false-confirmed" in ended.out
    assert "correct as false-confirmed. old photo" in ended.out


def test_a_reason_may_come_from_a_file(alert: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "why.txt").write_text("three pages\nof reasons", "utf-8")
    words = ("alert", "adjudicate", alert, "--decision", "unresolved", "--reason")
    ended = run("operator", *words, f"@{tmp_path / 'why.txt'}", "--json")
    assert ended.said["verdicts"][0]["reason"] == "three pages\nof reasons"


def test_a_held_alert_moves_to_a_case(
    alert: str, run: Run, bench: CommandBench, references: Iterator[str]
) -> None:
    decided(run, alert, "true-confirmed")
    number = next(references).replace("ALERT", "CASE")
    move = ("alert", "move", alert, "--case", number, "-j", "evidence of the robbery")
    now = datetime.now(UTC)
    case: dict[str, Any] = {
        "number": number,
        "offence": "Robbery in High Street",
        "authority": "PACE 1984.",
        "purpose": "To find where the suspect went.",
        "necessity": "Nobody saw where they went.",
        "expiry": (now + timedelta(days=20)).isoformat(),
    }
    with bench.open("analyst") as analyst:
        analyst.cases.open(case)
    with bench.open("authorising-officer") as officer:
        officer.cases.authorise(number, "one offence, one suspect")
    refused = run("reviewer", *move)
    assert (refused.code, "under no legal hold" in refused.err) == (3, True)
    with bench.open("authorising-officer") as officer:
        officer.holds.place(
            ground=next(iter(HoldGround)),
            reason="Proceedings are under way.",
            review_by=now + timedelta(days=60),
            alerts=[alert],
        )
    ended = run("reviewer", "alert", "move", alert[-8:], *move[3:])
    assert ended.code == 0, ended.err
    assert ended.err.startswith(f"{alert} is of case {number} now. ")
    assert "The key that sealed it before is destroyed." in ended.err
    assert "Deletion certificate" in ended.err
    assert number in run("reviewer", "alert", "show", alert, *WHY).out


@pytest.mark.parametrize(
    "words",
    [
        ("list", "-d", "2026-11/NONE", *WHY),
        ("show", "alert-0", *WHY),
        ("adjudicate", "alert-0", "--decision", "unresolved", "--reason", "?, for a test"),
        ("engage", "alert-0", "--decision", "engage", "--reason", "?, for a test"),
        ("correct", "alert-0", "--decision", "unresolved", "--reason", "?, for a test"),
        ("move", "alert-0", "--case", "C", *WHY),
    ],
    ids=lambda words: words[0],
)
def test_what_is_not_there(words: tuple[str, ...], run: Run) -> None:
    ended = run("reviewer", "alert", *words)
    expected = 3 if words[0] == "engage" else 1
    assert ended.code == expected, ended.err
    assert ended.err.startswith("error: ")


@pytest.mark.parametrize("decision", ["open", "match", "97 %"])
def test_what_is_no_decision(decision: str, run: Run) -> None:
    ended = run(
        "operator",
        "alert",
        "adjudicate",
        "alert-0",
        "--decision",
        decision,
        "--reason",
        "?, for a test",
    )
    assert (ended.code, "Invalid value for '--decision'" in ended.err) == (2, True)
