"""The rules of a force as the records keep them, and every change that was proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import UnknownRecordError
from workbench.records.damage import reads_row, reads_whole
from workbench.records.moments import as_json, as_text, from_json, from_text, object_from_json
from workbench.records.schema import bench, rule_changes

__all__ = [
    "RuleChange",
    "add_change",
    "decide_change",
    "find_change",
    "list_changes",
    "read_rules",
    "replace_rules",
]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A change of the rules.

    Attributes:
        id: names it.
        rules: as they would be, whole, as plain values.
        before: as they were when it was proposed.
        reason: why, in words.
        proposed_by: account of who proposed it.
        proposed: when.
        decided_by: account of who decided on it; `None` while it is open.
        decided: when.
        decision: `confirmed`, `declined` or `superseded`.
    """

    id: str
    rules: Mapping[str, Any]
    before: Mapping[str, Any]
    reason: str
    proposed_by: str
    proposed: datetime
    decided_by: str | None = None
    decided: datetime | None = None
    decision: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on it."""
        return self.decided is None

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the rules that it changes."""
        return tuple(
            name for name in sorted(self.rules) if self.rules[name] != self.before.get(name)
        )


def read_rules(connection: Connection) -> Mapping[str, Any]:
    """Return the rules in force, as plain values."""
    found = connection.execute(select(bench.c.id, bench.c.settings)).one()
    with reads_whole("bench", found.id):
        return object_from_json(found.settings)


def replace_rules(connection: Connection, rules: Mapping[str, Any]) -> None:
    """Put rules in force."""
    connection.execute(update(bench).values(settings=as_json(rules)))


def add_change(connection: Connection, change: RuleChange) -> None:
    """Keep a proposal."""
    content = {"rules": change.rules, "before": change.before, "reason": change.reason}
    connection.execute(
        insert(rule_changes).values(
            id=change.id,
            content=as_json(content),
            proposed_by=change.proposed_by,
            proposed=as_text(change.proposed),
        )
    )


def decide_change(
    connection: Connection, change_id: str, *, by: str, at: datetime, decision: str
) -> None:
    """Keep what was decided on a proposal."""
    connection.execute(
        update(rule_changes)
        .where(rule_changes.c.id == change_id)
        .values(decided_by=by, decided=as_text(at), decision=decision)
    )


def find_change(connection: Connection, change_id: str) -> RuleChange:
    """Return a proposal.

    Raises:
        UnknownRecordError: when there is none of that id.
    """
    found = connection.execute(select(rule_changes).where(rule_changes.c.id == change_id)).first()
    if found is None:
        msg = (
            f"there is no change of the rules {ascii(change_id)[1:-1][:100]}. See workbench rules "
            "show."
        )
        raise UnknownRecordError(msg)
    return _change(found)


def list_changes(connection: Connection) -> list[RuleChange]:
    """Return all proposals, decided or not, by when they were made."""
    query = select(rule_changes).order_by(rule_changes.c.proposed, rule_changes.c.id)
    return [_change(found) for found in connection.execute(query)]


@reads_row("change of the rules")
def _change(row: Row[Any]) -> RuleChange:
    content = from_json(row.content)
    return RuleChange(
        id=row.id,
        rules=dict(content["rules"]),
        before=dict(content["before"]),
        reason=content["reason"],
        proposed_by=row.proposed_by,
        proposed=from_text(row.proposed),
        decided_by=row.decided_by,
        decided=None if row.decided is None else from_text(row.decided),
        decision=row.decision,
    )
