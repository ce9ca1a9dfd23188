"""What runs an encoder's network: torch, ONNX Runtime or OpenVINO, in fp32 or in int8."""

from __future__ import annotations

from workbench.faces.runtimes.network import Numbers, Runtime

__all__ = ["Numbers", "Runtime"]
