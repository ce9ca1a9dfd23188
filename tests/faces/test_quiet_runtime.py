"""Nothing of the product reports its use to anybody: the runtime is told so before it loads.

That no byte goes to a network in a live search is shown in tests/fault/test_nothing_kept.py.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_network

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


def test_openvino_reports_nothing(tmp_path: Path) -> None:
    """Its import alone would: here whatever opens a socket or asks for a host ends the process."""
    pytest.importorskip("openvino", reason="needs OpenVINO: the extra openvino")
    script = """
import os, sys
def watch(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__" or event == "subprocess.Popen":
        os.write(2, f"{event} {arguments}".encode())
        os._exit(9)
sys.addaudithook(watch)
import numpy as np
from tiny_network import SIDE, tiny_model
from workbench.faces.runtimes.openvino_network import OpenVinoNetwork
network = OpenVinoNetwork(tiny_model(), what="mean", side=SIDE, dimension=3)
assert np.allclose(network.run(np.full((3, SIDE, SIDE, 3), 7, np.uint8)), 7)

"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={
            **os.environ,
            "HOME": str(tmp_path),  # where nobody has declined
            "PYTHONPATH": str(Path(tiny_network.__file__).parent),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(tmp_path.iterdir()) == []
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("package", "module", "silence"),
    [
        ("onnxruntime", "onnx_network", "ORT_DISABLE_TELEMETRY"),
        ("openvino", "openvino_network", "openvino_telemetry"),
    ],
)
def test_it_is_loaded_there_alone(package: str, module: str, silence: str) -> None:
    importing = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(rf"^\s*(import|from) {package}\b", path.read_text("utf-8"), re.MULTILINE)
    ]
    assert importing == [f"faces/runtimes/{module}.py"]
    text = (PACKAGE / "faces" / "runtimes" / f"{module}.py").read_text("utf-8")
    assert text.index(silence) < text.index(f"import {package}")
