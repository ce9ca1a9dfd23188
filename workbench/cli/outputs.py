"""Output folders: written beside their place, moved in when complete, never half there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from workbench.errors import OutputError, RefusedError

__all__ = ["MARKER", "is_earlier_output", "output_folder", "require_free_file"]

MARKER = ".workbench-output.json"
"""Name of the file that says a folder was written, whole, by a command of the workbench."""

_LOCK = ".lock"
_FORMAT = "workbench-output/1"


@contextmanager
def output_folder(target: Path, *, command: str, force: bool = False) -> Iterator[Path]:
    """Give a folder to write into; on success it becomes `target`, on any failure it is gone.

    The work folder is a hidden sibling of `target`, so that the last step is a rename within one
    file system. Work folders that a killed process left behind are removed on the way.

    Args:
        target: where the result shall be. It may be absent, empty, or an earlier output of the
            workbench to which nothing was added; that one is replaced.
        command: name of the command, written into the marker.
        force: put any other existing folder aside, renamed, instead of refusing.

    Yields:
        The work folder.

    Raises:
        RefusedError: when `target` holds something that is not an earlier output.
        OutputError: when the place cannot be written.
    """
    place = Path(os.path.abspath(target.expanduser()))  # noqa: PTH100 - keeps a link a link
    _require_replaceable(place, force=force)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(place)
        work = Path(tempfile.mkdtemp(prefix=_prefix(place), dir=place.parent))
    except OSError as error:
        raise _cannot_write(place, error) from error
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        stack.enter_context(_locked(work))
        yield work
        try:
            _publish(work, place, command)
        except OSError as error:
            raise _cannot_write(place, error) from error


def is_earlier_output(folder: Path) -> bool:
    """Return whether `folder` is a whole output of the workbench to which nothing was added."""
    try:
        marker = json.loads((folder / MARKER).read_text("utf-8"))
        present = {entry.name for entry in folder.iterdir()}
    except (OSError, ValueError):
        return False
    if not isinstance(marker, dict) or marker.get("format") != _FORMAT:
        return False
    files = marker.get("files")
    return isinstance(files, list) and present <= {MARKER, *map(str, files)}


def require_free_file(target: Path, *, force: bool) -> None:
    """Raise `RefusedError` when something is at `target`, before work is spent on it.

    Raises:
        RefusedError: when a folder is there, or a file and `force` was not said.
        OutputError: when the folder it shall lie in is not there or is no folder.
    """
    if target.is_dir():
        msg = f"{target} is a folder. Name a file for --output."
        raise RefusedError(msg)
    if target.exists() and not force:
        msg = (
            f"{target} exists and was left as it is. Name another file for --output, or say "
            "--force to replace it."
        )
        raise RefusedError(msg)
    if not target.absolute().parent.is_dir():
        msg = f"{target}: there is no folder {target.parent}. Make it, or name another --output."
        raise OutputError(msg)


def _require_replaceable(place: Path, *, force: bool) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        msg = f"{place} is not a folder. Name a folder for --output, or remove what is there."
        raise RefusedError(msg)
    try:
        occupied = place.is_dir() and any(place.iterdir())
    except OSError as error:
        raise _cannot_write(place, error) from error
    if occupied and not force and not is_earlier_output(place):
        msg = (
            f"{place} holds files that are not an earlier output of the workbench, so nothing was "
            "written. Name another folder for --output, or say --force to have it put aside."
        )
        raise RefusedError(msg)


def _publish(work: Path, place: Path, command: str) -> None:
    files = sorted(entry.name for entry in work.iterdir() if entry.name != _LOCK)
    written = datetime.now(UTC).isoformat(timespec="seconds")
    marker = {"format": _FORMAT, "command": command, "written": written, "files": files}
    (work / MARKER).write_text(json.dumps(marker, indent=2) + "\n", "utf-8")
    (work / _LOCK).unlink()
    # mkdtemp makes a private folder; a result gets the mode any new folder would have.
    work.chmod(0o777 & ~_umask())
    if not place.exists():
        work.replace(place)
        return
    replaceable = is_earlier_output(place) or not any(place.iterdir())
    aside = place.with_name(f"{place.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    place.replace(aside)
    try:
        work.replace(place)
    except OSError:
        aside.replace(place)
        raise
    if replaceable:
        shutil.rmtree(aside, ignore_errors=True)


def _prefix(place: Path) -> str:
    return f".{place.name}.partial-"


def _remove_abandoned(place: Path) -> None:
    """Remove work folders of `place` whose process is gone: their lock is free."""
    for work in place.parent.glob(f"{_prefix(place)}*"):
        with contextlib.suppress(OSError), _locked(work):
            shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _locked(work: Path) -> Iterator[None]:
    """Hold the lock of a work folder; `OSError` when another process holds it.

    The system releases the lock with the process, however that ends. Where the platform has no
    such lock the folder is never taken for abandoned.
    """
    if sys.platform == "win32":
        if (work / _LOCK).exists():
            msg = "held"
            raise OSError(msg)
        (work / _LOCK).touch()
        yield
        return
    import fcntl  # noqa: PLC0415 - only where the platform has it

    with (work / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cannot_write(place: Path, error: OSError) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(
        f"{place}: the result could not be written ({reason}). "
        "Free space or choose another folder for --output; nothing was left in its place."
    )
