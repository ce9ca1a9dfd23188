"""A panel and its page without a kernel: what a websocket carries goes by requests on loopback.

Both sides are the product's. Only the way between them is another one, which makes a test of a
second out of one of half a minute; the way through a kernel has tests of its own.
"""

from __future__ import annotations

import http.server
import json
import queue
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from widgets.panels import Panel, Surface

__all__ = ["HOST", "served_panel"]

HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>host</title>
<link rel="icon" href="data:,">%(theme)s<link rel="stylesheet" href="panel.css">
<body data-jp-theme-light="%(light)s" style="margin:0;background:var(--jp-layout-color0)">
<div id="here"></div>
<script type="module">
import view from "./panel.js";
const heard = [];
window.said = [];
const pack = (content, buffers) => {
  const bytes = buffers.map((one) => new Uint8Array(one.buffer ?? one));
  const head = new TextEncoder().encode(JSON.stringify({ content, lengths: bytes.map((one) => one.length) }));
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, head.length);
  return new Blob([length, head, ...bytes]);
};
let last = Promise.resolve();
const model = {
  send(content, _callbacks, buffers = []) {
    said.push(content);
    const body = pack(content, buffers);
    last = last.then(() => fetch("say", { method: "POST", body }));
  },
  on: (_, hear) => heard.push(hear),
  off: (_, hear) => heard.splice(heard.indexOf(hear), 1),
};
async function listen() {
  for (;;) {
    const answer = await fetch("hear");
    if (answer.status === 204) continue;
    const all = await answer.arrayBuffer();
    const head = new DataView(all).getUint32(0);
    const { content, lengths } = JSON.parse(new TextDecoder().decode(new Uint8Array(all, 4, head)));
    let at = 4 + head;
    const buffers = lengths.map((length) => { at += length; return new DataView(all.slice(at - length, at)); });
    heard.forEach((hear) => hear(content, buffers));
  }
}
listen().catch(() => {});
window.stop = view.render({ model, el: document.getElementById("here") });
window.ready = true;
</script></body></html>"""


class _Handler(http.server.BaseHTTPRequestHandler):
    """Carries messages of one page to a panel, and back in their order."""

    panel: Panel
    files: Mapping[str, tuple[str, bytes]]
    waiting: queue.Queue[tuple[dict[str, Any], list[bytes]]]

    def do_GET(self) -> None:
        path = self.path.strip("/")
        if path != "hear":
            kind, data = self.files.get(path or "index.html", ("text/plain", b""))
            self._answer(200 if data else 404, data, kind)
            return
        try:
            content, buffers = self.waiting.get(timeout=2)
        except queue.Empty:
            self._answer(204, b"")
            return
        words = {"content": content, "lengths": [len(one) for one in buffers]}
        head = json.dumps(words).encode()
        body = struct.pack(">I", len(head)) + head + b"".join(buffers)
        self._answer(200, body, "application/octet-stream")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        (length,) = struct.unpack(">I", body[:4])
        words = json.loads(body[4 : 4 + length])
        at, buffers = 4 + length, []
        for size in words["lengths"]:
            buffers.append(memoryview(body)[at : at + size])
            at += size
        self.panel._on_message(self.panel._model, words["content"], buffers)
        self._answer(204, b"")

    def _answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the page is gone

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served_panel(panel: Panel, theme: Path | None = None, *, light: bool = True) -> Iterator[str]:
    """Serve one page of a panel and give its address; what the panel says goes there meanwhile."""
    waiting: queue.Queue[tuple[dict[str, Any], list[bytes]]] = queue.Queue()

    def send(_: Surface, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        waiting.put((content, list(buffers or [])))

    style = "" if theme is None else '<link rel="stylesheet" href="theme.css">'
    page = HOST % {"theme": style, "light": str(light).lower()}
    script = "text/javascript"
    files = {
        "index.html": ("text/html", page.encode()),
        "panel.js": (script, str(panel.surface._esm).encode()),
        "panel.css": ("text/css", str(panel.surface._css).encode()),
        "theme.css": ("text/css", b"" if theme is None else theme.read_bytes()),
    }
    parts = {"panel": panel, "files": files, "waiting": waiting}
    handler = type("Handler", (_Handler,), parts)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Surface, "send", send)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
