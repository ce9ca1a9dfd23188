"""What an encoder asks of whatever runs its network, and the runtimes there are."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from workbench.arrays import FloatArray, ImageArray

__all__ = ["MOST_AT_ONCE", "Network", "Runtime"]

MOST_AT_ONCE = 32
"""Crops of one batch: more gains no speed on a processor and costs memory."""


class Runtime(StrEnum):
    """What runs a network; both keep its weights in fp32."""

    TORCH = "torch"
    ONNXRUNTIME = "onnxruntime"


class Network(Protocol):
    """A network with its weights, safe to call from several threads."""

    def run(self, crops: ImageArray) -> FloatArray:
        """Return the outputs for crops `(n, side, side, 3)` uint8 RGB, shape `(n, d)` float32.

        Args:
            crops: at most `MOST_AT_ONCE`, at least one.
        """
        ...
