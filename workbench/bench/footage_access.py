"""How parts of a bench come to the footage of a case: which there is, and who is in view of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.bench.case_access import on_case, on_covered_case, refuse_unseen
from workbench.bench.context import Acting, Context
from workbench.bench.footage_views import FootageView
from workbench.bench.row_checks import require_standing_footage
from workbench.errors import FootageError, UnknownRecordError
from workbench.governance.cases import require_case_covers
from workbench.governance.footage import FootageState
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Verb
from workbench.records.cases import CaseRow, find_case_by_id
from workbench.records.footage import (
    FootageRow,
    SegmentRow,
    find_footage,
    footage_of,
    segments_of,
)

if TYPE_CHECKING:
    from workbench.retrospective.footage_parts import AppearanceId, FootagePart
    from workbench.retrospective.segments import FootagePlan

__all__ = [
    "appearance_part",
    "consulted_footage",
    "footage_parts",
    "footage_view",
    "found_footage",
    "indexed_footage",
    "on_footage_work",
    "standing_footage",
    "summed_counts",
    "unchanged_file",
]


def on_footage_work(context: Context, case: str) -> AbstractContextManager[tuple[Acting, CaseRow]]:
    """Give a transaction that serves a case whose footage may be worked on now."""
    return on_covered_case(context, Permission.FOOTAGE_ADD, case)


def found_footage(context: Context, permission: Permission, footage: str) -> tuple[FootageRow, str]:
    """Return footage and the number of its case.

    Raises:
        NotPermittedError: when the role may not; said before whether there is such footage.
        UnknownRecordError: when there is none of that id.
    """
    refuse_unseen(context, permission)
    with context.store.reading() as connection:
        row = find_footage(connection, footage)
        return row, find_case_by_id(connection, row.case).number


def consulted_footage(
    context: Context,
    permission: Permission,
    asked: AppearanceId,
    *,
    justification: str,
    details: Mapping[str, str | float],
) -> FootageRow:
    """Return the footage of an appearance, once it is logged that somebody comes to see it.

    Raises:
        NotAuthorisedError: when its case does not cover now, or its row is not what the log says.
        NotPermittedError: when the role may not.
        UnknownRecordError: when there is none of that id.
    """
    found, case = found_footage(context, permission, asked.footage)
    with on_case(context, permission, case) as (acting, of):
        require_case_covers(of.state, of.application, acting.now)
        row = standing_footage(acting, found.id)
        acting.log(Verb.CONSULT, [row.id], justification=justification, details=dict(details))
    return row


def standing_footage(acting: Acting, footage: str) -> FootageRow:
    """Return footage whose file is to be read, or told of, if its row is what the audit log says.

    Raises:
        NotAuthorisedError: when it is not.
        UnknownRecordError: when there is none of that id.
    """
    row = find_footage(acting.connection, footage)
    require_standing_footage(acting, row)
    return row


def indexed_footage(acting: Acting, case: CaseRow, wanted: Sequence[str] = ()) -> list[FootageRow]:
    """Return footage of a case that is indexed.

    Args:
        acting: the transaction.
        case: the case.
        wanted: ids; all that is indexed if there are none.

    Raises:
        FootageError: when some is not indexed, or there is none at all.
    """
    known = footage_of(acting.connection, case.id)
    by_id = {one.id: one for one in known}
    if not wanted:
        found = [one for one in known if one.state is FootageState.INDEXED]
        if not found:
            msg = (
                f"case {case.number} has no footage that is indexed. Add some with workbench case "
                "add-footage, and index it."
            )
            raise FootageError(msg)
        return found
    for name in wanted:
        one = by_id.get(name)
        if one is None or one.state is not FootageState.INDEXED:
            state = "is not of this case" if one is None else "is not indexed yet"
            msg = (
                f"footage {ascii(name)[1:-1][:100]} {state}, {case.number}. See workbench case "
                "show."
            )
            raise FootageError(msg)
    return [by_id[name] for name in dict.fromkeys(wanted)]


def footage_parts(context: Context, footage: Sequence[FootageRow]) -> list[FootagePart]:
    """Open the segments of footage; a transaction before has logged why.

    Raises:
        FootageError: when one is damaged.
        VaultError: when one is missing or damaged.
    """
    parts = []
    for row in footage:
        with context.store.reading() as connection:
            segments = segments_of(connection, row.id)
        parts += [_part(context, row, segment) for segment in segments]
    return parts


def appearance_part(context: Context, row: FootageRow, appearance: AppearanceId) -> FootagePart:
    """Open the segment that an appearance of footage is in; a transaction before has logged why.

    Raises:
        FootageError: when it is damaged.
        UnknownRecordError: when the footage has no such appearance.
        VaultError: when it is missing or damaged.
    """
    with context.store.reading() as connection:
        segments = segments_of(connection, row.id)
    for segment in segments:
        if segment.place == appearance.segment:
            part = _part(context, row, segment)
            if appearance.track < len(part.appearances):
                return part
    msg = f"there is no appearance {appearance}. List those of a case with workbench case timeline."
    raise UnknownRecordError(msg)


def _part(context: Context, row: FootageRow, segment: SegmentRow) -> FootagePart:
    from workbench.retrospective.appearances import decode_appearances  # noqa: PLC0415
    from workbench.retrospective.footage_parts import FootagePart  # noqa: PLC0415

    with context.store.reading() as connection:
        document = context.vault.get(connection, segment.object_id)
    what = f"segment {segment.place} of {row.id}"
    return FootagePart(row.id, decode_appearances(document, source=what))


def footage_view(acting: Acting, case: CaseRow, row: FootageRow) -> FootageView:
    """Return footage as people see it."""
    segments = segments_of(acting.connection, row.id)
    return FootageView(
        id=row.id,
        case=case.number,
        state=row.state.value,
        added_by=row.added_by,
        added=row.added,
        footage=row.footage,
        segments_kept=len(segments),
        counts=summed_counts(segments) if row.counts is None else row.counts,
        indexed=row.indexed,
    )


def summed_counts(segments: Sequence[SegmentRow]) -> dict[str, int]:
    """Return what segments came to, by kind."""
    kinds = dict.fromkeys(kind for one in segments for kind in one.counts)
    return {kind: sum(one.counts.get(kind, 0) for one in segments) for kind in kinds}


def unchanged_file(row: FootageRow, *, length_s: float | None = None) -> FootagePlan:
    """Return how the file of footage is read, once it is known to be the one that was added.

    Args:
        row: the footage.
        length_s: of a segment, s; that of the index if left out.

    Raises:
        FootageError: when it is missing, cannot be read, or is another file.
    """
    from workbench.retrospective.segments import LENGTH_S, plan_footage  # noqa: PLC0415 - PyAV

    place = Path(row.footage.place)
    if not place.exists():
        msg = (
            f"{place}: the file of {row.id} is not there any more, and what it shows is read from "
            "nowhere else. Put it back."
        )
        raise FootageError(msg)
    found = plan_footage(place, length_s=length_s or LENGTH_S)
    if found.facts.sha256 != row.footage.sha256:
        msg = (
            f"{row.footage.place}: is another file than the one that was added as {row.id}: "
            f"its SHA-256 is not {row.footage.sha256}. Put that back."
        )
        raise FootageError(msg)
    return found
