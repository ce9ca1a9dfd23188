"""The probes that a case was searched with before, to be searched with again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.bench.context import Context
from workbench.bench.search_keeping import on_search_work
from workbench.bench.search_views import ProbeRequest
from workbench.records.audit.verbs import Verb
from workbench.records.searches import searches_of

if TYPE_CHECKING:
    from workbench.governance.searches import ProbeFacts

__all__ = ["earlier_probes"]


def earlier_probes(context: Context, case: str, *, reason: str) -> list[ProbeRequest]:
    """Return each probe that a case was searched with, once, in the order of the searches.

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
    from workbench.retrospective.search_document import decode_search  # noqa: PLC0415

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
    found: dict[tuple[object, ...], ProbeRequest] = {}
    for row, facts in known:
        eyes = _eyes(facts)
        same = (facts.log.file, facts.log.searched, facts.face, eyes, facts.frames)
        if same in found:
            continue
        with context.store.reading() as connection:
            sealed = context.vault.get(connection, row.object_id)
        document = decode_search(sealed, source=f"search {row.id}")
        found[same] = _request(document.originals, facts)
    return list(found.values())


def _request(pictures: tuple[bytes, ...], facts: ProbeFacts) -> ProbeRequest:
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
    )


def _eyes(facts: ProbeFacts) -> tuple[tuple[float, float], tuple[float, float]] | None:
    placed = facts.by_hand
    return None if placed is None else (placed.right_eye, placed.left_eye)
