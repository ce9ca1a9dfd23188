"""Crops -> templates in a thread of its own, so that the next frames are searched meanwhile.

Whoever has to wait for the templates does not wait: it encodes what is left, beside the thread.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np

from workbench.arrays import ImageArray
from workbench.errors import UsageError
from workbench.faces.templates import Templates

__all__ = ["CropEncoder", "EncodeWorker"]

_LOOK_S: Final = 0.5
"""How often whoever waits looks whether the thread is still alive."""
_PART: Final = 2
"""Crops that are encoded at a time: the fewer, the more evenly a batch is shared out; a crop of two
takes no longer than one of eight (28 and 26 ms)."""


class CropEncoder(Protocol):
    """What the comparison asks of a face analyser."""

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        """Return a template for each crop, by encoder."""
        ...


@dataclass(slots=True, eq=False)
class _Batch:
    """Crops, and what was made of them so far.

    Attributes:
        crops: by encoder.
        parts: slices of them, each encoded at a time.
        made: of each part, once it is made.
        begun: how many parts somebody has begun; in their order.
        done: how many of those are finished.
        fault: what came in between; nothing more is begun then.
    """

    crops: Mapping[str, ImageArray]
    parts: list[slice]
    made: list[dict[str, Templates] | None] = field(init=False)
    begun: int = 0
    done: int = 0
    fault: BaseException | None = None

    def __post_init__(self) -> None:
        self.made = [None] * len(self.parts)

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to do, or to wait for."""
        return self.done == self.begun and (self.begun == len(self.parts) or self.fault is not None)

    def drop(self) -> None:
        """Hold no crop and no template any more."""
        self.crops, self.made = {}, []

    def templates(self) -> dict[str, Templates] | None:
        """Return all templates in the order of the crops, or `None` where one is missing."""
        made = [part for part in self.made if part is not None]
        if len(made) < len(self.parts):
            return None
        return {
            name: Templates(
                np.concatenate([part[name].vectors for part in made]), made[0][name].encoder
            )
            for name in self.crops
        }


class EncodeWorker:
    """Encodes one batch at a time; a second one waits until the first was taken.

    Templates that nobody takes within `wait_s` are dropped, so that a feed that stands still
    leaves none in memory; they are made once more when they are asked for.
    """

    def __init__(self, encoder: CropEncoder, *, wait_s: float, threaded: bool = True) -> None:
        """Set what encodes; the thread starts with the first batch.

        Args:
            encoder: turns crops into templates; is asked by two threads at the same time.
            wait_s: seconds that finished templates may wait to be taken.
            threaded: encode in a thread of its own; otherwise when the batch is taken.
        """
        self._encoder = encoder
        self._wait_s = wait_s
        self._threaded = threaded
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._batch: _Batch | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many crops are with it, encoded or not."""
        batch = self._batch
        return 0 if batch is None else _count(batch.crops)

    @property
    def is_ready(self) -> bool:
        """Whether the batch can be taken without a wait."""
        batch = self._batch
        # Whoever takes it encodes it, should the thread have died.
        return batch is not None and (batch.is_finished or not self._is_alive())

    def submit(self, crops: Mapping[str, ImageArray]) -> None:
        """Begin to encode a batch.

        Args:
            crops: shape `(n, size, size, 3)` by encoder.

        Raises:
            UsageError: when the batch before was not taken.
        """
        with self._changed:
            if self._batch is not None or self._closed:
                msg = "one batch at a time: take the one before, and submit none after the end."
                raise UsageError(msg)
            step = _PART if self._threaded else max(_count(crops), 1)
            parts = [slice(at, at + step) for at in range(0, _count(crops), step)]
            self._batch = _Batch(crops, parts)
            if self._threaded and self._thread is None:
                thread = threading.Thread(target=self._work, name="encoder", daemon=True)
                thread.start()
                self._thread = thread
            self._changed.notify_all()

    def take(self) -> dict[str, Templates]:
        """Encode what is left of the batch and return its templates; hold nothing of it any more.

        Raises:
            UsageError: when none was submitted.
            Exception: whatever the encoder raised.
        """
        batch = self._batch
        if batch is None:
            msg = "no batch was submitted."
            raise UsageError(msg)
        while self._encode_part(batch):
            pass
        with self._changed:
            while self._batch is batch and not batch.is_finished and self._is_alive():
                self._changed.wait(_LOOK_S)
            made, fault = batch.templates(), batch.fault
            if self._batch is batch:
                self._batch = None
            self._changed.notify_all()
        if fault is not None:
            # Whoever keeps the error keeps this frame too: nothing of a face stays in it.
            batch.drop()
            raise fault
        # Waited too long, or the thread is gone: then it is made here.
        return self._encoder.encode_crops(batch.crops) if made is None else made

    def clear(self) -> None:
        """Drop the batch; what is being made of it is dropped when it is done."""
        with self._changed:
            self._batch = None
            self._changed.notify_all()

    def close(self) -> None:
        """Drop the batch and end the thread, once it has finished what it does."""
        self.clear()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _is_alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _work(self) -> None:
        while (batch := self._next_batch()) is not None:
            while self._encode_part(batch):
                pass
            self._wait_until_taken(batch)
            # Nothing of a face stays here while there is nothing to do.
            del batch

    def _next_batch(self) -> _Batch | None:
        """Wait for a batch and return it; `None` at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._batch is not None)
            return None if self._closed else self._batch

    def _encode_part(self, batch: _Batch) -> bool:
        """Encode the next part of a batch that nobody has begun; return whether there was one."""
        with self._changed:
            dropped = self._batch is not batch or batch.fault is not None
            if dropped or batch.begun == len(batch.parts):
                return False
            at = batch.begun
            batch.begun += 1
        made: dict[str, Templates] | None = None
        fault: BaseException | None = None
        part = batch.parts[at]
        try:
            made = self._encoder.encode_crops(
                {name: crops[part] for name, crops in batch.crops.items()}
            )
        except BaseException as error:  # noqa: BLE001 - raised again where it is taken
            fault = error
            # What was being encoded: an error that is kept would keep it.
            traceback.clear_frames(error.__traceback__)
        with self._changed:
            batch.done += 1
            if self._batch is batch:
                batch.made[at] = made
                batch.fault = batch.fault or fault
            self._changed.notify_all()
        return True

    def _wait_until_taken(self, batch: _Batch) -> None:
        """Wait until a batch was taken or dropped; its templates do not wait as long as that."""
        with self._changed:
            # Another thread may have its last part in hand.
            self._changed.wait_for(lambda: batch.is_finished or self._batch is not batch)
            if not self._changed.wait_for(lambda: self._batch is not batch, self._wait_s):
                batch.made = [None] * len(batch.parts)
                self._changed.wait_for(lambda: self._batch is not batch)


def _count(crops: Mapping[str, ImageArray]) -> int:
    return max((len(part) for part in crops.values()), default=0)
