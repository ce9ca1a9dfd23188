"""What a file or folder outside the vault may be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

__all__ = ["Stray", "StrayKind"]


class StrayKind(StrEnum):
    """What a file or folder outside the vault may be."""

    NOTEBOOK = "notebook"
    CHECKPOINT = "notebook-checkpoint"
    PAGE = "page"
    TEXT = "text"
    PICTURE = "picture"
    VIDEO = "video"
    ARRAY = "array"
    PICKLE = "pickle"
    ARCHIVE = "archive"
    CORE_DUMP = "core-dump"
    EDITOR_COPY = "editor-copy"
    UNFINISHED = "unfinished-output"
    TRASH = "trash"
    UNREADABLE = "unreadable"
    NOT_LOOKED_AT = "not-looked-at"


@dataclass(frozen=True, slots=True)
class Stray:
    """Something outside the vault that may hold a face.

    Attributes:
        path: of it.
        kind: what it may be.
        why: what was seen, without anything of it.
    """

    path: Path
    kind: StrayKind
    why: str
