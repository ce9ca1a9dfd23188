"""What the audit log and certificates tell of safeguards, as queries: how often, and never who."""

from __future__ import annotations

from typing import Final

from sqlalchemy import and_, func, or_, select

from workbench.governance.alerts import AlertState
from workbench.records.audit.verbs import Verb
from workbench.records.safeguard_parts import AnyQuery, JsonParts, reference_of, says
from workbench.records.schema import audit, certificates

__all__ = ["checks", "erasures", "refusals", "verdicts"]

_PAIR: Final = 2


def erasures(of: JsonParts) -> AnyQuery:
    """One row a deletion certificate, in numbers, and whether the log holds its digest."""
    table = certificates.c
    told = select(of.text(audit.c.body, "details", "digest")).where(
        says(Verb.ERASE), of.text(audit.c.body, "details", "digest").is_not(None)
    )
    return select(
        reference_of(table.purpose).label("reference"),
        table.retention,
        of.text(table.content, "due").label("due"),
        table.at.label("finished"),
        of.number(table.content, "late_by_s").label("late_by_s"),
        of.text(table.content, "result").label("result"),
        *(
            of.length(table.content, part).label(part)
            for part in ("objects", "held", "remaining", "leftovers", "disclosed")
        ),
        table.digest.in_(told).label("logged"),
    )


def refusals(of: JsonParts) -> AnyQuery:
    """What was refused, by role, permission and kind of refusal; nobody's account."""
    body = audit.c.body
    found = (
        select(
            of.text(body, "role").label("role"),
            of.text(body, "details", "permission").label("permission"),
            of.text(body, "details", "kind").label("kind"),
            of.text(body, "utc").label("utc"),
        )
        .where(says(Verb.REFUSAL))
        .subquery("found")
    )
    named = (found.c.role, found.c.permission, found.c.kind)
    return select(
        *named, func.count().label("refusals"), func.max(found.c.utc).label("newest")
    ).group_by(*named)


def checks(of: JsonParts) -> AnyQuery:
    """The newest verification, the newest that did not pass, and the newest checkpoint."""
    body = audit.c.body
    result = of.text(body, "result")
    newest = (
        select(func.max(audit.c.seq))
        .where(or_(says(Verb.VERIFY), says(Verb.CHECKPOINT)))
        .group_by(of.text(body, "verb"), result)
    )
    return select(
        audit.c.seq,
        of.text(body, "verb").label("verb"),
        of.text(body, "utc").label("utc"),
        of.text(body, "role").label("role"),
        result.label("result"),
        *(
            of.whole(body, "details", name).label(name)
            for name in ("entries", "faults", "agreed_to", "witnesses")
        ),
    ).where(audit.c.seq.in_(newest))


def verdicts(of: JsonParts) -> AnyQuery:
    """How alerts were decided, by deployment: by one, by two alike or not, and by a third.

    The log outlives alerts, so those that were destroyed are among them.
    """
    body = audit.c.body
    said = (
        select(
            of.text(body, "purpose").label("purpose"),
            of.first(body, "objects").label("alert"),
            of.whole(body, "details", "place").label("place"),
            of.text(body, "details", "verdict").label("verdict"),
            of.text(body, "details", "move").label("move"),
            of.text(body, "details", "state").label("state"),
        )
        .where(says(Verb.ADJUDICATE))
        .subquery("said")
    )
    place, verdict = said.c.place, said.c.verdict
    alert = (
        select(
            said.c.purpose,
            func.max(verdict).filter(place == 1).label("one"),
            func.max(verdict).filter(place == _PAIR).label("other"),
            func.max(verdict).filter(place == _PAIR + 1).label("third"),
            func.max(said.c.state).filter(place == 1, verdict.is_not(None)).label("state"),
            func.count(said.c.move).label("moves"),
        )
        .group_by(said.c.purpose, said.c.alert)
        .subquery("alert")
    )
    first, second = alert.c.one, alert.c.other
    is_open = alert.c.state == AlertState.OPEN.value
    reference = reference_of(alert.c.purpose).label("reference")
    counted = (
        ("by_one", and_(second.is_(None), ~is_open)),
        ("unfinished", and_(second.is_(None), is_open)),
        ("agreed", first == second),
        ("differed", first != second),
        ("third", alert.c.third.is_not(None)),
        ("changed_later", alert.c.moves > 0),
    )
    return (
        select(reference, *(func.count().filter(which).label(name) for name, which in counted))
        .where(first.is_not(None))
        .group_by(alert.c.purpose)
    )
