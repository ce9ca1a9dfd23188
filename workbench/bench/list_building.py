"""Building a list from its entries: what may be on it, what was on it before, and what is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from workbench.bench.context import Acting, Context
from workbench.bench.list_access import require_state
from workbench.bench.list_facts import named, require_consents
from workbench.bench.list_kinds import require_kind, require_not_left_out
from workbench.bench.list_sealing import opened_list, sealed
from workbench.bench.list_views import EntryImage
from workbench.bench.row_checks import require_standing
from workbench.bench.rules import rules_in_force
from workbench.errors import (
    KeyDestroyedError,
    RecordError,
    RefusedError,
    VaultError,
    WatchlistError,
)
from workbench.governance.categories import Category
from workbench.governance.deployments import DeploymentState
from workbench.governance.entries import WatchlistEntry
from workbench.governance.text import require_said
from workbench.records.deployments import DeploymentRow
from workbench.records.identifiers import new_id
from workbench.records.watchlist_entries import (
    EntryQuality,
    EntryRow,
    EntryState,
    add_entries,
    end_entries,
    entries_of,
    save_quality,
)
from workbench.records.watchlists import ListState, WatchlistRow, find_watchlist, save_watchlist

if TYPE_CHECKING:
    from workbench.matching.person_folders import Photograph
    from workbench.matching.watchlist import Watchlist, WatchlistReference

__all__ = [
    "BUILDABLE",
    "Built",
    "Enrolled",
    "Known",
    "Matched",
    "Plan",
    "keep",
    "match",
    "plan",
    "torn_subjects",
]

BUILDABLE: Final = frozenset(
    {DeploymentState.DRAFT, DeploymentState.APPLIED, DeploymentState.AUTHORISED}
)
"""States in which a list may be built. Before an authority, so that the officer can see whom it is
of; after it, so that it is fresh at the start, since whatever is new on it needs a check and a
review of its own. Never once a search has run: what was searched for stays what it was."""

_REJECT: Final = "reject"


class Known(NamedTuple):
    """An entry that is on the list now, and the SHA-256 of its image."""

    id: str
    entry: WatchlistEntry
    sha256: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be on a list.

    Attributes:
        entries: as they were handed in.
        before: the list as it was, if there was one.
        known: the entries on it.
    """

    entries: tuple[EntryImage, ...]
    before: WatchlistRow | None
    known: tuple[Known, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """A plan of which each entry has its id.

    Attributes:
        plan: the plan.
        photographs: of all its entries, in their order, each with the id of its entry.
        kept: SHA-256 of the image of each entry that was on the list before and is unchanged, by
            its id: same subject, same content, same image.
    """

    plan: Plan
    photographs: tuple[Photograph, ...]
    kept: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """What came of enrolling.

    Attributes:
        matched: what was enrolled.
        watchlist: those that were enrolled.
        refused: why others were not, by entry.
    """

    matched: Matched
    watchlist: Watchlist
    refused: Mapping[str, str]


class Built(NamedTuple):
    """A list as it was kept.

    Attributes:
        row: the list.
        kept: how many of its entries were on it before, unchanged.
        retired: what the list was sealed as before; still to be destroyed.
    """

    row: WatchlistRow
    kept: int
    retired: WatchlistRow | None


def plan(
    context: Context, acting: Acting, row: DeploymentRow, entries: Sequence[EntryImage]
) -> Plan:
    """Check what is to be on a list, and see what is on it already.

    Raises:
        IllegalMoveError: when the deployment is in no state for it.
        NotAuthorisedError: when a member of staff on the blue list does not consent, or the
            deployment is not what the audit log says.
        RecordError: when two images of one person are told apart in what must be one,
            or an entry does not say why it is there.
        RefusedError: when the demonstration's people are handed in for operation, or others, or
            any picture but its own samples, for a demonstration.
        WatchlistError: when there is no entry.
    """
    require_state(
        row,
        BUILDABLE,
        "its watchlist cannot be built",
        "A list is built before the search starts; draft another deployment.",
    )
    require_standing(acting, row)
    if not entries:
        msg = f"there is nobody to enrol for deployment {row.reference}. Give an entry or more."
        raise WatchlistError(msg)
    for entry in (one.entry for one in entries):
        require_said(
            entry,
            what=f"the entry of {entry.subject}",
            reasons=("rationale", "under_18_rationale", "relation"),
        )
    require_kind(context, entries)
    require_not_left_out(entries, rules_in_force(acting.connection).start.left_out)
    _require_agreement(entries)
    found = [(one.entry.subject, one.entry.category) for one in entries]
    require_consents(acting.connection, found, acting.now)
    before = find_watchlist(acting.connection, row.id)
    return Plan(tuple(entries), before, tuple(_known(context, acting, row, before)))


def match(plan: Plan, now: datetime) -> Matched:
    """Give each entry its id: that of the very same entry on the list, or a new one.

    Reads every image file once, so it is for outside of a transaction.
    """
    from workbench.matching.copies import image_digest  # noqa: PLC0415 - opening a bench is quick
    from workbench.matching.person_folders import Photograph  # noqa: PLC0415

    unchanged: dict[tuple[str, str], list[Known]] = defaultdict(list)
    for old in plan.known:
        unchanged[old.entry.subject, old.sha256].append(old)
    photographs: list[Photograph] = []
    kept: dict[str, str] = {}
    for one in plan.entries:
        entry = one.entry
        photograph = Photograph(
            subject=entry.subject,
            path=one.image if isinstance(one.image, Path) else Path(entry.image),
            image=None if isinstance(one.image, Path) else one.image,
            entry=new_id("entry", now),
            category=entry.category.value,
        )
        digest = image_digest(photograph) if plan.known else None
        same = unchanged[entry.subject, digest] if digest is not None else []
        found = next((old for old in same if old.entry == entry and old.id not in kept), None)
        if found is not None:
            kept[found.id] = found.sha256
            photograph = replace(photograph, entry=found.id)
        photographs.append(photograph)
    return Matched(plan, tuple(photographs), kept)


def keep(
    context: Context, acting: Acting, row: DeploymentRow, enrolled: Enrolled, document: bytes
) -> Built:
    """Seal an enrolled list and keep its entries, in place of the list that there was.

    Args:
        context: of the bench.
        acting: the transaction.
        row: the deployment.
        enrolled: what came of the plan.
        document: its list, encoded.

    Raises:
        IllegalMoveError: when the deployment is in no state for it any more.
        RefusedError: when the list was changed by somebody else in the meantime.
        WatchlistError: when an image was changed while it was read.
    """
    require_state(row, BUILDABLE, "its watchlist was left as it was", "It moved on meanwhile.")
    matched, watchlist = enrolled.matched, enrolled.watchlist
    before = find_watchlist(acting.connection, row.id)
    if before != matched.plan.before:
        msg = (
            f"the watchlist of deployment {row.reference} was changed by somebody else while this "
            "one was built, so it was left as that is. Look at it, and build again."
        )
        raise RefusedError(msg)
    _require_same_images(watchlist, matched)
    fresh = WatchlistRow(
        id=new_id("list", acting.now) if before is None else before.id,
        deployment=row.id,
        state=ListState.READY,
        builder=acting.name,
        built=acting.now,
        references=len(watchlist),
        subjects=len(watchlist.subjects),
        object_id=None,
        key_id=None,
        digest=None,
    )
    fresh = save_watchlist(acting.connection, sealed(context, acting, fresh, document))
    kept = _keep_entries(acting, fresh, enrolled)
    retired = before if before is not None and before.key_id is not None else None
    return Built(fresh, kept, retired)


def torn_subjects(entries: Iterable[WatchlistEntry]) -> list[str]:
    """Return whose entries differ in category, or in whether they are of a child."""
    said: dict[str, set[tuple[Category, bool]]] = defaultdict(set)
    for one in entries:
        said[one.subject].add((one.category, one.under_18))
    return [subject for subject, ways in said.items() if len(ways) > 1]


def _require_agreement(entries: Sequence[EntryImage]) -> None:
    """Have all images of a person say the same of the person: the category, and whether a child.

    An alert is counted under one category, and kinds of people are kept clearly apart (Data
    Protection Act 2018, s.38(3)).
    """
    torn = torn_subjects(one.entry for one in entries)
    if torn:
        msg = (
            f"the images of {named(torn)} differ in category or under_18. Give one person one of "
            "each."
        )
        raise RecordError(msg)


def _known(
    context: Context, acting: Acting, row: DeploymentRow, before: WatchlistRow | None
) -> list[Known]:
    """Return the entries on the list with the digests of their images, which it alone holds."""
    if before is None or before.state is ListState.DESTROYED:
        return []
    try:
        watchlist = opened_list(context, acting.connection, before, row.reference)
    except (KeyDestroyedError, VaultError, WatchlistError):
        # A list that does not open is replaced all the same, and every entry is new.
        return []
    digests = {one.entry: one.sha256 for one in watchlist.references}
    return [
        Known(one.id, one.entry, digests[one.id])
        for one in entries_of(acting.connection, before.id)
        if one.state is EntryState.ENROLLED and one.id in digests
    ]


def _require_same_images(watchlist: Watchlist, matched: Matched) -> None:
    for reference in watchlist.references:
        if matched.kept.get(reference.entry, reference.sha256) != reference.sha256:
            msg = (
                f"the image {reference.source} of {reference.subject} was changed while it was "
                "read, so the list was left as it was. Build it again."
            )
            raise WatchlistError(msg)


def _keep_entries(acting: Acting, fresh: WatchlistRow, enrolled: Enrolled) -> int:
    """Write the entries of a list that was just sealed; return how many were on it before."""
    connection, at, matched = acting.connection, acting.now, enrolled.matched
    references = {one.entry: one for one in enrolled.watchlist.references}
    stay = {one for one in matched.kept if one in references}
    old: dict[EntryState, list[str]] = {EntryState.ENROLLED: [], EntryState.REFUSED: []}
    for one in entries_of(connection, fresh.id):
        if one.id not in stay:
            old[one.state].append(one.id)
    end_entries(connection, old[EntryState.ENROLLED], EntryState.REPLACED, at)
    end_entries(connection, old[EntryState.REFUSED], EntryState.REFUSED, at)
    save_quality(connection, {one: _quality(references[one]) for one in stay})
    rows = []
    for photograph, given in zip(matched.photographs, matched.plan.entries, strict=True):
        if photograph.entry in stay:
            continue
        reference = references.get(photograph.entry)
        reason = enrolled.refused.get(photograph.entry, "could not be used")
        rows.append(
            EntryRow(
                # One that was enrolled before and is refused now is another entry.
                id=new_id("entry", at) if photograph.entry in matched.kept else photograph.entry,
                watchlist=fresh.id,
                state=EntryState.REFUSED if reference is None else EntryState.ENROLLED,
                entry=given.entry,
                quality=EntryQuality(_REJECT, (f"{reason[:1].upper()}{reason[1:]}.",))
                if reference is None
                else _quality(reference),
                added_by=acting.name,
                added=at,
            )
        )
    add_entries(connection, rows)
    return len(stay)


def _quality(reference: WatchlistReference) -> EntryQuality:
    return EntryQuality(reference.verdict, reference.reasons, dict(reference.quality))
