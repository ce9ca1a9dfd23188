"""The probes that a case was searched with before, to be searched with again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.bench.context import Context
from workbench.bench.search_keeping import on_search_work
from workbench.bench.search_views import ProbeRequest
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
        appearance: id of the appearance that it was taken from, if it is one of footage.
        opened: returns it.
    """

    name: str
    appearance: str | None
    opened: Callable[[], ProbeRequest]


def given(probe: ProbeRequest) -> ProbeSource:
    """Return a probe that was handed in."""
    return ProbeSource("the probe", probe.appearance, lambda: probe)


def earlier_probes(context: Context, case: str, *, reason: str) -> list[ProbeSource]:
    """Return each probe that a case was searched with, once, in the order of the searches.

    Two are one where their pictures, all of them, their enhancement, face and eyes are the same.

    Args:
        context: the bench.
        case: number of the case, which covers now.
        reason: why they are read.

    Raises:
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
        acting.log(
            Verb.CONSULT,
            [one.id for one, _ in known] or [of.id],
            justification=reason,
            details={"step": "probes", "searches": len(known)},
        )
    found: dict[tuple[object, ...], ProbeSource] = {}
    for row, facts in known:
        same = (_digests(context, row, facts), facts.log.searched, facts.face, _eyes(facts))
        if same not in found:
            found[same] = _source(context, row, facts)
    return list(found.values())


def _source(context: Context, row: SearchRow, facts: ProbeFacts) -> ProbeSource:
    return ProbeSource(
        f"the probe of search {row.id}",
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
