"""Making a demonstration bench: whole or not at all, once, and nothing else in its place."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from later_schema import a_later_version

from workbench.bench import Workbench
from workbench.bench.places import read_bench_file
from workbench.bench.processes import this_process
from workbench.demonstration import DemonstrationBench
from workbench.demonstration.cast import ADMINISTRATOR, CAST
from workbench.demonstration.held_folders import HELD
from workbench.errors import CredentialError, RefusedError, StoreError, StoreVersionError
from workbench.governance.roles import Role
from workbench.settings import Settings

PASSWORD = "a long enough password"  # noqa: S105 - of a bench in a temporary folder


def left(folder: Path) -> set[str]:
    """Return what lies in a folder."""
    return {path.name for path in folder.iterdir()}


def keys_of(settings: Settings) -> set[str]:
    folder = settings.keys.folder
    return left(folder) if folder.is_dir() else set()


def test_it_has_one_of_each_role_and_says_what_it_is(made: DemonstrationBench) -> None:
    with made.opened(ADMINISTRATOR) as workbench:
        assert workbench.is_demonstration
        actors = {actor.name: actor for actor in workbench.users.list()}
    assert {actor.role for actor in actors.values()} == set(Role)
    assert set(actors) == {ADMINISTRATOR, *(part.account for part in CAST)}
    assert all(actor.display.startswith("Demonstration: ") for actor in actors.values())
    assert made.folder.stat().st_mode & 0o077 == 0


def test_it_is_made_once(made: DemonstrationBench) -> None:
    before = read_bench_file(str(made.folder))["id"]
    made.make()
    assert read_bench_file(str(made.folder))["id"] == before
    assert left(made.folder.parent) == {"bench", "keys", "witness"}


def test_an_empty_folder_will_do(place: DemonstrationBench) -> None:
    place.folder.mkdir()
    place.make()
    assert place.exists


def test_folders_above_it_are_made(tmp_path: Path, demonstration_settings: Settings) -> None:
    bench = DemonstrationBench(tmp_path / "a" / "b", demonstration_settings)
    bench.make()
    assert bench.exists


def test_who_is_missing_is_added(place: DemonstrationBench) -> None:
    """As where it was made by hand, or by an earlier version with fewer roles."""
    Workbench.create(
        place.folder, ADMINISTRATOR, PASSWORD, kind="demonstration", settings=place.settings
    )
    place.make()
    for part in CAST:
        with place.opened(part.account) as workbench:
            assert workbench.actor.role is part.role


def test_somebody_elses_demonstration_is_left_alone(place: DemonstrationBench) -> None:
    Workbench.create(place.folder, "ada", PASSWORD, kind="demonstration", settings=place.settings)
    with pytest.raises(RefusedError, match="no bench that the demonstration made"):
        place.make()


def test_a_bench_for_operation_is_refused(place: DemonstrationBench) -> None:
    Workbench.create(place.folder, "ada", PASSWORD, settings=place.settings)
    with pytest.raises(RefusedError, match="no demonstration but a bench for operation"):
        place.make()


def test_nobody_enters_an_operation_without_a_password(place: DemonstrationBench) -> None:
    Workbench.create(place.folder, "ada", PASSWORD, settings=place.settings)
    text = (place.folder / "bench.json").read_text().replace("operational", "demonstration")
    (place.folder / "bench.json").write_text(text)
    with (
        pytest.raises(CredentialError, match="no demonstration: log in with a password"),
        place.opened("ada"),
    ):
        pass


def test_nobody_else_has_an_account(made: DemonstrationBench) -> None:
    with (
        pytest.raises(CredentialError, match="somebody has no account here"),
        made.opened("somebody"),
    ):
        pass


def test_a_folder_with_files_is_left_as_it_is(place: DemonstrationBench) -> None:
    place.folder.mkdir()
    (place.folder / "letter.txt").write_text("mine")
    with pytest.raises(RefusedError, match="holds files and is no bench"):
        place.make()
    assert left(place.folder) == {"letter.txt"}
    assert keys_of(place.settings) == set()


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_refused(kind: str, place: DemonstrationBench, tmp_path: Path) -> None:
    if kind == "file":
        place.folder.write_text("mine")
    else:
        place.folder.symlink_to(tmp_path)
    with pytest.raises(RefusedError, match="is not a folder"):
        place.make()


def test_where_nothing_can_be_written_it_says_so(
    tmp_path: Path, demonstration_settings: Settings
) -> None:
    (tmp_path / "file").write_text("no folder")
    bench = DemonstrationBench(tmp_path / "file" / "bench", demonstration_settings)
    with pytest.raises(StoreError, match=r"cannot be made .*Check the folder above"):
        bench.make()


def test_its_keys_cannot_lie_in_it(place: DemonstrationBench) -> None:
    keys = place.settings.keys.model_copy(update={"folder": place.folder / "keys"})
    inside = DemonstrationBench(place.folder, place.settings.model_copy(update={"keys": keys}))
    with pytest.raises(RefusedError, match="lies inside the bench"):
        inside.make()
    assert left(place.folder.parent) == set()


def test_one_of_an_earlier_version_says_how_to_go_on(
    made: DemonstrationBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its accounts have no password that anybody knows, so it cannot be upgraded by hand."""
    a_later_version(tmp_path, monkeypatch)
    with pytest.raises(StoreVersionError, match="can be ended instead, by --purge, and made anew"):
        made.make()
    made.end()
    assert not made.folder.exists()


def unfinished(place: DemonstrationBench, maker: str) -> Path:
    """Leave a bench beside its place, as its maker does who has not moved it there yet."""
    work = place.folder.parent / f".{place.folder.name}.making-abc"
    work.mkdir()
    (work / "maker").write_text(maker)
    Workbench.create(
        work / "bench", ADMINISTRATOR, PASSWORD, kind="demonstration", settings=place.settings
    )
    return work


@pytest.mark.slow
def test_what_a_killed_maker_left_goes_with_its_keys(place: DemonstrationBench) -> None:
    machine, space, _, _ = this_process().split(" ")
    work = unfinished(place, f"{machine} {space} 4194304 1")  # above every number of a process
    place.make()
    assert not work.exists()
    assert keys_of(place.settings) == {read_bench_file(str(place.folder))["id"]}


@pytest.mark.slow
def test_what_another_process_is_making_stays(place: DemonstrationBench) -> None:
    work = unfinished(place, this_process())
    place.make()
    assert (work / "bench" / "bench.json").is_file()
    assert len(keys_of(place.settings)) == 2


@pytest.mark.slow
def test_of_two_makers_the_first_one_is_kept(
    place: DemonstrationBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.demonstration import making

    other = DemonstrationBench(place.folder, place.settings)
    add_cast = making.add_cast

    def slow(*words: object) -> None:
        add_cast(*words)  # type: ignore[arg-type]
        monkeypatch.setattr(making, "add_cast", add_cast)
        other.make()

    monkeypatch.setattr(making, "add_cast", slow)
    place.make()
    assert left(place.folder.parent) == {"bench", "keys", "witness"}
    assert keys_of(place.settings) == {read_bench_file(str(place.folder))["id"]}


@pytest.mark.slow
def test_a_temporary_one_goes_by_itself(demonstration_settings: Settings) -> None:
    bench = DemonstrationBench.temporary(demonstration_settings)
    bench.make()
    root = bench.folder.parent
    assert root.stat().st_mode & 0o077 == 0
    assert {"bench", "keys", "witness", HELD} == left(root)
    assert keys_of(demonstration_settings) == set(), "nothing where operations have theirs"
    del bench
    gc.collect()
    assert not root.exists()


MAKER = """
import sys
from pathlib import Path
from workbench.demonstration import DemonstrationBench
from workbench.settings import Settings
root = Path(sys.argv[1])
print("ready", flush=True)
settings = Settings(threads=1, keys={"folder": root / "keys"}, witness=root / "witness")
DemonstrationBench(root / "bench", settings).make()
"""


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.05, 0.15, 0.3, 0.5, 0.8, 1.2, 2.0])
def test_killed_at_any_moment_the_next_one_works(
    after_s: float, place: DemonstrationBench, tmp_path: Path
) -> None:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", MAKER, str(tmp_path)], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after_s)
        process.send_signal(signal.SIGKILL)
    place.make()
    with place.opened(ADMINISTRATOR) as workbench:
        assert len(workbench.users.list()) == 1 + len(CAST)
    assert left(tmp_path) == {"bench", "keys", "witness"}
