"""What a worker returned, taken as bytes and as nothing else.

`ray.get` does what the metadata say that come with a value, and those are of whoever returned it:
where they say so, it unpickles, which runs whatever code it was sent, with the rights of the bench.
What is taken here has to be marked as plain bytes, and errors are told by their number alone. What
does that is of Ray's own parts and not of its interface: this module and `head` alone know them.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final, NoReturn

import ray
from ray._private.serialization import split_buffer  # type: ignore[attr-defined]
from ray._private.worker import global_worker
from ray._raylet import MessagePackSerializer  # type: ignore[attr-defined]
from ray.core.generated.common_pb2 import ACTOR_DIED, RayErrorInfo  # type: ignore[attr-defined]

from workbench.retrospective.cluster.pieces import PIECE

__all__ = ["RefusedError", "WorkerGoneError", "run_no_hook", "take"]

_PLAIN: Final = b"RAW"
_MOST: Final = PIECE + 1
_LONGEST_REASON: Final = 300


class RefusedError(Exception):
    """What came is not what a worker returns; nothing of it was read."""


class WorkerGoneError(Exception):
    """There is an error of Ray in place of what a worker returns; its text says why, if known."""


def run_no_hook() -> None:
    """Keep Ray from calling a function by the name that a cluster gives, when it joins one."""
    ray.__traced__ = True  # type: ignore[attr-defined]


def take(reference: object, timeout_s: float | None = None) -> bytes:
    """Wait for what a call of a worker returns, at most `PIECE` + 1 bytes, and return it.

    Args:
        reference: to it, of Ray.
        timeout_s: how long to wait, s; for ever when left out.

    Raises:
        GetTimeoutError: when it is not there by then.
        RefusedError: when it is anything but plain bytes.
        WorkerGoneError: when the worker could not begin, or is gone.
    """
    wait_ms = -1 if timeout_s is None else int(timeout_s * 1000)
    [(content, metadata, *_)] = global_worker.core_worker.get_objects([reference], wait_ms)  # type: ignore[attr-defined]
    if metadata == _PLAIN:
        if content is not None and content.size > _MOST:
            msg = f"a worker returned {content.size} bytes at once"
            raise RefusedError(msg)
        return b"" if content is None else bytes(content.to_pybytes())
    if metadata.isdigit():
        raise WorkerGoneError(_reason(content) if int(metadata) == ACTOR_DIED else "")
    msg = "a worker returned something else than bytes"
    raise RefusedError(msg)


def _reason(content: Any) -> str:  # noqa: ANN401 - a buffer of Ray
    """Return why a worker could not begin, in a line; empty where it began, or does not say."""
    with suppress(Exception):  # it may be anything, and is a hint alone
        packed, _ = split_buffer(content)
        info = RayErrorInfo()
        info.ParseFromString(MessagePackSerializer.loads(packed, _refuse))
        if info.actor_died_error.HasField("creation_task_failure_context"):
            text = info.actor_died_error.creation_task_failure_context.formatted_exception_string
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            kept = "".join(one for one in lines[-1] if one.isprintable())[:_LONGEST_REASON]
            return kept or "it does not say why"
    return ""


def _refuse(_: int) -> NoReturn:
    """Stand where Ray would unpickle."""
    msg = "a worker returned something else than bytes"
    raise RefusedError(msg)
