"""The pictures of a probe on the page of an examination: each is named, and can be chosen."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import numpy as np

from widgets.found_search import probe_of
from widgets.probe_pictures import ProbePictures
from workbench.bench.search_views import SearchFinding, SearchView
from workbench.governance.joined_pictures import JoinedPicture
from workbench.governance.reviews import ReviewState
from workbench.governance.searches import ProbeFacts, SearchKind, SearchRecord
from workbench.images import encode_png
from workbench.retrospective.documents import EncoderFacts
from workbench.retrospective.search_document import FacePlace, OtherEntry, SearchDocument

PIXELS = "a" * 64
WHY = "Coat and <b>bag</b> are the same in both."
EYES = ((10.0, 20.0), (30.0, 20.0))


def plain(shade: int) -> bytes:
    """Return a picture of one shade."""
    return encode_png(np.full((40, 40, 3), shade, np.uint8))


def finding(*, others: int, kept: bool = True) -> SearchFinding:
    """Return a search whose probe has further pictures."""
    unlike = JoinedPicture(
        verdict="warn", eye_distance_px=20.0, likeness=0.1, unit="cosine", floor=0.4
    )
    probe = ProbeFacts.read(
        {
            "origin": "camera 4 of the shop",
            "frames": 1 + others,
            "log": {"file": PIXELS, "original": PIXELS},
            "quality": {"verdict": "accept", "eye_distance_px": 20.0},
            "others": [unlike.plain()] * others if kept else [],
            "same_person": WHY if others and kept else None,
        },
        what="the probe",
    )
    record = SearchRecord(
        kind=SearchKind.COLLECTION,
        probe=probe,
        target=("collection-1",),
        target_name="custody-2026",
        references=0,
        subjects=0,
        length=50,
        candidates=0,
        matcher="sface",
        unit="cosine",
        calibration="none",
        encoders=("sface",),
        precision={},
        full_scan=True,
        stated="Every reference was compared.",
        reason="who takes the bag",
    )
    entry = OtherEntry(picture=plain(200), eyes=EYES, place=FacePlace(eyes=EYES))
    document = SearchDocument(
        originals=tuple(plain(shade) for shade in range(1 + others)),
        probe=plain(100),
        landmarks=(*EYES, (20.0, 25.0), (12.0, 32.0), (28.0, 32.0)),
        original=FacePlace(eyes=EYES),
        copy_=FacePlace(eyes=EYES),
        others=(entry,) * others if kept else (),
        encoders=(
            EncoderFacts(
                name="sface", artefact="x", sha256=PIXELS, alignment="five", dimension=128
            ),
        ),
        runtime="none",
        software="none",
        candidates=(),
    )
    at = datetime(2026, 11, 24, tzinfo=UTC)
    view = SearchView("search-1", "CASE/1", "investigator", at, record, ReviewState.OPEN)
    return SearchFinding(view, document)


def test_one_picture_needs_no_choice() -> None:
    assert ProbePictures(finding(others=0), on_choose=lambda: None).page.children == ()


def test_each_is_named_with_its_digest_and_can_be_chosen() -> None:
    found = finding(others=2)
    called: list[int] = []
    pictures = ProbePictures(found, on_choose=lambda: called.append(pictures.number))
    said = pictures.page.children[0].value
    for data in found.document.originals:
        assert hashlib.sha256(data).hexdigest() in said
    assert "may show different people. Pictures 2, 3 are less like the first" in said
    assert "Coat and &lt;b&gt;bag&lt;/b&gt;" in said
    pictures.choice.value = 3
    assert called == [3]
    shown = probe_of(found, pictures.number)
    assert (int(shown.image[0, 0, 0]), shown.right_eye) == (200, EYES[0])
    assert shown.caption.endswith("picture 3 of 3; as it came"), "who captured it nobody knows"
    assert int(probe_of(found).image[0, 0, 0]) == 100
    pictures.close()


def test_of_a_search_of_before_it_is_said_that_they_cannot_be_compared() -> None:
    pictures = ProbePictures(finding(others=1, kept=False), on_choose=lambda: None)
    assert "picture 2: not judged by the version that searched" in pictures.page.children[0].value
    assert "kept no face of the others" in pictures.page.children[0].value
    assert len(pictures.choice.options) == 1
