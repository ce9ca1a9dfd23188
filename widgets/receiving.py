"""The way of a file from a browser into a panel: in pieces, one file at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from widgets.uploads import Upload
from workbench.errors import ImageError, UsageError, WorkbenchError

__all__ = ["Receiver"]

_About: TypeAlias = dict[str, Any]


class Receiver:
    """Receives one file at a time; its parts in memory are all there is of it. From any thread."""

    def __init__(
        self,
        say: Callable[[_About], None],
        refuse: Callable[[WorkbenchError, _About], None],
        take: Callable[[bytes, str, _About], None],
    ) -> None:
        """Begin with nothing on its way.

        Args:
            say: tells a browser how far it is.
            refuse: tells it why a file cannot be taken.
            take: is given a file that is whole, its name, and what a browser knows it by.
        """
        self._say, self._refuse, self._whole = say, refuse, take
        self._lock = threading.RLock()
        self._upload: Upload | None = None

    @property
    def received(self) -> int | None:
        """Bytes that are here of the file on its way; none where nothing is."""
        with self._lock:
            return None if self._upload is None else self._upload.received

    def begin(self, content: Mapping[str, Any]) -> None:
        """Wait for the pieces of a file that a view speaks of; one before it is dropped."""
        about = {"to": content["view"], "upload": content.get("upload")}
        with self._lock:
            if self._upload is not None and self._upload.view != content["view"]:
                busy = "another page is uploading a picture here. Wait for it, or cancel it there."
                self._refuse(UsageError(busy), about)
                return
            self._upload = None
            try:
                self._upload = Upload(content)
            except ImageError as error:
                self._refuse(error, about)
                return
        self._say({"kind": "got", **about, "received": 0})

    def receive(self, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        """Take a piece, and say how much is here; one that was lost is sent again from there."""
        about = {"to": content["view"], "upload": content.get("upload")}
        with self._lock:
            upload = self._upload
            if upload is None or upload.view != about["to"] or upload.number != about["upload"]:
                gone = "the kernel waits for no such file any more. Upload it again."
                self._refuse(UsageError(gone), about)
                return
            try:
                if buffers:
                    upload.take(content.get("at"), buffers[0])
                whole = upload.file() if upload.is_whole else None
            except ImageError as error:
                self._upload = None
                self._refuse(error, about)
                return
            if whole is not None:
                self._upload = None
        self._say({"kind": "got", **about, "received": upload.received})
        if whole is not None:
            self._whole(whole, upload.name, about)

    def stop(self, view: str) -> None:
        """Drop the file that a view is sending."""
        with self._lock:
            if self._upload is not None and self._upload.view == view:
                self._upload = None

    def close(self) -> None:
        """Drop whatever is on its way."""
        with self._lock:
            self._upload = None
