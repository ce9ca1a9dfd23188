"""What a browser may say to the kernel of a managers' page: words of its widgets, and no code."""

from __future__ import annotations

import json
from typing import Any, Final

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

__all__ = ["ALLOWED", "LARGEST", "PageConnection", "message_fault"]

ALLOWED: Final = (
    "comm_open",
    "comm_close",
    "comm_msg",
    "comm_info_request",
    "kernel_info_request",
)
"""Kinds of messages that widgets of a page need."""
LARGEST: Final = 1024 * 1024
"""Bytes of a message from a browser at most: choices on a page are small."""

_TARGETS: Final = ("jupyter.widget.control",)
"""What a page may open: the list of widgets that the kernel made, and no widget of its own."""
_CHANNEL: Final = "shell"
_V1: Final = "v1.kernel.websocket.jupyter.org"
_MOST_OFFSETS: Final = 16
_PARTS: Final = 4  # header, parent, metadata, content; more are buffers


def message_fault(message: str | bytes, protocol: str | None) -> str | None:
    """Return why a message of a browser goes no further; `None` when it may.

    Args:
        message: as it came.
        protocol: which form of the websocket's messages was agreed.
    """
    if len(message) > LARGEST:
        return "it is too large"
    try:
        channel, header, content, buffers = _parts(message, protocol)
        kind = header["msg_type"]
        target = content.get("target_name") if kind == "comm_open" else None
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return "it cannot be read"
    if channel != _CHANNEL:
        return "it is for a channel that pages do not use"
    if kind not in ALLOWED:
        return "it is of a kind that pages do not send"
    if kind == "comm_open" and target not in _TARGETS:
        return "it opens something that pages do not open"
    return "it carries a file" if buffers else None


def _parts(message: str | bytes, protocol: str | None) -> tuple[str, Any, Any, bool]:
    if protocol == _V1:
        # It says first how many parts follow, and would be believed: a message of eight bytes
        # could keep the server busy for good.
        if int.from_bytes(memoryview(message)[:8], "little") > _MOST_OFFSETS:  # type: ignore[arg-type]
            raise ValueError
        channel, parts = deserialize_msg_from_ws_v1(message)  # type: ignore[no-untyped-call]
        header, content = json.loads(bytes(parts[0])), json.loads(bytes(parts[3]))
        return channel, header, content, len(parts) > _PARTS
    if not isinstance(message, str):
        raise TypeError
    whole = json.loads(message)
    return whole["channel"], whole["header"], whole["content"], bool(whole.get("buffers"))


class PageConnection(ZMQChannelsWebsocketConnection):
    """A websocket of a page: what is not allowed is dropped and noted, without its words."""

    def handle_incoming_message(self, incoming_msg: str) -> None:
        """Pass a message on to the kernel, or not."""
        if fault := message_fault(incoming_msg, self.subprotocol):
            self.log.warning("A message of a page was dropped: %s.", fault)
            return
        super().handle_incoming_message(incoming_msg)
