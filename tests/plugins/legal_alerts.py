"""What people try with alerts, legal or not: verdicts, corrections, engagements and outcomes."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import rule
from legal_attempts import DECIDERS, SAID, Attempts, by

__all__ = ["AlertAttempts"]

DECISIONS: Final = ("true-confirmed", "true-unconfirmed", "false-confirmed", "false-unconfirmed")
VERDICTS: Final = (*DECISIONS[:1] * 4, *DECISIONS, "unresolved")
STREET: Final = ("operator", "engagement-officer")


class AlertAttempts(Attempts):
    """Alerts; one that is gone is still named now and then."""

    def an_alert(self, data: st.DataObject) -> str:
        """Draw an alert, mostly one that is there."""
        return data.draw(st.sampled_from([*list(self.model.alerts) * 6, *self.known]))

    @rule(who=by(*DECIDERS), data=st.data())
    def look(self, who: str, data: st.DataObject) -> None:
        self.see(who, self.an_alert(data))

    def see(self, who: str, alert: str) -> None:
        """Look at an alert, if it may be looked at; what others said is shown or not."""
        view = self.attempt(
            who,
            lambda bench: bench.alerts.get(alert, justification=SAID),
            lambda: self.model.lets_reach(who, "look", alert),
            "consult",
            alert,
        )
        if view is not None:
            one = self.model.alerts[alert]
            blind = one.owed > 0 and not one.has_said(who)
            shown = [(each.by, each.verdict.value) for each in view.verdicts]
            assert shown == ([] if blind else one.said), "blind until one's own is saved"
            assert view.state.value == one.state
        self.agree()

    @rule(who=by(*DECIDERS), data=st.data(), word=st.sampled_from(VERDICTS))
    def decide(self, who: str, data: st.DataObject, word: str) -> None:
        self.say(who, self.an_alert(data), word)

    @rule(
        people=st.lists(st.sampled_from(DECIDERS), min_size=2, max_size=3),
        data=st.data(),
        word=st.sampled_from(VERDICTS),
    )
    def decide_one_by_one(self, people: list[str], data: st.DataObject, word: str) -> None:
        """Each looks and then says the same, be it for the second time."""
        alert = self.an_alert(data)
        for who in people:
            self.see(who, alert)
            self.say(who, alert, word)

    @rule(data=st.data(), to=st.sampled_from(DECISIONS))
    def decide_and_correct(self, data: st.DataObject, to: str) -> None:
        """Who said something of an alert corrects it, and then who did not."""
        alert = self.an_alert(data)
        for who in ("operator", "reviewer"):
            self.say(who, alert, "false-unconfirmed")
        for who in ("reviewer", "reviewer-2"):
            self.revise(who, alert, to)

    def say(self, who: str, alert: str, word: str) -> None:
        """Give a verdict, if it may be given."""
        done = self.attempt(
            who,
            lambda bench: bench.alerts.adjudicate(alert, word, SAID),
            lambda: self.model.lets_decide(who, alert),
            "adjudicate",
            alert,
        )
        if done is not None:
            self.model.alerts[alert].said.append((who, word))
        self.agree()

    @rule(
        who=by("reviewer", "reviewer-2", "operator"), data=st.data(), to=st.sampled_from(DECISIONS)
    )
    def correct(self, who: str, data: st.DataObject, to: str) -> None:
        self.revise(who, self.an_alert(data), to)

    def revise(self, who: str, alert: str, to: str) -> None:
        """Change what was decided, if it may be changed."""
        done = self.attempt(
            who,
            lambda bench: bench.alerts.correct(alert, to, SAID),
            lambda: self.model.lets_correct(who, alert, to),
            "adjudicate",
            alert,
        )
        if done is not None:
            self.model.alerts[alert].revised.append((who, to))
        self.agree()

    @rule(
        who=by(*STREET),
        data=st.data(),
        decision=st.sampled_from(("engage", "engage", "do-not-engage")),
    )
    def engage(self, who: str, data: st.DataObject, decision: str) -> None:
        alert = self.an_alert(data)
        done = self.attempt(
            who,
            lambda bench: bench.alerts.engage(alert, decision, SAID),
            lambda: self.model.lets_engage(who, alert, decision),
            "engage",
            alert,
        )
        if done is not None:
            self.model.alerts[alert].engagements += 1
        self.agree()

    @rule(who=by(*STREET), data=st.data(), outcome=st.sampled_from(("arrest", "no-action")))
    def outcome(self, who: str, data: st.DataObject, outcome: str) -> None:
        alert = self.an_alert(data)
        began = self.bench.clock().isoformat()
        values = {"started": began, "minutes": 4.0, "stopped": True, "outcome": outcome}
        done = self.attempt(
            who,
            lambda bench: bench.alerts.outcome(alert, values),
            lambda: self.model.lets_tell(who, alert, outcome),
            "engage",
            alert,
        )
        if done is not None:
            self.model.alerts[alert].outcome = outcome
            self.model.alerts[alert].engagements += 1
        self.agree()
