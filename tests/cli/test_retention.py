"""`workbench retention`, `rules`, `export` and `keys` on a real bench."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from command_runs import Run, runner
from kept_values import plant_said

from workbench.governance.certificates import DeletionCertificate


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    return make_command_bench(tmp_path_factory.mktemp("retention"))


@pytest.fixture(scope="module")
def reference(bench: CommandBench) -> str:
    return bench.apply()


@pytest.fixture
def overdue(bench: CommandBench, reference: str) -> str:
    """Return the id of an alert that is past its limit."""
    with bench.open("operator") as workbench:
        return plant_said(workbench, reference, raised=workbench.now() - timedelta(days=40)).id


OFFICER = "data-protection-officer"


@pytest.mark.slow
def test_an_empty_bench_has_nothing_to_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runner(make_command_bench(tmp_path), capsys, monkeypatch)
    assert run(OFFICER, "retention", "plan").err == "Nothing is kept that has a limit.\n"
    assert run(OFFICER, "retention", "plan", "--json").said["rows"] == []
    assert run(OFFICER, "retention", "run").err == "Nothing was due.\n"
    assert run(OFFICER, "retention", "certificate").err == "No certificate was issued.\n"
    assert run(OFFICER, "retention", "sweep").code == 0
    assert run(OFFICER, "export", "list").err == "Nothing was recorded as given to anybody.\n"
    assert run(OFFICER, "hold", "list").err == "There is no legal hold.\n"


@pytest.mark.slow
def test_plan_names_what_is_kept(bench: CommandBench, reference: str, run: Run) -> None:
    with bench.open("operator") as workbench:
        alert = plant_said(workbench, reference)
    shown = run(OFFICER, "retention", "plan")
    assert shown.code == 0, shown.err
    assert alert.id in shown.out
    assert reference in shown.out
    rows = run("administrator", "retention", "plan", "--json").said["rows"]
    assert {row["id"]: row["state"] for row in rows}[alert.id] == "upcoming"


def test_run_destroys_and_gives_the_certificate(run: Run, overdue: str) -> None:
    ended = run("administrator", "retention", "run", "--json")
    assert ended.code == 0, ended.err
    (certificate,) = ended.said["certificates"]
    assert certificate["objects"] == [overdue]
    assert certificate["result"] == "complete"
    assert ended.said["failures"] == []


def test_run_says_what_the_opening_did(run: Run, overdue: str) -> None:
    ended = run(OFFICER, "retention", "run")
    assert ended.err.startswith("certificate-")
    assert "alerts 1, engagements 0, keys 1, sealed objects 1, verdicts 1" in ended.err
    assert "complete, 9 days" in ended.err
    assert overdue not in ended.err


@pytest.mark.parametrize("words", [("plan",), ("run",), ("sweep",)])
def test_others_may_not(run: Run, words: tuple[str, ...]) -> None:
    ended = run("analyst", "retention", *words)
    assert ended.code == 3
    assert ended.err.startswith("error: analyst is an analyst and may not ")


@pytest.mark.slow
def test_certificates_are_listed_shown_and_written(
    run: Run, overdue: str, reference: str, tmp_path: Path
) -> None:
    name = next(
        one["id"]
        for one in run(OFFICER, "retention", "run", "--json").said["certificates"]
        if one["objects"] == [overdue]
    )
    listed = run("analyst", "retention", "certificate", reference, "--json").said["certificates"]
    assert name in {one["id"] for one in listed}
    assert {one["reference"] for one in listed} == {reference}
    table = run("analyst", "retention", "certificate").out
    assert reference in table
    assert "deployment-" not in table
    by_end = run("analyst", "retention", "certificate", name[-8:], "--json").said
    assert by_end["certificate"]["id"] == name
    shown = run("analyst", "retention", "certificate", name)
    for said in (name, overdue, reference, "9 days", ".jsonl"):
        assert said in shown.out
    found = run("analyst", "retention", "certificate", name, "--json").said
    certificate = DeletionCertificate.read(found["certificate"], what="it")
    assert certificate.digest() == found["digest"]
    page = tmp_path / "certificate.html"
    words = ("retention", "certificate", name, "--html", page, "--recipient", "the commissioner")
    assert run("analyst", *words).code == 0
    assert certificate.digest() in page.read_text("utf-8")
    again = run("analyst", *words)
    assert again.code == 3
    assert "exists and was left as it is" in again.err
    exports = run(OFFICER, "export", "list", reference, "--json").said["exports"]
    assert [one["recipient"] for one in exports] == ["the commissioner"]
    table = run(OFFICER, "export", "list").out
    assert "the commissioner" in table
    assert reference in table
    assert "deployment-" not in table


def test_a_page_needs_the_id_of_one_certificate(run: Run, reference: str, tmp_path: Path) -> None:
    ended = run(OFFICER, "retention", "certificate", reference, "--html", tmp_path / "x.html")
    assert (ended.code, "Name it by its id" in ended.err) == (2, True)
    nowhere = run(OFFICER, "retention", "certificate", "nowhere")
    assert (nowhere.code, "no deployment and no case nowhere" in nowhere.err) == (1, True)
    nowhere = run(OFFICER, "retention", "certificate", "ffffffff")
    assert (nowhere.code, "no deployment and no case ffffffff" in nowhere.err) == (1, True)
    unknown = run(OFFICER, "retention", "certificate", "certificate-0")
    assert (unknown.code, "no certificate certificate-0" in unknown.err) == (1, True)


def test_sweep_reports_what_lies_around(run: Run, tmp_path: Path) -> None:
    (tmp_path / "face.jpg").write_bytes(b"\xff\xd8\xff\xe0 a picture")
    ended = run(OFFICER, "retention", "sweep", "--project", tmp_path)
    assert ended.code == 1
    assert "face.jpg" in ended.out
    found = run(OFFICER, "retention", "sweep", "--project", tmp_path, "--json").said
    assert [Path(one["where"]).name for one in found["leftovers"]] == ["face.jpg"]
    wrong = run(OFFICER, "retention", "sweep", "--project", tmp_path / "face.jpg")
    assert (wrong.code, "is no folder" in wrong.err) == (2, True)


def test_rules_are_proposed_by_one_and_confirmed_by_another(run: Run, tmp_path: Path) -> None:
    assert "31 days" in run(OFFICER, "rules", "show").out
    words = ("rules", "propose", "--retention", "strictest", "--reason", "our policy")
    change = run("administrator", *words, "--json").said
    assert change["fields"] == ["retention"]
    assert f"to be confirmed or declined: {change['id']}" in run(OFFICER, "rules", "show").err
    refused = run("administrator", "rules", "confirm", change["id"])
    assert (refused.code, "may not confirm or decline" in refused.err) == (3, True)
    confirmed = run(OFFICER, "rules", "decline", change["id"], "--reason", "not yet", "--json").said
    assert confirmed["rules"]["retention"]["name"] == "met"
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"needs_equity": True}), "utf-8")
    change = run("administrator", "rules", "propose", file, "--reason", "so decided", "--json").said
    assert run(OFFICER, "rules", "confirm", change["id"]).err == f"{change['id']} is in force.\n"
    assert run(OFFICER, "rules", "show", "--json").said["rules"]["needs_equity"] is True


def test_one_limit_is_changed_and_the_others_stay(run: Run) -> None:
    shown = run(OFFICER, "rules", "show").out
    assert "the product's own choice, following what others" in shown
    words = ("rules", "propose", "--policy", "Force policy, 4.2", "--reason", "as agreed")
    refused = run("administrator", *words, "--keep", "alert=P60D")
    assert (refused.code, "shorten it, or state the basis" in refused.err) == (1, True)
    change = run("administrator", *words, "--keep", "alert=P7D", "--keep", "cctv=PT0S", "--json")
    rules = run(OFFICER, "rules", "confirm", change.said["id"], "--json").said["rules"]
    kept = {one["retention"]: one["keep"] for one in rules["retention"]["limits"]}
    assert (kept["alert"], kept["cctv"], kept["watchlist"]) == ("P7D", "PT0S", "P1D")
    laxer = (*words, "--keep", "alert=P60D", "--basis", "Order of the court, 3 May", "--json")
    assert run("administrator", *laxer).said["fields"] == ["retention"]


def test_a_proposal_needs_a_file_or_a_profile(run: Run, tmp_path: Path) -> None:
    ended = run("administrator", "rules", "propose", "--reason", "x, for a test")
    assert (ended.code, "name a FILE" in ended.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--keep", "alert=P7D"), "--keep goes with --policy"),
        (("--retention", "swp", "--basis", "Order 3"), "--keep goes with --policy"),
        (("--retention", "swp", "--keep", "alert=P7D"), "name a FILE"),
        (("--keep", "alert", "--policy", "Policy 7"), "say each class once, with its length"),
        (("--keep", "alert=P7D", "--keep", "alert=P8D", "--policy", "Policy 7"), "each class once"),
    ],
)
def test_a_limit_comes_with_its_class_its_length_and_its_document(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    ended = run("administrator", "rules", "propose", *words, "--reason", "Policy 7 says so.")
    assert (ended.code, said in ended.err) == (2, True)


def test_keys_are_rotated(bench: CommandBench, run: Run) -> None:
    before = run("administrator", "keys", "status", "--json").said
    ended = run("administrator", "keys", "rotate")
    assert ended.code == 0, ended.err
    assert ended.err.startswith("Rotated: ")
    after = run("administrator", "keys", "status", "--json").said
    assert before["current"] != after["current"]
    assert set(after["wrapped_by"]) <= {after["current"]}
    assert after["current"] in run("administrator", "keys", "status").out
    assert run("operator", "keys", "rotate").code == 3


@pytest.mark.slow
def test_a_timer_is_told_of_a_bench_that_was_put_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_command_bench(tmp_path)
    run = runner(made, capsys, monkeypatch)
    shutil.copytree(made.folder, tmp_path / "copy")
    for _ in range(3):
        run(OFFICER, "retention", "plan")
    said = "records were put back to an earlier state"
    assert said not in run(None, "retention", "run", "--unattended").err
    assert said not in run(None, "logout").err
    shutil.rmtree(made.folder)
    shutil.copytree(tmp_path / "copy", made.folder)
    assert said in run(None, "retention", "run", "--unattended").err
    assert said in run(None, "logout").err


def test_a_timer_runs_it_with_nobody_logged_in(bench: CommandBench, overdue: str, run: Run) -> None:
    done = run(None, "retention", "run", "--unattended", "--json")
    assert done.code == 0
    assert done.said["destroyed"] == 1
    assert done.said["failures"] == 0
    assert overdue not in done.out, "nobody's role is known"
    again = run(None, "retention", "run", "--unattended")
    assert again.err == "Destroyed: 0 records, 0 certificates issued. Not destroyed yet: 0.\n"
    refused = run(None, "retention", "run", "--unattended", "--project", ".")
    assert refused.code == 2
    assert "searches no folder" in refused.err


def test_a_name_of_nothing_is_no_certificate_either(run: Run) -> None:
    ended = run("analyst", "retention", "certificate", "zzzz")
    assert ended.code == 1
    assert "there is no deployment and no case zzzz, nor a certificate or an" in ended.err
    assert "List all with workbench retention certificate, without a name." in ended.err
