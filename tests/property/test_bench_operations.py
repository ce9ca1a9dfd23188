"""Whatever people do, in whichever order and whenever: the bench stays within its rules.

People of all roles do what they like on a real bench, mostly what they may not, while time goes on.
After each opening: every state that is kept came about by a legal move that is in the log, nothing
is kept past its limit unless a hold keeps it, everything that is held is there, no two verdicts
are of one person, and the log verifies. `OPERATIONS_SEQUENCES=100` tries so many sequences.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from soundness import require_sound
from sqlalchemy import select
from worked_bench import WHY, WorkedBench, alerting, enrol, make_worked_bench, start

from workbench.bench import Workbench
from workbench.bench.retention_due import plan_now
from workbench.errors import RefusedError, UnknownRecordError
from workbench.governance.alerts import AlertState
from workbench.governance.deployments import DEPLOYMENT_MOVES, DeploymentState
from workbench.governance.holds import HoldGround
from workbench.records import schema
from workbench.records.audit.reading import entries
from workbench.records.holds import effective_holds
from workbench.records.watchlist_entries import EntryState

PEOPLE = (
    "analyst", "operator", "operator-2", "reviewer", "authorising-officer", "authorising-officer-2",
    "data-protection-officer", "administrator",
)  # fmt: skip
SAID = "A reason that says something."
EXPECTED = (RefusedError, UnknownRecordError)
"""What people hear of who may not, or not now, or names what is gone. Anything else is a fault."""


def new_folder() -> Path:
    """Make a folder, in memory where there is such a place: nothing here loses power."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder made in it is private
    place = memory if os.access(memory, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="lfr-operations-", dir=place))


def by(*right: str) -> st.SearchStrategy[str]:
    """Somebody, mostly of those who may."""
    return st.sampled_from([*right * 8, *PEOPLE])


@cache
def original() -> WorkedBench:
    """A bench with two deployments; the first is live and has raised alerts."""
    bench = make_worked_bench(new_folder())
    reference = bench.ready()
    bench.draft()
    later = bench.later(minutes=2)
    with later.open("operator") as operator, start(operator, reference) as session:
        for _ in range(4):
            alerting(session)
    return later


class Operations(RuleBasedStateMachine):
    """People at work."""

    def __init__(self) -> None:
        super().__init__()
        made = original()
        self.folder = new_folder()
        source = Path(made.place).parent
        for name in ("bench", "keys", "witness"):
            shutil.copytree(source / name, self.folder / name)
        keys = made.settings.keys.model_copy(update={"folder": self.folder / "keys"})
        changed = {"keys": keys, "witness": self.folder / "witness"}
        self.bench = replace(
            made,
            place=str(self.folder / "bench"),
            settings=made.settings.model_copy(update=changed),
            references=list(made.references),
        )
        self.numbers = count(1000)
        with self.bench.open("operator") as operator:
            raised = operator.alerts.list(self.bench.references[0], justification=WHY)
        self.alerts = [one.id for one in raised]
        self.holds: list[str] = []

    def teardown(self) -> None:
        require_sound(self.bench)
        shutil.rmtree(self.folder)

    def act(self, name: str, deed: object) -> object:
        """Do something as somebody; what the rules forbid is left undone."""
        with self.bench.open(name) as workbench:
            try:
                done = deed(workbench)  # type: ignore[operator]
            except EXPECTED:
                event(f"{sys._getframe(1).f_code.co_name}: refused")
                return None
            event(f"{sys._getframe(1).f_code.co_name}: done")
            return done

    which = st.integers(0, 1)

    @rule(
        who=by("analyst", "operator"),
        which=which,
        move=st.sampled_from(("apply", "close", "withdraw_application")),
    )
    def move(self, who: str, which: int, move: str) -> None:
        reference = self.bench.references[which]
        self.act(who, lambda bench: getattr(bench.deployments, move)(reference))

    @rule(
        who=by("authorising-officer"),
        which=which,
        move=st.sampled_from(("cancel", "refuse", "withdraw_authority")),
    )
    def end(self, who: str, which: int, move: str) -> None:
        reference = self.bench.references[which]
        self.act(who, lambda bench: getattr(bench.deployments, move)(reference, SAID))

    @rule(who=by("authorising-officer"), which=which)
    def authorise(self, who: str, which: int) -> None:
        reference = self.bench.references[which]
        self.act(
            who,
            lambda bench: bench.deployments.authorise(
                reference, necessity=SAID, proportionality=SAID
            ),
        )

    @rule(who=by("analyst"), which=which)
    def build(self, who: str, which: int) -> None:
        reference = self.bench.references[which]
        self.act(who, lambda bench: enrol(bench, reference, self.numbers))

    @rule(who=by("reviewer"), which=which)
    def look_over(self, who: str, which: int) -> None:
        reference = self.bench.references[which]

        def deed(bench: Workbench) -> None:
            ids = bench.watchlists.show(reference, WHY).ids(EntryState.ENROLLED)
            bench.watchlists.check(reference, ids, SAID)
            bench.watchlists.review(reference, note=SAID)

        self.act(who, deed)

    @rule(who=by("operator"), which=which)
    def purge(self, who: str, which: int) -> None:
        reference = self.bench.references[which]
        self.act(who, lambda bench: bench.watchlists.purge(reference))

    @rule(who=by("operator"), which=which, number=st.integers(1, 3))
    def search(self, who: str, which: int, number: int) -> None:
        def deed(bench: Workbench) -> None:
            with start(bench, self.bench.references[which]) as session:
                self.alerts += [alerting(session) for _ in range(number)]

        self.act(who, deed)

    @precondition(lambda self: self.alerts)
    @rule(who=by("operator", "operator-2"), data=st.data(), state=st.sampled_from(list(AlertState)))
    def decide(self, who: str, data: st.DataObject, state: AlertState) -> None:
        alert = data.draw(st.sampled_from(self.alerts))
        if state is not AlertState.OPEN:
            self.act(who, lambda bench: bench.alerts.adjudicate(alert, state, SAID))

    @precondition(lambda self: self.alerts)
    @rule(who=by("reviewer"), data=st.data(), state=st.sampled_from(list(AlertState)))
    def correct(self, who: str, data: st.DataObject, state: AlertState) -> None:
        alert = data.draw(st.sampled_from(self.alerts))
        if state not in {AlertState.OPEN, AlertState.UNRESOLVED}:
            self.act(who, lambda bench: bench.alerts.correct(alert, state, SAID))

    @precondition(lambda self: self.alerts)
    @rule(who=by("authorising-officer"), data=st.data(), days=st.integers(1, 60))
    def hold(self, who: str, data: st.DataObject, days: int) -> None:
        alert = data.draw(st.sampled_from(self.alerts))
        placed = self.act(
            who,
            lambda bench: bench.holds.place(
                ground=HoldGround.COMPLAINT,
                reason=SAID,
                alerts=[alert],
                review_by=self.bench.clock() + timedelta(days=days),
            ),
        )
        if placed is not None:
            self.holds.append(placed.id)  # type: ignore[attr-defined]

    @precondition(lambda self: self.holds)
    @rule(who=by("authorising-officer"), data=st.data())
    def release(self, who: str, data: st.DataObject) -> None:
        hold = data.draw(st.sampled_from(self.holds))
        self.act(who, lambda bench: bench.holds.release(hold, reason=SAID))

    @rule(hours=st.sampled_from((1, 1, 2, 3, 7, 24, 25, 24 * 8, 24 * 32)))
    def wait(self, hours: int) -> None:
        self.bench = self.bench.later(hours=hours)

    @invariant()
    def keeps_to_its_rules(self) -> None:
        with self.bench.open("administrator") as workbench:
            context = workbench._context
            found = context.store.log.verify(context.store.reading)
            assert found.ok, found.faults
            with context.store.reading() as connection:
                now = context.now()
                assert plan_now(connection, now).due == (), "nothing is kept past its limit"
                rows = {one.id: one for one in connection.execute(select(schema.alerts))}
                for hold in effective_holds(connection):
                    if hold.released is not None:
                        continue  # what it kept goes at its own time again
                    for name in set(hold.objects) & set(self.alerts):
                        assert name in rows, "what is held is there"
                        assert context.vault.get(connection, rows[name].object_id)
                said = defaultdict(list)
                for one in connection.execute(select(schema.verdicts)):
                    said[one.alert].append(one.actor)
                assert all(len(set(names)) == len(names) for names in said.values())
                states = {
                    one.reference: one.state
                    for one in connection.execute(select(schema.deployments))
                }
                for reference, state in states.items():
                    assert state == _followed(connection, reference)


def _followed(connection: object, reference: str) -> str:
    """Follow the moves of a deployment through the log; each must be one of the table."""
    state = "draft"
    for one in entries(connection):  # type: ignore[arg-type]
        details = one.entry.details
        if details.get("reference") != reference or "move" not in details:
            continue
        assert details["from"] == state
        state = DEPLOYMENT_MOVES.after(DeploymentState(state), str(details["move"])).value
        assert details["to"] == state
    return state


TestOperations = pytest.mark.slow(Operations.TestCase)
TestOperations.settings = settings(
    max_examples=int(os.environ.get("OPERATIONS_SEQUENCES", "5")),
    stateful_step_count=20,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a step takes too long to shrink many
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
