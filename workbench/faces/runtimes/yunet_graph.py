"""YuNet's published ONNX file -> the same network in float32, for inputs of any size.

The file declares 640x640 px and the shapes that follow from it; the network itself is made of
convolutions, maxima and one doubling of each map, so any multiple of 32 px will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.errors import ArtefactError
from workbench.faces.runtimes.unfolding import unfold_weights

if TYPE_CHECKING:
    import onnx

__all__ = ["yunet_graph"]


def yunet_graph(model: bytes, *, what: str) -> bytes:
    """Return the model with its weights unfolded and the size of its input left open.

    Args:
        model: the ONNX file as published.
        what: its name for messages: the path of the file it comes from.

    Raises:
        ArtefactError: when it is no ONNX model, or its weights are kept in another way.
    """
    import onnx  # noqa: PLC0415 - a heavy import that only a detector that is loaded needs

    try:
        made = onnx.load_model_from_string(model)
        unfold_weights(made.graph)
        (pixels,) = made.graph.input
        _leave_open(pixels, {2: "height", 3: "width"})
        for output in made.graph.output:
            _leave_open(output, {1: f"cells of {output.name}"})
        del made.graph.value_info[:]
        onnx.checker.check_model(made)
    except Exception as error:  # noqa: BLE001 - a damaged file fails in as many ways
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        msg = f"{what}: not YuNet as catalogued ({first}). Install it again."
        raise ArtefactError(msg) from None
    return bytes(made.SerializeToString(deterministic=True))


def _leave_open(value: onnx.ValueInfoProto, names: Mapping[int, str]) -> None:
    """Name sides of a value instead of giving them a length."""
    for side, name in names.items():
        value.type.tensor_type.shape.dim[side].dim_param = name
