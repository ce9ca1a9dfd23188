"""Making a bench: private, whole or not at all, its keys elsewhere, and clear about backups."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of

from workbench.bench import Rules, Workbench
from workbench.bench.backups import backup_advice
from workbench.errors import KeyStoreError, RecordError, RefusedError, StoreError
from workbench.governance.retention_profiles import SWP
from workbench.governance.roles import Role
from workbench.settings import Settings

PASSWORD = "a long enough password"  # noqa: S105 - of accounts in a temporary folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Keys and witness beside the bench."""
    return Settings(threads=1, keys={"folder": tmp_path / "keys"}, witness=tmp_path / "witness")


def create(folder: Path, settings: Settings, **changes: Any) -> Any:
    """Make a bench."""
    values = {"administrator": "ada", "password": PASSWORD} | changes
    return Workbench.create(folder, settings=settings, **values)


def left(tmp_path: Path) -> list[Path]:
    """Files that there are."""
    return [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_new_bench_is_private_and_its_keys_lie_elsewhere(
    tmp_path: Path, settings: Settings
) -> None:
    places = create(tmp_path / "bench", settings)
    assert places.folder == tmp_path / "bench"
    assert tmp_path / "bench" not in places.keys.parents
    for path in (places.folder, places.keys, *left(tmp_path)):
        assert not path.stat().st_mode & 0o077, path
    names = {path.name for path in left(places.folder) if path.suffix != ".sqlite-wal"}
    assert {"bench.json", "records.sqlite"} <= names
    assert not any("key" in name or name == "users.json" for name in names)


def test_its_first_account_is_an_administrator_who_can_log_in(
    tmp_path: Path, settings: Settings
) -> None:
    create(tmp_path / "bench", settings, display="Ada Example")
    token = Workbench.login(tmp_path / "bench", "ADA", PASSWORD, settings=settings)
    with Workbench.open(tmp_path / "bench", credential=token, settings=settings) as bench:
        assert (bench.actor.name, bench.actor.display) == ("ada", "Ada Example")
        assert bench.actor.role is Role.ADMINISTRATOR
        assert not bench.is_demonstration
        assert bench.promise is not None
        assert "every process of the operating-system user that owns it is trusted" in bench.promise
        first = log_of(bench)[:2]
    assert [one.actor for one in first] == ["workbench", "workbench"]
    assert first[0].details["made"] == "operational"


def test_a_demonstration_says_so(tmp_path: Path, settings: Settings) -> None:
    create(tmp_path / "bench", settings, kind="demonstration")
    marked = json.loads((tmp_path / "bench" / "bench.json").read_text("utf-8"))
    assert marked["kind"] == "demonstration"
    token = Workbench.login(tmp_path / "bench", "ada", PASSWORD, settings=settings)
    with Workbench.open(tmp_path / "bench", credential=token, settings=settings) as bench:
        assert bench.is_demonstration


def test_a_folder_that_holds_anything_is_left_as_it_is(tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "photographs"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"somebody's")
    with pytest.raises(RefusedError, match="holds files, so it was left as it is"):
        create(folder, settings)
    assert [path.name for path in left(tmp_path)] == ["a.jpg"]


def test_an_empty_folder_will_do_and_a_bench_is_not_made_twice(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "bench").mkdir()
    create(tmp_path / "bench", settings)
    before = (tmp_path / "bench" / "bench.json").read_bytes()
    with pytest.raises(RefusedError, match=r"is a bench already. Open it, or name another folder"):
        create(tmp_path / "bench", settings)
    assert (tmp_path / "bench" / "bench.json").read_bytes() == before


@pytest.mark.parametrize("part", ["keys", "witness"])
def test_nothing_that_a_backup_must_not_hold_lies_inside(tmp_path: Path, part: str) -> None:
    inside = tmp_path / "bench" / "inside"
    places = {"keys": tmp_path / "keys", "witness": tmp_path / "witness"} | {part: inside}
    settings = Settings(threads=1, keys={"folder": places["keys"]}, witness=places["witness"])
    with pytest.raises(RefusedError, match=r"lies inside the bench .*a backup of the bench would"):
        create(tmp_path / "bench", settings)
    assert left(tmp_path) == []


def test_keys_behind_a_link_into_the_bench_are_found_out(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "keys").symlink_to(tmp_path / "bench", target_is_directory=True)
    with pytest.raises((KeyStoreError, RefusedError), match="bench"):
        create(tmp_path / "bench", settings)
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("changes", "kind", "said"),
    [
        ({"password": "short"}, RecordError, "12 to 1,024 characters"),
        ({"administrator": ""}, RecordError, "an account name is not empty"),
        ({"administrator": "<b>"}, RecordError, "an account name holds letters"),
        ({"display": "Ada\x1b[2J"}, RecordError, "display: character 4 cannot be shown"),
    ],
)
def test_what_cannot_be_used_leaves_nothing(
    tmp_path: Path,
    settings: Settings,
    changes: dict[str, Any],
    kind: type[Exception],
    said: str,
) -> None:
    with pytest.raises(kind) as refused:
        create(tmp_path / "bench", settings, **changes)
    assert said in str(refused.value)
    assert left(tmp_path) == []
    assert not (tmp_path / "bench").exists()


def test_a_parent_that_is_a_file_is_named(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StoreError, match=r"cannot be made .*Check its parent"):
        create(tmp_path / "file" / "bench", settings)


@pytest.mark.slow
def test_a_master_key_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import base64

    settings = Settings(
        threads=1,
        keys={"folder": tmp_path / "keys", "master": "environment"},
        witness=tmp_path / "witness",
    )
    monkeypatch.delenv("WORKBENCH_MASTER_KEY", raising=False)
    with pytest.raises(KeyStoreError, match="WORKBENCH_MASTER_KEY is not set"):
        create(tmp_path / "bench", settings)
    assert not (tmp_path / "bench").exists()
    monkeypatch.setenv("WORKBENCH_MASTER_KEY", base64.b64encode(bytes(range(32))).decode())
    places = create(tmp_path / "bench", settings)
    assert not any(path.name.startswith("master") for path in places.keys.rglob("*"))


def test_the_rules_of_the_force_are_kept(tmp_path: Path, settings: Settings) -> None:
    create(tmp_path / "bench", settings, rules=Rules(retention=SWP, needs_equity=True))
    token = Workbench.login(tmp_path / "bench", "ada", PASSWORD, settings=settings)
    with Workbench.open(tmp_path / "bench", credential=token, settings=settings) as bench:
        assert bench.rules == Rules(retention=SWP, needs_equity=True)


def test_what_a_backup_holds_and_how_old_restored_keys_may_be(
    tmp_path: Path, settings: Settings
) -> None:
    places = create(tmp_path / "bench", settings)
    advice = backup_advice(places, Rules())
    assert advice.restorable == timedelta(hours=24)  # the shortest of the limits
    said = " ".join(advice.sentences())
    assert f"Back up {places.folder}" in said
    assert f"Never back up {places.keys} with it" in said
    assert "at least every 24 hours" in said
    assert str(places.witness) in said


def test_the_mode_of_a_folder_that_was_there_is_made_private(
    tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "bench"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    create(folder, settings)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
