"""Weights that a published file keeps in int8 blocks -> float32, once, when it is read.

OpenCV Zoo's files multiply them out at each run: `(q - zero_point) * scale`, ONNX's
DequantizeLinear of opset 21, and a Reshape after it. The numbers stay the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray

if TYPE_CHECKING:
    import onnx

__all__ = ["dequantise", "unfold_weights"]


def dequantise(
    quantised: NDArray[Any], scale: FloatArray, zero: NDArray[Any], axis: int, block: int
) -> FloatArray:
    """Return `(quantised - zero) * scale`, scale and zero repeated over blocks along `axis`.

    Args:
        quantised: integers of any shape.
        scale: float32, shaped like `quantised` but `ceil(length / block)` along `axis`.
        zero: integers, shaped like `scale`.
        axis: the blocked axis.
        block: how many values share a scale.

    >>> dequantise(np.array([2, 4, 6]), np.array([1, .5], "f4"), np.array([0, 2]), 0, 2).tolist()
    [2.0, 4.0, 2.0]
    """
    length = quantised.shape[axis]
    scales = np.repeat(scale, block, axis=axis).take(range(length), axis=axis)
    zeros = np.repeat(zero, block, axis=axis).take(range(length), axis=axis)
    steps = quantised.astype(np.int32) - zeros.astype(np.int32)
    return steps.astype(np.float32) * scales.astype(np.float32)


def unfold_weights(graph: onnx.GraphProto) -> None:
    """Replace DequantizeLinear of weights, and the Reshape after it, by an initialiser.

    Raises:
        KeyError, ValueError: when weights are quantised in another way than by blocks.
    """
    from onnx import numpy_helper  # noqa: PLC0415

    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    made: dict[str, NDArray[Any]] = {}
    kept = []
    for node in graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in values:
            option = {attribute.name: attribute.i for attribute in node.attribute}
            quantised, scale, zero = (values[name] for name in node.input)
            made[node.output[0]] = dequantise(
                quantised, scale, zero, option["axis"], option["block_size"]
            )
        elif node.op_type == "Reshape" and node.input[0] in made:
            shape = [int(side) for side in values[node.input[1]]]
            made[node.output[0]] = made.pop(node.input[0]).reshape(shape)
        else:
            kept.append(node)
    del graph.node[:]
    graph.node.extend(kept)
    used = {name for node in kept for name in node.input}
    remaining = [tensor for tensor in graph.initializer if tensor.name in used]
    del graph.initializer[:]
    graph.initializer.extend(remaining)
    graph.initializer.extend(
        numpy_helper.from_array(array, name) for name, array in made.items() if name in used
    )
