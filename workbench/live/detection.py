"""The analyser of a live search: it reports also what is only perhaps a face, and is shared fairly.

Detector and encoders work at the same time, in threads of their own. So each is given its share of
the processor's cores: runtimes that all took every core would wait for each other.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.detection import build_detector
from workbench.faces.protocols import Detector, Encoder
from workbench.faces.templates import Templates
from workbench.faces.types import Faces
from workbench.live.turns import Turns

if TYPE_CHECKING:
    from workbench.faces.artefacts import ArtefactStore
    from workbench.settings import QualitySettings, Settings

__all__ = ["LiveAnalyser", "build_live_analyser", "detecting_for_redaction", "set_for_redaction"]

_AT_WORK: Final = 2
"""Detector and encoders."""


class LiveAnalyser(FaceAnalyser):
    """A face analyser whose detector and encoders several feeds use in turn.

    One detection and one batch of crops are worked on at a time, however many feeds there are;
    each feed asks for one of each at a time, so they advance alike.
    """

    def __init__(
        self,
        detector: Detector,
        encoders: Mapping[str, Encoder],
        quality_settings: QualitySettings,
    ) -> None:
        """Put the parts together; as `FaceAnalyser`."""
        super().__init__(detector, encoders, quality_settings)
        self._detecting, self._encoding = Turns(), Turns()

    def detect(self, image: ImageArray) -> Faces:
        """Find the faces of one RGB image, most confident first."""
        with self._detecting:
            return super().detect(image)

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        """Encode crops of `crops`, by encoder name; only the encoders named are used.

        Raises:
            UsageError: when an encoder is named that this analyser does not have.
        """
        with self._encoding:
            return super().encode_crops(crops)


def detecting_for_redaction(settings: Settings) -> Settings:
    """Return settings whose detector reports faces from `live.redaction_confidence` on.

    One detection serves both ends: everything found is redacted, and `LiveSearch` tracks and
    compares only what reaches `live.min_confidence`. Threads that the settings leave open are
    shared out between detector and encoders.
    """
    least = min(settings.live.redaction_confidence, settings.detection.min_confidence)
    detection = settings.detection.model_copy(update={"min_confidence": least})
    threads = settings.threads or max(1, _cores() // _AT_WORK)
    return settings.model_copy(update={"detection": detection, "threads": threads})


def build_live_analyser(
    settings: Settings,
    store: ArtefactStore,
    encoder: Literal["facenet", "sface", "fused"] | None = None,
) -> LiveAnalyser:
    """Load what a live search needs; as `build_analyser`, with the detector set for redaction.

    Raises:
        ArtefactError: when a model cannot be had or loaded.
    """
    built = build_analyser(detecting_for_redaction(settings), store, encoder)
    return LiveAnalyser(built.detector, built.encoders, settings.quality)


def set_for_redaction(
    analyser: FaceAnalyser, settings: Settings, store: ArtefactStore
) -> LiveAnalyser:
    """Return an analyser with the same encoders whose detector is set for redaction.

    For a program that enrols and searches: the encoders are loaded once.

    Raises:
        ArtefactError: when the detector cannot be had or loaded.
    """
    detector = build_detector(detecting_for_redaction(settings), store)
    return LiveAnalyser(detector, analyser.encoders, settings.quality)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
