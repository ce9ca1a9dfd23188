"""Convert the frozen FaceNet graph to weights for facenet-pytorch's `InceptionResnetV1`.

The graph has batch norm folded into its convolutions: what is left of it is an offset. The
module keeps its batch norm layers, so each gets the one setting that adds exactly that offset:
mean 0, variance `1 - eps`, weight 1, bias the offset. Names map one to one, as in the upstream
project's own `tensorflow2pytorch.py`. Input of both: `(x - 127.5) / 128`, RGB, 160x160.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from workbench.arrays import FloatArray
from workbench.errors import ArtefactError
from workbench.faces.artefacts.graphdef import read_constants
from workbench.faces.artefacts.tensors import Tensors, write_safetensors

__all__ = ["convert_facenet_graph", "facenet_state"]

N_CONVOLUTIONS = 132
_EPS = 1e-3
_ROOT = "InceptionResnetV1"

_STEM = (
    ("conv2d_1a", "Conv2d_1a_3x3"),
    ("conv2d_2a", "Conv2d_2a_3x3"),
    ("conv2d_2b", "Conv2d_2b_3x3"),
    ("conv2d_3b", "Conv2d_3b_1x1"),
    ("conv2d_4a", "Conv2d_4a_3x3"),
    ("conv2d_4b", "Conv2d_4b_3x3"),
)
# Within a block: name below the module -> name below the graph's scope.
_BLOCK35 = (
    ("branch0", "Branch_0/Conv2d_1x1"),
    ("branch1.0", "Branch_1/Conv2d_0a_1x1"),
    ("branch1.1", "Branch_1/Conv2d_0b_3x3"),
    ("branch2.0", "Branch_2/Conv2d_0a_1x1"),
    ("branch2.1", "Branch_2/Conv2d_0b_3x3"),
    ("branch2.2", "Branch_2/Conv2d_0c_3x3"),
)
_BLOCK17 = (
    ("branch0", "Branch_0/Conv2d_1x1"),
    ("branch1.0", "Branch_1/Conv2d_0a_1x1"),
    ("branch1.1", "Branch_1/Conv2d_0b_1x7"),
    ("branch1.2", "Branch_1/Conv2d_0c_7x1"),
)
_BLOCK8 = (
    ("branch0", "Branch_0/Conv2d_1x1"),
    ("branch1.0", "Branch_1/Conv2d_0a_1x1"),
    ("branch1.1", "Branch_1/Conv2d_0b_1x3"),
    ("branch1.2", "Branch_1/Conv2d_0c_3x1"),
)
_MIXED_6A = (
    ("branch0", "Branch_0/Conv2d_1a_3x3"),
    ("branch1.0", "Branch_1/Conv2d_0a_1x1"),
    ("branch1.1", "Branch_1/Conv2d_0b_3x3"),
    ("branch1.2", "Branch_1/Conv2d_1a_3x3"),
)
_MIXED_7A = (
    ("branch0.0", "Branch_0/Conv2d_0a_1x1"),
    ("branch0.1", "Branch_0/Conv2d_1a_3x3"),
    ("branch1.0", "Branch_1/Conv2d_0a_1x1"),
    ("branch1.1", "Branch_1/Conv2d_1a_3x3"),
    ("branch2.0", "Branch_2/Conv2d_0a_1x1"),
    ("branch2.1", "Branch_2/Conv2d_0b_3x3"),
    ("branch2.2", "Branch_2/Conv2d_1a_3x3"),
)


def convert_facenet_graph(source: Path, target: Path) -> None:
    """Write the safetensors file of `source`, the same bytes every time.

    Args:
        source: the frozen graph `facenet-graph-20180408`.
        target: where to write.

    Raises:
        ArtefactError: when the graph is another one.
    """
    write_safetensors(facenet_state(read_constants(source)), target)


def facenet_state(constants: dict[str, FloatArray]) -> Tensors:
    """Return the state of `InceptionResnetV1(classify=False)` from the graph's constants.

    Raises:
        ArtefactError: when a constant is missing or a convolution is left over.
    """
    state: Tensors = {}
    try:
        for module, scope in _folded():
            _put_folded(state, module, f"{_ROOT}/{scope}", constants)
        for module, scope in _residual():
            name = f"{_ROOT}/{scope}/Conv2d_1x1"
            state[f"{module}.conv2d.weight"] = _convolution(constants[f"{name}/weights"])
            state[f"{module}.conv2d.bias"] = constants[f"{name}/biases"]
        _put_bottleneck(state, constants)
    except KeyError as error:
        msg = f"the graph has no constant {error}; it is not FaceNet 20180408-102900 as catalogued"
        raise ArtefactError(msg) from error
    mapped = sum(array.ndim == 4 for array in state.values())  # noqa: PLR2004 - convolutions
    present = sum(array.ndim == 4 for array in constants.values())  # noqa: PLR2004
    if mapped != N_CONVOLUTIONS or present != N_CONVOLUTIONS:
        msg = f"the graph has {present} convolutions, {mapped} mapped; {N_CONVOLUTIONS} expected"
        raise ArtefactError(msg)
    return state


def _folded() -> Iterator[tuple[str, str]]:
    """Give module and scope of every convolution whose batch norm was folded."""
    yield from _STEM
    inner = (
        *((f"repeat_1.{i}", f"Repeat/block35_{i + 1}", _BLOCK35) for i in range(5)),
        ("mixed_6a", "Mixed_6a", _MIXED_6A),
        *((f"repeat_2.{i}", f"Repeat_1/block17_{i + 1}", _BLOCK17) for i in range(10)),
        ("mixed_7a", "Mixed_7a", _MIXED_7A),
        *((f"repeat_3.{i}", f"Repeat_2/block8_{i + 1}", _BLOCK8) for i in range(5)),
        ("block8", "Block8", _BLOCK8),
    )
    for module, scope, branches in inner:
        for below, branch in branches:
            yield f"{module}.{below}", f"{scope}/{branch}"


def _residual() -> Iterator[tuple[str, str]]:
    """Give module and scope of every block that ends in a 1x1 convolution with biases."""
    for i in range(5):
        yield f"repeat_1.{i}", f"Repeat/block35_{i + 1}"
    for i in range(10):
        yield f"repeat_2.{i}", f"Repeat_1/block17_{i + 1}"
    for i in range(5):
        yield f"repeat_3.{i}", f"Repeat_2/block8_{i + 1}"
    yield "block8", "Block8"


def _put_folded(state: Tensors, module: str, scope: str, constants: dict[str, FloatArray]) -> None:
    offset = constants[f"{scope}/Conv2D_bn_offset"]
    state[f"{module}.conv.weight"] = _convolution(constants[f"{scope}/weights"])
    state[f"{module}.bn.weight"] = np.ones_like(offset)
    state[f"{module}.bn.bias"] = offset
    state[f"{module}.bn.running_mean"] = np.zeros_like(offset)
    # variance + eps is exactly 1 in float32, so the layer adds the offset and does nothing else.
    state[f"{module}.bn.running_var"] = np.full_like(offset, np.float32(1.0 - _EPS))
    state[f"{module}.bn.num_batches_tracked"] = np.zeros((), np.int64)


def _put_bottleneck(state: Tensors, constants: dict[str, FloatArray]) -> None:
    scope = f"{_ROOT}/Bottleneck"
    norm = f"{scope}/BatchNorm"
    state["last_linear.weight"] = np.ascontiguousarray(constants[f"{scope}/weights"].T)
    # The scale is a constant of ones that TensorFlow names after its kind.
    state["last_bn.weight"] = constants[f"{norm}/Const"]
    state["last_bn.bias"] = constants[f"{norm}/beta"]
    state["last_bn.running_mean"] = constants[f"{norm}/moving_mean"]
    state["last_bn.running_var"] = constants[f"{norm}/moving_variance"]
    state["last_bn.num_batches_tracked"] = np.zeros((), np.int64)


def _convolution(weights: FloatArray) -> FloatArray:
    """Turn TensorFlow's height, width, in, out into torch's out, in, height, width."""
    return np.ascontiguousarray(weights.transpose(3, 2, 0, 1))
