"""The smallest network that a runtime of encoders takes: the mean of each channel of a crop."""

from __future__ import annotations

from onnx import TensorProto, helper

__all__ = ["SIDE", "tiny_model"]

SIDE = 8


def tiny_model() -> bytes:
    """Return an ONNX file that makes a template of 3 numbers of a crop of 8 by 8 pixels."""
    shape: list[str | int | None] = ["n", 3, SIDE, SIDE]
    graph = helper.make_graph(
        [
            helper.make_node("GlobalAveragePool", ["pixels"], ["mean"]),
            helper.make_node("Flatten", ["mean"], ["template"]),
        ],
        "mean",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("template", TensorProto.FLOAT, ["n", 3])],
    )
    opset = helper.make_opsetid("", 17)
    model: bytes = helper.make_model(graph, opset_imports=[opset], ir_version=8).SerializeToString()
    return model
