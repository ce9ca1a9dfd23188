"""FaceNet's weights as an ONNX graph, so that other runtimes than torch run the same network.

The graph is facenet-pytorch's `InceptionResnetV1` layer by layer, with each batch norm folded into
its convolution and the scale of each residual block into the convolution that it scales: the same
numbers but for rounding, with fewer steps. Input `pixels` is `(n, 3, 160, 160)` float32 RGB as
`(x - 127.5) / 128`; output `template` is `(n, 512)` of unit norm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

__all__ = ["INPUT", "OUTPUT", "facenet_onnx"]

INPUT: Final = "pixels"
OUTPUT: Final = "template"
_EPS: Final = 1e-3
_SIDE: Final = 160
_DIMENSION: Final = 512
_OPSET: Final = 17
_IR: Final = 8

_Pair = tuple[int, int]
_BLOCKS: Final[Mapping[str, tuple[int, float, tuple[tuple[_Pair, ...], ...]]]] = {
    # Number of blocks, their scale, and the padding of each convolution in each branch.
    "repeat_1": (5, 0.17, (((0, 0),), ((0, 0), (1, 1)), ((0, 0), (1, 1), (1, 1)))),
    "repeat_2": (10, 0.10, (((0, 0),), ((0, 0), (0, 3), (3, 0)))),
    "repeat_3": (5, 0.20, (((0, 0),), ((0, 0), (0, 1), (1, 0)))),
}


def facenet_onnx(state: Mapping[str, NDArray[Any]]) -> bytes:
    """Return the network of these weights as an ONNX model.

    Args:
        state: of `InceptionResnetV1`, by name, as float32.

    Raises:
        KeyError: when a layer is missing.
    """
    graph = _Graph(state)
    at = INPUT
    for name, stride, padding in (
        ("conv2d_1a", 2, 0),
        ("conv2d_2a", 1, 0),
        ("conv2d_2b", 1, 1),
    ):
        at = graph.conv(name, at, stride=stride, padding=(padding, padding))
    at = graph.pool("maxpool_3a", at)
    for name, stride in (("conv2d_3b", 1), ("conv2d_4a", 1), ("conv2d_4b", 2)):
        at = graph.conv(name, at, stride=stride)
    at = graph.residuals("repeat_1", at)
    at = graph.join(
        "mixed_6a",
        [
            graph.conv("mixed_6a.branch0", at, stride=2),
            graph.chain("mixed_6a.branch1", at, ((1, 0), (1, 1), (2, 0))),
            graph.pool("mixed_6a.branch2", at),
        ],
    )
    at = graph.residuals("repeat_2", at)
    at = graph.join(
        "mixed_7a",
        [
            graph.chain("mixed_7a.branch0", at, ((1, 0), (2, 0))),
            graph.chain("mixed_7a.branch1", at, ((1, 0), (2, 0))),
            graph.chain("mixed_7a.branch2", at, ((1, 0), (1, 1), (2, 0))),
            graph.pool("mixed_7a.branch3", at),
        ],
    )
    at = graph.residuals("repeat_3", at)
    at = graph.residual("block8", at, scale=1.0, branches=_BLOCKS["repeat_3"][2], relu=False)
    at = graph.node("GlobalAveragePool", [at], "avgpool_1a")
    at = graph.node("Flatten", [at], "flat", axis=1)
    at = graph.linear("last_linear", "last_bn", at)
    graph.node("LpNormalization", [at], OUTPUT, axis=1, p=2)
    return graph.model()


class _Graph:
    """Nodes and weights in the order in which they were added."""

    def __init__(self, state: Mapping[str, NDArray[Any]]) -> None:
        self._state = state
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []

    def node(self, kind: str, inputs: Sequence[str], name: str, **options: Any) -> str:  # noqa: ANN401 - as ONNX takes them
        """Add a node with one output of its own name, and return that."""
        from onnx import helper  # noqa: PLC0415 - a heavy import that few runs need

        self._nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **options))
        return name

    def weight(self, name: str, values: NDArray[Any]) -> str:
        """Add an array as float32, and return its name."""
        from onnx import numpy_helper  # noqa: PLC0415

        array = np.ascontiguousarray(values, np.float32)
        self._weights.append(numpy_helper.from_array(array, name))
        return name

    def conv(self, name: str, at: str, *, stride: int = 1, padding: _Pair = (0, 0)) -> str:
        """Add a convolution with its batch norm and its rectifier."""
        kernel = self._state[f"{name}.conv.weight"].astype(np.float64)
        gain, offset = self._norm(f"{name}.bn")
        weights = kernel * gain[:, None, None, None]
        done = self._convolution(name, at, weights, offset, stride=stride, padding=padding)
        return self.node("Relu", [done], f"{name}/relu")

    def chain(self, name: str, at: str, steps: Sequence[_Pair]) -> str:
        """Add convolutions one behind the other, each with its stride and padding."""
        for place, (stride, padding) in enumerate(steps):
            at = self.conv(f"{name}.{place}", at, stride=stride, padding=(padding, padding))
        return at

    def residuals(self, name: str, at: str) -> str:
        """Add the blocks of a stage."""
        number, scale, branches = _BLOCKS[name]
        for place in range(number):
            at = self.residual(f"{name}.{place}", at, scale=scale, branches=branches)
        return at

    def residual(
        self,
        name: str,
        at: str,
        *,
        scale: float,
        branches: tuple[tuple[_Pair, ...], ...],
        relu: bool = True,
    ) -> str:
        """Add a block: `x + scale * conv(branches(x))`."""
        ends = []
        for place, paddings in enumerate(branches):
            end = at
            for step, padding in enumerate(paddings):
                within = f"{name}.branch{place}" + (f".{step}" if len(paddings) > 1 else "")
                end = self.conv(within, end, padding=padding)
            ends.append(end)
        joined = self.join(name, ends)
        kernel = self._state[f"{name}.conv2d.weight"].astype(np.float64) * scale
        bias = self._state[f"{name}.conv2d.bias"].astype(np.float64) * scale
        made = self._convolution(f"{name}.conv2d", joined, kernel, bias)
        total = self.node("Add", [at, made], f"{name}/sum")
        return self.node("Relu", [total], f"{name}/relu") if relu else total

    def pool(self, name: str, at: str) -> str:
        """Add a maximum over 3x3 px, every second one."""
        return self.node("MaxPool", [at], name, kernel_shape=[3, 3], strides=[2, 2])

    def join(self, name: str, parts: Sequence[str]) -> str:
        """Join channels."""
        return self.node("Concat", parts, f"{name}/join", axis=1)

    def linear(self, name: str, norm: str, at: str) -> str:
        """Add a matrix without a bias, and the batch norm behind it."""
        gain, offset = self._norm(norm)
        matrix = self._state[f"{name}.weight"].astype(np.float64) * gain[:, None]
        inputs = [at, self.weight(f"{name}/w", matrix), self.weight(f"{name}/b", offset)]
        return self.node("Gemm", inputs, name, transB=1)

    def model(self) -> bytes:
        """Return the whole, checked."""
        from onnx import TensorProto, checker, helper  # noqa: PLC0415

        shape_in: list[str | int | None] = ["n", 3, _SIDE, _SIDE]
        shape_out: list[str | int | None] = ["n", _DIMENSION]
        graph = helper.make_graph(
            self._nodes,
            "facenet",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, shape_in)],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, shape_out)],
            self._weights,
        )
        made = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR
        )
        checker.check_model(made)
        return bytes(made.SerializeToString(deterministic=True))

    def _convolution(
        self,
        name: str,
        at: str,
        kernel: NDArray[Any],
        bias: NDArray[Any],
        *,
        stride: int = 1,
        padding: _Pair = (0, 0),
    ) -> str:
        inputs = [at, self.weight(f"{name}/w", kernel), self.weight(f"{name}/b", bias)]
        high, wide = padding
        return self.node(
            "Conv",
            inputs,
            name,
            kernel_shape=list(kernel.shape[2:]),
            strides=[stride, stride],
            pads=[high, wide, high, wide],
        )

    def _norm(self, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return what a batch norm multiplies by and what it adds then, shape `(c,)` float64."""
        part = {
            key: self._state[f"{name}.{key}"].astype(np.float64)
            for key in ("weight", "bias", "running_mean", "running_var")
        }
        gain = part["weight"] / np.sqrt(part["running_var"] + _EPS)
        return gain, part["bias"] - part["running_mean"] * gain
