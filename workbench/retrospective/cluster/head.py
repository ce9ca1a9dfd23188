"""A Ray of this machine alone: what its actors need and no more, on loopback, in one folder.

`ray.init` would begin a dashboard's server, a reporter of usage, an autoscaler and a monitor of
logs beside, four processes that load Ray for nothing. What leaves them out is of Ray's own parts
and not of its interface: this module alone knows them, and the extra names the version.
"""

from __future__ import annotations

import socket
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from ray import _raylet
from ray._private.node import Node
from ray._private.parameter import RayParams

__all__ = ["LoopbackRay"]

_PARTS: Final[Any] = _raylet
_HERE: Final = "127.0.0.1"
_STORE_BYTES: Final = 80 * 2**20
"""Of the object store, which nothing is put into; Ray takes no less than 75 MiB."""
_CONFIG: Final = {
    "automatic_object_spilling_enabled": False,
    # Whoever joins would wait for processes that nobody asked for yet, and for ever where the
    # machine is too busy for one to come within a minute.
    "prestart_worker_first_driver": False,
    "worker_register_timeout_seconds": 300,
}
_UNUSED: Final = (
    _PARTS.DASHBOARD_AGENT_LISTEN_PORT_NAME,
    _PARTS.METRICS_AGENT_PORT_NAME,
    _PARTS.METRICS_EXPORT_PORT_NAME,
)
"""Ports of the dashboard's agent that are not in use without the dashboard."""


class _Head(Node):
    """The processes themselves."""

    def start_api_server(self, **_: object) -> None:
        """Begin neither the server of the dashboard nor what reports usage."""
        self._webui_url = ""

    def start_raylet(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - Ray knows them
        """Say at once what its agent would say; Ray ends where it does not within 15 s."""
        for name in _UNUSED:
            _PARTS.persist_port(self._session_dir, self._node_id, name, -1)
        super().start_raylet(*args, **named)


class LoopbackRay:
    """It, begun; nobody but this machine reaches it.

    Attributes:
        address: of it, `host:port`.
    """

    def __init__(self, folder: Path, workers: int) -> None:
        """Begin it.

        Args:
            folder: for what it writes; private to this user.
            workers: that it makes room for.

        Raises:
            RuntimeError: when others could reach it.
        """
        params: dict[str, Any] = {
            "runtime_env_agent_port": _free_port(),
            "node_ip_address": _HERE,
            "num_cpus": workers,
            "num_gpus": 0,
            "object_store_memory": _STORE_BYTES,
            "include_dashboard": False,
            "include_log_monitor": False,
            "no_monitor": True,
            "min_worker_port": 0,
            "max_worker_port": 0,
            "temp_dir": str(folder / "r"),
            "_system_config": _CONFIG,
        }
        self._head = _Head(
            RayParams(**params), head=True, shutdown_at_exit=False, spawn_reaper=True
        )
        self.address: str = self._head.gcs_address
        if not ip_address(self._head.node_ip_address).is_loopback:
            self.end()
            msg = f"Ray would listen at {self._head.node_ip_address}, which others can reach"
            raise RuntimeError(msg)

    def end(self) -> None:
        """End its processes."""
        self._head.kill_all_processes(check_alive=False, allow_graceful=True)


def _free_port() -> int:
    """Return a port that nobody has now; for one that is not named Ray waits, likewise."""
    with socket.socket() as taken:
        taken.bind((_HERE, 0))
        port: int = taken.getsockname()[1]
        return port
