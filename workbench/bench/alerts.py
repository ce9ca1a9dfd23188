"""`bench.alerts`: alerts to look at and to decide on. Software raises them, people decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.bench.alert_access import AnAlert, OneAlert, document_of, on_alert, views_of
from workbench.bench.alert_limits import within_limit
from workbench.bench.alert_marks import alerts_mark
from workbench.bench.alert_views import AlertView
from workbench.bench.blind_verdicts import settle_verdicts
from workbench.bench.context import Context, Value
from workbench.bench.deployment_access import on_deployment
from workbench.bench.list_access import entry_views
from workbench.bench.rules import rules_in_force
from workbench.governance.adjudication import Revision, Verdict
from workbench.governance.agreement import Agreement, cohens_kappa, verdict_pairs
from workbench.governance.alerts import AlertMove, AlertState
from workbench.governance.certificates import DeletionCertificate
from workbench.governance.engaging import (
    EngagementChoice,
    EngagementDecision,
    require_engagement_decidable,
    require_outcome_recordable,
)
from workbench.governance.outcomes import Engagement, outcomes_by_alert
from workbench.governance.permissions import Permission
from workbench.governance.text import require_reason
from workbench.records.adjudications import (
    add_engagement,
    add_engagement_decision,
    add_revision,
    add_verdict,
    adjudications_of,
    said_digest,
)
from workbench.records.alerts import find_alert, list_alerts, set_alert_state
from workbench.records.audit.verbs import Verb
from workbench.records.row_digests import ALERT, SAID, changed_row, row_digest
from workbench.records.watchlist_entries import find_entry

__all__ = ["Alerts"]


class Alerts:
    """Alerts of a bench, by id; a stored alert or a view of one will do as well.

    With the two-person rule the second verifier is another person than the first, and is shown
    nothing that anybody said before their own verdict is saved. Whether officers engage is a
    decision of its own, which nobody owes.
    """

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def list(
        self, reference: str, state: AlertState | None = None, *, justification: str
    ) -> list[AlertView]:
        """Return the alerts of a deployment, or those in a state, in order; no pictures.

        Args:
            reference: of the deployment.
            state: those alone.
            justification: why they are looked at.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such deployment.
        """
        with on_deployment(self._context, Permission.ALERT_CONSULT, reference) as (acting, row):
            states = () if state is None else (state,)
            rows = list_alerts(acting.connection, row.id, states=states)
            found = [alert for alert in within_limit(acting, rows) if alert.moved_to is None]
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification=justification,
                details={"reference": reference, "alerts": len(found)},
            )
            return views_of(acting, row, found)

    def mark(self, reference: str) -> str:
        """Return a word that changes once an alert is raised, spoken of, settled or destroyed.

        It tells nothing of any alert, so that it may be asked for each second; not logged.

        Raises:
            NotPermittedError: when the role may not look at alerts.
            UnknownRecordError: when there is no such deployment.
        """
        return alerts_mark(self._context, reference)

    def get(self, alert: AnAlert, *, justification: str) -> AlertView:
        """Return an alert with its pictures, its candidates, and why that person is on the list.

        Whoever may open it is to decide on it, so the grounds are shown with the pictures, whether
        their role may look at the list itself or not.

        Raises:
            KeyDestroyedError: when it is being destroyed.
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is none of that id, any more or ever.
            VaultError: when it is damaged.
        """
        with on_alert(self._context, Permission.ALERT_CONSULT, alert) as one:
            document = document_of(self._context, one.acting, one.row)
            one.acting.log(
                Verb.CONSULT,
                [one.row.id],
                justification=justification,
                details={"reference": one.deployment.reference, "shown": "faces"},
            )
            documents = {one.row.id: document}
            view = views_of(one.acting, one.deployment, [one.row], documents=documents)[0]
            entry = find_entry(one.acting.connection, one.row.entry)
            years = rules_in_force(one.acting.connection).start.ageing_years
            (listed,) = entry_views([entry], one.deployment, one.acting.now, ageing_years=years)
            return replace(view, listed=listed.entry, age_warning=listed.age_warning)

    def adjudicate(self, alert: AnAlert, decision: AlertState | str, reason: str) -> AlertView:
        """Save one's verdict on an alert; it cannot be taken back.

        Args:
            alert: that was looked at.
            decision: `true-confirmed`, `true-unconfirmed`, `false-confirmed`,
                `false-unconfirmed` or `unresolved`.
            reason: why, in words.

        Returns:
            The alert, with the verdicts of others.

        Raises:
            IllegalMoveError: when its verdicts are complete.
            NotPermittedError: when the role may not, or one has given a verdict on it already.
            RecordError: when decision or reason cannot be used.
        """
        with on_alert(self._context, Permission.ALERT_ADJUDICATE, alert) as one:
            acting = one.acting
            what = f"the verdict on alert {one.row.id}"
            verdict = Verdict.read(
                {"by": acting.name, "verdict": decision, "reason": reason, "at": acting.now},
                what=what,
            )
            require_reason(reason, what=what)
            after = one.said.adjudication.with_verdict(verdict)
            found = row_digest(acting.connection, ALERT, one.row.id)
            place = add_verdict(acting.connection, one.row.id, verdict)
            set_alert_state(
                acting.connection,
                one.row.id,
                after.state,
                acting.now if after.is_settled else None,
            )
            _log(
                one,
                Verb.ADJUDICATE,
                {
                    "verdict": verdict.verdict.value,
                    "place": place,
                    "state": after.state.value,
                    SAID: said_digest(one.row.id, place, verdict),
                    **changed_row(acting.connection, ALERT, one.row.id, found),
                },
            )
            view = self._view(one)
        if settle_verdicts(self._context, view.id) is None:
            return view
        with on_alert(self._context, Permission.ALERT_ADJUDICATE, view.id) as one:
            why = "seeing what one's own verdict and those of others made of an alert"
            one.acting.log(Verb.CONSULT, [one.row.id], justification=why)
            return self._view(one)

    def correct(self, alert: AnAlert, decision: AlertState | str, reason: str) -> AlertView:
        """Change what was decided: review, confirm or correct it, by the state that it is in.

        Who said so is not who changes it, except that where one verdict decides, its giver may
        confirm it.

        Args:
            alert: that was decided, or is unresolved.
            decision: what it is to be; true or false, confirmed or not.
            reason: why, in words.

        Raises:
            IllegalMoveError: when it is owed a verdict yet, or is that already.
            NotPermittedError: when the role may not, or one gave a verdict on it.
            RecordError: when decision or reason cannot be used.
        """
        with on_alert(self._context, Permission.ALERT_ADJUDICATE, alert) as one:
            acting = one.acting
            before = one.said.adjudication
            move = _move(before.state, decision)
            if move is not AlertMove.CONFIRM:
                self._context.require(Permission.ALERT_CORRECT)
            revision = Revision.read(
                {
                    "move": move,
                    "by": acting.name,
                    "to": decision,
                    "reason": reason,
                    "at": acting.now,
                },
                what=f"the revision of alert {one.row.id}",
            )
            require_reason(reason, what=f"the revision of alert {one.row.id}")
            after = before.with_revision(revision)
            found = row_digest(acting.connection, ALERT, one.row.id)
            place = add_revision(acting.connection, one.row.id, revision)
            set_alert_state(acting.connection, one.row.id, after.state, one.row.decided)
            _log(
                one,
                Verb.ADJUDICATE,
                {
                    "move": move.value,
                    "from": before.state.value,
                    "place": place,
                    "state": after.state.value,
                    SAID: said_digest(one.row.id, place, revision),
                    **changed_row(acting.connection, ALERT, one.row.id, found),
                },
                why=revision.reason,
            )
            return self._view(one)

    def engage(self, alert: AnAlert, decision: EngagementChoice | str, reason: str) -> AlertView:
        """Decide whether officers engage the person: `engage` or `do-not-engage`.

        Nobody is engaged before people decided that the alert is true; and nobody has to be.

        Raises:
            IllegalMoveError: when the alert is in no state for it.
            NotPermittedError: when the role may not.
            RecordError: when decision or reason cannot be used.
        """
        with on_alert(self._context, Permission.ALERT_ENGAGE, alert) as one:
            acting = one.acting
            made = EngagementDecision.read(
                {"by": acting.name, "at": acting.now, "decision": decision, "reason": reason},
                what=f"the decision to engage on alert {one.row.id}",
            )
            require_reason(reason, what=f"the decision to engage on alert {one.row.id}")
            require_engagement_decidable(one.said.adjudication, made.decision)
            add_engagement_decision(acting.connection, one.row.id, made)
            _log(one, Verb.ENGAGE, {"decision": made.decision.value})
            return self._view(one)

    def outcome(self, alert: AnAlert, values: Mapping[str, Any]) -> AlertView:
        """Record that officers engaged somebody because of an alert, and what came of it.

        It waits until the alert is decided: what was done tells what was said.

        Args:
            alert: because of which.
            values: by field of `workbench.governance.outcomes.Engagement`, but for `alert`;
                plain JSON values will do.

        Raises:
            IllegalMoveError: while the alert is owed a verdict.
            NotPermittedError: when the role may not.
            RecordError: when a value cannot be used, or the alert has another outcome already.
        """
        with on_alert(self._context, Permission.ALERT_OUTCOME, alert) as one:
            acting = one.acting
            done = Engagement.read(
                {**values, "alert": one.row.id}, what=f"the outcome of alert {one.row.id}"
            )
            require_outcome_recordable(one.said.adjudication)
            outcomes_by_alert([*one.said.engagements, done])
            add_engagement(acting.connection, done, by=acting.name, at=acting.at)
            _log(
                one,
                Verb.ENGAGE,
                {
                    "outcome": done.outcome.value,
                    "minutes": done.minutes,
                    "stopped": done.stopped,
                },
            )
            return self._view(one)

    def move_to_case(self, alert: AnAlert, case: str, *, justification: str) -> DeletionCertificate:
        """Move an alert that a legal hold keeps to a case, whose it is from then on.

        Args:
            alert: decided as true.
            case: number of an authorised case.
            justification: why.

        Returns:
            The certificate of the key that sealed it before.

        Raises:
            IllegalMoveError: when it is a case's already.
            NotAuthorisedError: when the case is not authorised or does not cover now.
            NotPermittedError: when the role may not.
            RefusedError: when the alert is not held, or not decided as true.
        """
        from workbench.bench.alert_moving import move_to_case  # noqa: PLC0415 - opens quickly

        return move_to_case(self._context, alert, case, justification=justification)

    def agreement(self, reference: str) -> Agreement:
        """Return how far first and second verdicts of a deployment agree, counts alone.

        Raises:
            NotPermittedError: when the role may not.
            UnknownRecordError: when there is no such deployment.
        """
        with on_deployment(self._context, Permission.OUTCOMES_READ, reference) as (acting, row):
            names = [alert.id for alert in list_alerts(acting.connection, row.id)]
            two = row.application.two_person
            found = adjudications_of(acting.connection, names, two_person=two)
            acting.log(
                Verb.CONSULT,
                [row.id],
                justification="agreement of verdicts, counts alone",
                details={"reference": reference},
            )
        return cohens_kappa(verdict_pairs(found.values()))

    def _view(self, one: OneAlert) -> AlertView:
        """Return an alert as it is after what was just said, to whoever said it."""
        row = find_alert(one.acting.connection, one.row.id)
        return views_of(one.acting, one.deployment, [row])[0]


def _move(state: AlertState, decision: AlertState | str) -> AlertMove:
    """Return what takes an alert from a state to what is asked for."""
    if state is AlertState.UNRESOLVED:
        return AlertMove.REVIEW
    confirmed = {
        AlertState.TRUE_UNCONFIRMED: AlertState.TRUE_CONFIRMED,
        AlertState.FALSE_UNCONFIRMED: AlertState.FALSE_CONFIRMED,
    }
    return AlertMove.CONFIRM if confirmed.get(state) == decision else AlertMove.CORRECT


def _log(
    one: OneAlert,
    verb: Verb,
    details: dict[str, Value],
    *,
    why: str | None = None,
) -> None:
    one.acting.log(
        verb,
        [one.row.id],
        justification=why,
        details={"reference": one.deployment.reference, **details},
    )
