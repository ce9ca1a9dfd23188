"""Models and sample files: named, licensed, digested, fetched once and checked every time."""

from __future__ import annotations

from workbench.faces.artefacts.artefact import Artefact, ArtefactKind
from workbench.faces.artefacts.catalogue import DEFAULT_NAMES, Catalogue, default_catalogue
from workbench.faces.artefacts.progress import ProgressCallback
from workbench.faces.artefacts.samples import SAMPLES, SamplePortrait, sample_people
from workbench.faces.artefacts.store import ArtefactStore, VerifyResult, VerifyState

__all__ = [
    "DEFAULT_NAMES",
    "SAMPLES",
    "Artefact",
    "ArtefactKind",
    "ArtefactStore",
    "Catalogue",
    "ProgressCallback",
    "SamplePortrait",
    "VerifyResult",
    "VerifyState",
    "default_catalogue",
    "sample_people",
]
