"""The detector that the settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbench.faces.mtcnn import MtcnnDetector
from workbench.faces.protocols import Detector
from workbench.faces.yunet import YuNetDetector

if TYPE_CHECKING:
    from workbench.faces.artefacts import ArtefactStore
    from workbench.settings import Settings

__all__ = ["YUNET_ARTEFACT", "build_detector"]

YUNET_ARTEFACT: Final = "yunet-2023mar"


def build_detector(settings: Settings, store: ArtefactStore) -> Detector:
    """Load the detector: YuNet, or MTCNN, whose weights come with facenet-pytorch.

    Args:
        settings: which detector, its thresholds, device and threads.
        store: where YuNet's model comes from.

    Raises:
        ArtefactError: when the model cannot be had or loaded.
    """
    asked = settings.detection
    if settings.detector == "mtcnn":
        return MtcnnDetector(
            min_confidence=asked.min_confidence,
            smallest_face_px=asked.smallest_face_px,
            nms=asked.nms,
            device=settings.device,
            threads=settings.threads,
        )
    return YuNetDetector(
        store.path(YUNET_ARTEFACT),
        min_confidence=asked.min_confidence,
        smallest_face_px=asked.smallest_face_px,
        nms=asked.nms,
        threads=settings.threads,
    )
