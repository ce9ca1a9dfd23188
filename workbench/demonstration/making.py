"""Making a demonstration bench: beside its place, with all of its cast, then moved there whole."""

from __future__ import annotations

import contextlib
import glob
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import Final

from workbench.bench import Workbench
from workbench.bench.places import BenchPlaces, bench_file
from workbench.bench.processes import is_gone, this_process
from workbench.demonstration.cast import ADMINISTRATOR, CAST, Part
from workbench.demonstration.ending import end_bench
from workbench.errors import (
    CredentialError,
    RefusedError,
    StoreError,
    StoreVersionError,
    WorkbenchError,
)
from workbench.governance.roles import Role
from workbench.records.store import Clock
from workbench.settings import Settings

__all__ = ["add_cast", "make_bench"]

_MAKER: Final = "maker"
"""File beside a bench that is being made: which process makes it."""
_BENCH: Final = "bench"


def make_bench(folder: Path, settings: Settings, clock: Clock) -> None:
    """Make a demonstration bench with its cast, or nothing at all.

    It is made in a hidden folder beside its place and moved there when it is whole. What a
    process that was killed left there is removed on the way. Where two processes make the same
    bench at once, the first one's is kept.

    Raises:
        RefusedError: when the folder holds anything, or the keys would lie in it.
        StoreError: when it cannot be written.
    """
    BenchPlaces.of(str(folder), "bench-0-0", settings)  # refuses keys that would lie within
    try:
        _require_free(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(folder, settings)
        work = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
    except OSError as error:
        raise _cannot_make(folder, error) from None
    try:
        (work / _MAKER).write_text(this_process(), "utf-8")
        made = work / _BENCH
        Workbench.create(
            made,
            ADMINISTRATOR,
            secrets.token_urlsafe(32),
            display=Part(ADMINISTRATOR, Role.ADMINISTRATOR).display,
            kind="demonstration",
            settings=settings,
            clock=clock,
        )
        add_cast(made, settings, clock)
        _move(made, folder, settings)
    except OSError as error:
        raise _cannot_make(folder, error) from None
    finally:
        _remove(work, settings)


def add_cast(folder: Path, settings: Settings, clock: Clock) -> None:
    """Add those of the cast that a demonstration bench lacks.

    Raises:
        RefusedError: when it was not made by the demonstration.
        StoreVersionError: when its records are of another version.
    """
    try:
        token = Workbench.login_demonstration(folder, ADMINISTRATOR, settings=settings, clock=clock)
    except CredentialError:
        msg = (
            f"{folder} has no account {ADMINISTRATOR} that is active, so it is no bench that the "
            "demonstration made. Name another folder with --bench."
        )
        raise RefusedError(msg) from None
    except StoreVersionError as error:
        msg = f"{error} A demonstration can be ended instead, by --purge, and made anew."
        raise StoreVersionError(msg) from None
    with Workbench.open(folder, credential=token, settings=settings, clock=clock) as workbench:
        known = {actor.name for actor in workbench.users.list()}
        for part in CAST:
            if part.account not in known:
                workbench.users.add(part.account, part.role, display=part.display, rank=part.rank)


def _move(made: Path, folder: Path, settings: Settings) -> None:
    """Give a bench its place, unless another process was first."""
    try:
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()  # an empty one, which not every system lets a rename replace
        made.rename(folder)
    except OSError:
        if not bench_file(folder).is_file():
            raise
        end_bench(made, settings)


def _require_free(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        msg = f"{folder} is not a folder. Name another with --bench."
        raise RefusedError(msg)
    if folder.is_dir() and any(folder.iterdir()):
        msg = (
            f"{folder} holds files and is no bench, so it was left as it is. Name another folder "
            "with --bench."
        )
        raise RefusedError(msg)


def _remove_abandoned(folder: Path, settings: Settings) -> None:
    """Remove what processes left that are gone and had not finished."""
    for work in folder.parent.glob(f"{glob.escape(_prefix(folder))}*"):
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if is_gone((work / _MAKER).read_text("utf-8")):
                _remove(work, settings)


def _remove(work: Path, settings: Settings) -> None:
    """Remove the folder beside the place, and the keys of a bench that never got there."""
    with contextlib.suppress(WorkbenchError):
        if bench_file(work / _BENCH).is_file():
            end_bench(work / _BENCH, settings)
    shutil.rmtree(work, ignore_errors=True)


def _prefix(folder: Path) -> str:
    return f".{folder.name}.making-"


def _cannot_make(folder: Path, error: OSError) -> StoreError:
    reason = error.strerror or type(error).__name__
    return StoreError(
        f"{folder}: the bench of the demonstration cannot be made ({reason}). Check the folder "
        "above it, its permissions and the space, or name another with --bench."
    )
