"""The audit log of a bench: every change to it is found, and looking at it is in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench_steps import AsRole, log_of
from tampering import TAMPERINGS, delete_newest, roll_back

from workbench.bench import Workbench
from workbench.bench.audit_offline import accept_clock, verify_offline
from workbench.bench.audit_part import ExportKind, Shown, head_line
from workbench.errors import (
    AuditError,
    ClockError,
    CredentialError,
    NotPermittedError,
    OutputError,
    RecordError,
    RefusedError,
    UsageError,
)
from workbench.governance.roles import Role
from workbench.records.audit.checkpoints import Signer, verify_checkpoint
from workbench.records.audit.verbs import Result, Verb

WHY = "the weekly check"
PASSWORD = "a long enough password"  # noqa: S105 - of an account in a temporary folder


def witness_of(bench: Any) -> Path:
    (path,) = bench.settings.witness.iterdir()
    return Path(path)


def offline(bench: Any, **given: Any) -> Any:
    return verify_offline(bench.folder, settings=bench.settings, **given)


def test_a_new_log_holds_together_and_the_check_is_logged(as_role: AsRole) -> None:
    bench = as_role("administrator")
    before = len(log_of(bench))
    found = bench.audit.verify()
    assert found.ok
    assert found.entries == before
    assert found.notes == ()
    entry = log_of(bench)[-1]
    assert (entry.verb, entry.result) == (Verb.VERIFY, Result.DONE)
    assert entry.details == {
        "entries": before, "faults": 0, "agreed_to": before, "witnesses": 1,
    }  # fmt: skip


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_logged_in_or_not(
    name: str, bench: Any, as_role: AsRole, tmp_path: Path
) -> None:
    tamper, kind = TAMPERINGS[name]
    witness = witness_of(bench)
    shutil.copy(witness, tmp_path / "witness.jsonl")
    protection = as_role("data-protection-officer")
    tamper(bench.folder, witness)
    assert kind in {fault.kind.value for fault in offline(bench).faults}
    found = protection.audit.verify()
    assert kind in {fault.kind.value for fault in found.faults}
    elsewhere = offline(bench, witnesses=[tmp_path / "witness.jsonl"])
    assert kind in {fault.kind.value for fault in elsewhere.faults}


def test_a_check_that_found_something_is_logged_as_failed_where_the_log_takes_it(
    bench: Any, as_role: AsRole
) -> None:
    protection = as_role("data-protection-officer")
    TAMPERINGS["edit"][0](bench.folder, witness_of(bench))
    assert protection.audit.verify().notes == ()
    entry = log_of(as_role("administrator"))[-1]
    assert (entry.verb, entry.result, entry.details["faults"]) == (Verb.VERIFY, Result.FAILED, 1)


def test_a_check_that_the_log_does_not_take_says_so(bench: Any, as_role: AsRole) -> None:
    protection = as_role("data-protection-officer")
    delete_newest(bench.folder)
    found = protection.audit.verify()
    assert not found.ok
    assert any(note.startswith("this check is not in the log: ") for note in found.notes)
    with pytest.raises(AuditError, match="does not end with entry"):
        protection.audit.checkpoint()


def test_a_rollback_of_everything_is_found_by_the_witness_alone(
    bench: Any, as_role: AsRole, tmp_path: Path
) -> None:
    shutil.copytree(bench.folder, tmp_path / "copy")
    with as_role("administrator") as administrator:
        administrator.audit.checkpoint()
        administrator.audit.checkpoint()
    bench.close()
    roll_back(bench.folder, tmp_path / "copy")
    found = offline(bench)
    assert [fault.kind for fault in found.faults] == ["rollback"]
    assert "the records were put back to an earlier state" in found.faults[0].text
    nothing = tmp_path / "nothing.jsonl"
    nothing.touch()
    unseen = offline(bench, witnesses=[nothing])
    assert unseen.ok  # without a witness nothing tells
    assert any("holds no checkpoint of this bench" in note for note in unseen.notes)


def test_a_rollback_that_went_on_from_there_is_found(
    bench: Any, as_role: AsRole, tmp_path: Path
) -> None:
    shutil.copytree(bench.folder, tmp_path / "copy")
    with as_role("administrator") as administrator:
        administrator.audit.checkpoint()
    bench.close()
    roll_back(bench.folder, tmp_path / "copy")
    with as_role("administrator") as administrator:
        for _ in range(3):
            administrator.users.list()
    assert "rewritten" in {fault.kind.value for fault in offline(bench).faults}


def test_a_witness_that_cannot_be_read_is_a_fault(bench: Any, tmp_path: Path) -> None:
    found = offline(bench, witnesses=[tmp_path / "none.jsonl"])
    assert [fault.kind for fault in found.faults] == ["witness"]


def test_without_the_key_store_signatures_are_not_checked_and_that_is_said(
    bench: Any, as_role: AsRole
) -> None:
    as_role("administrator").audit.checkpoint()
    key = as_role("administrator").audit.head().public_key
    bench.close()
    shutil.rmtree(bench.settings.keys.folder)
    found = offline(bench)
    assert found.ok
    assert any("signatures were not checked" in note for note in found.notes)
    assert offline(bench, public_key=key).notes == ()
    other = Signer.generate().public_key
    kinds = {fault.kind.value for fault in offline(bench, public_key=other).faults}
    assert kinds == {"signature", "key"}


def test_an_offline_check_writes_nothing(bench: Any, as_role: AsRole) -> None:
    before = witness_of(bench).read_bytes()
    offline(bench)
    assert witness_of(bench).read_bytes() == before
    assert Verb.VERIFY not in {entry.verb for entry in log_of(as_role("administrator"))}


def test_what_is_shown_and_that_it_was(as_role: AsRole) -> None:
    as_role("administrator").users.list()
    bench = as_role("data-protection-officer")
    found = bench.audit.show(justification=WHY)
    own = found[-1].entry
    assert (own.verb, own.actor, own.justification) == (
        Verb.CONSULT,
        "data-protection-officer",
        WHY,
    )
    assert own.details == {"audit": "entries", "newest": 100}
    assert [one.seq for one in found] == list(range(1, len(found) + 1))
    newest = bench.audit.show(Shown(newest=2), justification=WHY)
    assert [one.seq for one in newest] == [len(found), len(found) + 1]


def test_what_is_asked_for_is_found_and_logged(
    as_role: AsRole, authorised: Callable[..., str], clock: Any
) -> None:
    reference = authorised()
    start = clock.turn(minutes=5)
    bench = as_role("data-protection-officer")
    found = bench.audit.show(Shown(purpose=reference), justification=WHY)
    assert {one.entry.verb for one in found} >= {Verb.APPLY, Verb.AUTHORISE}
    purpose = found[0].entry.purpose
    assert purpose.startswith("deployment-")
    assert {one.entry.purpose for one in found} == {purpose}
    by_object = bench.audit.show(
        Shown(object_id=purpose, actor="analyst", verb=Verb.APPLY), justification=WHY
    )
    assert [one.entry.verb for one in by_object] == [Verb.APPLY]
    later = bench.audit.show(Shown(since=start), justification=WHY)
    assert {one.entry.actor for one in later} == {"data-protection-officer"}
    assert later[-1].entry.details["since"] == start.isoformat()
    assert bench.audit.show(Shown(purpose="case-1"), justification=WHY) == []


def test_reading_needs_a_justification(as_role: AsRole) -> None:
    bench = as_role("data-protection-officer")
    for why in ("", " ", "x" * 10_001, "a\x1bb"):
        with pytest.raises(RecordError, match="justification"):
            bench.audit.show(justification=why)
    for newest in (0, 10_001):
        with pytest.raises(UsageError, match="1 to 10,000 entries are shown at once"):
            Shown(newest=newest)


def test_a_checkpoint_is_at_every_witness(make_bench: Any, tmp_path: Path) -> None:
    bench = make_bench()
    mail = tmp_path / "maildir"
    mail.mkdir()
    bench.settings = bench.settings.model_copy(update={"witness_mail": mail})
    with bench.open("administrator") as administrator:
        administrator.users.list()
        first = len(list((mail / "new").iterdir()))
        administrator.users.list()
        assert len(list((mail / "new").iterdir())) == first == 1  # not for every entry
        head = administrator.audit.checkpoint()
        key = administrator._context.store.log.public_keys[0]
        assert administrator.audit.head() == head
        assert head_line(head) == (
            f"Audit log of {head.bench}: entry {head.seq} of 2026-11-25 09:00 UTC, "
            f"SHA-256 {head.hash}"
        )
    assert verify_checkpoint(head, key)
    assert witness_of(bench).read_text().splitlines()[-1] == head.line
    assert any(head.hash in path.read_text() for path in (mail / "new").iterdir())
    shutil.copytree(bench.folder, tmp_path / "copy")
    with bench.open("administrator") as administrator:
        administrator.audit.checkpoint()
        assert administrator.audit.verify().ok
    bench.close()
    roll_back(bench.folder, tmp_path / "copy")
    assert [fault.kind for fault in offline(bench, witnesses=[mail]).faults] == ["rollback"]


def test_a_checkpoint_that_a_witness_cannot_take_is_refused(bench: Any, as_role: AsRole) -> None:
    administrator = as_role("administrator")
    before = len(log_of(administrator))
    witness = witness_of(bench)
    witness.unlink()
    witness.mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        administrator.audit.checkpoint()
    assert len(log_of(administrator)) == before


@pytest.mark.parametrize("part", ["witness", "witness_mail"])
def test_a_witness_inside_the_bench_is_refused(part: str, bench: Any) -> None:
    settings = bench.settings.model_copy(update={part: bench.folder / "inside"})
    with pytest.raises(RefusedError, match=f"Set WORKBENCH_{part.upper()} to a folder elsewhere"):
        verify_offline(bench.folder, settings=settings)


def test_the_whole_log_for_others(as_role: AsRole, tmp_path: Path) -> None:
    bench = as_role("data-protection-officer")
    count = len(log_of(bench))
    given = bench.audit.export(
        tmp_path / "log.jsonl", recipient="The Commissioner", justification="request 14"
    )
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["log", *["entry"] * count, "head"]
    assert lines[-1]["hash"] == lines[-2]["hash"]
    entry = log_of(bench)[-1]
    assert (entry.verb, entry.recipient) == (Verb.DISCLOSE, "The Commissioner")
    assert entry.objects == (given.id,)
    assert given.sha256 is not None
    assert entry.details["sha256"] == given.sha256
    with pytest.raises(RefusedError, match="exists and was left as it is"):
        bench.audit.export(tmp_path / "log.jsonl", recipient="X", justification=WHY)


def test_the_extract_of_s62(
    as_role: AsRole, authorised: Callable[..., str], tmp_path: Path
) -> None:
    reference = authorised()
    bench = as_role("data-protection-officer")
    for purpose in (None, reference):
        bench.audit.export(
            tmp_path / "s62.jsonl",
            kind=ExportKind.S62,
            recipient="The Commissioner",
            justification=WHY,
            purpose=purpose,
            force=True,
        )
        head, *lines = map(json.loads, (tmp_path / "s62.jsonl").read_text().splitlines())
        assert head["kind"] == "s62-extract"
        assert head["head"]["seq"] >= lines[-1]["seq"]
        assert {line["verb"] for line in lines} <= {
            "collect", "alter", "consult", "disclose", "combine", "erase",
        }  # fmt: skip
        assert (len({line["purpose"] for line in lines}) == 1) is (purpose is not None)
    given = {"extract of the audit log, s.62", f"extract of the audit log, s.62, of {reference}"}
    assert {one.what for one in bench.exports.list()} == given


def test_what_cannot_be_exported(bench: Any, as_role: AsRole, tmp_path: Path) -> None:
    protection = as_role("data-protection-officer")
    with pytest.raises(UsageError, match="a log that can be checked is whole"):
        protection.audit.export(
            tmp_path / "x", recipient="X", justification=WHY, purpose="2026-11/HIGH-ST-1"
        )
    with pytest.raises(RefusedError, match="What leaves the bench goes elsewhere"):
        protection.audit.export(bench.folder / "x", recipient="X", justification=WHY)
    for recipient, why in (("", WHY), ("X", " ")):
        with pytest.raises(RecordError, match="the disclosure cannot be used"):
            protection.audit.export(tmp_path / "x", recipient=recipient, justification=why)
    assert not (tmp_path / "x").exists()


@pytest.mark.slow
def test_a_clock_set_back_is_accepted_by_password(bench: Any, as_role: AsRole, clock: Any) -> None:
    administrator = as_role("administrator")
    clock.turn(hours=-2)
    with pytest.raises(ClockError, match="accept it with workbench audit accept-clock"):
        administrator.users.list()
    with pytest.raises((ClockError, CredentialError)):
        Workbench.login(
            bench.folder, "administrator", PASSWORD, settings=bench.settings, clock=clock
        )
    given = {"settings": bench.settings, "clock": clock}
    with pytest.raises(CredentialError):
        accept_clock(bench.folder, "administrator", "wrong password", "it ran ahead", **given)
    with pytest.raises(RecordError, match="justification"):
        accept_clock(bench.folder, "administrator", PASSWORD, " ", **given)
    actor = accept_clock(bench.folder, "administrator", PASSWORD, "it ran ahead", **given)
    assert actor.role is Role.ADMINISTRATOR
    with pytest.raises(RefusedError, match="the clock is not behind the last entry"):
        accept_clock(bench.folder, "administrator", PASSWORD, "again", **given)
    reopened = as_role("administrator")
    entry = log_of(reopened)[-1]
    assert (entry.verb, entry.justification) == (Verb.CLOCK, "it ran ahead")
    assert reopened.audit.verify().ok


def test_only_some_accept_the_clock_even_by_password(
    bench: Any, as_role: AsRole, clock: Any
) -> None:
    as_role("administrator").users.set_password("analyst", "another good password")
    clock.turn(hours=-2)
    with pytest.raises(NotPermittedError, match="may not accept a clock that was set back"):
        accept_clock(
            bench.folder, "analyst", "another good password", "why not",
            settings=bench.settings, clock=clock,
        )  # fmt: skip


def test_a_clock_set_back_is_accepted_by_whoever_is_logged_in(
    bench: Any, as_role: AsRole, clock: Any
) -> None:
    administrator = as_role("administrator")
    with pytest.raises(RefusedError, match="the clock is not behind the last entry"):
        administrator.audit.accept_clock("nothing is wrong")
    clock.turn(minutes=-1)
    administrator.audit.accept_clock("summer time")
    assert administrator.audit.verify().ok


def test_who_may(as_role: AsRole, tmp_path: Path) -> None:
    checks = {Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR}
    for role in Role:
        audit = as_role(role.value).audit
        if role not in checks:
            with pytest.raises(NotPermittedError, match="may not verify the audit log"):
                audit.verify()
            with pytest.raises(NotPermittedError, match="may not make a checkpoint"):
                audit.checkpoint()
            with pytest.raises(NotPermittedError, match="may not accept a clock"):
                audit.accept_clock("why not")
        if role is not Role.DATA_PROTECTION_OFFICER:
            with pytest.raises(NotPermittedError, match="may not read the audit log"):
                audit.show(justification=WHY)
            with pytest.raises(NotPermittedError, match="may not export the audit log"):
                audit.export(tmp_path / "x", recipient="X", justification=WHY)
    refusals = [e for e in log_of(as_role("administrator")) if e.verb is Verb.REFUSAL]
    assert len(refusals) == 3 * (len(Role) - 2) + 2 * (len(Role) - 1)
