"""People at work on a bench: all that they try, also with cases and legal holds, and time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from legal_alerts import AlertAttempts
from legal_attempts import OFFICERS, SAID, VERBS, by
from legal_bench import LegalBench
from legal_deployments import DeploymentAttempts
from legal_records import Case, Hold, may

from workbench.governance.holds import HoldGround

__all__ = ["LegalStates"]

EXPIRIES = st.sampled_from((5, 48, 24 * 20, 24 * 90))
HOLDERS = (*OFFICERS, "data-protection-officer")


class LegalStates(DeploymentAttempts, AlertAttempts):
    """All of it, from when the first deployment is live and has raised alerts."""

    def __init__(self, bench: LegalBench) -> None:
        super().__init__(bench)
        self.find("operator", 0, 2)

    @rule(hours=st.sampled_from((1, 1, 2, 5, 24, 48, 24 * 8)))
    def wait(self, hours: int) -> None:
        self.bench.turn(hours)

    @rule(data=st.data(), officer=st.sampled_from(HOLDERS))
    def outlast(self, data: st.DataObject, officer: str) -> None:
        """Hold an alert, and look at it when the others have gone."""
        alert = self.an_alert(data)
        self.place(officer, alert, None)
        self.bench.turn(24 * 31)
        self.see("reviewer", alert)

    @rule(data=st.data(), later=st.integers(0, 1))
    def wait_for_what_is_due(self, data: st.DataObject, later: int) -> None:
        """Turn the clock to the very moment at which something ends or is due, or just after."""
        self.model.now = self.bench.clock()
        moments = self.model.moments()
        if moments:
            moment = data.draw(st.sampled_from(moments[:4]))
            self.bench.turn((moment - self.model.now) // timedelta(hours=1) + later)

    # Cases, and alerts that are moved to one.

    @rule(who=by("analyst"), hours=EXPIRIES, again=st.booleans())
    def open_case(self, who: str, hours: int, again: bool) -> None:
        known = list(self.model.cases)
        number = known[-1] if again and known else f"CASE/{next(self.numbers)}"
        self.case(who, number, hours)

    def case(self, who: str, number: str, hours: int) -> None:
        """Open a case that expires so many hours from now, if it may be opened."""
        expiry = self.bench.clock() + timedelta(hours=hours)
        values = {
            "number": number,
            "offence": "Robbery on 24 November 2026, Theft Act 1968, s.8",
            "authority": SAID,
            "purpose": SAID,
            "necessity": SAID,
            "expiry": expiry.isoformat(),
        }
        done = self.attempt(
            who,
            lambda bench: bench.cases.open(values),
            lambda: may(who, "open-case") and number not in self.model.cases,
            "apply",
        )
        if done is not None:
            self.model.cases[number] = Case(number, self.bench.clock(), expiry)
        self.agree()

    @precondition(lambda self: self.model.cases)
    @rule(who=by(*OFFICERS), data=st.data(), move=st.sampled_from(("authorise", "refuse")))
    def decide_on_case(self, who: str, data: st.DataObject, move: str) -> None:
        number = data.draw(st.sampled_from(list(self.model.cases)))
        self._move_case(who, number, move, lambda cases: getattr(cases, move)(number, SAID))

    @precondition(lambda self: self.model.cases)
    @rule(who=by("analyst", *OFFICERS), data=st.data())
    def close_case(self, who: str, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(list(self.model.cases)))
        self._move_case(who, number, "close", lambda cases: cases.close(number))

    def _move_case(self, who: str, number: str, move: str, call: Callable[[Any], Any]) -> None:
        done = self.attempt(
            who,
            lambda bench: call(bench.cases),
            lambda: self.model.lets_move_case(who, number, move),
            VERBS[move],
        )
        if done is not None:
            self.model.moved_case(number, move)
        self.agree()

    @precondition(lambda self: self.model.cases)
    @rule(who=by("analyst", "reviewer"), data=st.data())
    def move_alert(self, who: str, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(list(self.model.cases)))
        self.to_case(who, self.an_alert(data), number)

    @rule(
        data=st.data(),
        hours=EXPIRIES,
        officer=st.sampled_from(HOLDERS),
        without=st.sampled_from(("", "", "verdict", "hold", "authority")),
    )
    def lead_to_case(self, data: st.DataObject, hours: int, officer: str, without: str) -> None:
        """Do all that moving an alert to a case takes, or all but one thing, and try."""
        alert, number = self.an_alert(data), f"CASE/{next(self.numbers)}"
        for who in ("operator", "engagement-officer")[: 1 if without == "verdict" else 2]:
            self.say(who, alert, "true-confirmed")
        if without != "hold":
            self.place(officer, alert, None)
        self.case("analyst", number, hours)
        if without != "authority":
            self._move_case(
                "authorising-officer",
                number,
                "authorise",
                lambda cases: cases.authorise(number, SAID),
            )
        self.to_case("reviewer", alert, number)
        if without:
            self._move_case("analyst", number, "close", lambda cases: cases.close(number))

    def to_case(self, who: str, alert: str, number: str) -> None:
        """Move an alert to a case, if it may be moved."""
        done = self.attempt(
            who,
            lambda bench: bench.alerts.move_to_case(alert, number, justification=SAID),
            lambda: self.model.lets_move_alert(who, alert, number),
            "alter",
            alert,
        )
        if done is not None:
            self.model.alerts[alert].case = number
        self.agree()

    # Legal holds.

    @rule(who=by(*HOLDERS), data=st.data(), whole=st.booleans())
    def hold(self, who: str, data: st.DataObject, whole: bool) -> None:
        if whole:
            places = [*self.model.deployments, *self.model.cases]
            self.place(who, None, data.draw(st.sampled_from(places)))
        else:
            self.place(who, self.an_alert(data), None)

    def place(self, who: str, alert: str | None, whole: str | None) -> None:
        """Place a hold on an alert, or on all of a deployment or case, if it may be placed."""
        alerts = [] if alert is None else [alert]
        review_by = self.bench.clock() + timedelta(days=60)
        placed = self.attempt(
            who,
            lambda bench: bench.holds.place(
                whole,
                ground=HoldGround.COMPLAINT,
                reason=SAID,
                review_by=review_by,
                alerts=alerts,
            ),
            lambda: self.model.lets_hold(who, alert, whole),
            "hold",
            *alerts,
        )
        if placed is not None:
            self.model.holds[placed.id] = Hold(placed.id, who, alert, whole)
        self.agree()

    @precondition(lambda self: self.model.holds)
    @rule(who=by(*HOLDERS), data=st.data())
    def release(self, who: str, data: st.DataObject) -> None:
        unreleased = [one.id for one in self.model.holds.values() if not one.released]
        hold = data.draw(st.sampled_from([*unreleased * 4, *self.model.holds]))
        done = self.attempt(
            who,
            lambda bench: bench.holds.release(hold, reason=SAID),
            lambda: self.model.lets_release(who, hold),
            "release",
            hold,
        )
        if done is not None:
            self.model.holds[hold].released = True
        self.agree()
