"""What is done to a probe is told, can be done again, and never touches the original."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.arrays import ImageArray
from workbench.errors import ImageError, RecordError, UsageError
from workbench.governance.enhancements import (
    ENHANCEMENT_SOURCE,
    Crop,
    Deinterlace,
    Denoise,
    EnhancementLog,
    FieldOfLines,
    Operation,
    Rotate,
    Tone,
    Upscale,
)
from workbench.retrospective import enhancing
from workbench.retrospective.enhancing import enhance, pixel_digest, replay

FILE = hashlib.sha256(b"a file").hexdigest()


def picture(height: int = 24, width: int = 32, seed: int = 0) -> ImageArray:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    noise[: height // 2] //= 2
    return noise


OPERATIONS = st.lists(
    st.one_of(
        st.builds(Crop, left=st.just(1), top=st.just(2), width=st.just(8), height=st.just(9)),
        st.builds(Rotate, degrees=st.sampled_from([-180.0, -90.0, -7.5, 0.0, 30.0, 90.0, 180.0])),
        st.builds(Tone, gamma=st.floats(0.25, 4), contrast=st.floats(0.5, 4)),
        st.builds(Deinterlace, keep=st.sampled_from(FieldOfLines)),
        st.builds(Denoise, strength=st.floats(1, 20)),
        st.builds(Upscale, factor=st.integers(2, 3)),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(operations=OPERATIONS)
def test_whatever_is_done_is_told_and_gives_the_same_again(operations: list[Operation]) -> None:
    image = picture()
    before = image.copy()
    try:
        made, log = enhance(image, operations, file=FILE)
    except UsageError as error:
        assert "Draw it inside" in str(error)  # noqa: PT017 - a second crop of what is left
        return
    assert np.array_equal(image, before)
    assert made.dtype == np.uint8
    assert made.shape[2] == 3
    assert (log.original, log.searched) == (pixel_digest(image), pixel_digest(made))
    assert [step.operation for step in log.steps] == operations
    told = EnhancementLog.read(log.plain(), what="a log")
    assert told == log
    assert np.array_equal(replay(image, told), made)
    assert log.is_enhanced == (pixel_digest(made) != pixel_digest(image))


def test_each_operation_does_what_it_says() -> None:
    image = picture()

    def after(*operations: Operation) -> ImageArray:
        return enhance(image, operations, file=FILE)[0]

    assert np.array_equal(after(Crop(left=3, top=4, width=5, height=6)), image[4:10, 3:8])
    assert np.array_equal(after(Rotate(degrees=90)), np.rot90(image))
    assert np.array_equal(after(Rotate(degrees=-90)), np.rot90(image, -1))
    assert np.array_equal(after(Tone()), image)
    assert np.array_equal(after(Tone(brightness=0.5)) >= image, np.ones_like(image, bool))
    turned = after(Rotate(degrees=45))
    assert turned.shape[0] >= image.shape[0] * 0.7 + image.shape[1] * 0.7
    for keep, first in ((FieldOfLines.TOP, 0), (FieldOfLines.BOTTOM, 1)):
        field = after(Deinterlace(keep=keep))
        assert np.array_equal(field[first::2], image[first::2])
        line = image[4 + first].astype(float) / 2 + image[6 + first].astype(float) / 2
        assert np.abs(field[5 + first].astype(float) - line).max() <= 0.5
    assert after(Upscale(factor=2)).shape == (48, 64, 3)
    flat = np.full_like(image, 100)
    noisy = np.clip(flat + np.random.default_rng(1).normal(0, 8, image.shape), 0, 255)
    cleaned, _ = enhance(noisy.astype(np.uint8), [Denoise(strength=15)], file=FILE)
    assert cleaned.std() < noisy.std() / 2


def test_a_crop_beyond_the_picture_and_a_picture_too_large_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UsageError, match=r"step 2: the crop reaches to \(33, 9\) px.*32x24"):
        enhance(picture(), [Tone(), Crop(left=30, top=1, width=3, height=8)], file=FILE)
    monkeypatch.setattr(enhancing, "MOST_PIXELS", 1000)
    for operation in (Upscale(factor=2), Rotate(degrees=20)):
        with pytest.raises(UsageError, match="step 1 would make the picture"):
            enhance(picture(), [operation], file=FILE)


def test_a_log_that_does_not_hold_together_is_refused() -> None:
    _, log = enhance(picture(), [Tone(gamma=2), Upscale(factor=2)], file=FILE)
    values = log.plain()
    values["steps"].reverse()
    with pytest.raises(RecordError, match="step 1 does not begin with what the one before it left"):
        EnhancementLog.read(values, what="a log")
    with pytest.raises(ImageError, match=f"not the picture that the log begins with.*{FILE}"):
        replay(picture(seed=1), log)
    other = log.plain()
    other["steps"][1]["after"] = "0" * 64
    with pytest.raises(ImageError, match=r"step 2 of the log \(upscale\) gives other pixels"):
        replay(picture(), EnhancementLog.read(other, what="a log"))


@pytest.mark.parametrize(
    "operation",
    [
        {"kind": "draw-a-beard"},
        {"kind": "tone", "gamma": 9},
        {"kind": "upscale", "factor": 8},
        {"kind": "rotate", "degrees": float("nan")},
        {"kind": "crop", "left": -1, "top": 0, "width": 1, "height": 1},
        {"kind": "denoise", "strength": 3, "and": "more"},
    ],
)
def test_what_is_no_enhancement_cannot_be_logged(operation: dict[str, object]) -> None:
    step = {"operation": operation, "before": "0" * 64, "after": "1" * 64}
    with pytest.raises(RecordError, match="a log cannot be used: steps"):
        EnhancementLog.read({"file": FILE, "original": "0" * 64, "steps": [step]}, what="a log")


def test_it_is_told_in_a_sentence() -> None:
    _, log = enhance(picture(), [Rotate(degrees=2.5), Upscale(factor=2)], file=FILE)
    assert log.describe() == (
        "Searched with an enhanced copy. 2 steps: rotate (degrees 2.5); upscale (factor 2)."
    )
    _, none = enhance(picture(), [], file=FILE)
    assert none.describe() == "Searched with the original, unchanged."
    assert not none.is_enhanced
    assert "the product's own choice" in ENHANCEMENT_SOURCE.describe()
