"""`bench.audit`: checking the log, reading it, giving it to others, and its witnesses."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy import Connection

from workbench.bench.audit_offline import log_clock, witness_at
from workbench.bench.context import Acting, Context
from workbench.bench.exports import Exports
from workbench.bench.log_head import LogHead
from workbench.errors import AuditError, ClockError, UnknownRecordError, UsageError
from workbench.governance.moments import spoken
from workbench.governance.permissions import Permission
from workbench.records.audit.agreeing import RowsOfEntries
from workbench.records.audit.checkpoints import Checkpoint
from workbench.records.audit.exporting import export, s62_extract
from workbench.records.audit.faults import LOOK, Verification
from workbench.records.audit.mail_witness import MailWitness
from workbench.records.audit.reading import Logged, entries, read_head, rows
from workbench.records.audit.verbs import Result, Verb
from workbench.records.exports import Export
from workbench.records.moments import as_json
from workbench.records.purposes import find_purpose

__all__ = ["AuditTrail", "ExportKind", "Shown", "head_line", "log_verification"]

USUAL: Final = 100
"""Entries that are shown where nothing else is said."""
_MOST: Final = 10_000


class ExportKind(StrEnum):
    """What of the log is given to others."""

    FULL = "full"
    """All of it, in a form that anybody can check; see `records.audit.exporting`."""
    S62 = "s62"
    """The acts of processing of the Data Protection Act 2018, s.62, and nothing else."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of the log is to be shown; what is left out is not asked for.

    Attributes:
        since: the earliest time.
        actor: the account, exactly.
        verb: what was done.
        purpose: reference of a deployment, number of a case, or the id of either.
        object_id: id of a record that the entry names.
        newest: how many, counted from the end.
    """

    since: datetime | None = None
    actor: str | None = None
    verb: Verb | None = None
    purpose: str | None = None
    object_id: str | None = None
    newest: int = USUAL

    def __post_init__(self) -> None:
        if not 1 <= self.newest <= _MOST:
            msg = f"1 to {_MOST:,} entries are shown at once, not {self.newest:,}. Export the rest."
            raise UsageError(msg)

    def plain(self) -> dict[str, str | int]:
        """Return what was asked for, for the entry about it."""
        asked = {
            "since": None if self.since is None else self.since.isoformat(),
            "actor": self.actor,
            "verb": self.verb,
            "purpose": self.purpose,
            "object": self.object_id,
        }
        return {name: text[:_LONGEST] for name, text in asked.items() if text is not None} | {
            "newest": self.newest
        }


_LONGEST: Final = 200


class AuditTrail:
    """The audit log of a bench, for those who check it; checking and reading it is logged too."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context
        self._store = context.store

    def verify(
        self, *, witnesses: Sequence[Path] = (), public_key: str | None = None
    ) -> Verification:
        """Check the whole log against its head and its witnesses, and the rows against the log.

        Rows are those that authorise and decide: deployments, accounts, cases, alerts and what
        was said about these. On a team's store only its owner sees all of them.

        The check is logged after it ran. A log that was tampered with may take no entry; then a
        note says so.

        Args:
            witnesses: files, or maildirs, to hold it against; the bench's own if none is given.
            public_key: key to check signatures by, 64 hexadecimal digits; the bench's own if left
                out. One that was noted elsewhere is worth more.

        Raises:
            NotPermittedError: when the role may not.
        """
        self._require(Permission.AUDIT_VERIFY)
        log = self._store.log
        if witnesses:
            elsewhere = [witness_at(path) for path in witnesses]
            log = log.witnessed_by(elsewhere)
        found = log.verify(self._store.reading, public_key=public_key, said=RowsOfEntries())
        try:
            with self._context.acting(Permission.AUDIT_VERIFY) as acting:
                log_verification(acting, found, len(log.witnesses))
        except (AuditError, ClockError) as error:
            note = f"this check is not in the log: {error}"
            found = replace(found, notes=(*found.notes, note))
        return found

    def show(self, shown: Shown | None = None, *, justification: str) -> list[Logged]:
        """Return entries, oldest first; that they are read is logged before they are.

        Args:
            shown: which; the newest hundred if left out.
            justification: why they are read.

        Raises:
            AuditError: when one of them cannot be read.
            NotPermittedError: when the role may not.
            RecordError: when the justification cannot be used.
        """
        asked = shown or Shown()
        with self._context.acting(Permission.AUDIT_SHOW) as acting:
            purpose = None
            if asked.purpose is not None:
                purpose = _purpose(acting.connection, asked.purpose)
            acting.log(
                Verb.CONSULT,
                justification=justification,
                details={"audit": "entries", **asked.plain()},
            )
        with self._store.reading() as connection:
            every = (asked.since, asked.actor, asked.verb, purpose, asked.object_id)
            found = entries(
                connection,
                after=None if any(every) else _place_before(connection, asked.newest),
                since=asked.since,
                actor=asked.actor,
                verb=asked.verb,
                purpose=purpose,
                object_id=asked.object_id,
            )
            return list(deque(found, maxlen=asked.newest))

    def export(
        self,
        path: Path,
        *,
        kind: ExportKind = ExportKind.FULL,
        recipient: str,
        justification: str,
        purpose: str | None = None,
        force: bool = False,
    ) -> Export:
        """Write the log, or its extract by s.62, to a file for somebody; that is a disclosure.

        Args:
            path: of the file, outside the bench; JSON lines.
            kind: all of it, or the extract.
            recipient: who gets it.
            justification: why.
            purpose: reference of a deployment, number of a case, or the id of either, for an
                extract of that alone.
            force: replace a file that is there.

        Raises:
            AuditError: when an entry of an extract cannot be read.
            NotPermittedError: when the role may not.
            OutputError: when it cannot be written; nothing has left then.
            RecordError: when a text cannot be used.
            RefusedError: when a file is there.
            UsageError: when a whole log is asked for of one deployment or case.
        """
        self._require(Permission.AUDIT_EXPORT)
        if kind is ExportKind.FULL and purpose is not None:
            msg = "a log that can be checked is whole. Leave the purpose out, or ask for s62."
            raise UsageError(msg)
        with self._store.reading() as connection:
            head = self._store.log.head(connection)
            bench = self._store.log.bench_id
            if kind is ExportKind.FULL:
                lines = list(export(rows(connection), bench_id=bench, head=head))
            else:
                wanted = None if purpose is None else _purpose(connection, purpose)
                logged = entries(connection, purpose=wanted)
                opening = {
                    "kind": "s62-extract",
                    "bench": bench,
                    "purpose": wanted,
                    "head": None if head is None else head.plain(),
                }
                found = s62_extract(logged)
                lines = [as_json(opening), *(as_json(one.plain()) for one in found)]
        whole = "the audit log" if kind is ExportKind.FULL else "extract of the audit log, s.62"
        return Exports(self._context, permission=Permission.AUDIT_EXPORT).write_file(
            None,
            path,
            "".join(f"{line}\n" for line in lines).encode(),
            what=whole if purpose is None else f"{whole}, of {purpose}",
            recipient=recipient,
            justification=justification,
            force=force,
        )

    def checkpoint(self) -> Checkpoint:
        """Write the head of the log to every witness, and return it.

        Note its hash and its key where nobody who can write to the bench can change them.

        Raises:
            NotPermittedError: when the role may not.
            OutputError: when a witness cannot be written; nothing was written to the others.
        """
        with self._context.acting(Permission.AUDIT_CHECKPOINT) as acting:
            for witness in self._store.log.witnesses:
                witness.check()
            acting.log(Verb.CHECKPOINT, details={"witnesses": len(self._store.log.witnesses)})
        head = self.head()
        for witness in self._store.log.witnesses:
            if isinstance(witness, MailWitness):  # it is not told of every entry
                MailWitness(witness.folder).append(head)
        return head

    def head(self) -> Checkpoint:
        """Return the newest entry's place and hash; every report bears them.

        Raises:
            AuditError: when the head is not one of this bench.
        """
        with self._store.reading() as connection:
            head = self._store.log.head(connection)
        if head is None:
            msg = f"the audit log is empty. {LOOK}."
            raise AuditError(msg)
        return head

    @property
    def logged(self) -> int:
        """How many entries were written since this bench was opened, by this opening of it."""
        return self._store.logged

    def standing(self) -> LogHead:
        """Return the head with where it is witnessed, as reports bear it.

        Raises:
            AuditError: when the head is not one of this bench.
        """
        return LogHead(self.head(), str(self._context.places.witness))

    def accept_clock(self, reason: str) -> None:
        """Accept that the clock is behind the last entry; the log goes on from what it says.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when the reason cannot be used.
            RefusedError: when the clock is not behind.
        """
        with self._context.acting(Permission.CLOCK_ACCEPT) as acting:
            log_clock(acting, self._store.log, reason)

    def _require(self, permission: Permission) -> None:
        """Refuse, and log that, before anything is read."""
        if not self._context.may(permission):
            with self._context.acting(permission):
                pass  # it raises


def log_verification(acting: Acting, found: Verification, witnesses: int) -> None:
    """Write into the log that it was verified, and what was found.

    Args:
        acting: by whom.
        found: what was found.
        witnesses: how many it was held against.
    """
    acting.log(
        Verb.VERIFY,
        result=Result.DONE if found.ok else Result.FAILED,
        details={
            "entries": found.entries,
            "faults": len(found.faults) + found.unlisted,
            "agreed_to": None if found.last is None else found.last.seq,
            "witnesses": witnesses,
        },
    )


def head_line(head: Checkpoint) -> str:
    """Return the head as the line that reports bear: what to compare them with later."""
    return (
        f"Audit log of {head.bench}: entry {head.seq:,} of {spoken(head.at)}, SHA-256 {head.hash}"
    )


def _purpose(connection: Connection, named: str) -> str:
    """Return the id of the deployment or case that is named so; what is neither is an id."""
    try:
        return find_purpose(connection, named).id
    except UnknownRecordError:
        return named


def _place_before(connection: Connection, newest: int) -> int | None:
    head = read_head(connection)
    return head.seq - newest if head is not None and isinstance(head.seq, int) else None
