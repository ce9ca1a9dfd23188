"""What may happen on a bench, told a second time and simply: no rule here is the product's code.

A `Model` is what the records ought to be. It says of each thing that somebody tries whether it is
legal, and what it makes of the records; the names of states, roles and moves are those that
docs/safeguards.md and the commands use. Tests hold a real bench against it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from legal_records import FALSE, TRUE, Alert, Case, Deployment, Hold, may, role_of

__all__ = ["Model"]

ALERT_KEPT: Final = timedelta(days=31)
LIST_KEPT: Final = timedelta(hours=24)
LATE: Final = timedelta(hours=48)
ENDED: Final = ("closed", "cancelled", "refused", "expired")

MOVES: Final = {
    "apply": ("draft",),
    "withdraw-application": ("applied",),
    "authorise": ("applied",),
    "refuse": ("applied",),
    "cancel": ("draft", "applied", "authorised"),
    "withdraw-authority": ("authorised", "live"),
    "start": ("authorised", "live"),
    "close": ("live",),
}
"""In which states of a deployment it can happen."""


@dataclass
class Model:
    """What the records of a bench ought to be."""

    now: datetime
    deployments: dict[str, Deployment] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    staff: dict[str, list[tuple[date, date | None]]] = field(default_factory=dict)
    policies: dict[str, str | None] = field(default_factory=dict)
    passes: set[tuple[str, str, datetime]] = field(default_factory=set)

    # What time does, by the next opening of the bench.

    def opened(self, now: datetime) -> None:
        """Let go what is over and what is due."""
        self.now = now
        self._end_what_is_over()
        for case in self.cases.values():
            self.case_over(case)
        for one in self.deployments.values():
            if one.has_list and now >= min(one.ends, one.ended or one.ends) + LIST_KEPT:
                one.has_list = self.keeps(one.reference)
        for alert in list(self.alerts.values()):
            if alert.case is None and now >= alert.raised + ALERT_KEPT and not self.held(alert):
                del self.alerts[alert.id]
        for one in self.deployments.values():
            spent = not one.has_list and not self._own(one.reference)
            if one.state in ENDED and spent and one.ended and now >= one.ended + LIST_KEPT:
                one.state = "purged"

    def _end_what_is_over(self) -> None:
        for one in self.deployments.values():
            if one.state in {"applied", "authorised", "live"} and self.now >= one.ends:
                self._ended(one, "closed" if one.state == "live" else "expired", one.ends)
        for case in self.cases.values():
            over = self.now >= case.expiry
            if case.state == "open-provisional" and (over or self.now > case.opened + LATE):
                case.state = "refused"
            if case.state == "authorised" and over:
                case.state = "expired"

    def case_over(self, case: Case) -> None:
        """Let what is kept for a case that has ended go, but for what is held."""
        if case.state not in ENDED or self.keeps(case.number):
            return
        for alert in list(self.alerts.values()):
            if alert.case == case.number and not self.held(alert):
                del self.alerts[alert.id]
        if not any(alert.case == case.number for alert in self.alerts.values()):
            case.state = "purged"

    def moments(self) -> list[datetime]:
        """Return the moments to come at which time ends something or something is due."""
        found = [case.opened + LATE for case in self.cases.values()]
        found += [case.expiry for case in self.cases.values()]
        found += [alert.raised + ALERT_KEPT for alert in self.alerts.values()]
        for one in self.deployments.values():
            found += [one.ends, (one.ended or one.ends) + LIST_KEPT]
        return sorted({moment for moment in found if moment > self.now})

    def held(self, alert: Alert) -> bool:
        """Return whether a hold keeps an alert: by name, or all of what it came from or went to."""
        return self.keeps(alert.id, alert.deployment, alert.case)

    def keeps(self, *names: str | None) -> bool:
        """Return whether a hold keeps one of them: an alert, or all of a deployment or case."""
        unreleased = [hold for hold in self.holds.values() if not hold.released]
        return any((hold.alert or hold.whole) in names for hold in unreleased)

    def _own(self, reference: str) -> list[Alert]:
        return [
            one for one in self.alerts.values() if one.deployment == reference and one.case is None
        ]

    # Deployments.

    def lets_move(self, who: str, reference: str, move: str) -> bool:
        """Return whether somebody may move a deployment so."""
        one = self.deployments[reference]
        if not may(who, move) or one.state not in MOVES[move]:
            return False
        if move == "authorise":
            return self.policies[one.policy] is not None
        if move == "start":
            covers = one.covered_from is not None and one.covered_from <= self.now < one.ends
            return covers and one.has_list and all(self.consents(name) for name in one.staff)
        return move != "apply" or self.now < one.ends

    def moved(self, reference: str, move: str) -> None:
        """Move a deployment."""
        one = self.deployments[reference]
        if move == "authorise":
            one.covered_from = max(one.starts, self.now)
        after = {
            "apply": "applied", "withdraw-application": "draft", "authorise": "authorised",
            "start": "live",
        }  # fmt: skip
        over = {"refuse": "refused", "cancel": "cancelled", "close": "closed"}
        if move in after:
            one.state = after[move]
            return
        withdrawn = "closed" if one.state == "live" else "cancelled"
        self._ended(one, over.get(move, withdrawn), self.now)

    def _ended(self, one: Deployment, state: str, at: datetime) -> None:
        one.state, one.ended = state, at

    # Alerts.

    def lets_reach(self, who: str, deed: str, alert: str) -> bool:
        """Return whether somebody comes to an alert at all; one of a case is for who reads cases."""
        one = self.alerts.get(alert)
        if one is None or not may(who, deed):
            return False
        if one.case is None:
            return True
        return may(who, "look-at-case") and self.cases[one.case].covers(self.now)

    def lets_decide(self, who: str, alert: str) -> bool:
        """Return whether somebody may give a verdict."""
        if not self.lets_reach(who, "adjudicate", alert):
            return False
        one = self.alerts[alert]
        return one.owed > 0 and not one.has_said(who)

    def lets_correct(self, who: str, alert: str, to: str) -> bool:
        """Return whether somebody may change what was decided."""
        if not self.lets_reach(who, "adjudicate", alert):
            return False
        one = self.alerts[alert]
        if one.owed or to == one.state:
            return False
        if one.state == to.replace("-confirmed", "-unconfirmed"):  # it is confirmed
            return not one.two_person or not one.has_said(who)
        return role_of(who) == "reviewer" and not one.has_said(who)

    def lets_engage(self, who: str, alert: str, decision: str) -> bool:
        """Return whether somebody may decide so about engaging."""
        if not self.lets_reach(who, "engage", alert):
            return False
        one = self.alerts[alert]
        if decision == "do-not-engage":
            return one.state not in FALSE
        return one.state in TRUE and len(one.believers) >= (2 if one.two_person else 1)

    def lets_tell(self, who: str, alert: str, outcome: str) -> bool:
        """Return whether somebody may say what came of it."""
        if not self.lets_reach(who, "outcome", alert):
            return False
        one = self.alerts[alert]
        return not one.owed and one.outcome in {None, outcome}

    def lets_move_alert(self, who: str, alert: str, number: str) -> bool:
        """Return whether somebody may move an alert to a case."""
        if not self.lets_reach(who, "move-alert", alert):
            return False
        one, case = self.alerts[alert], self.cases[number]
        fits = one.case is None and self.held(one) and one.state in TRUE
        return fits and case.state == "authorised" and self.now < case.expiry

    # Holds, cases, staff.

    def lets_hold(self, who: str, alert: str | None, whole: str | None) -> bool:
        """Return whether somebody may place a hold: only on something that is there."""
        if not may(who, "place-hold"):
            return False
        if whole is None:
            return alert in self.alerts
        if whole in self.cases:
            return self.cases[whole].state != "purged"
        return self.deployments[whole].has_list or bool(self._own(whole))

    def lets_release(self, who: str, hold: str) -> bool:
        """Return whether somebody may release a hold: never who placed it."""
        one = self.holds[hold]
        return may(who, "release-hold") and not one.released and one.placed_by != who

    def lets_move_case(self, who: str, number: str, move: str) -> bool:
        """Return whether somebody may `authorise`, `refuse` or `close` a case."""
        needed = "authorised" if move == "close" else "open-provisional"
        return may(who, f"{move}-case") and self.cases[number].state == needed

    def moved_case(self, number: str, move: str) -> None:
        """Move a case; what is kept for it goes with its end, at once."""
        case = self.cases[number]
        case.state = {"authorise": "authorised", "refuse": "refused", "close": "closed"}[move]
        self.case_over(case)

    def consents(self, member: str) -> bool:
        """Return whether the consent of a member of staff holds today."""
        today = self.now.date()
        return any(
            since <= today and (until is None or today < until)
            for since, until in self.staff.get(member, [])
        )

    def lets_pass(self, who: str, reference: str, member: str) -> bool:
        """Return whether somebody may note now that a member walks past."""
        one = self.deployments[reference]
        if not may(who, "record-pass") or one.covered_from is None or member not in one.staff:
            return False
        in_time = one.covered_from <= self.now < (one.ended or one.ends)
        new = (reference, member, self.now) not in self.passes
        return in_time and new and self.consents(member)

    def records(self) -> dict[str, Any]:
        """Return what the records ought to hold, as `legal_bench.read` finds it."""
        lists = {one.reference for one in self.deployments.values() if one.has_list}
        own = [one for one in self.alerts.values() if one.case is None]
        kept = [case for case in self.cases.values() if case.state != "purged"]
        return {
            "deployments": {one.reference: one.state for one in self.deployments.values()},
            "lists": lists,
            "alerts": {one.id: (one.state, one.case) for one in self.alerts.values()},
            "said": {one.id: [*one.said, *one.revised] for one in self.alerts.values()},
            "engagements": {one.id: one.engagements for one in self.alerts.values()},
            "cases": {case.number: case.state for case in self.cases.values()},
            "holds": {hold.id: hold.released for hold in self.holds.values()},
            "staff": self.staff,
            "policies": self.policies,
            "passes": len(self.passes),
            "keys": 1 + len(lists) + len(own) + len(kept),
        }
