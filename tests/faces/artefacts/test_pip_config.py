"""The places are those that pip itself would look in."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workbench.faces.artefacts import pip_config
from workbench.faces.artefacts.pip_config import (
    DEFAULT_INDEX,
    PackagePlaces,
    configured_places,
    parse_pip_config,
)


def environment(tmp_path: Path, config: str = "", **variables: str) -> dict[str, str]:
    file = tmp_path / "pip.conf"
    file.write_text(config, encoding="utf-8")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path / "home"),
        "PIP_CONFIG_FILE": str(file),
        **variables,
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        ("not a setting", {}),
        ("global.index-url='https://a'", {"index-url": "https://a"}),
        (":env:.cert='/b'\nglobal.cert='/a'", {"cert": "/b"}),
        ("global.cert='/a'\ndownload.cert='/b'", {"cert": "/b"}),
        ("install.cert='/a'", {}),
    ],
)
def test_what_pip_prints_is_read(text: str, expected: dict[str, str]) -> None:
    assert parse_pip_config(text) == expected


@pytest.mark.parametrize("with_pip", [True, False])
def test_files_and_environment_are_merged_as_pip_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, with_pip: bool
) -> None:
    if not with_pip:
        monkeypatch.setattr(pip_config, "_ask_pip", lambda _environment: None)
    config = "[global]\nextra-index-url =\n    file:///a/simple\n    https://b/simple\ncert = /c\n"
    places = configured_places(
        environment=environment(tmp_path, config, PIP_FIND_LINKS="/wheels", PIP_CERT="/d")
    )
    assert places.find_links == ("/wheels",)
    assert places.indexes[-2:] == ("file:///a/simple", "https://b/simple")
    assert places.certificates == Path("/d")


@pytest.mark.parametrize("with_pip", [True, False])
def test_no_configuration_means_the_public_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, with_pip: bool
) -> None:
    if with_pip:
        monkeypatch.setattr(pip_config, "_ask_pip", lambda _environment: "")
    else:
        monkeypatch.setattr(pip_config, "_ask_pip", lambda _environment: None)
    places = configured_places(environment={**environment(tmp_path), "PIP_CONFIG_FILE": os.devnull})
    assert places == PackagePlaces((), (DEFAULT_INDEX,), None)


def test_no_index_leaves_the_folders(tmp_path: Path) -> None:
    places = configured_places(
        environment=environment(tmp_path, PIP_NO_INDEX="1", PIP_FIND_LINKS="/a /b")
    )
    assert places.indexes == ()
    assert places.find_links == ("/a", "/b")


def test_a_given_index_stands_alone(tmp_path: Path) -> None:
    places = configured_places(
        "file:///only/simple", environment=environment(tmp_path, PIP_FIND_LINKS="/a")
    )
    assert places.find_links == ()
    assert places.indexes == ("file:///only/simple",)
