"""The actor: holds the models, reads the file, and indexes segments as `index_worker` does.

What it says and hears is sealed but for three things: its public key, that of the bench, and what
is installed where it runs. Nothing that is not sealed is returned to Ray or raised, and what is
returned is bytes: who takes it takes nothing else.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import suppress
from queue import SimpleQueue
from socket import gethostname
from threading import Thread

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from workbench.errors import FootageError, UsageError
from workbench.hygiene.process import harden_process
from workbench.retrospective.cluster.about import About
from workbench.retrospective.cluster.job import read_job, require_file, versions
from workbench.retrospective.cluster.pieces import Whole, pieces
from workbench.retrospective.cluster.sealing import Sealing
from workbench.retrospective.cluster.secret import shared_secret
from workbench.retrospective.index_worker import work

__all__ = ["FootageActor"]


class FootageActor:
    """One worker; Ray calls `hear` and `say`, each by a thread of its own."""

    def __init__(self, secret_variable: str | None) -> None:
        """Make its keys and begin to listen.

        Args:
            secret_variable: which variable holds the secret that it shares with the bench.
        """
        harden_process()
        self._secret_variable = secret_variable
        self._heard: SimpleQueue[bytes] = SimpleQueue()
        self._said: SimpleQueue[bytes] = SimpleQueue()
        self._coming = Whole()
        Thread(target=self._work, daemon=True, name="indexing").start()

    def hear(self, piece: bytes, is_last: bool) -> bytes:  # noqa: FBT001 - Ray calls it
        """Take a piece of what the bench says; return nothing, as bytes."""
        message = self._coming.add(piece, is_last=is_last)
        if message is not None:
            self._heard.put(message)
        return b""

    def say(self) -> bytes:
        """Return the next piece for the bench, after a 1 where it ends a message; then nothing."""
        return self._said.get()

    def _work(self) -> None:
        try:
            self._talk()
        except Exception as error:  # noqa: BLE001 - its text may hold anything, and Ray logs it
            logging.getLogger(__name__).error("a worker ended: %s", type(error).__name__)  # noqa: TRY400 - likewise
        finally:
            self._said.put(b"")

    def _talk(self) -> None:
        own, where = X25519PrivateKey.generate(), gethostname()
        public = own.public_key().public_bytes_raw()
        about = About(public=public.hex(), versions=versions(), where=where)
        try:
            secret = shared_secret(self._secret_variable, os.environ, where)
        except UsageError as error:
            self._tell(about.model_copy(update={"failed": str(error)}).model_dump_json().encode())
            return
        self._tell(about.model_dump_json().encode())
        sealing = Sealing(own, self._heard.get(), is_worker=True, secret=secret)
        channel = _Sealed(self, sealing)
        try:
            plan, settings = read_job(channel.recv_bytes())
            plan = require_file(plan, where)
        except FootageError as error:
            said = {"said": "failed", "kind": type(error).__name__, "words": str(error)}
            channel.send_bytes(json.dumps(said).encode())
            return
        with suppress(FootageError):  # what came is not of the bench: there is nobody to tell
            work(channel, plan, settings)

    def _tell(self, message: bytes) -> None:
        for piece, is_last in pieces(message):
            self._said.put(bytes([is_last]) + piece)


class _Sealed:
    """Its channel to the bench; a `Speech`."""

    def __init__(self, actor: FootageActor, sealing: Sealing) -> None:
        self._actor, self._sealing = actor, sealing

    def poll(self) -> bool:
        return not self._actor._heard.empty()  # noqa: SLF001 - of this module

    def recv_bytes(self) -> bytes:
        return self._sealing.unseal(self._actor._heard.get())  # noqa: SLF001 - likewise

    def send_bytes(self, buf: bytes, /) -> None:
        self._actor._tell(self._sealing.seal(buf))  # noqa: SLF001 - likewise
