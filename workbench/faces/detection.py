"""The detector that the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from workbench.faces.mtcnn import MTCNN_REACH, MtcnnDetector
from workbench.faces.protocols import Detector
from workbench.faces.views import plan_views
from workbench.faces.yunet import YUNET_REACH, YuNetDetector

if TYPE_CHECKING:
    from workbench.faces.artefacts import ArtefactStore
    from workbench.settings import Settings

__all__ = ["YUNET_ARTEFACT", "Looking", "build_detector", "looking"]

YUNET_ARTEFACT: Final = "yunet-2023mar"


class Looking(NamedTuple):
    """How closely a detector looks at pictures of one size.

    Attributes:
        smallest_face_px: narrowest face that it must find, in pixels of the picture.
        input_px: width and height that the picture is looked at in; where it is cut into several
            overlapping parts, of one of them.
    """

    smallest_face_px: float
    input_px: tuple[int, int]


def looking(detector: Detector, size: tuple[int, int]) -> Looking | None:
    """Return how closely a detector looks; `None` for one that is not of the workbench.

    Args:
        detector: that is asked.
        size: width and height of the pictures, px.
    """
    if isinstance(detector, YuNetDetector):
        reach = YUNET_REACH
    elif isinstance(detector, MtcnnDetector):
        reach = MTCNN_REACH
    else:
        return None
    width, height = size
    views = plan_views(height, width, detector.smallest_face_px, reach)
    return Looking(detector.smallest_face_px, views[0].size)


def build_detector(settings: Settings, store: ArtefactStore) -> Detector:
    """Load the detector: YuNet, or MTCNN, whose weights come with facenet-pytorch.

    Args:
        settings: which detector, its thresholds, device and threads.
        store: where YuNet's model comes from.

    Raises:
        ArtefactError: when the model cannot be had or loaded.
        UsageError: when MTCNN is asked for on a device that is not here.
    """
    asked = settings.detection
    if settings.detector == "mtcnn":
        return MtcnnDetector(
            min_confidence=asked.min_confidence,
            smallest_face_px=asked.smallest_face_px,
            nms=asked.nms,
            device=settings.device,
            threads=settings.threads,
            # Measured to give the same boxes to 0.001 px, 1.2 to 1.4 times faster.
            runtime="torch" if settings.runtime == "torch" else "onnxruntime",
        )
    return YuNetDetector(
        store.path(YUNET_ARTEFACT),
        min_confidence=asked.min_confidence,
        smallest_face_px=asked.smallest_face_px,
        nms=asked.nms,
        threads=settings.threads,
    )
