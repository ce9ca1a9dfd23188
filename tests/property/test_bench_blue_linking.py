"""Passes and alerts, whatever they are: one of each belongs together at most, and only likely ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workbench.bench.blue_linking import pair
from workbench.governance.blue_list import PASS_WINDOW, Pass
from workbench.governance.categories import Category
from workbench.records.alerts import AlertRow
from workbench.records.blue_list import PassRow

BEGIN = datetime(2026, 11, 25, 10, tzinfo=UTC)
SECONDS = st.integers(0, 300)
MEMBERS = st.sampled_from(["STAFF/7", "STAFF/8"])
FEEDS = st.sampled_from(["gate", "Gate", "corner", "the steps"])


def passed(place: int, member: str, second: int, feed: str) -> PassRow:
    at = BEGIN + timedelta(seconds=second)
    seen = Pass(member=member, at=at, feed=feed, seen_by="operator")
    return PassRow(f"pass-{place}", "deployment-1", seen, "operator", at)


def raised(place: int, member: str, second: int, feed: str) -> AlertRow:
    return AlertRow(
        id=f"alert-{place}",
        deployment="deployment-1",
        session="session-1",
        feed=feed,
        entry="entry-1",
        raised=BEGIN + timedelta(seconds=second),
        time_s=0.0,
        score=1.0,
        threshold=1.0,
        category=Category.BLUE_LIST,
        blue_list=True,
        object_id="object-1",
        key_id="key-1",
        subject=member,
    )


@given(
    st.lists(st.tuples(MEMBERS, SECONDS, FEEDS), max_size=8),
    st.lists(st.tuples(MEMBERS, SECONDS, st.sampled_from(["gate", "corner"])), max_size=8),
)
def test_each_belongs_to_one_and_none_that_could_is_left(
    walked: list[tuple[str, int, str]], seen: list[tuple[str, int, str]]
) -> None:
    passes = {row.id: row for row in (passed(*one) for one in _numbered(walked))}
    alerts = {row.id: row for row in (raised(*one) for one in _numbered(seen))}
    pairs = pair(passes.values(), list(alerts.values()), ["gate", "corner"])
    assert len(set(pairs.values())) == len(pairs)
    for one, other in pairs.items():
        assert _likely(passes[one], alerts[other])
    free = [row for name, row in alerts.items() if name not in pairs.values()]
    for name, row in passes.items():
        assert name in pairs or not any(_likely(row, alert) for alert in free)


def _numbered(rows: list[tuple[str, int, str]]) -> list[tuple[int, str, int, str]]:
    return [(place, *row) for place, row in enumerate(rows)]


def _likely(row: PassRow, alert: AlertRow) -> bool:
    feed = row.seen.feed.casefold()
    return (
        alert.subject == row.seen.member
        and abs(alert.raised - row.seen.at) <= PASS_WINDOW
        and feed in {alert.feed, "the steps"}
    )
