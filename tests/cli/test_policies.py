"""`workbench policy` as people type it: thresholds listed, read, issued and approved."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bench_values import SFACE
from command_bench import CommandBench, make_command_bench
from command_runs import Run
from measured_values import measured
from policy_values import DIGEST, WHY_OPENED, policy_document

from workbench.cli.policy_telling import monitored_pairs
from workbench.evaluation import write_measurement
from workbench.evaluation.locked import locked_test
from workbench.evaluation.protocols import read_protocol
from workbench.governance.field_deployments import FieldDeployment
from workbench.governance.field_monitor import monitor

SCIENTIST = "data-scientist"
OFFICER = "authorising-officer"
CHOSEN = ("--target-fpir", "0.003", "--planned-list", "500", "--tuning")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that the tests of this module share."""
    return make_command_bench(tmp_path_factory.mktemp("policies"))


@pytest.fixture(scope="module")
def tuning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a measurement of tuning people."""
    folder = tmp_path_factory.mktemp("measured") / "tuning"
    write_measurement(measured("tuning"), folder)
    return folder


def policy_file(run: Run, path: Path, name: str, **changes: Any) -> Path:
    """Write a policy as `show --json` gives one, under another id, with its evidence."""
    values = run(SCIENTIST, "policy", "show", SFACE, "--json").said
    path.write_text(json.dumps(policy_document(run, values, name, **changes)), "utf-8")
    return path


def test_those_that_ship_are_listed(run: Run) -> None:
    found = run("analyst", "policy", "list", "--json").said["policies"]
    assert {"default-facenet/1", "default-fused/1", SFACE} <= {one["policy"] for one in found}
    shown = run("analyst", "policy", "list")
    assert shown.code == 0, shown.err
    for one in found:
        assert one["policy"] in shown.out
        assert f"{one['threshold']:g}" in shown.out
        assert one["unit"] in shown.out


def test_ids_are_whole_in_a_narrow_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("analyst", "policy", "list").out.splitlines()
    assert max(map(len, lines)) <= 80
    for name in ("default-facenet/1", "default-fused/1", SFACE):
        assert any(name in line for line in lines)


def test_one_is_read_for_people_and_as_issue_takes_it(run: Run) -> None:
    shown = run("operator", "policy", "show", SFACE)
    assert shown.code == 0, shown.err
    for words in (SFACE, "cosine", "sface", "equity", "measured_on"):
        assert words in shown.out
    said = run("operator", "policy", "show", SFACE, "--json").said
    assert said["id"] == SFACE
    assert said["table"]["list_size"] == 1


def test_one_issues_and_another_approves(run: Run, tmp_path: Path) -> None:
    file = policy_file(run, tmp_path / "street.json", "street/1")
    issued = run(SCIENTIST, "policy", "issue", file)
    assert issued.code == 0, issued.err
    assert issued.err.startswith("street/1: ")
    assert "approved by nobody" in issued.err
    seen(issued.out, ran_by="approval approved by nobody")
    own = run(SCIENTIST, "policy", "approve", "street/1")
    assert (own.code, "may not approve a threshold policy" in own.err) == (3, True)
    ended = run(OFFICER, "policy", "approve", "street/1", "--json")
    assert ended.code == 0, ended.err
    assert (ended.said["origin"], ended.said["owner"]) == ("issued", SCIENTIST)
    assert ended.said["approval"].startswith(f"approved by {OFFICER} on ")
    assert ended.said["evidence"]["people on the list"].startswith("FNIR 1 in 20 (5 of 100 mated")
    assert f"approved by {OFFICER} on" in run("analyst", "policy", "list").out
    again = run(SCIENTIST, "policy", "issue", file)
    assert (again.code != 0, "street/1" in again.err) == (True, True)


def seen(shown: str, *, ran_by: str) -> None:
    """Whoever issues or approves a policy sees what they answer for."""
    told = " ".join(shown.split())
    for words in (
        "matcher sface fp32",
        "threshold 0.4788 cosine: a false match rate of 1 in 100,000 comparisons of tuning people",
        "list of 1 1 in 98,000 faces of people who are not on the list score this high (95 % inter",
        "list of 20,000 ",
        "extrapolated to 20,000 references",
        "measured in made up, test (Labeled Faces in the Wild, deep-funneled, development people, ",
        "searched 1 references; 90 people on the list, 1,128 not; 1 draw",
        "people not on the list FPIR 1 in 98,000 (18 of 1,755,277 non-mated searches; 95 % inter",
        "people on the list FNIR 1 in 20 (5 of 100 mated searches; 95 % interval 2 in 10 to 1 in",
        f"locked test protocol {DIGEST[:12]}, opened by {SCIENTIST} at 20",
        "measured on 1,755,277 non-mated comparisons of 1,128 people",
        ran_by,
    ):
        assert words in told, told


def test_who_approves_sees_the_rates(run: Run, tmp_path: Path) -> None:
    file = policy_file(run, tmp_path / "street.json", "street/20")
    run(SCIENTIST, "policy", "issue", file)
    approved = run(OFFICER, "policy", "approve", "street/20")
    assert approved.code == 0, approved.err
    seen(approved.out, ran_by=f"approval approved by {OFFICER} on 20")
    shipped = " ".join(run(OFFICER, "policy", "approve", SFACE).out.split())
    assert "evidence none from a locked test: it rests on comparisons of photographs" in shipped
    assert "list of 1 1 in 98,000 faces of people who are not on the list" in shipped


def test_an_opening_before_is_told_of_what_was_issued(run: Run, tmp_path: Path) -> None:
    run(SCIENTIST, "policy", "issue", policy_file(run, tmp_path / "a.json", "first/1"))
    second = policy_file(run, tmp_path / "b.json", "second/1")
    issued = " ".join(run(SCIENTIST, "policy", "issue", second).out.split())
    shown = " ".join(run(OFFICER, "policy", "show", "second/1").out.split())
    kept = run(OFFICER, "policy", "show", "second/1", "--json").said["evidence"]["opened_before"]
    for told in (issued, shown):
        assert "for policy first/1 with matcher sface fp32, threshold 0.4788, by data-sc" in told
    assert "first/1" in [one["policy_id"] for one in kept]


def test_the_sum_that_calls_for_a_review_is_told_in_words() -> None:
    one = FieldDeployment("D-1", datetime(2026, 11, 25, tzinfo=UTC), 10_000, 8, 0, 0.0002)
    told = dict(monitored_pairs(monitor([one], policy="street/1", cap=0.01), "not measured"))
    assert str(told["CUSUM"]).startswith(
        "5.11, and a review at 5, which it first reached at deploym"
    )
    assert "false alerts beyond 1.44 times" in str(told["CUSUM"])
    assert told["expected as measured"] == "2.0 false alerts in so many faces"


def test_markup_in_a_policy_is_shown_as_it_was_written(run: Run, tmp_path: Path) -> None:
    markup = "[red]our street[/red] of May"
    file = policy_file(run, tmp_path / "m.json", "street/2", measured_on=markup)
    assert run(SCIENTIST, "policy", "issue", file, "--json").said["measured_on"].startswith(markup)
    assert markup in run("analyst", "policy", "show", "street/2").out


def test_a_locked_test_opens_once_and_is_listed(run: Run, tuning: Path) -> None:
    words = (*CHOSEN, tuning, "--digest", DIGEST, "--data-set", "made up")
    words = (*words, "--justification", WHY_OPENED)
    opened = run(SCIENTIST, "policy", "open-test", "street/9", *words)
    assert (opened.code, opened.out) == (0, "")
    assert opened.err.startswith(f"street/9: locked test {DIGEST[:12]} (made up) opened by data-s")
    fixed = "street/9: fixed by it: threshold 0.43"
    assert fixed in opened.err
    assert "(sface fp32), chosen on sface fp32, tuning: 12 of 4,000 non-mated" in opened.err
    assert "beware" not in opened.err
    both = run(SCIENTIST, "policy", "open-test", "street/8", *words, "--threshold", "0.9")
    assert (both.code, "Give one of the two" in both.err) == (2, True)
    given = ("--threshold", "0.9", *words[2:])
    few = run(SCIENTIST, "policy", "open-test", "street/12", *given)
    assert (few.code, "no test is opened for threshold 0.9: the thresh" in few.err) == (3, True)
    few = run(SCIENTIST, "policy", "open-test", "street/12", *given, "--bound-in-words")
    assert few.code == 0, few.err
    assert "street/12: beware: the threshold was chosen on 0 false alarms of 4,000" in few.err
    again = run(SCIENTIST, "policy", "open-test", "street/9", *words)
    assert (again.code, "no test is opened for that policy again" in again.err) == (3, True)
    listed = run(OFFICER, "policy", "openings", "--json").said["openings"]
    (one,) = (one for one in listed if one["policy_id"] == "street/9")
    assert (one["opened_by"], one["justification"]) == (SCIENTIST, WHY_OPENED)
    shown = run(OFFICER, "policy", "openings").out
    assert "street/9" in shown
    assert f"opened by {SCIENTIST} at " in shown
    assert one["chosen"]["tuning"]["errors"] == 12
    assert "fixed" in shown
    assert f"threshold {one['chosen']['threshold']:g} cosine" in shown
    assert run("operator", "policy", "open-test", "street/8", *words).code == 3


def test_the_test_rows_of_a_protocol_are_opened(run: Run, tuning: Path, tmp_path: Path) -> None:
    rows = ["path,identity,role,split"]
    for split in ("tuning", "test"):
        for name in ("reference", "probe"):
            (tmp_path / f"{split}-{name}.jpg").write_bytes(b"of nobody")
            rows.append(f"{split}-{name}.jpg,{split} person,{name},{split}")
    protocol = tmp_path / "protocol.csv"
    protocol.write_text("\n".join(rows) + "\n", "utf-8")
    words = (*CHOSEN, tuning, "--data-set", "made up", "--justification", WHY_OPENED)
    named = ("--protocol", protocol, "--root", tmp_path)
    opened = run(SCIENTIST, "policy", "open-test", "street/10", *named, *words, "--json")
    assert opened.code == 0, opened.err
    assert opened.said["digest"] == locked_test(read_protocol(protocol, tmp_path)).digest
    for wrong in ((), named[:2], (*named, "--digest", DIGEST)):
        ended = run(SCIENTIST, "policy", "open-test", "street/11", *wrong, *words)
        assert (ended.code, "Give one of them" in ended.err) == (2, True), ended.err


def test_its_evidence_and_its_equity_are_said(run: Run, tmp_path: Path) -> None:
    file = policy_file(run, tmp_path / "street.json", "street/7")
    assert run(SCIENTIST, "policy", "issue", file).err.endswith("equity not measured.\n")
    shown = " ".join(run(OFFICER, "policy", "show", "street/7").out.split())
    for words in (
        "equity not measured",
        "people on the list FNIR 1 in 20 (5 of 100 mated searches; 95 % interval",
        "threshold for 1 references, FPIR given, with 101 errors on tuning people",
        "chosen on sface fp32, tuning: 101 of 4,000 non-mated searches of 2,000 people",
        f"locked test protocol {DIGEST[:12]}, opened by {SCIENTIST} at",
    ):
        assert words in shown, shown
    listed = run(OFFICER, "policy", "list", "--json").said["policies"]
    assert {one["equity"] for one in listed} == {"equity not measured"}
    assert run(OFFICER, "policy", "list").out.count("equity not measured") == len(listed)
    shipped = " ".join(run(OFFICER, "policy", "show", SFACE).out.split())
    assert "evidence none from a locked test: it rests on comparisons of photographs" in shipped


def test_how_it_does_in_the_field_is_shown(run: Run) -> None:
    shown = " ".join(run("operator", "policy", "monitor", SFACE).out.split())
    assert f"policy {SFACE} (equity not measured)" in shown
    assert "state nothing can be said yet" in shown
    assert "because 0 deployments and 0 faces were counted." in shown
    assert "in order" not in shown
    said = run(SCIENTIST, "policy", "monitor", SFACE, "--json").said
    assert (said["state"], said["cap"], said["deployments"]) == ("nothing-counted", 0.001, 0)
    assert (said["equity"], said["cusum_limit"]) == ("equity not measured", 5.0)
    refused = run("investigator", "policy", "monitor", SFACE)
    assert (refused.code, "in the field, in counts" in refused.err) == (3, True)


def test_its_former_name_still_works(run: Run) -> None:
    assert run("analyst", "policies", "list", "--json").out == (
        run("analyst", "policy", "list", "--json").out
    )


@pytest.mark.parametrize(
    ("account", "words", "code", "said"),
    [
        ("administrator", ("list",), 3, "may not read threshold policies"),
        (None, ("list",), 3, "nobody is logged in"),
        ("analyst", ("show", "none/1"), 1, "there is no policy none/1"),
        ("manager", ("show", SFACE), 3, "may not read threshold policies"),
        (OFFICER, ("approve", "none/1"), 1, "there is no policy none/1"),
        ("analyst", ("approve", SFACE), 3, "may not approve a threshold policy"),
        (SCIENTIST, ("issue", "none.json"), 1, "none.json cannot be read"),
        (SCIENTIST, ("issue", str(Path(__file__))), 1, "ends in .json (JSON) or .toml (TOML)"),
        (SCIENTIST, ("issue",), 2, "Missing argument 'FILE'"),
    ],
)
def test_what_is_refused(
    run: Run, account: str | None, words: tuple[str, ...], code: int, said: str
) -> None:
    ended = run(account, "policy", *words)
    assert (ended.code, ended.out, said in ended.err) == (code, "", True), ended.err


def test_a_policy_that_cannot_be_used_is_not_issued(run: Run, tmp_path: Path) -> None:
    file = policy_file(run, tmp_path / "street.json", "street/3", threshold="high")
    ended = run(SCIENTIST, "policy", "issue", file)
    assert (ended.code, "threshold" in ended.err) == (1, True), ended.err
    values = json.loads(file.read_text("utf-8"))
    values["threshold"] = values["evidence"]["threshold"]
    file.write_text(json.dumps(values), "utf-8")
    refused = run("analyst", "policy", "issue", file)
    assert (refused.code, "may not issue a threshold policy" in refused.err) == (3, True)
    names = {one["policy"] for one in run("analyst", "policy", "list", "--json").said["policies"]}
    assert "street/3" not in names


def test_one_is_drafted_from_two_measurements_and_issued(
    run: Run, tuning: Path, tmp_path: Path
) -> None:
    words = (*CHOSEN, tuning, "--digest", "a" * 64, "--data-set", "made up")
    words = (*words, "--justification", WHY_OPENED)
    name = "drafted/1"
    opened = run(SCIENTIST, "policy", "open-test", name, *words, "--json").said
    test = measured(
        "test",
        opened=opened["opened_at"],
        opened_by=opened["opened_by"],
        opened_for=name,
        created=opened["opened_at"],
    )
    write_measurement(test, tmp_path / "test")
    folders = ("--tuning", tuning, "--test", tmp_path / "test")
    asked = ("--target-fpir", "0.003", "--largest-list", "2000", "--planned-list", "500")
    drafted = run(None, "policy", "draft", name, *folders, *asked)
    assert (drafted.code, drafted.err) == (0, "")
    assert drafted.said["evidence"]["tuning"]["errors"] == 12
    file = tmp_path / "policy.json"
    file.write_text(drafted.out, "utf-8")
    issued = run(SCIENTIST, "policy", "issue", file)
    assert issued.code == 0, issued.err
    shown = " ".join(run(OFFICER, "policy", "show", name).out.split())
    assert f"locked test protocol {'a' * 12}, opened by {SCIENTIST}" in shown
    both = run(None, "policy", "draft", name, *folders, *asked, "--threshold", "0.4")
    assert (both.code, "Give one of the two" in both.err) == (2, True)
    few = (*folders, "--target-fpir", "0.0001", "--largest-list", "500")
    refused = run(None, "policy", "draft", name, *few)
    assert (refused.code, "fewer than three" in refused.err) == (3, True)
    bound = run(None, "policy", "draft", name, *few, "--bound-in-words")
    assert "(rule of three)" in bound.said["measured_on"]
    missing = run(None, "policy", "draft", name, "--tuning", tmp_path, *folders[2:], *asked)
    assert (missing.code, "measurement.json: cannot be read" in missing.err) == (1, True)
