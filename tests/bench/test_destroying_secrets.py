"""Destroying all keys of a bench, wherever its settings put them."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest

from workbench.bench.places import BenchPlaces
from workbench.bench.secrets import create_secrets, destroy_secrets
from workbench.errors import KeyStoreError
from workbench.records.vault.keyring_masters import KeyringMasters
from workbench.settings import Settings

BENCH = "bench-0-0"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(keys={"folder": tmp_path / "keys"}, witness=tmp_path / "witness")


def places_of(settings: Settings, tmp_path: Path) -> BenchPlaces:
    return BenchPlaces.of(str(tmp_path / "bench"), BENCH, settings)


def test_files_are_overwritten_before_they_go(settings: Settings, tmp_path: Path) -> None:
    places = places_of(settings, tmp_path)
    create_secrets(places, BENCH, settings)
    master = places.keys / "master.key"
    before = master.read_bytes()
    (tmp_path / "link").hardlink_to(master)
    destroy_secrets(places, BENCH, settings)
    assert not places.keys.exists()
    after = (tmp_path / "link").read_bytes()
    assert len(after) == len(before)
    assert after != before


def test_again_does_nothing(settings: Settings, tmp_path: Path) -> None:
    places = places_of(settings, tmp_path)
    create_secrets(places, BENCH, settings)
    for _ in range(2):
        destroy_secrets(places, BENCH, settings)
    assert not places.keys.exists()


def test_a_link_is_not_followed(settings: Settings, tmp_path: Path) -> None:
    places = places_of(settings, tmp_path)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter").write_text("mine")
    settings.keys.folder.mkdir()
    places.keys.symlink_to(mine)
    with pytest.raises(KeyStoreError, match="that is a link"):
        destroy_secrets(places, BENCH, settings)
    assert (mine / "letter").read_text() == "mine"


@pytest.fixture
def keyring_entries() -> Any:
    """Put a keyring in memory in place, and return what it holds."""
    if importlib.util.find_spec("keyring") is None:
        pytest.skip("needs the extra keyring")
    import keyring
    from keyring.backend import KeyringBackend

    held: dict[tuple[str, str], str] = {}

    class Memory(KeyringBackend):
        priority = 5  # type: ignore[assignment]

        def get_password(self, service: str, username: str) -> str | None:
            return held.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            held[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            del held[service, username]

    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    yield held
    keyring.set_keyring(before)


@pytest.mark.parametrize("rotations", [0, 1, 3])
@pytest.mark.parametrize("cut_off", [False, True])
def test_a_keyring_keeps_none_of_them(
    *,
    rotations: int,
    cut_off: bool,
    keyring_entries: dict[tuple[str, str], str],
    settings: Settings,
    tmp_path: Path,
) -> None:
    keys = settings.keys.model_copy(update={"master": "keyring"})
    settings = settings.model_copy(update={"keys": keys})
    places = places_of(settings, tmp_path)
    create_secrets(places, BENCH, settings)
    KeyringMasters("lfr-workbench bench-1-1").create()
    masters = KeyringMasters(f"lfr-workbench {BENCH}")
    for _ in range(rotations):
        masters.begin()
        masters.end()
    if cut_off:
        masters.begin()
    destroy_secrets(places, BENCH, settings)
    assert {service for service, _ in keyring_entries} == {"lfr-workbench bench-1-1"}
    assert not places.keys.exists()
