"""Who was alerted falsely, by group, as officers wrote it down in the field.

Nothing here is inferred: no software looks at a face to say what group it is of. An officer who
spoke to the person enters a count, in the scheme that the force uses (for example officer-defined
16+1 codes). Annual reports have published such a breakdown; the deployment records have none.
"""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from workbench.governance.outcomes import Count
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Moment

__all__ = ["FEWEST_SHOWN", "FalseAlertsByGroup"]

FEWEST_SHOWN: Final = 5
"""Fewest false alerts of a group that are shown to those who are to see nobody: the product's own
choice. Fewer point at people, with the street and the hour beside them."""


class FalseAlertsByGroup(Record):
    """False alerts of one deployment by group, in one scheme.

    Attributes:
        deployment: reference of the deployment.
        scheme: what the groups are, in the force's words, and who assigned them.
        counts: false alerts by group; the groups are the force's own.
        false_alerts: how many false alerts the deployment had when this was entered.
        by: who entered it.
        at: when.
    """

    deployment: Identifier
    scheme: Line
    counts: Annotated[dict[Line, Count], Field(min_length=1)]
    false_alerts: Count
    by: Line
    at: Moment

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        seen: dict[str, str] = {}
        for group in self.counts:
            twin = seen.setdefault(group.casefold(), group)
            if twin != group:
                msg = "counts names a group twice, in letters of different case; join the two"
                raise ValueError(msg)
        total = sum(self.counts.values())
        if total > self.false_alerts:
            msg = f"counts sum to {total}, more than the {self.false_alerts} false alerts"
            raise ValueError(msg)
        return self

    @property
    def not_recorded(self) -> int:
        """How many false alerts no group was written down for."""
        return self.false_alerts - sum(self.counts.values())
