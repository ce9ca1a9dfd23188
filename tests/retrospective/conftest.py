"""What tests of footage share: files that are written here, and the models."""

from __future__ import annotations

from pathlib import Path

import pytest
from joined_clips import joined, spoken_by

from tests.feeds.conftest import make_video
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.artefacts import ArtefactStore
from workbench.retrospective.index_segment import build_index_analyser
from workbench.settings import Settings

__all__ = ["make_video"]

SPOKEN = 75
"""Frames of each."""


@pytest.fixture(scope="session")
def spoken(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return footage of 12 s in which four speakers are seen one after the other, 3 s each."""
    path = tmp_path_factory.mktemp("footage") / "speakers.mkv"

    joined(path, spoken_by(shared_data / "videos", SPOKEN), gop=25)
    return path


@pytest.fixture(scope="session")
def index_analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the models that footage is indexed with."""
    return build_index_analyser(settings, store)
