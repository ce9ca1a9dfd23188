"""SFace: 112x112 px in, 128-d templates out.

Zhong et al., "SFace: sigmoid-constrained hypersphere loss for robust face recognition", 2021.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from workbench.arrays import ImageArray, check_shape
from workbench.faces.alignment import SFaceAlignment
from workbench.faces.runtimes.graph_network import graph_network
from workbench.faces.runtimes.int8_numbers import Int8Numbers
from workbench.faces.runtimes.network import MOST_AT_ONCE, Network, Runtime
from workbench.faces.templates import EncoderIdentity, Templates

__all__ = ["SFaceEncoder"]

SIDE: Final = 112
DIMENSION: Final = 128


class SFaceEncoder:
    """Encodes crops with SFace; safe to call from several threads."""

    def __init__(
        self,
        model: Path,
        *,
        artefact: str,
        sha256: str,
        device: str = "cpu",
        threads: int | None = None,
        runtime: Runtime = Runtime.ONNXRUNTIME,
        int8: Int8Numbers | None = None,
    ) -> None:
        """Load the model.

        Args:
            model: the ONNX file with float weights.
            artefact: name of the model in the catalogue.
            sha256: digest of the file.
            device: `cpu`, `cuda`, `cuda:0` or `mps`; on ONNX Runtime CUDA where it has that, and
                the processor otherwise.
            threads: of the runtime; torch has one number for the process. `None` leaves it.
            runtime: what runs it.
            int8: what its int8 form needs, for the runtime that is int8.

        Raises:
            ArtefactError: when the file cannot be loaded, or it is another network.
            UsageError: when there is no such device or runtime here.
        """
        self._alignment = SFaceAlignment()
        self._identity = EncoderIdentity(
            "sface", artefact, sha256, self._alignment.version, DIMENSION
        )
        self._runtime = runtime
        self._network = _network(model, device=device, threads=threads, runtime=runtime, int8=int8)

    @property
    def identity(self) -> EncoderIdentity:
        """What its templates are tied to."""
        return self._identity

    @property
    def runtime(self) -> Runtime:
        """What runs it."""
        return self._runtime

    @property
    def alignment(self) -> SFaceAlignment:
        """The crop it wants."""
        return self._alignment

    def encode(self, crops: ImageArray) -> Templates:
        """Encode crops of shape `(n, 112, 112, 3)` uint8 RGB; `n` may be 0.

        Returns:
            `n` templates of unit norm, shape `(n, 128)` float32.

        Raises:
            ValueError: when the crops have another shape.
        """
        side = self._alignment.size
        check_shape("crops", crops, (None, side, side, 3))
        vectors = np.zeros((len(crops), DIMENSION), np.float32)
        for start in range(0, len(crops), MOST_AT_ONCE):
            part = crops[start : start + MOST_AT_ONCE]
            vectors[start : start + MOST_AT_ONCE] = self._network.run(part)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return Templates(vectors / np.maximum(norms, np.finfo(np.float32).tiny), self._identity)


def _network(
    model: Path, *, device: str, threads: int | None, runtime: Runtime, int8: Int8Numbers | None
) -> Network:
    if runtime is Runtime.TORCH:
        from workbench.faces.runtimes.sface_module import sface_module  # noqa: PLC0415
        from workbench.faces.runtimes.torch_network import TorchNetwork  # noqa: PLC0415

        net = sface_module(model.read_bytes(), what=str(model))
        return TorchNetwork(net, device=device, threads=threads)
    return graph_network(
        model.read_bytes(),
        runtime=runtime,
        int8=int8,
        what=str(model),
        side=SIDE,
        dimension=DIMENSION,
        device=device,
        threads=threads,
    )
