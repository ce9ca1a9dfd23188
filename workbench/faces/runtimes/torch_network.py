"""A network on torch: the processor with channels last, CUDA or MPS."""

from __future__ import annotations

import threading

import numpy as np
import torch

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.runtimes.devices import torch_device

__all__ = ["TorchNetwork"]


class TorchNetwork:
    """Runs a module; safe to call from several threads, which take turns."""

    def __init__(
        self,
        net: torch.nn.Module,
        *,
        device: str = "cpu",
        threads: int | None = None,
        middle: float = 0.0,
        span: float = 1.0,
    ) -> None:
        """Take a module and put it on its device.

        Args:
            net: takes `(n, 3, side, side)` float32, gives `(n, d)`.
            device: `cpu`, `cuda`, `cuda:0` or `mps`.
            threads: for torch, which has one number for the process; `None` leaves it.
            middle: what is taken off each value of a pixel, 0 to 255.
            span: what it is divided by then.

        Raises:
            UsageError: when there is no such device here.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        self._device = torch_device(device)
        # Channels last is 1.4 times faster on a processor.
        self._net = net.eval().to(self._device).to(memory_format=torch.channels_last)
        self._middle, self._span = middle, span
        self._lock = threading.Lock()

    def run(self, crops: ImageArray) -> FloatArray:
        """Return the outputs for crops `(n, side, side, 3)` uint8 RGB, shape `(n, d)` float32."""
        with self._lock, torch.inference_mode():
            part = torch.from_numpy(np.ascontiguousarray(crops)).to(self._device)
            pixels = part.permute(0, 3, 1, 2)
            pixels = pixels.to(torch.float32, memory_format=torch.channels_last)
            made = self._net((pixels - self._middle) / self._span)
            found: FloatArray = made.float().cpu().numpy()
            return found
