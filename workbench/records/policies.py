"""Threshold policies as the records keep them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import RefusedError, UnknownRecordError
from workbench.governance.policies import ThresholdPolicy
from workbench.records.damage import reads_row
from workbench.records.moments import as_json, as_text, from_json
from workbench.records.schema import policies

__all__ = ["add_policy", "find_policy", "has_policy", "list_policies", "replace_policy"]


def add_policy(connection: Connection, policy: ThresholdPolicy, issued_by: str, at: str) -> None:
    """Keep a policy.

    Raises:
        RefusedError: when there is one of that id; a policy is never changed, only replaced by
            one of another id.
    """
    if has_policy(connection, policy.id):
        msg = f"there is a policy {policy.id} already. Issue this one under another id."
        raise RefusedError(msg)
    connection.execute(
        insert(policies).values(
            id=policy.id,
            content=as_json(policy.plain()),
            issued_by=issued_by,
            issued=at,
            approver=policy.approver,
            approved=None if policy.approved is None else as_text(policy.approved),
        )
    )


def has_policy(connection: Connection, policy_id: str) -> bool:
    """Return whether there is a policy of an id."""
    query = select(policies.c.id).where(policies.c.id == policy_id)
    return connection.execute(query).first() is not None


def find_policy(connection: Connection, policy_id: str) -> ThresholdPolicy:
    """Return a policy.

    Raises:
        UnknownRecordError: when there is none of that id.
    """
    query = select(policies.c.id, policies.c.content).where(policies.c.id == policy_id)
    found = connection.execute(query).one_or_none()
    if found is None:
        msg = f"there is no policy {policy_id}. List them with workbench policy list."
        raise UnknownRecordError(msg)
    return _policy(found)


def list_policies(connection: Connection) -> list[ThresholdPolicy]:
    """Return all policies by id."""
    rows = connection.execute(select(policies.c.id, policies.c.content).order_by(policies.c.id))
    return [_policy(row) for row in rows]


def replace_policy(connection: Connection, policy: ThresholdPolicy) -> None:
    """Keep a policy as it is once somebody approved it; nothing else of it may differ."""
    connection.execute(
        update(policies)
        .where(policies.c.id == policy.id)
        .values(
            content=as_json(policy.plain()),
            approver=policy.approver,
            approved=None if policy.approved is None else as_text(policy.approved),
        )
    )


@reads_row("policy")
def _policy(row: Row[Any]) -> ThresholdPolicy:
    return ThresholdPolicy.read(from_json(row.content), what=f"policy {row.id}")
