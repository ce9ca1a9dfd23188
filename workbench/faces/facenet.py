"""FaceNet: facenet-pytorch's `InceptionResnetV1`, 160x160 px in, 512-d templates out.

Schroff et al., "FaceNet: a unified embedding for face recognition and clustering", 2015.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from workbench.arrays import ImageArray, check_shape
from workbench.faces.alignment import FaceNetAlignment
from workbench.faces.runtimes.facenet_arrays import facenet_arrays
from workbench.faces.runtimes.facenet_graph import facenet_onnx
from workbench.faces.runtimes.graph_network import graph_network
from workbench.faces.runtimes.int8_numbers import Int8Numbers
from workbench.faces.runtimes.network import MOST_AT_ONCE, Network, Runtime
from workbench.faces.templates import EncoderIdentity, Templates

__all__ = ["FaceNetEncoder"]

SIDE: Final = 160
DIMENSION: Final = 512
_MIDDLE, _SPAN = 127.5, 128.0  # facenet-pytorch's fixed_image_standardization


class FaceNetEncoder:
    """Encodes crops with FaceNet; safe to call from several threads."""

    def __init__(
        self,
        weights: Path,
        *,
        artefact: str,
        sha256: str,
        device: str = "cpu",
        threads: int | None = None,
        runtime: Runtime = Runtime.TORCH,
        int8: Int8Numbers | None = None,
    ) -> None:
        """Load the network; nothing is downloaded.

        Args:
            weights: `.safetensors`, or upstream's `.pt` whose classifier is left out.
            artefact: name of the weights in the catalogue.
            sha256: digest of the file.
            device: `cpu`, `cuda`, `cuda:0` or `mps`.
            threads: of the runtime; torch has one number for the process. `None` leaves it.
            runtime: what runs it.
            int8: what its int8 form needs, for the runtime that is int8.

        Raises:
            ArtefactError: when the file does not hold this network's weights.
            UsageError: when there is no such device or runtime here.
        """
        self._alignment = FaceNetAlignment()
        self._identity = EncoderIdentity(
            "facenet", artefact, sha256, self._alignment.version, DIMENSION
        )
        self._runtime = runtime
        self._network = _network(
            weights, device=device, threads=threads, runtime=runtime, int8=int8
        )

    @property
    def identity(self) -> EncoderIdentity:
        """What its templates are tied to."""
        return self._identity

    @property
    def runtime(self) -> Runtime:
        """What runs it."""
        return self._runtime

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
        for start in range(0, len(crops), MOST_AT_ONCE):
            part = crops[start : start + MOST_AT_ONCE]
            vectors[start : start + MOST_AT_ONCE] = self._network.run(part)
        return Templates(vectors, self._identity)


def _network(
    weights: Path, *, device: str, threads: int | None, runtime: Runtime, int8: Int8Numbers | None
) -> Network:
    if runtime is Runtime.TORCH:
        from workbench.faces.runtimes.facenet_module import (  # noqa: PLC0415
            facenet_module,
            facenet_state,
        )
        from workbench.faces.runtimes.torch_network import TorchNetwork  # noqa: PLC0415

        return TorchNetwork(
            facenet_module(facenet_state(weights)),
            device=device,
            threads=threads,
            middle=_MIDDLE,
            span=_SPAN,
        )
    return graph_network(
        facenet_onnx(facenet_arrays(weights)),
        runtime=runtime,
        int8=int8,
        what=str(weights),
        side=SIDE,
        dimension=DIMENSION,
        device=device,
        threads=threads,
        middle=_MIDDLE,
        span=_SPAN,
    )
