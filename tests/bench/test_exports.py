"""What leaves the bench: recorded first, private, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench_steps import REFERENCE, log_of
from kept_values import rows_of

from workbench.bench import Workbench
from workbench.bench.exports import Exports
from workbench.errors import (
    NotPermittedError,
    OutputError,
    RecordError,
    RefusedError,
    UnknownRecordError,
)
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Result, Verb

Maker = Any
PAGE = b"<!doctype html>page of alerts"
SAID = {"what": "page of 2 alerts", "recipient": "CPS London", "justification": "disclosure"}


@pytest.fixture
def analyst(bench: Maker, authorised: Callable[..., str]) -> Workbench:
    """Return a bench with a deployment, open as an analyst."""
    authorised()
    workbench: Workbench = bench.open("analyst")
    return workbench


def test_nothing_has_left_at_first(analyst: Workbench) -> None:
    assert analyst.exports.list() == []
    assert analyst.exports.list(REFERENCE) == []


def test_it_is_recorded_before_it_is_given(analyst: Workbench, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    export = analyst.exports.write_file(REFERENCE, target, PAGE, objects=["alert-1"], **SAID)
    assert target.read_bytes() == PAGE
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert export.sha256 == hashlib.sha256(PAGE).hexdigest()
    assert analyst.exports.list(REFERENCE) == [export]
    (entry,) = [one for one in log_of(analyst) if one.verb is Verb.DISCLOSE]
    assert (entry.recipient, entry.justification) == ("CPS London", "disclosure")
    assert entry.objects == (export.id, "alert-1")
    assert entry.purpose == export.purpose
    assert entry.details["sha256"] == export.sha256


@pytest.mark.slow
@pytest.mark.parametrize("field", ["what", "recipient", "justification"])
@pytest.mark.parametrize("text", ["", "  ", "\x1b[2J"])
def test_what_recipient_and_reason_are_needed(analyst: Workbench, field: str, text: str) -> None:
    with pytest.raises(RecordError, match=field):
        analyst.exports.disclose(REFERENCE, **(SAID | {field: text}))
    assert rows_of(analyst, "exports") == 0


@pytest.mark.parametrize("role", ["data-scientist", "manager", "administrator"])
def test_only_some_roles_give_anything_out(bench: Maker, analyst: Workbench, role: str) -> None:
    with bench.open(role) as other:
        with pytest.raises(NotPermittedError, match="may not make a page, a video or a report"):
            other.exports.disclose(REFERENCE, **SAID)
        with pytest.raises(NotPermittedError, match="may not see what left the bench"):
            other.exports.list()


def test_an_unknown_deployment_is_named(analyst: Workbench, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    with pytest.raises(UnknownRecordError, match="no deployment and no case nowhere"):
        analyst.exports.write_file("nowhere", target, PAGE, **SAID)
    assert not target.exists()


def test_what_concerns_no_deployment_can_be_given_by_whoever_may(bench: Maker) -> None:
    with bench.open("data-protection-officer") as officer:
        with pytest.raises(NotPermittedError, match="may not make a page, a video or a report"):
            officer.exports.disclose(None, **SAID)
        own = Exports(officer._context, permission=Permission.AUDIT_EXPORT)
        export = own.disclose(None, **SAID)
        assert export.purpose == "administration"
        assert officer.exports.list() == [export]


def test_a_file_that_is_there_is_left_unless_asked(analyst: Workbench, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    target.write_text("mine", "utf-8")
    with pytest.raises(RefusedError, match="exists and was left as it is"):
        analyst.exports.write_file(REFERENCE, target, PAGE, **SAID)
    assert target.read_text("utf-8") == "mine"
    assert rows_of(analyst, "exports") == 0
    analyst.exports.write_file(REFERENCE, target, PAGE, force=True, **SAID)
    assert target.read_bytes() == PAGE
    with pytest.raises(RefusedError, match="is a folder"):
        analyst.exports.write_file(REFERENCE, tmp_path, PAGE, force=True, **SAID)


def test_no_link_leads_back_into_the_bench(
    bench: Maker, analyst: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "link"
    link.symlink_to(bench.folder)
    with pytest.raises(RefusedError, match="What leaves the bench goes elsewhere"):
        analyst.exports.write_file(REFERENCE, link / "page.html", PAGE, **SAID)
    late, disclose = tmp_path / "late", Exports.disclose
    late.mkdir()

    def exchanged(*given: Any, **said: Any) -> Any:
        late.rmdir()
        late.symlink_to(bench.folder)
        return disclose(*given, **said)

    monkeypatch.setattr(Exports, "disclose", exchanged)
    with pytest.raises(RefusedError, match="What leaves the bench goes elsewhere"):
        analyst.exports.write_file(REFERENCE, late / "page.html", PAGE, **SAID)
    assert not (bench.folder / "page.html").exists()
    assert rows_of(analyst, "exports") == 0


def test_it_does_not_stay_inside_the_bench(bench: Maker, analyst: Workbench) -> None:
    for folder in (bench.folder, bench.settings.keys.folder / analyst.id):
        with pytest.raises(RefusedError, match="What leaves the bench goes elsewhere"):
            analyst.exports.write_file(REFERENCE, folder / "page.html", PAGE, **SAID)


def test_what_could_not_be_written_has_not_left(analyst: Workbench, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "page.html"
    with pytest.raises(OutputError, match="Nothing left the bench"):
        analyst.exports.write_file(REFERENCE, target, PAGE, **SAID)
    assert analyst.exports.list() == []
    failed = [entry for entry in log_of(analyst) if entry.result is Result.FAILED]
    assert [entry.verb for entry in failed] == [Verb.EXPORT]
    assert list(tmp_path.rglob("*.part")) == []


def test_a_link_is_replaced_and_not_followed(analyst: Workbench, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine", "utf-8")
    target = tmp_path / "page.html"
    target.symlink_to(elsewhere)
    analyst.exports.write_file(REFERENCE, target, PAGE, force=True, **SAID)
    assert elsewhere.read_text("utf-8") == "mine"
    assert not os.path.islink(target)  # noqa: PTH114 - says what is meant
