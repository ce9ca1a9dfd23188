"""FaceNet: facenet-pytorch's `InceptionResnetV1`, 160x160 px in, 512-d templates out.

Schroff et al., "FaceNet: a unified embedding for face recognition and clustering", 2015.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

import numpy as np
import torch
from facenet_pytorch import InceptionResnetV1
from facenet_pytorch.models.inception_resnet_v1 import BasicConv2d
from safetensors.torch import load_file
from torch.nn.utils.fusion import fuse_conv_bn_eval

from workbench.arrays import ImageArray, check_shape
from workbench.errors import ArtefactError
from workbench.faces.alignment import FaceNetAlignment
from workbench.faces.templates import EncoderIdentity, Templates

__all__ = ["FaceNetEncoder"]

DIMENSION: Final = 512
MOST_AT_ONCE: Final = 32
"""Crops of one batch: more gains no speed on a processor and costs memory."""
_MIDDLE, _SPAN = 127.5, 128.0  # facenet-pytorch's fixed_image_standardization


class FaceNetEncoder:
    """Encodes crops with FaceNet; safe to call from several threads, which take turns."""

    def __init__(
        self,
        weights: Path,
        *,
        artefact: str,
        sha256: str,
        device: str = "cpu",
        threads: int | None = None,
    ) -> None:
        """Load the network; nothing is downloaded.

        Args:
            weights: `.safetensors`, or upstream's `.pt` whose classifier is left out.
            artefact: name of the weights in the catalogue.
            sha256: digest of the file.
            device: `cpu`, `cuda`, `cuda:0` or `mps`.
            threads: for torch, which has one number for the process; `None` leaves it.

        Raises:
            ArtefactError: when the file does not hold this network's weights.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        self._device = torch.device(device)
        self._alignment = FaceNetAlignment()
        self._identity = EncoderIdentity(
            "facenet", artefact, sha256, self._alignment.version, DIMENSION
        )
        self._lock = threading.Lock()
        net = InceptionResnetV1(pretrained=None, classify=False)
        try:
            net.load_state_dict(_state(weights))
        except Exception as error:  # noqa: BLE001 - a damaged file fails in as many ways
            first = str(error).strip().splitlines()[0] if str(error).strip() else "no weights"
            msg = f"{weights}: not weights of InceptionResnetV1 ({first}). Install them again."
            raise ArtefactError(msg) from None
        _fold_batch_norms(net.eval())
        # Channels last is 1.4 times faster on a processor.
        self._net = net.to(self._device, memory_format=torch.channels_last)

    @property
    def identity(self) -> EncoderIdentity:
        """What its templates are tied to."""
        return self._identity

    @property
    def alignment(self) -> FaceNetAlignment:
        """The crop it wants."""
        return self._alignment

    def encode(self, crops: ImageArray) -> Templates:
        """Encode crops of shape `(n, 160, 160, 3)` uint8 RGB; `n` may be 0.

        Returns:
            `n` templates of unit norm, shape `(n, 512)` float32.

        Raises:
            ValueError: when the crops have another shape.
        """
        side = self._alignment.size
        check_shape("crops", crops, (None, side, side, 3))
        vectors = np.zeros((len(crops), DIMENSION), np.float32)
        with self._lock, torch.inference_mode():
            for start in range(0, len(crops), MOST_AT_ONCE):
                part = torch.from_numpy(np.ascontiguousarray(crops[start : start + MOST_AT_ONCE]))
                pixels = part.to(self._device).permute(0, 3, 1, 2)
                pixels = pixels.to(torch.float32, memory_format=torch.channels_last)
                made = self._net((pixels - _MIDDLE) / _SPAN)
                vectors[start : start + MOST_AT_ONCE] = made.float().cpu().numpy()
        return Templates(vectors, self._identity)


def _fold_batch_norms(net: InceptionResnetV1) -> None:
    """Fold each batch norm into its convolution: the same numbers, several times faster."""
    for module in net.modules():
        if isinstance(module, BasicConv2d):
            module.conv = fuse_conv_bn_eval(module.conv, module.bn)
            module.bn = torch.nn.Identity()


def _state(weights: Path) -> dict[str, torch.Tensor]:
    if weights.suffix == ".safetensors":
        state = load_file(weights)
    else:
        state = torch.load(weights, map_location="cpu", weights_only=True)
    return {name: value for name, value in state.items() if not name.startswith("logits.")}
