"""The detector that the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

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
        smallest, reach = detector.smallest_face_px, YUNET_REACH
    else:
        from workbench.faces.mtcnn import MTCNN_REACH, MtcnnDetector  # noqa: PLC0415

        if not isinstance(detector, MtcnnDetector):
            return None
        smallest, reach = detector.smallest_face_px, MTCNN_REACH
    width, height = size
    views = plan_views(height, width, smallest, reach)
    return Looking(smallest, views[0].size)


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
        # Torch takes seconds and hundreds of MiB to import, and YuNet does without it.
        from workbench.faces.mtcnn import MtcnnDetector  # noqa: PLC0415

        return MtcnnDetector(
            min_confidence=asked.min_confidence,
            smallest_face_px=asked.smallest_face_px,
            nms=asked.nms,
            device=settings.device,
            threads=settings.threads,
            runtime=_mtcnn_runtime(settings),
        )
    return YuNetDetector(
        store.path(YUNET_ARTEFACT),
        min_confidence=asked.min_confidence,
        smallest_face_px=asked.smallest_face_px,
        nms=asked.nms,
        threads=settings.threads,
    )


def _mtcnn_runtime(settings: Settings) -> Literal["torch", "onnxruntime"]:
    """Return what runs MTCNN: both give the same boxes to 0.001 px.

    ONNX Runtime is 1.4 times as fast on one thread and 0.75 times as fast on two
    (benchmarks/runtimes.py).
    """
    if settings.runtime == "torch" or (settings.runtime == "auto" and settings.threads != 1):
        return "torch"
    return "onnxruntime"
