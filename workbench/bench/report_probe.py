"""The probe of a search as its report shows it: where it is from, and what was searched with."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from workbench.bench.context import Acting
from workbench.bench.footage_access import standing_footage
from workbench.errors import ImageError
from workbench.governance.moments import spoken, spoken_to_tenths
from workbench.governance.said_before import SaidBefore
from workbench.records.searches import SearchRow

if TYPE_CHECKING:
    from workbench.governance.eyes_by_hand import EyesByHand
    from workbench.governance.searches import ProbeFacts
    from workbench.reports.search_parts import CutFrom, FacePicture, Further, Probe
    from workbench.retrospective.search_document import FacePlace, SearchDocument

__all__ = ["face_picture", "probe_shown"]

_SAME_PX: Final = 0.01
"""Within which two points are the same; those that are sealed were single precision."""


def probe_shown(acting: Acting, row: SearchRow, document: SearchDocument) -> Probe:
    """Return the probe of a search as a report shows it.

    Args:
        acting: the transaction.
        row: the search.
        document: what is sealed of it.

    Raises:
        ImageError: when what is sealed is not what the record says was searched with.
    """
    from workbench.images import load_image  # noqa: PLC0415 - loads OpenCV
    from workbench.reports.search_parts import Override, Probe  # noqa: PLC0415
    from workbench.retrospective.enhancing import replay  # noqa: PLC0415

    facts = row.record.asked
    quality = facts.quality
    data = document.originals[0]
    digests = tuple(hashlib.sha256(one).hexdigest() for one in document.originals)
    # Records from before digests of all pictures were kept name the first alone.
    _require_same_pictures(facts.every_picture, digests)
    original = load_image(data, name="the probe")
    override = quality.override
    said = facts.earlier or SaidBefore(search=row.id, by=row.actor, at=row.at)
    why = facts.same_person
    if facts.by_hand is not None:
        _require_same_eyes(facts.by_hand, document)
    return Probe(
        source=facts.origin,
        kind="not recorded" if facts.kind is None else facts.kind.words,
        file=facts.name or "not named",
        taken=_taken(facts),
        frame=facts.frame,
        original=face_picture(data, document.original.eyes, document.original.bystanders),
        picture=_placed(replay(original, facts.log), document.copy_),
        log=facts.log,
        by_hand=facts.by_hand,
        verdict=quality.verdict,
        reasons=quality.reasons,
        override=None if override is None else Override(said.by, said.at, override),
        frames=facts.frames,
        others=digests[1:],
        further=tuple(_further(facts, document)),
        same_person=None if why is None else Override(said.by, said.at, why),
        earlier=facts.earlier,
        cut_from=None if facts.appearance is None else _cut_from(acting, facts.appearance),
    )


def _cut_from(acting: Acting, appearance: str) -> CutFrom:
    from workbench.reports.search_parts import CutFrom  # noqa: PLC0415 - loads OpenCV
    from workbench.retrospective.footage_parts import AppearanceId  # noqa: PLC0415

    footage = standing_footage(acting, AppearanceId.read(appearance).footage).footage
    return CutFrom(appearance, footage.sha256)


def _taken(facts: ProbeFacts) -> str:
    """Return when a probe was taken: of what was cut from footage to tenths, as it was counted."""
    if facts.taken is None:
        return "not known"
    return spoken(facts.taken) if facts.appearance is None else spoken_to_tenths(facts.taken)


def _further(facts: ProbeFacts, document: SearchDocument) -> Iterator[Further]:
    """Return the further pictures; faces are shown where other people's places are known."""
    from workbench.reports.search_parts import Further  # noqa: PLC0415 - loads OpenCV

    for at, data in enumerate(document.originals[1:]):
        place = document.others[at].place if at < len(document.others) else None
        yield Further(
            sha256=hashlib.sha256(data).hexdigest(),
            joined=facts.others[at] if at < len(facts.others) else None,
            picture=None if place is None else face_picture(data, place.eyes, place.bystanders),
        )


def _require_same_pictures(said: tuple[str, ...], sealed: tuple[str, ...]) -> None:
    """Raise `ImageError` where other pictures are sealed than the record names."""
    if said != sealed[: len(said)]:
        msg = (
            "the pictures that are sealed of the search are not those that its record names. "
            "Search anew; have the record looked into."
        )
        raise ImageError(msg)


def _require_same_eyes(by_hand: EyesByHand, document: SearchDocument) -> None:
    """Raise `ImageError` where what is sealed has the eyes elsewhere than the record says."""
    said, sealed = (by_hand.right_eye, by_hand.left_eye), document.copy_.eyes
    if sealed is None or max(map(math.dist, said, sealed)) > _SAME_PX:
        msg = (
            "the search was aligned by other eyes than its record says were placed by hand. "
            "Search anew; have the record looked into."
        )
        raise ImageError(msg)


def face_picture(
    data: bytes,
    eyes: tuple[tuple[float, float], tuple[float, float]] | None,
    bystanders: tuple[tuple[float, float, float, float], ...] = (),
) -> FacePicture:
    """Return a picture with where eyes and other people's faces are in it, px."""
    from workbench.images import load_image  # noqa: PLC0415 - loads OpenCV
    from workbench.retrospective.search_document import FacePlace  # noqa: PLC0415

    return _placed(load_image(data), FacePlace(eyes=eyes, bystanders=bystanders))


def _placed(image: object, place: FacePlace) -> FacePicture:
    import numpy as np  # noqa: PLC0415 - opens quickly

    from workbench.reports.search_parts import FacePicture  # noqa: PLC0415

    pixels = np.asarray(image, np.uint8)
    boxes = np.array(place.bystanders, np.float32).reshape(-1, 4)
    eyes = None if place.eyes is None else np.array(place.eyes, np.float32)
    return FacePicture(pixels, eyes, boxes if len(boxes) else None)
