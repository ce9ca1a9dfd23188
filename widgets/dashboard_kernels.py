"""The kernels of managers' pages: which program, which environment, whose, and how many."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_server.services.kernels.kernelmanager import (
    AsyncMappingKernelManager,
    ServerKernelManager,
)

from widgets.dashboard_access import KernelOwner
from widgets.dashboard_kernel import OWN_FOLDER, SNAPSHOT_FOLDER

__all__ = [
    "Claims",
    "Full",
    "PageKernel",
    "PageKernelSpecs",
    "PageKernels",
    "Place",
    "kernel_environment",
]

_KEPT: Final = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "PATH")
"""What a kernel needs of the environment of whoever started the server."""
_NAME: Final = "python3"


def kernel_environment(environ: Mapping[str, str], snapshot: Path, own: Path) -> dict[str, str]:
    """Return the whole environment of a kernel: no credential, no key, no address of a bench.

    Args:
        environ: of the server.
        snapshot: folder of counts.
        own: folder of this kernel.
    """
    folder = str(own)
    return {name: environ[name] for name in _KEPT if name in environ} | {
        "HOME": folder,
        "IPYTHONDIR": str(own / "ipython"),
        "JUPYTER_RUNTIME_DIR": folder,
        "LOGNAME": "viewer",
        "OMP_NUM_THREADS": "1",
        "POLARS_MAX_THREADS": "2",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": folder,
        "USER": "viewer",
        OWN_FOLDER: folder,
        SNAPSHOT_FOLDER: str(snapshot),
    }


class PageKernelSpecs(KernelSpecManager):
    """Knows one kernel, whatever a notebook names and whatever is installed."""

    def find_kernel_specs(self) -> dict[str, str]:
        """Return its name; it has no folder."""
        return {_NAME: ""}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:  # noqa: ARG002 - there is one
        """Return it."""
        return KernelSpec(
            argv=[
                sys.executable,
                "-I",
                "-m",
                "widgets.dashboard_kernel",
                "-f",
                "{connection_file}",
            ],
            display_name="Managers' pages",
            language="python",
        )

    def get_all_specs(self) -> dict[str, Any]:
        """Return it as Voila asks for it."""
        return {_NAME: {"resource_dir": "", "spec": self.get_kernel_spec(_NAME).to_dict()}}


class PageKernel(ServerKernelManager):
    """One kernel: it speaks through sockets in a folder of its own, which goes with it.

    On TCP, anybody on the machine could connect to it.
    """

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - those of jupyter_client
        """Give it its folder."""
        named = Path(options.pop("connection_file"))
        # A socket's path has 107 letters at most (unix(7)).
        self.own_folder = named.parent / named.stem.removeprefix("kernel-")[:13]
        self.own_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(
            connection_file=str(self.own_folder / "k.json"), transport="ipc", **options
        )

    async def _async_cleanup_resources(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self.own_folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources  # type: ignore[assignment]

    async def _async_pre_start_kernel(self, **options: Any) -> Any:  # noqa: ANN401 - likewise
        snapshot = Path(options["cwd"])
        options["env"] = kernel_environment(os.environ, snapshot, self.own_folder)
        return await super()._async_pre_start_kernel(**options)

    pre_start_kernel = _async_pre_start_kernel  # type: ignore[assignment]


class PageKernels(AsyncMappingKernelManager):
    """All kernels; nothing of a request or of the server's environment reaches one."""

    async def start_kernel(  # type: ignore[override]
        self, *, kernel_id: str | None = None, kernel_name: str | None = None, **_: object
    ) -> str:
        """Start a kernel whose working folder is the snapshot, whatever else is asked for."""
        del kernel_name
        server: Any = self.parent
        return await super().start_kernel(
            kernel_id=kernel_id, kernel_name=_NAME, cwd=str(server.pages.snapshot)
        )


class Full(Exception):  # noqa: N818 - it is an answer, not a fault
    """No further page is let in."""


class Place:
    """A place that is kept for a page whose kernel is not there yet."""


class Claims:
    """Whose each kernel is."""

    def __init__(self) -> None:
        """Begin with none."""
        self._owners: dict[str, KernelOwner] = {}
        self._coming: dict[Place, str] = {}

    def claim(self, kernel: str, owner: KernelOwner, place: Place | None = None) -> None:
        """Note whose a kernel is, once.

        Args:
            kernel: its id.
            owner: whose.
            place: that was kept for it, which it takes.

        Raises:
            ValueError: when it is somebody's already.
        """
        if kernel in self._owners:
            msg = f"kernel {kernel} is somebody's already"
            raise ValueError(msg)
        if place is not None:
            self._coming.pop(place, None)
        self._owners[kernel] = owner

    def owner(self, kernel: str) -> KernelOwner | None:
        """Return whose a kernel is; `None` of one that waits, and of none."""
        return self._owners.get(kernel)

    def forget_all_but(self, running: Container[str]) -> int:
        """Forget kernels that run no longer, and return how many are somebody's."""
        for kernel in [one for one in self._owners if one not in running]:
            del self._owners[kernel]
        return len(self._owners)

    async def forget_dead(self, kernels: Any) -> None:  # noqa: ANN401 - Voila's, made at run time
        """Forget kernels whose process is gone; one that died while it was busy is culled by none.

        Args:
            kernels: all of them; a dead one is taken from it.
        """
        for kernel in [one for one in self._owners if one in kernels]:
            with suppress(Exception):  # it was ended by another in the meantime
                if not await kernels.get_kernel(kernel).is_alive():
                    await kernels.shutdown_kernel(kernel, now=True)
        self.forget_all_but(kernels)

    @contextmanager
    def place(
        self, viewer: str, running: Container[str], *, most: int, most_of_one: int
    ) -> Iterator[Place]:
        """Keep a place for a page that is about to be opened, until its kernel is claimed or not.

        Args:
            viewer: who opens it.
            running: kernels that run.
            most: how many pages may be open at once.
            most_of_one: how many of them may be of one viewer.

        Raises:
            Full: when there is no place.
        """
        self.forget_all_but(running)
        viewers = [*(one.viewer for one in self._owners.values()), *self._coming.values()]
        if len(viewers) >= most:
            msg = f"{most} pages are open at once, and no more are let in."
            raise Full(msg)
        if viewers.count(viewer) >= most_of_one:
            msg = f"You have {most_of_one} pages open at once, and no more are let in for one."
            raise Full(msg)
        place = Place()
        self._coming[place] = viewer
        try:
            yield place
        finally:
            self._coming.pop(place, None)
