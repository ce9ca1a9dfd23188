"""A network on OpenVINO, in fp32 or, where its graph says so, in int8."""

from __future__ import annotations

import sys
import threading
from functools import cache
from queue import LifoQueue
from typing import Any, Final

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import ArtefactError, UsageError
from workbench.faces.runtimes.cores import cores

# Importing the package reports that to its maker over the network, by another package that it
# brings. Without that one it reports nothing, so it is kept from loading in this process.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]  # as `import` documents

try:
    import openvino
except ImportError:
    openvino = None

__all__ = ["BUCKETS", "OpenVinoNetwork", "is_installed"]

BUCKETS: Final = (8, 4, 2, 1)
"""Sizes of batch that are run, since OpenVINO compiles for each new size anew, which takes 0.04 to
0.1 s. Others are run in parts: a crop took 28, 27, 26 and 26 ms in batches of 1, 2, 4 and 8 and the
same in larger ones, so that to pad costs more than to part."""
_MOST_PLACES: Final = 2
"""Calls at the same time: of the thread that encodes, and of whoever would else wait for it."""
_ONE: Final = threading.Lock()


def is_installed() -> bool:
    """Return whether OpenVINO is here."""
    return openvino is not None


class OpenVinoNetwork:
    """Runs a model with one image input and one output on the processor.

    Safe to call from several threads: one or two run at the same time, the others wait.
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
        """Load a model and run it once for each size of batch, so that no search waits for that.

        Args:
            model: the ONNX file.
            what: its name for messages: the path of the file it comes from.
            side: of its input, px.
            dimension: of its output.
            threads: of one call; `None` leaves it to OpenVINO. Where it leaves cores over, two
                calls run at the same time.
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
        self._free: LifoQueue[Any] = LifoQueue()
        places = 1 if threads is None else min(_MOST_PLACES, max(1, cores() // threads))
        try:
            compiled = _compiled(model, side, threads, places)
            requests = [compiled.create_infer_request() for _ in range(places)]
        except Exception as error:  # noqa: BLE001 - OpenVINO's errors have no common base
            first = str(error).strip().splitlines()[-1] if str(error).strip() else "no model"
            msg = f"{what}: OpenVINO cannot load it ({first}). Install it again."
            raise ArtefactError(msg) from None
        for request in requests:
            self._free.put(request)
            for size in BUCKETS:
                shape = self._infer(np.zeros((size, side, side, 3), np.uint8)).shape
                if shape != (size, dimension):
                    msg = (
                        f"{what}: not the network that was asked for (one input, one output of "
                        f"{dimension}). Install it again."
                    )
                    raise ArtefactError(msg)

    def run(self, crops: ImageArray) -> FloatArray:
        """Return the outputs for crops `(n, side, side, 3)` uint8 RGB, shape `(n, d)` float32."""
        made = np.empty((len(crops), self._dimension), np.float32)
        start = 0
        while start < len(crops):
            size = next(bucket for bucket in BUCKETS if bucket <= len(crops) - start)
            made[start : start + size] = self._infer(crops[start : start + size])
            start += size
        return made

    def _infer(self, crops: ImageArray) -> FloatArray:
        pixels = np.ascontiguousarray(crops.transpose(0, 3, 1, 2), np.float32)
        pixels -= self._middle
        pixels /= self._span
        request, output = None, None
        try:
            request = self._free.get()
            request.infer([pixels], share_inputs=True)
            output = request.get_output_tensor(0).data
            return np.array(output, np.float32)
        finally:
            # Both stay with the request until the next call: a face and its template would too.
            pixels.fill(0)
            if output is not None:
                output.fill(0)
            if request is not None:
                self._free.put(request)


@cache
def _core() -> Any:  # noqa: ANN401 - no types of its own
    """Return the one core of the process, which is never let go.

    Its processor plugin has signals of the thread that loads it handled on a stack of the plugin's
    own (`sigaltstack`), and takes that from another thread that lets it go while the first one
    still uses it: the next Ctrl-C there would end the process, or write over memory.
    """
    return openvino.Core()


def _compiled(model: bytes, side: int, threads: int | None, places: int) -> Any:  # noqa: ANN401 - no types of its own
    with _ONE:  # two at once would make two cores, of which one would be let go
        core = _core()
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
        options["INFERENCE_NUM_THREADS"] = threads * places
        options["NUM_STREAMS"] = places
    return core.compile_model(read, "CPU", options)
