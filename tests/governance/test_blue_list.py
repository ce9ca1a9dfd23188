"""Consenting staff, their consent, and the passes that somebody saw."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from workbench.errors import NotAuthorisedError, RecordError
from workbench.governance.blue_list import (
    BLUE_LIST_SOURCE,
    BlueListMember,
    Pass,
    require_consent,
)


def member(**changed: Any) -> BlueListMember:
    values = {"member": "STAFF/12", "consent": "HR/2026/12", "consented": "2026-11-01"}
    return BlueListMember.read(values | changed, what="the member")


def walked(**changed: Any) -> Pass:
    values = {
        "member": "STAFF/12",
        "at": datetime(2026, 11, 25, 12, 0, tzinfo=UTC),
        "feed": "camera 1",
        "seen_by": "b.osei",
    }
    return Pass.read(values | changed, what="the pass")


@pytest.mark.parametrize(
    ("withdrawn", "day", "holds"),
    [
        (None, "2026-10-31", False),
        (None, "2026-11-01", True),
        (None, "2030-01-01", True),
        ("2026-11-10", "2026-11-09", True),
        ("2026-11-10", "2026-11-10", False),
        ("2026-11-01", "2026-11-01", False),
    ],
)
def test_consent_holds_from_its_day_until_it_is_withdrawn(
    withdrawn: str | None, day: str, holds: bool
) -> None:
    assert member(withdrawn=withdrawn).consents_on(date.fromisoformat(day)) is holds


def test_consent_is_not_withdrawn_before_it_is_given() -> None:
    with pytest.raises(RecordError, match="withdrawn 2026-10-31 lies before consented 2026-11-01"):
        member(withdrawn="2026-10-31")


@pytest.mark.parametrize("field", ["member", "consent", "consented"])
def test_a_member_has_a_reference_a_document_and_a_day(field: str) -> None:
    with pytest.raises(RecordError, match=f"{field}: "):
        member(**{field: None})


def test_a_pass_is_recognised_when_it_raised_an_alert() -> None:
    assert not walked().is_recognised
    assert walked(alert="A-1").is_recognised


def test_nobody_vouches_for_their_own_pass() -> None:
    with pytest.raises(RecordError, match="seen_by is the member; somebody else must have seen"):
        walked(seen_by="staff/12")


def test_a_pass_needs_a_consent() -> None:
    require_consent([member()], walked())
    require_consent([member(withdrawn="2026-11-02"), member(consented="2026-11-20")], walked())
    with pytest.raises(NotAuthorisedError) as refused:
        require_consent([], walked())
    assert str(refused.value) == ("STAFF/12 is not on the blue list: record their consent first.")
    with pytest.raises(NotAuthorisedError) as refused:
        require_consent([member(withdrawn="2026-11-20")], walked())
    assert str(refused.value) == (
        "the consent of STAFF/12 does not hold on 2026-11-25: the pass cannot be recorded. "
        "Destroy what was kept of it."
    )


def test_the_blue_list_is_said_to_be_chosen() -> None:
    assert "the product's own choice" in BLUE_LIST_SOURCE.describe()
