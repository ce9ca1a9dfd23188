"""What an encoder asks of whatever runs its network, and the runtimes there are."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, Protocol, TypeAlias

from workbench.arrays import FloatArray, ImageArray

__all__ = ["MOST_AT_ONCE", "Network", "Numbers", "Runtime"]

MOST_AT_ONCE = 32
"""Crops of one batch: more gains no speed on a processor and costs memory."""

Numbers: TypeAlias = Literal["fp32", "int8"]
"""In which numbers a network computes; those of one class give the same templates to 1e-5."""


class Runtime(StrEnum):
    """What runs a network."""

    TORCH = "torch"
    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"
    OPENVINO_INT8 = "openvino-int8"

    @property
    def numbers(self) -> Numbers:
        """In which numbers it computes."""
        return "int8" if self is Runtime.OPENVINO_INT8 else "fp32"


class Network(Protocol):
    """A network with its weights, safe to call from several threads."""

    def run(self, crops: ImageArray) -> FloatArray:
        """Return the outputs for crops `(n, side, side, 3)` uint8 RGB, shape `(n, d)` float32.

        Args:
            crops: at most `MOST_AT_ONCE`, at least one.
        """
        ...
