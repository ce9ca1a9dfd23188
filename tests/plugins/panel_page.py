"""A panel of Python's own in a real browser, without a kernel: a test carries what both say.

Whatever the panel says is taken to the page, buffers and all, and whatever the page says is handed
to the panel, each time that a test waits.
"""

from __future__ import annotations

import base64
import queue
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from widgets.panels import Panel

__all__ = ["PanelPage"]

PATIENCE_S = 20.0
HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>host</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="panel.css">
<style>:root { THEME }</style>
<body data-jp-theme-light="LIGHT" style="margin:0;background:var(--jp-layout-color1,#fff)"><div id="here"></div>
<script type="module">
import view from "./panel.js";
const heard = [];
window.said = [];
window.all = [];
window.tell = (content, pictures) => {
  const buffers = pictures.map((text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer));
  [...heard].forEach((hear) => hear(content, buffers));
};
const model = {
  send: (content) => { said.push(content); all.push(content); },
  on: (_, hear) => heard.push(hear),
  off: (_, hear) => heard.splice(heard.indexOf(hear), 1),
};
window.stop = view.render({ model, el: document.getElementById("here") });
window.ready = true;
</script></body></html>"""
DARK = """--jp-layout-color1:#111111;--jp-layout-color2:#212121;--jp-layout-color3:#424242;
--jp-ui-font-color0:#ffffff;--jp-content-font-color0:#ffffff;--jp-border-color0:#616161;
--jp-border-color1:#424242;--jp-brand-color1:#2196f3;--jp-ui-inverse-font-color0:#000000;
--jp-input-background:#212121;--jp-error-color0:#ff8a80;"""
"""Colours of JupyterLab's dark theme."""


class PanelPage:
    """One panel in one page of the browser."""

    def __init__(self, panel: Panel, watched: Any, folder: Path, serve: Any, theme: str) -> None:
        """Show it.

        Args:
            panel: told of nobody yet.
            watched: an empty page, as `open_page` gives it.
            folder: to put the page into.
            serve: gives the address of a folder.
            theme: `light` or `dark`.
        """
        self.panel, self.watched, self.page = panel, watched, watched.page
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self._out: queue.SimpleQueue[tuple[dict[str, Any], list[bytes]]] = queue.SimpleQueue()
        self._send = panel._model.send
        panel._model.send = self._take
        host = HOST.replace("THEME", DARK if theme == "dark" else "")
        host = host.replace("LIGHT", "false" if theme == "dark" else "true")
        (folder / "panel.js").write_text(panel.surface._esm)
        (folder / "panel.css").write_text(panel.surface._css)
        (folder / "index.html").write_text(host)
        self.page.goto(serve(folder))
        self.page.wait_for_function("window.ready")
        self.until("all.length > 1 || document.querySelector('.lfr-panel')")

    def _take(self, content: Mapping[str, Any], buffers: Sequence[bytes] | None = None) -> None:
        self._out.put((dict(content), list(buffers or [])))

    def carry(self) -> None:
        """Carry what was said both ways so far."""
        for content in self.page.evaluate("said.splice(0)"):
            self.panel._on_message(self.panel._model, content, [])
        while not self._out.empty():
            content, pictures = self._out.get()
            self.sent.append((content, pictures))
            texts = [base64.b64encode(one).decode() for one in pictures]
            self.page.evaluate("([content, texts]) => tell(content, texts)", [content, texts])

    def until(self, condition: str) -> None:
        """Carry until a condition of the page holds."""
        ends = time.monotonic() + PATIENCE_S
        while True:
            self.carry()
            if self.page.evaluate(f"Boolean({condition})"):
                return
            assert time.monotonic() < ends, f"it did not come in time: {condition}"
            self.page.wait_for_timeout(10)

    def rest(self, seconds: float) -> None:
        """Carry for a while."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self.carry()
            self.page.wait_for_timeout(10)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """Return what the page has said of a kind."""
        found: list[dict[str, Any]] = self.page.evaluate(
            "kind => all.filter((one) => one.kind === kind)", kind
        )
        return found

    def focus(self) -> str:
        """Return the accessible name of what has the focus, or its text."""
        return str(
            self.page.evaluate(
                "document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText"
            )
        )
