"""Even out the channels of activations before they are quantised; what the network gives is equal.

A channel is divided by a number where it is made and multiplied by it where it is read (Nagel et
al., "Data-free quantization through weight equalization and bias correction", 2019). One range for
all channels then fits each of them better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.errors import ArtefactError

if TYPE_CHECKING:
    import onnx

__all__ = ["equalised"]

_RECTIFIERS: Final = ("PRelu", "Relu")
"""Scale with what they are given, as long as the scale is positive."""
_GAIN, _OFFSET = 1, 2


def equalised(model: bytes, scales: Mapping[str, Sequence[float]], *, what: str) -> bytes:
    """Return the model with some of its activations divided by a number for each channel.

    Args:
        model: an ONNX file in which a batch norm and a rectifier make each of these activations,
            and ungrouped convolutions read it.
        scales: by activation, one for each channel, above nought.
        what: the network for messages.

    Raises:
        ArtefactError: when the scales are of another network.
    """
    from onnx import load_model_from_string, numpy_helper  # noqa: PLC0415 - a heavy import

    made = load_model_from_string(model)
    nodes = list(made.graph.node)
    weights = {one.name: one for one in made.graph.initializer}
    by_output = {node.output[0]: node for node in nodes}

    def multiply(name: str, factors: Sequence[float], axis: int) -> None:
        values = numpy_helper.to_array(weights[name]).astype(np.float64)
        shape = [-1 if at == axis else 1 for at in range(values.ndim)]
        scaled = values * np.asarray(factors, np.float64).reshape(shape)
        weights[name].CopyFrom(numpy_helper.from_array(scaled.astype(np.float32), name))

    for activation, factors in scales.items():
        norm = _norm_before(by_output, activation)
        readers = [node for node in nodes if activation in node.input]
        fits = (
            norm is not None
            and min(factors, default=0.0) > 0
            and len(factors) == weights[norm.input[_GAIN]].dims[0]
            and all(
                reader.op_type == "Conv" and weights[reader.input[1]].dims[1] == len(factors)
                for reader in readers
            )
        )
        if norm is None or not fits:
            msg = f"{what}: scales of another network, which has {activation}. Install it again."
            raise ArtefactError(msg)
        for name in (norm.input[_GAIN], norm.input[_OFFSET]):
            multiply(name, [1 / factor for factor in factors], axis=0)
        for reader in readers:
            multiply(reader.input[1], factors, axis=1)
    return bytes(made.SerializeToString(deterministic=True))


def _norm_before(by_output: Mapping[str, onnx.NodeProto], activation: str) -> onnx.NodeProto | None:
    """Return the batch norm whose rectified output an activation is."""
    rectifier = by_output.get(activation)
    if rectifier is None or rectifier.op_type not in _RECTIFIERS:
        return None
    norm = by_output.get(rectifier.input[0])
    return norm if norm is not None and norm.op_type == "BatchNormalization" else None
