"""The kernel of a managers' page, confined before it runs a line of a notebook.

`python -I -m widgets.dashboard_kernel -f CONNECTION` is what the server of the pages starts. The
environment names the folder of the snapshot and the kernel's own folder, and holds nothing else of
whoever started the server.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Final

import workbench
from widgets.dashboard_guard import confine, guard_imports
from workbench.hygiene import harden_process

__all__ = ["OWN_FOLDER", "SNAPSHOT_FOLDER", "ends_with_its_parent", "main"]

OWN_FOLDER: Final = "WORKBENCH_KERNEL_FOLDER"
SNAPSHOT_FOLDER: Final = "WORKBENCH_SNAPSHOT"
_SET_PDEATHSIG: Final = 1


def ends_with_its_parent(number: signal.Signals, parent: int | None = None) -> None:
    """Let the system end this process when its parent ends, however that ends (prctl(2)).

    Args:
        number: the signal that ends it.
        parent: the process that started it, if known: it may have ended before this call.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_SET_PDEATHSIG, int(number), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), number)


def main() -> None:
    """Confine this process, then be a kernel."""
    parent = os.environ.get("JPY_PARENT_PID")
    ends_with_its_parent(signal.SIGKILL, int(parent) if parent else None)
    harden_process()
    own = Path(os.environ[OWN_FOLDER])
    os.environ["JPY_SESSION_NAME"] = ""
    guard_imports()
    confine(snapshot=Path(os.environ[SNAPSHOT_FOLDER]), own=own)
    from ipykernel.ipkernel import IPythonKernel  # noqa: PLC0415 - confined by then
    from ipykernel.kernelapp import launch_new_instance  # noqa: PLC0415 - likewise

    class PageKernelProcess(IPythonKernel):
        """Looks for no processes that it started at its end: it can start no program."""

        def _process_children(self) -> list[object]:
            return []

    launch_new_instance(kernel_class=PageKernelProcess)


if __name__ == "__main__":
    assert workbench.__name__ in sys.modules  # noqa: S101 - found before its folder is given up
    main()
