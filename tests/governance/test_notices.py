"""Notices: a deployment is announced before it starts, or says why it could not be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.notices import CommunityEngagement, NoticePlan, NoticeRecord

STARTS = datetime(2026, 11, 25, 10, tzinfo=UTC)
PLAN = {
    "signs": 4,
    "signs_where": "at both ends of the street",
    "leaflets": True,
    "published_at": "2026-11-23T10:00:00Z",
    "website": "https://police.example/lfr",
}


def plan(**changes: Any) -> NoticePlan:
    """A plan that is in order, but for the changes."""
    return NoticePlan.read(PLAN | changes, what="notice")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"leaflets": False},
        {"published_at": "2026-11-25T09:59:59Z"},
        {"published_at": "2026-11-25T11:59:59+02:00"},
        {"published_at": None, "website": None, "urgency": "A threat to life at 09:30."},
        {"published_at": "2026-11-25T11:00:00Z", "urgency": "A threat to life at 09:30."},
    ],
)
def test_a_plan_that_will_do(changes: dict[str, Any]) -> None:
    assert plan(**changes).fault_for_start(STARTS) is None


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1), timedelta(days=3)])
def test_a_notice_that_does_not_precede_the_start_is_refused(late: timedelta) -> None:
    fault = plan(published_at=STARTS + late).fault_for_start(STARTS)
    assert fault is not None
    assert "which is not before the start at 2026-11-25 10:00 UTC" in fault
    assert "publish it earlier, or write under notice.urgency" in fault


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"signs": 0}, "signs: input should be greater than or equal to 1"),
        ({"signs": True}, "signs: input should be a valid integer"),
        ({"signs": "4"}, "signs: input should be a valid integer"),
        ({"signs_where": " "}, "signs_where: is empty"),
        ({"leaflets": "yes"}, "leaflets: input should be a valid boolean"),
        (
            {"published_at": "2026-11-23T10:00:00"},
            "published_at: must be a date and time with its zone",
        ),
        ({"website": None}, "website is missing: name the page"),
        ({"published_at": None}, "published_at is missing: say when .* or write under urgency why"),
    ],
)
def test_a_plan_that_cannot_be_used_says_what_is_missing(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(RecordError, match=f"notice cannot be used: .*{words}"):
        plan(**changes)


ENGAGEMENT = {
    "held": "2026-11-10",
    "with_whom": "Croydon independent advisory group",
    "said": "They asked how long faces are kept.\nThey were told.",
    "outcome": "Two members will observe.",
}
PUT_UP = {"what": "six signs", "at": "2026-11-25T08:00:00Z", "by": "p.osei"}


def test_what_was_said_and_put_up_is_recorded() -> None:
    engagement = CommunityEngagement.read(ENGAGEMENT, what="engagement")
    assert engagement.plain() == ENGAGEMENT
    record = NoticeRecord.read(PUT_UP, what="notice record")
    assert record.plain() == PUT_UP


@pytest.mark.parametrize("field", ENGAGEMENT)
def test_an_engagement_without_a_field_names_it(field: str) -> None:
    with pytest.raises(RecordError, match=f"engagement cannot be used: {field}: field required"):
        CommunityEngagement.read(
            {name: value for name, value in ENGAGEMENT.items() if name != field}, what="engagement"
        )


@pytest.mark.parametrize("field", PUT_UP)
def test_a_notice_record_without_a_field_names_it(field: str) -> None:
    with pytest.raises(RecordError, match=f"notice record cannot be used: {field}: field req"):
        NoticeRecord.read(
            {name: value for name, value in PUT_UP.items() if name != field}, what="notice record"
        )
