"""What must be kept on a bench with one deployment and cases: rows, keys and sealed objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bench_steps import REFERENCE
from bench_values import ENDS, SFACE, STARTS
from legal_model import Model
from legal_records import Alert, Deployment
from sqlalchemy import select

from workbench.bench import Workbench
from workbench.records import schema
from workbench.records.alerts import AlertRow

__all__ = ["Expected", "expected_at_first", "require_as_expected"]


@dataclass
class Expected(Model):
    """What must be there, with what else is sealed for cases: so many things by number of case."""

    items: dict[str, int] = field(default_factory=dict)

    def after_opening(self, now: datetime) -> None:
        """Let go what is due at an opening."""
        self.opened(now)
        self.drop_items()

    def drop_items(self) -> None:
        """What was sealed for a case goes with its end, unless a hold keeps all of the case."""
        for number, case in self.cases.items():
            if not case.covers(self.now) and not self.keeps(number):
                self.items[number] = 0

    @property
    def deployment(self) -> Deployment:
        return self.deployments[REFERENCE]

    @property
    def own(self) -> list[str]:
        return sorted(one.id for one in self.alerts.values() if one.case is None)

    @property
    def true(self) -> list[str]:
        """Those of its alerts that were decided as true."""
        return [name for name in self.own if not self.alerts[name].said]

    def raised(self, row: AlertRow) -> None:
        """Take in an alert that was raised; of one that is open somebody has said something."""
        said = [] if row.state.is_true else [("operator", "true-confirmed")]
        self.alerts[row.id] = Alert(row.id, REFERENCE, row.raised, two_person=True, said=said)

    @property
    def is_spent(self) -> bool:
        return not self.deployment.has_list and not self.own


def expected_at_first(now: datetime) -> Expected:
    """Return what is there at first: a live deployment with a list."""
    live = Deployment(REFERENCE, "live", STARTS, ENDS, SFACE, has_list=True, covered_from=STARTS)
    return Expected(now, {REFERENCE: live})


def require_as_expected(bench: Workbench, expected: Expected) -> None:
    """Require that there are these rows, keys and sealed objects and no other, and that each opens."""
    with bench._context.store.reading() as connection:

        def found(table: Any, *conditions: Any) -> list[Any]:
            return list(connection.execute(select(table).where(*conditions)))

        numbers = {one.id: one.number for one in found(schema.cases)}
        moved = {one.id: numbers.get(one.moved_to) for one in found(schema.alerts)}
        assert moved == {one.id: one.case for one in expected.alerts.values()}
        states = {one.number: one.state for one in found(schema.cases)}
        assert states == {one.number: one.state for one in expected.cases.values()}
        there = found(schema.watchlists, schema.watchlists.c.destroyed.is_(None))
        assert bool(there) is expected.deployment.has_list
        keys = {one.id for one in found(schema.data_keys, schema.data_keys.c.destroyed.is_(None))}
        kept = [case for case in expected.cases.values() if case.state != "purged"]
        assert len(keys) == len(expected.own) + expected.deployment.has_list + len(kept) + 1, (
            "one seals nothing and stays"
        )
        assert set(bench._context.keys.store.ids()) == keys
        names = [one.id for one in found(schema.vault_objects)]
        sealed = len(expected.alerts) + expected.deployment.has_list + sum(expected.items.values())
        assert len(names) == sealed
        for name in names:
            assert bench._context.vault.get(connection, name)
