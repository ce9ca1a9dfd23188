"""A report as it was written, in a page that can do nothing and reach nothing."""

from __future__ import annotations

from widgets.panels import Panel, Surface, joined

__all__ = ["ReportView"]


class _ReportSurface(Surface):
    _esm = joined("parts.js", "report.js")
    _css = joined("panel.css", "report.css")


class ReportView(Panel):
    """Shows one HTML document in a sandbox: no script runs in it, and it asks for no other file.

    It travels as a message buffer, so that its pictures are no state of a widget.
    """

    surface = _ReportSurface

    def __init__(self) -> None:
        """Begin with nothing to show."""
        self._document: bytes | None = None
        self._words, self._number = "", 0
        super().__init__()

    def show(self, document: bytes, words: str) -> None:
        """Show a document in the place of that before; from any thread.

        Args:
            document: HTML, UTF-8.
            words: what it is, and where it lies.
        """
        self._document, self._words = document, words
        self._number += 1
        self._greet()

    def clear(self) -> None:
        """Show nothing, and keep nothing."""
        self._document = None
        self._greet()

    def _greet(self) -> None:
        if self._document is None:
            self.say({"kind": "none"})
            return
        content = {"kind": "report", "number": self._number, "words": self._words}
        self.say(content, [self._document])
