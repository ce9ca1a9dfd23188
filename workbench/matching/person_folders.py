"""Photographs to enrol from: a folder for each person, with that person's images in it."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from workbench.arrays import ImageArray
from workbench.errors import WatchlistError
from workbench.images import IMAGE_SUFFIXES

__all__ = ["Photograph", "Refusal", "person_folders", "printable", "subject_fault"]


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """One image of one person, not read yet unless it was handed over.

    Attributes:
        subject: name of the person.
        path: what a refusal names.
        image: shape `(height, width, 3)` uint8 RGB, or the bytes of an image file; read from `path`
            when `None`.
        entry: id of the governed entry it belongs to; empty where there is none.
        category: of that entry, likewise.
    """

    subject: str
    path: Path
    image: ImageArray | bytes | None = field(default=None, repr=False)
    entry: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that was not enrolled, and why.

    Attributes:
        path: the image or the folder.
        subject: the person it is of; `None` where it lies in no person's folder.
        reason: a sentence without a full stop.
        entry: id of the governed entry of a photograph; empty where there is none, and for a
            folder or a person.
    """

    path: Path
    subject: str | None
    reason: str
    entry: str = ""

    def __str__(self) -> str:
        """Return both in one line that can be shown, whatever the file is called."""
        shown = printable(str(self.path))
        return f"{shown}: {self.reason}"


def person_folders(folder: Path) -> tuple[list[Photograph], list[Refusal]]:
    """List the photographs of a folder that holds one folder for each person.

    A person's name is that of the folder in Unicode normalisation form C, so that a name typed on
    one system is the same name on another. Hidden files and folders are left out; everything else
    that is not an image of a person is refused.

    Returns:
        The photographs, by person and file name, and what was refused.

    Raises:
        WatchlistError: when the folder cannot be read or holds no folder of a person.
    """
    photographs: list[Photograph] = []
    refused: list[Refusal] = []
    people = 0
    try:
        entries = _visible(folder)
    except OSError as error:
        msg = (
            f"{folder}: the folder to enrol from cannot be read ({error.strerror or error}). "
            "Give a folder that holds a folder of images for each person."
        )
        raise WatchlistError(msg) from error
    for entry in entries:
        if not _is_folder(entry):
            reason = "lies in no person's folder; move it into one named after the person"
            refused.append(Refusal(entry, None, reason))
            continue
        people += 1
        subject = unicodedata.normalize("NFC", entry.name)
        fault = subject_fault(subject)
        if fault is not None:
            refused.append(Refusal(entry, None, fault))
            continue
        found, unusable = _images(entry, subject)
        photographs += found
        refused += unusable
        if not found and entry not in {one.path for one in unusable}:
            refused.append(Refusal(entry, subject, "the folder holds no image"))
    if not people:
        msg = (
            f"{folder}: there is no folder of a person in it. Give a folder that holds a folder of "
            "images for each person, named after the person."
        )
        raise WatchlistError(msg)
    photographs.sort(key=lambda one: (one.subject, one.path.name))
    return photographs, refused


def subject_fault(subject: str) -> str | None:
    """Return what is wrong with a name, `None` when nothing is."""
    if not subject.strip():
        return "the person has no name; give one"
    if not subject.isprintable():
        return "the name holds characters that cannot be shown; rename it"
    return None


def _images(folder: Path, subject: str) -> tuple[list[Photograph], list[Refusal]]:
    """List one person's images, and what lies beside them."""
    photographs: list[Photograph] = []
    refused: list[Refusal] = []
    try:
        entries = _visible(folder)
    except OSError as error:
        reason = f"the folder cannot be read ({error.strerror or error}); check its permissions"
        return [], [Refusal(folder, subject, reason)]
    for entry in entries:
        if _is_folder(entry):
            reason = "is a folder inside a person's folder; put the images beside it"
            refused.append(Refusal(entry, subject, reason))
        elif not entry.name.isprintable():
            reason = "the file name holds characters that cannot be shown; rename it"
            refused.append(Refusal(entry, subject, reason))
        elif entry.suffix.lower() not in IMAGE_SUFFIXES:
            known = ", ".join(sorted(IMAGE_SUFFIXES))
            refused.append(Refusal(entry, subject, f"is not an image file ({known})"))
        else:
            photographs.append(Photograph(subject, entry))
    return photographs, refused


def _is_folder(entry: Path) -> bool:
    """Return whether it is a folder; where nobody may ask, reading it will name the reason."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _visible(folder: Path) -> list[Path]:
    """Return what a folder holds, by name, without hidden entries."""
    names = sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208
    return [folder / name for name in names]


def printable(text: str) -> str:
    """Return text with what cannot be shown, or is no letter of any encoding, as escapes."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
