"""Unfold SFace's int8 weights to float32, so that every runtime reads the same model.

The published file keeps its weights in int8 blocks and lists every initialiser as an input,
which OpenCV 5's engine refuses. Weights become `(q - zero_point) * scale` once (ONNX's
DequantizeLinear, opset 21), the Dropout node, which does nothing at search, goes, and the only
input left is the image. Nothing else of the graph changes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.arrays import FloatArray
from workbench.errors import ArtefactError

if TYPE_CHECKING:
    import onnx

__all__ = ["convert_sface", "dequantise"]

_INPUT = "data"
_BATCH = "n"


def convert_sface(source: Path, target: Path) -> None:
    """Write the float32 model of `source`, the same bytes every time.

    Args:
        source: the int8 model `sface-2021dec-int8bq`.
        target: where to write.

    Raises:
        ArtefactError: when the file is not an ONNX model of the expected shape.
    """
    import onnx  # noqa: PLC0415 - a heavy import that only this conversion needs
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

    try:
        model = onnx.load_model_from_string(source.read_bytes())
    except DecodeError as error:
        msg = f"{source} is not an ONNX model ({error}). Give the catalogued file."
        raise ArtefactError(msg) from error
    _unfold_weights(model.graph)
    _drop_dropout(model.graph)
    _keep_image_input(model.graph)
    onnx.checker.check_model(model)
    target.write_bytes(model.SerializeToString(deterministic=True))


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


def _unfold_weights(graph: onnx.GraphProto) -> None:
    """Replace DequantizeLinear, and the Reshape after it, by an initialiser."""
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


def _drop_dropout(graph: onnx.GraphProto) -> None:
    """Remove Dropout nodes and join what they joined."""
    joined: dict[str, str] = {}
    kept = []
    for node in graph.node:
        if node.op_type == "Dropout":
            joined[node.output[0]] = joined.get(node.input[0], node.input[0])
            continue
        for position, name in enumerate(node.input):
            node.input[position] = joined.get(name, name)
        kept.append(node)
    del graph.node[:]
    graph.node.extend(kept)


def _keep_image_input(graph: onnx.GraphProto) -> None:
    """Leave the image as the only input, and let its batch be of any size."""
    inputs = [value for value in graph.input if value.name == _INPUT]
    if len(inputs) != 1 or len(graph.output) != 1:
        msg = f"the model has no single input {_INPUT!r} and output; it is not SFace as catalogued"
        raise ArtefactError(msg)
    del graph.input[:]
    graph.input.extend(inputs)
    del graph.value_info[:]
    for value in (*graph.input, *graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = _BATCH
