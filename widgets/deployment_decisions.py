"""Sections of the page of one deployment: over time, its feeds, how alerts were decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from widgets.deployment_texts import ONCE_ENDED, hours_words, later_words, share_words
from widgets.deployment_times import alert_chart, decision_chart, search_chart
from widgets.managers_parts import (
    UNKNOWN,
    Part,
    cell,
    column,
    count_words,
    facts,
    section,
    table,
    words,
)
from workbench.outcomes.deployment_facts import DeploymentFacts, FeedFacts

__all__ = ["decisions_section", "times_section"]

_TITLE: Final = "How alerts were decided, and what came of them"
_KINDS: Final = (
    ("true_confirmed", "True, confirmed", "good"),
    ("true_unconfirmed", "True, unconfirmed", "good"),
    ("false_confirmed", "False, confirmed", "bad"),
    ("false_unconfirmed", "False, unconfirmed", "bad"),
    ("unresolved", "Unresolved: looked at, and could not be decided", "warn"),
    ("open", "Open: nobody has decided yet", "warn"),
    ("destroyed_undecided", "Destroyed in its time before anybody decided", "warn"),
)


def times_section(one: DeploymentFacts) -> Part:
    """Return alerts over time, what was searched with its gaps, and the health of the feeds."""
    return section(
        "times",
        "Over time",
        alert_chart(one),
        search_chart(one),
        _feed_table(one.feeds),
    )


def _feed_table(feeds: Sequence[FeedFacts]) -> Part:
    rows: list[list[object]] = []
    for feed in feeds:
        took = None if feed.ended is None else (feed.ended - feed.started).total_seconds() / 60
        lost = sum((gap.end - gap.start).total_seconds() for gap in feed.gaps or ())
        gaps: object = cell(None, UNKNOWN)
        if feed.gaps is not None:
            said = f"{len(feed.gaps):,}, {later_words(lost)} in all" if feed.gaps else "none"
            gaps = cell(lost, said, mark="warn" if feed.gaps else None)
        rows.append(
            [
                feed.feed,
                feed.started,
                cell(took, hours_words(took, "no end on record")),
                feed.stopped_by or ("it runs" if feed.ended is None else UNKNOWN),
                cell(feed.threshold, f"{feed.threshold:g} ({feed.unit or 'unit unknown'})"),
                _number(feed.faces_seen),
                feed.counting_method or UNKNOWN,
                _number(feed.frames),
                _number(feed.drops),
                gaps,
                _health(feed),
            ]
        )
    return table(
        "feeds",
        "Searches and the health of their feeds",
        [
            column("feed", "Feed"),
            column("started", "Started", "time"),
            column("lasted", "Lasted", "number"),
            column("ended_because", "Ended because"),
            column("threshold", "Threshold", "number"),
            column("faces", "Faces seen", "number", meaning="Faces, not people; an estimate."),
            column("method", "Counted as"),
            column("frames", "Frames searched", "number"),
            column(
                "dropped",
                "Frames dropped",
                "number",
                meaning="They came, and the search was behind: nobody looked at them.",
            ),
            column("gaps", "Gaps", "number", meaning="Stretches in which nothing was searched."),
            column("health", "What went wrong"),
        ],
        rows,
        empty="Nothing was searched.",
        search=False,
    )


def _health(feed: FeedFacts) -> object:
    wrong = [
        said
        for is_so, said in (
            (feed.lost, "its process ended without saying so"),
            (feed.damaged, "part of the feed could not be read"),
            (feed.fault, "a fault ended it"),
        )
        if is_so
    ]
    return cell(len(wrong), "; ".join(wrong) or "nothing noted", mark="warn" if wrong else None)


def decisions_section(one: DeploymentFacts) -> Part:
    """Return how alerts were decided, how long that took, and what came of them."""
    alerts, decisions = one.alerts, one.decisions
    if alerts is None or decisions is None:
        return section("decisions", _TITLE, words("later", ONCE_ENDED))
    rows: list[list[object]] = []
    for name, title, mark in _KINDS:
        count = getattr(alerts, name)
        share = share_words(count, alerts.alerts, "alerts")
        shape = "none" if mark == "warn" and not count else mark
        rows.append([cell(title, title, mark=shape), count, share])
    pair = (
        f"{share_words(decisions.by_two, decisions.alerts, 'alerts')} by two people or more; "
        f"the first two agreed on {decisions.agreed:,} and differed on {decisions.differed:,}, "
        f"of which a third person settled {decisions.by_a_third:,}"
    )
    engaged = (
        f"{_times(alerts.engagements, 'engagement')}, {alerts.stops:,} of them stops, "
        f"{hours_words(alerts.engagement_minutes)} in all"
    )
    wrong = (
        f"{_times(alerts.false_alert_engagements, 'engagement')}, "
        f"{hours_words(alerts.false_alert_minutes)} in all, "
        f"{_times(alerts.false_alert_arrests, 'arrest')}"
    )
    came = (
        f"{_times(alerts.arrests, 'arrest')}, "
        f"{_times(alerts.other_disposals, 'other disposal')}, "
        f"{alerts.no_action:,} no action, {alerts.without_outcome:,} without an outcome on record"
    )
    return section(
        "decisions",
        _TITLE,
        table(
            "states",
            "Alerts by decision",
            [
                column("state", "Decision"),
                column("alerts", "Alerts", "number"),
                column("share", "Of all"),
            ],
            rows,
            search=False,
        ),
        decision_chart(decisions),
        facts(
            "people",
            [
                ("Verdicts", pair if decisions.alerts else "no alert is there to tell"),
                ("By one person so far", share_words(decisions.by_one, decisions.alerts, "alerts")),
                ("Verdicts destroyed with their alerts", f"of {alerts.gone:,} alerts"),
                ("Spoken to because of an alert", engaged),
                ("Because of a false alert", wrong),
                ("What came of the alerts", came),
                ("On consenting staff, counted nowhere else", f"{alerts.blue_list_alerts:,}"),
            ],
        ),
    )


def _times(count: int, what: str) -> str:
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def _number(count: int | None) -> object:
    return cell(count, count_words(count))
