"""What the record of a search says of its probe: every picture by its digest."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.repeated_searches import asks_nothing_new, share_a_probe
from workbench.governance.searches import ProbeFacts, SearchRecord

FIRST, SECOND = "a" * 64, "b" * 64


def facts(**changes: Any) -> dict[str, Any]:
    """Return what a probe of one picture is."""
    return {
        "origin": "camera 4 of the shop",
        "log": {"file": FIRST, "original": "0" * 64},
        "quality": {"verdict": "accept", "eye_distance_px": 60.0},
        **changes,
    }


@pytest.mark.parametrize("frames", [1, 5])
def test_a_record_from_before_digests_of_all_were_kept_is_read(frames: int) -> None:
    assert ProbeFacts.read(facts(frames=frames), what="a probe").pictures == ()


@pytest.mark.parametrize("pictures", [(FIRST,), (FIRST, SECOND), (FIRST, FIRST)])
def test_every_picture_is_named(pictures: tuple[str, ...]) -> None:
    probe = ProbeFacts.read(facts(frames=len(pictures), pictures=pictures), what="a probe")
    assert probe.pictures == pictures
    assert ProbeFacts.read(probe.plain(), what="a probe") == probe


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"frames": 3, "pictures": (FIRST, SECOND)}, "made of 3, and 2 pictures are named"),
        ({"pictures": (FIRST, SECOND)}, "made of 1, and 2 pictures are named"),
        ({"frames": 2, "pictures": (SECOND, FIRST)}, "another than the one that was worked on"),
        ({"pictures": ("no digest",)}, "pictures"),
    ],
)
def test_pictures_that_are_not_those_of_the_probe(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(RecordError, match=words):
        ProbeFacts.read(facts(**changes), what="a probe")


def search(*target: str, **probe: Any) -> SearchRecord:
    """Return the record of a search of what is named."""
    values = {
        "kind": "footage", "probe": facts(**probe), "target": target, "target_name": "till",
        "references": 3, "subjects": 3, "length": 50, "candidates": 3, "matcher": "fused",
        "unit": "log10 likelihood ratio", "calibration": "none", "encoders": ("sface",),
        "precision": {}, "full_scan": True, "stated": "Every reference was compared.",
        "reason": "The man with the bag is seen at the till.",
    }  # fmt: skip
    return SearchRecord.read(values, what="a search")


def test_what_is_searched_with_again_and_what_is_searched_anew() -> None:
    one, both = search("footage-1"), search("footage-1", "footage-2")
    assert asks_nothing_new(one, both), "less than before is nothing new"
    assert not asks_nothing_new(both, one)
    assert not asks_nothing_new(search("footage-3"), both)
    joined = search("footage-1", frames=2, pictures=(FIRST, SECOND))
    log = {"file": SECOND, "original": "0" * 64}
    second = search("footage-1", log=log)
    assert share_a_probe(one, joined)
    assert share_a_probe(joined, second)
    assert not share_a_probe(one, second)
    seen = search("footage-1", appearance="footage-9/0/1", log=log)
    assert share_a_probe(search("footage-1", appearance="footage-9/0/1"), seen), "another look"
    assert not share_a_probe(search("footage-1", appearance="footage-9/0/2"), seen)
