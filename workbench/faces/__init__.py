"""Pixels become templates: detectors, the crop of each encoder, quality, encoders, models.

Nothing here knows a watchlist or a deployment. Each name is loaded when first used, because torch
and facenet-pytorch take seconds to import.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.faces.alignment import FaceNetAlignment, SFaceAlignment
    from workbench.faces.analysis import (
        AnalysedFaces,
        FaceAnalyser,
        build_analyser,
        primary_face,
    )
    from workbench.faces.artefacts import ArtefactStore
    from workbench.faces.detection import build_detector
    from workbench.faces.encoders import build_encoders
    from workbench.faces.facenet import FaceNetEncoder
    from workbench.faces.mtcnn import MtcnnDetector
    from workbench.faces.protocols import Alignment, Detector, Encoder
    from workbench.faces.quality import MEASURES, Judgement, Quality, Verdict, judge, measure
    from workbench.faces.sface import SFaceEncoder
    from workbench.faces.templates import EncoderIdentity, Templates
    from workbench.faces.thumbnails import thumbnail
    from workbench.faces.types import Faces
    from workbench.faces.yunet import YuNetDetector

_HOMES = {
    "MEASURES": "quality",
    "Alignment": "protocols",
    "AnalysedFaces": "analysis",
    "ArtefactStore": "artefacts",
    "Detector": "protocols",
    "Encoder": "protocols",
    "EncoderIdentity": "templates",
    "FaceAnalyser": "analysis",
    "FaceNetAlignment": "alignment",
    "FaceNetEncoder": "facenet",
    "Faces": "types",
    "Judgement": "quality",
    "MtcnnDetector": "mtcnn",
    "Quality": "quality",
    "SFaceAlignment": "alignment",
    "SFaceEncoder": "sface",
    "Templates": "templates",
    "Verdict": "quality",
    "YuNetDetector": "yunet",
    "build_analyser": "analysis",
    "build_detector": "detection",
    "build_encoders": "encoders",
    "judge": "quality",
    "measure": "quality",
    "primary_face": "analysis",
    "thumbnail": "thumbnails",
}

__all__ = [
    "MEASURES",
    "Alignment",
    "AnalysedFaces",
    "ArtefactStore",
    "Detector",
    "Encoder",
    "EncoderIdentity",
    "FaceAnalyser",
    "FaceNetAlignment",
    "FaceNetEncoder",
    "Faces",
    "Judgement",
    "MtcnnDetector",
    "Quality",
    "SFaceAlignment",
    "SFaceEncoder",
    "Templates",
    "Verdict",
    "YuNetDetector",
    "build_analyser",
    "build_detector",
    "build_encoders",
    "judge",
    "measure",
    "primary_face",
    "thumbnail",
]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"workbench.faces.{_HOMES[name]}"), name)
    msg = f"module 'workbench.faces' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
