"""The command line as a person would call it, and one good photograph to start from."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from command_bench import CommandBench, make_command_bench
from list_values import write_manifest
from search_values import LEAVING, authorised_now

from workbench.errors import ArtefactError
from workbench.faces.artefacts import ArtefactStore
from workbench.settings import Settings

# Test folders are no packages, so a module that several of them share is found by its folder.
sys.path.insert(0, str(Path(__file__).parent))

from broken_files import Command, Ended, command_line

from workbench.cli import main


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """Return an environment with the smaller encoder, so that the tests are quick."""
    kept = {k: v for k, v in os.environ.items() if k != "WORKBENCH_DEBUG"}
    return kept | {"WORKBENCH_ENCODER": "sface", "OMP_NUM_THREADS": "1"}


@pytest.fixture(scope="session")
def command(environment: dict[str, str]) -> Command:
    """Give a function that runs the command line and returns how it ended."""

    def run(*words: object, prefix: Sequence[str] = ()) -> Ended:
        done = subprocess.run(
            [*prefix, *command_line(*words)],
            capture_output=True,
            text=True,
            env=environment,
            timeout=240,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[[Mapping[str, str]], Command]:
    """Give what makes a function that runs the command line in this process, with those variables.

    What it says and how it ends is the same as in a process of its own, without the seconds in
    which that one imports the libraries.
    """
    monkeypatch.delenv("WORKBENCH_DEBUG", raising=False)

    def with_variables(variables: Mapping[str, str]) -> Command:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

        def run(*words: object) -> Ended:
            capfd.readouterr()
            code = main([str(word) for word in words])
            said = capfd.readouterr()
            return Ended(code, said.out, said.err)

        return run

    return with_variables


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> CommandBench:
    """Return a bench that these tests share."""
    return make_command_bench(tmp_path_factory.mktemp("faults"))


Words = Callable[..., tuple[object, ...]]


@pytest.fixture(scope="session")
def enrolling(bench: CommandBench, tmp_path_factory: pytest.TempPathFactory) -> Words:
    """Give a function that returns the words to enrol a folder for a deployment of its own.

    `images` names the image of each subject; without it every file of the folder is one.
    """
    numbers = itertools.count(1)
    place = tmp_path_factory.mktemp("manifests")

    def words(folder: Path, images: Mapping[str, str] | None = None) -> tuple[object, ...]:
        number = next(numbers)
        reference = bench.draft(reference=f"2026-11/FAULT-{number}")
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        named = {f"NOM-{n}": str(one.relative_to(folder)) for n, one in enumerate(found, 1)}
        manifest = write_manifest(place / f"{number}.csv", named if images is None else images)
        return ("enrol", folder, "--deployment", reference, "--entries", manifest)

    return words


@pytest.fixture(scope="session")
def enrol(bench: CommandBench, environment: dict[str, str], enrolling: Words) -> Command:
    """Give a function that enrols a folder as an analyst, and returns how that ended."""

    def run(
        folder: Path,
        *words: object,
        images: Mapping[str, str] | None = None,
        prefix: Sequence[str] = (),
    ) -> Ended:
        done = subprocess.run(
            [*prefix, *command_line(*enrolling(folder, images), *words)],
            capture_output=True,
            text=True,
            env=environment | bench.environment("analyst"),
            timeout=240,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def enrol_here(
    bench: CommandBench,
    environment: dict[str, str],
    enrolling: Words,
    here: Callable[[Mapping[str, str]], Command],
) -> Command:
    """Give a function that enrols a folder as an analyst in this process."""
    run = here(environment | bench.environment("analyst"))

    def enrol(folder: Path, *words: object, images: Mapping[str, str] | None = None) -> Ended:
        return run(*enrolling(folder, images), *words)

    return enrol


@pytest.fixture(scope="session")
def portrait() -> Path:
    """Return a photograph of one face, from the catalogue."""
    try:
        return ArtefactStore.from_settings(Settings()).path("sample/person_b_1")
    except ArtefactError as error:
        pytest.skip(f"the sample portraits cannot be had here: {error}")


@pytest.fixture(scope="session")
def good_people(tmp_path_factory: pytest.TempPathFactory, portrait: Path) -> Path:
    """Return a folder of one person with one good photograph."""
    folder = tmp_path_factory.mktemp("people")
    (folder / "Ada").mkdir()
    shutil.copy(portrait, folder / "Ada" / "ada.jpg")
    return folder


@pytest.fixture(scope="session")
def searched(bench: CommandBench, portrait: Path) -> str:
    """Authorise a deployment with two feeds, `gate` and `square`, and return its reference."""
    feeds = [{"name": name, "place": "lamp post 12"} for name in ("gate", "square")]
    return authorised_now(bench, portrait, "2026-11/FAULT-SEARCH", feeds=feeds)


@pytest.fixture(scope="session")
def searching(searched: str) -> Words:
    """Give a function that returns the words to search a feed, and to take the result out."""

    def words(
        feed: object, *options: object, output: Path | None = None, name: str = "gate"
    ) -> tuple[object, ...]:
        leaving = () if output is None else ("--output", output, *LEAVING)
        return ("search", feed, "-d", searched, "--feed", name, *leaving, *options)

    return words


@pytest.fixture(scope="session")
def operating(bench: CommandBench, searched: str, environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of an operator whose deployment may be searched."""
    return environment | bench.environment("operator")


@pytest.fixture(scope="session")
def operate(operating: dict[str, str]) -> Command:
    """Give a function that runs the command line as that operator."""

    def run(*words: object, prefix: Sequence[str] = ()) -> Ended:
        done = subprocess.run(
            [*prefix, *command_line(*words)],
            capture_output=True,
            text=True,
            env=operating,
            timeout=240,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def search(searching: Words, operate: Command) -> Command:
    """Give a function that searches a feed as that operator, and returns how that ended."""

    def run(
        feed: object, *options: object, output: Path | None = None, prefix: Sequence[str] = ()
    ) -> Ended:
        return operate(*searching(feed, *options, output=output), prefix=prefix)

    return run


@pytest.fixture
def operate_here(
    operating: dict[str, str], here: Callable[[Mapping[str, str]], Command]
) -> Command:
    """Give a function that runs the command line as that operator in this process."""
    return here(operating)


@pytest.fixture
def search_here(searching: Words, operate_here: Command) -> Command:
    """Give a function that searches a feed as that operator in this process."""

    def search(feed: object, *options: object, output: Path | None = None) -> Ended:
        return operate_here(*searching(feed, *options, output=output))

    return search


@pytest.fixture
def without_privilege() -> list[str]:
    """Return what to put before a command so that permissions bind it, for root as well."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    prefix = [setpriv or "setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
    if setpriv is None or subprocess.run([*prefix, "true"], check=False).returncode:
        pytest.skip("runs as root, and setpriv cannot drop the right to read everything")
    return prefix
