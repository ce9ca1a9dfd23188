"""Templates of LFW images made otherwise than searches make them: int8, mirrored, another crop.

They lie in a file of their own beside the templates in fp32 of benchmarks/lfw_templates.py. One
detection serves all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from alignment import box_crop, grown
from lfw_templates import lfw_templates

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.detection import build_detector
from workbench.faces.encoders import build_encoders
from workbench.faces.protocols import Alignment, Encoder
from workbench.faces.runtimes.int8_numbers import find_int8, numbers_digest
from workbench.faces.runtimes.network import Runtime
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.types import Faces
from workbench.matching.measure import MeasuredImages
from workbench.settings import Settings

__all__ = ["INT8", "MIRRORED", "MTCNN_BOX", "YUNET_BOX", "joined", "lfw_mtcnn", "lfw_variants"]

INT8 = "-int8"
MIRRORED = "-mirrored"
YUNET_BOX = "-yunet-box-32"
MTCNN_BOX = "-mtcnn-box-32"
_MARGIN_32 = 160 / 128
"""FaceNet's crop of 160 px with 32 px of margin, as its authors cut it."""


class _Mirrored:
    """A crop seen in a mirror."""

    def __init__(self, plain: Alignment) -> None:
        self._plain = plain
        self.size, self.version = plain.size, f"{plain.version}{MIRRORED}"

    def crops(self, image: ImageArray, faces: Faces) -> ImageArray:
        return np.ascontiguousarray(self._plain.crops(image, faces)[:, :, ::-1])


class _Box:
    """The detector's own box with margin 32, stretched to a square and cut off at the border."""

    def __init__(self, plain: Alignment, version: str) -> None:
        self.size, self.version = plain.size, f"box{version}"

    def crops(self, image: ImageArray, faces: Faces) -> ImageArray:
        return np.stack([box_crop(image, grown(box, _MARGIN_32), "clip") for box in faces.boxes])


class _Otherwise:
    """An encoder that is given another crop; its templates say so."""

    def __init__(self, plain: Encoder, alignment: Alignment, suffix: str) -> None:
        self._plain, self.alignment = plain, alignment
        self.identity: EncoderIdentity = replace(
            plain.identity, name=f"{plain.identity.name}{suffix}", alignment=alignment.version
        )
        self.runtime: Runtime = plain.runtime

    def encode(self, crops: ImageArray) -> Templates:
        return Templates(self._plain.encode(crops).vectors, self.identity)


def lfw_variants(
    paths: Sequence[str], root: Path, settings: Settings, file: Path | None = None
) -> MeasuredImages:
    """Return templates by name and suffix: `facenet-int8`, `sface-mirrored` and so on.

    Args:
        paths: relative to the root.
        root: folder of LFW.
        settings: of detector and encoders.
        file: safetensors file that is read, and written with what was missing.
    """
    store = ArtefactStore.from_settings(settings)
    plain = build_analyser(settings, store, "fused")
    int8 = build_analyser(settings, store, "fused", numbers="int8")
    # The int8 form keeps the identity of its encoder: it is compared with templates in fp32.
    encoders: dict[str, Encoder] = {f"{n}{INT8}": one for n, one in int8.encoders.items()}
    for name, encoder in plain.encoders.items():
        mirrored = _Otherwise(encoder, _Mirrored(encoder.alignment), MIRRORED)
        encoders[mirrored.identity.name] = mirrored
        if name == "facenet":
            boxed = _Otherwise(encoder, _Box(encoder.alignment, YUNET_BOX), YUNET_BOX)
            encoders[boxed.identity.name] = boxed
    analyser = FaceAnalyser(plain.detector, encoders, settings.quality)
    accepted = [find_int8(name, one.identity.sha256) for name, one in int8.encoders.items()]
    tied_to = [numbers_digest(numbers) for numbers in accepted if numbers is not None]
    return lfw_templates(paths, root, settings, file, analyser=analyser, also_tied_to=tied_to)


def lfw_mtcnn(
    paths: Sequence[str], root: Path, settings: Settings, file: Path | None = None
) -> MeasuredImages:
    """Return FaceNet's templates of MTCNN's boxes, as its authors cut them. It takes long."""
    store = ArtefactStore.from_settings(settings)
    with_mtcnn = settings.model_copy(update={"detector": "mtcnn"})
    (plain,) = build_encoders("facenet", settings, store).values()
    boxed: Encoder = _Otherwise(plain, _Box(plain.alignment, MTCNN_BOX), MTCNN_BOX)
    analyser = FaceAnalyser(
        build_detector(with_mtcnn, store), {boxed.identity.name: boxed}, settings.quality
    )
    return lfw_templates(paths, root, with_mtcnn, file, analyser=analyser)


def joined(plain: MeasuredImages, others: MeasuredImages) -> MeasuredImages:
    """Return the images that both hold, with the templates of both."""
    paths = [path for path in plain.rows if path in others.rows]
    return MeasuredImages(
        {path: at for at, path in enumerate(paths)},
        plain.take(paths) | others.take(paths),
        {**plain.failures, **others.failures},
    )
