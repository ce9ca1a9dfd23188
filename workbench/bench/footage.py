"""`bench.footage`: video that a case lawfully holds, indexed once under the case's own key.

The file stays where it is. What is kept is who is seen in it when: tracks, best looks, templates
and small pictures, sealed segment by segment, so that indexing goes on where it was cut off. All of
it goes with the case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.bench.case_access import on_case
from workbench.bench.context import Acting, Context
from workbench.bench.footage_views import AppearanceView, FootageView
from workbench.bench.part_sealing import PartSealing
from workbench.bench.row_checks import require_standing_case
from workbench.errors import FootageError, RefusedError, WorkbenchError
from workbench.governance.cases import require_case_covers
from workbench.governance.footage import Footage, FootagePlan, FootageState
from workbench.governance.permissions import Permission
from workbench.governance.text import require_said
from workbench.records.audit.verbs import Result, Verb
from workbench.records.cases import CaseRow, case_key, find_case, find_case_by_id
from workbench.records.footage import (
    FootageRow,
    SegmentRow,
    add_footage,
    add_segment,
    find_footage,
    footage_of,
    mark_indexed,
    segments_of,
)
from workbench.records.identifiers import new_id
from workbench.records.row_digests import FOOTAGE, ROW, changed_row, row_digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from workbench.retrospective.footage_parts import FootagePart
    from workbench.retrospective.index_peers import Hiring
    from workbench.retrospective.indexing import IndexProgress
    from workbench.retrospective.segments import FootagePlan as SegmentPlan

__all__ = ["SEGMENT", "FootageIndex", "footage_parts", "indexed_footage"]

SEGMENT: Final = "footage-segment"
"""What the sealed appearances of a segment are called in the vault."""
_ASKED_S: Final = 5.0
"""How often the authority of a case is looked at while its footage is indexed."""


class FootageIndex:
    """Footage of the cases of a bench, by id."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def add(self, case: str, file: Path, values: Mapping[str, Any]) -> FootageView:
        """Add a video file to a case; nothing of it is indexed yet.

        Args:
            case: number of the case, which covers now.
            file: the video; it stays where it is.
            values: by field of `governance.footage.FootagePlan`: origin, basis, starts and
                clock_offset_s.

        Raises:
            FootageError: when the file is no video, or cannot be read.
            NotAuthorisedError: when the case does not cover now.
            NotPermittedError: when the role may not.
            RecordError: when what is said of it cannot be used.
            RefusedError: when the case holds a file with the same content already.
            UnknownRecordError: when there is no such case.
        """
        with self._on(case) as (acting, row):
            planned = FootagePlan.read(values, what="the footage")
            require_said(planned, what="the footage", reasons=("basis",), names=("origin",))
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification="looking at a file that is to be added to the case",
            )
        cut = self._cut(file)
        facts = cut.facts
        footage = Footage.read(
            {
                **planned.plain(),
                "name": file.name,
                "place": str(file.resolve()),
                "sha256": facts.sha256,
                "bytes": facts.size_bytes,
                "facts": {
                    name: value
                    for name, value in facts.model_dump(mode="json").items()
                    if name not in {"sha256", "size_bytes"}
                },
                "segments": len(cut.segments),
            },
            what=f"footage {file.name}",
        )
        with self._on(case) as (acting, row):
            for one in footage_of(acting.connection, row.id):
                if one.footage.sha256 == footage.sha256:
                    msg = (
                        f"{file}: case {row.number} holds the same file already, as {one.id} "
                        f"({one.footage.name}). Add each file once."
                    )
                    raise RefusedError(msg)
            added = FootageRow(
                id=new_id("footage", acting.now),
                case=row.id,
                state=FootageState.ADDED,
                added_by=acting.name,
                added=acting.now,
                footage=footage,
            )
            add_footage(acting.connection, added)
            acting.log(
                Verb.COLLECT,
                [added.id],
                details={
                    "step": "added",
                    "segments": footage.segments,
                    ROW: row_digest(acting.connection, FOOTAGE, added.id),
                },
            )
            return _view(acting, row, added)

    def index(
        self,
        footage: str,
        *,
        workers: int | None = None,
        hiring: Hiring | None = None,
        progress: Callable[[IndexProgress], None] = lambda _done: None,
    ) -> FootageView:
        """Index footage, or go on where that was cut off, for as long as the case allows it.

        Args:
            footage: id of it.
            workers: processes; one for each core if left out.
            hiring: where they come from, such as an open cluster; this machine if left out.
            progress: told how far it is.

        Raises:
            FootageError: when the file was changed or moved, or cannot be read.
            NotAuthorisedError: when the case does not cover now, or ends meanwhile: what was
                indexed by then is kept for as long as the case's data are.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such footage.
        """
        from workbench.retrospective.indexing import index_footage  # noqa: PLC0415

        row, case = self._found(Permission.FOOTAGE_ADD, footage)
        with self._on(case) as (acting, _):
            done = [one.place for one in segments_of(acting.connection, row.id)]
            acting.log(
                Verb.COLLECT, [row.id], details={"step": "indexing", "segments_kept": len(done)}
            )
        if row.state is FootageState.INDEXED:
            return self.get(row.id)
        cut = self._cut(Path(row.footage.place))
        if cut.facts.sha256 != row.footage.sha256:
            msg = (
                f"{row.footage.place}: is another file than the one that was added as {row.id}: "
                f"its SHA-256 is not {row.footage.sha256}. Put that back."
            )
            raise FootageError(msg)
        authority = _Authority(self, case)
        try:
            index_footage(
                cut,
                self._context.settings,
                keep=lambda number, document, counts: self._keep(
                    case, row, SegmentRow(number, "", _numbers(asdict(counts))), document
                ),
                done=done,
                go_on=authority.require,
                progress=progress,
                workers=workers,
                hiring=hiring,
            )
        except WorkbenchError as error:
            with self._context.acting(Permission.FOOTAGE_ADD, purpose=row.case) as acting:
                acting.log(
                    Verb.COLLECT,
                    [row.id],
                    result=Result.FAILED,
                    details={"step": "indexing", "kind": type(error).__name__},
                )
            raise
        return self._indexed(case, row)

    def get(self, footage: str) -> FootageView:
        """Return footage; nobody in it.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that id.
        """
        row, case = self._found(Permission.FOOTAGE_CONSULT, footage)
        with on_case(self._context, Permission.FOOTAGE_CONSULT, case) as (acting, of):
            acting.log(
                Verb.CONSULT, [row.id], justification="reading what footage is, nobody in it"
            )
            return _view(acting, of, find_footage(acting.connection, row.id))

    def list(self, case: str) -> list[FootageView]:
        """Return the footage of a case, by when it was added; nobody in it.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such case.
        """
        with on_case(self._context, Permission.FOOTAGE_CONSULT, case) as (acting, row):
            acting.log(
                Verb.CONSULT, [row.id], justification="listing footage of a case, nobody in it"
            )
            return [_view(acting, row, one) for one in footage_of(acting.connection, row.id)]

    def timeline(
        self, case: str, *, justification: str, footage: Sequence[str] = ()
    ) -> tuple[AppearanceView, ...]:
        """Return who is in view of the footage of a case and when, with a small picture of each.

        Args:
            case: number of the case, which covers now.
            justification: why somebody looks.
            footage: ids; all that is indexed if left out.

        Raises:
            NotAuthorisedError: when the case does not cover now.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such case, or it has no such footage.
        """
        from workbench.retrospective.joining import timeline  # noqa: PLC0415 - opens quickly

        with on_case(self._context, Permission.FOOTAGE_CONSULT, case) as (acting, row):
            require_case_covers(row.state, row.application, acting.now)
            known = indexed_footage(acting, row, footage)
            acting.log(Verb.CONSULT, [one.id for one in known], justification=justification)
        parts = footage_parts(self._context, known)
        of = {one.id: one for one in known}
        at = {str(name): (part, row_) for part in parts for row_, name in enumerate(part.ids)}
        found = []
        for entry in timeline(parts):
            part, place = at[str(entry.best)]
            found.append(
                AppearanceView(
                    id=str(entry.best),
                    parts=tuple(str(one) for one in entry.parts),
                    footage=entry.footage,
                    first_s=entry.first_s,
                    last_s=entry.last_s,
                    at=of[entry.footage].footage.true_time(entry.first_s),
                    found=entry.found,
                    picture=part.appearances.thumbnails.encoded(place),
                )
            )
        return tuple(found)

    def _cut(self, file: Path) -> SegmentPlan:
        from workbench.retrospective.segments import plan_footage  # noqa: PLC0415 - loads PyAV

        return plan_footage(file)

    def _found(self, permission: Permission, footage: str) -> tuple[FootageRow, str]:
        """Return footage and the number of its case; a refusal comes before whether it exists."""
        if not self._context.may(permission):
            with self._context.acting(permission):  # which refuses, and logs it
                pass
        with self._context.store.reading() as connection:
            row = find_footage(connection, footage)
            return row, find_case_by_id(connection, row.case).number

    def _keep(self, case: str, row: FootageRow, segment: SegmentRow, document: bytes) -> None:
        """Keep a segment for good."""
        with self._context.store.reading() as connection:
            key = case_key(connection, find_case(connection, case).id)
        with PartSealing(self._context, key_id=key, purpose=row.case) as sealing:
            object_id = sealing.add(SEGMENT, document)
            with self._on(case) as (acting, _):
                kept = SegmentRow(segment.place, object_id, segment.counts)
                add_segment(acting.connection, row.id, kept, acting.now)
                acting.log(
                    Verb.COLLECT,
                    [row.id],
                    details={"step": "segment", "segment": segment.place, **segment.counts},
                )
                sealing.keep(acting)

    def _indexed(self, case: str, row: FootageRow) -> FootageView:
        """Say that all segments are kept."""
        with self._on(case) as (acting, of):
            before = row_digest(acting.connection, FOOTAGE, row.id)
            segments = segments_of(acting.connection, row.id)
            counts = _summed(segments)
            mark_indexed(acting.connection, row.id, counts, acting.now)
            acting.log(
                Verb.COLLECT,
                [row.id],
                details={
                    "step": "indexed",
                    **counts,
                    **changed_row(acting.connection, FOOTAGE, row.id, before),
                },
            )
            return _view(acting, of, find_footage(acting.connection, row.id))

    @contextmanager
    def _on(self, case: str) -> Iterator[tuple[Acting, CaseRow]]:
        """Give a transaction that serves a case whose footage may be worked on now."""
        with on_case(self._context, Permission.FOOTAGE_ADD, case) as (acting, row):
            require_case_covers(row.state, row.application, acting.now)
            require_standing_case(acting, row)
            yield acting, row


class _Authority:
    """Whether footage may still be indexed, asked of the records every few seconds."""

    def __init__(self, index: FootageIndex, case: str) -> None:
        self._context, self._case = index._context, case  # noqa: SLF001 - of this module
        self._asked = 0.0

    def require(self) -> None:
        """Raise `NotAuthorisedError` once the case does not cover any more."""
        now = time.monotonic()
        if now - self._asked < _ASKED_S:
            return
        self._asked = now
        moment = self._context.now()
        with self._context.store.reading() as connection:
            self._context.require_current(connection, moment)
            row = find_case(connection, self._case)
        require_case_covers(row.state, row.application, moment)


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
    from workbench.retrospective.appearances import decode_appearances  # noqa: PLC0415
    from workbench.retrospective.footage_parts import FootagePart  # noqa: PLC0415

    parts = []
    for row in footage:
        with context.store.reading() as connection:
            segments = segments_of(connection, row.id)
        for segment in segments:
            with context.store.reading() as connection:
                document = context.vault.get(connection, segment.object_id)
            what = f"segment {segment.place} of {row.id}"
            parts.append(FootagePart(row.id, decode_appearances(document, source=what)))
    return parts


def _view(acting: Acting, case: CaseRow, row: FootageRow) -> FootageView:
    segments = segments_of(acting.connection, row.id)
    return FootageView(
        id=row.id,
        case=case.number,
        state=row.state.value,
        added_by=row.added_by,
        added=row.added,
        footage=row.footage,
        segments_kept=len(segments),
        counts=_summed(segments) if row.counts is None else row.counts,
        indexed=row.indexed,
    )


def _summed(segments: Sequence[SegmentRow]) -> dict[str, int]:
    kinds = dict.fromkeys(kind for one in segments for kind in one.counts)
    return {kind: sum(one.counts.get(kind, 0) for one in segments) for kind in kinds}


def _numbers(values: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of a segment, and whether some of it could not be decoded."""
    counts = {name: int(values[name]) for name in ("frames", "searched", "appearances", "looks")}
    return {**counts, "damaged": int(values["damage"] is not None)}
