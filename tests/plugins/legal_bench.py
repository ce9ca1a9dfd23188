"""A bench for `legal_machine`: how it is prepared, and what its records and keys hold at a moment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, Final, Protocol

from bench_steps import WORDS
from bench_values import FUSED, SFACE, STARTS, application_values
from drawn_faces import drawn_analyser, portrait
from legal_model import Model
from legal_records import Deployment
from list_values import entry_of
from sqlalchemy import Connection, select
from worked_bench import enrol

from workbench.bench import Workbench
from workbench.bench.list_views import EntryImage
from workbench.records import schema

__all__ = ["MEMBER", "LegalBench", "Seen", "first_model", "prepare", "read", "seen"]

MEMBER: Final = "PC-7"
"""Staff on the list of the first deployment."""
FIRST, SECOND, THIRD = "2026-11/STREET-1", "2026-11/STREET-2", "2026-11/STREET-3"
"""By two people, by one, and a draft under a policy that nobody approved."""
_HOURS: Final = timedelta(hours=1)


class LegalBench(Protocol):
    """A bench that stands still but for what is done to it."""

    def open(self, name: str) -> Workbench:
        """Open it as an account; accounts are named like their roles."""
        ...

    def clock(self) -> datetime:
        """Tell the time of the bench."""
        ...

    def turn(self, hours: int) -> None:
        """Turn its clock forward."""
        ...

    def settle(self) -> None:
        """Let somebody open it who may destroy all that is due."""
        ...

    def connection(self) -> Connection:
        """Return a connection that sees every row."""
        ...

    def keys(self) -> AbstractSet[str]:
        """Return the names of the data keys that there are."""
        ...

    def sealed(self) -> AbstractSet[str]:
        """Return the names of the sealed files that there are."""
        ...

    def close(self) -> None:
        """Remove it."""
        ...


@dataclass(frozen=True)
class Seen:
    """All that a bench holds: the rows of each table but the log's, the log, keys and files."""

    rows: dict[str, Counter[Any]]
    log: list[dict[str, Any]]
    keys: frozenset[str]
    sealed: frozenset[str]

    def is_as(self, other: Seen) -> bool:
        """Return whether it holds the same, whatever was logged in between."""
        mine, theirs = (self.rows, self.keys, self.sealed), (other.rows, other.keys, other.sealed)
        return mine == theirs


def prepare(
    open_as: Callable[[str], Workbench], turn: Callable[[int], object], now: datetime
) -> None:
    """Authorise two deployments with reviewed lists, draft a third, and wait until they begin."""
    with open_as("analyst") as analyst:
        for reference, changes in _APPLICATIONS.items():
            values = application_values(reference=reference, **changes)
            analyst.deployments.draft(values)
        for reference in (FIRST, SECOND):
            analyst.deployments.apply(reference)
        today = now.date().isoformat()
        analyst.blue_list.add_member({"member": MEMBER, "consent": "form-1", "consented": today})
    with open_as("authorising-officer") as officer:
        officer.policies.approve(SFACE)
        for reference in (FIRST, SECOND):
            officer.deployments.authorise(reference, **WORDS)
    with open_as("analyst") as analyst:
        staff = entry_of(
            MEMBER, category="blue-list", legal_basis="staff-consent", source="staff-consent"
        )
        added = analyst.watchlists.build(
            FIRST,
            [EntryImage(staff, portrait(99)), EntryImage(entry_of("NOM-50"), portrait(50))],
            drawn_analyser(),
        )
        assert not added.refused
        ids = {FIRST: [one.id for one in added.enrolled], SECOND: enrol(analyst, SECOND, count())}
    with open_as("reviewer") as reviewer:
        for reference, names in ids.items():
            reviewer.watchlists.check(reference, names, "compared with the custody record")
            reviewer.watchlists.review(reference, note="necessary for these six hours")
    turn(1)


_APPLICATIONS: Final[dict[str, dict[str, Any]]] = {
    FIRST: {"policy": SFACE},
    SECOND: {"policy": SFACE, "two_person": False},
    THIRD: {
        "policy": FUSED,
        "starts": (STARTS + 2 * _HOURS).isoformat(),
        "ends": (STARTS + 12 * _HOURS).isoformat(),
    },
}


def first_model(now: datetime, policies: dict[str, str | None]) -> Model:
    """Return what the records ought to be once it is prepared.

    Args:
        now: the moment.
        policies: the shipped ones and who approved each.
    """
    ready = {"state": "authorised", "has_list": True, "covered_from": STARTS}
    over = STARTS + 6 * _HOURS
    deployments = (
        Deployment(FIRST, starts=STARTS, ends=over, policy=SFACE, staff=(MEMBER,), **ready),  # type: ignore[arg-type]
        Deployment(SECOND, starts=STARTS, ends=over, policy=SFACE, two_person=False, **ready),  # type: ignore[arg-type]
        Deployment(THIRD, "draft", STARTS + 2 * _HOURS, STARTS + 12 * _HOURS, FUSED),
    )
    return Model(
        now=now,
        deployments={one.reference: one for one in deployments},
        staff={MEMBER: [(now.date(), None)]},
        policies=policies,
    )


def seen(bench: LegalBench) -> Seen:
    """Return all that a bench holds."""
    with bench.connection() as connection:
        rows = {
            name: Counter(tuple(row) for row in connection.execute(select(table)))
            for name, table in schema.metadata.tables.items()
            if name not in {"audit", "audit_head"}
        }
        query = select(schema.audit.c.body).order_by(schema.audit.c.seq)
        log = [json.loads(body) for body in connection.execute(query).scalars()]
    return Seen(rows, log, frozenset(bench.keys()), frozenset(bench.sealed()))


def read(bench: LegalBench) -> dict[str, Any]:
    """Return what the records hold, as `Model.records` says what they ought to."""
    with bench.connection() as connection:

        def of(table: Any) -> list[Any]:
            return list(connection.execute(select(table)))

        numbers = {one.id: one.number for one in of(schema.cases)}
        references = {one.id: one.reference for one in of(schema.deployments)}
        alerts = of(schema.alerts)
        said = sorted(of(schema.verdicts), key=lambda one: one.place)
        engaged = Counter(one.alert for one in of(schema.engagements))
        return {
            "deployments": {one.reference: one.state for one in of(schema.deployments)},
            "lists": {
                references[one.deployment] for one in of(schema.watchlists) if one.destroyed is None
            },
            "alerts": {one.id: (one.state, numbers.get(one.moved_to)) for one in alerts},
            "said": {
                one.id: [(each.actor, each.verdict) for each in said if each.alert == one.id]
                for one in alerts
            },
            "engagements": {one.id: engaged[one.id] for one in alerts},
            "cases": {one.number: one.state for one in of(schema.cases)},
            "holds": {one.id: one.released is not None for one in of(schema.holds)},
            "staff": {one.reference: _consents(one.content) for one in of(schema.blue_members)},
            "policies": {one.id: one.approver for one in of(schema.policies)},
            "passes": len(of(schema.blue_passes)),
            "keys": len(bench.keys()),
        }


def _consents(content: str) -> list[tuple[date, date | None]]:
    found = json.loads(content)
    return [
        (
            date.fromisoformat(one["consented"]),
            None if one["withdrawn"] is None else date.fromisoformat(one["withdrawn"]),
        )
        for one in found
    ]
