"""What people said and did about alerts, as the records keep it: added to, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import Connection, func, insert, select

from workbench.governance.adjudication import Adjudication, Revision, Verdict
from workbench.governance.engaging import EngagementDecision
from workbench.governance.outcomes import Engagement
from workbench.records.damage import reads_whole
from workbench.records.erasable import in_parts
from workbench.records.identifiers import new_id
from workbench.records.moments import as_json, as_text, from_json
from workbench.records.row_digests import VERDICT, values_digest
from workbench.records.schema import alerts, engagements, verdicts

__all__ = [
    "add_engagement",
    "add_engagement_decision",
    "add_revision",
    "add_verdict",
    "adjudication_of",
    "adjudications_of",
    "engagement_decisions",
    "engagements_of",
    "said_counts",
    "said_digest",
]

_VERDICT = "verdict"
_REVISION = "revision"
_DECISION = "decision"
_ENGAGEMENT = "engagement"


def adjudication_of(connection: Connection, alert: str, *, two_person: bool) -> Adjudication:
    """Return what was said about an alert.

    Args:
        connection: that sees the records.
        alert: id of the alert.
        two_person: whether the two-person rule is in force for it.
    """
    return adjudications_of(connection, [alert], two_person=two_person)[alert]


def adjudications_of(
    connection: Connection, alert_ids: Iterable[str], *, two_person: bool
) -> dict[str, Adjudication]:
    """Return what was said about each of some alerts, by id."""
    wanted = list(dict.fromkeys(alert_ids))
    found = {alert: Adjudication(alert, two_person) for alert in wanted}
    table = verdicts
    for part in in_parts(wanted):
        rows = connection.execute(
            select(table.c.alert, table.c.kind, table.c.content)
            .where(table.c.alert.in_(part))
            .order_by(table.c.alert, table.c.place)
        )
        for alert, said in groupby(rows, key=lambda row: row.alert):
            what = f"what was said about alert {alert}"
            for row in said:
                with reads_whole("what was said about alert", alert):
                    content = from_json(row.content)
                    one = found[alert]
                    found[alert] = (
                        one.with_verdict(Verdict.read(content, what=what))
                        if row.kind == _VERDICT
                        else one.with_revision(Revision.read(content, what=what))
                    )
    return found


def add_verdict(connection: Connection, alert: str, verdict: Verdict) -> int:
    """Keep a verdict, and return its place among what was said about the alert, from 1."""
    return _add(connection, id=new_id("verdict", verdict.at), **_columns(alert, verdict))


def add_revision(connection: Connection, alert: str, revision: Revision) -> int:
    """Keep a revision, and return its place among what was said about the alert, from 1."""
    return _add(connection, id=new_id("verdict", revision.at), **_columns(alert, revision))


def said_digest(alert: str, place: int, said: Verdict | Revision) -> str:
    """Return the digest of what was said about an alert, as the row at that place keeps it."""
    return values_digest(VERDICT, {**_columns(alert, said), "place": place})


def said_counts(connection: Connection, deployment: str) -> list[tuple[str, int]]:
    """Return how often people said something of each alert of a deployment, cheap to ask.

    Verdicts and revisions first, then engagements; those that `connection` may read.
    """
    found: list[tuple[str, int]] = []
    for table in (verdicts, engagements):
        query = (
            select(table.c.alert, func.count(table.c.alert))
            .join(alerts, alerts.c.id == table.c.alert)
            .where(alerts.c.deployment == deployment)
            .group_by(table.c.alert)
            .order_by(table.c.alert)
        )
        found += [(alert, count) for alert, count in connection.execute(query)]
    return found


def add_engagement_decision(
    connection: Connection, alert: str, decision: EngagementDecision
) -> str:
    """Keep whether officers are to engage, and return the id of that."""
    name = new_id("engagement", decision.at)
    connection.execute(
        insert(engagements).values(
            id=name,
            alert=alert,
            kind=_DECISION,
            actor=decision.by,
            content=as_json(decision.plain()),
            at=as_text(decision.at),
        )
    )
    return name


def add_engagement(connection: Connection, engagement: Engagement, *, by: str, at: str) -> str:
    """Keep what officers did because of an alert, and return the id of that.

    Args:
        connection: of a transaction that writes.
        engagement: what they did.
        by: account that recorded it.
        at: when it was recorded, as the tables hold it.
    """
    name = new_id("engagement", engagement.started)
    connection.execute(
        insert(engagements).values(
            id=name,
            alert=engagement.alert,
            kind=_ENGAGEMENT,
            actor=by,
            content=as_json(engagement.plain()),
            at=at,
        )
    )
    return name


def engagement_decisions(
    connection: Connection, alert_ids: Iterable[str]
) -> dict[str, list[EngagementDecision]]:
    """Return what was decided about engaging, by alert, in its order."""
    found: dict[str, list[EngagementDecision]] = {}
    for alert, content in _contents(connection, alert_ids, _DECISION):
        what = f"a decision on alert {alert}"
        with reads_whole("a decision on alert", alert):
            one = EngagementDecision.read(from_json(content), what=what)
        found.setdefault(alert, []).append(one)
    return found


def engagements_of(connection: Connection, alert_ids: Iterable[str]) -> dict[str, list[Engagement]]:
    """Return what officers did, by alert, in its order."""
    found: dict[str, list[Engagement]] = {}
    for alert, content in _contents(connection, alert_ids, _ENGAGEMENT):
        what = f"an engagement on alert {alert}"
        with reads_whole("an engagement on alert", alert):
            one = Engagement.read(from_json(content), what=what)
        found.setdefault(alert, []).append(one)
    return found


def _contents(connection: Connection, alert_ids: Iterable[str], kind: str) -> list[tuple[str, str]]:
    table = engagements
    return [
        (row.alert, row.content)
        for part in in_parts(dict.fromkeys(alert_ids))
        for row in connection.execute(
            select(table.c.alert, table.c.content)
            .where(table.c.alert.in_(part), table.c.kind == kind)
            .order_by(table.c.at, table.c.id)
        )
    ]


def _columns(alert: str, said: Verdict | Revision) -> dict[str, str]:
    return {
        "alert": alert,
        "kind": _VERDICT if isinstance(said, Verdict) else _REVISION,
        "actor": said.by,
        "verdict": (said.verdict if isinstance(said, Verdict) else said.to).value,
        "content": as_json(said.plain()),
        "at": as_text(said.at),
    }


def _add(connection: Connection, *, alert: str, **values: str) -> int:
    """Keep what somebody said, at the next place; a team's database counts what is hidden, too."""
    query = select(func.coalesce(func.max(verdicts.c.place), 0)).where(verdicts.c.alert == alert)
    place = int(connection.execute(query).scalar_one()) + 1
    statement = insert(verdicts).values(alert=alert, place=place, **values)
    return int(connection.execute(statement.returning(verdicts.c.place)).scalar_one())
