"""Whom people said an alert is not, and who is seen beside that face."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from drawn_faces import SIDE, drawn_pair_analyser, portrait
from roll_call import RollCall
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench

from workbench.bench.alert_storing import StoredAlert
from workbench.feeds import Frame
from workbench.governance.alerts import AlertState

WITHIN_S = 20.0
"""Less than the time between two alerts for one person."""
ALONE_S = 12.0
"""So long no second alert comes where people confirmed the first; where they refuted it, one comes
after five seconds on a busy machine."""


@pytest.fixture
def at(tmp_path: Path) -> Iterator[SearchedBench]:
    """Return a bench with a deployment that has begun."""
    (tmp_path / "made").mkdir()
    (tmp_path / "copy").mkdir()
    made = make_searched_bench(tmp_path / "made")
    with copy_of_searched(made, tmp_path / "copy") as copy:
        copy.counts.analyser = drawn_pair_analyser()
        yield copy


class Alike(RollCall):
    """Shows two faces beside each other that the encoder cannot tell apart."""

    size = (2 * SIDE, SIDE)
    within_s = WITHIN_S

    def frames(self) -> Iterator[Frame]:
        """Give them as time goes by, until it is closed or nobody can expect more of it."""
        image = np.concatenate([portrait(0), portrait(0)], axis=1)
        began_s = time.monotonic()
        for index in range(100_000):
            now_s = time.monotonic() - began_s
            if self._closed.wait(0.02) or now_s > self.within_s:
                return
            yield Frame(index, now_s, image)


@pytest.mark.slow
@pytest.mark.parametrize("refuted", [True, False])
def test_a_face_beside_one_that_people_refuted_is_alerted_on(
    at: SearchedBench, *, refuted: bool
) -> None:
    operator, second = at.open("operator"), at.open("engagement-officer")
    verdict = AlertState.FALSE_CONFIRMED if refuted else AlertState.TRUE_CONFIRMED
    feed, told = Alike(), list[StoredAlert]()
    feed.within_s = WITHIN_S if refuted else ALONE_S

    def decide(alert: StoredAlert) -> None:
        told.append(alert)
        for one in (operator, second):
            one.alerts.adjudicate(alert.id, verdict, "another nose and other ears")
        if len(told) > 1:
            feed.close()

    with at.begin(feed, bench=operator, on_alert=decide) as session:
        session.run()
    assert [alert.subject for alert in told] == ["NOM-0"] * (1 + refuted)
    assert len({alert.id for alert in told}) == len(told)
