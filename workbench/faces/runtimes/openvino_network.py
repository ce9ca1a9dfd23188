"""A network on OpenVINO, in fp32 or, where its graph says so, in int8."""

from __future__ import annotations

import sys
import threading
from typing import Any, Final

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import ArtefactError, UsageError
from workbench.faces.runtimes.network import MOST_AT_ONCE

# Importing the package reports that to its maker over the network, by another package that it
# brings. Without that one it reports nothing, so it is kept from loading in this process.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # as `import` documents

try:
    import openvino
except ImportError:
    openvino = None

__all__ = ["BUCKETS", "OpenVinoNetwork", "is_installed"]

BUCKETS: Final = (1, 2, 4, 8, 16, MOST_AT_ONCE)
"""Sizes of batch that are run; others are padded, since OpenVINO compiles for each new size anew,
which takes 0.04 to 0.1 s."""
_WARM: Final = 8
"""Sizes up to this are run once when the network is loaded, so that a live search does not wait."""


def is_installed() -> bool:
    """Return whether OpenVINO is here."""
    return openvino is not None


class OpenVinoNetwork:
    """Runs a model with one image input and one output on the processor.

    Safe to call from several threads, which take turns.
    """

    def __init__(
        self,
        model: bytes,
        *,
        what: str,
        side: int,
        dimension: int,
        threads: int | None = None,
        middle: float = 0.0,
        span: float = 1.0,
    ) -> None:
        """Load a model and run it once for each size of batch that a street brings.

        Args:
            model: the ONNX file.
            what: its name for messages: the path of the file it comes from.
            side: of its input, px.
            dimension: of its output.
            threads: of this network; `None` leaves it to OpenVINO.
            middle: what is taken off each value of a pixel, 0 to 255.
            span: what it is divided by then.

        Raises:
            ArtefactError: when OpenVINO cannot load the model, or it is another network.
            UsageError: when OpenVINO is not installed.
        """
        if not is_installed():
            msg = (
                "runtime openvino is asked for, and OpenVINO is not installed: install "
                "lfr-workbench[openvino], or set runtime to auto."
            )
            raise UsageError(msg)
        self._what = what
        self._middle, self._span = np.float32(middle), np.float32(span)
        self._dimension = dimension
        self._lock = threading.Lock()
        try:
            self._request = _compiled(model, side, threads).create_infer_request()
        except Exception as error:  # noqa: BLE001 - OpenVINO's errors have no common base
            first = str(error).strip().splitlines()[-1] if str(error).strip() else "no model"
            msg = f"{what}: OpenVINO cannot load it ({first}). Install it again."
            raise ArtefactError(msg) from None
        for size in (bucket for bucket in BUCKETS if bucket <= _WARM):
            shape = self._infer(np.zeros((size, side, side, 3), np.uint8)).shape
            if shape != (size, dimension):
                msg = (
                    f"{what}: not the network that was asked for (one input, one output of "
                    f"{dimension}). Install it again."
                )
                raise ArtefactError(msg)

    def run(self, crops: ImageArray) -> FloatArray:
        """Return the outputs for crops `(n, side, side, 3)` uint8 RGB, shape `(n, d)` float32."""
        count = len(crops)
        size = next(bucket for bucket in BUCKETS if bucket >= count)
        if size > count:
            padded = np.zeros((size, *crops.shape[1:]), np.uint8)
            padded[:count] = crops
            crops = padded
        return self._infer(crops)[:count]

    def _infer(self, crops: ImageArray) -> FloatArray:
        pixels = np.ascontiguousarray(crops.transpose(0, 3, 1, 2), np.float32)
        pixels -= self._middle
        pixels /= self._span
        with self._lock:
            self._request.infer([pixels], share_inputs=True)
            output = self._request.get_output_tensor(0).data
            made = np.array(output, np.float32)
            # Both stay with the request until the next call: a face and its template would too.
            output.fill(0)
            pixels.fill(0)
            return made


def _compiled(model: bytes, side: int, threads: int | None) -> Any:  # noqa: ANN401 - no types of its own
    core = openvino.Core()
    read = core.read_model(model)
    read.reshape([-1, 3, side, side])
    options: dict[str, Any] = {
        "PERFORMANCE_HINT": "LATENCY",
        # Its own choice on some processors would be bf16, which gives other numbers.
        "INFERENCE_PRECISION_HINT": "f32",
        # Bound to a core it would stand still while another program has that.
        "ENABLE_CPU_PINNING": False,
    }
    if threads is not None:
        options["INFERENCE_NUM_THREADS"] = threads
    return core.compile_model(read, "CPU", options)
