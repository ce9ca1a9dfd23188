"""A hardened process leaves no core file, and says what it could not do."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
import ctypes, json, resource
def state():
    return [resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)]
"""
HARDEN = "from workbench.hygiene import harden_process\nnotes = harden_process()\n"


def require_linux() -> None:
    if sys.platform != "linux":
        pytest.skip("needs Linux")


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )


def test_core_dumps_are_off_and_stay_off_in_children(tmp_path: Path) -> None:
    require_linux()
    child = (
        "import subprocess, sys\nchild = subprocess.check_output([sys.executable, '-c', {!r}])\n"
    )
    ask_child = ASK + "print(json.dumps(state()[0]))"
    done = run(
        ASK
        + HARDEN
        + child.format(ask_child)
        + "print(json.dumps([notes, state(), json.loads(child)]))",
        tmp_path,
    )
    assert done.stderr == ""
    notes, (limit, dumpable), of_child = json.loads(done.stdout)
    assert notes == []
    assert limit == of_child == [0, 0]
    assert dumpable == 0


@pytest.mark.parametrize("hardened", [False, True])
def test_a_crash_leaves_no_core_file(tmp_path: Path, *, hardened: bool) -> None:
    require_linux()
    pattern = Path("/proc/sys/kernel/core_pattern").read_text("ascii").strip()
    raised = "import resource\nresource.setrlimit(resource.RLIMIT_CORE, (2**40, 2**40))\n"
    done = run(raised + (HARDEN if hardened else "") + "import os\nos.abort()\n", tmp_path)
    if "Traceback" in done.stderr or pattern.startswith(("|", "/")):
        pytest.skip("needs a system that writes core files beside the program")
    assert bool(list(tmp_path.iterdir())) == (not hardened)


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    broken = (
        "import sys\nsys.modules['resource'] = None\nimport ctypes\n"
        "def refuse(*_, **__): raise OSError('not here')\nctypes.CDLL = refuse\n"
    )
    done = run(broken + HARDEN + "print('\\n'.join(notes))", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Core files could not be switched off (this platform has no such limit)" in done.stdout
    if sys.platform == "linux":
        assert "could not be closed to others of the same user (not here)" in done.stdout


def test_loading_it_loads_nothing_else(tmp_path: Path) -> None:
    code = (
        "import sys, workbench.hygiene\n"
        "heavy = {'numpy', 'pydantic', 'sqlalchemy', 'rich', 'typer', 'IPython', 'traitlets'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert run(code, tmp_path).stdout.strip() == "[]"
