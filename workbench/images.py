"""Image files of any mode -> arrays `(height, width, 3)` uint8 RGB, or one clear error."""

from __future__ import annotations

import io
import os
import stat
import struct
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile, UnidentifiedImageError

from workbench.arrays import ImageArray
from workbench.errors import ImageError

__all__ = [
    "IMAGE_SUFFIXES",
    "ImageLimits",
    "encode_jpeg",
    "encode_png",
    "image_bytes",
    "image_files",
    "load_image",
]

IMAGE_SUFFIXES: Final = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".bmp", ".gif"),
        *(".tif", ".tiff", ".webp", ".jp2", ".avif", ".ppm", ".pgm", ".pbm", ".pnm"),
    )
)
"""File name endings, in lower case, that are taken for images when a folder is listed."""

# Named one by one: Pillow's other readers start programs (EPS) or need files beside the image.
# MPO is opened by the reader of JPEG.
_FORMATS: Final = ["JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP", "JPEG2000", "AVIF", "PPM"]
_READABLE: Final = "JPEG, PNG, TIFF, WebP, BMP, GIF, JPEG 2000, AVIF or PPM"
_ORIENTATION_TAG: Final = 0x0112
_TRANSPOSES: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation (CIPA DC-008, tag 274) -> what brings the picture upright."""
_DEEP_MODES: Final = ("I", "F")
_WHITE: Final = 255
_WHITE_16: Final = 65535
# Pillow warns from its header readers, and `warnings` can only be filtered for the whole process.
_HEADER_LOCK: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What an image may be at most; both are checked before anything is decoded.

    Attributes:
        max_pixels: width times height.
        max_bytes: size of the file.
    """

    max_pixels: int = 64_000_000
    max_bytes: int = 200 * 1024 * 1024


def load_image(
    source: Path | str | bytes, *, limits: ImageLimits | None = None, name: str | None = None
) -> ImageArray:
    """Decode one image to RGB, upright.

    EXIF orientation is honoured, transparency is composited on white, 16-bit samples are scaled
    to 8 bits. The white of a floating-point picture is taken from its range (1, 255, 65,535 or its
    own maximum), that of a 32-bit one is 65,535 or its maximum. Colour profiles are ignored.

    Args:
        source: path of a file, or the bytes of one.
        limits: largest picture and file that are read; `ImageLimits()` if not given.
        name: what to call the image in an error; the path if not given.

    Returns:
        Array of shape `(height, width, 3)` uint8 RGB, contiguous.

    Raises:
        ImageError: one line that names the file, what is wrong with it and what to do.
    """
    limits = limits or ImageLimits()
    called = _printable(name or ("image" if isinstance(source, bytes) else os.fspath(source)))
    data = source if isinstance(source, bytes) else _read(source, called, limits)
    if not data:
        msg = f"{called}: the file is empty (0 bytes). Copy it again from its source."
        raise ImageError(msg)
    if len(data) > limits.max_bytes:
        raise _too_big(called, len(data), limits)
    # Another library in the process may have Pillow fill in what is missing of a picture.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with _open(data, called) as picture:
            _check_header(picture, called, limits)
            return _upright_rgb(picture)
    except ImageError:
        raise
    except MemoryError:
        msg = f"{called}: not enough memory to decode it. Make the picture smaller."
        raise ImageError(msg) from None
    except Exception as error:  # noqa: BLE001 - what a decoder raises depends on the damage
        msg = (
            f"{called}: the image is damaged or cut short ({_printable(str(error)) or 'no data'})."
            " Copy it again from its source."
        )
        raise ImageError(msg) from None


def image_bytes(
    source: Path, *, limits: ImageLimits | None = None, name: str | None = None
) -> bytes:
    """Return an image file as it is; whether it can be decoded is for `load_image`.

    Args:
        source: path of the file.
        limits: largest file that is read; `ImageLimits()` if not given.
        name: what to call the image in an error; the path if not given.

    Raises:
        ImageError: when it cannot be read, is no file, or is larger than the limit.
    """
    return _read(source, _printable(name or os.fspath(source)), limits or ImageLimits())


def image_files(folder: Path, *, recursive: bool = False) -> list[Path]:
    """List the image files of a folder by their endings, sorted; hidden ones are left out.

    Args:
        folder: where to look.
        recursive: also in its folders, hidden ones left out.

    Returns:
        Paths that begin with `folder`, in the order of their names.

    Raises:
        ImageError: when the folder is missing, is a file or cannot be listed.
    """
    called = _printable(str(folder))
    try:
        found = sorted(folder.rglob("*") if recursive else folder.iterdir())
        if not folder.is_dir():  # rglob gives nothing for a missing folder or a file
            reason = "is not a folder" if folder.exists() else "does not exist"
            msg = f"{called}: the folder {reason}. Give a folder of image files."
            raise ImageError(msg)
        return [path for path in found if _is_listed(path.relative_to(folder), path)]
    except OSError as error:
        msg = f"{called}: the folder cannot be listed ({_reason(error)}). Check path and rights."
        raise ImageError(msg) from None


def encode_jpeg(image: ImageArray, quality: int = 90) -> bytes:
    """Encode an RGB image of shape `(height, width, 3)` as JPEG, without any metadata.

    Args:
        image: uint8 RGB.
        quality: 1..100.

    Raises:
        ImageError: when the array is not such an image.
    """
    return _encode(image, ".jpg", [cv2.IMWRITE_JPEG_QUALITY, quality])


def encode_png(image: ImageArray) -> bytes:
    """Encode an RGB image of shape `(height, width, 3)` as PNG, without loss or metadata.

    Raises:
        ImageError: when the array is not such an image.
    """
    return _encode(image, ".png", [])


def _read(source: Path | str, called: str, limits: ImageLimits) -> bytes:
    # Not blocking: a named pipe or a device must give an error, not a wait without end.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(source, flags), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
                msg = f"{called}: this is {kind}, not an image file. Give the path of one image."
                raise ImageError(msg)
            if status.st_size > limits.max_bytes:
                raise _too_big(called, status.st_size, limits)
            return file.read(limits.max_bytes + 1)
    except FileNotFoundError:
        msg = f"{called}: there is no such file. Check the path."
    except PermissionError:
        msg = f"{called}: the file may not be read. Ask for the right to read it."
    except IsADirectoryError:
        msg = f"{called}: this is a folder, not an image file. Give the path of one image."
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        msg = f"{called}: the file cannot be read ({_reason(error)}). Check path and disk."
    raise ImageError(msg) from None


def _open(data: bytes, called: str) -> Image.Image:
    try:
        with _HEADER_LOCK, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        msg = f"{called}: this is not an image, whatever its name says. Use {_READABLE}."
    except Image.DecompressionBombError:
        msg = f"{called}: the picture is far too large to decode. Make it smaller."
    raise ImageError(msg) from None


def _check_header(picture: Image.Image, called: str, limits: ImageLimits) -> None:
    width, height = picture.size
    if width * height > limits.max_pixels:
        msg = (
            f"{called}: the picture is {width} x {height} px, more than the {limits.max_pixels:,} "
            "pixels allowed. Make it smaller, or raise the limit in the settings."
        )
        raise ImageError(msg)
    # Cameras put a preview or a second view behind the picture in MPO: the first is the picture.
    # Not how many there are: to count the pages of a small TIFF may take Pillow hours.
    if picture.format != "MPO" and getattr(picture, "is_animated", False):
        msg = (
            f"{called}: it holds several pictures (an animation or several pages), and which one "
            "is meant cannot be known. Save the one that is meant as a file of its own."
        )
        raise ImageError(msg)


def _upright_rgb(picture: Image.Image) -> ImageArray:
    picture.load()
    # Read after loading: Pillow turns TIFF pictures itself while it loads them.
    turn = _TRANSPOSES.get(_orientation(picture))
    upright = picture if turn is None else picture.transpose(turn)
    if upright.mode.startswith(_DEEP_MODES):
        grey = _to_8_bit(np.asarray(upright))
        return np.ascontiguousarray(np.repeat(grey[..., None], 3, axis=2))
    if upright.has_transparency_data:
        rgba = upright.convert("RGBA")
        ground = Image.new("RGBA", rgba.size, "white")
        return np.array(Image.alpha_composite(ground, rgba).convert("RGB"))
    if upright.mode == "LAB":
        profiles = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(*profiles, "LAB", "RGB")
        upright = ImageCms.applyTransform(upright, transform) or upright
    return np.array(upright.convert("RGB"))


def _orientation(picture: Image.Image) -> int:
    with _HEADER_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a picture with damaged EXIF data is still a picture
        try:
            value = picture.getexif().get(_ORIENTATION_TAG, 1)
        except (OSError, SyntaxError, ValueError, KeyError, TypeError, struct.error):
            return 1
    return value if isinstance(value, int) else 1


def _to_8_bit(samples: NDArray[Any]) -> NDArray[np.uint8]:
    """Scale one channel of deep samples to 0..255 by the white that type and range suggest."""
    if samples.dtype.kind in "ui" and samples.dtype.itemsize == np.dtype(np.uint16).itemsize:
        white = float(_WHITE_16)
    else:
        whites = (1, _WHITE, _WHITE_16) if samples.dtype.kind == "f" else (_WHITE_16,)
        samples = np.nan_to_num(samples.astype(np.float64), posinf=0.0, neginf=0.0)
        highest = float(samples.max(initial=0.0))
        white = float(next((step for step in whites if highest <= step), highest))
    scaled = np.clip(samples.astype(np.float64) * (_WHITE / white), 0, _WHITE)
    return np.rint(scaled).astype(np.uint8)


def _encode(image: ImageArray, suffix: str, parameters: list[int]) -> bytes:
    fits = image.ndim == len("hwc") and image.shape[2] == len("rgb") and image.size > 0
    if not fits or image.dtype != np.uint8:
        msg = (
            f"an image to encode must be (height, width, 3) uint8 RGB with at least one pixel, "
            f"but is {image.shape} {image.dtype}."
        )
        raise ImageError(msg)
    done, data = cv2.imencode(suffix, np.ascontiguousarray(image[..., ::-1]), parameters)
    if not done:
        msg = f"an image of shape {image.shape} cannot be encoded as {suffix}. Make it smaller."
        raise ImageError(msg)
    return bytes(data.tobytes())


def _is_listed(inside: Path, path: Path) -> bool:
    hidden = any(part.startswith(".") for part in inside.parts)
    return not hidden and path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()


def _too_big(called: str, size: int, limits: ImageLimits) -> ImageError:
    return ImageError(
        f"{called}: the file has {size:,} bytes, more than the {limits.max_bytes:,} allowed. "
        "Give a smaller file, or raise the limit in the settings."
    )


def _printable(text: str) -> str:
    """Put a name or a reason on one line, without control characters."""
    line = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "?" for letter in line)


def _reason(error: Exception) -> str:
    strerror = error.strerror if isinstance(error, OSError) else None
    return _printable(strerror or str(error))
