"""MTCNN of facenet-pytorch, the reference detector, behind typed arrays.

Zhang et al., "Joint face detection and alignment using multitask cascaded convolutional
networks", 2016. The weights are those inside the facenet-pytorch package. Its `detect` raises on
tiny pictures and mixed sizes, and gives `None` or object arrays for no face; none of that passes.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from typing import Final, Literal

import numpy as np
import torch
from facenet_pytorch import MTCNN

from workbench.arrays import ImageArray
from workbench.faces.runtimes.devices import torch_device
from workbench.faces.runtimes.mtcnn_graph import mtcnn_onnx
from workbench.faces.runtimes.onnx_module import OnnxModule
from workbench.faces.types import FAINT, Faces
from workbench.faces.views import Reach, check_image, find_faces, plan_views

__all__ = ["MTCNN_REACH", "MtcnnDetector"]

MTCNN_REACH: Final = Reach(
    smallest=48.0, largest=float("inf"), short_side=320, max_pixels=4_000_000, enlarge_below=64
)
"""Its last network looks at 48x48 px, so a smaller input would blur the landmarks."""
CELL_PX: Final = 12.0
"""Input of its first network: a smaller face would have to be enlarged."""
STAGE_THRESHOLDS: Final = (0.6, 0.7, 0.7)
"""Confidence that each of the three networks asks for, as published."""


class MtcnnDetector:
    """Finds faces with MTCNN; safe to call from several threads, which take turns."""

    def __init__(
        self,
        *,
        min_confidence: float = 0.7,
        smallest_face_px: float = 24.0,
        nms: float = 0.3,
        device: str = "cpu",
        threads: int | None = None,
        runtime: Literal["torch", "onnxruntime"] = "torch",
    ) -> None:
        """Load the networks.

        Args:
            min_confidence: faces below are not reported, 0..1.
            smallest_face_px: narrowest face that must be found; decides the cost of an image.
            nms: faces of different views that overlap by a larger intersection over union are
                one face.
            device: `cpu`, `cuda`, `cuda:0` or `mps`.
            threads: of the runtime; torch, which has one number for the process, works between
                the networks too. `None` leaves it.
            runtime: what runs the three networks; ONNX Runtime on the processor alone.

        Raises:
            UsageError: when there is no such device here.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        self._smallest = smallest_face_px
        self._min_confidence = min_confidence
        self._nms = nms
        self._lock = threading.Lock()
        self._net = MTCNN(
            keep_all=True, thresholds=list(STAGE_THRESHOLDS), device=torch_device(device)
        )
        if runtime == "onnxruntime" and device == "cpu":
            for name in ("pnet", "rnet", "onet"):
                model = mtcnn_onnx(getattr(self._net, name))
                setattr(self._net, name, OnnxModule(model, what=f"MTCNN {name}", threads=threads))

    @property
    def name(self) -> str:
        """`mtcnn`."""
        return "mtcnn"

    @property
    def smallest_face_px(self) -> float:
        """Narrowest face that it must find, in pixels of the picture."""
        return self._smallest

    def detect(self, image: ImageArray) -> Faces:
        """Find the faces of one RGB image, most confident first.

        Args:
            image: shape `(height, width, 3)` uint8, from 1x1 px; memory does not grow with it.

        Returns:
            Faces in pixels of `image`; boxes may reach beyond it.

        Raises:
            ValueError: when the array is not such an image.
        """
        return self._find(image, self._min_confidence)

    def detect_with_faint(self, image: ImageArray) -> tuple[Faces, Faces]:
        """Return the faces of `detect`, and what may be one, each most confident first.

        Its last network reports nothing below 0.7, so that there is nothing else where less is
        asked for.

        Raises:
            ValueError: when the array is not such an image.
        """
        found = self._find(image, min(FAINT, self._min_confidence))
        sure = found.confidence >= self._min_confidence
        return found[sure], found[~sure]

    def detect_batch(self, images: Sequence[ImageArray]) -> list[Faces]:
        """Find the faces of images of any sizes; one `Faces` each, in order.

        They are taken one by one: batching frames through MTCNN was measured to gain nothing.
        """
        return [self.detect(image) for image in images]

    def _find(self, image: ImageArray, least: float) -> Faces:
        check_image(image)
        views = plan_views(image.shape[0], image.shape[1], self._smallest, MTCNN_REACH)
        smallest = max(CELL_PX, self._smallest * min(1.0, views[0].scale))
        detect = partial(self._detect_in, smallest=smallest, least=least)
        return find_faces(image, views, detect, most_iou=self._nms)

    def _detect_in(self, view: ImageArray, smallest: float, least: float) -> Faces:
        if min(view.shape[:2]) < smallest:
            return Faces.empty()  # no face of that size fits, and the networks would raise
        with self._lock, torch.inference_mode():
            self._net.min_face_size = smallest
            boxes, confidence, landmarks = self._net.detect(view, landmarks=True)
        if boxes is None:
            return Faces.empty()
        faces = Faces(
            np.asarray(boxes, np.float32).reshape(-1, 4),
            np.asarray(landmarks, np.float32).reshape(-1, 5, 2),
            np.asarray(confidence, np.float32).reshape(-1),
        )
        return faces[faces.confidence >= least]
