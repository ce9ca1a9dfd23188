"""Reads a document that was learnt: the one that ships with the workbench, or another of its kind.

What ships is checked against its digest, so that no score is told by numbers that somebody changed
on disk. A file that somebody names is theirs to vouch for; it is checked for what it says alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError

from workbench.errors import InputError

__all__ = ["CALIBRATION", "LIKELIHOODS", "ShippedFile", "read_learnt"]

_LARGEST: Final = 4 << 20

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ShippedFile:
    """A document that ships in `workbench/matching/data`.

    Attributes:
        name: of the file.
        what: it holds, for people.
        sha256: digest of its bytes; whoever learns it anew enters the new one here.
    """

    name: str
    what: str
    sha256: str


CALIBRATION: Final = ShippedFile(
    "calibration.json",
    "calibration",
    "7ce76d4cb3ec197e7101c5127259fc667ea5f70f31f47ad20b8d8939acfeb649",
)

LIKELIHOODS: Final = ShippedFile(
    "likelihood.json",
    "likelihood ratios",
    "c6b39044a948b03e317b8cf6b6c321dfbaba9c0233d963e300383972dec0e97e",
)


def read_learnt(model: type[_Model], shipped: ShippedFile, path: Path | str | None) -> _Model:
    """Read a document.

    Args:
        model: what it is to be.
        shipped: the one that ships.
        path: another file of its kind; the one that ships when `None`.

    Raises:
        InputError: when there is none, it is too large or no such document (the field is named),
            or the one that ships is not the one that was shipped.
    """
    own = resources.files("workbench.matching").joinpath("data", shipped.name)
    source = own if path is None else Path(path)
    advice = "Install the workbench again." if path is None else "Give another file."
    try:
        with source.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        msg = (
            f"{source}: this copy of the workbench has no {shipped.what}. {advice}"
            if path is None
            else f"{source}: there is no such file, and so no {shipped.what}. Check the path."
        )
        raise InputError(msg) from error
    except OSError as error:
        msg = f"{source}: the {shipped.what} cannot be read ({error.strerror or error}). {advice}"
        raise InputError(msg) from error
    if len(content) > _LARGEST:
        msg = f"{source}: is too large for {shipped.what}, over {_LARGEST:,} bytes. {advice}"
        raise InputError(msg)
    if path is None and hashlib.sha256(content).hexdigest() != shipped.sha256:
        msg = (
            f"{source}: is not the {shipped.what} that this version ships: its SHA-256 digest is "
            f"another. {advice}"
        )
        raise InputError(msg)
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the document"
        msg = (
            f"{source}: no {shipped.what} that this version can use: {where}: {first['msg']}. "
            f"{advice}"
        )
        raise InputError(msg) from error
