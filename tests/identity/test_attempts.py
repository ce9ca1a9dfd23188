"""How long a name waits after failed attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workbench.errors import RecordError
from workbench.identity.attempts import BackOff, Failures

NOW = datetime(2026, 11, 7, 9, 30, tzinfo=UTC)
USUAL = BackOff()


def wait_after(count: int) -> int:
    """Seconds from the last failure."""
    opens = USUAL.open_from(Failures(count=count, last=NOW), NOW)
    return 0 if opens is None else round((opens - NOW).total_seconds())


def test_no_failures_no_wait() -> None:
    assert USUAL.open_from(None, NOW) is None
    assert USUAL.remembered(None, NOW) is None


@pytest.mark.parametrize(
    ("count", "seconds"),
    [(1, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (1_000_000, 900)],
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(count: int, seconds: int) -> None:
    assert wait_after(count) == seconds


def test_the_wait_ends() -> None:
    failures = Failures(count=5, last=NOW)
    almost = timedelta(seconds=30, microseconds=-1)
    assert USUAL.open_from(failures, NOW + almost) == NOW + timedelta(seconds=30)
    assert USUAL.open_from(failures, NOW + timedelta(seconds=30)) is None


def test_failures_add_up_and_are_forgotten() -> None:
    failures = None
    for _ in range(3):
        failures = USUAL.after_failure(failures, NOW)
    assert failures == Failures(count=3, last=NOW)
    assert USUAL.remembered(failures, NOW + timedelta(days=1)) == failures
    assert USUAL.remembered(failures, NOW + timedelta(days=1, seconds=1)) is None
    most = Failures(count=1_000_000, last=NOW)
    assert USUAL.after_failure(most, NOW) == most


def test_a_clock_set_back_neither_keeps_the_wait_nor_drops_it() -> None:
    failures = Failures(count=7, last=NOW + timedelta(days=400))
    assert USUAL.remembered(failures, NOW) == Failures(count=7, last=NOW)


@pytest.mark.parametrize("name", ["first_wait", "longest_wait", "memory", "attempts"])
def test_limits_that_cannot_be(name: str) -> None:
    with pytest.raises(RecordError, match=name):
        BackOff.read({name: 0}, what="the wait")
