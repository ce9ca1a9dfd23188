"""What is exported here is imported there, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import (
    ArtefactError,
    ArtefactUnavailableError,
    DigestMismatchError,
    OutputError,
    RefusedError,
    UnknownArtefactError,
)
from workbench.faces.artefacts import Artefact, ArtefactStore, Catalogue, transfer
from workbench.faces.artefacts.transfer import MANIFEST

CONTENTS = {"one": b"first " * 100, "two": b"second " * 100, "mine": b"unknown " * 10}


@pytest.fixture
def catalogue(artefact_of: Callable[..., Artefact]) -> Catalogue:
    """Two artefacts with a digest, one without."""
    return Catalogue(
        artefact_of(content, name=name, known=name != "mine") for name, content in CONTENTS.items()
    )


@pytest.fixture
def here(catalogue: Catalogue, tmp_path: Path) -> ArtefactStore:
    """A store that has everything."""
    store = ArtefactStore(tmp_path / "here", catalogue=catalogue, offline=True)
    for name, content in CONTENTS.items():
        source = tmp_path / f"{name}.given"
        source.write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        store.install(name, file=source, sha256=digest if name == "mine" else None)
    return store


@pytest.fixture
def there(catalogue: Catalogue, tmp_path: Path) -> ArtefactStore:
    """A store that has nothing, and no network."""
    return ArtefactStore(tmp_path / "there", catalogue=catalogue, offline=True)


def files(store: ArtefactStore) -> list[str]:
    return sorted(path.name for path in store.cache.rglob("*") if path.is_file())


def test_an_empty_store_has_nothing_to_export(there: ArtefactStore, tmp_path: Path) -> None:
    with pytest.raises(ArtefactUnavailableError, match="nothing is installed"):
        there.export(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_there_and_back(here: ArtefactStore, there: ArtefactStore, tmp_path: Path) -> None:
    assert here.export(tmp_path / "out", ["one", "two"]) == ["one", "two"]
    with pytest.raises(ArtefactUnavailableError):
        there.path("one")
    assert there.import_(tmp_path / "out") == ["one", "two"]
    for name in ("one", "two"):
        assert there.path(name).read_bytes() == CONTENTS[name]
    # Once more changes nothing, and an export over an earlier one replaces it.
    assert there.import_(tmp_path / "out") == ["one", "two"]
    assert here.export(tmp_path / "out", ["two"]) == ["two"]
    assert there.import_(tmp_path / "out") == ["two"]


@pytest.mark.parametrize("name", ["one", "two"])
def test_one_wrong_byte_refuses_the_whole_folder(
    here: ArtefactStore, there: ArtefactStore, tmp_path: Path, name: str
) -> None:
    here.export(tmp_path / "out", ["one", "two"])
    file = tmp_path / "out" / f"{name}.bin"
    changed = bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:]
    file.write_bytes(changed)
    # Whoever changes a file can change the manifest too: that must not help.
    manifest = tmp_path / "out" / MANIFEST
    right, wrong = (hashlib.sha256(each).hexdigest() for each in (CONTENTS[name], changed))
    manifest.write_text(manifest.read_text().replace(right, wrong))
    with pytest.raises(DigestMismatchError) as caught:
        there.import_(tmp_path / "out")
    assert right in str(caught.value)
    assert wrong in str(caught.value)
    assert files(there) == []


def test_a_missing_file_refuses_the_whole_folder(
    here: ArtefactStore, there: ArtefactStore, tmp_path: Path
) -> None:
    here.export(tmp_path / "out", ["one", "two"])
    (tmp_path / "out" / "two.bin").unlink()
    with pytest.raises(ArtefactUnavailableError, match=r"two\.bin is missing"):
        there.import_(tmp_path / "out")
    assert files(there) == []


def test_a_file_that_nobody_vouches_for_needs_the_digest_stated_again(
    here: ArtefactStore, there: ArtefactStore, tmp_path: Path
) -> None:
    here.export(tmp_path / "out")
    with pytest.raises(RefusedError, match="mine"):
        there.import_(tmp_path / "out")
    assert files(there) == []
    digest = hashlib.sha256(CONTENTS["mine"]).hexdigest()
    assert there.import_(tmp_path / "out", {"mine": digest}) == list(CONTENTS)
    assert there.path("mine").read_bytes() == CONTENTS["mine"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (None, ArtefactError),
        ("", ArtefactError),
        ("[]", ArtefactError),
        ('{"format": "other/1", "artefacts": []}', ArtefactError),
        ('{"format": "workbench-artefacts/1", "artefacts": 3}', ArtefactError),
        (
            '{"format": "workbench-artefacts/1", "artefacts": [{"name": "one"}, {"name": "one"}]}',
            ArtefactError,
        ),
        (
            '{"format": "workbench-artefacts/1", "artefacts": [{"name": "../../etc/passwd"}]}',
            UnknownArtefactError,
        ),
    ],
)
def test_a_folder_without_a_sound_manifest_is_refused(
    there: ArtefactStore, tmp_path: Path, text: str | None, error: type[Exception]
) -> None:
    if text is not None:
        (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(error):
        there.import_(tmp_path)
    assert files(there) == []


def test_a_path_in_the_manifest_is_not_followed(
    here: ArtefactStore, there: ArtefactStore, tmp_path: Path
) -> None:
    here.export(tmp_path / "out", ["one"])
    manifest = tmp_path / "out" / MANIFEST
    changed = json.loads(manifest.read_text())
    changed["artefacts"][0]["file"] = "../../escaped.bin"
    manifest.write_text(json.dumps(changed))
    there.import_(tmp_path / "out")
    assert files(there) == ["one.bin"]
    assert not list(tmp_path.rglob("escaped.bin"))


def test_an_export_that_breaks_off_cannot_be_imported(
    here: ArtefactStore, there: ArtefactStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.export(tmp_path / "out", ["one"])

    def full(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:10])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(transfer.shutil, "copyfile", full)
        with pytest.raises(OutputError, match="no space is left"):
            here.export(tmp_path / "out", ["one", "two"])
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["one.bin"]
    with pytest.raises(ArtefactError, match="not the manifest"):
        there.import_(tmp_path / "out")


def test_no_space_for_the_last_file_leaves_none(
    here: ArtefactStore, there: ArtefactStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.export(tmp_path / "out", ["one", "two"])
    copy: Any = transfer.shutil.copyfile

    def full(source: Path, target: Path) -> None:
        if "two" in source.name:
            raise OSError(28, "No space left on device")
        copy(source, target)

    monkeypatch.setattr(transfer.shutil, "copyfile", full)
    with pytest.raises(OutputError, match="no space is left"):
        there.import_(tmp_path / "out")
    assert files(there) == []
