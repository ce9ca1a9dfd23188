"""YuNet, the fast detector, on ONNX Runtime.

Wu et al., "YuNet: a tiny millisecond-level face detector", 2023. Measured on portraits of LFW
tuning people shown at many sizes (confidence >= 0.6): recall .47 for faces 12 px wide, .94 for
16 px, 1.00 from 20 to 500 px, .24 at 800 px, none at 1,000 px. So the input follows from the
smallest face asked for, and a second, coarse view finds faces that are large in the picture.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import cv2

from workbench.arrays import ImageArray
from workbench.faces.runtimes.yunet_network import YuNetNetwork
from workbench.faces.types import FAINT, Faces
from workbench.faces.views import Reach, check_image, find_faces, plan_views
from workbench.faces.yunet_cells import faces_of

__all__ = ["YUNET_REACH", "YuNetDetector"]

YUNET_REACH: Final = Reach(
    smallest=16.0, largest=500.0, short_side=320, max_pixels=4_000_000, enlarge_below=64
)
"""Sizes of faces that YuNet finds in its input, and how large an input may be."""


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
            threads: of the network, and of OpenCV, which scales the pictures and has one number
                for the whole process; `None` leaves both as they are.

        Raises:
            ArtefactError: when the file is not YuNet.
        """
        if threads is not None:
            cv2.setNumThreads(threads)
        self._smallest = smallest_face_px
        self._min_confidence = min_confidence
        self._nms = nms
        self._lock = threading.Lock()  # one input at a time bounds the memory
        self._network = YuNetNetwork(model_path.read_bytes(), what=str(model_path), threads=threads)

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
        return self._find(image, self._min_confidence)

    def detect_with_faint(self, image: ImageArray) -> tuple[Faces, Faces]:
        """Return the faces of `detect`, and what may be one, each most confident first.

        A box is dropped for a more confident one alone, so that the first are the same as without
        the second. What may be a face has a confidence of 0.3 at least.

        Raises:
            ValueError: when the array is not such an image.
        """
        found = self._find(image, min(FAINT, self._min_confidence))
        sure = found.confidence >= self._min_confidence
        return found[sure], found[~sure]

    def detect_batch(self, images: Sequence[ImageArray]) -> list[Faces]:
        """Find the faces of images of any sizes; one `Faces` each, in order."""
        return [self.detect(image) for image in images]

    def _find(self, image: ImageArray, least: float) -> Faces:
        check_image(image)
        views = plan_views(image.shape[0], image.shape[1], self._smallest, YUNET_REACH)
        return find_faces(image, views, partial(self._detect_in, least=least), most_iou=self._nms)

    def _detect_in(self, view: ImageArray, least: float) -> Faces:
        with self._lock:
            cells = self._network.run(view)
        return faces_of(cells, min_confidence=least, nms=self._nms)
