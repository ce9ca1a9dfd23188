"""A network on ONNX Runtime."""

from __future__ import annotations

import os
from typing import Final

import numpy as np

# Official builds report each use to their maker over the network, from release 1.29 on, unless
# they are told not to before they load.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import ArtefactError

__all__ = ["OnnxNetwork"]

_ERRORS_ONLY: Final = 3


class OnnxNetwork:
    """Runs a model with one image input and one output; safe to call from several threads."""

    def __init__(
        self,
        model: bytes,
        *,
        what: str,
        dimension: int,
        device: str = "cpu",
        threads: int | None = None,
        middle: float = 0.0,
        span: float = 1.0,
    ) -> None:
        """Load a model.

        Args:
            model: the ONNX file.
            what: its name for messages: the path of the file it comes from.
            dimension: of its output.
            device: `cuda` or `cuda:0` uses CUDA where the installed ONNX Runtime has it; anything
                else, and where it has not, the processor.
            threads: of this session; `None` leaves it to ONNX Runtime.
            middle: what is taken off each value of a pixel, 0 to 255.
            span: what it is divided by then.

        Raises:
            ArtefactError: when ONNX Runtime cannot load the model, or it is another network.
        """
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=_providers(device)
            )
        except Exception as error:  # noqa: BLE001 - ONNX Runtime's errors have no common base
            first = str(error).strip().splitlines()[0]
            msg = f"{what}: ONNX Runtime cannot load it ({first}). Install it again."
            raise ArtefactError(msg) from None
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1 or outputs[0].shape[-1] != dimension:
            msg = (
                f"{what}: not the network that was asked for (one input, one output of "
                f"{dimension}). Install it again."
            )
            raise ArtefactError(msg)
        self._input = inputs[0].name
        batch = inputs[0].shape[0]
        # A file as published may take one crop at a time; a symbolic size takes any number.
        self._at_once = batch if isinstance(batch, int) else None
        self._dimension = dimension
        self._middle, self._span = np.float32(middle), np.float32(span)

    def run(self, crops: ImageArray) -> FloatArray:
        """Return the outputs for crops `(n, side, side, 3)` uint8 RGB, shape `(n, d)` float32."""
        made = np.empty((len(crops), self._dimension), np.float32)
        step = self._at_once or len(crops)
        for start in range(0, len(crops), step):
            part = crops[start : start + step].transpose(0, 3, 1, 2)
            pixels = np.ascontiguousarray(part, np.float32)
            pixels -= self._middle
            pixels /= self._span
            made[start : start + step] = self._session.run(None, {self._input: pixels})[0]
        return made


def _providers(device: str) -> list[str | tuple[str, dict[str, str]]]:
    wanted: list[str | tuple[str, dict[str, str]]] = ["CPUExecutionProvider"]
    kind, _, number = device.partition(":")
    if kind == "cuda" and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        wanted.insert(0, ("CUDAExecutionProvider", {"device_id": number or "0"}))
    return wanted
