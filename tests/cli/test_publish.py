"""`workbench publish` on a real bench: who may, what is logged, and what is written."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bench_steps import REFERENCE, WORDS, log_of, went_live
from command_bench import CommandBench, make_command_bench
from command_runs import Run, runner
from managers_values import text_of
from outcome_values import searched
from publication_pages import PublishedPage

from widgets.deployment_record import glance
from widgets.outcomes_figures import headline_parts
from workbench.bench.publications import Publications
from workbench.cli import outputs
from workbench.outcomes import findings_of
from workbench.outcomes.files import read_records
from workbench.records.audit.verbs import Verb
from workbench.records.exports import Export
from workbench.records.moments import utc_now
from workbench.reports import publication_building

STEM = "2026-11-HIGH-ST-1-6afd0d59"
WHY = ("--no-pdf", "-j", "published after each deployment")
SUMMED = ("false_of_faces_worst", "false_of_alerts_worst")
ASK = ("--contact", "101", "--complaints", "complaints@police.example")


def authorised(folder: Path) -> CommandBench:
    made = make_command_bench(folder)
    starts = utc_now().replace(microsecond=0) - timedelta(hours=1)
    made.apply(starts=starts.isoformat(), ends=(starts + timedelta(hours=6)).isoformat())
    with made.open("authorising-officer") as officer:
        officer.policies.approve("default-sface/1")
        officer.deployments.authorise(REFERENCE, **WORDS)
    return made


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Give a bench with one deployment, closed, whose outcome was counted by hand."""
    made = authorised(tmp_path_factory.mktemp("publish"))
    with made.open("operator") as operator:
        went_live(operator, REFERENCE)
    with made.open("analyst") as analyst:
        searched(analyst, REFERENCE)
        analyst.deployments.close(REFERENCE)
    return made


def page(folder: Path, name: str) -> PublishedPage:
    return PublishedPage((folder / name / f"{name}.html").read_text("utf-8"))


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir() if not one.name.startswith(".")}


def test_a_manager_publishes_the_record_and_that_is_a_disclosure(
    run: Run, bench: CommandBench, tmp_path: Path
) -> None:
    ended = run("manager", "publish", "record", REFERENCE, "-o", tmp_path, *WHY, "--json")
    assert ended.code == 0, ended.err
    name = f"record-{STEM}"
    assert names(tmp_path / name) == {
        f"{name}.csv", f"{name}.json", f"{name}.html", "SHA256SUMS",
    }  # fmt: skip
    content = (tmp_path / name / f"{name}.csv").read_text("utf-8")
    (row,) = list(csv.reader(content.splitlines()))[1:]
    assert row[0] == "North End, outside the Whitgift Centre, Croydon"
    assert row[6:] == ["6", "1", "1", "1", "1", "0.250%", "2", "1", "0", "800"]
    assert row[3] == "Crime Hotspots"
    seen = page(tmp_path, name)
    assert seen.figure("false_of_faces_best")[1:4] == ["2", "800 faces seen", "0.250 %"]
    assert seen.figure("false_of_faces_worst")[1:3] == ["5", "800 faces seen"]
    with bench.open("data-protection-officer") as officer:
        entry = [one for one in log_of(officer) if one.verb is Verb.DISCLOSE][-1]
        (export,) = [one for one in officer.exports.list() if one.id == ended.said["export"]]
    assert (entry.actor, entry.recipient) == ("manager", "the public")
    assert entry.justification == "published after each deployment"
    digest = hashlib.sha256((tmp_path / name / "SHA256SUMS").read_bytes()).hexdigest()
    assert export.sha256 == entry.details["sha256"] == digest
    assert export.what == f"the published record of {REFERENCE}"


def test_a_reviewer_publishes_all_that_is_on_record(run: Run, tmp_path: Path) -> None:
    assert run("reviewer", "publish", "record", "-o", tmp_path, *WHY).code == 0
    plain = json.loads((tmp_path / "record-all" / "record-all.json").read_text("utf-8"))
    columns = plain["records"][0]["columns"]
    assert columns["use_case_or_purpose"] == "Crime Hotspots"
    assert plain["audit"]["head_seq"] > 0
    assert plain["category"] is None


def test_the_pack_answers_for_a_bench_and_names_nobody(run: Run, tmp_path: Path) -> None:
    for account in ("reviewer", "manager"):
        into = tmp_path / account
        assert run(account, "publish", "foi", "-o", into, *WHY).code == 0
        seen = page(into, "foi-all")
        assert "By written authority: 1 deployment, 0 of them in urgency." in seen.text
        assert seen.figure("cost")[1] == "unknown"
        assert ["Alerts, with their pictures", "deleted within 31 days of being raised"] in (
            seen.table("kept").rows
        )
        assert ["further categories", "suppressed (fewer than 5)"] in (
            seen.table("categories").rows
        )
        for nobody in ("authorising-officer", "subject", "staff-1", "engagement-officer"):
            assert nobody not in seen.text


def test_the_annual_report_of_a_bench(run: Run, tmp_path: Path) -> None:
    year = str(utc_now().year)
    assert run("manager", "publish", "annual", year, "-o", tmp_path, *WHY).code == 0
    seen = page(tmp_path, f"annual-{year}")
    assert seen.figure("deployments")[1:] == ["1", "1 deployment on record"]
    assert seen.figure("false_of_alerts")[1:3] == ["2", "6 alerts"]
    assert "SHA-256" in seen.text


def test_the_review_form_counts_all_that_is_unresolved(run: Run, tmp_path: Path) -> None:
    ended = run("reviewer", "publish", "review", REFERENCE, "-o", tmp_path, *WHY)
    assert ended.code == 0, ended.err
    seen = page(tmp_path, f"review-{STEM}")
    for name, count in (
        ("open", "1"), ("unresolved", "1"), ("destroyed_undecided", "0"),
        ("true_unconfirmed", "1"), ("false_unconfirmed", "1"),
    ):  # fmt: skip
        assert seen.figure(name)[1:] == [count, "6 alerts"], name
    assert seen.figure("alerts_worst")[1:3] == ["5", "6 alerts"]
    assert "unknown; 0.00 pounds known, 1 line unknown" in seen.text
    assert "Signature" in seen.text
    unknown = run("reviewer", "publish", "review", "nothing", "-o", tmp_path, *WHY)
    assert unknown.code == 1
    assert "there is no deployment 'nothing' that ended and was searched" in unknown.err


def test_at_worst_is_one_thing_everywhere(run: Run, tmp_path: Path) -> None:
    """Two false, one open, one unresolved, and a true one that was never confirmed: five of six."""
    of_faces, of_alerts = "5 of 800 faces", "5 of 6 alerts"
    for words in (("manager", "outcomes"), ("reviewer", "deployment", "record", REFERENCE)):
        shown = " ".join(run(*words).out.split())
        assert shown.count(f"at worst {of_faces} (0.625 %, 95 % interval 0.203 % to 1.45 %)") == 1
        assert shown.count(f"at worst {of_alerts} (83.3 %, 95 % interval 35.9 % to 99.6 %)") == 1
    grid = tmp_path / "ours.parquet"
    assert run("manager", "outcomes", "export", "-o", grid).code == 0
    shown = " ".join(run(None, "outcomes", "summary", grid).out.split())
    assert "at worst 5 of 800: 0.625 % (95 % interval 0.203 % to 1.45 %)" in shown
    assert "at worst 5 of 6: 83.3 % (95 % interval 35.9 % to 99.6 %)" in shown
    year = str(utc_now().year)
    for account, words, name, figures in (
        ("manager", ("annual", year), f"annual-{year}", SUMMED),
        ("manager", ("foi",), "foi-all", SUMMED),
        ("reviewer", ("review", REFERENCE), f"review-{STEM}", ("faces_worst", "alerts_worst")),
        ("manager", ("record", REFERENCE), f"record-{STEM}", SUMMED),
    ):
        assert run(account, "publish", *words, "-o", tmp_path, *WHY).code == 0, words
        faces, alerts = (page(tmp_path, name).figure(one) for one in figures)
        assert faces[1:] == ["5", "800 faces seen", "0.625 %", "0.203 % to 1.45 %"], name
        assert alerts[1:] == ["5", "6 alerts", "83.3 %", "35.9 % to 99.6 %"], name
    name = f"record-{STEM}"
    (record,) = json.loads((tmp_path / name / f"{name}.json").read_text("utf-8"))["records"]
    for rates, n in (("false_alerts_of_faces_seen", 800), ("false_alerts_of_alerts", 6)):
        assert (record[rates]["worst"]["count"], record[rates]["worst"]["n"]) == (5, n)
        assert record[rates]["unsaid"] == ""
        for plain in (
            run("manager", "outcomes", "--json").said["totals"],
            run("reviewer", "deployment", "record", REFERENCE, "--json").said,
        ):
            assert (plain[rates]["severest"]["count"], plain[rates]["severest"]["n"]) == (5, n)
    records = read_records(grid)
    overview = text_of(headline_parts(records, findings_of(records)))
    assert f"{of_faces} seen: 1 in 160" in overview
    assert f"{of_alerts}: 8 in 10" in overview
    one_page = text_of(glance(records.row(0, named=True), published=False))
    assert f"at worst, undecided and unconfirmed taken for false: {of_alerts}: 8 in 10" in one_page
    assert "worse than the worst" not in overview + one_page


def test_the_log_names_nobody_and_says_that_it_holds(
    run: Run, bench: CommandBench, tmp_path: Path
) -> None:
    words = ("--recipient", "ICO", "-o", tmp_path, *WHY)
    ended = run("data-protection-officer", "publish", "log", *words)
    assert ended.code == 0, ended.err
    name = "log-beginning-to-now"
    seen = page(tmp_path, name)
    assert "no fault" in seen.text
    plain = json.loads((tmp_path / name / f"{name}.json").read_text("utf-8"))
    with bench.open("data-protection-officer") as officer:
        head = officer.audit.head()
        acts = [one for one in log_of(officer) if one.verb in {"disclose", "consult", "collect",
                "alter", "combine", "erase"}]  # fmt: skip
    assert plain["faults"] == 0
    assert plain["audit"]["head_seq"] < head.seq
    assert len(plain["acts"]) == len(acts) - 1  # all but that of this very extract
    assert {one["purpose"] for one in plain["acts"]} >= {"administration",
                                                         f"deployment {REFERENCE}"}  # fmt: skip
    content = (tmp_path / name / f"{name}.json").read_text("utf-8")
    assert "justification" not in content
    assert set(plain["acts"][0]) == {
        "seq", "utc", "verb", "role", "purpose", "objects", "result",
    }  # fmt: skip
    none = run("data-protection-officer", "publish", "log", "--to", "2020-01-01", *words)
    assert none.code == 0
    assert "No act of these kinds" in page(tmp_path, "log-beginning-to-2020-01-01").text


REFUSED = (
    ("operator", ("record",), "may not publish figures"),
    ("data-scientist", ("annual", "2026"), "may not publish figures"),
    ("analyst", ("foi",), "may not read outcomes as aggregates"),
    ("manager", ("log", "--recipient", "ICO"), "may not export the audit log"),
    ("reviewer", ("log", "--recipient", "ICO"), "may not export the audit log"),
    ("manager", ("notice", REFERENCE, *ASK), "may not read a deployment's record"),
    ("operator", ("notice", REFERENCE, *ASK), "may not publish figures"),
)


@pytest.mark.parametrize("refused", REFUSED)
def test_other_roles_are_refused_and_that_is_logged(
    run: Run, bench: CommandBench, tmp_path: Path, refused: tuple[str, tuple[str, ...], str]
) -> None:
    account, words, said = refused
    ended = run(account, "publish", *words, "-o", tmp_path, *WHY)
    assert ended.code == 3
    assert said in ended.err
    assert names(tmp_path) == set()
    with bench.open("data-protection-officer") as officer:
        assert log_of(officer)[-1].verb is Verb.REFUSAL


def test_a_bench_says_why_it_publishes(run: Run, tmp_path: Path) -> None:
    ended = run("manager", "publish", "record", "-o", tmp_path, "--no-pdf")
    assert (ended.code, names(tmp_path)) == (2, set())
    assert "logged with its reason" in ended.err


def test_what_is_there_stays_and_force_puts_it_aside(run: Run, tmp_path: Path) -> None:
    words = ("publish", "record", REFERENCE, "-o", tmp_path, *WHY)
    assert run("manager", *words).code == 0
    before = (tmp_path / f"record-{STEM}" / "SHA256SUMS").read_bytes()
    again = run("manager", *words)
    assert again.code == 3
    assert "say --force" in again.err
    assert (tmp_path / f"record-{STEM}" / "SHA256SUMS").read_bytes() == before
    assert run("manager", *words, "--force").code == 0
    assert len(names(tmp_path)) == 2


def test_nothing_is_written_into_the_bench_through_a_link(
    run: Run, bench: CommandBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "link").symlink_to(bench.folder)
    into = tmp_path / "link" / "out"
    ended = run("manager", "publish", "record", "-o", into, *WHY)
    assert (ended.code, "What leaves the bench goes elsewhere" in ended.err) == (3, True)
    late, leaving = tmp_path / "late", Publications.leaving
    late.mkdir()

    @contextlib.contextmanager
    def exchanged(part: Publications, **said: Any) -> Iterator[Export]:
        with leaving(part, **said) as export:
            late.rename(tmp_path / "aside")
            late.symlink_to(bench.folder)
            yield export

    monkeypatch.setattr(Publications, "leaving", exchanged)
    with bench.open("data-protection-officer") as officer:
        before = [one.id for one in officer.exports.list()]
    ended = run("manager", "publish", "record", "-o", late, *WHY)
    assert (ended.code, "What leaves the bench goes elsewhere" in ended.err) == (3, True)
    assert not (bench.folder / "record-all").exists()
    with bench.open("data-protection-officer") as officer:
        assert [one.id for one in officer.exports.list()] == before


def test_nothing_is_written_into_the_bench(run: Run, bench: CommandBench) -> None:
    ended = run("manager", "publish", "record", "-o", bench.folder, *WHY)
    assert ended.code == 3
    assert "What leaves the bench goes elsewhere" in ended.err
    assert not (bench.folder / "record-all").exists()


def test_what_could_not_be_placed_is_taken_back(
    run: Run, bench: CommandBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with bench.open("data-protection-officer") as officer:
        before = [one.id for one in officer.exports.list()]
    monkeypatch.setattr(outputs, "_exchange", full)
    ended = run("manager", "publish", "record", "-o", tmp_path, *WHY)
    assert ended.code == 1
    assert "could not be written" in ended.err
    assert list(tmp_path.iterdir()) == []
    with bench.open("data-protection-officer") as officer:
        assert [one.id for one in officer.exports.list()] == before
        assert log_of(officer)[-2].verb is Verb.EXPORT
        assert log_of(officer)[-2].result == "failed"


def test_a_notice_is_made_of_what_is_authorised_and_of_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_command_bench(tmp_path / "b")
    reference = made.draft()
    run = runner(made, capsys, monkeypatch)
    into = tmp_path / "out"
    words = ("publish", "notice", reference, *ASK, "-o", into, *WHY)
    ended = run("analyst", *words)
    assert ended.code == 3
    assert "is draft: no notice, sign or leaflet is made" in ended.err
    with made.open("analyst") as analyst:
        assert log_of(analyst)[-1].verb is Verb.REFUSAL
        analyst.deployments.apply(reference)
    assert "is applied: no notice" in run("authorising-officer", *words).err
    assert not into.exists()
    with made.open("authorising-officer") as officer:
        officer.policies.approve("default-sface/1")
        officer.deployments.authorise(reference, **WORDS)
    assert run("authorising-officer", *words).code == 0
    text = page(into, f"notice-{STEM}").text
    assert text.count("Avoiding them is not a ground for suspicion") == 3
    assert "complaints@police.example" in text
    with made.open("analyst") as analyst:
        entry = log_of(analyst)[-1]
        (export,) = analyst.exports.list(reference)
    assert (entry.verb, entry.objects[0]) == (Verb.DISCLOSE, export.id)
    zone = run("analyst", *words, "--time-zone", "../etc", "--force")
    assert (zone.code, "there is no time zone" in zone.err) == (2, True)


def test_nothing_of_a_bench_where_nothing_ended_is_published(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = authorised(tmp_path / "b")
    run = runner(made, capsys, monkeypatch)
    ended = run("manager", "publish", "annual", "2026", "-o", tmp_path / "out", *WHY)
    assert ended.code == 1
    assert "nothing to publish" in ended.err
    assert not (tmp_path / "out").exists()


def test_a_notice_whose_authority_is_withdrawn_while_it_is_made_stays_inside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = authorised(tmp_path / "b")
    run, into = runner(made, capsys, monkeypatch), tmp_path / "out"
    build = publication_building.notice_files

    def withdrawn(*given: Any, **more: Any) -> Any:
        files = build(*given, **more)
        with made.open("authorising-officer") as officer:
            officer.deployments.withdraw_authority(REFERENCE, "The street is closed today.")
        return files

    monkeypatch.setattr(publication_building, "notice_files", withdrawn)
    ended = run("analyst", "publish", "notice", REFERENCE, *ASK, "-o", into, *WHY)
    assert ended.code == 3
    assert "no notice, sign or leaflet is made of what is not authorised" in ended.err
    assert not into.exists()
    with made.open("analyst") as analyst:
        assert analyst.exports.list(REFERENCE) == []
