"""SFace's ONNX model as a torch module, for devices that ONNX Runtime does not reach.

The network is a chain: convolutions, batch norms, PReLUs, and one matrix at the end. Its first two
nodes scale the pixels, and stay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch

from workbench.errors import ArtefactError

__all__ = ["sface_module"]

_Options = dict[str, Any]
_Values = list[torch.Tensor]


def sface_module(model: bytes, *, what: str) -> torch.nn.Module:
    """Return the network of an ONNX model that is a chain.

    Args:
        model: the ONNX file.
        what: its name for messages: the path of the file it comes from.

    Raises:
        ArtefactError: when it is no ONNX model, or holds what SFace does not.
    """
    import onnx  # noqa: PLC0415 - a heavy import that few runs need
    from onnx import helper, numpy_helper  # noqa: PLC0415

    try:
        graph = onnx.load_model_from_string(model).graph
        values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        layers, at = [], graph.input[0].name
        for node in graph.node:
            if node.op_type == "Constant":
                continue  # none of the chain reads it
            options = {one.name: helper.get_attribute_value(one) for one in node.attribute}
            weights = [torch.from_numpy(np.array(values[name])) for name in node.input[1:]]
            if node.input[0] != at:
                msg = f"{node.name or node.op_type} does not follow what is before it"
                raise ValueError(msg)  # noqa: TRY301 - told with what else may be wrong
            layers.append(_LAYERS[node.op_type](options, weights))
            at = node.output[0]
    except Exception as error:  # noqa: BLE001 - a damaged file fails in as many ways
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        msg = f"{what}: not SFace as catalogued ({first}). Install it again."
        raise ArtefactError(msg) from None
    return torch.nn.Sequential(*layers).eval()


class _Shift(torch.nn.Module):
    """Takes off a number, or multiplies by one."""

    def __init__(self, value: torch.Tensor, act: Callable[..., torch.Tensor]) -> None:
        super().__init__()
        self.register_buffer("value", value)
        self._act = act

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self._act(pixels, self.value)


def _conv(options: _Options, values: _Values) -> torch.nn.Module:
    kernel, *bias = values
    top, left, bottom, right = options.get("pads", [0, 0, 0, 0])
    if (top, left) != (bottom, right):
        msg = "a convolution is padded unevenly"
        raise ValueError(msg)
    groups = options.get("group", 1)
    layer = torch.nn.Conv2d(
        kernel.shape[1] * groups,
        kernel.shape[0],
        (kernel.shape[2], kernel.shape[3]),
        stride=tuple(options.get("strides", [1, 1])),
        padding=(top, left),
        groups=groups,
        bias=bool(bias),
    )
    return _filled(layer, weight=kernel, **({"bias": bias[0]} if bias else {}))


def _norm(options: _Options, values: _Values) -> torch.nn.Module:
    gain, offset, mean, variance = values
    layer: torch.nn.Module = _Norm(len(gain), eps=options.get("epsilon", 1e-5))
    return _filled(layer, weight=gain, bias=offset, running_mean=mean, running_var=variance)


class _Norm(torch.nn.modules.batchnorm._BatchNorm):  # noqa: SLF001 - takes maps and vectors alike
    """A batch norm over channels, of whatever lies behind them."""

    def _check_input_dim(self, input: torch.Tensor) -> None:  # noqa: A002 - as torch names it
        """Take any."""


def _prelu(_: _Options, values: _Values) -> torch.nn.Module:
    slope = values[0].flatten()
    return _filled(torch.nn.PReLU(len(slope)), weight=slope)


def _gemm(options: _Options, values: _Values) -> torch.nn.Module:
    matrix = values[0] if options.get("transB") else values[0].T
    if options.get("alpha", 1.0) != 1.0 or options.get("beta", 1.0) != 1.0 or options.get("transA"):
        msg = "the matrix is not applied as it stands"
        raise ValueError(msg)
    layer = torch.nn.Linear(matrix.shape[1], matrix.shape[0])
    return _filled(layer, weight=matrix, bias=values[1])


def _filled(layer: torch.nn.Module, **values: torch.Tensor) -> torch.nn.Module:
    layer.load_state_dict(values, strict=False)
    return layer


_LAYERS: Final[dict[str, Callable[[_Options, _Values], torch.nn.Module]]] = {
    "Sub": lambda _, values: _Shift(values[0], torch.sub),
    "Mul": lambda _, values: _Shift(values[0], torch.mul),
    "Conv": _conv,
    "BatchNormalization": _norm,
    "PRelu": _prelu,
    "Flatten": lambda _o, _v: torch.nn.Flatten(),
    "Gemm": _gemm,
}
