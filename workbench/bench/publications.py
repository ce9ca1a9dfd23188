"""`bench.publications`: what is made public of a bench, read by one's role and kept as disclosed.

Nothing of it holds a face, a template or a name. Each publication is a disclosure (DPA 2018
s.62(1) and (3)), recorded before its files stand where they shall, and taken back where they do
not come to stand there.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.bench.audit_part import AuditTrail
from workbench.bench.context import Acting, Context
from workbench.bench.deployment_access import on_deployment
from workbench.bench.exports import require_outside, take_back
from workbench.bench.outcomes import OutcomeReport, Outcomes
from workbench.bench.rules import rules_in_force
from workbench.errors import RecordError, UnknownRecordError, WorkbenchError
from workbench.governance.authorisation import Authority
from workbench.governance.deployment_outcomes import DeploymentOutcome, Period
from workbench.governance.deployments import Application, DeploymentState
from workbench.governance.permissions import Permission
from workbench.governance.record import Record
from workbench.governance.retention import Profile
from workbench.governance.text import Line, Name, Reason
from workbench.records.audit.checkpoints import Checkpoint
from workbench.records.audit.reading import Logged, entries
from workbench.records.audit.verbs import LAWFUL_PROCESSING, Verb
from workbench.records.exports import Export, add_export
from workbench.records.identifiers import new_id
from workbench.records.purposes import published_references
from workbench.reports.publication_notes import note_sentences
from workbench.reports.publication_notice import require_announceable

if TYPE_CHECKING:
    import dataframely as dy

    from workbench.outcomes.records import OutcomeRecords
    from workbench.reports.publication_held import HeldFacts
    from workbench.reports.publication_log import LoggedAct

__all__ = ["NoticeSource", "Publications", "PublishedActs", "PublishedOutcomes", "carried_out"]

_KIND: Final = re.compile(r"([a-z][a-z-]*?)-[0-9a-f]{8,}")
_NEVER: Final = "a deployment that was never authorised"


class _Disclosure(Record):
    """What somebody says of a publication."""

    what: Line
    recipient: Name
    justification: Reason


@dataclass(frozen=True, slots=True, eq=False)
class PublishedOutcomes:
    """What a bench publishes of a period.

    Attributes:
        records: of deployments that ended and were searched.
        held: what is held of them besides, in the same order.
        report: all that was read.
        profile: how long data are kept, by the rules in force.
        not_ended: how many were authorised and have no published figure, because they still run or
            were never searched.
    """

    records: dy.DataFrame[OutcomeRecords]
    held: tuple[HeldFacts, ...]
    report: OutcomeReport
    profile: Profile
    not_ended: int

    def outcome(self, reference: str) -> DeploymentOutcome:
        """Return what came of one of them.

        Raises:
            UnknownRecordError: when there is no figure of it to publish.
        """
        for one in carried_out(self.report.deployments):
            if one.reference == reference:
                return one
        msg = (
            f"there is no deployment {reference!a} that ended and was searched, so that there is "
            "nothing of it to publish. workbench outcomes lists those that there are."
        )
        raise UnknownRecordError(msg)


@dataclass(frozen=True, slots=True, eq=False)
class NoticeSource:
    """What a notice is made of."""

    application: Application
    authority: Authority
    state: DeploymentState
    profile: Profile
    head: Checkpoint
    category: str | None
    now: datetime


@dataclass(frozen=True, slots=True, eq=False)
class PublishedActs:
    """Acts of processing of a period, and how the whole log stands.

    Attributes:
        acts: in order.
        entries: of the whole log.
        faults: that its check found.
        notes: what the check could not do or found lacking, in sentences of the workbench's own.
        head: newest entry, that of the check included.
    """

    acts: tuple[LoggedAct, ...]
    entries: int
    faults: int
    notes: tuple[str, ...]
    head: Checkpoint


def carried_out(outcomes: Sequence[DeploymentOutcome]) -> tuple[DeploymentOutcome, ...]:
    """Return those that ended and were searched; no figure is published of what still runs."""
    return tuple(one for one in outcomes if one.ended is not None and one.searches)


class Publications:
    """What is made public of a bench."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def outcomes(
        self, first: date | None = None, last: date | None = None, *, source: str
    ) -> PublishedOutcomes:
        """Return what may be published of the deployments that began in a period.

        Args:
            first: the first day, in UTC; from the beginning on if left out.
            last: the last day, which is included.
            source: what to call the bench.

        Raises:
            NotPermittedError: when the role may not read outcomes, or not publish.
            RecordError: when none of them ended and was searched.
            StoreVersionError: when a team's store was set up before it could tell this.
            UsageError: when the last day lies before the first.
        """
        from workbench.bench.outcome_records import outcome_rows  # noqa: PLC0415 - quick `--help`
        from workbench.reports.publication_held import held_facts  # noqa: PLC0415 - likewise

        context = self._context
        self._require(Permission.PUBLICATION_MAKE)
        report = Outcomes(context).read(first, last)
        ended = carried_out(report.deployments)
        if not ended:
            msg = (
                "no deployment of the period ended and was searched, so that there is nothing to "
                "publish. Give another period."
            )
            raise RecordError(msg)
        facts = {one.reference: one for one in Outcomes(context).facts(report)}
        return PublishedOutcomes(
            records=outcome_rows(ended, facts, source),
            held=tuple(held_facts(facts[one.reference]) for one in ended),
            report=report,
            profile=context.rules.retention,
            not_ended=len(report.deployments) - len(ended),
        )

    def notice(self, reference: str) -> NoticeSource:
        """Return what the notice of a deployment is made of that is authorised, or live.

        Raises:
            NotPermittedError: when the role may not read deployments, or not publish.
            UnknownRecordError: when there is none of that reference.
            NotAuthorisedError: when it is neither authorised nor live.
        """
        context = self._context
        self._require(Permission.PUBLICATION_MAKE)
        with on_deployment(context, Permission.DEPLOYMENT_CONSULT, reference) as (acting, row):
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification="reading a deployment for its notice, no person on its list",
                details={"reference": reference},
            )
            authority = require_announceable(reference, row.state, row.authority)
            application, state = row.application, row.state
            profile = rules_in_force(acting.connection).retention
        head = AuditTrail(context).head()
        return NoticeSource(
            application, authority, state, profile, head, context.category, context.now()
        )

    def acts(self, first: date | None = None, last: date | None = None) -> PublishedActs:
        """Return the acts of processing of a period (DPA 2018 s.62), after the log was checked.

        Args:
            first: the first day, in UTC.
            last: the last day, which is included.

        Raises:
            NotPermittedError: when the role may not verify or export the log.
            AuditError: when an entry cannot be read.
            UsageError: when the last day lies before the first.
        """
        period = Period(first, last)
        self._require(Permission.AUDIT_EXPORT)
        trail = AuditTrail(self._context)
        found = trail.verify()
        since = None if period.first is None else datetime.combine(period.first, time(), UTC)
        with self._context.store.reading() as connection:
            names, cases = published_references(connection), _Numbers()
            acts = tuple(
                _act(one, names, cases)
                for one in entries(connection, since=since)
                if one.entry.verb in LAWFUL_PROCESSING
                and (period.last is None or one.entry.utc.date() <= period.last)
            )
        faults = len(found.faults) + found.unlisted
        return PublishedActs(acts, found.entries, faults, note_sentences(found.notes), trail.head())

    def require_outside(self, folder: Path) -> None:
        """Refuse a place inside the bench or its keys.

        Raises:
            RefusedError: when the folder lies in one of them.
        """
        target = Path(os.path.abspath(folder.expanduser()))  # noqa: PTH100 - keeps a link a link
        require_outside(self._context.places, target)

    @contextlib.contextmanager
    def leaving(
        self,
        *,
        what: str,
        recipient: str,
        justification: str,
        sha256: str,
        reference: str | None = None,
        permission: Permission = Permission.PUBLICATION_MAKE,
    ) -> Iterator[Export]:
        """Record that a publication leaves, and take it back where its files cannot be placed.

        Args:
            what: is published.
            recipient: whom it is for.
            justification: why.
            sha256: of the manifest of its files.
            reference: of the deployment that is announced, for a role that may read deployments.
            permission: what the role must hold.

        Raises:
            NotPermittedError: when the role may not.
            NotAuthorisedError: when what is announced is not authorised any more.
            RecordError: when a text is missing or cannot be used.
        """
        said = _Disclosure.read(
            {"what": what, "recipient": recipient, "justification": justification},
            what="the publication",
        )
        self._require(permission)
        context = self._context
        if reference is None:
            with context.acting(permission) as acting:
                export = _disclosed(acting, said, sha256, ())
        else:
            consult = Permission.DEPLOYMENT_CONSULT
            with on_deployment(context, consult, reference) as (acting, row):
                # It took a while to make: the authority may be withdrawn since it was read.
                require_announceable(reference, row.state, row.authority)
                export = _disclosed(acting.serving(row.id), said, sha256, (row.id,))
        try:
            yield export
        except Exception as error:
            # A role that cannot take it back leaves it on record: rather once too often.
            with contextlib.suppress(WorkbenchError):
                take_back(context, export, str(error) or type(error).__name__)
            raise

    def _require(self, permission: Permission) -> None:
        """Refuse, and log that, before anything is read."""
        if not self._context.may(permission):
            with self._context.acting(permission):
                pass  # it raises


def _disclosed(acting: Acting, said: _Disclosure, sha256: str, objects: Sequence[str]) -> Export:
    export = Export(
        id=new_id("export", acting.now),
        purpose=acting.purpose,
        actor=acting.name,
        at=acting.now,
        what=said.what,
        recipient=said.recipient,
        sha256=sha256,
        objects=tuple(objects),
    )
    add_export(acting.connection, export)
    acting.log(
        Verb.DISCLOSE,
        [export.id, *objects],
        justification=said.justification,
        recipient=said.recipient,
        details={"what": said.what, "sha256": sha256},
    )
    return export


class _Numbers(dict[str, int]):
    """Counts cases in the order in which an extract comes to them."""

    def __missing__(self, key: str) -> int:
        self[key] = len(self) + 1
        return self[key]


def _act(one: Logged, names: dict[str, str], cases: _Numbers) -> LoggedAct:
    from workbench.reports.publication_log import LoggedAct  # noqa: PLC0415 - quick `--help`

    entry = one.entry
    kinds = Counter(_kind(name) for name in entry.objects)
    purpose = _kind(entry.purpose)
    if purpose == "deployment":
        reference = names.get(entry.purpose)
        purpose = _NEVER if reference is None else f"{purpose} {reference}"
    elif purpose == "case":
        purpose = f"case {cases[entry.purpose]} of this extract"
    return LoggedAct(
        seq=one.seq,
        utc=entry.utc,
        verb=entry.verb,
        role=entry.role,
        purpose=purpose,
        objects=dict(sorted(kinds.items())),
        result=entry.result,
    )


def _kind(name: str) -> str:
    """Return of which kind a record is; an id that says none may be anything, and is not shown."""
    if name == "administration":
        return name
    found = _KIND.match(name)
    return found[1] if found else "other"
