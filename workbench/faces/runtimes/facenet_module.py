"""FaceNet as facenet-pytorch's module, with each batch norm folded into its convolution."""

from __future__ import annotations

from pathlib import Path

import torch
from facenet_pytorch import InceptionResnetV1
from facenet_pytorch.models.inception_resnet_v1 import BasicConv2d
from safetensors.torch import load_file
from torch.nn.utils.fusion import fuse_conv_bn_eval

from workbench.errors import ArtefactError

__all__ = ["facenet_module", "facenet_state"]


def facenet_state(weights: Path) -> dict[str, torch.Tensor]:
    """Return the weights of `InceptionResnetV1` without its classifier, checked against it.

    Args:
        weights: `.safetensors`, or upstream's `.pt` whose classifier is left out.

    Raises:
        ArtefactError: when the file does not hold this network's weights.
    """
    try:
        if weights.suffix == ".safetensors":
            state = load_file(weights)
        else:
            state = torch.load(weights, map_location="cpu", weights_only=True)
        state = {name: value for name, value in state.items() if not name.startswith("logits.")}
        with torch.device("meta"):  # names and shapes alone
            expected = InceptionResnetV1(pretrained=None, classify=False).state_dict()
        _require_same(state, expected)
    except Exception as error:  # noqa: BLE001 - a damaged file fails in as many ways
        first = str(error).strip().splitlines()[0] if str(error).strip() else "no weights"
        msg = f"{weights}: not weights of InceptionResnetV1 ({first}). Install them again."
        raise ArtefactError(msg) from None
    return state


def facenet_module(state: dict[str, torch.Tensor]) -> torch.nn.Module:
    """Return the module of checked weights."""
    net: torch.nn.Module = InceptionResnetV1(pretrained=None, classify=False)
    net.load_state_dict(state)
    net.eval()
    for module in net.modules():
        if isinstance(module, BasicConv2d):  # the same numbers, several times faster
            module.conv = fuse_conv_bn_eval(module.conv, module.bn)
            module.bn = torch.nn.Identity()
    return net


def _require_same(state: dict[str, torch.Tensor], expected: dict[str, torch.Tensor]) -> None:
    def counted(name: str) -> bool:
        return name.endswith("num_batches_tracked")  # of training, and not in every file

    wrong = [name for name in expected if name not in state and not counted(name)]
    wrong += [name for name in state if name not in expected]
    wrong += [
        name for name in expected if name in state and expected[name].shape != state[name].shape
    ]
    if wrong:
        msg = f"missing, unknown or of another shape: {', '.join(wrong[:3])}"
        raise ValueError(msg)
