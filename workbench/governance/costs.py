"""What a deployment costs. What nobody knows stays unknown, and is shown so.

A police answer once gave the price of software and cameras, and could not say what the officers
cost; adding up the known lines alone would have called that the total.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from workbench.governance.record import Record
from workbench.governance.text import Line

__all__ = ["CostLine", "Costs"]

_MOST_LINES: Final = 200


def _amount(value: object) -> object:
    """Return an amount, `None` for the word `unknown`: files such as TOML have no null."""
    return None if value == "unknown" else value


_Pounds = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class CostLine(Record):
    """One cost.

    Attributes:
        what: what it is for.
        amount: pounds and pence, 0 or more; `None`, or in a file `"unknown"`, where it is not
            known.
    """

    what: Line
    amount: Annotated[_Pounds | None, BeforeValidator(_amount)]


class Costs(Record):
    """The costs of a deployment.

    Attributes:
        lines: any number, in the order they were written.
    """

    lines: Annotated[tuple[CostLine, ...], Field(max_length=_MOST_LINES)] = ()

    @property
    def known(self) -> Decimal:
        """The sum in pounds of the lines that are known."""
        return sum((line.amount for line in self.lines if line.amount is not None), Decimal(0))

    @property
    def unknown(self) -> int:
        """How many lines are not known."""
        return sum(line.amount is None for line in self.lines)

    @property
    def total(self) -> Decimal | None:
        """The sum in pounds; `None` while a line is unknown, or while no line was written."""
        return self.known if self.lines and not self.unknown else None
