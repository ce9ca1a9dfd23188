"""What people try with deployments, seeded staff and threshold policies, legal or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from bench_values import SFACE
from hypothesis import strategies as st
from hypothesis.stateful import rule
from legal_attempts import OFFICERS, SAID, VERBS, Attempts, by
from legal_bench import MEMBER
from legal_records import Alert, may
from policy_values import with_evidence
from worked_bench import alerting, start

from workbench.bench import Workbench
from workbench.bench.default_policies import load_default_policies
from workbench.governance.setups import Matcher
from workbench.records.moments import as_text

__all__ = ["DeploymentAttempts"]

MEMBERS = st.sampled_from((MEMBER, MEMBER, "PC-8"))
WHICH = st.integers(0, 2)
CALLS: Final[dict[str, tuple[str, Callable[[Any, str], Any]]]] = {
    "apply": ("analyst", lambda part, name: part.apply(name)),
    "withdraw-application": ("analyst", lambda part, name: part.withdraw_application(name)),
    "authorise": (
        "authorising-officer",
        lambda part, name: part.authorise(name, necessity=SAID, proportionality=SAID),
    ),
    "refuse": ("authorising-officer", lambda part, name: part.refuse(name, SAID)),
    "cancel": ("analyst", lambda part, name: part.cancel(name, SAID)),
    "withdraw-authority": (
        "authorising-officer",
        lambda part, name: part.withdraw_authority(name, SAID),
    ),
    "close": ("operator", lambda part, name: part.close(name)),
}
"""By move, somebody who may make it, and how."""


class DeploymentAttempts(Attempts):
    """Deployments, seeded staff, threshold policies."""

    @rule(who=by("analyst", "operator", *OFFICERS), which=WHICH, move=st.sampled_from(list(CALLS)))
    def move(self, who: str, which: int, move: str) -> None:
        self._move(who, which, move)

    @rule(which=WHICH, move=st.sampled_from(list(CALLS)))
    def move_by_who_may(self, which: int, move: str) -> None:
        self._move(CALLS[move][0], which, move)

    @rule(which=WHICH)
    def all_that_is_not_possible_now(self, which: int) -> None:
        """Try every move that the state does not allow, as whoever makes such moves."""
        self.model.opened(self.bench.clock())
        name = list(self.model.deployments)[which]
        for move, (who, _) in CALLS.items():
            if not self.model.lets_move(who, name, move):
                self._move(who, which, move)

    def _move(self, who: str, which: int, move: str) -> None:
        _, call = CALLS[move]
        name = list(self.model.deployments)[which]
        done = self.attempt(
            who,
            lambda bench: call(bench.deployments, name),
            lambda: self.model.lets_move(who, name, move),
            VERBS[move],
        )
        if done is not None:
            self.model.moved(name, move)
        self.agree()

    @rule(who=by("operator", "analyst"), which=WHICH, number=st.integers(1, 2))
    def search(self, who: str, which: int, number: int) -> None:
        self.find(who, which, number)

    def find(self, who: str, which: int, number: int) -> None:
        """Start a search that raises so many alerts, if it may be started."""
        name = list(self.model.deployments)[which]

        def deed(bench: Workbench) -> list[str]:
            with start(bench, name, "gate") as session:
                return [alerting(session) for _ in range(number)]

        raised = self.attempt(who, deed, lambda: self.model.lets_move(who, name, "start"), "start")
        if raised is not None:
            self.model.moved(name, "start")
            two = self.model.deployments[name].two_person
            for one in raised:
                self.model.alerts[one] = Alert(one, name, self.bench.clock(), two)
                self.known.append(one)
        self.agree()

    @rule(who=by("analyst", "analyst-2"), member=MEMBERS)
    def consent(self, who: str, member: str) -> None:
        today = self.bench.clock().date()
        known = self.model.staff.get(member, [])
        values = {"member": member, "consent": "form-2", "consented": today.isoformat()}
        done = self.attempt(
            who,
            lambda bench: bench.blue_list.add_member(values),
            lambda: may(who, "keep-staff") and (not known or known[-1][1] is not None),
            "collect",
        )
        if done is not None:
            self.model.staff[member] = [*known, (today, None)]
        self.agree()

    @rule(who=by("analyst", "analyst-2"), member=MEMBERS)
    def withdraw_consent(self, who: str, member: str) -> None:
        self.withdraw(who, member)

    def withdraw(self, who: str, member: str) -> None:
        """Withdraw the consent of a member of staff, if there is one."""
        known = self.model.staff.get(member, [])
        done = self.attempt(
            who,
            lambda bench: bench.blue_list.withdraw_member(member),
            lambda: may(who, "keep-staff") and bool(known) and known[-1][1] is None,
            "withdraw",
        )
        if done is not None:
            since, _ = known[-1]
            self.model.staff[member] = [*known[:-1], (since, self.bench.clock().date())]
        self.agree()

    @rule()
    def search_without_consent(self) -> None:
        """Somebody of the staff on a list withdraws, and the search is to start all the same."""
        self.withdraw("analyst", MEMBER)
        self.find("operator", 0, 1)

    @rule(
        who=by("operator", "engagement-officer"), which=st.sampled_from((0, 0, 1)), member=MEMBERS
    )
    def note_pass(self, who: str, which: int, member: str) -> None:
        name, now = list(self.model.deployments)[which], self.bench.clock()
        values = {"member": member, "at": as_text(now), "feed": "gate"}
        done = self.attempt(
            who,
            lambda bench: bench.blue_list.record_pass(name, values),
            lambda: self.model.lets_pass(who, name, member),
            "collect",
        )
        if done is not None:
            self.model.passes.add((name, member, now))
        self.agree()

    @rule(who=by("data-scientist"), again=st.booleans())
    def issue_policy(self, who: str, again: bool) -> None:
        name = SFACE if again else f"street/{next(self.numbers)}"
        policy = load_default_policies()[Matcher.SFACE].model_copy(
            update={"id": name, "review_by": self.bench.clock() + timedelta(days=200)}
        )
        done = self.attempt(
            who,
            lambda bench: bench.policies.issue(policy if again else with_evidence(bench, policy)),
            lambda: may(who, "issue-policy") and not again,
            "threshold-change",
            name,
        )
        if done is not None:
            self.model.policies[name] = None
        self.agree()

    @rule(who=by(*OFFICERS), data=st.data())
    def approve_policy(self, who: str, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.policies)))
        done = self.attempt(
            who,
            lambda bench: bench.policies.approve(name),
            lambda: may(who, "approve-policy") and self.model.policies[name] is None,
            "authorise",
            name,
        )
        if done is not None:
            self.model.policies[name] = who
        self.agree()
