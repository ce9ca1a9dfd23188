"""Probes of searches: pictures as they were handed in, prepared with models loaded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.bench.context import Context
from workbench.bench.search_views import ProbeRequest

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.faces.protocols import Detector
    from workbench.matching.matcher import Matcher
    from workbench.retrospective.candidate_lists import CandidateList
    from workbench.retrospective.probes import PreparedProbe

__all__ = ["ProbeModels", "searched_with"]


class ProbeModels:
    """The models of a bench's searches, loaded when a search first needs them."""

    def __init__(self, context: Context) -> None:
        """Load nothing yet."""
        self._context = context
        self._loaded: FaceAnalyser | None = None
        self._finder: Detector | None = None

    def prepared(self, probe: ProbeRequest, analyser: FaceAnalyser) -> PreparedProbe:
        """Return a probe as it is searched with.

        Raises:
            ImageError: when a picture cannot be decoded, or shows no face.
        """
        from workbench.images import ImageLimits  # noqa: PLC0415 - opens quickly
        from workbench.retrospective.probes import ProbePicture, prepare_probe  # noqa: PLC0415

        limits = self._context.settings.images
        pictures = [
            ProbePicture(
                data,
                name="the probe" if place == 0 else f"picture {place + 1} of the probe",
                operations=probe.operations if place == 0 else (),
                face=probe.face if place == 0 else None,
                eyes=probe.eyes if place == 0 else None,
            )
            for place, data in enumerate(probe.pictures)
        ]
        return prepare_probe(
            pictures,
            analyser,
            limits=ImageLimits(limits.max_pixels, limits.max_bytes),
        )

    def analyser(self) -> FaceAnalyser:
        """Return the models of the settings."""
        from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - loads torch
        from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415

        if self._loaded is None:
            settings = self._context.settings
            self._loaded = build_analyser(settings, ArtefactStore.from_settings(settings))
        return self._loaded

    def finder(self) -> Detector:
        """Return what finds faces in footage, also such as may be none."""
        from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415 - opens quickly
        from workbench.faces.detection import build_detector  # noqa: PLC0415 - loads OpenCV
        from workbench.retrospective.index_segment import index_settings  # noqa: PLC0415

        if self._finder is None:
            settings = index_settings(self._context.settings)
            self._finder = build_detector(settings, ArtefactStore.from_settings(settings))
        return self._finder

    def forget(self) -> None:
        """Let go of them."""
        self._loaded = self._finder = None


def searched_with(matcher: Matcher, made: PreparedProbe, length: int) -> CandidateList:
    """Return the candidates of one probe."""
    from workbench.retrospective.candidate_lists import (  # noqa: PLC0415 - opens quickly
        search_collection,
    )

    (found,) = search_collection(matcher, made.templates, length=length)
    return found
