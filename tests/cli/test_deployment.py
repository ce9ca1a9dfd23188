"""`deployment` and `policies`, as people type them: from the template to the record."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_session
from bench_values import SFACE, application_values
from command_bench import CommandBench, make_command_bench
from command_runs import Run, runner
from policy_values import policy_document

from workbench.cli.deployment_template import TEMPLATE, template
from workbench.governance.deployments import Application
from workbench.governance.drafts import Draft

REFERENCE = "2026-11/HIGH-ST-1"
WORDS = ("--necessity", "No other way.", "--proportionality", "Short and small.")


@pytest.fixture
def bench(tmp_path: Path) -> CommandBench:
    """A bench for commands."""
    return make_command_bench(tmp_path / "b")


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """A bench for commands that change nothing in it."""
    return make_command_bench(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def run_empty(
    empty: CommandBench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Run a command as an account of that one."""
    return runner(empty, capsys, monkeypatch)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An application whose time is to come."""
    starts = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=5)
    values = application_values(
        policy=SFACE,
        starts=starts.isoformat(),
        ends=(starts + timedelta(hours=6)).isoformat(),
    )
    values["notice"]["published_at"] = (starts - timedelta(days=2)).isoformat()
    path = tmp_path / "high-street.json"
    path.write_text(json.dumps(values), "utf-8")
    return path


def authorised(run: Run, file: Path) -> None:
    """Bring a deployment to its authority."""
    for account, words in (
        ("analyst", ("deployment", "draft", file)),
        ("analyst", ("deployment", "apply", REFERENCE)),
        ("authorising-officer", ("policy", "approve", SFACE)),
        ("authorising-officer", ("deployment", "authorise", REFERENCE, *WORDS)),
    ):
        ended = run(account, *words)
        assert ended.code == 0, ended.err


# The template


def test_the_template_explains_every_field_and_can_be_applied_for() -> None:
    values = tomllib.loads(TEMPLATE)
    made = Draft.read(values, what="the template").complete(what="the template")
    assert made.reference == REFERENCE
    commented = {"assembly_necessity", "watchlist_limit"}
    assert set(Application.model_fields) == set(values) | commented
    for name in commented:
        assert f"# {name} = " in TEMPLATE
    flat = " ".join(TEMPLATE.replace("#", " ").split()).lower()
    for name, field in Application.model_fields.items():
        words = str(field.description).lower().split(",")[0].split(" (")[0]
        assert words in flat, (name, words)
    for word in ("presence_grounds", "zone", "urgency", '"unknown"'):
        assert word in TEMPLATE


def test_the_window_of_the_template_is_yet_to_come() -> None:
    now = datetime(2027, 2, 28, 23, 40, tzinfo=UTC)
    values = tomllib.loads(template(now))
    assert values["starts"] == datetime(2027, 3, 1, 0, 0, tzinfo=UTC)
    assert values["ends"] == datetime(2027, 3, 1, 6, 0, tzinfo=UTC)
    assert values["notice"]["published_at"] == datetime(2027, 2, 27, 0, 0, tzinfo=UTC)
    assert values["dpia"]["date"] == date(2026, 4, 20)
    kept = tomllib.loads(TEMPLATE)
    for one in (values, kept):
        for name in ("dpia", "eia", "appropriate_policy"):
            assert one[name].pop("date") < one["starts"].date()
        assert one["notice"].pop("published_at") == one.pop("starts") - timedelta(days=2)
        del one["ends"]
    assert values == kept


@pytest.mark.parametrize("year", [2024, 2026, 2039])
def test_the_template_can_be_applied_for_in_any_year(year: int) -> None:
    now = datetime(year, 2, 28, 23, 40, tzinfo=UTC)
    made = Draft.read(tomllib.loads(template(now)), what="it").complete(what="it")
    assert made.notice.fault_for_start(made.starts) is None
    assert made.starts > now


def test_the_template_is_printed_as_it_is(run_empty: Run) -> None:
    def undated(text: str) -> list[str]:
        dated = ("starts = ", "ends = ", "date = ", "published_at = ")
        return [line for line in text.splitlines() if not line.startswith(dated)]

    ended = run_empty(None, "deployment", "template")
    assert undated(ended.out) == undated(TEMPLATE)
    assert tomllib.loads(ended.out)["starts"] > datetime.now(UTC)
    said = run_empty(None, "deployment", "template", "--json").said
    assert undated(said["template"]) == undated(TEMPLATE)


# From the draft to the record


@pytest.mark.slow
def test_a_deployment_from_the_draft_to_its_authority(run: Run, file: Path) -> None:
    authorised(run, file)
    said = run("analyst", "deployment", "show", REFERENCE, "--json").said
    assert said["state"] == "authorised"
    assert said["authority"]["officer"] == "authorising-officer"
    shown = run("operator", "deployment", "show", REFERENCE).out
    for words in ("authorised", "North End, outside the Whitgift Centre, Croydon", "No other way."):
        assert words in shown
    (row,) = run("reviewer", "deployment", "list", "--json").said["deployments"]
    assert (row["reference"], row["state"]) == (REFERENCE, "authorised")
    assert REFERENCE in run("reviewer", "deployment", "list").out
    assert run("reviewer", "deployment", "list", "--state", "live", "--json").said == {
        "deployments": []
    }


def test_what_is_missing_of_a_draft_is_said_and_can_be_added(
    run: Run, file: Path, tmp_path: Path
) -> None:
    part = tmp_path / "part.toml"
    part.write_text(f'reference = "{REFERENCE}"\nforce = "Example Police"\n', "utf-8")
    ended = run("analyst", "deployment", "draft", part)
    assert ended.code == 0
    assert "Still missing: necessity is missing: why the deployment is necessary." in ended.err
    ended = run("analyst", "deployment", "apply", REFERENCE)
    assert ended.code == 1
    assert "cannot be applied for yet" in ended.err
    ended = run("analyst", "deployment", "amend", REFERENCE, file, "--json")
    assert ended.said["missing"] == []


def test_a_window_that_has_passed_names_its_field_and_what_mends_it(
    run: Run, file: Path, tmp_path: Path
) -> None:
    values = json.loads(file.read_text("utf-8"))
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=8)
    window = tmp_path / "window.json"
    past = {"starts": began.isoformat(), "ends": (began + timedelta(hours=6)).isoformat()}
    notice = values["notice"] | {"published_at": (began - timedelta(days=2)).isoformat()}
    window.write_text(json.dumps(values | past | {"notice": notice}), "utf-8")
    assert run("analyst", "deployment", "draft", window).code == 0
    ended = run("analyst", "deployment", "apply", REFERENCE)
    assert ended.code == 3
    assert "already (ends). Set starts and ends to a time to come" in ended.err
    assert f"workbench deployment amend {REFERENCE} FILE" in ended.err
    window.write_text(json.dumps({name: values[name] for name in ("starts", "ends")}), "utf-8")
    assert run("analyst", "deployment", "amend", REFERENCE, window).code == 0
    assert run("analyst", "deployment", "apply", REFERENCE).code == 0


@pytest.mark.slow
def test_reasons_may_come_from_files(run: Run, file: Path, tmp_path: Path) -> None:
    run("analyst", "deployment", "draft", file)
    run("analyst", "deployment", "apply", REFERENCE)
    reason = tmp_path / "reason.txt"
    reason.write_text("Not proportionate:\nthe list is too long.", "utf-8")
    ended = run("authorising-officer", "deployment", "refuse", REFERENCE, "--reason", f"@{reason}")
    assert ended.code == 0, ended.err
    said = run("analyst", "deployment", "show", REFERENCE, "--json").said
    assert said["withdrawal"]["reason"] == "Not proportionate:\nthe list is too long."
    assert "refused by" in run("analyst", "deployment", "show", REFERENCE).out


@pytest.mark.slow
def test_an_application_and_an_authority_are_withdrawn(run: Run, file: Path) -> None:
    authorised(run, file)
    ended = run("analyst", "deployment", "withdraw", REFERENCE)
    assert ended.code == 3
    assert "is authorised, so withdraw is not possible" in ended.err
    ended = run(
        "authorising-officer", "deployment", "withdraw", REFERENCE, "--reason", "A march comes."
    )
    assert ended.code == 0
    assert "cancelled" in ended.err
    run("analyst", "deployment", "cancel", REFERENCE, "--reason", "again, for a test")


@pytest.mark.slow
def test_an_urgent_authority_and_its_review(run: Run, file: Path) -> None:
    run("analyst", "deployment", "draft", file)
    run("analyst", "deployment", "apply", REFERENCE)
    run("administrator", "users", "change", "authorising-officer-2", "--rank", "inspector")
    run("authorising-officer", "policy", "approve", SFACE)
    inspector = ("authorising-officer-2", "deployment", "authorise", REFERENCE, *WORDS)
    ended = run(*inspector)
    assert ended.code == 3
    assert "an inspector may not authorise" in ended.err
    assert run(*inspector, "--urgent", "A threat to life.").code == 0
    assert "urgent, to be reviewed by" in run("analyst", "deployment", "show", REFERENCE).out
    words = ("deployment", "review-urgent", REFERENCE, "--reason", "It stands.")
    assert run("authorising-officer-2", *words).code == 3
    assert run("authorising-officer", *words).code == 0


@pytest.mark.slow
def test_notes_and_the_record(run: Run, file: Path, tmp_path: Path, bench: CommandBench) -> None:
    authorised(run, file)
    with bench.open("operator") as operator:
        plant_session(operator, REFERENCE)
    notes: dict[str, dict[str, Any]] = {
        "notice": {"what": "Six signs."},
        "community": {
            "held": "2026-11-20",
            "with_whom": "the advisory group",
            "said": "How long?",
            "outcome": "They will be told.",
        },
        "costs": {"lines": [{"what": "van", "amount": "12.50"}]},
    }
    for kind, values in notes.items():
        path = tmp_path / f"{kind}.json"
        path.write_text(json.dumps(values), "utf-8")
        ended = run("analyst", "deployment", "note", REFERENCE, kind, path)
        assert ended.code == 0, ended.err
    review = tmp_path / "notice.json"
    ended = run("reviewer", "deployment", "note", REFERENCE, "review", review)
    assert ended.code == 3
    assert "it is reviewed once it was live" in ended.err
    said = run("reviewer", "deployment", "record", REFERENCE, "--json").said
    assert said["cost_total"] == "12.50"
    assert said["counts"]["faces_seen"] == 400
    assert said["false_alerts_of_faces_seen"]["best"]["n"] == 400
    shown = run("reviewer", "deployment", "record", REFERENCE).out
    assert "0 of 400 faces (0 %, 95 % interval 0 % to 0.918 %)" in shown
    assert "  10.0 minutes" in shown
    assert "  400 faces" in shown
    assert said["searched_minutes"] == 10
    log = said["audit"]
    assert log["witness"] in shown
    head = run("data-protection-officer", "audit", "show", "-j", "checking the record", "--json")
    hashes = {one["seq"]: one["hash"] for one in head.said["entries"]}
    assert log["head_hash"] == hashes[log["head_seq"]]
    printed = dict(line.split(maxsplit=1) for line in shown.splitlines() if " " in line.strip())
    seq, digest = printed["log"].split(": ")
    assert hashes[int(seq)] == digest.strip()
    assert "12.50" in shown


def test_the_kinds_of_notes_are_those_of_the_bench() -> None:
    from workbench.bench.notes import NoteKind
    from workbench.cli.deployment import NoteChoice

    assert {kind.value for kind in NoteChoice} == {kind.value for kind in NoteKind}


# What is refused


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.json", None, "cannot be read (No such file or directory)"),
        ("broken.json", b"{", "is no JSON"),
        ("broken.toml", b"= 3", "is no TOML"),
        ("list.json", b"[1]", "holds no fields with names"),
        ("latin.toml", b"force = '\xe9'", "is no text in UTF-8"),
        ("deep.json", b"[" * 100_000, "is no JSON"),
        ("large.json", b" " * (2**20 + 1), "is larger than 1,048,576 bytes"),
        ("escape.json", b'{"reference": "A", "force": "x\\u001b[2J"}', "force: character 2 cannot"),
        ("field.json", b'{"reference": "A", "colour": 1}', "has no field 'colour'"),
    ],
)
def test_a_file_that_cannot_be_used(
    run_empty: Run, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    ended = run_empty("analyst", "deployment", "draft", path)
    assert ended.code == 1
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert "\x1b" not in ended.err


@pytest.mark.parametrize("moment", ["tomorrow", "2026-11-25T10:00", ""])
def test_a_moment_without_its_zone_is_none(run_empty: Run, moment: str) -> None:
    ended = run_empty(
        "authorising-officer", "deployment", "authorise", REFERENCE, *WORDS, "--starts", moment
    )
    assert ended.code == 2
    assert "is no moment with its time zone" in ended.err


def test_a_state_that_none_is_in(run_empty: Run) -> None:
    ended = run_empty("analyst", "deployment", "list", "--state", "over")
    assert ended.code == 2
    assert "The states are draft, applied, authorised, live" in ended.err


def test_unknown_deployments_and_roles_that_may_not(run_empty: Run) -> None:
    ended = run_empty("analyst", "deployment", "show", "no\x1b[2Jne")
    assert ended.code == 1
    assert "there is no deployment no\\x1b[2Jne" in ended.err
    assert "\x1b" not in ended.err
    ended = run_empty("manager", "deployment", "show", REFERENCE)
    assert ended.code == 3
    assert "may not read a deployment's record" in ended.err
    ended = run_empty(None, "deployment", "list")
    assert ended.code == 3
    assert "nobody is logged in" in ended.err


def test_markup_is_shown_as_it_was_written(run: Run, file: Path) -> None:
    values = json.loads(file.read_text("utf-8"))
    markup = "[red]<script>alert(1)</script>[/red]"
    values["location"]["name"] = f"High Street {markup}"
    file.write_text(json.dumps(values), "utf-8")
    assert run("analyst", "deployment", "draft", file).code == 0
    assert f"High Street {markup}" in run("analyst", "deployment", "show", REFERENCE).out


# Policies


@pytest.mark.slow
def test_policies_are_listed_shown_issued_and_approved(run: Run, tmp_path: Path) -> None:
    listed = run("data-scientist", "policy", "list")
    assert "product default, approved by nobody" in listed.out
    ids = [one["policy"] for one in run("analyst", "policy", "list", "--json").said["policies"]]
    assert ids == [
        "default-facenet/1",
        "default-fused-int8/1",
        "default-fused/1",
        "default-sface/1",
    ]
    shown = run("data-scientist", "policy", "show", SFACE, "--json").said
    assert shown["table"]["list_size"] == 1
    assert "cosine" in run("data-scientist", "policy", "show", SFACE).out
    path = tmp_path / "street.json"
    street = policy_document(run, shown, "street/1")
    path.write_text(json.dumps(street), "utf-8")
    ended = run("data-scientist", "policy", "issue", path, "--json")
    assert (ended.said["owner"], ended.said["origin"]) == ("data-scientist", "issued")
    assert run("data-scientist", "policy", "approve", "street/1").code == 3
    ended = run("authorising-officer", "policy", "approve", "street/1")
    assert ended.code == 0
    assert "street/1: approved by authorising-officer on" in ended.err
    path.write_text("{}", "utf-8")
    assert run("data-scientist", "policy", "issue", path).code == 1
