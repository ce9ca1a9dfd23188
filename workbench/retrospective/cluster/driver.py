"""The process that drives Ray: it begins it, carries what bench and workers say, and sweeps.

It sees public keys and sealed pieces, and takes nothing from a worker but bytes. Ray's threads,
variables and handlers of signals stay in it, and are not in the process that holds the keys of the
bench. It ends when the bench does, however that ends, and what Ray wrote goes with it.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from threading import Event, Thread
from typing import Any, Final

import ray
from ray.exceptions import GetTimeoutError, RayError

from workbench.retrospective.cluster.actor import FootageActor
from workbench.retrospective.cluster.head import LoopbackRay
from workbench.retrospective.cluster.pieces import Message, TooLongError, Whole, pieces
from workbench.retrospective.cluster.raw import RefusedError, WorkerGoneError, run_no_hook, take
from workbench.retrospective.cluster.start import Start

__all__ = ["drive"]

_COMING_S: Final = 180.0
"""How long the first worker may take to come, s."""


def drive(control: Connection, start: Start) -> None:
    """Begin Ray, carry what is said, until the other end of `control` is gone.

    Args:
        control: to the bench. It sends a handle for each worker to begin: one end of a pipe to it.
        start: how.
    """
    own: LoopbackRay | None = None
    try:
        try:
            if start.address is None:
                own = LoopbackRay(start.folder, start.workers)
                workers = _join(own.address)
            else:
                workers = _join(start.address)
        except Exception as error:  # noqa: BLE001 - Ray raises plain ones, and each is told
            _tell(control, failed=_first_line(error))
            return
        _tell(control, workers=workers)
        arrived = Event()
        while True:
            _Relay(Connection(recv_handle(control)), arrived, start.secret_variable).begin()
    except (EOFError, OSError):
        pass  # the bench is gone, or has closed it
    finally:
        ray.shutdown()
        if own is not None:
            own.end()
        shutil.rmtree(start.folder, ignore_errors=True)


def _join(address: str) -> int:
    """Join what is there; return how many workers it has room for."""
    run_no_hook()
    ray.init(
        address=address,
        namespace=secrets.token_hex(8),
        configure_logging=False,
        log_to_driver=False,
    )
    there = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(there.get("CPU", 0)))


class _Relay:
    """Carries what the bench and one worker say."""

    def __init__(self, pipe: Connection, arrived: Event, secret_variable: str | None) -> None:
        self._pipe, self._arrived = pipe, arrived
        # What a thread reads from is not woken when another closes it, but when it is shut down.
        self._ends = socket.socket(fileno=os.dup(pipe.fileno()))
        options = {"num_cpus": 1, "max_concurrency": 2, "max_restarts": 0, "max_task_retries": 0}
        self._actor: Any = ray.remote(FootageActor).options(**options).remote(secret_variable)

    def begin(self) -> None:
        """Carry from now on."""
        for carry in (self._to_bench, self._to_worker):
            Thread(target=carry, daemon=True).start()

    def _to_bench(self) -> None:
        whole = Whole()
        try:
            said = self._first()
            while said:
                message = whole.add(said[1:], is_last=said[0] == 1)
                if message is not None:
                    self._pipe.send_bytes(Message.SAID + message)
                said = take(self._actor.say.remote())
        except WorkerGoneError as error:
            if reason := str(error):
                self._fail(f"a worker could not begin: {reason}")
        except (RefusedError, TooLongError) as error:
            self._fail(
                f"{error}, which no worker of the bench does. Nothing of it was read. Find out who "
                "can reach the cluster, then index again."
            )
        except (RayError, OSError):
            pass
        finally:
            with suppress(OSError):
                self._ends.shutdown(socket.SHUT_RDWR)
            self._ends.close()

    def _to_worker(self) -> None:
        try:
            while True:
                for piece, is_last in pieces(self._pipe.recv_bytes()):
                    take(self._actor.hear.remote(piece, is_last))
        except (EOFError, OSError, RayError, RefusedError, WorkerGoneError):
            pass
        finally:
            with suppress(RayError):
                ray.kill(self._actor)
            self._pipe.close()

    def _first(self) -> bytes:
        """Return what the worker says first, once it is there."""
        coming = self._actor.say.remote()
        try:
            said = take(coming, _COMING_S)
        except GetTimeoutError:
            if not self._arrived.is_set():
                self._fail(f"no worker came within {_COMING_S:.0f} s: is a processor free?")
            said = take(coming)
        self._arrived.set()
        return said

    def _fail(self, words: str) -> None:
        with suppress(OSError):
            self._pipe.send_bytes(Message.FAILED + words.encode())


def _tell(control: Connection, **words: object) -> None:
    control.send_bytes(json.dumps(words).encode())


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).splitlines()), "") or type(error).__name__
