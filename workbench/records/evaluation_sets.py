"""Evaluation sets as the records keep them; whom they show is in the vault alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.engine import Row

from workbench.errors import RefusedError, UnknownRecordError
from workbench.governance.evaluation_sets import EvaluationSet
from workbench.records.damage import reads_row
from workbench.records.moments import as_json, as_text, from_json, from_text
from workbench.records.schema import evaluation_sets, vault_objects

__all__ = [
    "EvaluationSetRow",
    "add_evaluation_set",
    "find_evaluation_set",
    "list_evaluation_sets",
    "mark_evaluation_set_destroyed",
    "require_name_is_free",
    "sealed_images",
]


@dataclass(frozen=True, slots=True)
class EvaluationSetRow:
    """An evaluation set.

    Attributes:
        record: what it is; never changed.
        key_id: id of the data key that seals its images.
        destroyed: when its images were destroyed; `None` while they are kept.
    """

    record: EvaluationSet
    key_id: str
    destroyed: datetime | None = None

    @property
    def id(self) -> str:
        """What names it in the records."""
        return self.record.id

    @property
    def name(self) -> str:
        """What names it for people."""
        return self.record.name


def require_name_is_free(connection: Connection, name: str) -> None:
    """Raise `RefusedError` when there is or was a set of that name; they differ by more than case.

    The name of a set that was destroyed stays its own: certificates and the log say it.
    """
    taken = connection.execute(
        select(evaluation_sets.c.name).where(func.lower(evaluation_sets.c.name) == name.lower())
    ).scalar()
    if taken is not None:
        msg = (
            f"there is, or was, an evaluation set {taken} already. Each has a name of its own: "
            "choose another."
        )
        raise RefusedError(msg)


def add_evaluation_set(connection: Connection, row: EvaluationSetRow) -> None:
    """Keep a new set.

    Raises:
        RefusedError: when there is or was one of that name.
    """
    require_name_is_free(connection, row.name)
    connection.execute(
        insert(evaluation_sets).values(
            id=row.id,
            name=row.name,
            owner=row.record.owner,
            content=as_json(row.record.plain()),
            made=as_text(row.record.made),
            ends=as_text(row.record.ends),
            key_id=row.key_id,
            destroyed=None,
        )
    )


def find_evaluation_set(connection: Connection, name: str) -> EvaluationSetRow:
    """Return a set by its name.

    Raises:
        UnknownRecordError: when there is none.
    """
    query = select(evaluation_sets).where(evaluation_sets.c.name == name)
    found = connection.execute(query).first()
    if found is None:
        shown = ascii(name)[1:-1][:100]
        msg = f"there is no evaluation set {shown}. List them with workbench evaluation-set list."
        raise UnknownRecordError(msg)
    return _row(found)


def list_evaluation_sets(connection: Connection) -> list[EvaluationSetRow]:
    """Return all sets, also those that were destroyed, by when they were made."""
    query = select(evaluation_sets).order_by(evaluation_sets.c.made, evaluation_sets.c.id)
    return [_row(found) for found in connection.execute(query)]


def sealed_images(connection: Connection, set_id: str) -> list[str]:
    """Return the ids of what the vault holds for a set; their order says nothing."""
    query = (
        select(vault_objects.c.id)
        .where(vault_objects.c.purpose == set_id)
        .order_by(vault_objects.c.id)
    )
    return list(connection.execute(query).scalars())


def mark_evaluation_set_destroyed(connection: Connection, set_id: str, at: datetime) -> None:
    """Say that the images of a set are destroyed; part of the transaction that ends an erasure."""
    connection.execute(
        update(evaluation_sets)
        .where(evaluation_sets.c.id == set_id, evaluation_sets.c.destroyed.is_(None))
        .values(destroyed=as_text(at))
    )


@reads_row("evaluation set")
def _row(found: Row[Any]) -> EvaluationSetRow:
    return EvaluationSetRow(
        record=EvaluationSet.read(from_json(found.content), what=f"evaluation set {found.name}"),
        key_id=found.key_id,
        destroyed=None if found.destroyed is None else from_text(found.destroyed),
    )
