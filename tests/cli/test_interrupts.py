"""Ctrl-C and a polite kill: one is enough, also where Python drops what their handler raises."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from workbench.cli.console import progress_bar
from workbench.cli.interrupts import HUNG_UP, TERMINATED, ended_by_signals, require_not_ended

SIGNALS = [
    (signal.SIGINT, KeyboardInterrupt),
    (signal.SIGTERM, SystemExit),
    (signal.SIGHUP, SystemExit),
]
CODES = {signal.SIGTERM: TERMINATED, signal.SIGHUP: HUNG_UP}


class Dropping:
    """Whatever is raised while it is cleared away is dropped by Python."""

    def __init__(self, number: signal.Signals) -> None:
        self.number = number

    def __del__(self) -> None:
        signal.raise_signal(self.number)
        for _ in range(1000):  # the handler runs between two instructions of this
            pass


@pytest.fixture(autouse=True)
def usual() -> Iterator[None]:
    """Handle signals as a process of its own does, whatever a library did in this one before.

    One that is ignored, or handled by nobody in Python, would end all tests with this one.
    """
    before = {
        number: signal.signal(number, handler)
        for number, handler in (
            (signal.SIGINT, signal.default_int_handler),
            (signal.SIGTERM, signal.SIG_DFL),
            (signal.SIGHUP, signal.SIG_DFL),
        )
    }
    yield
    for number, handler in before.items():
        signal.signal(number, signal.SIG_DFL if handler is None else handler)


@pytest.fixture
def dropped(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[type[BaseException]]]:
    """Collect what Python dropped."""
    found: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: found.append(one.exc_type))
    yield found
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_DFL


@pytest.mark.parametrize(("number", "kind"), SIGNALS)
def test_one_is_enough(
    number: signal.Signals, kind: type[BaseException], dropped: list[type[BaseException]]
) -> None:
    def work() -> None:
        with ended_by_signals():
            signal.raise_signal(number)
            for _ in range(1000):
                pass

    with pytest.raises(kind):
        work()
    assert dropped == []


@pytest.mark.parametrize(("number", "kind"), SIGNALS)
def test_one_that_python_dropped_ends_the_work_at_its_next_step(
    number: signal.Signals, kind: type[BaseException], dropped: list[type[BaseException]]
) -> None:
    steps = []

    def work() -> None:
        with ended_by_signals(), progress_bar("Staging", "frames") as progress:
            for step in range(4):
                steps.append(step)
                progress(step, 4)
                if step == 1:
                    Dropping(number)

    with pytest.raises(kind) as ended:
        work()
    assert dropped == [kind]
    assert steps == [0, 1, 2]
    if isinstance(ended.value, SystemExit):
        assert ended.value.code == CODES[number]


def test_without_one_the_work_goes_on(dropped: list[type[BaseException]]) -> None:
    with ended_by_signals(), progress_bar("Staging") as progress:
        progress(1, None)
        require_not_ended()
    require_not_ended()
    assert dropped == []


def test_one_does_not_reach_into_the_next_command(dropped: list[type[BaseException]]) -> None:
    with ended_by_signals():
        Dropping(signal.SIGINT)
    with ended_by_signals():
        require_not_ended()
    assert dropped == [KeyboardInterrupt]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_whoever_handles_signals_keeps_doing_so(number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_IGN)  # as nohup does with the end of the terminal
    try:
        with ended_by_signals():
            assert signal.getsignal(number) is signal.SIG_IGN
    finally:
        signal.signal(number, before)


def test_a_thread_has_no_signals() -> None:
    def work() -> bool:
        with ended_by_signals():
            require_not_ended()
        return threading.current_thread() is not threading.main_thread()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(work).result()
