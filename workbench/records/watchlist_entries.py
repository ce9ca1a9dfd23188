"""Entries of watchlists as the records keep them: who is listed, why, and who looked at it.

An entry outlives the faces of its list, so that it can be said afterwards whether a reference was
on which list on which day. It never holds a face, a template or the digest of an image.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, insert, select, text, update
from sqlalchemy.engine import Row

from workbench.errors import UnknownRecordError
from workbench.governance.categories import Category, LegalBasis
from workbench.governance.entries import EntryReview, IdentityCheck, WatchlistEntry
from workbench.governance.image_sources import ImageSource
from workbench.governance.starting import EntryFacts
from workbench.records.damage import damaged, reads_row
from workbench.records.moments import as_json, as_text, from_json, from_text, object_from_json
from workbench.records.schema import watchlist_entries as table
from workbench.records.schema import watchlists
from workbench.records.team.connections import through

__all__ = [
    "Composition",
    "EntryQuality",
    "EntryRow",
    "EntryState",
    "Share",
    "add_entries",
    "clear_reviews",
    "composition_of",
    "end_entries",
    "entries_of",
    "entries_of_subject",
    "entry_facts",
    "find_entry",
    "remove_all",
    "save_check",
    "save_quality",
    "save_review",
]


_KIND: Final = "entry"
_FEW: Final = 500
"""Ids that are asked for by name; of more, the whole list is read."""


class EntryState(StrEnum):
    """What became of an entry."""

    ENROLLED = "enrolled"
    REFUSED = "refused"
    DROPPED = "dropped"
    REPLACED = "replaced"

    @property
    def explanation(self) -> str:
        """What it means, as a phrase."""
        return _EXPLAINED[self]


_EXPLAINED: Mapping[EntryState, str] = {
    EntryState.ENROLLED: "its face is on the sealed list, or was when that was destroyed",
    EntryState.REFUSED: "its image could not be used; no face of it was kept",
    EntryState.DROPPED: "it was taken off the list",
    EntryState.REPLACED: "the list was built anew without it",
}


@dataclass(frozen=True, slots=True)
class EntryQuality:
    """What enrolment found of an image.

    Attributes:
        verdict: `accept`, `warn` or `reject`.
        reasons: why it was not accepted outright; sentences.
        measures: by name, in the units of `workbench.faces.quality.MEASURES`.
    """

    verdict: str
    reasons: tuple[str, ...] = ()
    measures: Mapping[str, float] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "measures": dict(self.measures),
        }


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of a list.

    Attributes:
        id: names it.
        watchlist: id of the list.
        state: what became of it.
        entry: whom it is of and why they are listed.
        quality: what enrolment found of its image.
        added_by: account that handed it in.
        added: when.
        check: a second person's comparison of image and record, if there was one.
        review: the review for the deployment, if there was one.
        removed: when it ceased to be on the list; of a refused one, when the list was built anew.
    """

    id: str
    watchlist: str
    state: EntryState
    entry: WatchlistEntry
    quality: EntryQuality
    added_by: str
    added: datetime
    check: IdentityCheck | None = None
    review: EntryReview | None = None
    removed: datetime | None = None


class Share(NamedTuple):
    """How many images and people of a list are of one category."""

    references: int
    subjects: int


@dataclass(frozen=True, slots=True)
class Composition:
    """Whom a list is of, in numbers.

    Attributes:
        references: images on it.
        subjects: people on it.
        by_category: in the order of the categories; those with nobody are left out.
        under_18: people on it who are or may be under 18.
    """

    references: int
    subjects: int
    by_category: Mapping[Category, Share]
    under_18: int


def add_entries(connection: Connection, rows: Iterable[EntryRow]) -> None:
    """Keep new entries."""
    values = [
        {
            "id": row.id,
            "watchlist": row.watchlist,
            "subject": row.entry.subject,
            "category": row.entry.category.value,
            "state": row.state.value,
            "added_by": row.added_by,
            "added": as_text(row.added),
            "content": as_json(row.entry.plain()),
            "quality": as_json(row.quality.plain()),
            "identity_check": None if row.check is None else as_json(row.check.plain()),
            "review": None if row.review is None else as_json(row.review.plain()),
            "removed": None if row.removed is None else as_text(row.removed),
        }
        for row in rows
    ]
    if values:
        connection.execute(insert(table), values)


def entries_of(
    connection: Connection, watchlist: str, ids: Collection[str] | None = None
) -> list[EntryRow]:
    """Return the entries of a list as it was last built, refused ones too, by subject and image.

    Those of a list that is destroyed are returned as well; `removed` says since when.

    Args:
        connection: that sees the records.
        watchlist: id of the list.
        ids: return these alone, as far as they are on it.
    """
    columns = table.c
    query = select(table).where(
        columns.watchlist == watchlist,
        (columns.state == EntryState.ENROLLED.value)
        | ((columns.state == EntryState.REFUSED.value) & columns.removed.is_(None)),
    )
    if ids is not None and len(ids) <= _FEW:
        query = query.where(columns.id.in_(list(ids)))
    rows = [_row(found) for found in connection.execute(query)]
    wanted = None if ids is None else frozenset(ids)
    chosen = [row for row in rows if wanted is None or row.id in wanted]
    return sorted(chosen, key=lambda row: (row.entry.subject, row.entry.image, row.id))


def find_entry(connection: Connection, entry: str) -> EntryRow:
    """Return an entry, whatever became of it and of its list.

    Raises:
        UnknownRecordError: when there is none of that id.
    """
    found = connection.execute(select(table).where(table.c.id == entry)).first()
    if found is None:
        msg = f"there is no entry {ascii(entry)[1:-1][:100]} of a watchlist. Check the id."
        raise UnknownRecordError(msg)
    return _row(found)


def entries_of_subject(connection: Connection, subject: str) -> list[tuple[str, EntryRow]]:
    """Return every entry there ever was of a reference, each with its deployment's id.

    Refused ones are among them: they were never on a list. From `added` to `removed`, or until now
    where that is `None`, the others were.
    """
    query = (
        select(table, watchlists.c.deployment)
        .join(watchlists, watchlists.c.id == table.c.watchlist)
        .where(table.c.subject == subject)
        .order_by(table.c.added, table.c.id)
    )
    return [(found.deployment, _row(found)) for found in connection.execute(query)]


def entry_facts(connection: Connection, watchlist: str) -> tuple[EntryFacts, ...]:
    """Return what of each listed entry the start of a search depends on."""
    return tuple(_facts(connection, watchlist))


def composition_of(connection: Connection, watchlist: str) -> Composition:
    """Return whom a list is of, or was of when it was destroyed."""
    if through(connection) is not None:
        return _composition_by_database(connection, watchlist)
    people: dict[Category, set[str]] = defaultdict(set)
    references: Counter[Category] = Counter()
    under_18: set[str] = set()
    columns = select(table.c.id, table.c.subject, table.c.category, table.c.content).where(
        table.c.watchlist == watchlist, table.c.state == EntryState.ENROLLED.value
    )
    for name, subject, category, content in connection.execute(columns):
        try:
            kind, young = Category(category), from_json(content)["under_18"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise damaged(_KIND, name) from None
        references[kind] += 1
        people[kind].add(subject)
        if young:
            under_18.add(subject)
    return Composition(
        references=references.total(),
        subjects=len(set().union(*people.values())),
        by_category={
            one: Share(references[one], len(people[one])) for one in Category if one in references
        },
        under_18=len(under_18),
    )


def _composition_by_database(connection: Connection, watchlist: str) -> Composition:
    """Have a team's database count: not everybody who comes to a deployment sees its list."""
    query = text("SELECT lfr_list_composition(:list)")
    found = from_json(connection.execute(query, {"list": watchlist}).scalar_one())
    return Composition(
        references=found["references"],
        subjects=found["subjects"],
        by_category={
            one: Share(*found["by_category"][one.value])
            for one in Category
            if one.value in found["by_category"]
        },
        under_18=found["under_18"],
    )


def save_check(connection: Connection, ids: Iterable[str], check: IdentityCheck) -> None:
    """Keep that a second person compared the images of these entries with the record."""
    _set(connection, ids, identity_check=as_json(check.plain()))


def save_review(connection: Connection, ids: Iterable[str], review: EntryReview) -> None:
    """Keep that these entries were reviewed for their deployment."""
    _set(connection, ids, review=as_json(review.plain()))


def clear_reviews(connection: Connection, deployment: str) -> int:
    """Drop the reviews of a deployment's listed entries, since what they judged has changed.

    Returns:
        How many there were.
    """
    lists = select(watchlists.c.id).where(watchlists.c.deployment == deployment)
    done = connection.execute(
        update(table)
        .where(
            table.c.watchlist.in_(lists),
            table.c.state == EntryState.ENROLLED.value,
            table.c.review.is_not(None),
        )
        .values(review=None)
    )
    return done.rowcount


def save_quality(connection: Connection, quality: Mapping[str, EntryQuality]) -> None:
    """Keep what enrolment found of images anew, by entry."""
    values = [{"_id": one, "_new": as_json(found.plain())} for one, found in quality.items()]
    if values:
        connection.execute(
            update(table).where(table.c.id == bindparam("_id")).values(quality=bindparam("_new")),
            values,
        )


def end_entries(
    connection: Connection, ids: Iterable[str], state: EntryState, at: datetime
) -> None:
    """Say what became of these entries; those still on the list ceased to be on it now."""
    removed = func.coalesce(table.c.removed, as_text(at))
    _set(connection, ids, state=state.value, removed=removed)


def remove_all(connection: Connection, watchlist: str, at: datetime) -> None:
    """Say that nobody is on a list any more, whose faces are destroyed."""
    connection.execute(
        update(table)
        .where(
            table.c.watchlist == watchlist,
            table.c.state == EntryState.ENROLLED.value,
            table.c.removed.is_(None),
        )
        .values(removed=as_text(at))
    )


def _set(connection: Connection, ids: Iterable[str], **values: object) -> None:
    named = [{"_id": one} for one in ids]
    if named:
        connection.execute(
            update(table).where(table.c.id == bindparam("_id")).values(**values), named
        )


class _Said(dict[str, Any]):
    """JSON by its text: who checks or reviews many entries at once writes one text for them all."""

    def __missing__(self, text: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        found = self[text] = from_json(text)
        return found


def _facts(connection: Connection, watchlist: str) -> Iterator[EntryFacts]:
    """Read as plain JSON: of a list of 20,000, checking each record anew would take seconds."""
    columns = table.c
    query = select(
        columns.id,
        columns.subject,
        columns.category,
        columns.added_by,
        columns.content,
        columns.identity_check,
        columns.review,
    ).where(columns.watchlist == watchlist, columns.state == EntryState.ENROLLED.value)
    categories = {category.value: category for category in Category}
    sources = {source.value: source for source in ImageSource}
    bases = {basis.value: basis for basis in LegalBasis}
    said = _Said()
    for name, subject, category, added_by, content, check, review in connection.execute(query):
        try:
            entry = from_json(content)
            facts = EntryFacts(
                subject=subject,
                category=categories[category],
                added_by=added_by,
                source=sources[entry["source"]],
                legal_basis=bases[entry["legal_basis"]],
                checked_by=None if check is None else said[check]["by"],
                reviewed_for=None if review is None else said[review]["deployment"],
                under_18=entry["under_18"],
                has_under_18_rationale=entry["under_18_rationale"] is not None,
            )
        except (ValueError, KeyError, TypeError, RecursionError):
            raise damaged(_KIND, name) from None
        yield facts


@reads_row(_KIND)
def _row(found: Row[Any]) -> EntryRow:
    what = f"entry {found.id}"
    quality = {} if found.quality is None else object_from_json(found.quality)
    check, review = found.identity_check, found.review
    return EntryRow(
        id=found.id,
        watchlist=found.watchlist,
        state=EntryState(found.state),
        entry=WatchlistEntry.read(from_json(found.content), what=what),
        quality=EntryQuality(
            quality.get("verdict", ""),
            tuple(quality.get("reasons", ())),
            quality.get("measures", {}),
        ),
        added_by=found.added_by,
        added=from_text(found.added),
        check=None if check is None else IdentityCheck.read(from_json(check), what=what),
        review=None if review is None else EntryReview.read(from_json(review), what=what),
        removed=None if found.removed is None else from_text(found.removed),
    )
