"""The way of files from browsers into a panel: in pieces, one file at a time from each page."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from widgets.uploads import Upload, UploadedFile
from workbench.errors import ImageError, UsageError, WorkbenchError

__all__ = ["Receiver"]

_About: TypeAlias = dict[str, Any]
_ANOTHER: Final = "another page is uploading a picture here. Wait for it, or cancel it there."


class Receiver:
    """Receives a file from each page; their parts in memory are all there is. From any thread."""

    def __init__(
        self,
        say: Callable[[_About], None],
        refuse: Callable[[WorkbenchError, _About], None],
        take: Callable[[UploadedFile, _About], None],
        *,
        most_at_once: int = 1,
        smaller: str = "Make it smaller.",
    ) -> None:
        """Begin with nothing on its way.

        Args:
            say: tells a browser how far it is.
            refuse: tells it why a file cannot be taken.
            take: is given a file that is whole, and what a browser knows it by.
            most_at_once: pages that may be sending a file each.
            smaller: what to do about a file that is too large, a sentence.
        """
        self._say, self._refuse, self._whole = say, refuse, take
        self._most, self._smaller = most_at_once, smaller
        self._lock = threading.RLock()
        self._uploads: dict[str, Upload] = {}

    @property
    def received(self) -> int | None:
        """Bytes that are here of the files on their way; none where no file is."""
        with self._lock:
            parts = [one.received for one in self._uploads.values()]
        return sum(parts) if parts else None

    def begin(self, content: Mapping[str, Any]) -> None:
        """Wait for the pieces of a file that a view speaks of; its one before it is dropped."""
        view = str(content["view"])
        about = {"to": view, "upload": content.get("upload")}
        with self._lock:
            self._uploads.pop(view, None)
            if len(self._uploads) >= self._most:
                many = f"{self._most} other pages are uploading pictures here. Wait for one."
                self._refuse(UsageError(_ANOTHER if self._most == 1 else many), about)
                return
            try:
                self._uploads[view] = Upload(content, smaller=self._smaller)
            except ImageError as error:
                self._refuse(error, about)
                return
        self._say({"kind": "got", **about, "received": 0})

    def receive(self, content: Mapping[str, Any], buffers: Sequence[memoryview]) -> None:
        """Take a piece, and say how much is here; one that was lost is sent again from there."""
        view = str(content["view"])
        about = {"to": view, "upload": content.get("upload")}
        with self._lock:
            upload = self._uploads.get(view)
            if upload is None or upload.number != about["upload"]:
                gone = "the kernel waits for no such file any more. Upload it again."
                self._refuse(UsageError(gone), about)
                return
            try:
                if buffers:
                    upload.take(content.get("at"), buffers[0])
                whole = upload.file() if upload.is_whole else None
            except ImageError as error:
                del self._uploads[view]
                self._refuse(error, about)
                return
            if whole is not None:
                del self._uploads[view]
        self._say({"kind": "got", **about, "received": upload.received})
        if whole is not None:
            self._whole(whole, about)

    def stop(self, view: str) -> None:
        """Drop the file that a view is sending."""
        with self._lock:
            self._uploads.pop(view, None)

    def close(self) -> None:
        """Drop whatever is on its way."""
        with self._lock:
            self._uploads.clear()
