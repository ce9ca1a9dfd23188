"""A network in fp32 -> the same in int8: quantised weights and activations written into its graph.

Weights have 63 steps to either side of nought, a scale for each output channel; activations are
unsigned with 255 steps over a range that was measured. 63 and not 127: without VNNI a processor
adds two products of an unsigned and a signed byte in 16 bits, and 2 x 255 x 127 does not fit there
(with 127 the cosine to fp32 fell to 0.51 on such a machine).

The graph says this in QuantizeLinear and DequantizeLinear, which is exact arithmetic in any
runtime; one that knows them runs convolutions and matrices in int8. Sums, maxima and the last
steps stay in fp32.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.errors import ArtefactError

if TYPE_CHECKING:
    import onnx

__all__ = ["WEIGHT_STEPS", "Range", "observed", "quantised"]

WEIGHT_STEPS: Final = 63
ACTIVATION_STEPS: Final = 255
_LAYERS: Final = ("Conv", "Gemm")


class Range(NamedTuple):
    """The values that an activation is quantised over; what lies beyond is cut off."""

    low: float
    high: float


def observed(model: bytes) -> list[str]:
    """Return the names of the activations whose ranges `quantised` needs, in the graph's order."""
    from onnx import load_model_from_string  # noqa: PLC0415 - a heavy import that few runs need

    layers = [node for node in load_model_from_string(model).graph.node if _is_layer(node)]
    return list(dict.fromkeys(node.input[0] for node in layers))


def quantised(
    model: bytes, ranges: Mapping[str, Range], *, what: str, steps: int = WEIGHT_STEPS
) -> bytes:
    """Return the model in int8.

    Args:
        model: in fp32, an ONNX file whose matrices are stored by output.
        ranges: of activations that `observed` names; layers that read others stay in fp32.
        what: the network for messages.
        steps: of the weights to either side of nought, at most 63.

    Raises:
        ArtefactError: when one is not of this network, or holds no number.
    """
    import onnx  # noqa: PLC0415 - a heavy import that few runs need

    made = onnx.load_model_from_string(model)
    if wrong := sorted(set(ranges) - set(observed(model))):
        msg = f"{what}: ranges of another network, which has {wrong[0]}. Install it again."
        raise ArtefactError(msg)
    graph = _Graph(made.graph, steps)
    for name, over in ranges.items():
        graph.quantise_activation(name, over, what)
    for node in list(made.graph.node):
        if _is_layer(node) and node.input[0] in ranges:
            graph.quantise_weights(node)
    graph.finish()
    onnx.checker.check_model(made)
    return bytes(made.SerializeToString(deterministic=True))


class _Graph:
    """A graph whose layers are quantised one by one."""

    def __init__(self, graph: onnx.GraphProto, steps: int) -> None:
        from onnx import numpy_helper  # noqa: PLC0415

        self._graph = graph
        self._steps = steps
        self._weights = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        self._behind: dict[str, list[onnx.NodeProto]] = {}
        self._first: list[onnx.NodeProto] = []
        self._replaced: dict[str, str] = {}

    def quantise_activation(self, name: str, over: Range, what: str) -> None:
        """Add the two steps behind an activation that its layers will read."""
        low, high = min(over.low, 0.0), max(over.high, 0.0)  # nought is kept exact: it pads
        scale = np.float32((high - low) / ACTIVATION_STEPS)
        if not (np.isfinite(scale) and scale > 0):
            msg = f"{what}: range {low:g} to {high:g} of {name} is none. Install it again."
            raise ArtefactError(msg)
        nought = np.uint8(np.clip(round(-low / float(scale)), 0, ACTIVATION_STEPS))
        parts = [
            self._weight(f"{name}/scale", scale),
            self._weight(f"{name}/nought", nought),
        ]
        steps = [
            _node("QuantizeLinear", [name, *parts], f"{name}/u8"),
            _node("DequantizeLinear", [f"{name}/u8", *parts], f"{name}/int8"),
        ]
        self._replaced[name] = f"{name}/int8"
        if any(one.name == name for one in self._graph.input):
            self._first.extend(steps)
        else:
            self._behind[name] = steps

    def quantise_weights(self, node: onnx.NodeProto) -> None:
        """Store the weights of a layer in int8, and let it read what is quantised."""
        name = node.input[1]
        weights = self._weights[name].astype(np.float64)
        flat = np.abs(weights).reshape(len(weights), -1).max(axis=1)
        scale = np.maximum(flat, np.finfo(np.float32).tiny) / self._steps
        steps = np.round(weights / scale.reshape(-1, *[1] * (weights.ndim - 1)))
        parts = [
            self._weight(f"{name}/s8", steps.astype(np.int8)),
            self._weight(f"{name}/scale", scale.astype(np.float32)),
            self._weight(f"{name}/nought", np.zeros(len(scale), np.int8)),
        ]
        self._first.append(_node("DequantizeLinear", parts, f"{name}/int8", axis=0))
        node.input[0] = self._replaced[node.input[0]]
        node.input[1] = f"{name}/int8"

    def finish(self) -> None:
        """Put the new steps where the graph's order wants them, and drop weights nobody reads."""
        from onnx import numpy_helper  # noqa: PLC0415

        nodes = [*self._first]
        for node in self._graph.node:
            nodes.append(node)
            for output in node.output:
                nodes.extend(self._behind.get(output, ()))
        kept = [self._copy(node) for node in nodes]
        read = {name for node in kept for name in node.input}
        del self._graph.node[:]
        self._graph.node.extend(kept)
        del self._graph.initializer[:]
        self._graph.initializer.extend(
            numpy_helper.from_array(value, name)
            for name, value in self._weights.items()
            if name in read
        )

    def _weight(self, name: str, value: NDArray[Any] | np.generic) -> str:
        self._weights[name] = np.asarray(value)
        return name

    @staticmethod
    def _copy(node: onnx.NodeProto) -> onnx.NodeProto:
        from onnx import NodeProto  # noqa: PLC0415

        copied = NodeProto()
        copied.CopyFrom(node)
        return copied


def _is_layer(node: onnx.NodeProto) -> bool:
    return node.op_type in _LAYERS


def _node(kind: str, inputs: list[str], output: str, **options: Any) -> onnx.NodeProto:  # noqa: ANN401 - as ONNX takes them
    from onnx import helper  # noqa: PLC0415

    return helper.make_node(kind, inputs, [output], name=output, **options)
