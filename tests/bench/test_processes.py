"""Whether the process that ran a search is gone: never said of one that may be there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from workbench.bench.processes import is_elsewhere, is_gone, this_process

WORDS = (
    "import sys, time; from workbench.bench.processes import this_process; "
    "print(this_process(), flush=True); time.sleep(60)"
)


def test_this_one_is_there() -> None:
    assert not is_gone(this_process())
    assert this_process() == this_process()
    assert len(this_process()) <= 200


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="numbers of processes tell nothing there")
def test_one_that_was_killed_is_gone_before_anybody_looked_after_it() -> None:
    child = subprocess.Popen([sys.executable, "-c", WORDS], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout:
        name = child.stdout.readline().strip()
        assert name != this_process()
        assert not is_gone(name)
        os.kill(child.pid, signal.SIGKILL)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert is_gone(name), "its parent has not looked yet"
        child.wait()
    assert is_gone(name)


def test_a_number_that_was_given_again_is_another_process() -> None:
    machine, space, number, started = this_process().split(" ")
    if started == "unknown":
        pytest.skip("needs /proc")
    assert is_gone(" ".join((machine, space, number, str(int(started) - 1))))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a test",
        "elsewhere pid:[1] 1 2",
        "elsewhere/start pid:[1] 999999999 2",
        "one two three four five",
    ],
)
def test_of_others_nothing_is_said(name: str) -> None:
    assert not is_gone(name)
    assert is_elsewhere(name)


def test_after_a_new_start_of_the_machine_it_is_elsewhere() -> None:
    machine, *rest = this_process().split(" ")
    earlier = " ".join((machine.partition("/")[0] + "/another-start", *rest))
    assert is_elsewhere(earlier)
    assert not is_elsewhere(this_process())
