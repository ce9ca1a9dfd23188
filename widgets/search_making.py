"""Making the searches that a page asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.bench.search_views import ProbeRequest
from workbench.errors import UsageError
from workbench.governance.searches import GalleryChoice

if TYPE_CHECKING:
    from widgets.probe_views import PreparedProbe
    from widgets.search_form import Target
    from workbench.bench import Workbench
    from workbench.bench.search_views import SearchView
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["Asked", "request_of", "search_for"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was asked for, to be made again in the same way.

    Attributes:
        request: the probe; `None` where there is none, which everyone of the case does not need.
        target: what is searched in.
        length: of the candidate list.
        scan: how a collection is gone through.
        everyone: whether footage is searched with each probe of the case.
    """

    request: ProbeRequest | None
    target: Target
    length: int
    scan: GalleryChoice
    everyone: bool = False


def search_for(
    bench: Workbench, case: str, asked: Asked, *, reason: str, analyser: FaceAnalyser
) -> list[SearchView]:
    """Make a search, or one for each probe of the case.

    Raises:
        UsageError: when there is no probe.
        WorkbenchError: as `bench.searches` does.
    """
    searches, target = bench.searches, asked.target
    common: dict[str, Any] = {"reason": reason, "length": asked.length, "analyser": analyser}
    if asked.everyone and target.collection is None:
        probes = () if asked.request is None else (asked.request,)
        return searches.everyone_against_footage(
            case, probes=probes, footage=target.footage, **common
        )
    if asked.request is None:
        msg = "no probe is ready. Prepare one above, and choose to search with it."
        raise UsageError(msg)
    if target.collection is None:
        return [searches.against_footage(case, asked.request, footage=target.footage, **common)]
    return [
        searches.against_collection(
            case, asked.request, target.collection, gallery=asked.scan, **common
        )
    ]


def request_of(probe: PreparedProbe) -> ProbeRequest:
    """Return a prepared probe as the bench searches with it."""
    said = {} if probe.origin is None else probe.origin.model_dump()
    by_hand = probe.by_hand
    return ProbeRequest(
        pictures=(probe.file,),
        origin=str(said.get("origin") or probe.name),
        name=probe.name,
        operations=tuple(step.operation for step in probe.log.steps),
        face=None if by_hand is not None and by_hand.found is None else probe.face_number,
        eyes=None if by_hand is None else (by_hand.right_eye, by_hand.left_eye),
        taken=said.get("taken"),
        frame=said.get("frame"),
        override=probe.override,
        kind=said.get("kind"),
    )
