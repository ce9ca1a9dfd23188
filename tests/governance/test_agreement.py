"""How far two verdicts agree."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workbench.governance.adjudication import Adjudication, Verdict
from workbench.governance.agreement import Agreement, cohens_kappa, verdict_pairs
from workbench.governance.alerts import AlertState

AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
T, F, U = AlertState.TRUE_CONFIRMED, AlertState.FALSE_CONFIRMED, AlertState.UNRESOLVED


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], Agreement(0, 0, None)),
        ([(T, T)], Agreement(1, 1, None)),
        ([(T, T)] * 50, Agreement(50, 50, None)),
        ([(T, F)], Agreement(1, 0, 0.0)),
        ([(T, T), (F, F)], Agreement(2, 2, 1.0)),
        ([(T, F), (F, T)], Agreement(2, 0, -1.0)),
        ([(T, T), (F, F), (U, U)], Agreement(3, 3, 1.0)),
    ],
)
def test_small_tables(pairs: list[tuple[AlertState, AlertState]], expected: Agreement) -> None:
    assert cohens_kappa(pairs) == expected


def test_a_table_worked_by_hand() -> None:
    # p_o = 35/50; p_e = (25 * 30 + 25 * 20) / 2500 = .5
    pairs = [(T, T)] * 20 + [(T, F)] * 5 + [(F, T)] * 10 + [(F, F)] * 15
    found = cohens_kappa(pairs)
    assert found.n == 50
    assert found.agreed == 35
    assert found.kappa == pytest.approx(0.4)


def test_only_blind_pairs_count() -> None:
    def of(two: bool, *said: AlertState) -> Adjudication:
        verdicts = (
            Verdict(by=f"p{i}", verdict=one, reason="Seen.", at=AT) for i, one in enumerate(said)
        )
        return Adjudication("A", two, tuple(verdicts))

    held = [of(False, T), of(True), of(True, T), of(True, T, T), of(True, T, F), of(True, F, T, T)]
    assert verdict_pairs([]) == ()
    assert verdict_pairs(held) == ((T, T), (T, F), (F, T))
