"""Unfold SFace's int8 weights to float32, so that every runtime reads the same model.

The published file keeps its weights in int8 blocks and lists every initialiser as an input,
which OpenCV 5's engine refuses. Weights become `(q - zero_point) * scale` once (ONNX's
DequantizeLinear, opset 21), the Dropout node, which does nothing at search, goes, and the only
input left is the image. Nothing else of the graph changes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import ArtefactError
from workbench.faces.runtimes.unfolding import unfold_weights

if TYPE_CHECKING:
    import onnx

__all__ = ["convert_sface"]

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
    unfold_weights(model.graph)
    _drop_dropout(model.graph)
    _keep_image_input(model.graph)
    onnx.checker.check_model(model)
    target.write_bytes(model.SerializeToString(deterministic=True))


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
