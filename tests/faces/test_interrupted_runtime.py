"""Ctrl-C after a network was let go: a runtime may have moved where signals are handled."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import tiny_network

SCRIPT = """
import signal, threading
import numpy as np
from tiny_network import SIDE, tiny_model
from workbench.faces.runtimes.{module} import {network}

held = [{network}(tiny_model(), what="mean", dimension=3{more})]
assert np.allclose(held[0].run(np.full((3, SIDE, SIDE, 3), 7, np.uint8)), 7)
other = threading.Thread(target=held.clear)
other.start()
other.join()
try:
    signal.raise_signal(signal.SIGINT)
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "network", "more"),
    [("openvino_network", "OpenVinoNetwork", ", side=SIDE"), ("onnx_network", "OnnxNetwork", "")],
)
def test_ctrl_c_is_heard_once_another_thread_has_let_a_network_go(
    module: str, network: str, more: str
) -> None:
    if module == "openvino_network":
        pytest.importorskip("openvino", reason="needs OpenVINO: the extra openvino")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(module=module, network=network, more=more)],
        env={**os.environ, "PYTHONPATH": str(Path(tiny_network.__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "interrupted\n", "")
