"""The authority of a deployment: given, reviewed, refused or withdrawn, by another than applied."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from workbench.bench.context import Acting
from workbench.bench.deployment_access import end, moved
from workbench.bench.deployment_view import DeploymentPart, DeploymentView
from workbench.bench.field_monitoring import require_in_the_field
from workbench.bench.rules import Rules, rules_in_force
from workbench.errors import NotAuthorisedError, NotPermittedError
from workbench.governance.authorisation import (
    Authority,
    AuthorityReview,
    check_authority,
    confirm_urgent,
    covers_until,
)
from workbench.governance.deployments import DEPLOYMENT_MOVES, Application
from workbench.governance.permissions import Permission
from workbench.governance.policies import require_approved
from workbench.governance.policy_equity_rules import require_equity
from workbench.governance.ranks import Rank
from workbench.governance.text import require_reason
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import save_deployment
from workbench.records.policies import find_policy
from workbench.records.row_digests import DEPLOYMENT, changed_row, row_digest

__all__ = ["DeploymentAuthorities"]


class DeploymentAuthorities(DeploymentPart):
    """What authorising officers do about deployments."""

    def authorise(
        self,
        reference: str,
        *,
        necessity: str,
        proportionality: str,
        starts: datetime | None = None,
        ends: datetime | None = None,
        urgent_reason: str | None = None,
    ) -> DeploymentView:
        """Give a deployment its authority, in the officer's own words and under their rank.

        Args:
            reference: of the deployment.
            necessity: why it is necessary.
            proportionality: why it is proportionate.
            starts: when the authority begins; with the application, or now if that is later.
            ends: when it ends; with the application.
            urgent_reason: why it could not wait for a higher rank; it then lapses unless another
                officer reviews it in time.

        Raises:
            NotPermittedError: when the officer is the applicant, or of too low a rank, or has
                none.
            PolicyError: when its policy was approved by nobody, lacks what the bench asks for, or
                was stopped in the field.
            RecordError: when the times do not fit.
        """
        with self._on(Permission.DEPLOYMENT_AUTHORISE, reference) as (acting, row):
            DEPLOYMENT_MOVES.after(row.state, "authorise", name=reference)
            application, rules = row.application, rules_in_force(acting.connection)
            self._require_policy(acting, application, rules)
            urgent = urgent_reason is not None
            for field, text in (
                ("necessity", necessity),
                ("proportionality", proportionality),
                ("urgent_reason", urgent_reason),
            ):
                require_reason(text, what=f"the authority of deployment {reference}", field=field)
            authority = Authority.read(
                {
                    "officer": acting.name,
                    "officer_rank": self._rank(f"authorise deployment {reference}"),
                    "at": acting.now,
                    "starts": starts or max(application.starts, acting.now),
                    "ends": ends or application.ends,
                    "necessity": necessity,
                    "proportionality": proportionality,
                    "urgent": urgent,
                    "urgent_reason": urgent_reason,
                    "review_due": acting.now + rules.ranks.urgent_review if urgent else None,
                },
                what=f"the authority of deployment {reference}",
            )
            check_authority(application, row.applicant, authority, rules.ranks, acting.now)
            after = moved(
                acting,
                row,
                "authorise",
                Verb.AUTHORISE,
                why=authority.necessity,
                authority=authority,
                starts=authority.starts,
                ends=covers_until(authority),
            )
            return self._view(acting, after)

    def review_urgent(self, reference: str, reasons: str) -> DeploymentView:
        """Uphold an urgent authority as another officer; it then covers its whole window.

        One that is not upheld is withdrawn with `withdraw_authority`.

        Raises:
            NotPermittedError: when the officer applied or authorised, or is of too low a rank.
            NotAuthorisedError: when there is no authority, or it has lapsed.
            RecordError: when there is nothing to review.
        """
        what = f"deployment {reference}"
        with self._on(Permission.DEPLOYMENT_AUTHORISE, reference) as (acting, row):
            if row.authority is None or row.ended is not None:
                msg = (
                    f"{what} is {row.state} and has no authority that could be reviewed. What is "
                    "reviewed is an urgent authority that is in force."
                )
                raise NotAuthorisedError(msg)
            require_reason(reasons, what=f"the review of the authority of {what}", field="reasons")
            review = AuthorityReview.read(
                {
                    "officer": acting.name,
                    "officer_rank": self._rank(f"review the urgent authority of {what}"),
                    "at": acting.now,
                    "reasons": reasons,
                },
                what=f"the review of the authority of {what}",
            )
            ranks = rules_in_force(acting.connection).ranks
            authority = confirm_urgent(row.application, row.applicant, row.authority, review, ranks)
            before = row_digest(acting.connection, DEPLOYMENT, row.id)
            after = save_deployment(
                acting.connection,
                replace(row, authority=authority, ends=covers_until(authority), changed=acting.now),
            )
            acting.log(
                Verb.REVIEW,
                [row.id],
                justification=review.reasons,
                details={
                    "reference": reference,
                    "reviewed": "urgent authority",
                    **changed_row(acting.connection, DEPLOYMENT, row.id, before),
                },
            )
            return self._view(acting, after)

    def refuse(self, reference: str, reason: str) -> DeploymentView:
        """Refuse an application, with the reason."""
        with self._on(Permission.DEPLOYMENT_REFUSE, reference) as (acting, row):
            return self._view(acting, end(acting, row, "refuse", Verb.REFUSE, reason=reason))

    def withdraw_authority(self, reference: str, reason: str) -> DeploymentView:
        """Withdraw an authority; a live search under it stops."""
        with self._on(Permission.DEPLOYMENT_AUTHORISE, reference) as (acting, row):
            after = end(acting, row, "withdraw-authority", Verb.WITHDRAW, reason=reason)
            return self._view(acting, after)

    def _require_policy(self, acting: Acting, application: Application, rules: Rules) -> None:
        """Refuse a policy that this bench may not search under; a demonstration takes any."""
        policy = find_policy(acting.connection, application.policy)
        if self._context.is_demonstration:
            return
        if rules.needs_approved_policy:
            require_approved(policy)
        if rules.needs_equity:
            require_equity(policy)
        require_in_the_field(self._context, acting, policy)

    def _rank(self, deed: str) -> Rank:
        rank = self._context.actor.rank
        if rank is None:
            msg = (
                f"the account {self._context.actor.name} has no rank, and who may {deed} depends "
                "on it. An administrator sets it: workbench users change."
            )
            raise NotPermittedError(msg)
        return rank
