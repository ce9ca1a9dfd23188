"""On a real bench, whatever happens in whichever order: what is held stays, what is due is gone.

After each opening exactly those things are there that a legal hold keeps or whose limit is ahead:
a deployment's list, its alerts, cases with what is kept for them, and alerts that became a case's.
`RETENTION_SEQUENCES=200` tries so many.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alert_values import plant_alert
from bench_steps import REFERENCE
from bench_values import SFACE, application_values
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from kept_model import Expected, expected_at_first, require_as_expected
from kept_values import go_live, plant_list, plant_said
from legal_records import Case, Hold

from workbench.bench import Workbench
from workbench.bench.case_access import covering
from workbench.bench.opening import open_bench
from workbench.governance.alerts import AlertState
from workbench.governance.holds import HoldGround
from workbench.governance.permissions import Permission
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.identity.credentials import CredentialSource, issue
from workbench.records.alerts import AlertRow
from workbench.records.audit.verbs import Verb
from workbench.records.cases import add_item
from workbench.records.identifiers import new_id
from workbench.settings import Settings

pytestmark = pytest.mark.slow

START = datetime(2026, 11, 25, 9, tzinfo=UTC)
PASSWORD = "a long enough password"  # noqa: S105 - of an account in a temporary folder
SEQUENCES = int(os.environ.get("RETENTION_SEQUENCES", "8"))
NECESSARY = "Strictly necessary: no other lead."
WHO = {
    "hold": "data-protection-officer",
    "hold-all": "data-protection-officer",
    "hold-case": "data-protection-officer",
    "release": "authorising-officer",
    "case": "analyst",
    "authorise-case": "authorising-officer",
    "refuse-case": "authorising-officer",
    "close-case": "analyst",
    "keep": "analyst",
    "move": "analyst",
}
"""Who takes a step; `operator` the others."""


@dataclass
class Clock:
    """Stands until it is turned."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Place:
    """A bench on disk."""

    folder: Path
    clock: Clock = field(default_factory=Clock)

    @property
    def settings(self) -> Settings:
        return Settings(
            threads=1,
            keys={"folder": self.folder / "keys"},
            witness=self.folder / "witness",
        )

    def open(self, name: str) -> Workbench:
        bench = open_bench(str(self.folder / "b"), self.settings, self.clock)
        token = issue(
            bench.secrets.credentials,
            bench=bench.store.bench.id,
            actor=name,
            source=CredentialSource.USERS_FILE,
            now=self.clock(),
        )
        bench.store.close()
        return Workbench.open(
            self.folder / "b", credential=token, settings=self.settings, clock=self.clock
        )


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Make a bench with a live deployment that has a list."""
    place = Place(tmp_path_factory.mktemp("original"))
    Workbench.create(
        place.folder / "b", "administrator", PASSWORD, settings=place.settings, clock=place.clock
    )
    with place.open("administrator") as administrator:
        for role in (Role.ANALYST, Role.OPERATOR, Role.DATA_PROTECTION_OFFICER):
            administrator.users.add(role.value, role)
        officer = Role.AUTHORISING_OFFICER
        administrator.users.add(officer.value, officer, rank=Rank.SUPERINTENDENT)
    with place.open("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE))
        analyst.deployments.apply(REFERENCE)
    with place.open("authorising-officer") as officer_bench:
        officer_bench.policies.approve(SFACE)
        officer_bench.deployments.authorise(
            REFERENCE, necessity="No other way.", proportionality="Short and small."
        )
    with place.open("operator") as operator:
        go_live(operator, REFERENCE)
        plant_list(operator, REFERENCE)
    return place


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory, original: Place) -> Iterator[list[Place]]:
    """Give copies of it, each to be taken once."""
    made: list[Place] = []
    folder = tmp_path_factory.mktemp("copies")

    class Copies(list[Place]):
        def pop(self, _index: object = -1) -> Place:  # type: ignore[override]
            place = Place(folder / str(len(made)))
            shutil.copytree(original.folder, place.folder)
            made.append(place)
            return place

    yield Copies()
    for place in made:
        shutil.rmtree(place.folder, ignore_errors=True)


HOURS = [1, 20, 24, 31, 48, 24 * 15, 24 * 31]
NUMBERED = (
    "hold", "release", "hold-case", "authorise-case", "refuse-case", "close-case", "keep", "move",
)  # fmt: skip
INTO_A_CASE = [("case", 24 * 20), ("authorise-case", -1), ("move", -1)]
MOVED = [("alert", 0), ("hold", 0), *INTO_A_CASE]
"""All that it takes for an alert to become a case's."""
MOVES = [
    [],
    MOVED,
    [*MOVED, ("keep", -1), ("close-case", -1)],
    [*MOVED, ("hold-case", -1), ("close-case", -1), ("release", 0)],
    [("alert", 0), ("hold-all", 0), *INTO_A_CASE, ("close-case", -1)],
]

one_step = st.one_of(
    st.tuples(st.just("turn"), st.sampled_from(HOURS)),
    st.tuples(st.sampled_from(("alert", "hold-all", "close")), st.integers(0, 1)),
    st.tuples(st.sampled_from(NUMBERED), st.integers(-1, 2)),
    st.tuples(st.just("case"), st.sampled_from([5, 48, 24 * 20])),
)
some_steps = st.lists(one_step, max_size=8)
steps = st.builds(
    lambda first, move, rest: [*first, *move, *rest],
    some_steps,
    st.sampled_from(MOVES),
    some_steps,
)


@settings(
    max_examples=SEQUENCES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
@example(MOVES[2])
def test_nothing_held_goes_and_nothing_else_stays_past_its_limit(
    copies: list[Place], steps: list[tuple[str, int]]
) -> None:
    place, expected = copies.pop(), expected_at_first(START)
    for step, number in [*steps, ("turn", 1)]:
        take(place, expected, step, number)
    with place.open("data-protection-officer") as bench:
        expected.after_opening(place.clock())
        require_as_expected(bench, expected)
        assert not bench._context.store.log.verify(bench._context.store.reading).faults
    shutil.rmtree(place.folder)


def take(place: Place, expected: Expected, step: str, number: int) -> None:
    """Take one step, as whoever may, and check what is there after the opening that it needs."""
    if step == "turn":
        place.clock.now += timedelta(hours=number)
        return
    with place.open(WHO.get(step, "operator")) as bench:
        expected.after_opening(place.clock())
        require_as_expected(bench, expected)
        if "case" in step or step in {"keep", "move"}:
            with_case(bench, expected, step, number)
        else:
            with_deployment(bench, expected, step, number)
        require_as_expected(bench, expected)


def with_deployment(bench: Workbench, expected: Expected, step: str, number: int) -> None:
    """Take a step of the deployment, its alerts and their holds, where it can be taken."""
    deployment, now = expected.deployment, expected.now
    names, holds = sorted(expected.alerts), list(expected.holds.values())
    unreleased = sorted(one.id for one in holds if not one.released)
    if step == "alert" and not expected.is_spent:
        expected.raised(plant_said(bench, REFERENCE) if number else plant_true(bench))
    elif step == "hold" and names:
        place_hold(bench, expected, alert=names[number % len(names)])
    elif step == "hold-all" and not expected.is_spent:
        place_hold(bench, expected, whole=REFERENCE)
    elif step == "release" and unreleased:
        name = unreleased[number % len(unreleased)]
        bench.holds.release(name, reason="it is over")
        expected.holds[name].released = True
    elif step == "close" and now < deployment.ends and deployment.state == "live":
        bench.deployments.close(REFERENCE)
        expected.moved(REFERENCE, "close")


def with_case(bench: Workbench, expected: Expected, step: str, number: int) -> None:
    """Take a step of a case, where it can be taken."""
    if step == "case":
        open_case(bench, expected, timedelta(hours=number))
        return
    needed = {"authorise-case": ("open-provisional",), "refuse-case": ("open-provisional",)}
    needed |= {"hold-case": ("open-provisional", "authorised", "refused", "closed", "expired")}
    states = needed.get(step, ("authorised",))
    fitting = [one for one in expected.cases.values() if one.state in states]
    if not fitting:
        return
    case = fitting[number % len(fitting)]
    movable = [name for name in expected.true if expected.held(expected.alerts[name])]
    if step == "hold-case":
        place_hold(bench, expected, whole=case.number)
    elif step == "keep":
        keep(bench, case.number)
        expected.items[case.number] += 1
    elif step == "move" and movable:
        name = movable[number % len(movable)]
        bench.alerts.move_to_case(name, case.number, justification="the trial")
        expected.alerts[name].case = case.number
    elif step == "authorise-case":
        bench.cases.authorise(case.number, NECESSARY)
        expected.moved_case(case.number, "authorise")
    elif step in {"refuse-case", "close-case"}:
        move = step.removesuffix("-case")
        words = () if move == "close" else (NECESSARY,)
        getattr(bench.cases, move)(case.number, *words)
        expected.moved_case(case.number, move)
        expected.drop_items()


def plant_true(bench: Workbench) -> AlertRow:
    """Raise an alert that is decided as true, so that it can be moved."""
    return plant_alert(bench, REFERENCE, state=AlertState.TRUE_CONFIRMED)


def open_case(bench: Workbench, expected: Expected, time: timedelta) -> None:
    number, expiry = f"CASE/{len(expected.cases) + 1}", expected.now + time
    bench.cases.open(
        {
            "number": number,
            "offence": "Robbery",
            "authority": "Common law.",
            "purpose": "Who was it?",
            "necessity": NECESSARY,
            "expiry": expiry.isoformat(),
        }
    )
    expected.cases[number] = Case(number, expected.now, expiry)
    expected.items[number] = 0


def place_hold(
    bench: Workbench, expected: Expected, *, alert: str | None = None, whole: str | None = None
) -> None:
    """Keep an alert, or all of the deployment or of a case."""
    hold = bench.holds.place(
        whole,
        ground=HoldGround.INQUEST,
        reason="an inquest",
        review_by=expected.now + timedelta(days=30),
        alerts=[] if alert is None else [alert],
    )
    expected.holds[hold.id] = Hold(hold.id, bench.actor.name, alert, whole)


def keep(bench: Workbench, number: str) -> None:
    """Seal something for a case, as a search of it would."""
    context = bench._context
    with context.acting(Permission.CASE_CONSULT) as acting:
        row = covering(acting, number)
        object_id = new_id("object", acting.now)
        add_item(
            context.vault,
            acting.connection,
            row.id,
            object_id=object_id,
            kind="probe",
            plaintext=b"a face",
            now=acting.now,
        )
        acting.serving(row.id).log(Verb.COLLECT, [object_id])
