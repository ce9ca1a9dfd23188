"""Finds every change to an audit log: of an entry, of their order, of their end, of all at once.

What each part proves:

- the chain: nothing inside was edited, taken out, put in or moved, unless all hashes from there to
  the end were made anew;
- the signed head: the end is the one that this bench signed, so that neither was it cut off nor
  were hashes made anew by someone without the signing key;
- a witness: nothing was put back to an earlier state, not even everything together, and nothing
  was made anew by someone with the key, as far as the checkpoints reach that the witness has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from workbench.errors import AuditError
from workbench.records.audit.chain import genesis, link
from workbench.records.audit.checkpoints import Checkpoint, verify_checkpoint
from workbench.records.audit.comparing import compare, span
from workbench.records.audit.entries import Entry, read_entry
from workbench.records.audit.faults import MOST_FAULTS, Fault, FaultKind, Verification
from workbench.records.audit.places import HashesByPlace
from workbench.records.audit.reading import Head, Row, as_checkpoint
from workbench.records.audit.verbs import Verb
from workbench.records.audit.witness import Look, WitnessReader, look

__all__ = ["verify"]

_LARGEST: Final = 2**63 - 1


def verify(
    rows: Iterable[Row],
    *,
    bench_id: str,
    head: Head | None,
    witnesses: Iterable[WitnessReader] = (),
    public_key: str | Collection[str] | None = None,
    shared: bool = False,
    each: Callable[[int, Entry], None] | None = None,
) -> Verification:
    """Check a log, in one pass and in bounded memory.

    Args:
        rows: the rows by ascending places, of one state of the records.
        bench_id: name of the bench.
        head: the head in the same state.
        witnesses: what was witnessed. Each is looked at before the first row is taken; see
            `AuditLog.verify` for a log that is written to meanwhile.
        public_key: the key or keys by which the bench signs, known otherwise than from the
            records; without any, signatures are not checked, and a note says so.
        shared: whether the log is that of a team's store, where most who log hold no key: what
            bears no signature is told as a note, and a wrong one as a fault.
        each: takes every entry that can be read, with its place.
    """
    keys = (public_key,) if isinstance(public_key, str) else tuple(public_key or ())
    seen = [witness if isinstance(witness, Look) else look(witness) for witness in witnesses]
    with HashesByPlace() as hashes:
        check = _Check(bench_id, keys, hashes, shared=shared, each=each)
        for row in rows:
            check.row(row)
        check.head(head)
        for witness in seen:
            check.witness(witness)
        return check.outcome()


@dataclass
class _Check:
    """What is known after the rows so far."""

    bench_id: str
    keys: tuple[str, ...]
    hashes: HashesByPlace
    shared: bool = False
    each: Callable[[int, Entry], None] | None = None
    entries: int = 0
    expected: int = 1
    previous: str | None = None
    time: datetime | None = None
    end_at: datetime | None = None
    faults: list[Fault] = field(default_factory=list)
    unlisted: int = 0
    notes: list[str] = field(default_factory=list)
    last: Checkpoint | None = None

    def __post_init__(self) -> None:
        self.previous = genesis(self.bench_id)
        if not self.keys:
            self.notes.append("signatures were not checked: no public key was given")

    def fault(self, seq: int, kind: FaultKind, text: str) -> None:
        """Note a fault."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(seq, kind, text))
        else:
            self.unlisted += 1

    def row(self, row: Row) -> None:
        """Check the next row."""
        self.entries += 1
        seq, body, digest = row
        if not isinstance(seq, int) or not 0 < seq <= _LARGEST:
            text = "an entry stands outside the log: its place is not 1 or more"
            self.fault(self.expected, FaultKind.ORDER, text)
            return
        if seq < self.expected:
            text = f"entry {seq} comes after entry {self.expected - 1}"
            self.fault(seq, FaultKind.ORDER, text)
            return
        if seq > self.expected:
            self.fault(self.expected, FaultKind.MISSING, f"{span(self.expected, seq - 1)} missing")
            self.previous = None
        self.expected = seq + 1
        self.end_at = None
        if not isinstance(body, str) or not isinstance(digest, str):
            self.fault(seq, FaultKind.UNREADABLE, f"entry {seq} is not text")
            self.hashes.add(seq, "")
            self.previous = None
            return
        if self.previous is not None and link(self.previous, seq, body) != digest:
            text = (
                f"entry {seq} or its hash was changed, or it was written after something else "
                f"than what is entry {seq - 1} now"
            )
            self.fault(seq, FaultKind.EDITED, text)
        self.previous = digest
        self.hashes.add(seq, digest)
        self._content(seq, body)

    def _content(self, seq: int, body: str) -> None:
        try:
            entry = read_entry(body)
        except AuditError as error:
            self.fault(seq, FaultKind.UNREADABLE, f"entry {seq} cannot be read: {error}")
            return
        if self.time is not None and entry.utc < self.time and entry.verb is not Verb.CLOCK:
            text = f"entry {seq} is earlier than the one before it, and no clock entry accepts that"
            self.fault(seq, FaultKind.TIME, text)
        self.time = self.end_at = entry.utc
        if self.each is not None:
            self.each(seq, entry)

    def head(self, head: Head | None) -> None:
        """Check the head against the rows, all of which were seen."""
        end = self.expected - 1
        if head is None:
            if self.entries:
                self.fault(end, FaultKind.HEAD, f"there is no head, though entry {end} is there")
            return
        checkpoint = as_checkpoint(head, self.bench_id, self._key_of(head))
        if checkpoint is None:
            self.fault(end, FaultKind.HEAD, "the head cannot be read")
            return
        sound = self._signed(checkpoint)
        if checkpoint.seq > end:
            text = f"{span(end + 1, checkpoint.seq)} missing at the end, which the head names"
            self.fault(end + 1, FaultKind.TRUNCATED, text)
        elif checkpoint.seq < end:
            text = f"{span(checkpoint.seq + 1, end)} behind the head, which ends before"
            self.fault(checkpoint.seq + 1, FaultKind.HEAD, text)
        elif self.hashes.find(end) != checkpoint.hash:
            text = f"the hash of entry {end} is not the one that the head names"
            self.fault(end, FaultKind.HEAD, text)
        elif self.end_at is not None and self.end_at != checkpoint.at:
            self.fault(end, FaultKind.HEAD, f"the time of entry {end} is not that of the head")
        elif sound:
            self.last = checkpoint

    def _key_of(self, head: Head) -> str:
        """Return the key by which the head is signed; the first where it is by none."""
        for key in self.keys:
            checkpoint = as_checkpoint(head, self.bench_id, key)
            if checkpoint is not None and verify_checkpoint(checkpoint, key):
                return key
        return self.keys[0] if self.keys else ""

    def _signed(self, head: Checkpoint) -> bool:
        if not self.keys or verify_checkpoint(head, head.public_key):
            return True
        if self.shared and not head.signature:
            self.notes.append(
                "the head is not signed, as where a team logs; witnesses hold signed ones"
            )
            return True
        said = "is signed with another key, or was changed" if head.signature else "is not signed"
        self.fault(head.seq, FaultKind.SIGNATURE, f"the head {said}")
        return False

    def witness(self, witness: Look) -> None:
        """Check the rows, all of which were seen, against what a witness holds."""
        try:
            compared = compare(
                witness.read(),
                name=witness.name,
                bench_id=self.bench_id,
                keys=self.keys,
                hashes=self.hashes,
                end=self.expected - 1,
                unsigned=self.shared,
            )
        except AuditError as error:
            self.fault(0, FaultKind.WITNESS, str(error))
            return
        for fault in compared.faults:
            self.fault(fault.seq, fault.kind, fault.text)
        self.notes.extend(compared.notes)
        newest = compared.newest
        if newest is not None and (self.last is None or newest.seq > self.last.seq):
            self.last = newest

    def outcome(self) -> Verification:
        """Return what was found."""
        if not self.entries:
            self.notes.append("the log is empty, as only that of a new bench is")
        return Verification(
            self.entries, tuple(self.faults), self.unlisted, tuple(self.notes), self.last
        )
