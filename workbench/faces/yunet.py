"""YuNet, the fast detector, through OpenCV.

Wu et al., "YuNet: a tiny millisecond-level face detector", 2023. Measured on portraits of LFW
tuning people shown at many sizes (confidence >= 0.6): recall .47 for faces 12 px wide, .94 for
16 px, 1.00 from 20 to 500 px, .24 at 800 px, none at 1,000 px. So the input follows from the
smallest face asked for, and a second, coarse view finds faces that are large in the picture.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

import cv2
import numpy as np
from cv2.utils import logging as cv2_logging

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import ArtefactError
from workbench.faces.types import Faces
from workbench.faces.views import Reach, check_image, find_faces, plan_views

__all__ = ["YUNET_REACH", "YuNetDetector"]

YUNET_REACH: Final = Reach(
    smallest=16.0, largest=500.0, short_side=320, max_pixels=4_000_000, enlarge_below=64
)
"""Sizes of faces that YuNet finds in its input, and how large an input may be."""
MOST_FACES: Final = 5000
_LOG_LOCK: Final = threading.Lock()


class YuNetDetector:
    """Finds faces with YuNet; safe to call from several threads, which take turns."""

    def __init__(
        self,
        model_path: Path,
        *,
        min_confidence: float = 0.7,
        smallest_face_px: float = 24.0,
        nms: float = 0.3,
        threads: int | None = None,
    ) -> None:
        """Load the model.

        Args:
            model_path: the ONNX file.
            min_confidence: faces below are not reported, 0..1.
            smallest_face_px: narrowest face that must be found; decides the cost of an image.
            nms: faces that overlap by a larger intersection over union are one face.
            threads: for OpenCV, which has one number of threads for the whole process; `None`
                leaves it as it is.

        Raises:
            ArtefactError: when the file is not a model that OpenCV can run.
        """
        if threads is not None:
            cv2.setNumThreads(threads)
        self._smallest = smallest_face_px
        self._nms = nms
        self._lock = threading.Lock()
        self._net = _load(model_path, min_confidence, nms)

    @property
    def name(self) -> str:
        """`yunet`."""
        return "yunet"

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
        check_image(image)
        views = plan_views(image.shape[0], image.shape[1], self._smallest, YUNET_REACH)
        return find_faces(image, views, self._detect_in, most_iou=self._nms)

    def detect_batch(self, images: Sequence[ImageArray]) -> list[Faces]:
        """Find the faces of images of any sizes; one `Faces` each, in order."""
        return [self.detect(image) for image in images]

    def _detect_in(self, view: ImageArray) -> Faces:
        bgr = cv2.cvtColor(view, cv2.COLOR_RGB2BGR)
        with self._lock:
            self._net.setInputSize((bgr.shape[1], bgr.shape[0]))
            # No face is None, which OpenCV's type stubs do not say.
            rows = cast("FloatArray | None", self._net.detect(bgr)[1])
        if rows is None:
            return Faces.empty()
        table = np.asarray(rows, np.float32)
        corner, size = table[:, :2], table[:, 2:4]
        return Faces(
            np.concatenate([corner, corner + size], axis=1),
            table[:, 4:14].reshape(-1, 5, 2).copy(),
            np.clip(table[:, 14], 0, 1),
        )


def _load(path: Path, min_confidence: float, nms: float) -> cv2.FaceDetectorYN:
    model = np.frombuffer(path.read_bytes(), np.uint8)  # OpenCV cannot open every path itself
    nothing = np.zeros(0, np.uint8)
    # OpenCV 5 warns at each load that its new engine has no targets; only this load is hushed.
    with _LOG_LOCK:
        level = cv2_logging.getLogLevel()
        cv2_logging.setLogLevel(cv2_logging.LOG_LEVEL_ERROR)
        try:
            return cv2.FaceDetectorYN.create(
                "onnx", model, nothing, (320, 320), min_confidence, nms, MOST_FACES
            )
        except cv2.error as error:
            msg = f"{path}: OpenCV cannot run this file as YuNet ({error.err}). Install it again."
            raise ArtefactError(msg) from None
        finally:
            cv2_logging.setLogLevel(level)
