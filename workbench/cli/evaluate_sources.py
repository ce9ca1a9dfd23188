"""Where the images of an identification come from: a protocol's file with a folder, or another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workbench.cli.evaluate_making import Encoded, encode

if TYPE_CHECKING:
    import polars as pl

    from workbench.settings import Settings

__all__ = ["FolderImages", "MeasuredFrom"]


class MeasuredFrom(Protocol):
    """Rows of a protocol, and templates of the images that they name."""

    @property
    def called(self) -> str:
        """What an error calls it."""

    @property
    def name(self) -> str:
        """What a result calls the protocol."""

    @property
    def data_set(self) -> str:
        """What the images are called where nobody says."""

    def rows(self, part: str | None) -> pl.DataFrame:
        """Return all rows, with the schema `Protocol`.

        Args:
            part: that is going to be taken of them.

        Raises:
            ProtocolError: when they cannot be used.
        """

    def digest(self) -> str:
        """Return the SHA-256 that tells this protocol from others."""

    def encode(
        self, references: Sequence[str], probes: Sequence[str], settings: Settings
    ) -> Encoded:
        """Return templates of the images of these names."""


@dataclass(frozen=True, slots=True)
class FolderImages:
    """A protocol's file, and the folder that its paths start from.

    Attributes:
        protocol: the file.
        root: the folder.
    """

    protocol: Path
    root: Path

    @property
    def called(self) -> str:
        """The file, as it was given."""
        return str(self.protocol)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.protocol.name

    @property
    def data_set(self) -> str:
        """The folder's name."""
        return self.root.resolve().name

    def rows(self, _part: str | None) -> pl.DataFrame:
        """Read the file; what part of it may be taken, its column `split` says."""
        from workbench.evaluation.protocols import read_protocol  # noqa: PLC0415 - quick `--help`

        return read_protocol(self.protocol, self.root)

    def digest(self) -> str:
        """Return the SHA-256 of the file."""
        return hashlib.sha256(self.protocol.read_bytes()).hexdigest()

    def encode(
        self, references: Sequence[str], probes: Sequence[str], settings: Settings
    ) -> Encoded:
        """Read the images of these paths."""
        return encode(references, probes, self.root, settings)
