"""One image as it is looked at for a list: read, judged as its enrolment will, and made small."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from workbench.arrays import ImageArray
from workbench.errors import ImageError
from workbench.faces.quality import MEASURES
from workbench.faces.thumbnails import THUMBNAIL_PX, thumbnail
from workbench.images import ImageLimits, encode_jpeg, image_bytes
from workbench.matching.judging import judge_image, photograph_pixels
from workbench.matching.person_folders import Photograph

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser

__all__ = ["ImageFile", "Looked", "image_data", "look_at", "preview"]

ImageFile: TypeAlias = Path | bytes
"""A file of the kernel's machine, or what is in one that was handed over."""

PREVIEW_PX: Final = 720
Pair: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What was seen of an image.

    Attributes:
        sha256: of the file; `None` where it could not be read.
        verdict: `accept`, `warn` or `reject`, as its enrolment will give it, copies apart.
        refused: why it cannot be enrolled; `None` where it can.
        reasons: a sentence for each measure of its face beyond a limit.
        measures: label, value and unit of each that could be taken.
        size: width and height, px; `None` where it could not be decoded.
        box: its face, `x0, y0, x1, y1`, as shares of width and height; empty where there is none.
        points: eyes, nose and corners of the mouth, likewise.
        small: a JPEG of at most 160 pixels: its face, or all of it; `None` where nothing is seen.
    """

    sha256: str | None
    verdict: str
    refused: str | None = None
    reasons: tuple[str, ...] = ()
    measures: tuple[tuple[str, float, str], ...] = ()
    size: tuple[int, int] | None = None
    box: tuple[float, ...] = ()
    points: tuple[Pair, ...] = ()
    small: bytes | None = field(default=None, repr=False)


def image_data(file: ImageFile, name: str, limits: ImageLimits) -> bytes:
    """Return what is in an image file.

    Raises:
        ImageError: when it cannot be read, or is larger than the limit; by its name alone.
    """
    if isinstance(file, bytes):
        return file
    try:
        return image_bytes(file, limits=limits)
    except ImageError as error:
        raise ImageError(str(error).replace(str(file), name)) from None


def look_at(file: ImageFile, name: str, analyser: FaceAnalyser, limits: ImageLimits) -> Looked:
    """Read an image, judge it, and make it small.

    Args:
        file: what is looked at.
        name: what it is called where something is wrong.
        analyser: what finds and judges faces.
        limits: largest image that is read.
    """
    try:
        data = image_data(file, name, limits)
    except ImageError as error:
        return Looked(None, "reject", str(error).removeprefix(f"{name}: ").rstrip("."))
    sha256 = hashlib.sha256(data).hexdigest()
    image = photograph_pixels(Photograph("", Path(name), data), limits)
    if isinstance(image, str):
        return Looked(sha256, "reject", image)
    height, width = image.shape[:2]
    judged = judge_image(image, analyser)
    measures = tuple(
        (MEASURES[key].label, value, MEASURES[key].unit) for key, value in judged.quality.items()
    )
    box: tuple[float, ...] = ()
    points: tuple[Pair, ...] = ()
    if judged.face is None:
        small = _no_larger(image, THUMBNAIL_PX)
    else:
        sides = (width, height, width, height)
        box = tuple(
            float(one) / side for one, side in zip(judged.face.boxes[0], sides, strict=True)
        )
        points = tuple((float(x) / width, float(y) / height) for x, y in judged.face.landmarks[0])
        small = thumbnail(image, judged.face.boxes)[0]
    return Looked(
        sha256,
        judged.verdict.value,
        judged.refused,
        judged.reasons,
        measures,
        (width, height),
        box,
        points,
        encode_jpeg(small, 85),
    )


def preview(file: ImageFile, name: str, limits: ImageLimits) -> bytes | None:
    """Return an image as a JPEG of at most 720 pixels; `None` where it cannot be decoded."""
    try:
        data = image_data(file, name, limits)
    except ImageError:
        return None
    image = photograph_pixels(Photograph("", Path(name), data), limits)
    return None if isinstance(image, str) else encode_jpeg(_no_larger(image, PREVIEW_PX), 85)


def _no_larger(image: ImageArray, side: int) -> ImageArray:
    height, width = image.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return image
    import cv2  # noqa: PLC0415 - a kernel that shows no picture loads none of it
    import numpy as np  # noqa: PLC0415

    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
