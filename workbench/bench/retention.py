"""`bench.retention`: what is to be destroyed when, doing it, and the certificates of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from workbench.bench.context import ADMINISTRATION, Acting, Context
from workbench.bench.exports import Exports
from workbench.bench.log_head import LogHead
from workbench.bench.retention_due import plan_now
from workbench.bench.retention_pass import RetentionRun, run_as_role
from workbench.bench.retention_views import PlanView, SweepReport, plan_view
from workbench.bench.sweeping import anything_cut_off, sweep
from workbench.bench.whole_ids import whole_id
from workbench.errors import AuditError
from workbench.governance.certificates import DeletionCertificate, Leftover
from workbench.governance.permissions import Permission
from workbench.records.audit.checkpoints import Checkpoint
from workbench.records.audit.verbs import Verb
from workbench.records.certificates import find_certificate, sound_certificates
from workbench.records.exports import Export
from workbench.records.id_parts import IdKind
from workbench.records.leftovers import find_leftovers
from workbench.records.purposes import find_purpose, references_of
from workbench.reports.certificates import (
    CertificatePage,
    certificate_json,
    render_certificate,
)

__all__ = ["IssuedCertificate", "ListedCertificates", "Retention"]

_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class IssuedCertificate:
    """A certificate, and where its digest is witnessed.

    Attributes:
        certificate: itself.
        reference: of the deployment or case, for people.
        head: the newest entry of the audit log when it was read; the log holds the digest.
        witness: where the digests of that log are kept elsewhere.
        category: `demonstration` where it comes from one.
    """

    certificate: DeletionCertificate
    reference: str
    head: Checkpoint | None
    witness: str
    category: str | None = None

    @property
    def log(self) -> LogHead:
        """Where the audit log stood when it was read."""
        return LogHead(self.head, self.witness)

    def page(self) -> CertificatePage:
        """Return it as reports take it."""
        return CertificatePage(
            certificate=self.certificate,
            reference=self.reference,
            head_seq=None if self.head is None else self.head.seq,
            head_hash=None if self.head is None else self.head.hash,
            witness=self.witness,
            category=self.category,
        )


@dataclass(frozen=True, slots=True)
class ListedCertificates:
    """Certificates as they are kept.

    Attributes:
        issued: those that are what they were, by when they were issued.
        changed: ids of those that are not.
    """

    issued: tuple[IssuedCertificate, ...]
    changed: tuple[str, ...]


class Retention:
    """What is kept, for how long, and what was destroyed.

    Everything that is due is destroyed by itself at each opening of the bench, and within seconds
    of anything done in one that stays open; nothing of this needs to be called for that. Where
    nobody may come for days, a timer does it (`workbench.bench.unattended`).
    """

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def plan(self) -> PlanView:
        """Return everything that is kept and when it is to be gone.

        Raises:
            NotPermittedError: when the role may not.
        """
        with self._context.acting(Permission.RETENTION_PLAN) as acting:
            planned = plan_now(acting.connection, acting.now)
            acting.log(
                Verb.CONSULT,
                justification="seeing what is to be destroyed when, no person",
                details={
                    "due": len(planned.due),
                    "held": len(planned.held),
                    "upcoming": len(planned.upcoming),
                },
            )
            return plan_view(planned, references_of(acting.connection))

    def run(self, folder: Path | None = None) -> RetentionRun:
        """Destroy what is due, and what a write that was cut off left behind.

        Args:
            folder: of a project, such as one with notebooks, that is searched for what seems to
                hold a face; what is found is named on the certificates, which are partial then.

        Raises:
            NotPermittedError: when the role may not.
        """
        done = run_as_role(self._context, leftovers=self._search(folder))
        if anything_cut_off(self._context):
            self.sweep()
        return done

    def sweep(self, folder: Path | None = None) -> SweepReport:
        """Remove what no record knows, and report what else seems left behind.

        A write that was cut off leaves a key or a sealed object that nothing names; so does a
        key store that was restored from a backup. Both are removed once they are an hour old.

        Args:
            folder: of a project; what is found there is reported and left as it is.

        Raises:
            NotPermittedError: when the role may not.
            StoreError: when something could not be removed; call it again.
        """
        acting = partial(self._context.acting, Permission.RETENTION_RUN)
        return sweep(self._context, acting, self._search(folder))

    def certificates(self, reference: str | None = None) -> list[DeletionCertificate]:
        """Return all certificates, or those of a deployment or case; see `issued`."""
        return [one.certificate for one in self.issued(reference)]

    def issued(self, reference: str | None = None) -> list[IssuedCertificate]:
        """Return all certificates, or those of a deployment or case, by when they were issued.

        Each comes with the reference of its deployment or case and the head of the audit log.

        Raises:
            UnknownRecordError: when there is no such deployment or case.
            AuditError: when one was changed since; `listed` leaves those out.
        """
        found = self.listed(reference)
        if found.changed:
            msg = (
                f"{', '.join(found.changed[:_SHOWN])}: changed after being issued. Run workbench "
                "audit verify, and restore the bench from a backup to read what was issued."
            )
            raise AuditError(msg)
        return list(found.issued)

    def listed(self, reference: str | None = None) -> ListedCertificates:
        """Return all certificates, or those of a deployment or case, as `issued`.

        One that was changed since keeps the others from nobody: it is named apart.

        Raises:
            UnknownRecordError: when there is no such deployment or case.
        """
        with self._context.acting(Permission.CERTIFICATE_CONSULT) as acting:
            purpose = None
            if reference is not None:
                purpose = find_purpose(acting.connection, reference).id
                acting = acting.serving(purpose)  # noqa: PLW2901 - the same transaction
            sound, changed = sound_certificates(acting.connection, purpose)
            acting.log(Verb.CONSULT, justification="listing deletion certificates, no person")
            return ListedCertificates(tuple(self._issued(acting, sound)), tuple(changed))

    def certificate(self, certificate_id: str) -> IssuedCertificate:
        """Return a certificate with the head of the audit log that holds its digest.

        Raises:
            UnknownRecordError: when there is none of that id.
            AuditError: when it was changed since.
        """
        permission = Permission.CERTIFICATE_CONSULT
        certificate_id = whole_id(self._context, permission, IdKind.CERTIFICATE, certificate_id)
        with self._context.acting(permission, objects=[certificate_id]) as acting:
            found = find_certificate(acting.connection, certificate_id)
            acting = acting.serving(found.purpose)  # noqa: PLW2901 - the same transaction
            acting.log(
                Verb.CONSULT,
                [certificate_id],
                justification="reading a deletion certificate, no person",
            )
            return self._issued(acting, [found])[0]

    def write_page(
        self,
        issued: IssuedCertificate,
        path: Path,
        *,
        recipient: str | None = None,
        force: bool = False,
    ) -> Export:
        """Write a certificate as a page for people; that it left the bench is recorded first.

        Args:
            issued: as `certificate` gave it.
            path: of the file.
            recipient: who gets it; whoever asks, if left out.
            force: replace a file that is there.

        Raises:
            RefusedError: when a file is there, or it would lie inside the bench.
            OutputError: when it cannot be written.
        """
        text = render_certificate(issued.page())
        return self._write(issued, path, text, "", recipient=recipient, force=force)

    def write_json(
        self,
        issued: IssuedCertificate,
        path: Path,
        *,
        recipient: str | None = None,
        force: bool = False,
    ) -> Export:
        """Write a certificate as JSON, for programs; otherwise as `write_page`."""
        text = certificate_json(issued.page())
        return self._write(issued, path, text, " as JSON", recipient=recipient, force=force)

    def _write(
        self,
        issued: IssuedCertificate,
        path: Path,
        text: str,
        form: str,
        *,
        recipient: str | None,
        force: bool,
    ) -> Export:
        known = issued.reference != ADMINISTRATION
        return Exports(self._context, permission=Permission.CERTIFICATE_CONSULT).write_file(
            issued.certificate.purpose if known else None,
            path,
            text.encode("utf-8"),
            what=f"deletion certificate {issued.certificate.id}{form}",
            recipient=recipient or self._context.actor.name,
            justification="proof of what was destroyed, no person in it",
            objects=[issued.certificate.id],
            force=force,
        )

    def _issued(
        self, acting: Acting, certificates: Iterable[DeletionCertificate]
    ) -> list[IssuedCertificate]:
        """Return certificates with their references, and with the head of the log as it is now."""
        head = self._context.store.log.head(acting.connection)
        references = references_of(acting.connection)
        witness, category = str(self._context.places.witness), self._context.category
        return [
            IssuedCertificate(
                one, references.get(one.purpose, ADMINISTRATION), head, witness, category
            )
            for one in certificates
        ]

    def _search(self, folder: Path | None) -> tuple[Leftover, ...]:
        """Look through a folder, before the transaction: it may take minutes."""
        if folder is None or not self._context.may(Permission.RETENTION_RUN):
            return ()
        bench = self._context.places.folder
        return tuple(find_leftovers(folder, bench=bench, now=self._context.now()))
