"""The probes that a case was searched with before, to be searched with again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.bench.context import Context
from workbench.bench.search_keeping import on_search_work
from workbench.bench.search_views import ProbeRequest
from workbench.errors import RefusedError
from workbench.governance.said_before import SaidBefore
from workbench.records.audit.verbs import Verb
from workbench.records.searches import SearchRow, searches_of

if TYPE_CHECKING:
    from workbench.governance.searches import ProbeFacts
    from workbench.retrospective.search_document import SearchDocument

__all__ = ["ProbeSource", "earlier_probes", "given"]


@dataclass(frozen=True, slots=True)
class ProbeSource:
    """A probe that is opened when it is its turn: pictures of one at a time are in memory.

    Attributes:
        name: what to call it in an error.
        search: id of the earlier search that it is of; `None` of one that was handed in.
        appearance: id of the appearance that it was taken from, if it is one of footage.
        opened: returns it.
    """

    name: str
    search: str | None
    appearance: str | None
    opened: Callable[[], ProbeRequest]


def given(probe: ProbeRequest) -> ProbeSource:
    """Return a probe that was handed in."""
    return ProbeSource("the probe", None, probe.appearance, lambda: probe)


def earlier_probes(
    context: Context, case: str, *, reason: str, left_out: Sequence[str] = ()
) -> list[ProbeSource]:
    """Return each probe that a case was searched with, once, in the order of the searches.

    Two are one where their pictures, all of them, their enhancement, face and eyes are the same.

    Args:
        context: the bench.
        case: number of the case, which covers now.
        reason: why they are read.
        left_out: ids of searches whose probes are left out, whichever search they were of.

    Raises:
        RefusedError: when one to leave out is of no search of the case that had a probe.
        NotAuthorisedError: when the case allows no search now.
        NotPermittedError: when the role may not.
        UnknownRecordError: when there is no such case.
        VaultError: when what is sealed of one is missing or damaged.
    """
    with on_search_work(context, case) as (acting, of):
        known = [
            (one, one.record.probe)
            for one in searches_of(acting.connection, of.id)
            if one.record.probe is not None
        ]
        _require_known(left_out, [one.id for one, _ in known], case)
        acting.log(
            Verb.CONSULT,
            [one.id for one, _ in known] or [of.id],
            justification=reason,
            details={"step": "probes", "searches": len(known)},
        )
        if left_out:
            acting.log(
                Verb.CONSULT, left_out, justification=reason, details={"step": "probes left out"}
            )
    found: dict[tuple[object, ...], ProbeSource] = {}
    without = set()
    for row, facts in known:
        same = (_digests(context, row, facts), facts.log.searched, facts.face, _eyes(facts))
        if row.id in left_out:
            without.add(same)
        if same not in found:
            found[same] = _source(context, row, facts)
    return [source for same, source in found.items() if same not in without]


def _require_known(left_out: Sequence[str], known: Sequence[str], case: str) -> None:
    for one in left_out:
        if one not in known:
            msg = (
                f"{one} is no search of case {case} with a probe, so none can be left out. List "
                "them: workbench case searches."
            )
            raise RefusedError(msg)


def _source(context: Context, row: SearchRow, facts: ProbeFacts) -> ProbeSource:
    return ProbeSource(
        f"the probe of search {row.id}",
        row.id,
        facts.appearance,
        lambda: _request(_document(context, row).originals, facts, row),
    )


def _document(context: Context, row: SearchRow) -> SearchDocument:
    from workbench.retrospective.search_document import decode_search  # noqa: PLC0415

    with context.store.reading() as connection:
        sealed = context.vault.get(connection, row.object_id)
    return decode_search(sealed, source=f"search {row.id}")


def _digests(context: Context, row: SearchRow, facts: ProbeFacts) -> tuple[str, ...]:
    """Return the SHA-256 of each picture of a probe."""
    if facts.frames == 1:
        return (facts.log.file,)
    if facts.pictures:
        return facts.pictures
    # Records from before the digests of all were kept name the first alone.
    pictures = _document(context, row).originals
    return tuple(hashlib.sha256(one).hexdigest() for one in pictures)


def _request(pictures: tuple[bytes, ...], facts: ProbeFacts, row: SearchRow) -> ProbeRequest:
    said = SaidBefore(search=row.id, by=row.actor, at=row.at)
    return ProbeRequest(
        pictures=pictures,
        origin=facts.origin,
        name=facts.name,
        operations=tuple(step.operation for step in facts.log.steps),
        face=facts.face,
        eyes=_eyes(facts),
        taken=facts.taken,
        frame=facts.frame,
        override=facts.quality.override,
        appearance=facts.appearance,
        same_person=facts.same_person,
        # One that was taken over itself was said where it was said first.
        earlier=said if facts.earlier is None else facts.earlier,
        kind=facts.kind,
    )


def _eyes(facts: ProbeFacts) -> tuple[tuple[float, float], tuple[float, float]] | None:
    placed = facts.by_hand
    return None if placed is None else (placed.right_eye, placed.left_eye)
