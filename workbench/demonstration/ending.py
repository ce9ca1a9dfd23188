"""The end of a demonstration bench: its keys first, then all the rest, and never another bench."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from workbench.bench.places import RECORDS, BenchPlaces, bench_file, read_bench_file
from workbench.bench.secrets import destroy_secrets
from workbench.errors import RefusedError, StoreError
from workbench.records.engine import connect
from workbench.records.store import bench_kind
from workbench.settings import Settings

__all__ = ["end_bench", "require_demonstration"]

_KIND: Final = "demonstration"
_ID: Final = re.compile(r"bench-[0-9a-f]{1,32}-[0-9a-f]{1,32}")
_BEGUN: Final = ".ending"
"""File that says that the keys were found and are being destroyed."""


def end_bench(folder: Path, settings: Settings) -> BenchPlaces:
    """Destroy a demonstration bench.

    Args:
        folder: of the bench.
        settings: where its keys and its witness lie.

    Returns:
        Where its parts were.

    Raises:
        RefusedError: when it is no demonstration.
        StoreError: when there is none, or something is left; call it again.
    """
    bench_id = require_demonstration(folder)
    places = BenchPlaces.of(str(folder), bench_id, settings)
    _begin(folder, places)
    destroy_secrets(places, bench_id, settings)
    try:
        places.witness.unlink(missing_ok=True)
        # The file that names the bench goes last, so that an end which was cut off can go on.
        for part in sorted(folder.iterdir(), key=lambda one: one == bench_file(folder)):
            if part.is_dir() and not part.is_symlink():
                shutil.rmtree(part)
            else:
                part.unlink()
        folder.rmdir()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        msg = (
            f"{folder} cannot be removed ({reason}). Its keys are destroyed already. Run it again, "
            "or remove the folder by hand."
        )
        raise StoreError(msg) from None
    return places


def _begin(folder: Path, places: BenchPlaces) -> None:
    """Note that the end has begun, once it is sure that the keys are where they are looked for."""
    if (folder / _BEGUN).exists():
        return
    if not places.keys.is_dir():
        msg = (
            f"the keys of {folder} are not in {places.keys}, so nothing was destroyed. Set "
            "WORKBENCH_KEYS__FOLDER to where they are; if they are gone, remove the folder by hand."
        )
        raise StoreError(msg)
    try:
        (folder / _BEGUN).touch(mode=0o600)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        msg = f"{folder} cannot be written ({reason}), so nothing was destroyed."
        raise StoreError(msg) from None


def require_demonstration(folder: Path) -> str:
    """Return the id of a demonstration bench, by its file and by its records, which must agree.

    Raises:
        RefusedError: when it is another kind of bench.
        StoreError: when there is none, or it cannot be read.
    """
    if not bench_file(folder).is_file():
        msg = f"there is no demonstration in {folder}. Make one with workbench demo."
        raise StoreError(msg)
    said = read_bench_file(str(folder))
    kinds, names = {str(said.get("kind"))}, {str(said["id"])}
    if (folder / RECORDS).is_file():
        engine = connect(folder / RECORDS)
        try:
            bench_id, kind = bench_kind(engine)
        finally:
            engine.dispose()
        kinds.add(kind)
        names.add(bench_id)
    if kinds != {_KIND}:
        msg = f"{folder} is no demonstration but a bench for operation, so it was left alone."
        raise RefusedError(msg)
    name = names.pop()
    if names or not _ID.fullmatch(name):
        msg = f"{folder} names another bench than its records do, so it was left alone."
        raise RefusedError(msg)
    return name
