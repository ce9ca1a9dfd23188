"""Crops -> templates in a thread of its own, so that the next frames are searched meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Final, Protocol

from workbench.arrays import ImageArray
from workbench.errors import UsageError
from workbench.faces.templates import Templates

__all__ = ["CropEncoder", "EncodeWorker"]

_LOOK_S: Final = 0.5
"""How often whoever waits looks whether the thread is still alive."""


class CropEncoder(Protocol):
    """What the comparison asks of a face analyser."""

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        """Return a template for each crop, by encoder."""
        ...


class EncodeWorker:
    """Encodes one batch at a time; a second one waits until the first was taken.

    Templates that nobody takes within `wait_s` are dropped, so that a feed that stands still
    leaves none in memory; they are made once more when they are asked for.
    """

    def __init__(self, encoder: CropEncoder, *, wait_s: float, threaded: bool = True) -> None:
        """Set what encodes; the thread starts with the first batch.

        Args:
            encoder: turns crops into templates.
            wait_s: seconds that finished templates may wait to be taken.
            threaded: encode in a thread of its own; otherwise when the batch is taken.
        """
        self._encoder = encoder
        self._wait_s = wait_s
        self._threaded = threaded
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._crops: Mapping[str, ImageArray] | None = None
        self._made: dict[str, Templates] | None = None
        self._fault: BaseException | None = None
        self._finished = self._closed = False

    @property
    def waiting(self) -> int:
        """How many crops are with it, encoded or not."""
        crops = self._crops
        return 0 if crops is None else max((len(part) for part in crops.values()), default=0)

    @property
    def is_ready(self) -> bool:
        """Whether the batch can be taken without a wait."""
        return self._crops is not None and (self._finished or not self._threaded)

    def submit(self, crops: Mapping[str, ImageArray]) -> None:
        """Begin to encode a batch.

        Args:
            crops: shape `(n, size, size, 3)` by encoder.

        Raises:
            UsageError: when the batch before was not taken.
        """
        with self._changed:
            if self._crops is not None or self._closed:
                msg = "one batch at a time: take the one before, and submit none after the end."
                raise UsageError(msg)
            self._crops, self._made, self._fault, self._finished = crops, None, None, False
            if self._threaded and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="encoder", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def take(self) -> dict[str, Templates]:
        """Wait for the batch and return its templates, by encoder; hold nothing of it any more.

        Raises:
            UsageError: when none was submitted.
            Exception: whatever the encoder raised.
        """
        with self._changed:
            if self._crops is None:
                msg = "no batch was submitted."
                raise UsageError(msg)
            while self._threaded and not self._finished and self._is_alive():
                self._changed.wait(_LOOK_S)
            crops, made, fault = self._crops, self._made, self._fault
            self._crops = self._made = self._fault = None
            self._changed.notify_all()
        if fault is not None:
            raise fault
        # Not made in time, waited too long, or the thread is gone: then it is made here.
        return self._encoder.encode_crops(crops) if made is None else made

    def clear(self) -> None:
        """Drop the batch; what is being made of it is dropped when it is done."""
        with self._changed:
            self._crops = self._made = self._fault = None
            self._finished = False
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
        while (crops := self._next_batch()) is not None:
            self._encode(crops)
            self._wait_until_taken(crops)
            # Nothing of a face stays here while there is nothing to do.
            del crops

    def _next_batch(self) -> Mapping[str, ImageArray] | None:
        """Wait for a batch and return it; `None` at the end."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or (self._crops is not None and not self._finished)
            )
            return None if self._closed else self._crops

    def _encode(self, crops: Mapping[str, ImageArray]) -> None:
        """Lay out what is made of a batch, unless it was dropped meanwhile."""
        made: dict[str, Templates] | None = None
        fault: BaseException | None = None
        try:
            made = self._encoder.encode_crops(crops)
        except BaseException as error:  # noqa: BLE001 - raised again where it is taken
            fault = error
        with self._changed:
            if self._crops is crops:
                self._made, self._fault, self._finished = made, fault, True
                self._changed.notify_all()

    def _wait_until_taken(self, crops: Mapping[str, ImageArray]) -> None:
        """Wait until a batch was taken or dropped; its templates do not wait as long as that."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._crops is not crops, self._wait_s):
                self._made = None
                self._changed.wait_for(lambda: self._crops is not crops)
