"""A search is started, and waited for, by several threads and by the search itself."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from roll_call import RollCall
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench
from session_ends import WITHIN_S, Timed, in_time, require_over
from stepped_feed import until
from threads_left import threads_left, threads_now

from workbench.bench.live_session import LiveSession
from workbench.errors import UsageError
from workbench.governance.stopping import StopReason


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SearchedBench:
    """Return the bench that the tests of this module copy."""
    return make_searched_bench(tmp_path_factory.mktemp("starts"))


@pytest.fixture
def at(made: SearchedBench, tmp_path: Path) -> Iterator[SearchedBench]:
    """Return a bench with a deployment that has begun."""
    with copy_of_searched(made, tmp_path) as copy:
        yield copy


@pytest.mark.slow
def test_a_listener_that_goes_through_the_alerts_does_not_wait_for_itself(
    at: SearchedBench,
) -> None:
    seen: list[str] = []
    box: list[LiveSession] = []

    def look(_alert: Any) -> None:
        seen.extend(alert.id for alert in box[0].alerts)

    session = at.running(RollCall(), on_alert=look)
    box.append(session)
    with pytest.raises(UsageError, match="nothing would end this wait"):
        session.wait(WITHIN_S)
    assert len(seen) == 1
    require_over(at, session, StopReason.FAULT)


@pytest.mark.slow
def test_of_many_who_go_through_the_alerts_one_starts_the_search(at: SearchedBench) -> None:
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(10):
            session = at.begin(Timed([0.0, 0.04, 0.08, 0.12]))
            gate, found = threading.Barrier(8), list[Any]()

            def go(
                session: LiveSession = session,
                gate: threading.Barrier = gate,
                found: list[Any] = found,
            ) -> None:
                gate.wait()
                try:
                    found.append([alert.id for alert in session.alerts])
                except BaseException as error:  # noqa: BLE001 - looked at below
                    found.append(error)

            consumers = [threading.Thread(target=go, daemon=True) for _ in range(8)]
            for one in consumers:
                one.start()
            for one in consumers:
                one.join(WITHIN_S)
            assert len(found) == 8
            assert all(one == found[0] for one in found)
            assert len(found[0]) == 1
    finally:
        sys.setswitchinterval(before_s)


class _AtLine:
    """Raises what Ctrl-C does at one of the lines of `start_thread`, counted from its call."""

    def __init__(self, line: int) -> None:
        """Take the number of the line."""
        self.left = line
        self.raised = False

    def __call__(self, frame: Any, event: str, _given: Any) -> Any:
        """Follow the files of a session and of what it starts by."""
        if not frame.f_code.co_filename.endswith("live_session.py"):
            return None
        if event in {"line", "return"}:
            self.left -= 1
            if self.left < 0 and not self.raised:
                self.raised = True
                raise KeyboardInterrupt
        return self


@pytest.mark.slow
def test_a_thread_that_is_interrupted_at_any_line_of_its_start_keeps_no_search_open(
    at: SearchedBench,
) -> None:
    operator, line, ran_before = at.open("operator"), 0, threads_now()
    while True:
        session = at.begin(RollCall(), bench=operator)
        interruption = _AtLine(line)
        sys.settrace(interruption)
        try:
            session.start_thread()
        except KeyboardInterrupt:
            sys.settrace(None)
        finally:
            sys.settrace(None)
        in_time(session.close)
        assert session.is_done
        if not interruption.raised:
            break
        line += 1
    assert line >= 1
    until(lambda: threads_left(ran_before) == [], 5)
