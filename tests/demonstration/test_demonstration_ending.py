"""The end of a demonstration bench: keys first, all of it, and never another bench."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from workbench.bench import Workbench
from workbench.bench.places import read_bench_file
from workbench.demonstration import DemonstrationBench, ending
from workbench.errors import KeyStoreError, RefusedError, StoreError
from workbench.settings import Settings

PASSWORD = "a long enough password"  # noqa: S105 - of a bench in a temporary folder


def digest(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file in a folder, but for what SQLite maps while it reads."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def edit(bench: DemonstrationBench, **changes: Any) -> None:
    """Change what the file of a bench says."""
    file = bench.folder / "bench.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_nothing_of_it_is_left(made: DemonstrationBench, tmp_path: Path) -> None:
    places = made.end()
    assert not made.folder.exists()
    assert not places.keys.exists()
    assert not places.witness.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_keys_go_first(made: DemonstrationBench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they cannot be destroyed, everything else stays, and the next call goes on."""

    def fail(*_: object) -> None:
        msg = "the disk is not there."
        raise KeyStoreError(msg)

    before = digest(made.folder)
    monkeypatch.setattr(ending, "destroy_secrets", fail)
    with pytest.raises(KeyStoreError, match="the disk is not there"):
        made.end()
    monkeypatch.undo()
    assert digest(made.folder) == before | {".ending": hashlib.sha256(b"").hexdigest()}
    made.end()
    assert not made.folder.exists()


def test_an_end_that_was_cut_off_goes_on(made: DemonstrationBench) -> None:
    bench_id = read_bench_file(str(made.folder))["id"]
    keys = made.settings.keys.folder / bench_id
    (made.folder / ".ending").touch()
    shutil.rmtree(keys)
    (made.folder / "records.sqlite").unlink()
    made.end()
    assert not made.folder.exists()


def test_without_its_keys_nothing_is_touched(made: DemonstrationBench, tmp_path: Path) -> None:
    """Else the keys would live on where nobody looks for them any more."""
    elsewhere = made.settings.model_copy(
        update={"keys": made.settings.keys.model_copy(update={"folder": tmp_path / "other"})}
    )
    before = digest(made.folder)
    with pytest.raises(StoreError, match=r"are not in .*WORKBENCH_KEYS__FOLDER"):
        DemonstrationBench(made.folder, elsewhere).end()
    assert digest(made.folder) == before


def test_what_is_not_there_cannot_end(place: DemonstrationBench) -> None:
    with pytest.raises(StoreError, match=r"there is no demonstration in .*workbench demo"):
        place.end()


@pytest.mark.parametrize("said", ["operational", "demonstration"])
def test_a_bench_for_operation_is_left_alone(said: str, place: DemonstrationBench) -> None:
    """Also where its file, which anybody can edit, calls it a demonstration."""
    Workbench.create(place.folder, "ada", PASSWORD, settings=place.settings)
    edit(place, kind=said)
    before, keys = digest(place.folder), digest(place.settings.keys.folder)
    with pytest.raises(RefusedError, match="no demonstration but a bench for operation"):
        place.end()
    assert (digest(place.folder), digest(place.settings.keys.folder)) == (before, keys)


@pytest.mark.parametrize("name", ["../mine", "bench-1/../../mine", "", "bench-0-0"])
def test_a_name_that_leads_elsewhere_is_refused(
    name: str, made: DemonstrationBench, tmp_path: Path
) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("mine")
    edit(made, id=name)
    with pytest.raises(RefusedError, match="names another bench than its records do"):
        made.end()
    assert (mine / "letter.txt").read_text() == "mine"
    (made.folder / "records.sqlite").unlink()
    if name != "bench-0-0":
        with pytest.raises(RefusedError):
            made.end()


def test_a_link_in_it_is_removed_and_not_followed(made: DemonstrationBench, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("mine")
    (made.folder / "link").symlink_to(mine)
    made.end()
    assert (mine / "letter.txt").read_text() == "mine"
    assert not made.folder.exists()


def test_other_benches_keep_their_keys(
    made: DemonstrationBench, tmp_path: Path, demonstration_settings: Settings
) -> None:
    other = DemonstrationBench(tmp_path / "other", demonstration_settings)
    other.make()
    made.end()
    with other.opened("demo-manager") as workbench:
        assert workbench.is_demonstration
