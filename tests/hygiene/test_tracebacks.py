"""Errors that nobody catches: where, not what; no login; nothing kept."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.cli.main import app
from workbench.hygiene.tracebacks import traceback_text

HOOK = "from workbench.hygiene import install_exception_hook\ninstall_exception_hook()\n"
FAIL = """
def reach(camera):
    template = [0.125] * 512
    raise OSError("no answer from " + camera)
"""
ADDRESS = "'rtsp://bob:' + 'hunter2' + '@10.0.0.7/ch1'"


def run(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", code], capture_output=True, text=True, check=False
    )


def test_the_main_thread() -> None:
    done = run(HOOK + FAIL + f"reach({ADDRESS})")
    assert done.returncode == 1
    assert "in reach" in done.stderr
    assert "no answer from rtsp://10.0.0.7/ch1" in done.stderr
    assert "hunter2" not in done.stderr
    assert "0.125, 0.125" not in done.stderr


def test_a_chain_of_errors() -> None:
    code = f"""
try:
    reach({ADDRESS})
except OSError as error:
    raise ValueError("the feed ended") from error
"""
    done = run(HOOK + FAIL + code)
    assert "the feed ended" in done.stderr
    assert "direct cause" in done.stderr
    assert "hunter2" not in done.stderr


def test_another_thread() -> None:
    code = f"import threading\nt = threading.Thread(target=reach, args=({ADDRESS},), name='feed')\n"
    done = run(HOOK + FAIL + code + "t.start(); t.join()")
    assert "Exception in thread feed" in done.stderr
    assert "rtsp://10.0.0.7/ch1" in done.stderr
    assert "hunter2" not in done.stderr


def test_a_destructor_shows_the_kind_of_the_object_alone() -> None:
    code = f"""
class Face:
    def __repr__(self):
        return "Face(secret)"
    def __del__(self):
        reach({ADDRESS})
Face()
"""
    done = run(HOOK + FAIL + code)
    assert done.returncode == 0
    assert "no answer from rtsp://10.0.0.7/ch1" in done.stderr
    assert "secret" not in done.stderr.replace('return "Face(secret)"', "")
    assert "hunter2" not in done.stderr


def test_an_interrupt_is_one_word() -> None:
    assert run(HOOK + "raise KeyboardInterrupt").stderr == "KeyboardInterrupt\n"


def test_a_closed_stderr_is_no_second_error() -> None:
    assert run(HOOK + "import sys\nsys.stderr.close()\n1/0").returncode == 1


def test_nothing_is_kept() -> None:
    code = """
import sys
sys.last_value = sys.last_type = sys.last_traceback = 1
try:
    1 / 0
except ZeroDivisionError as error:
    sys.excepthook(type(error), error, error.__traceback__)
print([name for name in dir(sys) if name.startswith("last_")])
"""
    assert run(HOOK + code).stdout.strip() == "[]"


def test_a_prettier_hook_is_replaced() -> None:
    code = "from rich.traceback import install\ninstall(show_locals=True)\n" + HOOK + FAIL
    done = run(code + f"reach({ADDRESS})")
    assert "hunter2" not in done.stderr
    assert "locals" not in done.stderr


def test_the_command_line_has_no_prettier_tracebacks() -> None:
    assert app.pretty_exceptions_enable is False


def test_text_of_an_error_without_traceback() -> None:
    assert traceback_text(ValueError("x")) == "ValueError: x\n"


@pytest.mark.parametrize("code", ["def f(:", "x = 'rtsp://bob:hunter2@h/' 1"])
def test_errors_of_syntax(code: str) -> None:
    with pytest.raises(SyntaxError) as raised:
        compile(code, "<cell>", "exec")
    assert "SyntaxError" in traceback_text(raised.value)
    assert "hunter2" not in traceback_text(raised.value)
