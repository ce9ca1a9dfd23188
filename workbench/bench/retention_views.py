"""What is to happen to each thing kept, as rows that a person or a program can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.governance.certificates import Leftover
from workbench.governance.holds import Hold
from workbench.governance.retention import Held, Kept, RetentionPlan
from workbench.records.moments import as_text

__all__ = ["PlanRow", "PlanView", "SweepReport", "plan_view"]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One thing that is kept.

    Attributes:
        state: `due`, `held` or `upcoming`.
        id: of the thing.
        retention: its class.
        purpose: id of the deployment or case.
        reference: of that, for people.
        began: when it was made.
        due: when it is to be gone; `None` while that has no date.
        overdue_s: whole seconds past that; 0 where it is not.
        holds: ids of the legal holds that keep it.
    """

    state: str
    id: str
    retention: str
    purpose: str
    reference: str
    began: datetime
    due: datetime | None
    overdue_s: int
    holds: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "state": self.state,
            "id": self.id,
            "retention": self.retention,
            "purpose": self.purpose,
            "reference": self.reference,
            "began": as_text(self.began),
            "due": None if self.due is None else as_text(self.due),
            "overdue_s": self.overdue_s,
            "holds": list(self.holds),
        }


@dataclass(frozen=True, slots=True)
class PlanView:
    """What is to happen to everything that is kept, as of one moment.

    Attributes:
        now: that moment.
        rows: due first, longest overdue before the others; then what holds keep; then the rest by
            when it is due.
        to_review: holds that keep something although their review date has passed.
    """

    now: datetime
    rows: tuple[PlanRow, ...]
    to_review: tuple[Hold, ...]

    def of(self, state: str) -> tuple[PlanRow, ...]:
        """Return the rows in a state."""
        return tuple(row for row in self.rows if row.state == state)

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "now": as_text(self.now),
            "rows": [row.plain() for row in self.rows],
            "holds_to_review": [hold.id for hold in self.to_review],
        }


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep removed, and what it found and left.

    Attributes:
        objects: ids of sealed objects that no record knew; removed.
        keys: ids of data keys that no record knew, or that had come back; destroyed.
        partial: unfinished files of the vault; removed.
        missing: ids of objects that records know and the vault does not hold.
        leftovers: files elsewhere that seem to hold a face; left for a person to look at.
    """

    objects: tuple[str, ...]
    keys: tuple[str, ...]
    partial: int
    missing: tuple[str, ...]
    leftovers: tuple[Leftover, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "removed": {
                "objects": list(self.objects),
                "keys": list(self.keys),
                "partial": self.partial,
            },
            "missing": list(self.missing),
            "leftovers": [one.plain() for one in self.leftovers],
        }


def plan_view(planned: RetentionPlan, references: Mapping[str, str]) -> PlanView:
    """Return a plan as rows.

    Args:
        planned: of all that is kept.
        references: of deployments and cases, by their ids.
    """
    now = planned.now

    def row(state: str, kept: Kept, due: datetime | None, *, held: Held | None = None) -> PlanRow:
        overdue = 0 if due is None or due > now else int((now - due).total_seconds())
        return PlanRow(
            state=state,
            id=kept.id,
            retention=kept.retention.value,
            purpose=kept.purpose,
            reference=references.get(kept.purpose, kept.purpose),
            began=kept.began,
            due=due,
            overdue_s=overdue,
            holds=() if held is None else tuple(hold.id for hold in held.holds),
        )

    return PlanView(
        now=now,
        rows=(
            *(row("due", one.kept, one.due) for one in planned.due),
            *(row("held", one.kept, one.due, held=one) for one in planned.held),
            *(row("upcoming", one.kept, one.due) for one in planned.upcoming),
        ),
        to_review=planned.holds_to_review,
    )
