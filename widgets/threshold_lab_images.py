"""Where the lab takes the images of errors from: a folder of one's own, or a set in a bench."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from workbench.errors import ImageError

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.evaluation_images import EvaluationImage

__all__ = ["ImageSource", "folder_images", "set_images", "small_jpeg"]

ImageSource: TypeAlias = Callable[[str], Path | bytes]
"""Gives the image of a name of the measurement: a file, or the bytes of one."""
SHOWN_PX: Final = 160


def folder_images(root: Path) -> ImageSource:
    """Take images from a folder: a name is a path below it.

    Args:
        root: the folder that the protocol's paths start from.

    Returns:
        A source that raises `ImageError` for a name that leads out of the folder, or to no file.

    Raises:
        ImageError: when there is no such folder.
    """
    if not root.is_dir():
        msg = f"{root}: no such folder. Give the one that the protocol's paths start from."
        raise ImageError(msg)
    whole = root.resolve()

    def give(name: str) -> Path:
        path = (whole / name).resolve()
        if not path.is_relative_to(whole) or not path.is_file():
            msg = (
                "the image is not in the folder. Give the one that the protocol's paths start from."
            )
            raise ImageError(msg)
        return path

    return give


def set_images(bench: Workbench, name: str, *, justification: str) -> ImageSource:
    """Take images from an evaluation set of a bench, in which a name is that of a file's SHA-256.

    Reading the set is logged by the bench, once, when the first image is asked for. All images are
    then looked through and stay in the memory of the kernel. For each image after that the bench
    is asked again whether the set may be read; once it says no, they are forgotten.

    Args:
        bench: opened by whoever looks.
        name: of the evaluation set.
        justification: why the images are looked at.

    Returns:
        A source that raises `NotPermittedError` when the role may not read the set,
        `NotAuthorisedError` when the set has ended, and `CredentialError` when whoever looks is
        not logged in any more, or has another role.
    """
    known: dict[str, bytes] = {}

    def give(wanted: str) -> bytes:
        nonlocal known
        try:
            if known:
                bench.evaluation_sets.require_readable(name)
            else:
                # Assigned when whole: of a reading that was cut off nothing is kept.
                known = _by_digest(bench.evaluation_sets.read(name, justification=justification))
        except BaseException:
            known = {}
            raise
        if wanted not in known:
            msg = (
                f"evaluation set {name} has no image of that name. Give the set that was searched."
            )
            raise ImageError(msg)
        return known[wanted]

    return give


def _by_digest(images: Iterable[EvaluationImage]) -> dict[str, bytes]:
    import hashlib  # noqa: PLC0415 - where it is needed alone

    return {hashlib.sha256(image.data).hexdigest(): image.data for image in images}


def small_jpeg(source: ImageSource, name: str) -> bytes:
    """Return an image as it is shown in a list of errors: JPEG, no metadata, small.

    Args:
        source: gives it.
        name: of it in the measurement.

    Raises:
        ImageError: when it is not there or cannot be decoded; the message names no file.
    """
    import cv2  # noqa: PLC0415 - heavy, and needed for pictures alone
    import numpy as np  # noqa: PLC0415 - likewise

    from workbench.images import encode_jpeg, load_image  # noqa: PLC0415

    image = load_image(source(name), name="the image")
    height, width = image.shape[:2]
    scale = min(1.0, SHOWN_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return encode_jpeg(small.astype(np.uint8, copy=False), 85)
