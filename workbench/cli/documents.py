"""Files and moments that commands take: JSON or TOML by their name, times with their zone."""

from __future__ import annotations

import json
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import typer

from workbench.errors import RecordError

__all__ = ["day", "moment", "prose", "read_document"]

_LARGEST: Final = 2**20


def read_document(path: Path) -> dict[str, Any]:
    """Return the fields that a file holds.

    Raises:
        RecordError: when it cannot be read, is larger than 1 MiB, or is no table of fields.
    """
    content = _read(path)
    try:
        found = json.loads(content) if path.suffix.lower() == ".json" else tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        ending = path.suffix.lower()
        kind = {".json": "JSON", ".toml": "TOML"}.get(ending)
        msg = (
            f"{path} is no {kind}: {error}. Correct it; JSON files are named .json."
            if kind is not None
            else f"{path} is no document that can be taken here: give fields in a file whose name "
            "ends in .json (JSON) or .toml (TOML)."
        )
        raise RecordError(msg) from None
    if not isinstance(found, dict):
        msg = f"{path} holds no fields with names. Write them as an object."
        raise RecordError(msg)
    return found


def prose(text: str) -> str:
    """Return a text, or that of the file which `@FILE` names.

    Raises:
        RecordError: when the file cannot be read.
    """
    return _read(Path(text[1:])) if text.startswith("@") else text


def day(text: str) -> date:
    """Read an option's day.

    Raises:
        typer.BadParameter: when it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        msg = f"{text!r} is no day, such as 2026-11-25."
        raise typer.BadParameter(msg) from None


def moment(text: str) -> datetime:
    """Read an option's moment.

    Raises:
        typer.BadParameter: when it is none, or has no time zone.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        msg = f"{text!r} is no moment with its time zone, such as 2026-11-25T10:00+00:00."
        raise typer.BadParameter(msg)
    return found


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        msg = f"{path} cannot be read ({error.strerror}). Check the path and its permissions."
        raise RecordError(msg) from None
    except UnicodeDecodeError:
        msg = f"{path} is no text in UTF-8. Save it as such."
        raise RecordError(msg) from None
    if len(content) > _LARGEST:
        msg = f"{path} is larger than {_LARGEST:,} bytes, which no such file is."
        raise RecordError(msg)
    return text
