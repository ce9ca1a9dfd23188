"""The three networks of MTCNN as ONNX graphs, layer by layer as facenet-pytorch has them.

Each is a chain of convolutions, PReLUs and maxima, then matrices but for the first network, and at
its end two or three heads beside each other: `_1` the confidence, `_2` the box, `_3` the landmarks.
Input `pixels` is `(n, 3, height, width)` float32; outputs come in facenet-pytorch's order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import torch
from torch import nn

if TYPE_CHECKING:
    import onnx

__all__ = ["mtcnn_onnx"]

_OPSET: Final = 17
_IR: Final = 8
_HEADS: Final = ("_2", "_3", "_1")


def mtcnn_onnx(net: nn.Module) -> bytes:
    """Return one of MTCNN's networks as an ONNX model.

    Args:
        net: facenet-pytorch's `PNet`, `RNet` or `ONet`.

    Raises:
        KeyError: when it has a layer that these have not.
    """
    from onnx import TensorProto, checker, helper  # noqa: PLC0415 - a heavy import that few need

    graph = _Graph()
    trunk, flat = "pixels", False
    ends: dict[str, str] = {}
    for name, layer in net.named_children():
        if isinstance(layer, nn.Linear) and not flat:
            # Flattened column by column, as the weights were trained.
            turned = graph.node("Transpose", [trunk], f"{name}/turned", perm=[0, 3, 2, 1])
            trunk = graph.node("Flatten", [turned], f"{name}/flat", axis=1)
            flat = True
        head = name[-2:]
        if isinstance(layer, nn.Softmax):
            ends[head] = graph.node("Softmax", [ends[head]], name, axis=1)
        elif head in _HEADS:
            ends[head] = graph.layer(name, layer, trunk)
        else:
            trunk = graph.layer(name, layer, trunk)
    outputs = [ends[head] for head in _HEADS if head in ends]
    shape: list[str | int | None] = ["n", "values"] if flat else ["n", "values", "rows", "columns"]
    made = helper.make_model(
        helper.make_graph(
            graph.nodes,
            type(net).__name__,
            [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, "h", "w"])],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in outputs],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR,
    )
    checker.check_model(made)
    return bytes(made.SerializeToString(deterministic=True))


class _Graph:
    """Nodes and weights in the order in which they were added."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: list[str], name: str, **options: Any) -> str:  # noqa: ANN401 - as ONNX takes them
        """Add a node with one output of its own name, and return that."""
        from onnx import helper  # noqa: PLC0415

        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, **options))
        return name

    def layer(self, name: str, layer: nn.Module, at: str) -> str:
        """Add a layer of the chain."""
        if isinstance(layer, nn.Conv2d):
            return self.node("Conv", [at, *self._weights(name, layer.weight, layer.bias)], name)
        if isinstance(layer, nn.Linear):
            parts = self._weights(name, layer.weight, layer.bias)
            return self.node("Gemm", [at, *parts], name, transB=1)
        if isinstance(layer, nn.PReLU):
            follows_matrix = self.nodes[-1].op_type == "Gemm"
            slope = layer.weight if follows_matrix else layer.weight[:, None, None]
            return self.node("PRelu", [at, *self._weights(name, slope)], name)
        if isinstance(layer, nn.MaxPool2d):
            side, step = int(layer.kernel_size), int(layer.stride)  # type: ignore[arg-type]  # one number here
            return self.node(
                "MaxPool", [at], name, kernel_shape=[side, side], strides=[step, step], ceil_mode=1
            )
        raise KeyError(name)

    def _weights(self, name: str, *values: torch.Tensor | None) -> list[str]:
        from onnx import numpy_helper  # noqa: PLC0415

        names = [f"{name}/{place}" for place in range(len(values))]
        self.weights.extend(
            numpy_helper.from_array(value.detach().numpy(), one)
            for one, value in zip(names, values, strict=True)
            if value is not None
        )
        return names
