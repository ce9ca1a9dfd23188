"""Protocols of folders: one folder a person, as people keep images, and as LFW is kept."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.files import inside, read_text, require_folder
from workbench.evaluation.protocols import PROBE, REFERENCE, Protocol, as_protocol

__all__ = ["folder_protocol", "lfw_protocol", "people_protocol"]

_COLUMNS = 2
"""Of a line of LFW's lists of people: a name and how many images there are."""


def folder_protocol(root: Path) -> dy.DataFrame[Protocol]:
    """Return the protocol of a folder that holds a folder of images for each person.

    The first image of a person, by name, is a reference and the others are probes. People with
    one image are non-mated probes; `draw_protocol` makes fillers of as many as are asked for.
    Hidden files are left out; anything else that is no image of a person is refused.

    Args:
        root: the folder; paths of the protocol are relative to it.

    Raises:
        ProtocolError: names the folder or file that cannot be used, and what to do.
    """
    require_folder(root)
    images: dict[str, list[str]] = {}
    for folder in _visible(root):
        if not folder.is_dir():
            msg = f"{folder}: lies in no person's folder. Move it into one named after the person."
            raise ProtocolError(msg)
        name = unicodedata.normalize("NFC", folder.name)
        if name in images:
            msg = f"{folder}: is a second folder of {name}. Put all images of a person into one."
            raise ProtocolError(msg)
        images[name] = _images(root, folder)
    if not images:
        msg = f"{root}: holds no folder of a person. Give a folder of images for each person."
        raise ProtocolError(msg)
    return people_protocol(images)


def lfw_protocol(root: Path, people: Path | None = None) -> dy.DataFrame[Protocol]:
    """Return the protocol of a folder in the form of Labeled Faces in the Wild.

    Image 7 of `Jane_Doe` is `Jane_Doe/Jane_Doe_0007.jpg`. Roles are those of `folder_protocol`.

    Args:
        root: folder with a folder for each person.
        people: an official list, such as `peopleDevTrain.txt`: how many people there are, then a
            name and a number of images a line. Those people alone are taken, and every image must
            be there. All folders are taken where it is left out.

    Raises:
        ProtocolError: names the file, the line and what to do.
    """
    require_folder(root)
    if people is None:
        protocol = folder_protocol(root)
        for path, name in protocol.select("path", "identity").iter_rows():
            if not _is_of_lfw(path):
                msg = (
                    f"{root}: {path} is not called as LFW's images are. Call it "
                    f"{name}/{name}_0001.jpg, or read the folder with folder_protocol."
                )
                raise ProtocolError(msg)
        return protocol
    images = {}
    for line, name, count in _people(people):
        paths = [f"{name}/{name}_{number:04d}.jpg" for number in range(1, count + 1)]
        for path in paths:
            inside(root, path, f"{people}: line {line}")
        images[name] = paths
    return people_protocol(images)


def people_protocol(images: Mapping[str, Sequence[str]]) -> dy.DataFrame[Protocol]:
    """Return the protocol of people and their images: the first a reference, the others probes.

    A person with one image is a non-mated probe.

    Args:
        images: paths of each person's images, relative to the root, in order.

    Raises:
        ProtocolError: when a person has no image, or two have one of the same path.
    """
    empty = [name for name, paths in images.items() if not paths]
    if empty:
        msg = f"{empty[0]} has no image. Leave such people out."
        raise ProtocolError(msg)
    rows = [
        (path, name, REFERENCE if at == 0 and len(paths) > 1 else PROBE)
        for name, paths in images.items()
        for at, path in enumerate(paths)
    ]
    frame = pl.DataFrame(rows, schema=["path", "identity", "role"], orient="row")
    return as_protocol(frame.cast(pl.String), "the protocol of the people")


def _visible(folder: Path) -> list[Path]:
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208
    except OSError as error:
        msg = f"{folder}: cannot be read ({error.strerror or error}). Check the permissions."
        raise ProtocolError(msg) from None
    return [folder / name for name in names]


def _images(root: Path, folder: Path) -> list[str]:
    from workbench.images import IMAGE_SUFFIXES  # noqa: PLC0415 - frames need no image library

    paths = []
    for file in _visible(folder):
        if file.suffix.lower() not in IMAGE_SUFFIXES:
            what = "a folder" if file.is_dir() else "no image file"
            msg = f"{file}: is {what}, in the folder of a person. Leave images alone there."
            raise ProtocolError(msg)
        path = f"{folder.name}/{file.name}"
        inside(root, path, str(folder))
        paths.append(path)
    if not paths:
        msg = f"{folder}: holds no image. Add one, or take the folder away."
        raise ProtocolError(msg)
    return paths


def _people(source: Path) -> list[tuple[int, str, int]]:
    """Return the line, the name and the number of images of each person of an official list."""
    lines = [line.rstrip() for line in read_text(source).splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if not lines or not (lines[0].isdecimal() and int(lines[0])):
        found = lines[0][:40] if lines else ""
        msg = f"{source}: line 1 must be the number of people, not {found!r}. Give a list of LFW."
        raise ProtocolError(msg)
    if len(lines) - 1 != int(lines[0]):
        msg = (
            f"{source}: line 1 announces {int(lines[0]):,} people, but {len(lines) - 1:,} lines "
            "follow. The list may be cut short; copy it again."
        )
        raise ProtocolError(msg)
    found_at: dict[str, int] = {}
    people = []
    for line, text in enumerate(lines[1:], 2):
        columns = text.split("\t") if "\t" in text else text.split()
        fits = len(columns) == _COLUMNS and columns[0] and columns[1].isdecimal()
        if not fits or not int(columns[1]):
            msg = f"{source}: line {line} is not 'name number', a tab between. Correct it."
            raise ProtocolError(msg)
        name = columns[0]
        if name in found_at:
            first = found_at[name]
            msg = f"{source}: line {line} names {name} again, after line {first}. Remove one."
            raise ProtocolError(msg)
        found_at[name] = line
        people.append((line, name, int(columns[1])))
    return people


def _is_of_lfw(path: str) -> bool:
    folder, _, file = path.partition("/")
    number = file.removeprefix(f"{folder}_").removesuffix(".jpg")
    return file == f"{folder}_{number}.jpg" and number.isdecimal() and len(number) == 4  # noqa: PLR2004
