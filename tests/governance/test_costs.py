"""Costs: what is not known stays unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workbench.errors import RecordError
from workbench.governance.costs import Costs


def costs(*amounts: object) -> Costs:
    """Costs with one line an amount."""
    lines = [{"what": f"line {place}", "amount": amount} for place, amount in enumerate(amounts)]
    return Costs.read({"lines": lines}, what="costs")


@pytest.mark.parametrize(
    ("amounts", "total", "known", "unknown"),
    [
        ((), None, "0", 0),
        (("0",), "0", "0", 0),
        (("198000", "23800"), "221800", "221800", 0),
        (("198000", "23800", None), None, "221800", 1),
        ((None, None), None, "0", 2),
        ((0.1, 0.2), "0.3", "0.3", 0),
        (("9999999999.99", "0.01"), "10000000000.00", "10000000000.00", 0),
    ],
)
def test_a_total_is_known_only_where_every_line_is(
    amounts: tuple[object, ...], total: str | None, known: str, unknown: int
) -> None:
    summed = costs(*amounts)
    assert summed.total == (None if total is None else Decimal(total))
    assert summed.known == Decimal(known)
    assert summed.unknown == unknown


def test_costs_survive_their_plain_values_to_the_penny() -> None:
    summed = costs("12.50", None, "0.10")
    assert summed.plain()["lines"][0] == {"what": "line 0", "amount": "12.50"}
    assert Costs.read(summed.plain(), what="costs") == summed


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"what": "vans", "amount": "-0.01"}, "lines.0.amount: input should be greater than"),
        ({"what": "vans", "amount": "0.001"}, "lines.0.amount: decimal input should have no more"),
        ({"what": "vans", "amount": "12345678901.00"}, "lines.0.amount: decimal input should have"),
        ({"what": "vans", "amount": "NaN"}, "lines.0.amount: input should be a finite number"),
        ({"what": "vans", "amount": "Infinity"}, "lines.0.amount: input should be a finite"),
        ({"what": "vans", "amount": "a lot"}, "lines.0.amount: input should be a valid decimal"),
        ({"what": "vans", "amount": True}, "lines.0.amount: decimal input should be"),
        ({"what": "vans"}, "lines.0.amount: field required"),
        ({"what": "", "amount": None}, "lines.0.what: is empty"),
        ({"what": "vans", "amount": None, "currency": "EUR"}, "lines.0.currency: extra inputs"),
    ],
)
def test_a_line_that_cannot_be_used_names_its_field(line: dict[str, object], words: str) -> None:
    with pytest.raises(RecordError, match=f"costs cannot be used: {words}"):
        Costs.read({"lines": [line]}, what="costs")


def test_a_file_says_unknown_in_a_word() -> None:
    read = Costs.read({"lines": [{"what": "officers", "amount": "unknown"}]}, what="costs")
    assert read.lines[0].amount is None
    assert read.unknown == 1
