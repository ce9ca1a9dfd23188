"""What a witness saw against what the log holds: where they differ, everything was rolled back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.records.audit.checkpoints import Checkpoint, verify_checkpoint
from workbench.records.audit.faults import Fault, FaultKind
from workbench.records.audit.places import HashesByPlace
from workbench.records.audit.witness import Witnessed

__all__ = ["Comparison", "compare", "span"]


@dataclass(frozen=True)
class Comparison:
    """What came of it.

    Attributes:
        faults: at most one of each kind.
        notes: what is worth knowing and no fault.
        newest: the newest checkpoint that agrees with the log, if any does.
    """

    faults: tuple[Fault, ...]
    notes: tuple[str, ...]
    newest: Checkpoint | None


@dataclass
class _Several:
    """Checkpoints of which the same is wrong."""

    place: str
    first: int
    last: int
    count: int = 1


class _Tally:
    """Faults by kind, so that a million of one kind are told as one."""

    def __init__(self) -> None:
        self.kinds: dict[FaultKind, _Several] = {}

    def add(self, kind: FaultKind, seq: int, place: str) -> None:
        several = self.kinds.get(kind)
        if several is None:
            self.kinds[kind] = _Several(place, seq, seq)
            return
        several.first = min(several.first, seq)
        several.last = max(several.last, seq)
        several.count += 1


def compare(
    found: Iterable[Witnessed],
    *,
    name: str,
    bench_id: str,
    keys: tuple[str, ...],
    hashes: HashesByPlace,
    end: int,
    unsigned: bool = False,
) -> Comparison:
    """Compare the checkpoints of one witness with a log; those of other benches are passed over.

    A checkpoint that agrees needs no signature, and only that of the newest is checked. One that
    disagrees is held against the log only where this bench signed it, so that a stranger's line
    in a witness does not put the log in doubt.

    Args:
        found: what the witness holds, in any order.
        name: the witness, for messages.
        bench_id: name of the bench.
        keys: public keys by which it signs; without any, every checkpoint counts.
        hashes: those of the log.
        end: place of its last entry.
        unsigned: whether a checkpoint without any signature counts too, as where a team logs: a
            person's own witness then holds what that person saw.

    Raises:
        AuditError: when the witness cannot be read to its end.
    """
    tally = _Tally()
    newest: tuple[Checkpoint, str] | None = None
    torn = 0
    for one in found:
        checkpoint = one.checkpoint
        if checkpoint is None:
            torn += one.torn
            if not one.torn:
                tally.add(FaultKind.WITNESS, 0, one.place)
        elif checkpoint.bench == bench_id:
            kind = _difference(
                checkpoint, _keys_for(checkpoint, keys, unsigned=unsigned), hashes, end
            )
            if kind is not None:
                tally.add(kind, checkpoint.seq, one.place)
            elif newest is None or checkpoint.seq > newest[0].seq:
                newest = (checkpoint, one.place)
    if newest is not None and not _signed(newest[0], _keys_for(newest[0], keys, unsigned=unsigned)):
        tally.add(FaultKind.SIGNATURE, newest[0].seq, newest[1])
        newest = None
    notes = []
    if torn:
        notes.append(f"{name}: {torn} of its checkpoints were cut short and tell nothing")
    if newest is None and not tally.kinds and end:
        notes.append(f"{name} holds no checkpoint of this bench")
    faults = (
        Fault(several.first, kind, f"{name}: {_said(kind, several, end)}")
        for kind, several in tally.kinds.items()
    )
    return Comparison(tuple(faults), tuple(notes), None if newest is None else newest[0])


def span(first: int, last: int) -> str:
    """Return entries and their verb for a message, for example `entries 3 to 5 are`."""
    return f"entry {first} is" if first == last else f"entries {first} to {last} are"


def _keys_for(checkpoint: Checkpoint, keys: tuple[str, ...], *, unsigned: bool) -> tuple[str, ...]:
    """Return the keys that a checkpoint is held to; none where one without signature counts."""
    return () if unsigned and not checkpoint.signature else keys


def _difference(
    checkpoint: Checkpoint, keys: tuple[str, ...], hashes: HashesByPlace, end: int
) -> FaultKind | None:
    if keys and checkpoint.public_key not in keys:
        return FaultKind.KEY
    if hashes.find(checkpoint.seq) == checkpoint.hash:
        return None
    if not _signed(checkpoint, keys):
        return FaultKind.SIGNATURE
    return FaultKind.ROLLBACK if checkpoint.seq > end else FaultKind.REWRITTEN


def _signed(checkpoint: Checkpoint, keys: tuple[str, ...]) -> bool:
    return not keys or verify_checkpoint(checkpoint, checkpoint.public_key)


def _said(kind: FaultKind, several: _Several, end: int) -> str:
    if kind is FaultKind.ROLLBACK:
        return (
            f"it saw entry {several.last}, but the log ends with entry {end}: the records were "
            "put back to an earlier state"
        )
    if kind is FaultKind.REWRITTEN:
        return (
            f"{span(several.first, several.last)} not what it saw: the records were put back to "
            "an earlier state and went on from there, or were written anew"
        )
    subject = (
        f"its checkpoint at {several.place} is"
        if several.count == 1
        else f"{several.count:,} of its checkpoints, the first at {several.place}, are"
    )
    if kind is FaultKind.KEY:
        return f"{subject} signed with a key that is not this bench's"
    return (
        f"{subject} {'not signed by this bench' if kind is FaultKind.SIGNATURE else 'unreadable'}"
    )
