"""Whatever goes wrong in a live search, or is asked of it wrongly: it ends, and its end is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from drawn_faces import portrait
from roll_call import RollCall
from searched_bench import SearchedBench, copy_of_searched, make_searched_bench
from session_ends import WITHIN_S, Timed, require_over

from workbench.errors import FeedError, RecordError
from workbench.feeds import Frame
from workbench.governance.session_signs import SessionState
from workbench.governance.stopping import StopReason
from workbench.records.audit.verbs import Verb


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SearchedBench:
    """Return the bench that the tests of this module copy."""
    return make_searched_bench(tmp_path_factory.mktemp("faulty"))


@pytest.fixture
def at(made: SearchedBench, tmp_path: Path) -> Iterator[SearchedBench]:
    """Return a bench with a deployment that has begun."""
    with copy_of_searched(made, tmp_path) as copy:
        yield copy


@pytest.mark.slow
@pytest.mark.parametrize("why", ["", "\x1b[31mstop", "x" * 10_001, "\ud800", 5])
def test_a_reason_to_stop_that_cannot_be_logged_is_refused_and_keeps_no_search_open(
    at: SearchedBench, why: Any
) -> None:
    session = at.running(RollCall())
    with pytest.raises(RecordError, match="the audit entry to stop cannot be used: justification"):
        session.stop(why)
    assert session.state is SessionState.RUNNING
    session.stop("the street is empty")
    require_over(at, session, StopReason.STOPPED)
    said = [one.justification for one in log_of(at.open("operator")) if one.verb is Verb.STOP]
    assert "the street is empty" in said


class Wordless(Exception):  # noqa: N818 - what a program may raise
    """An error that cannot be shown."""

    def __str__(self) -> str:
        """Fail once more."""
        raise ValueError


@pytest.mark.slow
def test_an_error_without_words_ends_a_search_all_the_same(at: SearchedBench) -> None:
    def fail(_alert: Any) -> None:
        raise Wordless

    session = at.begin(RollCall(), on_alert=fail)
    with pytest.raises(Wordless):
        session.run()
    require_over(at, session, StopReason.FAULT)
    assert at.open("operator").live.record(session.id).fault == "Wordless"


def test_a_feed_whose_times_cannot_be_kept_ends_by_a_fault(at: SearchedBench) -> None:
    session = at.begin(Timed([-10.0, -9.9, -9.8, -5.0, -4.9]))
    with pytest.raises(ValueError, match="gaps_s"):
        session.run()
    require_over(at, session, StopReason.FAULT)


def test_a_start_that_fails_once_it_is_recorded_leaves_no_search_open(at: SearchedBench) -> None:
    class Silent(RollCall):
        """Does not say whether it is live."""

        live = property(lambda _self: {}["live"])  # type: ignore[assignment]

    operator = at.open("operator")
    with pytest.raises(KeyError, match="live"):
        at.begin(Silent(), bench=operator)
    (found,) = operator.live.sessions(at.reference)
    assert (found.stopped_by, found.counts and found.counts.fault) == (
        StopReason.FAULT,
        "KeyError",
    )
    at.begin(RollCall(), bench=operator).close()


@pytest.mark.slow
def test_a_feed_that_ends_its_thread_is_one_that_failed(at: SearchedBench) -> None:
    class Leaving(RollCall):
        """Gives one frame and leaves."""

        def frames(self) -> Iterator[Frame]:
            """Give it."""
            yield Frame(0, 0.0, portrait(0))
            raise SystemExit

    session = at.running(Leaving())
    with pytest.raises(FeedError, match=r"the feed ended its thread \(SystemExit\)"):
        session.wait(WITHIN_S)
    require_over(at, session, StopReason.FAULT)
