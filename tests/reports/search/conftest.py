"""Builders of reports of a search for these tests; the pictures are drawn, not photographed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from workbench.faces.templates import EncoderIdentity
from workbench.governance.cases import CaseApplication, CaseDecision
from workbench.governance.checklists import Checklist, Component, Mark, Seen
from workbench.governance.conclusions import Conclusion
from workbench.governance.enhancements import Crop, Tone, Upscale
from workbench.governance.reviews import Examination, Review
from workbench.matching.confidence import ScoreMeaning
from workbench.reports.search_parts import (
    AuditHead,
    Considered,
    FacePicture,
    FootageFile,
    Making,
    Override,
    Probe,
    SearchedCollection,
    SearchedFootage,
    Settings,
)
from workbench.reports.search_report import SearchReport
from workbench.retrospective.candidate_lists import Candidate, CandidateList
from workbench.retrospective.enhancing import enhance

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
OPERATIONS = (Crop(left=4, top=4, width=90, height=90), Tone(gamma=0.8), Upscale(factor=2))
MEASURED_ON = "1,234,567 comparisons of photographs of 2,019 people (LFW, tuning)"


def drawn(seed: int, side: int = 100) -> np.ndarray:
    """Draw noise; no face is needed to lay out a page."""
    return np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8)


def eyes(apart: float, side: float = 100) -> np.ndarray:
    """Place two eyes level in a picture."""
    middle = side / 2
    points = [[middle - apart / 2, middle], [middle + apart / 2, middle]]
    return np.array(points, np.float32)


def meaning(score: float) -> ScoreMeaning:
    """Say what a score means, as a calibration does."""
    text = (
        "1 in 6,000 faces of people who are not on the list score this high (95 % interval "
        f"1 in 30,000 to 1 in 2,000; extrapolated to 4,000 references from {MEASURED_ON})"
    )
    return ScoreMeaning(score, 4000, 1e-8, 1 / 6000, 1 / 30000, 1 / 2000, text, MEASURED_ON, True)


def listed(count: int, *, full_scan: bool = True) -> CandidateList:
    """Build a candidate list."""
    scores = [6.5 - 0.5 * at for at in range(count)]
    gaps = [high - low for high, low in pairwise(scores)]
    people = tuple(
        Candidate(
            at + 1,
            f"REF-{1000 + at}",
            at,
            score,
            gaps[at] if at < len(gaps) else None,
            meaning(score),
        )
        for at, score in enumerate(scores)
    )
    precision = {"facenet": "int16", "sface": "int16"}
    return CandidateList(
        people, 50, 4000, "fused", "log10 likelihood ratio", precision, full_scan=full_scan
    )


def considered(found: CandidateList) -> tuple[Considered, ...]:
    """Build what is shown of every candidate of a list."""
    return tuple(
        Considered(
            id=f"candidate-{one.rank}",
            candidate=one,
            verdict="warn" if one.rank == 2 else "accept",
            reasons=("28 px between the eyes, below 30 px.",) if one.rank == 2 else (),
            image_date=None if one.rank == 3 else date(2015 + one.rank, 5, 17),
            picture=FacePicture(drawn(10 + one.rank, 112), eyes(40, 112)),
            sha256=f"{one.rank:064x}",
        )
        for one in found.candidates
    )


def checklist(**changes: Seen) -> Checklist:
    """Build a checklist; changes name parts."""
    marks = {
        Component.NOSE: Mark(seen=Seen.SIMILAR, note="broad bridge, tip turned to its left"),
        Component.EARS: Mark(seen=Seen.NOT_VISIBLE),
        Component.CHIN: Mark(seen=Seen.SIMILAR),
    }
    marks |= {Component(part): Mark(seen=seen) for part, seen in changes.items()}
    return Checklist(marks=marks)


def examination(by: str, hours: int, **changes: Any) -> Examination:
    """Build an examination."""
    values = {
        "by": by,
        "candidate": "candidate-1",
        "conclusion": Conclusion.SUPPORT_SAME,
        "checklist": checklist(),
        "reason": "Nose and chin agree in shape.\nNothing that is visible speaks against it.",
        "at": NOON + timedelta(hours=hours),
    } | changes
    return Examination(**values)


def agreed() -> Review:
    """Two examiners who say the same of the first candidate."""
    return Review("search-7", (examination("Ana Silva", 1), examination("Ben Okoro", 3)))


def report(count: int = 6, *, enhanced: bool = True, **changes: Any) -> SearchReport:
    """Build a report with everything that a report can carry."""
    original = drawn(1)
    picture, log = enhance(original, OPERATIONS if enhanced else (), file="ab" * 32)
    side = picture.shape[0]
    found = changes.pop("found", listed(count))
    values = {
        "id": "report-9",
        "case": CaseApplication(
            number="CR-2026-0417",
            offence="Robbery, Theft Act 1968, s.8",
            authority="Common law power to prevent and detect crime.",
            purpose="Find out who is seen in the still of the shop's camera.",
            necessity="No witness knows the person; nothing less would do.",
            requester="DC Mara Lind",
            opened=NOON - timedelta(days=2),
            expiry=NOON + timedelta(days=28),
        ),
        "decision": CaseDecision(
            by="DI Otis Hart",
            rank="inspector",
            at=NOON - timedelta(days=1),
            granted=True,
            reason="A serious offence, and one still of one face.",
        ),
        "searched_at": NOON,
        "searched_by": "DC Mara Lind",
        "reason": "The man with the bag is seen at the till.",
        "probe": Probe(
            source="Camera 2 of the shop, handed over by its owner",
            file="still-0412.png",
            taken="2026-11-01 21:14:08 UTC by the clock of the camera",
            frame=412,
            original=FacePicture(original, eyes(20), np.array([[70, 5, 95, 30]], np.float32)),
            picture=FacePicture(picture, eyes(40, side), np.array([[132, 2, 178, 50]], np.float32)),
            log=log,
            verdict="reject",
            reasons=("20 px between the eyes, below 24 px.",),
            override=Override("DI Otis Hart", NOON, "There is no other picture of the person."),
            frames=3,
            others=("bc" * 32, "cd" * 32),
        ),
        "searched": SearchedCollection(
            "Custody images, north",
            4000,
            3750,
            {"custody": 3900, "warrant-file": 100},
            {"police-function": 3600, "administration-of-justice": 400},
            "imported 2026-10-01, digest 0123abcd",
        ),
        "settings": Settings(
            (
                EncoderIdentity("facenet", "facenet-casia", "cd" * 32, "facenet-box/1", 512),
                EncoderIdentity("sface", "sface-fp32", "ef" * 32, "sface/1", 128),
            ),
            "policy-3",
            MEASURED_ON,
            "ONNX Runtime 1.27 on 2 processor cores",
            "lfr-workbench 0.3.0",
            "full scan, in memory",
        ),
        "found": found,
        "considered": considered(found),
        "review": agreed(),
        "audit": AuditHead(1421, "9a" * 32, NOON + timedelta(hours=4)),
        "making": Making(
            "DC Mara Lind",
            NOON + timedelta(hours=5),
            "Crown Prosecution Service",
            "Charging advice.",
        ),
        "category": "demonstration",
    } | changes
    return SearchReport(**values)


ENDS_EARLY = ("Its times repeat or run backwards.", "Not all of it is there: ends early.")


def footage() -> SearchedFootage:
    """Two files, one of them damaged and with a clock that nobody checked."""
    codec = "h264, 1920 x 1080, 25 frames a second"
    return SearchedFootage(
        (
            FootageFile("footage-1", "door.mp4", "12" * 32, codec, 3600.0, -42.0),
            FootageFile(
                "footage-2", "till.mp4", "34" * 32, codec, 61.5, None, ENDS_EARLY, doubtful=True
            ),
        ),
        1250,
    )


@pytest.fixture
def build_report() -> Callable[..., SearchReport]:
    """Give the builder of reports."""
    return report


@pytest.fixture(scope="session")
def build_report_once() -> Callable[..., SearchReport]:
    """Give the same to what is made once for several tests."""
    return report


@pytest.fixture
def build_footage() -> Callable[[], SearchedFootage]:
    """Give the builder of footage."""
    return footage


@pytest.fixture
def build_list() -> Callable[..., CandidateList]:
    """Give the builder of candidate lists."""
    return listed


@pytest.fixture
def build_examination() -> Callable[..., Examination]:
    """Give the builder of examinations."""
    return examination


@pytest.fixture
def build_checklist() -> Callable[..., Checklist]:
    """Give the builder of checklists."""
    return checklist


@pytest.fixture
def build_picture() -> Callable[..., FacePicture]:
    """Give the builder of pictures of faces."""

    def build(seed: int, side: int, apart: float | None = None) -> FacePicture:
        return FacePicture(drawn(seed, side), None if apart is None else eyes(apart, side))

    return build
