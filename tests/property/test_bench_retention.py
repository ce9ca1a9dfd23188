"""On a real bench, whatever happens in whichever order: what is held stays, what is due is gone.

After each opening exactly those things are there that a legal hold keeps or whose limit is ahead.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bench_steps import REFERENCE
from bench_values import ENDS, SFACE, application_values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept_values import go_live, plant_list, plant_said
from sqlalchemy import select, update

from workbench.bench import Workbench
from workbench.bench.opening import open_bench
from workbench.governance.holds import HoldGround
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role
from workbench.identity.credentials import CredentialSource, issue
from workbench.records.audit.verbs import Verb
from workbench.records.cases import find_case
from workbench.records.schema import alerts, data_keys, vault_objects, watchlists
from workbench.settings import Settings

START = datetime(2026, 11, 25, 9, tzinfo=UTC)
PASSWORD = "a long enough password"  # noqa: S105 - of an account in a temporary folder
ALERT_LIMIT = timedelta(days=31)
LIST_LIMIT = timedelta(hours=24)


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


@dataclass
class Expected:
    """What must be there."""

    raised: dict[str, datetime] = field(default_factory=dict)
    holds: dict[str, frozenset[str] | None] = field(default_factory=dict)
    ended: datetime = ENDS
    has_list: bool = True
    moved: dict[str, str] = field(default_factory=dict)
    cases: dict[str, datetime] = field(default_factory=dict)

    def holds_on(self, name: str | None) -> bool:
        return any(kept is None or name in kept for kept in self.holds.values())

    def after_opening(self, now: datetime) -> None:
        self.raised = {
            name: at
            for name, at in self.raised.items()
            if self.holds_on(name) or now < self.limit_of(name, at)
        }
        if not self.holds_on(None) and now >= self.ended + LIST_LIMIT:
            self.has_list = False

    def limit_of(self, name: str, at: datetime) -> datetime:
        """An alert that was moved to a case ends with the case, however long ago it was raised."""
        return self.cases[self.moved[name]] if name in self.moved else at + ALERT_LIMIT

    def open_cases(self, now: datetime) -> list[str]:
        return sorted(number for number, end in self.cases.items() if now < end)

    @property
    def own(self) -> list[str]:
        """The alerts that are the deployment's still."""
        return sorted(set(self.raised) - set(self.moved))

    @property
    def is_spent(self) -> bool:
        return not self.has_list and not self.own


def require_as_expected(bench: Workbench, expected: Expected) -> None:
    with bench._context.store.reading() as connection:
        assert set(connection.execute(select(alerts.c.id)).scalars()) == set(expected.raised)
        there = select(watchlists.c.id).where(watchlists.c.destroyed.is_(None))
        assert bool(connection.execute(there).first()) is expected.has_list
        live = select(data_keys.c.id).where(data_keys.c.destroyed.is_(None))
        count = len(expected.raised) + expected.has_list
        keys = set(connection.execute(live).scalars())
        going_on = len(expected.open_cases(bench.now()))
        assert len(keys) == count + going_on + 1, "one seals nothing and stays"
        assert set(bench._context.keys.store.ids()) == keys
        for name in connection.execute(select(vault_objects.c.id)).scalars().all():
            assert bench._context.vault.get(connection, name)
        assert len(connection.execute(select(vault_objects.c.id)).all()) == count


steps = st.lists(
    st.one_of(
        st.tuples(st.just("turn"), st.sampled_from([1, 20, 24, 31, 24 * 15, 24 * 31])),
        st.tuples(st.just("alert"), st.just(0)),
        st.tuples(st.just("hold"), st.integers(0, 3)),
        st.tuples(st.just("hold-all"), st.just(0)),
        st.tuples(st.just("release"), st.integers(0, 3)),
        st.tuples(st.just("close"), st.just(0)),
        st.tuples(st.just("case"), st.sampled_from([1, 20, 60])),
        st.tuples(st.just("move"), st.integers(0, 3)),
        st.tuples(st.just("close-case"), st.just(0)),
    ),
    max_size=14,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_nothing_held_goes_and_nothing_else_stays_past_its_limit(
    copies: list[Place], steps: list[tuple[str, int]]
) -> None:
    place, expected = copies.pop(), Expected()
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
    who = {"hold": "data-protection-officer", "hold-all": "data-protection-officer"}
    who |= {"release": "authorising-officer", "case": "analyst", "close-case": "analyst"}
    with place.open(who.get(step, "operator")) as bench:
        expected.after_opening(place.clock())
        require_as_expected(bench, expected)
        names, holds = sorted(expected.raised), sorted(expected.holds)
        review_by = place.clock() + timedelta(days=30)
        if step == "alert" and not expected.is_spent:
            row = plant_said(bench, REFERENCE)
            expected.raised[row.id] = row.raised
        elif step == "hold" and names:
            kept = names[number % len(names)]
            hold = bench.holds.place(
                alerts=[kept], ground=HoldGround.INQUEST, reason="an inquest", review_by=review_by
            )
            expected.holds[hold.id] = frozenset({kept})
        elif step == "hold-all" and not expected.is_spent:
            hold = bench.holds.place(
                REFERENCE, ground=HoldGround.JUDICIAL, reason="an order", review_by=review_by
            )
            expected.holds[hold.id] = None
        elif step == "release" and holds:
            name = holds[number % len(holds)]
            bench.holds.release(name, reason="it is over")
            del expected.holds[name]
        elif step == "close" and place.clock() < expected.ended:
            bench.deployments.close(REFERENCE)
            expected.ended = place.clock()
        elif step == "case":
            open_case(place, bench, expected, days=number)
        elif step == "move" and expected.own and expected.open_cases(place.clock()):
            case = expected.open_cases(place.clock())[-1]
            name = expected.own[number % len(expected.own)]
            move(bench, name, case)
            expected.moved[name] = case
        elif step == "close-case" and expected.open_cases(place.clock()):
            case = expected.open_cases(place.clock())[0]
            bench.cases.close(case)
            expected.cases[case] = place.clock()
            expected.after_opening(place.clock())
            require_as_expected(bench, expected)


def open_case(place: Place, bench: Workbench, expected: Expected, *, days: int) -> None:
    """Open a case that ends after so many days, and have it authorised."""
    number = f"CASE/{len(expected.cases) + 1}"
    expiry = place.clock() + timedelta(days=days)
    bench.cases.open(
        {
            "number": number,
            "offence": "Robbery",
            "authority": "Common law.",
            "purpose": "Who was it?",
            "necessity": "No other lead.",
            "expiry": expiry.isoformat(),
        }
    )
    with place.open("authorising-officer") as officer:
        officer.cases.authorise(number, "Strictly necessary.")
    expected.cases[number] = expiry


def move(bench: Workbench, alert: str, case: str) -> None:
    """Make an alert a case's, as moving a held one does; its own key goes on to seal it."""
    with bench._context.system() as acting:
        row = find_case(acting.connection, case)
        acting.connection.execute(
            update(alerts).where(alerts.c.id == alert).values(moved_to=row.id)
        )
        acting.log(Verb.ALTER)
