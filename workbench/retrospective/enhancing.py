"""Does what an enhancement log says to a picture; the original stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import ImageArray
from workbench.errors import ImageError, UsageError
from workbench.governance.enhancements import (
    Crop,
    Deinterlace,
    Denoise,
    EnhancementLog,
    EnhancementStep,
    FieldOfLines,
    Operation,
    Rotate,
    Tone,
    Upscale,
)
from workbench.images import ImageLimits

__all__ = ["MOST_PIXELS", "enhance", "pixel_digest", "replay", "turning"]

MOST_PIXELS = ImageLimits().max_pixels
"""Of a picture after a step: as many as one that is read may have."""
_GREY = (128, 128, 128)


def pixel_digest(image: ImageArray) -> str:
    """Return the SHA-256 of an image's size and pixels, `(height, width, 3)` uint8."""
    digest = hashlib.sha256(f"{image.shape[0]}x{image.shape[1]} RGB\n".encode())
    digest.update(np.ascontiguousarray(image).data)
    return digest.hexdigest()


def enhance(
    image: ImageArray, operations: Sequence[Operation], *, file: str
) -> tuple[ImageArray, EnhancementLog]:
    """Return an enhanced copy and the log of how it came about.

    Args:
        image: the original, `(height, width, 3)` uint8 RGB.
        operations: in order.
        file: SHA-256 of the original's file.

    Raises:
        UsageError: when a crop reaches beyond the picture, or a step would make it too large.
    """
    copy = image.copy()
    original = pixels = pixel_digest(copy)
    steps = []
    for number, operation in enumerate(operations, 1):
        copy = _done(copy, operation, number)
        after = pixel_digest(copy)
        steps.append(EnhancementStep(operation=operation, before=pixels, after=after))
        pixels = after
    return copy, EnhancementLog(file=file, original=original, steps=tuple(steps))


def replay(image: ImageArray, log: EnhancementLog) -> ImageArray:
    """Do again what a log says, and see that each step gives what it gave.

    Args:
        image: the original.
        log: of its enhancement.

    Raises:
        ImageError: when the original is another one, or a step gives other pixels here (another
            version of OpenCV may).
    """
    if pixel_digest(image) != log.original:
        msg = (
            "the original is not the picture that the log begins with. Take the one whose file has "
            f"SHA-256 {log.file}."
        )
        raise ImageError(msg)
    copy, again = enhance(image, [step.operation for step in log.steps], file=log.file)
    for number, (told, now) in enumerate(zip(log.steps, again.steps, strict=True), 1):
        if told.after != now.after:
            msg = (
                f"step {number} of the log ({told.operation.kind}) gives other pixels here than it "
                f"gave then. Repeat it with the OpenCV that was used; this is {cv2.__version__}."
            )
            raise ImageError(msg)
    return copy


def _done(image: ImageArray, operation: Operation, number: int) -> ImageArray:
    height, width = image.shape[:2]
    match operation:
        case Crop():
            right, bottom = operation.left + operation.width, operation.top + operation.height
            if right > width or bottom > height:
                msg = (
                    f"step {number}: the crop reaches to ({right}, {bottom}) px, but the picture "
                    f"is {width}x{height} px there. Draw it inside."
                )
                raise UsageError(msg)
            return image[operation.top : bottom, operation.left : right].copy()
        case Rotate():
            return _turned(image, operation.degrees, number)
        case Tone():
            values = (np.arange(256) / 255.0) ** operation.gamma
            values = operation.contrast * values + operation.brightness
            table = np.rint(255.0 * np.clip(values, 0.0, 1.0)).astype(np.uint8)
            return table[image]
        case Deinterlace():
            return _one_field(image, operation.keep)
        case Denoise():
            strength = operation.strength
            cleaned = cv2.fastNlMeansDenoisingColored(image, None, strength, strength, 7, 21)
            return np.asarray(cleaned, np.uint8)
        case Upscale():
            size = (width * operation.factor, height * operation.factor)
            _require_room(*size, number)
            return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def turning(size: tuple[int, int], degrees: float) -> tuple[NDArray[np.float64], tuple[int, int]]:
    """Return how turning a picture moves its points, `(2, 3)`, and the size that it comes to.

    Args:
        size: of the picture, width and height, px.
        degrees: anticlockwise.
    """
    width, height = size
    middle = ((width - 1) / 2, (height - 1) / 2)
    matrix = np.asarray(cv2.getRotationMatrix2D(middle, degrees, 1.0), np.float64)
    if degrees % 90 == 0:
        grown = size if degrees % 180 == 0 else (height, width)
    else:
        cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
        grown = (
            int(np.ceil(width * cosine + height * sine)),
            int(np.ceil(width * sine + height * cosine)),
        )
    matrix[:, 2] += np.array([grown[0] - width, grown[1] - height]) / 2
    return matrix, grown


def _turned(image: ImageArray, degrees: float, number: int) -> ImageArray:
    height, width = image.shape[:2]
    quarter, rest = divmod(degrees, 90)
    if rest == 0:
        return np.ascontiguousarray(np.rot90(image, int(quarter)))
    matrix, size = turning((width, height), degrees)
    _require_room(*size, number)
    turned = cv2.warpAffine(
        image,
        matrix,
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_GREY,
    )
    return np.asarray(turned, np.uint8)


def _one_field(image: ImageArray, keep: FieldOfLines) -> ImageArray:
    first = 0 if keep is FieldOfLines.TOP else 1
    if len(image) <= first:
        return image.copy()
    made = image.copy()
    kept = np.arange(first, len(image), 2)
    for line in range(1 - first, len(image), 2):
        near = kept[np.abs(kept - line) == 1]
        made[line] = np.rint(image[near].mean(axis=0)).astype(np.uint8)
    return made


def _require_room(width: int, height: int, number: int) -> None:
    if width * height > MOST_PIXELS:
        msg = (
            f"step {number} would make the picture {width}x{height} px, more than {MOST_PIXELS:,} "
            "pixels. Crop it first."
        )
        raise UsageError(msg)
