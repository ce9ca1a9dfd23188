"""Reads a protocol's text and checks the paths it names, with one clear line for each fault."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from workbench.errors import AbsentError, ProtocolError

__all__ = ["inside", "read_text", "require_folder"]


def read_text(source: Path) -> str:
    """Return a file's text.

    Raises:
        AbsentError: when there is no such file.
        ProtocolError: when it is not UTF-8 text or not readable.
    """
    try:
        # A byte order mark is what spreadsheets put in front; it is no part of the first word.
        return source.read_text("utf-8-sig")
    except FileNotFoundError:
        msg = f"{source}: there is no such file. Check the path."
        raise AbsentError(msg) from None
    except UnicodeDecodeError as error:
        msg = f"{source}: is not UTF-8 text (byte {error.start}). Save it as UTF-8."
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = getattr(error, "strerror", None) or str(error)
        msg = f"{source}: cannot be read ({reason}). Check the path and the permissions."
    raise ProtocolError(msg) from None


def require_folder(root: Path) -> None:
    """Raise `ProtocolError` unless `root` is a folder; `AbsentError` where nothing is there."""
    if root.is_dir():
        return
    there = root.exists()
    reason = "is not a folder" if there else "there is no such folder"
    msg = f"{root}: {reason}. Name the folder of the images."
    raise (ProtocolError if there else AbsentError)(msg)


def inside(root: Path, path: str, where: str) -> Path:
    """Return the image that a protocol names, which must lie within its root.

    Args:
        root: folder of the images.
        path: as the protocol gives it, relative to the root, with slashes.
        where: the protocol and its line, for the message.

    Returns:
        The path with links followed.

    Raises:
        ProtocolError: when it is absolute, leads out of the root, or is no file.
    """
    try:
        real = (root / path).resolve()
        if (
            PurePosixPath(path).is_absolute()
            or Path(path).is_absolute()
            or not real.is_relative_to(root.resolve())
        ):
            msg = (
                f"{where}: {path} leads out of {root}. Give paths below --root, without '..' and "
                "without links to elsewhere."
            )
            raise ProtocolError(msg)
        if real.is_file():
            return real
        msg = f"{where}: there is no image {path} in {root}. Correct the path or --root."
    except (OSError, ValueError, RuntimeError) as error:  # NUL character, or links in a ring
        msg = f"{where}: {path!r} is not a usable path ({error}). Correct it."
    raise ProtocolError(msg) from None
