"""A worker over Ray as the bench sees it: a channel that only these two can read."""

from __future__ import annotations

from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from workbench.errors import FootageError
from workbench.retrospective.cluster.about import About
from workbench.retrospective.cluster.job import require_versions, written_job
from workbench.retrospective.cluster.pieces import Message
from workbench.retrospective.cluster.sealing import Sealing

if TYPE_CHECKING:
    from workbench.retrospective.segments import FootagePlan
    from workbench.settings import Settings

__all__ = ["RemotePeer"]


class RemotePeer:
    """A worker over Ray; a `Peer`."""

    sentinels: tuple[int, ...] = ()

    def __init__(
        self, pipe: Connection, plan: FootagePlan, settings: Settings, secret: bytes | None
    ) -> None:
        """Take what it is heard through.

        Args:
            pipe: to the process that drives Ray.
            plan: of the file that it indexes.
            settings: those that searches are run with.
            secret: that the bench shares with its workers.
        """
        self.channel = _Sealed(pipe, plan, settings, secret)

    def died(self) -> str:
        """Say how it is gone; Ray does not say more that could be relied on."""
        self.channel.close()
        return "without a word"

    def leave(self) -> None:
        """End it: what drives Ray kills whom nobody listens to."""
        self.channel.close()

    def wait(self) -> None:
        """Return at once: it is gone for good when the cluster is closed."""


class _Sealed:
    """Its channel; a `Channel`."""

    def __init__(
        self, pipe: Connection, plan: FootagePlan, settings: Settings, secret: bytes | None
    ) -> None:
        self._pipe, self._plan, self._settings, self._secret = pipe, plan, settings, secret
        self._sealing: Sealing | None = None

    def poll(self) -> bool:
        if self._sealing is None and self._pipe.poll():
            self._agree()
        return self._pipe.poll()

    def recv_bytes(self) -> bytes:
        sealing = self._sealing or self._agree()
        return sealing.unseal(self._said())

    def send_bytes(self, buf: bytes, /) -> None:
        sealing = self._sealing or self._agree()
        self._pipe.send_bytes(sealing.seal(buf))

    def close(self) -> None:
        self._pipe.close()

    def fileno(self) -> int:
        return self._pipe.fileno()

    def _agree(self) -> Sealing:
        """Hear who it is, agree on keys, and say what there is to do."""
        about = About.read(self._said())
        if about.failed is not None:
            msg = f"{self._plan.path}: {about.failed}"
            raise FootageError(msg)
        require_versions(about.versions, about.where)
        own = X25519PrivateKey.generate()
        sealing = Sealing(own, bytes.fromhex(about.public), is_worker=False, secret=self._secret)
        self._pipe.send_bytes(own.public_key().public_bytes_raw())
        self._pipe.send_bytes(sealing.seal(written_job(self._plan, self._settings)))
        self._sealing = sealing
        return sealing

    def _said(self) -> bytes:
        """Return what the worker said next, sealed.

        Raises:
            FootageError: when there is no worker, or it is none of the bench.
        """
        message = self._pipe.recv_bytes()
        if message.startswith(Message.SAID):
            return message.removeprefix(Message.SAID)
        msg = f"{self._plan.path}: {message.removeprefix(Message.FAILED).decode()}"
        raise FootageError(msg)
