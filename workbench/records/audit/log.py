"""The log itself: entries get in one after the other, each signed as the newest, none ever changed.

Whoever appends does so in the transaction that writes what the entry tells of, and only one such
transaction is open at a time (`Store.writing`). Should that ever fail, the head moves for one of
the two alone: the chain does not fork.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from workbench.errors import AuditError, KeyStoreError, OutputError
from workbench.records.audit.agreeing import RowsOfEntries, with_rows
from workbench.records.audit.chain import genesis, link
from workbench.records.audit.checkpoints import Checkpoint, Signer, verify_checkpoint
from workbench.records.audit.entries import Draft, Entry, canonical
from workbench.records.audit.faults import LOOK, Verification
from workbench.records.audit.glancing import glance, newest_of
from workbench.records.audit.reading import Head, as_checkpoint, read_head, rows
from workbench.records.audit.times import TOLERANCE, not_before
from workbench.records.audit.verbs import Verb
from workbench.records.audit.verifying import verify
from workbench.records.audit.witness import Witness, WitnessFile, look
from workbench.records.moments import as_text
from workbench.records.schema import audit, audit_head
from workbench.records.team.appending import append_body
from workbench.records.team.connections import through

__all__ = ["Appended", "AuditLog"]

_LOGGER: Final = logging.getLogger(__name__)


class Appended(NamedTuple):
    """Where an entry was put."""

    seq: int
    hash: str


class AuditLog:
    """The audit log of one bench."""

    def __init__(
        self,
        bench_id: str,
        signer: Signer | None,
        witnesses: Sequence[Witness] = (),
        *,
        trusted_keys: Collection[str] = (),
        require_witness: bool = False,
        tolerance: timedelta = TOLERANCE,
        shared: bool = False,
        warn: Callable[[str], None] = _LOGGER.warning,
    ) -> None:
        """Set up; nothing is read yet.

        Args:
            bench_id: name of the bench, bound into the chain and into each checkpoint.
            signer: signs the head; without one only a log that was never signed can go on.
            witnesses: places elsewhere that keep the checkpoints.
            trusted_keys: public keys whose signatures count too: those before a rotation, or
                that of a log which is only read.
            require_witness: refuse what no witness could see, instead of warning.
            tolerance: how far the clock may be behind the last entry.
            shared: whether it is that of a team's store, where most who log hold no key: a head
                without a signature is none that was tampered with, and what is signed is what
                this bench's own process says of it.
            warn: told when a witness could not be written; the entry is in the log by then.
        """
        self.bench_id = bench_id
        self.witnesses = tuple(witnesses)
        self._signer = signer
        own = () if signer is None else (signer.public_key,)
        self._keys = (*own, *trusted_keys)
        self._require_witness = require_witness
        self._tolerance = tolerance
        self._shared = shared
        self._warn = warn
        self._own_head: Checkpoint | None = None

    @property
    def public_keys(self) -> tuple[str, ...]:
        """The keys whose signatures count, the present one first; none where nothing is signed."""
        return self._keys

    def share(self) -> None:
        """Reckon from now on with others who log and hold no key; see `shared`."""
        self._shared = True

    def witnessed_by(self, witnesses: Sequence[Witness]) -> AuditLog:
        """Return the same log with other witnesses, for checking it against those."""
        return AuditLog(
            self.bench_id, None, witnesses, trusted_keys=self._keys, shared=self._shared
        )

    def append(self, connection: Connection, draft: Draft, now: datetime) -> Appended:
        """Add an entry, in the transaction of the caller.

        Args:
            connection: in a transaction that no other writing one overlaps.
            draft: what is logged; it is checked once more.
            now: what the clock says. An entry bears the time of the one before it where the clock
                is behind that by no more than the tolerance; one of the verb `clock` bears `now`
                however far behind it is.

        Raises:
            AuditError: when the log lost its end, or its head is not signed by this bench.
            ClockError: when the clock is further behind than that.
            KeyStoreError: when there are public keys but nothing to sign with.
            OutputError: when a witness is required and cannot be written.
            RecordError: when the draft says what may not be logged.
        """
        if self._require_witness:
            for witness in self.witnesses:
                witness.check()
        if self._signer is None and self._keys and not self._shared:
            msg = (
                "the signing key of the audit log is not there, so nothing can be logged. Open "
                "the bench with its key store."
            )
            raise KeyStoreError(msg)
        account = through(connection)
        last = self._last(connection)
        if account is not None and draft.actor != account:
            draft = _told(draft, account)
        if last is not None:
            accepted = draft.verb is Verb.CLOCK
            tolerance = timedelta.max if accepted else self._tolerance
            time = not_before(last.at, now, tolerance=tolerance)
            now = now if accepted else time
        entry = Entry.at(draft, now)
        seq = 1 if last is None else last.seq + 1
        body = canonical(entry)
        digest = link(genesis(self.bench_id) if last is None else last.hash, seq, body)
        if account is not None:
            return self._given(connection, body, Appended(seq, digest))
        head = self._signed(seq, digest, entry.utc)
        try:
            connection.execute(insert(audit).values(seq=seq, body=body, hash=digest))
            self._move_head(connection, head, last)
        except IntegrityError:
            msg = (
                f"entry {seq} could not be added to the audit log: another took its place, or "
                f"the log was changed. {LOOK}; if it finds nothing, try again."
            )
            raise AuditError(msg) from None
        self._own_head = head
        return Appended(seq, digest)

    def head(self, connection: Connection) -> Checkpoint | None:
        """Return the checkpoint of the newest entry, or nothing in an empty log.

        Raises:
            AuditError: when the head is not one of this bench.
        """
        found = read_head(connection)
        head = None if found is None else self._trusted(found)
        if head is not None and self._shared and not head.signature:
            return self._signed(head.seq, head.hash, head.at)
        return head

    def after_commit(self, checkpoint: Checkpoint | None) -> None:
        """Tell the witnesses of the newest entry; only once its transaction is in the store.

        Raises:
            OutputError: when a witness is required and could not be written. The entry is kept.
        """
        if checkpoint is None:
            return
        failed = []
        for witness in self.witnesses:
            try:
                witness.append(checkpoint)
            except OutputError as error:
                failed.append(str(error))
        if not failed:
            return
        msg = (
            f"entry {checkpoint.seq} is in the audit log, but {' '.join(failed)} Until that is "
            "put right, nobody would see if the records were put back to an earlier state."
        )
        if self._require_witness:
            raise OutputError(msg)
        self._warn(msg)

    def verify(
        self,
        reading: Callable[[], AbstractContextManager[Connection]],
        *,
        public_key: str | Collection[str] | None = None,
        said: RowsOfEntries | None = None,
    ) -> Verification:
        """Check the whole log against its head and its witnesses.

        Args:
            reading: opens a connection that sees a single state of the records. The witnesses are
                looked at before, so that nothing is held against entries that come meanwhile.
            public_key: key or keys to check signatures by; those of this log where none is given.
            said: has the rows that authorise and decide held against the entries too.
        """
        seen = [look(witness) for witness in self.witnesses]
        with reading() as connection:
            found = verify(
                rows(connection),
                bench_id=self.bench_id,
                head=read_head(connection),
                witnesses=seen,
                public_key=self._keys if public_key is None else public_key,
                shared=self._shared,
                each=None if said is None else said.take,
            )
            return found if said is None else with_rows(found, said, connection)

    def glance(self, reading: Callable[[], AbstractContextManager[Connection]]) -> tuple[str, ...]:
        """Hold the newest checkpoints of the files that witness it against the log, in passing.

        It finds that everything was put back to an earlier state; an edit is for `verify` to find.

        Args:
            reading: opens a connection that sees a single state of the records.

        Returns:
            What was found, in sentences without their full stop; nothing where a witness cannot
            be read, which the next entry says.
        """
        seen = [
            (witness.name, newest_of(witness))
            for witness in self.witnesses
            if isinstance(witness, WitnessFile)
        ]
        with reading() as connection:
            return glance(
                connection,
                seen,
                bench_id=self.bench_id,
                keys=self._keys,
                unsigned=self._shared,
                entries=through(connection) is None,
            )

    def _last(self, connection: Connection) -> Checkpoint | None:
        """Return the head, unless what it says is not what the log ends with."""
        account = through(connection)
        found = read_head(connection, locked=account is None)
        if found is None:
            if connection.execute(select(audit.c.seq).limit(1)).first() is None:
                return None
            msg = f"the audit log has entries but no head. {LOOK}; nothing can be logged so."
            raise AuditError(msg)
        last = self._trusted(found)
        if account is not None:
            return last  # whether the log ends so is for the database to see
        end = connection.execute(
            select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
        ).first()
        if end is None or tuple(end) != (last.seq, last.hash):
            msg = (
                f"the audit log does not end with entry {last.seq}, which its head names. "
                f"{LOOK}; nothing can be logged so."
            )
            raise AuditError(msg)
        return last

    def _trusted(self, head: Head) -> Checkpoint:
        """Return the head as a checkpoint, unless it is unsigned where it should be signed."""
        if (
            self._own_head is not None
            and as_checkpoint(head, self.bench_id, self._own_head.public_key) == self._own_head
        ):
            return self._own_head
        if self._shared and not self._keys:
            head = head._replace(signature=None)  # nothing here could tell whose it is
        for key in (*self._keys, "") if self._shared else (self._keys or ("",)):
            checkpoint = as_checkpoint(head, self.bench_id, key)
            if checkpoint is not None and (
                verify_checkpoint(checkpoint, key) if key else not checkpoint.signature
            ):
                return checkpoint
        msg = (
            "the head of the audit log is not signed with the key of this bench. Open it with "
            f"that key; if you did, the records were tampered with: {LOOK[0].lower()}{LOOK[1:]}."
        )
        raise AuditError(msg)

    @staticmethod
    def _given(connection: Connection, body: str, expected: Appended) -> Appended:
        """Have the database add an entry, and see that it did so as the chain demands."""
        found = Appended(*append_body(connection, body))
        if found != expected:
            msg = (
                f"the database put an entry at place {found.seq} with another hash than the chain "
                f"demands at {expected.seq}. {LOOK}; nothing was kept."
            )
            raise AuditError(msg)
        return found

    def _signed(self, seq: int, digest: str, at: datetime) -> Checkpoint:
        if self._signer is not None:
            return self._signer.sign(self.bench_id, seq, digest, at)
        return Checkpoint(bench=self.bench_id, seq=seq, hash=digest, at=at)

    @staticmethod
    def _move_head(connection: Connection, head: Checkpoint, last: Checkpoint | None) -> None:
        values = {
            "seq": head.seq,
            "hash": head.hash,
            "at": as_text(head.at),
            "signature": head.signature or None,
        }
        if last is None:
            connection.execute(insert(audit_head).values(one=1, **values))
            return
        statement = update(audit_head).where(
            audit_head.c.one == 1, audit_head.c.seq == last.seq, audit_head.c.hash == last.hash
        )
        if connection.execute(statement.values(**values)).rowcount != 1:
            msg = f"entry {head.seq} of the audit log was added by another. Try again."
            raise AuditError(msg)


def _told(draft: Draft, account: str) -> Draft:
    """Return the draft with the account through whose connection the workbench did it."""
    return Draft.read(
        {**draft.plain(), "details": {**draft.details, "through": account}}, what="the audit entry"
    )
