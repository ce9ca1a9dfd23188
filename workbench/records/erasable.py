"""What goes together: the records, the keys and the sealed objects of one thing that is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.sql import Select

from workbench.errors import UnknownRecordError
from workbench.governance.evaluation_sets import EvaluationSet
from workbench.governance.reference_collections import CollectionCounts, CollectionGallery
from workbench.governance.retention import RetentionClass
from workbench.records.collections import CollectionPart, CollectionRow, keys_of_parts
from workbench.records.damage import reads_whole
from workbench.records.moments import from_json
from workbench.records.schema import (
    alerts,
    cases,
    collection_parts,
    collections,
    data_keys,
    deployments,
    engagements,
    evaluation_sets,
    footage,
    searches,
    vault_objects,
    verdicts,
    watchlists,
)

__all__ = [
    "ON_SERVER",
    "PEOPLE",
    "REFERENCES",
    "Erasable",
    "erasable_alerts",
    "erasable_case",
    "erasable_collection",
    "erasable_evaluation_set",
    "erasable_people",
    "erasable_watchlist",
    "in_parts",
]

_PART: Final = 500
ON_SERVER: Final = "galleries-on-a-server"
"""What is counted of a collection that is compared on a server, which keys do not reach."""
PEOPLE: Final = "people"
REFERENCES: Final = "references"
"""What is counted of people who are removed from a collection."""


@dataclass(frozen=True, slots=True)
class Erasable:
    """What one erasure would destroy.

    Attributes:
        retention: class of it.
        purpose: id of the deployment, case, collection or evaluation set.
        reference: of that, for people.
        objects: ids of the records that go, in order.
        keys: ids of the data keys, in order.
        sealed: ids of the objects of the vault, in order.
        counts: how many there are, by kind.
    """

    retention: RetentionClass
    purpose: str
    reference: str
    objects: tuple[str, ...]
    keys: tuple[str, ...]
    sealed: tuple[str, ...]
    counts: dict[str, int]


def erasable_watchlist(connection: Connection, deployment: str) -> Erasable:
    """Return what a deployment's watchlist consists of.

    Raises:
        UnknownRecordError: when there is none, or it is destroyed already.
    """
    reference = _reference(
        connection, select(deployments.c.reference), deployments.c.id, deployment
    )
    table = watchlists
    row = connection.execute(
        select(table).where(table.c.deployment == deployment, table.c.destroyed.is_(None))
    ).first()
    if row is None:
        msg = (
            f"deployment {reference} has no watchlist, or it is destroyed already. Look at its "
            "certificates: workbench retention certificate."
        )
        raise UnknownRecordError(msg)
    keys = _keys_of(connection, deployment, RetentionClass.WATCHLIST, {row.key_id})
    sealed = _sealed_by(connection, keys)
    return Erasable(
        retention=RetentionClass.WATCHLIST,
        purpose=deployment,
        reference=reference,
        objects=(row.id,),
        keys=keys,
        sealed=sealed,
        counts={
            "watchlists": 1,
            "references": row.references_count,
            "subjects": row.subjects_count,
            "keys": len(keys),
            "sealed-objects": len(sealed),
        },
    )


def erasable_alerts(
    connection: Connection, deployment: str, ids: Collection[str] | None = None
) -> Erasable:
    """Return what alerts of a deployment consist of; one that was moved to a case is the case's.

    Args:
        connection: that sees the records.
        deployment: id of the deployment.
        ids: of the alerts; all of the deployment if left out.

    Raises:
        UnknownRecordError: when one of them is not there, or there is none at all.
    """
    reference = _reference(
        connection, select(deployments.c.reference), deployments.c.id, deployment
    )
    query = select(alerts.c.id, alerts.c.key_id).where(
        alerts.c.deployment == deployment, alerts.c.moved_to.is_(None)
    )
    keys = {row.id: row.key_id for row in connection.execute(query)}
    wanted = sorted(keys if ids is None else ids)
    absent = [name for name in wanted if name not in keys]
    if absent or not wanted:
        what = f"no alert {absent[0]}" if absent else "no alert"
        msg = f"deployment {reference} has {what}; it may be destroyed, or be a case's."
        raise UnknownRecordError(msg)
    return _alerts(
        connection,
        RetentionClass.ALERT,
        deployment,
        reference=reference,
        keys_of={name: keys[name] for name in wanted},
    )


def erasable_case(connection: Connection, case: str, kept: Collection[str] = ()) -> Erasable:
    """Return what a case consists of, with its footage and searches and the alerts moved to it.

    Args:
        connection: that sees the records.
        case: id of the case.
        kept: ids of its alerts that legal holds keep; while there are any the case stays too.

    Raises:
        UnknownRecordError: when there is no such case.
    """
    reference = _reference(connection, select(cases.c.number), cases.c.id, case)
    query = select(alerts.c.id, alerts.c.key_id, alerts.c.object_id).where(
        alerts.c.moved_to == case
    )
    moved = {row.id: row for row in connection.execute(query)}
    held = [row for name, row in moved.items() if name in kept]
    going = {name: row.key_id for name, row in moved.items() if name not in kept}
    found = _alerts(connection, RetentionClass.CASE, case, reference=reference, keys_of=going)
    keys = _keys_of(connection, case, RetentionClass.CASE, found.keys)
    keys = tuple(key for key in keys if key not in {row.key_id for row in held})
    purposed = select(vault_objects.c.id).where(vault_objects.c.purpose == case)
    sealed = {*_sealed_by(connection, keys), *connection.execute(purposed).scalars()}
    sealed -= {row.object_id for row in held}
    of_case = {table.name: _of_case(connection, table, case) for table in (footage, searches)}
    return Erasable(
        retention=RetentionClass.CASE,
        purpose=case,
        reference=reference,
        objects=(
            *found.objects,
            *(name for names in of_case.values() for name in names),
            *(() if held else (case,)),
        ),
        keys=keys,
        sealed=tuple(sorted(sealed)),
        counts={
            **found.counts,
            **{kind: len(names) for kind, names in of_case.items() if names},
            "cases": 0 if held else 1,
            "keys": len(keys),
            "sealed-objects": len(sealed),
        },
    )


def erasable_evaluation_set(connection: Connection, set_id: str) -> Erasable:
    """Return what an evaluation set consists of.

    Raises:
        UnknownRecordError: when there is none of that id, or it is destroyed already.
    """
    table = evaluation_sets
    row = connection.execute(
        select(table).where(table.c.id == set_id, table.c.destroyed.is_(None))
    ).first()
    if row is None:
        msg = (
            f"there is no evaluation set {ascii(set_id)[1:-1][:100]}, or it is destroyed already. "
            "A data-protection officer shows its certificate: workbench retention certificate."
        )
        raise UnknownRecordError(msg)
    with reads_whole("evaluation set", set_id):
        record = EvaluationSet.read(from_json(row.content), what=f"evaluation set {row.name}")
    keys = _keys_of(connection, set_id, RetentionClass.EVALUATION_SET, {row.key_id})
    sealed = _sealed_by(connection, keys)
    return Erasable(
        retention=RetentionClass.EVALUATION_SET,
        purpose=set_id,
        reference=record.name,
        objects=(set_id,),
        keys=keys,
        sealed=sealed,
        counts={
            "evaluation-sets": 1,
            "images": record.images,
            "subjects": record.subjects,
            "keys": len(keys),
            "sealed-objects": len(sealed),
        },
    )


def erasable_collection(connection: Connection, collection: str) -> Erasable:
    """Return what a reference collection consists of.

    Raises:
        UnknownRecordError: when there is none of that id, or it is destroyed already.
    """
    table = collections
    row = connection.execute(
        select(table).where(table.c.id == collection, table.c.destroyed.is_(None))
    ).first()
    if row is None:
        msg = (
            f"there is no collection {ascii(collection)[1:-1][:100]}, or it is destroyed already. "
            "A data-protection officer shows its certificate: workbench retention certificate."
        )
        raise UnknownRecordError(msg)
    keys = _keys_of(connection, collection, RetentionClass.COLLECTION, {row.key_id})
    sealed = _sealed_by(connection, keys)
    parts = select(collection_parts.c.counts).where(collection_parts.c.collection == collection)
    with reads_whole("collection", collection):
        counts = [
            CollectionCounts.read(from_json(part), what=f"collection {row.name}")
            for part in connection.execute(parts).scalars()
        ]
        gallery = from_json(row.content).get("gallery", CollectionGallery.MEMORY.value)
    elsewhere = {} if gallery == CollectionGallery.MEMORY.value else {ON_SERVER: 1}
    return Erasable(
        retention=RetentionClass.COLLECTION,
        purpose=collection,
        reference=row.name,
        objects=(collection,),
        keys=keys,
        sealed=sealed,
        counts={
            "collections": 1,
            "references": sum(one.references for one in counts),
            "keys": len(keys),
            "sealed-objects": len(sealed),
            **elsewhere,
        },
    )


def erasable_people(
    connection: Connection,
    row: CollectionRow,
    parts: Sequence[CollectionPart],
    *,
    people: int,
    references: int,
) -> Erasable:
    """Return the parts of a collection that are put anew without some people.

    Args:
        connection: that sees the records.
        row: of the collection, which goes on.
        parts: as they were until now; all that lies under their keys goes.
        people: how many are removed.
        references: of them.
    """
    keys = sorted({key for some in keys_of_parts(connection, parts).values() for key in some})
    sealed = _sealed_by(connection, keys)
    return Erasable(
        retention=RetentionClass.COLLECTION,
        purpose=row.id,
        reference=row.name,
        objects=tuple(one.shard or one.refusals or "" for one in parts),
        keys=tuple(keys),
        sealed=sealed,
        counts={
            PEOPLE: people,
            REFERENCES: references,
            "keys": len(keys),
            "sealed-objects": len(sealed),
        },
    )


def in_parts(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Return names in parts that a statement can hold."""
    rest = iter(names)
    while part := tuple(islice(rest, _PART)):
        yield part


def _alerts(
    connection: Connection,
    retention: RetentionClass,
    purpose: str,
    *,
    reference: str,
    keys_of: dict[str, str],
) -> Erasable:
    """Return what some alerts consist of, given the key of each."""
    names = sorted(keys_of)
    keys = tuple(sorted(set(keys_of.values())))
    sealed = _sealed_by(connection, keys)
    return Erasable(
        retention=retention,
        purpose=purpose,
        reference=reference,
        objects=tuple(names),
        keys=keys,
        sealed=sealed,
        counts={
            "alerts": len(names),
            "verdicts": _count(connection, verdicts, names),
            "engagements": _count(connection, engagements, names),
            "keys": len(keys),
            "sealed-objects": len(sealed),
        },
    )


def _of_case(connection: Connection, table: Table, case: str) -> list[str]:
    query = select(table.c.id).where(table.c.of_case == case).order_by(table.c.id)
    return list(connection.execute(query).scalars())


def _count(connection: Connection, table: Any, names: list[str]) -> int:  # noqa: ANN401 - a table
    return sum(
        connection.execute(
            select(func.count()).select_from(table).where(table.c.alert.in_(part))
        ).scalar_one()
        for part in in_parts(names)
    )


def _keys_of(
    connection: Connection,
    purpose: str,
    retention: RetentionClass,
    named: Collection[str | None],
) -> tuple[str, ...]:
    """Return the live keys of a purpose and class, and those that rows name."""
    query = select(data_keys.c.id).where(
        data_keys.c.purpose == purpose,
        data_keys.c.retention == retention.value,
        data_keys.c.destroyed.is_(None),
    )
    found = {*connection.execute(query).scalars(), *(name for name in named if name is not None)}
    return tuple(sorted(found))


def _sealed_by(connection: Connection, keys: Collection[str]) -> tuple[str, ...]:
    column = vault_objects.c
    return tuple(
        sorted(
            name
            for part in in_parts(sorted(keys))
            for name in connection.execute(
                select(column.id).where(column.key_id.in_(part))
            ).scalars()
        )
    )


def _reference(connection: Connection, query: Select[Any], column: Any, name: str) -> str:  # noqa: ANN401 - a column
    found = connection.execute(query.where(column == name)).scalar()
    if found is None:
        msg = f"there is no record {ascii(name)[1:-1][:100]}. Check the id."
        raise UnknownRecordError(msg)
    return str(found)
