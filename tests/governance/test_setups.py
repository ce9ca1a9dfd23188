"""Setups: what must be alike for a score to mean what was measured."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.setups import Matcher, Setup, misfits

FACENET: dict[str, Any] = {
    "name": "facenet",
    "artefact": "facenet-weights",
    "sha256": "a" * 64,
    "alignment": "box/1",
    "dimension": 512,
}
SFACE = FACENET | {
    "name": "sface",
    "artefact": "sface-weights",
    "sha256": "b" * 64,
    "dimension": 128,
}
FUSION: dict[str, Any] = {
    "calibration": "made-up/1",
    "intercept": -4.5,
    "weights": {"facenet": 3.0, "sface": 12.0},
}
VALUES: dict[str, Any] = {
    "matcher": "fused",
    "encoders": [FACENET, SFACE],
    "fusion": FUSION,
    "runtime": "fp32",
}
ALONE = {"matcher": "sface", "encoders": [SFACE], "fusion": None}


def setup(**changes: object) -> Setup:
    return Setup.read(VALUES | changes, what="setup")


def test_a_setup_fits_itself_in_any_order_of_its_encoders() -> None:
    assert misfits(setup(), setup()) == []
    assert misfits(setup(), setup(encoders=[SFACE, FACENET])) == []
    assert misfits(setup(**ALONE), setup(**ALONE)) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            ALONE,
            [
                "it is for matcher fused, and the search uses sface: choose the policy of that matcher, or the matcher of this policy"
            ],
        ),
        (
            {"encoders": [FACENET, SFACE | {"sha256": "c" * 64}]},
            [
                "it was measured with encoder sface sface-weights (SHA-256 bbbbbbbbbbbb, alignment box/1, 128 numbers), and the search has sface-weights (SHA-256 cccccccccccc, alignment box/1, 128 numbers): use that encoder, or a policy measured with this one"
            ],
        ),
        (
            {"encoders": [FACENET | {"alignment": "box/2"}, SFACE]},
            [
                "it was measured with encoder facenet facenet-weights (SHA-256 aaaaaaaaaaaa, alignment box/1, 512 numbers), and the search has facenet-weights (SHA-256 aaaaaaaaaaaa, alignment box/2, 512 numbers): use that encoder, or a policy measured with this one"
            ],
        ),
        (
            {"fusion": FUSION | {"weights": {"facenet": 3.0, "sface": 12.5}}},
            [
                "the scores are fused in another way than was measured: use the calibration that it names"
            ],
        ),
        (
            {"fusion": FUSION | {"calibration": "made-up/2"}, "runtime": "int8"},
            [
                "the scores are fused in another way than was measured: use the calibration that it names",
                "it was measured in fp32, and the encoders run in int8: run them in fp32, or have a policy measured in int8",
            ],
        ),
        (
            {
                "encoders": [SFACE, SFACE | {"name": "third"}],
                "fusion": FUSION | {"weights": {"sface": 12.0, "third": 1.0}},
            },
            [
                "it was measured with encoder facenet facenet-weights (SHA-256 aaaaaaaaaaaa, alignment box/1, 512 numbers), and the search has none of that name: use that encoder, or a policy measured with this one",
                "it was not measured with encoder third: leave it out",
                "the scores are fused in another way than was measured: use the calibration that it names",
            ],
        ),
    ],
)
def test_each_difference_is_named_with_what_to_do(
    changes: dict[str, Any], expected: list[str]
) -> None:
    assert misfits(setup(), setup(**changes)) == expected


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"encoders": []}, "encoders"),
        ({"encoders": [SFACE, SFACE]}, "encoders must differ in name"),
        ({"fusion": None}, "fused needs a fusion with one weight for each encoder"),
        ({"encoders": [SFACE]}, "fused needs a fusion with one weight for each encoder"),
        ({"matcher": "sface"}, "matcher sface has the encoder of that name alone"),
        (ALONE | {"encoders": [FACENET]}, "matcher sface has the encoder of that name alone"),
        (ALONE | {"fusion": FUSION}, "and no fusion"),
        ({"matcher": "neoface"}, "matcher"),
        ({"runtime": "bf16"}, "runtime"),
        ({"encoders": [FACENET | {"sha256": "A" * 64}, SFACE]}, r"encoders\.0\.sha256"),
    ],
)
def test_a_setup_that_cannot_be_is_refused(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(RecordError, match=named):
        setup(**changes)


@pytest.mark.parametrize(
    ("matcher", "unit"),
    [
        (Matcher.FACENET, "cosine"),
        (Matcher.SFACE, "cosine"),
        (Matcher.FUSED, "log10 likelihood ratio"),
    ],
)
def test_each_matcher_has_its_unit(matcher: Matcher, unit: str) -> None:
    assert matcher.unit == unit
