"""Who was removed from a collection while its import went on, so that it does not bring them back.

Their references are sealed under the key of the collection, and go with it. Once an import has
ended nothing is added to a collection, and nothing is kept of who is removed from then on.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, Final, NamedTuple

from workbench.bench.context import Acting, Context
from workbench.bench.part_refusals import sealed_refusals
from workbench.errors import CollectionError
from workbench.records.collections import CollectionRow, sealed_of_collection

if TYPE_CHECKING:
    import polars as pl

__all__ = [
    "REMOVED_PEOPLE",
    "RemovedPeople",
    "encode_people",
    "refusals_table",
    "removed_meanwhile",
    "removed_people",
]

REMOVED_PEOPLE: Final = "collection-removed"


class RemovedPeople(NamedTuple):
    """Who was removed from a collection by now.

    Attributes:
        subjects: references of them.
        sealed: ids of the objects that say so.
    """

    subjects: frozenset[str]
    sealed: tuple[str, ...]

    def require_all(self, acting: Acting, row: CollectionRow) -> None:
        """Raise `CollectionError` where somebody else was removed since this was read."""
        now = sealed_of_collection(acting.connection, row.id, REMOVED_PEOPLE)
        if tuple(now) != self.sealed:
            raise CollectionError(removed_meanwhile(row.name))


def removed_people(context: Context, row: CollectionRow) -> RemovedPeople:
    """Return who was removed from a collection that is being imported.

    Raises:
        VaultError: when what says so is missing or damaged.
    """
    with context.store.reading() as connection:
        sealed = sealed_of_collection(connection, row.id, REMOVED_PEOPLE)
        subjects = frozenset(
            name for one in sealed for name in json.loads(context.vault.get(connection, one))
        )
    return RemovedPeople(subjects, tuple(sealed))


def encode_people(subjects: Collection[str]) -> bytes:
    """Return references of people as bytes for the vault."""
    return json.dumps(sorted(subjects)).encode()


def refusals_table(refusals: pl.DataFrame, removed: Collection[str]) -> bytes:
    """Return which rows are refused as bytes for the vault; nobody who was removed is in them."""
    from workbench.retrospective.removed_people import without_names  # noqa: PLC0415

    return sealed_refusals(without_names(refusals, removed))


def removed_meanwhile(name: str) -> str:
    """Return that a collection lost somebody while it was worked on."""
    return (
        f"somebody was removed from collection {name} meanwhile, or its import went on, so this "
        "step was not kept. Give the same command again."
    )
