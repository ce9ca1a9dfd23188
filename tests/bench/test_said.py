"""What is given to the bench has a name for who gets it, and says how a search really ended."""

from __future__ import annotations

from typing import Any

import pytest
from alert_values import plant_session

from workbench.cli.search import said_of_none
from workbench.errors import RecordError
from workbench.governance.session_counts import SessionCounts

REFERENCE = "2026-11/HIGH-ST-1"


@pytest.mark.parametrize("recipient", [".", "xxxx", "12"])
def test_a_recipient_has_a_name(bench: Any, recipient: str) -> None:
    with (
        bench.open("analyst") as analyst,
        pytest.raises(RecordError, match=r"recipient: names nothing"),
    ):
        analyst.exports.disclose(
            None, what="a page", recipient=recipient, justification="asked for by the board"
        )


def test_a_search_whose_alerts_are_gone_does_not_say_that_none_was_raised(
    bench: Any, authorised: Any
) -> None:
    authorised()
    with bench.open("operator") as operator:
        row = plant_session(operator, REFERENCE, counts=SessionCounts(alerts=2))
    (said,) = said_of_none(row, 0)
    assert "Alerts raised: 2; destroyed since, so that they are not shown: 2." in said
    assert said_of_none(row, 2) == []
