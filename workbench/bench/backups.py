"""What a backup of a bench holds and must not hold, and how old a restored key store may be.

Destroying a key is final only while no copy of it is left. So the keys are no part of a backup of
the bench; a copy of them by themselves is of use after the loss of a disk, and is to be younger
than the shortest time that anything is kept: an older one brings keys back that were destroyed.
`Vault.sweep` then destroys them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from workbench.bench.places import BenchPlaces
from workbench.bench.rules import Rules

__all__ = ["BackupAdvice", "backup_advice"]


@dataclass(frozen=True, slots=True)
class BackupAdvice:
    """Where the parts of a bench lie, and what becomes of each in a backup.

    Attributes:
        backed_up: what a backup holds: records and sealed files.
        never_with_it: what it must not hold: master key, data keys, signing keys, users.
        witness: where digests of the audit log go, so that a shortened log shows; it belongs on
            another machine.
        restorable: how old a copy of the keys may be when it is restored.
    """

    backed_up: str
    never_with_it: Path
    witness: Path
    restorable: timedelta

    def sentences(self) -> tuple[str, ...]:
        """Return the advice in words, one sentence each."""
        hours = self.restorable / timedelta(hours=1)
        copies = (
            f"Keep a copy of the keys by itself, made anew at least every {hours:g} hours: without "
            "them everything sealed is lost, and an older copy brings back keys that were "
            "destroyed."
        )
        return (
            f"Back up {self.backed_up}; nobody can read it without the keys.",
            f"Never back up {self.never_with_it} with it: master key, data keys, passwords.",
            copies,
            f"Keep {self.witness} elsewhere: it shows a log that was shortened or put back.",
        )


def backup_advice(places: BenchPlaces, rules: Rules) -> BackupAdvice:
    """Return what to do about backups of a bench."""
    kept = [limit.keep for limit in rules.retention.limits if limit.keep]
    return BackupAdvice(
        backed_up=str(places.folder or "the database, as its own administrators do"),
        never_with_it=places.keys,
        witness=places.witness,
        restorable=min(kept, default=timedelta(hours=24)),
    )
