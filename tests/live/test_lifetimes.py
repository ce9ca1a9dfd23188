"""Templates live less than their lifetime after a comparison, whatever happens."""

from __future__ import annotations

import time

import numpy as np

from workbench.faces.templates import EncoderIdentity, Templates
from workbench.live.lifetimes import TemplateMemory

IDENTITY = EncoderIdentity("sface", "none", "0" * 64, "none/1", 4)
TEMPLATE = {"sface": Templates(np.eye(1, 4, dtype=np.float32), IDENTITY)}


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_remembered_at_first() -> None:
    memory = TemplateMemory(1.0, Clock(), timer=False)
    assert len(memory) == 0
    assert memory.recall(1) is None
    assert memory.tracks() == []
    assert memory.longest_s == 0.0


def test_a_template_is_gone_before_its_lifetime_is_over() -> None:
    clock = Clock()
    memory = TemplateMemory(1.0, clock, timer=False)
    memory.keep(1, TEMPLATE, 0.0)
    clock.now = 0.5
    assert memory.recall(1) is not None
    clock.now = 0.99
    assert memory.recall(1) is None
    assert memory.tracks() == []
    assert memory.overdue == 0


def test_one_that_outlived_it_is_counted_and_never_handed_out() -> None:
    clock = Clock()
    memory = TemplateMemory(1.0, clock, timer=False)
    memory.keep(1, TEMPLATE, 0.0)
    clock.now = 3.0
    assert memory.recall(1) is None
    assert memory.overdue == 1
    assert memory.longest_s == 3.0


def test_templates_dropped_at_once_are_measured_too() -> None:
    clock = Clock()
    memory = TemplateMemory(1.0, clock, timer=False)
    clock.now = 0.25
    memory.record_dropped(0.0, 6)
    assert (memory.longest_s, memory.overdue) == (0.25, 0)
    clock.now = 2.0
    memory.record_dropped(0.0, 6)
    assert memory.overdue == 6


def test_a_lifetime_of_nothing_keeps_nothing() -> None:
    memory = TemplateMemory(0.0, Clock(), timer=False)
    memory.keep(1, TEMPLATE, 0.0)
    assert len(memory) == 0


def test_forgetting_and_clearing() -> None:
    memory = TemplateMemory(1.0, Clock(), timer=False)
    memory.keep(1, TEMPLATE, 0.0)
    memory.keep(2, TEMPLATE, 0.0)
    memory.forget(1)
    assert memory.tracks() == [2]
    memory.clear()
    assert len(memory) == 0


def test_the_timer_deletes_while_nobody_calls() -> None:
    """A feed that stalls gives no frames, and templates must go all the same."""
    memory = TemplateMemory(0.2, time.perf_counter)
    memory.keep(1, TEMPLATE, time.perf_counter())
    deadline = time.perf_counter() + 5.0
    while len(memory) and time.perf_counter() < deadline:
        time.sleep(0.01)
    assert len(memory) == 0
    memory.clear()
