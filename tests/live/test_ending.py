"""The end of a search from outside: the first reason stays, and whoever waits is told."""

from __future__ import annotations

import threading

from workbench.governance.stopping import StopReason
from workbench.live.ending import Ending


def test_nothing_ends_by_itself() -> None:
    ending = Ending()
    assert ending.reason is None
    assert not ending.is_cut_short
    assert not ending.wait(0.0)


def test_the_first_reason_stays() -> None:
    ending = Ending()
    assert ending.end(StopReason.WITHDRAWN)
    assert not ending.end(StopReason.FAULT)
    assert ending.reason is StopReason.WITHDRAWN
    assert ending.is_cut_short
    assert ending.wait(0.0)


def test_a_fault_after_the_end_of_a_feed_is_a_fault() -> None:
    ending = Ending()
    ending.end(StopReason.FEED_ENDED)
    assert not ending.end(StopReason.STOPPED)
    assert not ending.end(StopReason.FAULT)
    assert ending.reason is StopReason.FAULT


def test_the_end_of_a_feed_cuts_nothing_short() -> None:
    ending = Ending()
    ending.end(StopReason.FEED_ENDED)
    assert not ending.is_cut_short


def test_who_waits_is_told_once_and_at_once_afterwards() -> None:
    ending = Ending()
    told: list[str] = []
    ending.tell(lambda: told.append("before"))
    ending.end(StopReason.STOPPED)
    ending.end(StopReason.STOPPED)
    ending.tell(lambda: told.append("after"))
    assert told == ["before", "after"]


def test_of_many_threads_one_gives_the_reason() -> None:
    ending = Ending()
    gate = threading.Barrier(8)
    first: list[StopReason] = []

    def end(reason: StopReason) -> None:
        gate.wait()
        if ending.end(reason):
            first.append(reason)

    reasons = [*StopReason, StopReason.FAULT][:8]
    threads = [threading.Thread(target=end, args=(reason,)) for reason in reasons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first == [ending.reason]
