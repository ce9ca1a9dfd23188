"""SFace through ONNX Runtime: 112x112 px in, 128-d templates out.

Zhong et al., "SFace: sigmoid-constrained hypersphere loss for robust face recognition", 2021.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import numpy as np

# Official builds report each use to their maker over the network, from release 1.29 on, unless
# they are told not to before they load.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

from workbench.arrays import ImageArray, check_shape
from workbench.errors import ArtefactError
from workbench.faces.alignment import SFaceAlignment
from workbench.faces.templates import EncoderIdentity, Templates

__all__ = ["SFaceEncoder"]

DIMENSION: Final = 128
MOST_AT_ONCE: Final = 32
_ERRORS_ONLY: Final = 3


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
    ) -> None:
        """Load the model.

        Args:
            model: the ONNX file with float weights.
            artefact: name of the model in the catalogue.
            sha256: digest of the file.
            device: `cuda` or `cuda:0` uses CUDA where the installed ONNX Runtime has it; anything
                else, and where it has not, the processor.
            threads: of this session; `None` leaves it to ONNX Runtime.

        Raises:
            ArtefactError: when ONNX Runtime cannot load the file, or it is another network.
        """
        self._alignment = SFaceAlignment()
        self._identity = EncoderIdentity(
            "sface", artefact, sha256, self._alignment.version, DIMENSION
        )
        options = onnxruntime.SessionOptions()
        options.log_severity_level = _ERRORS_ONLY
        if threads is not None:
            options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(
                model.read_bytes(), options, providers=_providers(device)
            )
        except Exception as error:  # noqa: BLE001 - ONNX Runtime's errors have no common base
            first = str(error).strip().splitlines()[0]
            msg = f"{model}: ONNX Runtime cannot load it ({first}). Install it again."
            raise ArtefactError(msg) from None
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        if len(inputs) != 1 or len(outputs) != 1 or outputs[0].shape[-1] != DIMENSION:
            msg = f"{model}: not SFace (one input, one output of {DIMENSION}). Install it again."
            raise ArtefactError(msg)
        self._input = inputs[0].name
        batch = inputs[0].shape[0]
        # The file as published takes one crop at a time; a symbolic size takes any number.
        self._at_once = min(batch, MOST_AT_ONCE) if isinstance(batch, int) else MOST_AT_ONCE

    @property
    def identity(self) -> EncoderIdentity:
        """What its templates are tied to."""
        return self._identity

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
        for start in range(0, len(crops), self._at_once):
            part = crops[start : start + self._at_once]
            pixels = np.ascontiguousarray(part.transpose(0, 3, 1, 2), np.float32)
            made = np.asarray(self._session.run(None, {self._input: pixels})[0])
            vectors[start : start + len(part)] = made
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return Templates(vectors / np.maximum(norms, np.finfo(np.float32).tiny), self._identity)


def _providers(device: str) -> list[str | tuple[str, dict[str, str]]]:
    wanted: list[str | tuple[str, dict[str, str]]] = ["CPUExecutionProvider"]
    kind, _, number = device.partition(":")
    if kind == "cuda" and "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        wanted.insert(0, ("CUDAExecutionProvider", {"device_id": number or "0"}))
    return wanted
