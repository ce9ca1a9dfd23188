"""A demonstration bench in a temporary folder, with its keys and its witness beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from workbench.demonstration import DemonstrationBench
from workbench.settings import Settings


@pytest.fixture
def demonstration_settings(tmp_path: Path) -> Settings:
    """Return settings whose keys and witness lie in the temporary folder."""
    return Settings(
        threads=1,
        encoder="sface",
        keys={"folder": tmp_path / "keys"},
        witness=tmp_path / "witness",
    )


@pytest.fixture
def place(tmp_path: Path, demonstration_settings: Settings) -> DemonstrationBench:
    """Name a demonstration bench that is not there yet."""
    return DemonstrationBench(tmp_path / "bench", demonstration_settings)


@pytest.fixture(scope="session")
def demonstration_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a demonstration bench once for all tests, which copy it: it takes a second."""
    folder = tmp_path_factory.mktemp("demonstration-bench")
    settings = Settings(threads=1, keys={"folder": folder / "keys"}, witness=folder / "witness")
    DemonstrationBench(folder / "bench", settings).make()
    return folder


@pytest.fixture
def made(place: DemonstrationBench, demonstration_template: Path) -> DemonstrationBench:
    """Return a demonstration bench that is there."""
    shutil.copytree(demonstration_template, place.folder.parent, dirs_exist_ok=True)
    return place
