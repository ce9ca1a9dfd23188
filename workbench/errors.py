"""Every error the workbench raises on purpose, in one tree.

A message says what was wrong, where, and what to do about it.

```
WorkbenchError                  anything the workbench refuses or fails at
├── UsageError                  the call itself is wrong (exit code 2)
├── RefusedError                a rule forbids it (exit code 3)
│   ├── NotAuthorisedError      no authority covers it now
│   ├── NotPermittedError       the role may not do it
│   ├── CredentialError         who is asking could not be established
│   ├── IllegalMoveError        a record is not in a state that allows it
│   ├── BlockedError            what must be there before it may start is missing
│   ├── HeldError               a legal hold keeps it
│   ├── PolicyError             no threshold policy, or one that does not fit
│   ├── ClockError              the clock is behind what is recorded already
│   └── EncoderMismatchError    templates of different encoders were compared
├── InputError                  something handed in cannot be used (exit code 1)
│   ├── RecordError             what was filled in of a record cannot be used
│   ├── UnknownRecordError      there is no record of that name
│   ├── ImageError              an image that cannot be decoded or is not allowed
│   ├── FeedError               a feed that cannot be opened or read
│   │   └── CameraError         a camera that cannot be opened, or stopped
│   ├── WatchlistError          a watchlist, or a folder to enrol from
│   ├── CollectionError         a reference collection, or a part of one
│   ├── FootageError            footage that is indexed, or a part of its index
│   ├── ZoneError               a zone that is not a polygon of the frame
│   └── ProtocolError           an evaluation protocol or labels (exit code 2)
│       └── AbsentError         such a file or folder is not there (exit code 1)
├── StoreError                  the records cannot be opened, read or written
│   ├── StoreVersionError       their schema is of another version
│   ├── StoreBusyError          others held them too long
│   ├── KeyStoreError           the key store or the master key cannot be used
│   ├── KeyDestroyedError       the key is gone, and with it what it kept
│   ├── VaultError              an object of the vault is damaged or was moved
│   └── AuditError              the audit log does not hold together
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
    "AbsentError",
    "ArtefactError",
    "ArtefactUnavailableError",
    "AuditError",
    "BlockedError",
    "CameraError",
    "ClockError",
    "CollectionError",
    "CredentialError",
    "DigestMismatchError",
    "EncoderMismatchError",
    "FeedError",
    "FootageError",
    "HeldError",
    "IllegalMoveError",
    "ImageError",
    "InputError",
    "KeyDestroyedError",
    "KeyStoreError",
    "NotAuthorisedError",
    "NotPermittedError",
    "OutputError",
    "PolicyError",
    "ProtocolError",
    "RecordError",
    "RefusedError",
    "StoreBusyError",
    "StoreError",
    "StoreVersionError",
    "UnknownArtefactError",
    "UnknownRecordError",
    "UsageError",
    "VaultError",
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


class NotAuthorisedError(RefusedError):
    """No authority covers it now: none was given, it has not begun, or it has ended."""


class NotPermittedError(RefusedError):
    """The role of whoever asks may not do it."""


class CredentialError(RefusedError):
    """Who is asking could not be established."""


class IllegalMoveError(RefusedError):
    """A record is not in a state from which this can be done."""


class BlockedError(RefusedError):
    """Something that must be there before it may start is missing; all of it is listed."""


class HeldError(RefusedError):
    """A legal hold keeps what was to be erased."""


class PolicyError(RefusedError):
    """There is no threshold policy, or what is asked for does not fit it."""


class ClockError(RefusedError):
    """The clock of the machine is behind what is recorded already."""


class EncoderMismatchError(RefusedError):
    """Templates of different encoders, artefacts or alignments were about to be compared."""


class InputError(WorkbenchError):
    """Something that was handed in cannot be used."""


class RecordError(InputError):
    """What was filled in of a record cannot be used; every faulty field is named."""


class UnknownRecordError(InputError):
    """There is no record of that name."""


class ImageError(InputError):
    """An image cannot be decoded, or is not one that may be decoded."""


class FeedError(InputError):
    """A feed cannot be opened, or stopped giving frames."""


class CameraError(FeedError):
    """A camera cannot be opened, or stopped.

    `why` is the reason alone, in words without address or login; `is_final` says that trying again
    could only do harm, as with a login that is refused.
    """

    def __init__(self, shown: str, why: str, advice: str, *, is_final: bool = False) -> None:
        """Take what of the address may be shown, the reason, and what to do about it."""
        super().__init__(f"{shown}: {why}. {advice}")
        self.why = why
        self.is_final = is_final


class WatchlistError(InputError):
    """A watchlist, or a folder to enrol from, cannot be used."""


class CollectionError(InputError):
    """A reference collection, or a part of one, cannot be used."""


class FootageError(InputError):
    """Footage cannot be indexed, or a part of its index cannot be used."""


class ZoneError(InputError):
    """A zone is not a polygon inside the frame."""


class ProtocolError(InputError):
    """An evaluation protocol, a list of pairs or labels of clips cannot be used."""

    exit_code: ClassVar[int] = 2


class AbsentError(ProtocolError):
    """A protocol, a measurement or the folder of their images is not there: as any missing path."""

    exit_code: ClassVar[int] = 1


class StoreError(WorkbenchError):
    """The records cannot be opened, read or written; nothing was half-written."""


class StoreVersionError(StoreError):
    """The records have a schema of another version."""


class StoreBusyError(StoreError):
    """Others held the records for longer than one may wait."""


class KeyStoreError(StoreError):
    """The key store or the master key cannot be used."""


class KeyDestroyedError(StoreError):
    """The data key was destroyed, and with it everything that it kept."""


class VaultError(StoreError):
    """An object of the vault is damaged, cut short, or not where it was put."""


class AuditError(StoreError):
    """The audit log does not hold together."""


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
