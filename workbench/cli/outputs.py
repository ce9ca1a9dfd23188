"""Output folders: written beside their place, moved in when complete, never half there."""

from __future__ import annotations

import contextlib
import errno
import glob
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

__all__ = ["MARKER", "is_earlier_output", "output_folder", "require_apart", "require_free_file"]

MARKER = ".workbench-output.json"
"""Name of the file that says a folder was written, whole, by a command of the workbench."""

_LOCK = ".lock"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORMAT = "workbench-output/1"


@contextmanager
def output_folder(
    target: Path,
    *,
    command: str,
    force: bool = False,
    keep: bool = False,
    option: str = "--output",
) -> Iterator[Path]:
    """Give a folder to write into; on success it becomes `target`, on any failure it is gone.

    The work folder is a hidden sibling of `target`, so that the last step is a rename within one
    file system. Work folders that a killed process left behind are removed on the way.

    Args:
        target: where the result shall be. It may be absent, empty, or an earlier output of the
            workbench to which nothing was added; that one is replaced.
        command: name of the command, written into the marker.
        force: put any other existing folder aside, renamed, instead of refusing.
        keep: treat an earlier output as any other folder, so that none is ever lost.
        option: that names the folder, for messages.

    Yields:
        The work folder.

    Raises:
        RefusedError: when `target` holds something that is not an earlier output, or one to keep.
        OutputError: when the place cannot be written.
    """
    place = Path(os.path.abspath(target.expanduser()))  # noqa: PTH100 - keeps a link a link
    with _one_at_a_time(place.parent):
        _require_replaceable(place, force=force, keep=keep, option=option)
    with contextlib.ExitStack() as stack:
        try:
            for missing in [one for one in reversed(place.parents) if not one.exists()]:
                # Done last to first, so that the deepest goes first; one that holds more stays.
                stack.callback(_remove_empty, missing)
            place.parent.mkdir(parents=True, exist_ok=True)
            _remove_abandoned(place)
            work = Path(tempfile.mkdtemp(prefix=_prefix(place), dir=place.parent))
            stack.callback(shutil.rmtree, work, ignore_errors=True)
            stack.enter_context(_claimed(work))
        except OSError as error:
            raise _cannot_write(place, error, option) from error
        try:
            yield work
        # Named by its place: the work folder is nothing that a person knows of.
        except OutputError as error:
            msg = str(error).replace(str(work), str(place))
            raise OutputError(msg) from error
        except OSError as error:
            if error.errno not in _FULL:
                raise
            raise _cannot_write(place, error, option) from error
        try:
            _publish(work, place, command, keep=keep)
        except OSError as error:
            raise _cannot_write(place, error, option) from error


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


def require_apart(target: Path, *inputs: Path | None) -> None:
    """Raise `RefusedError` when writing `target` would replace or put aside what is read.

    Args:
        target: the file or folder to write.
        inputs: files and folders that are read; `None` where an optional one was left out.
    """
    place = target.expanduser().resolve()
    for given in inputs:
        if given is None or not place.exists():
            continue
        source = given.expanduser().resolve()
        within = place.is_dir() and place in source.parents
        part = place.is_file() and source in place.parents
        if place == source or within or part:
            msg = (
                f"{target}: a result there would replace what is to be read ({given}), so nothing "
                "was done. Name another place for --output."
            )
            raise RefusedError(msg)


def _require_replaceable(place: Path, *, force: bool, keep: bool, option: str) -> None:
    if place.is_symlink() or (place.exists() and not place.is_dir()):
        msg = f"{place} is not a folder. Name a folder for {option}, or remove what is there."
        raise RefusedError(msg)
    try:
        occupied = place.is_dir() and any(place.iterdir())
    except OSError as error:
        raise _cannot_write(place, error, option) from error
    if not occupied or force:
        return
    earlier = is_earlier_output(place)
    if earlier and keep:
        msg = (
            f"{place} holds an earlier result, which was left as it is. Name another folder for "
            f"{option}, or say --force to have it put aside."
        )
        raise RefusedError(msg)
    if not earlier:
        msg = (
            f"{place} holds files that are not an earlier output of the workbench, so nothing was "
            f"written. Name another folder for {option}, or say --force to have it put aside."
        )
        raise RefusedError(msg)


def _publish(work: Path, place: Path, command: str, *, keep: bool) -> None:
    files = sorted(entry.name for entry in work.iterdir() if entry.name != _LOCK)
    written = datetime.now(UTC).isoformat(timespec="seconds")
    marker = {"format": _FORMAT, "command": command, "written": written, "files": files}
    (work / MARKER).write_text(json.dumps(marker, indent=2) + "\n", "utf-8")
    (work / _LOCK).unlink()
    # The folder stays as private as mkdtemp made it: a result shows faces.
    with _one_at_a_time(place.parent):
        _exchange(work, place, keep=keep)


def _exchange(work: Path, place: Path, *, keep: bool) -> None:
    """Rename the work folder to its place; what is there goes, or is put aside."""
    if not place.exists():
        work.replace(place)
        return
    replaceable = (not keep and is_earlier_output(place)) or not any(place.iterdir())
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
    for work in place.parent.glob(f"{glob.escape(_prefix(place))}*"):
        with contextlib.suppress(OSError), _locked(work / _LOCK):
            shutil.rmtree(work, ignore_errors=True)


@contextmanager
def _claimed(work: Path) -> Iterator[None]:
    """Hold the lock of a new work folder.

    The lock gets its name once it is held: a folder whose lock is free is abandoned, and one
    without a lock is only just being made.
    """
    unnamed = work / f"{_LOCK}.new"
    unnamed.touch()
    with _locked(unnamed):
        unnamed.rename(work / _LOCK)
        yield


@contextmanager
def _locked(lock: Path) -> Iterator[None]:
    """Hold a lock that is there; `OSError` when another process holds it.

    The system releases the lock with the process, however that ends. Where the platform has no
    such lock the folder is never taken for abandoned.
    """
    if sys.platform == "win32":
        if lock.name == _LOCK:
            msg = "held"
            raise OSError(msg)
        yield
        return
    import fcntl  # noqa: PLC0415 - only where the platform has it

    with lock.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Look at and exchange what lies in a folder while no other process of ours does.

    The folder itself is locked, so that no lock file is left in it. Where that cannot be done
    (it is not there yet, or the file system knows no such lock) the work goes on without.
    """
    with contextlib.ExitStack() as stack:
        if sys.platform != "win32":
            import fcntl  # noqa: PLC0415 - only where the platform has it

            with contextlib.suppress(OSError):
                descriptor = os.open(folder, os.O_RDONLY)
                stack.callback(os.close, descriptor)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


def _remove_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _cannot_write(place: Path, error: OSError, option: str) -> OutputError:
    reason = error.strerror or str(error)
    return OutputError(
        f"{place}: the result could not be written ({reason}). "
        f"Free space or choose another folder for {option}; nothing was left in its place."
    )
