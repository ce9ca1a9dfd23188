"""Templates become candidates: galleries, fusion of encoders, and what a score means.

Nothing here knows a deployment, and only enrolment reads images. Each name is loaded when first
used; learning a calibration is in `workbench.matching.fit`, which needs scikit-learn.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.matching.assignment import assign
    from workbench.matching.byte import ByteGallery
    from workbench.matching.calibration import Calibration, load_calibration
    from workbench.matching.candidates import Candidates
    from workbench.matching.comparisons import Comparisons
    from workbench.matching.confidence import ScoreMeaning, meaning
    from workbench.matching.enrolment import (
        Enrolment,
        enrol_folder,
        enrol_images,
        enrol_photographs,
    )
    from workbench.matching.exact import ExactGallery
    from workbench.matching.fusion import fused_score
    from workbench.matching.gallery import Gallery
    from workbench.matching.half import HalfGallery
    from workbench.matching.likelihood_file import Likelihoods, load_likelihoods
    from workbench.matching.likelihood_ratio import LikelihoodRatio, likelihood
    from workbench.matching.matcher import Matcher, MatcherSettings
    from workbench.matching.person_folders import Photograph, Refusal
    from workbench.matching.sketch import SketchGallery
    from workbench.matching.thumbnails import Thumbnails
    from workbench.matching.watchlist import Watchlist, WatchlistReference
    from workbench.matching.watchlist_document import (
        decode_watchlist,
        encode_watchlist,
        require_encoders,
    )

_HOMES = {
    "ByteGallery": "byte",
    "Calibration": "calibration",
    "Candidates": "candidates",
    "Comparisons": "comparisons",
    "Enrolment": "enrolment",
    "ExactGallery": "exact",
    "Gallery": "gallery",
    "HalfGallery": "half",
    "LikelihoodRatio": "likelihood_ratio",
    "Likelihoods": "likelihood_file",
    "Matcher": "matcher",
    "MatcherSettings": "matcher",
    "Photograph": "person_folders",
    "Refusal": "person_folders",
    "ScoreMeaning": "confidence",
    "SketchGallery": "sketch",
    "Thumbnails": "thumbnails",
    "Watchlist": "watchlist",
    "WatchlistReference": "watchlist",
    "assign": "assignment",
    "decode_watchlist": "watchlist_document",
    "encode_watchlist": "watchlist_document",
    "enrol_folder": "enrolment",
    "enrol_images": "enrolment",
    "enrol_photographs": "enrolment",
    "fused_score": "fusion",
    "likelihood": "likelihood_ratio",
    "load_calibration": "calibration",
    "load_likelihoods": "likelihood_file",
    "meaning": "confidence",
    "require_encoders": "watchlist_document",
}

__all__ = [
    "ByteGallery",
    "Calibration",
    "Candidates",
    "Comparisons",
    "Enrolment",
    "ExactGallery",
    "Gallery",
    "HalfGallery",
    "LikelihoodRatio",
    "Likelihoods",
    "Matcher",
    "MatcherSettings",
    "Photograph",
    "Refusal",
    "ScoreMeaning",
    "SketchGallery",
    "Thumbnails",
    "Watchlist",
    "WatchlistReference",
    "assign",
    "decode_watchlist",
    "encode_watchlist",
    "enrol_folder",
    "enrol_images",
    "enrol_photographs",
    "fused_score",
    "likelihood",
    "load_calibration",
    "load_likelihoods",
    "meaning",
    "require_encoders",
]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
