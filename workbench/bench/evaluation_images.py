"""Images that an evaluation set is made of: looked at one by one before any of them is sealed.

What is sealed is the file as it is, behind one line of JSON that names whom it shows: neither is
anywhere else in the bench.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from workbench.errors import ImageError, RecordError, VaultError, WatchlistError
from workbench.governance.text import LONGEST_LINE

if TYPE_CHECKING:
    from workbench.images import ImageLimits

__all__ = [
    "MOST_IMAGES",
    "CheckedImage",
    "EvaluationImage",
    "Images",
    "checked_images",
    "decode_image",
    "encode_image",
]

MOST_IMAGES: Final = 10_000
"""Images that one set may have: in a team's store nobody else writes while they are stored, which
must be over before those who wait are told that the records are busy, after a minute."""

Images: TypeAlias = str | Path | Iterable[tuple[str, bytes | Path]]
"""A folder that holds a folder of images for each person, or pairs of a person and an image."""

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class EvaluationImage:
    """One image of an evaluation set.

    Attributes:
        subject: whom it shows.
        data: the image file, as it was handed in.
    """

    subject: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CheckedImage:
    """An image that can be decoded, and the SHA-256 of its file.

    Attributes:
        subject: whom it shows.
        source: its file, or the bytes of one.
        sha256: of the bytes that were looked at.
        called: what an error names.
        limits: within which it was read.
    """

    subject: str = field(repr=False)
    source: bytes | Path = field(repr=False)
    sha256: str
    called: str = field(repr=False)
    limits: ImageLimits = field(repr=False)

    def read(self) -> EvaluationImage:
        """Return it as it was when it was looked at.

        Raises:
            ImageError: when its file is gone, or is another by now.
        """
        from workbench.images import image_bytes  # noqa: PLC0415 - opens quickly

        source = self.source
        data = source if isinstance(source, bytes) else image_bytes(source, limits=self.limits)
        if hashlib.sha256(data).hexdigest() != self.sha256:
            msg = (
                f"{self.called}: the file was changed while the set was being sealed, so nothing "
                "was kept. Seal the set again once nobody writes to the folder."
            )
            raise ImageError(msg)
        return EvaluationImage(self.subject, data)


def checked_images(images: Images, limits: ImageLimits | None = None) -> list[CheckedImage]:
    """Return the images of a set to be, each of which was decoded once; nothing is kept of them.

    Args:
        images: a folder of folders, each named after a person, or pairs of a person and an image.
        limits: what one image may be at most.

    Raises:
        ImageError: names the image that cannot be decoded, and why.
        RecordError: when there is none, there are too many, a name cannot be used, or the folder
            holds something else; names what.
    """
    from workbench.images import ImageLimits  # noqa: PLC0415 - opens quickly

    pairs = _of_folder(Path(images)) if isinstance(images, str | Path) else list(images)
    if not pairs:
        msg = "there is no image to seal. Give a folder of images for each person, or pairs."
        raise RecordError(msg)
    if len(pairs) > MOST_IMAGES:
        msg = (
            f"{len(pairs):,} images are more than the {MOST_IMAGES:,} that one evaluation set may "
            "have. Make several."
        )
        raise RecordError(msg)
    limits = limits or ImageLimits()
    return [_checked(place, *pair, limits) for place, pair in enumerate(pairs, 1)]


def encode_image(image: EvaluationImage) -> bytes:
    """Return an image with whom it shows, as it is sealed."""
    head = json.dumps({"subject": image.subject}, ensure_ascii=False).encode("utf-8")
    return head + b"\n" + image.data


def decode_image(document: bytes, what: str) -> EvaluationImage:
    """Return what `encode_image` was given.

    Raises:
        VaultError: when it is nothing that this version of the workbench has sealed.
    """
    head, _, data = document.partition(b"\n")
    try:
        subject = json.loads(head)["subject"]
    except (ValueError, TypeError, LookupError):
        msg = f"{what} is no image of an evaluation set that can be read. Upgrade the workbench."
        raise VaultError(msg) from None
    return EvaluationImage(str(subject), data)


def _checked(place: int, subject: str, source: bytes | Path, limits: ImageLimits) -> CheckedImage:
    from workbench.images import image_bytes, load_image  # noqa: PLC0415 - opens quickly

    called = str(source) if isinstance(source, Path) else f"image {place}"
    subject = unicodedata.normalize("NFC", subject)
    if not subject.strip() or not subject.isprintable() or len(subject) > LONGEST_LINE:
        msg = (
            f"{called}: whom it shows must have a name of 1 to {LONGEST_LINE} characters, all of "
            "which can be shown. Give another."
        )
        raise RecordError(msg)
    data = image_bytes(source, limits=limits) if isinstance(source, Path) else source
    load_image(data, limits=limits, name=called)
    return CheckedImage(subject, source, hashlib.sha256(data).hexdigest(), called, limits)


def _of_folder(folder: Path) -> Sequence[tuple[str, bytes | Path]]:
    from workbench.matching.person_folders import person_folders  # noqa: PLC0415 - opens quickly

    try:
        photographs, refused = person_folders(folder)
    except WatchlistError as error:
        msg = f"no evaluation set can be made of it: {error}"
        raise RecordError(msg) from None
    if refused:
        named = "; ".join(str(one) for one in refused[:_SHOWN])
        more = f"; and {len(refused) - _SHOWN:,} more" if len(refused) > _SHOWN else ""
        msg = (
            f"{folder} holds what is no image of a person: {named}{more}. Take it out: a set is "
            "sealed whole or not at all."
        )
        raise RecordError(msg)
    return [(one.subject, one.path) for one in photographs]
