"""`bench.deployments`: why, who, where and when; who allowed it; and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from workbench.bench.deployment_access import end, moved, on_deployment, settle, settle_all
from workbench.bench.deployment_authorities import DeploymentAuthorities
from workbench.bench.deployment_notes import DeploymentNoting
from workbench.bench.deployment_record import freeze_record, record_of
from workbench.bench.deployment_view import DeploymentView
from workbench.bench.field_monitoring import field_caution
from workbench.bench.list_facts import policy_of
from workbench.bench.rules import rules_in_force
from workbench.errors import IllegalMoveError, NotAuthorisedError, PolicyError, RecordError
from workbench.governance.deployment_records import DeploymentRecord
from workbench.governance.deployments import DEPLOYMENT_MOVES, Application, DeploymentState
from workbench.governance.drafts import Draft
from workbench.governance.moments import spoken
from workbench.governance.permissions import Permission
from workbench.governance.text import require_said
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import (
    DeploymentRow,
    add_deployment,
    list_deployments,
    save_deployment,
)
from workbench.records.identifiers import new_id
from workbench.records.policies import find_policy
from workbench.records.row_digests import DEPLOYMENT, ROW, changed_row, row_digest
from workbench.records.watchlist_entries import clear_reviews

__all__ = [
    "DeploymentRecord",
    "DeploymentView",
    "Deployments",
    "freeze_record",
    "on_deployment",
    "settle",
    "settle_all",
]


class Deployments(DeploymentAuthorities, DeploymentNoting):
    """Deployments of a bench, by reference: drafted, applied for, allowed by another, ended."""

    def draft(self, values: Mapping[str, Any]) -> DeploymentView:
        """Begin an application; only its reference must be there.

        Args:
            values: by field of `Application`; plain JSON values will do.

        Raises:
            RecordError: when a field is unknown or wrong, a text says nothing, or the reference is
                missing.
            RefusedError: when there is a deployment of that reference.
        """
        with self._context.acting(Permission.DEPLOYMENT_DRAFT) as acting:
            read = Draft.read(values, what="the draft")
            reference = read.filled.get("reference")
            if reference is None:
                msg = "the draft has no reference. Give it one, such as 2026-11/HIGH-ST-1."
                raise RecordError(msg)
            row = DeploymentRow(
                id=new_id("deployment", acting.now),
                reference=reference,
                state=DeploymentState.DRAFT,
                applicant=acting.name,
                draft=read.plain(),
                created=acting.now,
                changed=acting.now,
                starts=read.filled.get("starts"),
                ends=read.filled.get("ends"),
            )
            _require_reasons(read.filled, "the draft")
            add_deployment(acting.connection, row)
            acting.serving(row.id).log(
                Verb.COLLECT,
                [row.id],
                details={
                    "reference": reference,
                    "state": row.state,
                    ROW: row_digest(acting.connection, DEPLOYMENT, row.id),
                },
            )
            return self._view(acting, row)

    def amend(self, reference: str, values: Mapping[str, Any]) -> DeploymentView:
        """Set fields of a draft anew, or empty them with `None`; its reference stays.

        Raises:
            IllegalMoveError: when it is no draft any more.
            RecordError: when a field is unknown or wrong, or a text says nothing; the draft is
                what it was.
        """
        what = f"the draft of deployment {reference}"
        with self._on(Permission.DEPLOYMENT_DRAFT, reference) as (acting, row):
            if row.state is not DeploymentState.DRAFT:
                msg = (
                    f"deployment {reference} is {row.state} and no draft any more, so it stays as "
                    "it was applied for. Withdraw an application to amend it."
                )
                raise IllegalMoveError(msg)
            if values.get("reference", reference) != reference:
                msg = f"{what} keeps its reference. Cancel it and draft another."
                raise RecordError(msg)
            read = Draft.read(row.draft, what=what).updated(values, what=what)
            # What is kept from before is not judged again: it stays until it is applied for.
            _require_reasons({k: v for k, v in read.filled.items() if k in values}, what)
            after = replace(
                row,
                draft=read.plain(),
                changed=acting.now,
                starts=read.filled.get("starts"),
                ends=read.filled.get("ends"),
            )
            before = row_digest(acting.connection, DEPLOYMENT, row.id)
            save_deployment(acting.connection, after)
            acting.log(
                Verb.ALTER,
                [row.id],
                details={
                    "reference": reference,
                    "fields": ", ".join(sorted(values))[:500],
                    **changed_row(acting.connection, DEPLOYMENT, row.id, before),
                },
            )
            return self._view(acting, after)

    def apply(self, reference: str) -> DeploymentView:
        """Apply for the authority; whoever does is the applicant and cannot authorise it.

        Raises:
            RecordError: lists everything that still blocks it.
            PolicyError: when its threshold is below the least that its policy allows.
            UnknownRecordError: when there is no such policy.
            NotAuthorisedError: when it would be over already.
        """
        what = f"deployment {reference}"
        with self._on(Permission.DEPLOYMENT_APPLY, reference) as (acting, row):
            DEPLOYMENT_MOVES.after(row.state, "apply", name=reference)
            read = Draft.read(row.draft, what=what)
            rules = rules_in_force(acting.connection)
            application = read.complete(what=what, limits=rules.deployments)
            _require_reasons(dict(application), what)
            _require_list_limit(application, rules.start.largest_list)
            if application.ends <= acting.now:
                msg = (
                    f"{what} would have ended at {spoken(application.ends)} already (ends). Set "
                    "starts and ends to a time to come in a file, hand it over with workbench "
                    f"deployment amend {reference} FILE, and apply again."
                )
                raise NotAuthorisedError(msg)
            policy = find_policy(acting.connection, application.policy)
            if not application.minimum_threshold >= policy.minimum_threshold:
                msg = (
                    f"{what} asks for a minimum threshold of {application.minimum_threshold:g}; "
                    f"policy {policy.id} allows {policy.minimum_threshold:g} {policy.unit} at the "
                    "least. Raise it, or name another policy."
                )
                raise PolicyError(msg)
            after = moved(acting, row, "apply", Verb.APPLY, applicant=acting.name)
            return self._view(acting, after)

    def withdraw_application(self, reference: str) -> DeploymentView:
        """Take an application back; it is a draft again.

        Entries of its watchlist that were reviewed are to be reviewed again: the review was for
        what was applied for, and that may change now.
        """
        with self._on(Permission.DEPLOYMENT_APPLY, reference) as (acting, row):
            after = moved(acting, row, "withdraw", Verb.WITHDRAW)
            clear_reviews(acting.connection, row.id)
            return self._view(acting, after)

    def cancel(self, reference: str, reason: str) -> DeploymentView:
        """Cancel what has not been live: a draft, an application, or an authorised deployment."""
        with self._on(Permission.DEPLOYMENT_CANCEL, reference) as (acting, row):
            return self._view(acting, end(acting, row, "cancel", Verb.WITHDRAW, reason=reason))

    def close(self, reference: str) -> DeploymentView:
        """End a deployment that was live; a search that still runs stops."""
        with self._on(Permission.DEPLOYMENT_CLOSE, reference) as (acting, row):
            return self._view(acting, end(acting, row, "close", Verb.STOP))

    def get(self, reference: str) -> DeploymentView:
        """Return a deployment with the notes on it, and how its policy does in the field.

        Raises:
            UnknownRecordError: when there is none of that reference.
        """
        with self._on(Permission.DEPLOYMENT_CONSULT, reference) as (acting, row):
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification="reading a deployment, no person on its list",
                details={"reference": reference},
            )
            view, policy = self._view(acting, row), policy_of(acting.connection, row)
            if policy is None:
                return view
            caution = field_caution(self._context, acting, policy)
            return replace(view, policy_equity=policy.equity_words, policy_caution=caution)

    def list(self, state: DeploymentState | None = None) -> list[DeploymentView]:
        """Return all deployments, or those in a state, by when they were drafted."""
        if self._context.may(Permission.DEPLOYMENT_CONSULT):
            settle_all(self._context)
        with self._context.acting(Permission.DEPLOYMENT_CONSULT) as acting:
            found = list_deployments(acting.connection, state)
            acting.log(Verb.CONSULT, justification="listing deployments, no person on their lists")
            return [self._view(acting, row) for row in found]

    def record(self, reference: str) -> DeploymentRecord:
        """Return what a deployment amounts to: counts, rates, costs and notices, and nobody.

        Raises:
            RecordError: while it was not applied for.
        """
        with self._on(Permission.DEPLOYMENT_CONSULT, reference) as (acting, row):
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification="reading the record of a deployment, counts alone",
                details={"reference": reference},
            )
            return record_of(acting.connection, row)


def _require_reasons(filled: Mapping[str, Any], what: str) -> None:
    """Let the fields of an application pass that are filled in, whose texts say something."""
    reasons = ("presence_grounds", "assembly_necessity", "necessity", "proportionality")
    names = ("force",)
    given = SimpleNamespace(**{field: filled.get(field) for field in (*reasons, *names)})
    require_said(given, what=what, reasons=reasons, names=names)
    if (notice := filled.get("notice")) is not None:
        require_said(
            notice,
            what=f"the notice of {what}",
            reasons=("urgency",),
            names=("signs_where", "website"),
        )
    for field in ("dpia", "eia", "appropriate_policy"):
        if (document := filled.get(field)) is not None:
            require_said(document, what=f"{field} of {what}", names=("title",))


def _require_list_limit(application: Application, largest: int) -> None:
    if application.watchlist_limit is not None and application.watchlist_limit > largest:
        msg = (
            f"deployment {application.reference} asks for a list of up to "
            f"{application.watchlist_limit:,} entries; the force allows {largest:,}. Lower "
            "watchlist_limit, or leave it out."
        )
        raise RecordError(msg)
