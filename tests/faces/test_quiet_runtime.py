"""Nothing of the product reports its use to anybody: the runtime is told so before it loads.

That no byte goes to a network in a live search is shown in tests/fault/test_nothing_kept.py.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import workbench

PACKAGE = Path(workbench.__file__).parent


def test_the_runtime_is_told_before_it_loads() -> None:
    script = (
        "import sys, os; import workbench.faces.runtimes.onnx_network; "
        "sys.exit(os.environ.get('ORT_DISABLE_TELEMETRY') != '1')"
    )
    environment = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"}
    assert (
        subprocess.run([sys.executable, "-c", script], env=environment, check=False).returncode == 0
    )


def test_it_is_loaded_there_alone() -> None:
    importing = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^\s*(import|from) onnxruntime", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert importing == ["faces/runtimes/onnx_network.py"]
    text = (PACKAGE / "faces" / "runtimes" / "onnx_network.py").read_text("utf-8")
    assert text.index("ORT_DISABLE_TELEMETRY") < text.index("import onnxruntime")
