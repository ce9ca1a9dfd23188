"""Every error the workbench raises on purpose, in one tree.

A message says what was wrong, where, and what to do about it.

```
WorkbenchError                  anything the workbench refuses or fails at
├── UsageError                  the call itself is wrong (exit code 2)
├── RefusedError                a rule forbids it (exit code 3)
│   └── EncoderMismatchError    templates of different encoders were compared
├── InputError                  something handed in cannot be used (exit code 1)
│   ├── ImageError              an image that cannot be decoded or is not allowed
│   ├── FeedError               a feed that cannot be opened or read
│   ├── WatchlistError          a watchlist file or a folder to enrol from
│   ├── ZoneError               a zone that is not a polygon of the frame
│   └── ProtocolError           an evaluation protocol that cannot be used
├── ArtefactError               a model or sample file
│   ├── UnknownArtefactError    no such name in the catalogue
│   ├── DigestMismatchError     the bytes are not the catalogued ones
│   └── ArtefactUnavailableError no source could give it
└── OutputError                 a result that could not be written
```
"""

from __future__ import annotations

from typing import ClassVar

__all__ = [
    "ArtefactError",
    "ArtefactUnavailableError",
    "DigestMismatchError",
    "EncoderMismatchError",
    "FeedError",
    "ImageError",
    "InputError",
    "OutputError",
    "ProtocolError",
    "RefusedError",
    "UnknownArtefactError",
    "UsageError",
    "WatchlistError",
    "WorkbenchError",
    "ZoneError",
]


class WorkbenchError(Exception):
    """Anything that the workbench refuses or fails at.

    `exit_code` is what the command line ends with: 1 failed, 2 usage, 3 refused by a rule.
    """

    exit_code: ClassVar[int] = 1


class UsageError(WorkbenchError):
    """The call itself is wrong: an option, a value or a combination that cannot be meant."""

    exit_code: ClassVar[int] = 2


class RefusedError(WorkbenchError):
    """A rule forbids it; nothing was done."""

    exit_code: ClassVar[int] = 3


class EncoderMismatchError(RefusedError):
    """Templates of different encoders, artefacts or alignments were about to be compared."""


class InputError(WorkbenchError):
    """Something that was handed in cannot be used."""


class ImageError(InputError):
    """An image cannot be decoded, or is not one that may be decoded."""


class FeedError(InputError):
    """A feed cannot be opened, or stopped giving frames."""


class WatchlistError(InputError):
    """A watchlist file, or a folder to enrol from, cannot be used."""


class ZoneError(InputError):
    """A zone is not a polygon inside the frame."""


class ProtocolError(InputError):
    """An evaluation protocol or a list of pairs cannot be used."""


class ArtefactError(WorkbenchError):
    """A model or sample file cannot be used."""


class UnknownArtefactError(ArtefactError):
    """The catalogue has no artefact of that name."""

    exit_code: ClassVar[int] = 2


class DigestMismatchError(ArtefactError):
    """The bytes found are not the bytes catalogued; both SHA-256 digests are named."""

    def __init__(self, subject: str, expected: str, found: str) -> None:
        """Name what was read, and the digest it should and does have."""
        super().__init__(
            f"{subject}: SHA-256 is {found}, the catalogue has {expected}. "
            "The file was not used; delete it or give the right one."
        )
        self.subject = subject
        self.expected = expected
        self.found = found


class ArtefactUnavailableError(ArtefactError):
    """No source could give the artefact; the message lists what was tried."""


class OutputError(WorkbenchError):
    """A result could not be written; nothing partial was left in its place."""
