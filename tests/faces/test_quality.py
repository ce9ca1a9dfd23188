"""The quality proxy: what worsens a picture worsens its measure, and the verdict says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import cv2
import numpy as np
import pytest

from workbench.arrays import ImageArray
from workbench.faces.quality import MEASURES, Quality, Verdict, judge, measure
from workbench.faces.types import Faces
from workbench.images import load_image
from workbench.settings import QualityLimits, QualitySettings

MainFace = Callable[[ImageArray], Faces]
LoadFace = Callable[[str, int], ImageArray]
NAMES = ["Aaron_Peirsol", "Tony_Blair", "Angelina_Jolie", "Bill_Clinton", "Serena_Williams"]


@pytest.fixture(scope="module")
def photographs(lfw_face: LoadFace) -> list[ImageArray]:
    """Return five good photographs."""
    return [lfw_face(name, 1) for name in NAMES]


def quality_of(**values: float) -> Quality:
    """Build the quality of one good face, but for what is given."""
    good = {
        "eye_distance_px": 60,
        "sharpness": 150,
        "exposure": 0.5,
        "contrast": 0.2,
        "confidence": 0.93,
    }
    return Quality(*(np.array([(good | values).get(name, 0)], np.float32) for name in MEASURES))


def test_no_face_has_no_quality() -> None:
    quality = measure(np.zeros((5, 5, 3), np.uint8), Faces.empty())
    assert len(quality) == 0
    assert quality.sharpness.shape == (0,)
    assert judge(quality, QualitySettings()) == []


def test_each_measure_has_a_unit_and_is_a_field() -> None:
    assert [field.name for field in fields(Quality)] == list(MEASURES)
    assert all(one.unit and one.label and one.description for one in MEASURES.values())
    assert set(QualitySettings.model_fields) <= set(MEASURES)


def test_shapes_are_checked_and_rows_picked() -> None:
    with pytest.raises(ValueError, match="sharpness must have shape"):
        Quality(np.zeros(2, np.float32), *(np.zeros(1, np.float32) for _ in list(MEASURES)[1:]))
    two = Quality(*(np.array([1, 2], np.float32) for _ in MEASURES))
    assert two[[1]].values(0) == dict.fromkeys(MEASURES, 2.0)
    assert len(two[np.array([False, False])]) == 0


def _blurred(image: ImageArray, sigma: float) -> ImageArray:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def _scaled(image: ImageArray, factor: float, middle: float = 0.0) -> ImageArray:
    return np.clip((image - middle) * factor + middle, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "worsen", "steps"),
    [
        ("sharpness", _blurred, [0.5, 1, 1.5, 2, 3, 4, 6]),
        ("exposure", _scaled, [0.8, 0.6, 0.4, 0.2, 0.1]),
        ("contrast", lambda i, f: _scaled(i, f, 128.0), [0.8, 0.6, 0.4, 0.2, 0.1]),
    ],
)
def test_measure_falls_with_each_step(
    name: str,
    worsen: Callable[[ImageArray, float], ImageArray],
    steps: list[float],
    photographs: list[ImageArray],
    main_face: MainFace,
) -> None:
    for image in photographs:
        faces = main_face(image)
        values = [getattr(measure(image, faces), name)[0]]
        values += [getattr(measure(worsen(image, step), faces), name)[0] for step in steps]
        assert (np.diff(values) < 0).all(), values


def test_clipped_shares_rise(photographs: list[ImageArray], main_face: MainFace) -> None:
    for image in photographs:
        faces = main_face(image)
        bright = [measure(_scaled(image, f), faces).clipped_bright[0] for f in (1, 2, 3, 5)]
        dark = [measure(_scaled(image, f, 255.0), faces).clipped_dark[0] for f in (1, 2, 3, 5)]
        assert (np.diff(bright) > 0).all()
        assert (np.diff(dark) > 0).all()


def test_darkness_is_not_mistaken_for_blur(
    photographs: list[ImageArray], main_face: MainFace
) -> None:
    for image in photographs:
        faces = main_face(image)
        plain, dark = measure(image, faces), measure(_scaled(image, 0.4), faces)
        assert dark.sharpness[0] == pytest.approx(plain.sharpness[0], rel=0.3)


@pytest.mark.parametrize("factor", [2, 5, 8])
def test_light_and_angles_do_not_depend_on_the_scale(
    factor: float,
    photographs: list[ImageArray],
    main_face: MainFace,
    enlarge: Callable[[ImageArray, float], ImageArray],
) -> None:
    for image in photographs:
        faces = main_face(image)
        large = Faces(
            faces.boxes * factor, (faces.landmarks + 0.5) * factor - 0.5, faces.confidence
        )
        one = measure(image, faces).values(0)
        other = measure(enlarge(image, factor), large).values(0)
        assert other["eye_distance_px"] == pytest.approx(factor * one["eye_distance_px"], rel=1e-3)
        for name in ("exposure", "contrast", "yaw_deg", "pitch_deg", "roll_deg"):
            assert other[name] == pytest.approx(one[name], rel=0.05, abs=0.02)
        assert 0.4 < other["sharpness"] / one["sharpness"] < 2.5


def test_good_photographs_are_accepted(photographs: list[ImageArray], main_face: MainFace) -> None:
    for image in photographs:
        (judgement,) = judge(measure(image, main_face(image)), QualitySettings())
        assert judgement.verdict is not Verdict.REJECT, judgement.reasons


def test_ruined_photographs_are_rejected_for_what_ruins_them(
    photographs: list[ImageArray], main_face: MainFace
) -> None:
    ruins = {
        "Sharpness": lambda i: _blurred(i, 8),
        "Mean luminance": lambda i: _scaled(i, 0.05),
        "Contrast": lambda i: _scaled(i, 0.04, 128.0),
    }
    for image in photographs:
        faces = main_face(image)
        for label, ruin in ruins.items():
            (judgement,) = judge(measure(ruin(image), faces), QualitySettings())
            assert judgement.verdict is Verdict.REJECT
            assert any(reason.startswith(label) for reason in judgement.reasons)


@pytest.mark.slow
def test_surveillance_stills_are_worse_than_custody_photographs(
    shared_data: Path, main_face: MainFace
) -> None:
    verdicts = {}
    for name in ("frontal_hd", "surveillance_cam01"):
        verdicts[name] = []
        for path in sorted((shared_data / "frmdb").glob(f"*/{name}.jpg")):
            image = load_image(path)
            try:
                faces = main_face(image)
            except AssertionError:
                continue
            verdicts[name] += judge(measure(image, faces), QualitySettings())
    assert all(one.verdict is Verdict.ACCEPT for one in verdicts["frontal_hd"])
    poor = [one.verdict is not Verdict.ACCEPT for one in verdicts["surveillance_cam01"]]
    assert np.mean(poor) > 0.8


LIMITS = {"warn_low": 0.2, "reject_low": 0.1, "warn_high": 0.8, "reject_high": 0.9}


@pytest.mark.parametrize(
    ("exposure", "verdict", "words"),
    [
        (0.5, Verdict.ACCEPT, None),
        (0.25, Verdict.ACCEPT, None),
        (0.15, Verdict.WARN, "Mean luminance is 0.15, below the least recommended, 0.20."),
        (0.05, Verdict.REJECT, "Mean luminance is 0.05, below the least required, 0.10."),
        (0.85, Verdict.WARN, "Mean luminance is 0.85, above the most recommended, 0.80."),
        (0.95, Verdict.REJECT, "Mean luminance is 0.95, above the most required, 0.90."),
        (float("nan"), Verdict.REJECT, "Mean luminance is nan, below the least required, 0.10."),
    ],
)
def test_limits(exposure: float, verdict: Verdict, words: str | None) -> None:
    settings = QualitySettings(exposure=QualityLimits(**LIMITS))
    (judgement,) = judge(quality_of(exposure=exposure), settings)
    assert judgement.verdict is verdict
    assert judgement.reasons == (() if words is None else (words,))


@pytest.mark.parametrize("sign", [-1, 1])
def test_angles_count_to_either_side(sign: int) -> None:
    (judgement,) = judge(quality_of(yaw_deg=sign * 40), QualitySettings())
    assert judgement.verdict is Verdict.WARN
    side = "" if sign > 0 else "-"
    assert judgement.reasons == (
        f"Yaw is {side}40 degrees, above the most recommended, 25 degrees.",
    )


@pytest.mark.parametrize(("yaw", "told"), [(-25.3, "-25.3"), (25.04, "25.04"), (26, "26")])
def test_what_is_beyond_a_limit_never_reads_as_the_limit(yaw: float, told: str) -> None:
    (judgement,) = judge(quality_of(yaw_deg=yaw), QualitySettings())
    assert judgement.reasons == (f"Yaw is {told} degrees, above the most recommended, 25 degrees.",)


def test_reasons_that_reject_come_first() -> None:
    (judgement,) = judge(quality_of(eye_distance_px=20, yaw_deg=80), QualitySettings())
    assert judgement.verdict is Verdict.REJECT
    assert [reason.split(" is ")[0] for reason in judgement.reasons] == [
        "Yaw",
        "Distance between the eyes",
    ]
