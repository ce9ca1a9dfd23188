"""The analyser of a live search: how small a face it looks for, and what is only perhaps one.

Detector and encoders work at the same time, in threads of their own. So each is given its share of
the processor's cores: runtimes that all took every core would wait for each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.detection import build_detector
from workbench.faces.runtimes.cores import cores
from workbench.governance.session_setup import FACE_PER_EYES
from workbench.live.sharing import shared_parts

if TYPE_CHECKING:
    from workbench.faces.artefacts import ArtefactStore
    from workbench.faces.runtimes.network import Numbers
    from workbench.settings import Settings

__all__ = ["build_live_analyser", "detecting_for_redaction", "set_for_redaction"]

_AT_WORK: Final = 2
"""Detector and encoders."""


def detecting_for_redaction(settings: Settings) -> Settings:
    """Return settings whose detector reports faces from `live.redaction_confidence` on.

    It looks for faces down to `live.smallest_eyes_px` where that is set. One detection serves both
    ends: everything found is redacted, and `LiveSearch` tracks and compares only what reaches
    `live.min_confidence`. Threads that the settings leave open are shared out between detector and
    encoders.
    """
    least = min(settings.live.redaction_confidence, settings.detection.min_confidence)
    changed = {"min_confidence": least}
    if settings.live.smallest_eyes_px is not None:
        changed["smallest_face_px"] = settings.live.smallest_eyes_px * FACE_PER_EYES
    detection = settings.detection.model_copy(update=changed)
    threads = settings.threads or max(1, cores() // _AT_WORK)
    return settings.model_copy(update={"detection": detection, "threads": threads})


def build_live_analyser(
    settings: Settings,
    store: ArtefactStore,
    encoder: Literal["facenet", "sface", "fused"] | None = None,
    *,
    numbers: Numbers = "fp32",
) -> FaceAnalyser:
    """Load what a live search needs; as `build_analyser`, with the detector set for redaction.

    Raises:
        ArtefactError: when a model cannot be had or loaded.
    """
    built = build_analyser(detecting_for_redaction(settings), store, encoder, numbers=numbers)
    return FaceAnalyser(*shared_parts(built), settings.quality)


def set_for_redaction(
    analyser: FaceAnalyser, settings: Settings, store: ArtefactStore
) -> FaceAnalyser:
    """Return an analyser with the same encoders whose detector is set for redaction.

    For a program that enrols and searches: the encoders are loaded once.

    Raises:
        ArtefactError: when the detector cannot be had or loaded.
    """
    detector = build_detector(detecting_for_redaction(settings), store)
    found_by = FaceAnalyser(detector, analyser.encoders, settings.quality)
    return FaceAnalyser(*shared_parts(found_by), settings.quality)
