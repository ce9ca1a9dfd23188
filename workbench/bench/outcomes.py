"""`bench.outcomes`: what came of deployments, in counts, for those who are to see nobody.

The only way to figures for managers. In a team's store it takes aggregate views and no table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from workbench.bench.alert_scores import pseudonymous_scores
from workbench.bench.audit_part import AuditTrail
from workbench.bench.context import Context
from workbench.bench.deployment_access import settle_all
from workbench.bench.equity_counts import equity_facts
from workbench.bench.rules import rules_in_force
from workbench.bench.safeguard_counts import read_safeguard_facts
from workbench.governance.deployment_outcomes import (
    CAUTION,
    DeploymentOutcome,
    OutcomeTotals,
    Period,
)
from workbench.governance.permissions import Permission
from workbench.records.audit.checkpoints import Checkpoint
from workbench.records.audit.verbs import Verb
from workbench.records.deployment_facts import deployment_rows
from workbench.records.outcomes import count_applications, list_outcomes

if TYPE_CHECKING:
    import dataframely as dy
    import polars as pl

    from workbench.outcomes.deployment_facts import DeploymentFacts
    from workbench.outcomes.equity_facts import EquityFacts
    from workbench.outcomes.records import OutcomeRecords
    from workbench.outcomes.safeguard_facts import SafeguardFacts

__all__ = ["OutcomeReport", "Outcomes"]


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """What came of the deployments of a period.

    Attributes:
        period: days in which they began.
        deployments: what came of each that was authorised, in order of their beginning.
        totals: of all of them.
        head: newest entry of the audit log; that of this very reading is bound into it.
        applications: how many were applied for and never authorised; no more is shown of them.
        category: `demonstration` marks the report as one; `None` for an operation.
    """

    period: Period
    deployments: tuple[DeploymentOutcome, ...]
    totals: OutcomeTotals
    head: Checkpoint
    applications: int = 0
    category: str | None = None

    def shown(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {
            "category": self.category,
            "period": self.period.plain(),
            "deployments": [one.shown() for one in self.deployments],
            "applications_not_shown": self.applications,
            "totals": self.totals.shown(),
            "caution": CAUTION,
            "audit": {"head_seq": self.head.seq, "head_hash": self.head.hash},
        }


class Outcomes:
    """What came of the deployments of a bench."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def read(self, first: date | None = None, last: date | None = None) -> OutcomeReport:
        """Return what came of the deployments that began in a period: counts, and nobody.

        Args:
            first: the first day, in UTC; from the beginning on if left out.
            last: the last day, which is included; up to now and what is to come if left out.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when what is on record of a deployment cannot be.
            UsageError: when the last day lies before the first.
        """
        context, period = self._context, Period(first, last)
        # In a team's store those do that who come to the deployments themselves.
        if context.store.through is None and context.may(Permission.OUTCOMES_READ):
            settle_all(context)
        with context.acting(Permission.OUTCOMES_READ) as acting:
            found = tuple(list_outcomes(acting.connection, period))
            applications = count_applications(acting.connection, period)
            acting.log(
                Verb.CONSULT,
                justification="reading outcomes of deployments, counts alone",
                details={**period.plain(), "deployments": len(found)},
            )
        head = AuditTrail(context).head()
        totals = OutcomeTotals.of(found)
        return OutcomeReport(period, found, totals, head, applications, context.category)

    def equity(self) -> EquityFacts:
        """Return what is known of who errors fall on: by policy, and in the field.

        Policies are those that somebody approved or that a deployment names. False alerts by group
        are sums over all deployments of a scheme, small ones suppressed; nobody is in it.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when what is on record of a deployment cannot be.
            StoreError: when a record is not what the workbench writes.
        """
        with self._context.acting(Permission.OUTCOMES_READ) as acting:
            found = equity_facts(
                acting.connection,
                asked_for=rules_in_force(acting.connection).needs_equity,
                is_demonstration=self._context.is_demonstration,
            )
            acting.log(
                Verb.CONSULT,
                justification="reading what is known of errors by group, counts alone",
                details={"policies": len(found.policies), "deployments": len(found.deployments)},
            )
        return found

    def facts(self, report: OutcomeReport) -> tuple[DeploymentFacts, ...]:
        """Return what pages for managers tell of the deployments of a report: counts, and nobody.

        Where, why and on what authority; how the feeds were and how long decisions took; what is
        kept and what was destroyed. No account, no entry, no id of an alert and no words of an
        officer are in it. Categories of a list are told in sums of five people or more.

        Args:
            report: of `read`.

        Raises:
            NotPermittedError: when the role may not read outcomes.
            StoreError: when a team's store was set up before it could tell this.
        """
        from workbench.bench.deployment_facts import facts_of  # noqa: PLC0415 - keeps it quick

        with self._context.acting(Permission.OUTCOMES_READ) as acting:
            rows = deployment_rows(acting.connection)
            rules, now = rules_in_force(acting.connection), acting.now
            known = [one for one in report.deployments if one.reference in rows]
            acting.log(
                Verb.CONSULT,
                justification="reading circumstances and times of deployments, counts alone",
                details={**report.period.plain(), "deployments": len(known)},
            )
        return tuple(facts_of(one, rows[one.reference], rules, now) for one in known)

    def records(self, source: str = "this bench") -> dy.DataFrame[OutcomeRecords]:
        """Return the deployments that have ended as outcome records, like published ones.

        Args:
            source: what the records name as their source.

        Raises:
            NotPermittedError: when the role may not read outcomes.
            RecordError: when what is on record of one cannot be a record.
        """
        from workbench.bench.outcome_records import outcome_rows  # noqa: PLC0415 - likewise

        report = self.read()
        facts = {one.reference: one for one in self.facts(report)}
        return outcome_rows(report.deployments, facts, source)

    def safeguards(self, *, check_log: bool = False) -> SafeguardFacts:
        """Return what was due and what was done: counts and moments, and nobody.

        Args:
            check_log: verify the audit log too where that was not done within a day; in a team's
                store that is left to those who come to the log, and the facts say so.

        Raises:
            NotPermittedError: when the role may not.
            StoreError: when what is on record was changed or damaged.
        """
        return read_safeguard_facts(self._context, check_log=check_log)

    def alert_scores(self, *, justification: str) -> pl.DataFrame:
        """Return scores and labels of the alerts of closed deployments, under passing names.

        It is what a threshold can be looked at again with, and no more: nobody's name, entry,
        category or picture, no place, no time, no id. Deployments and alerts have names made with
        a key that is thrown away, so that two calls name them differently; whoever holds the
        report of `read` can still tell a deployment by its number of faces. Alerts on seeded
        staff are left out; alerts that were destroyed in their time are counted in `alerts_gone`.
        In a team's store a query of one's own to the view behind it shows digests of ids, which
        are the same in every query.

        A deployment kept the scores of its alerts alone. So the rows are censored at its
        threshold: they say how many false alerts there were of the faces seen at or above
        `known_from`, and nothing of lower thresholds or of people who were missed.

        Args:
            justification: why they are read.

        Returns:
            With the schema `workbench.evaluation.AlertScores`, whose reader takes it as a file.

        Raises:
            NotPermittedError: when the role may not issue threshold policies.
            RecordError: when there is no justification.
        """
        return pseudonymous_scores(self._context, justification)
