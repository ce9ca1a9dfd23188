"""A search that is interrupted at any moment ends in good order, and no alert of it is lost."""

from __future__ import annotations

import gc
import random
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from roll_call import RollCall
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench
from stepped_feed import until
from threads_left import threads_left, threads_now

from workbench.bench import Workbench
from workbench.bench.live_session import LiveSession
from workbench.bench.uninterrupted import uninterrupted
from workbench.faces.templates import Templates
from workbench.governance.session_signs import SessionState
from workbench.governance.stopping import StopReason

WHY = "watching the feed"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SearchedBench:
    """Return the bench that the tests of this module copy."""
    return make_searched_bench(tmp_path_factory.mktemp("interrupted"))


@pytest.fixture
def at(made: SearchedBench, tmp_path: Path) -> Iterator[SearchedBench]:
    """Return a bench with a deployment that has begun."""
    with copy_of_searched(made, tmp_path) as copy:
        yield copy


class CtrlC:
    """Presses Ctrl-C once, so many seconds after it was entered."""

    def __init__(self, after_s: float) -> None:
        """Take the moment."""
        self._after_s = after_s
        self._thread = threading.Thread(target=self._press)

    def __enter__(self) -> None:
        """Begin to wait."""
        self._thread.start()

    def __exit__(self, *_given: object) -> None:
        """Wait until it was pressed."""
        self._thread.join()

    def _press(self) -> None:
        time.sleep(self._after_s)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def stored_in(operator: Workbench, at: SearchedBench) -> list[str]:
    """Return the ids of all alerts of the deployment."""
    return [one.id for one in operator.alerts.list(at.reference, justification=WHY)]


def templates_held() -> list[Templates]:
    """Return all templates that anybody holds."""
    gc.collect()
    return [one for one in gc.get_objects() if type(one) is Templates]


def interrupted(
    at: SearchedBench, operator: Workbench, after_s: float
) -> tuple[LiveSession, RollCall, list[Any]]:
    """Run a search and interrupt it; return it, its feed, and the alerts that were told of."""
    feed, told = RollCall(), []
    session = at.begin(feed, bench=operator, on_alert=told.append)
    with pytest.raises(KeyboardInterrupt), session, CtrlC(after_s):
        session.run()
    return session, feed, told


def require_good_order(at: SearchedBench, operator: Workbench, moments_s: list[float]) -> int:
    """Interrupt a search at each moment; return how many alerts were stored in all."""
    held_before, ran_before, told_of = templates_held(), threads_now(), []
    for after_s in moments_s:
        session, feed, told = interrupted(at, operator, after_s)
        assert session.is_done
        assert (session.state, session.stopped_by) == (SessionState.ENDED, StopReason.STOPPED)
        record = operator.live.record(session.id)
        assert record.ended is not None
        assert (record.stopped_by, record.fault) == (StopReason.STOPPED, None)
        assert record.alerts == len(told)
        told_of += [alert.id for alert in told]
        assert sorted(stored_in(operator, at)) == sorted(told_of), "each stored and told of once"
        result = session.wait(0)
        assert [one.id for one in (result.alerts if result else ())] == [one.id for one in told]
        until(lambda: threads_left(ran_before) == [], 5)
        del session, result
        gc.collect()
        assert feed.held() == 0
    # Those of before are held here, so that none of a search takes the place of one that went.
    more = len(templates_held()) - len(held_before)
    assert more == 0
    return len(told_of)


@pytest.mark.slow
def test_ctrl_c_ends_a_search_in_good_order_whenever_it_comes(at: SearchedBench) -> None:
    assert require_good_order(at, at.open("operator"), [0.0, 0.4]) >= 1


@pytest.mark.slow
def test_at_random_moments_no_alert_is_lost_between_search_and_store(
    at: SearchedBench,
) -> None:
    chance = random.Random(20261126)
    moments_s = [chance.uniform(0.0, 0.1) for _ in range(5)]
    moments_s += [chance.uniform(0.1, 1.2) for _ in range(10)]
    assert require_good_order(at, at.open("operator"), moments_s) >= 24


@pytest.mark.slow
def test_an_interrupted_start_leaves_no_search_open(at: SearchedBench) -> None:
    operator, ran_before = at.open("operator"), threads_now()
    before_s = time.monotonic()
    at.begin(RollCall(), bench=operator).close()
    took_s = time.monotonic() - before_s
    chance = random.Random(11)
    for _ in range(12):
        session: LiveSession | None = None
        try:
            with CtrlC(chance.uniform(0.0, took_s * 1.2)):
                session = at.begin(RollCall(), bench=operator)
        except KeyboardInterrupt:
            if session is None:
                assert all(one.ended for one in operator.live.sessions(at.reference))
        if session is not None:
            session.close()
    with at.running(RollCall(), bench=operator, on_alert=lambda _alert: None) as last:
        until(lambda: last.status.search.alerts >= 1)
    until(lambda: threads_left(ran_before) == [], 5)


@pytest.mark.slow
def test_a_wait_that_is_interrupted_leaves_the_search_as_it_is(at: SearchedBench) -> None:
    operator, told = at.open("operator"), []
    with at.running(RollCall(), bench=operator, on_alert=told.append) as session:
        for after_s in (0.01, 0.1, 0.4):
            with pytest.raises(KeyboardInterrupt), CtrlC(after_s):
                session.wait(30)
            assert session.state is SessionState.RUNNING
        with pytest.raises(KeyboardInterrupt), CtrlC(0.2):
            for _alert in session.alerts:
                pass
        seen = len(told)
        until(lambda: len(told) > seen)
        session.stop("enough")
        session.wait(10)
    assert sorted(stored_in(operator, at)) == sorted(one.id for one in told)


def test_what_is_interrupted_before_it_begins_is_not_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []

    class Never(threading.Thread):
        def start(self) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(threading, "Thread", Never)
    with pytest.raises(KeyboardInterrupt):
        uninterrupted(
            lambda: done.append("done"), name="x", interrupted=lambda: done.append("told")
        )
    assert done == ["told"]


def test_what_an_action_gives_or_raises_is_what_is_given_or_raised() -> None:
    undone: list[int] = []
    assert uninterrupted(lambda: 7, name="x", undo=undone.append) == 7
    with pytest.raises(ZeroDivisionError):
        uninterrupted(lambda: 1 // 0, name="x")
    assert undone == []
    with pytest.raises(KeyboardInterrupt), CtrlC(0.1):
        uninterrupted(lambda: time.sleep(0.4) or 8, name="x", undo=undone.append)
    assert undone == [8], "it was done whole, and nobody got it"
