"""Whether what is in memory may be written to a disk that is not encrypted."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ["swap_warning"]

_ENCRYPTED: Final = "CRYPT-"
"""How device-mapper marks a volume of dm-crypt (cryptsetup, `lib/libdevmapper.c`)."""
_DEEPEST: Final = 8
"""Volumes may lie on volumes; nobody stacks more."""


def swap_warning(*, proc: Path = Path("/proc"), sys: Path = Path("/sys")) -> str | None:
    """Return a sentence if memory may be swapped to a disk unencrypted, `None` if it may not.

    Compressed memory (zram) without a disk behind it, and swap on dm-crypt, also through a logical
    volume, are fine. What cannot be told is warned of.

    Args:
        proc: where the kernel lists its swap, in `swaps`.
        sys: where it describes its block devices.
    """
    try:
        listed = (proc / "swaps").read_text("utf-8", "replace").splitlines()[1:]
    except OSError:
        return (
            "Whether this machine swaps memory to disk unencrypted could not be told: there is no "
            f"{proc / 'swaps'} to read. Faces and templates in memory may end there; see to it "
            "that swap is encrypted or off."
        )
    places = [_unescaped(line.split()[0]) for line in listed if line.strip()]
    bare = [place for place in places if not _safe(Path(place), sys)]
    if not bare:
        return None
    return (
        f"Swap on {', '.join(bare)} is not encrypted, as far as can be told: faces and templates "
        "in memory may be written there and stay. Switch it off (swapoff), or put it on dm-crypt."
    )


def _unescaped(name: str) -> str:
    r"""Return a name as it is; the kernel writes blanks as `\040`."""
    for code, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        name = name.replace(code, letter)
    return name


def _safe(place: Path, sys: Path) -> bool:
    """Return whether swap in a device, or in a file on one, is known to be safe."""
    try:
        if place.name.startswith("zram") and place.parent.name == "dev":
            return _memory_only(sys / "block" / place.name, sys)
        device = _device(place, sys)
        return device is not None and _encrypted(device, _DEEPEST)
    except OSError:
        return False


def _memory_only(device: Path, sys: Path) -> bool:
    """Return whether compressed memory has no disk behind it, or an encrypted one."""
    behind = device / "backing_dev"
    named = behind.read_text("utf-8").strip() if behind.exists() else "none"
    return named == "none" or _safe(Path(named), sys)


def _device(place: Path, sys: Path) -> Path | None:
    """Return the description of the device that `place` is, or that the file `place` lies on."""
    real = place.resolve()
    if real.parent.name == "dev" and (sys / "block" / real.name).is_dir():
        return sys / "block" / real.name
    found = real.stat()
    number = found.st_rdev or found.st_dev
    described = sys / "dev" / "block" / f"{os.major(number)}:{os.minor(number)}"
    return described.resolve() if described.exists() else None


def _encrypted(device: Path, depth: int) -> bool:
    """Return whether all that is written to a device is encrypted by it or by what is below."""
    name = device / "dm" / "uuid"
    if name.is_file() and name.read_text("utf-8").startswith(_ENCRYPTED):
        return True
    below = device / "slaves"
    if depth == 0 or not below.is_dir():
        return False
    lower = list(below.iterdir())
    return bool(lower) and all(_encrypted(one.resolve(), depth - 1) for one in lower)
