"""What the kernel of a managers' page may import, and which files it may reach."""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

from workbench.hygiene.landlock import confine_process

__all__ = ["FORBIDDEN", "ImportGuard", "confine", "guard_imports", "readable_places"]

FORBIDDEN: Final = (
    "cv2",
    "facenet_pytorch",
    "onnxruntime",
    "psycopg",
    "sqlalchemy",
    "torch",
    "torchvision",
    "workbench.bench",
    "workbench.cli",
    "workbench.demonstration",
    "workbench.faces",
    "workbench.feeds",
    "workbench.identity",
    "workbench.live",
    "workbench.matching",
    "workbench.records",
    "workbench.retrospective",
    "workbench.tracking",
)
"""What encodes a face, opens a store or holds a key: nothing of it is of use to counts."""

_SYSTEM: Final = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/share/locale",
    "/usr/share/zoneinfo",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/timezone",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/self",
    "/proc/sys/vm",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
)
_DEVICES: Final = (Path("/dev/null"),)


class ImportGuard(MetaPathFinder):
    """Refuses modules by name, ahead of whatever would find them."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002 - the signature of Python
        target: ModuleType | None = None,  # noqa: ARG002 - likewise
    ) -> ModuleSpec | None:
        """Leave a module to others.

        Raises:
            ModuleNotFoundError: when managers' pages may not have it. Libraries that use some of
                these where they are there (dataframely asks for torch) go on without.
        """
        if any(fullname == name or fullname.startswith(f"{name}.") for name in FORBIDDEN):
            msg = (
                f"a managers' page does not import {fullname}: it shows counts, and reaches no "
                "face, template, key or record."
            )
            raise ModuleNotFoundError(msg, name=fullname)
        return None


def guard_imports() -> None:
    """Refuse `FORBIDDEN` from now on.

    Raises:
        ImportError: when one of them was imported before.
    """
    if early := [name for name in FORBIDDEN if name in sys.modules]:
        msg = f"{early[0]} was imported before it could be refused. Start the page anew."
        raise ImportError(msg)
    sys.meta_path.insert(0, ImportGuard())


def confine(*, snapshot: Path, own: Path) -> list[str]:
    """Confine this kernel to reading its program and its snapshot, and to writing its own folder.

    Args:
        snapshot: folder of counts.
        own: of this kernel: its connection, its sockets, what it writes meanwhile.

    Returns:
        What this system cannot keep, a sentence each.

    Raises:
        OSError: when the system can and refuses to.
    """
    # Where a checkout is installed as it is, its folder is on the path, and a bench may lie in it:
    # it is not read. Both packages are known by then, so that nothing is looked for there.
    places = readable_places()
    sys.path[:] = [one for one in sys.path if one and _is_within(Path(one), places)]
    return confine_process(reads=[*places, snapshot], writes=[own, *_DEVICES])


def readable_places() -> list[Path]:
    """Return where the program lies: Python, what is installed, both packages, the system's own."""
    named = ("stdlib", "platstdlib", "purelib", "platlib")
    python = {Path(sysconfig.get_path(name)) for name in named}
    python |= {Path(sys.base_prefix) / "lib", Path(sys.prefix) / "share", Path(sys.prefix) / "etc"}
    python |= {Path(sys.prefix) / "pyvenv.cfg"}
    packages = set()
    for name in ("widgets", "workbench"):
        found = importlib.util.find_spec(name)
        packages |= {Path(one) for one in (found and found.submodule_search_locations) or ()}
    return sorted(python | packages | {Path(one) for one in _SYSTEM})


def _is_within(path: Path, places: Sequence[Path]) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(os.path.realpath(place)) for place in places)
