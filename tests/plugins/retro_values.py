"""A case of retrospective work, a collection of LFW people to search for it, and what is said."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import av

from workbench.gallery_settings import GallerySettings
from workbench.governance.holds import HoldGround

__all__ = [
    "BASIS",
    "CASE",
    "COLLECTION",
    "FOOTAGE_SAID",
    "LISTED",
    "STRANGER",
    "authorise_case",
    "beginning",
    "case_values",
    "checklist",
    "collection_values",
    "gather",
    "hold_collection",
    "let_go",
    "probe_of",
    "with_gallery",
]

BASIS = {"source": "custody", "legal_basis": "police-function"}
CASE = "CASE/2026/204"
COLLECTION = "custody-2026"
FOOTAGE_SAID = {
    "origin": "camera 4 of the shop",
    "basis": "Handed over by the owner of the shop on request.",
    "starts": "2026-11-24T18:00:00+00:00",
    "clock_offset_s": 30.0,
}
LISTED = (
    "Abdullah", "Abel_Pacheco", "Adam_Sandler", "Ahmed_Chalabi", "Ai_Sugiyama", "Al_Gore",
    "Al_Sharpton", "Alastair_Campbell", "Alan_Ball", "Aaron_Peirsol",
)  # fmt: skip
"""People of LFW with another photograph besides the one that is in the collection."""
STRANGER = "Abdoulaye_Wade"


def case_values(now: datetime, **changes: Any) -> dict[str, Any]:
    """Return what is asked for with a case."""
    return {
        "number": CASE,
        "offence": "Robbery on 24 November 2026, Theft Act 1968, s.8",
        "authority": "Common law power to investigate crime; DPA 2018, Part 3",
        "purpose": "To find out who is seen taking the bag.",
        "necessity": "Witnesses saw a face and know no name.",
        "expiry": (now + timedelta(days=10)).isoformat(),
        **changes,
    }


def collection_values(now: datetime, **changes: Any) -> dict[str, Any]:
    """Return what is said of a collection."""
    return {
        "name": COLLECTION,
        "use": "Searches for people seen committing robberies in the district.",
        "origin": "custody system of the force",
        "evidence": "PACE 1984, s.64A; custody image policy 7",
        "ends": (now + timedelta(days=90)).isoformat(),
        **changes,
    }


def gather(lfw: Path, folder: Path, people: tuple[str, ...] = LISTED) -> Path:
    """Copy the first photograph of people into a folder, a folder for each."""
    for name in people:
        (folder / name).mkdir(parents=True)
        first = min((lfw / name).iterdir())
        shutil.copy(first, folder / name / first.name)
    return folder


def probe_of(lfw: Path, person: str, number: int = 1) -> bytes:
    """Return the bytes of another photograph of somebody than the one in the collection."""
    return sorted((lfw / person).iterdir())[number].read_bytes()


def with_gallery(maker: Any, gallery: GallerySettings) -> Any:
    """Return what opens the same bench with other settings of its galleries."""
    return replace(maker, settings=maker.settings.model_copy(update={"gallery": gallery}))


def checklist() -> dict[str, Any]:
    """Return what an examiner says of parts."""
    return {
        "marks": {
            "nose": {"seen": "similar", "note": "same breadth at the base"},
            "ears": {"seen": "not-visible"},
        }
    }


def beginning(clip: Path, folder: Path, frames: int = 30) -> Path:
    """Copy the first frames of a clip, as they are, to a file in a folder."""
    target = folder / clip.name
    with av.open(str(clip)) as source, av.open(str(target), "w") as copied:
        stream = copied.add_stream_from_template(source.streams.video[0])
        for packet, _ in zip(source.demux(video=0), range(frames), strict=False):
            packet.stream = stream
            copied.mux(packet)
    return target


def authorise_case(bench: Any, now: datetime) -> None:
    """Have the case opened and authorised on a bench that opens for each role."""
    with bench.open("investigator") as investigator:
        investigator.cases.open(case_values(now))
    with bench.open("authorising-officer") as officer:
        officer.cases.authorise(CASE, "I have read the statements and see no other way.")


def hold_collection(officer: Any, review_by: datetime) -> None:
    """Have a data-protection officer keep the collection, whatever its end."""
    officer.holds.place(
        COLLECTION,
        ground=HoldGround.JUDICIAL,
        reason="The trial begins in January.",
        review_by=review_by,
    )


def let_go(bench: Any) -> None:
    """Wait until a bench has let go of the collection that it had in memory."""
    until = time.monotonic() + 20
    while bench._galleries._loaded is not None:
        assert time.monotonic() < until, "it stayed in memory"
        time.sleep(0.01)
