"""`bench.rule_changes`: the rules of the force, changed by two people and never by one.

An administrator keeps accounts, so one who changed the rules alone could give a low rank the power
to authorise, or make a limit laxer: close to authorising. So an administrator proposes and a
data-protection officer confirms exactly what was proposed; both acts are logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.bench.context import Context
from workbench.bench.rules import Rules, changed_rules, rules_in_force, with_least
from workbench.bench.whole_ids import whole_id
from workbench.errors import IllegalMoveError, NotPermittedError, RecordError
from workbench.governance.people import same_person
from workbench.governance.permissions import Permission
from workbench.governance.record import Record
from workbench.governance.retention_profiles import PROFILES
from workbench.governance.sources import Standing
from workbench.governance.text import Reason, require_said
from workbench.records.audit.verbs import Verb
from workbench.records.id_parts import IdKind
from workbench.records.identifiers import new_id
from workbench.records.rules import (
    RuleChange,
    add_change,
    decide_change,
    find_change,
    list_changes,
    replace_rules,
)

__all__ = ["RuleChanges"]


class _Reason(Record):
    reason: Reason


def _require_said_of_limits(proposed: Rules, in_force: Rules) -> None:
    """Let limits pass that ship, that are in force, or of which a force says where they are from.

    Raises:
        RecordError: when a source or a basis names nothing, or is said to have been read.
    """
    known = [one for profile in (in_force.retention, *PROFILES.values()) for one in profile.limits]
    for limit in proposed.retention.limits:
        if limit in known:
            continue
        what = f"the limit of {limit.retention}"
        require_said(limit.source, what=what, names=("text", "where"))
        require_said(limit, what=what, names=("basis",))
        if limit.source.standing is Standing.VERIFIED:
            msg = (
                f"{what} cannot be used: source.standing: is {Standing.VERIFIED}, which is for "
                "what the product ships and was read for it. Write "
                f"{Standing.AS_STATED} for what the force itself has set."
            )
            raise RecordError(msg)


class RuleChanges:
    """The rules of the force, and what was proposed about them."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def show(self) -> Rules:
        """Return the rules in force.

        Raises:
            NotPermittedError: when the role may not.
        """
        with self._context.acting(Permission.RULES_CONSULT) as acting:
            found = rules_in_force(acting.connection)
            acting.log(Verb.CONSULT, justification="reading the rules of the force, no person")
        return found

    def list(self) -> list[RuleChange]:
        """Return all proposals, decided or not, by when they were made.

        Raises:
            NotPermittedError: when the role may not.
        """
        with self._context.acting(Permission.RULES_CONSULT) as acting:
            found = list_changes(acting.connection)
            acting.log(Verb.CONSULT, justification="reading changes of the rules, no person")
        return found

    def propose(self, values: Mapping[str, Any], reason: str) -> RuleChange:
        """Propose a change; it changes nothing yet, and takes the place of an open proposal.

        Args:
            values: the fields of `Rules` that change, plain JSON values; others stay, and so do
                fields of theirs that are not named. A retention profile is replaced whole.
            reason: why, in words.

        Raises:
            NotPermittedError: when the role may not.
            RecordError: when the rules would contradict themselves or the law, or stay the same.
        """
        with self._context.acting(Permission.RULES_PROPOSE) as acting:
            why = _Reason.read({"reason": reason}, what="the proposal").reason
            in_force = rules_in_force(acting.connection)
            before = in_force.plain()
            proposed = changed_rules(before, values)
            proposed_rules = Rules.read(proposed, what="the proposed rules")
            rules = proposed_rules.plain()
            _require_said_of_limits(proposed_rules, in_force)
            if rules == before:
                msg = "the proposed rules are those in force. Name what is to change."
                raise RecordError(msg)
            for earlier in list_changes(acting.connection):
                if earlier.is_open:
                    decide_change(
                        acting.connection,
                        earlier.id,
                        by=acting.name,
                        at=acting.now,
                        decision="superseded",
                    )
            change = RuleChange(
                id=new_id("change", acting.now),
                rules=rules,
                before=before,
                reason=why,
                proposed_by=acting.name,
                proposed=acting.now,
            )
            add_change(acting.connection, change)
            acting.log(
                Verb.ADMINISTER,
                [change.id],
                justification=why,
                details={"rules": "proposed", "fields": ", ".join(change.fields)},
            )
        return change

    def confirm(self, change_id: str) -> Rules:
        """Put a proposal in force, as another person than the one who made it.

        A bench that is open already keeps to its rules until it is opened again; only retention
        follows at once.

        Raises:
            NotPermittedError: when the role may not, or it is one's own.
            IllegalMoveError: when it was decided on, or the rules have changed since.
            UnknownRecordError: when there is none of that id.
        """
        return self._decide(change_id, "confirmed")

    def decline(self, change_id: str, reason: str) -> Rules:
        """Decline a proposal, with the reason; the rules stay as they are.

        Raises:
            NotPermittedError: when the role may not, or it is one's own.
            IllegalMoveError: when it was decided on.
            UnknownRecordError: when there is none of that id.
        """
        why = _Reason.read({"reason": reason}, what="the decision").reason
        return self._decide(change_id, "declined", why)

    def _decide(self, change_id: str, decision: str, reason: str | None = None) -> Rules:
        change_id = whole_id(self._context, Permission.RULES_CONFIRM, IdKind.CHANGE, change_id)
        with self._context.acting(Permission.RULES_CONFIRM, objects=[change_id]) as acting:
            change = find_change(acting.connection, change_id)
            if not change.is_open:
                msg = (
                    f"change {change.id} was {change.decision} by {change.decided_by} already. "
                    "See workbench rules show."
                )
                raise IllegalMoveError(msg)
            if same_person(acting.name, change.proposed_by):
                msg = f"{acting.name} proposed change {change.id}, so another person must decide."
                raise NotPermittedError(msg)
            in_force = rules_in_force(acting.connection)
            if decision == "confirmed":
                if in_force.plain() != with_least(change.before):
                    msg = (
                        f"the rules have changed since change {change.id} was proposed. Have it "
                        "proposed anew."
                    )
                    raise IllegalMoveError(msg)
                in_force = Rules.read(change.rules, what="the proposed rules")
                replace_rules(acting.connection, in_force.plain())
            decide_change(
                acting.connection, change.id, by=acting.name, at=acting.now, decision=decision
            )
            acting.log(
                Verb.ADMINISTER,
                [change.id],
                justification=reason,
                details={
                    "rules": decision,
                    "fields": ", ".join(change.fields),
                    "proposed_by": change.proposed_by,
                },
            )
        return in_force
