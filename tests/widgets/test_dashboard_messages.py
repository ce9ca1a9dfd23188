"""What a browser may say to a managers' page, and what is dropped of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1

from widgets.dashboard_messages import LARGEST, message_fault

V1 = "v1.kernel.websocket.jupyter.org"


def said(
    kind: Any, content: Any = None, *, channel: str = "shell", buffers: tuple[bytes, ...] = ()
) -> bytes:
    parts = [{"msg_type": kind, "msg_id": "1"}, {}, {}, {} if content is None else content]
    packed = [*(json.dumps(one).encode() for one in parts), *buffers]
    return bytes(serialize_msg_to_ws_v1(packed, channel))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("comm_open", {"comm_id": "1", "target_name": "jupyter.widget.control", "data": {}}),
        ("comm_msg", {"comm_id": "1", "data": {"method": "custom", "content": {"do": "look"}}}),
        ("comm_close", {"comm_id": "1"}),
        ("comm_info_request", {"target_name": "jupyter.widget"}),
        ("kernel_info_request", {}),
    ],
)
def test_widgets_may_speak(kind: str, content: dict[str, Any]) -> None:
    assert message_fault(said(kind, content), V1) is None
    whole = {"header": {"msg_type": kind}, "content": content, "channel": "shell"}
    assert message_fault(json.dumps(whole), None) is None


@pytest.mark.parametrize(
    "kind",
    [
        "execute_request",
        "input_reply",
        "inspect_request",
        "complete_request",
        "history_request",
        "is_complete_request",
        "shutdown_request",
        "interrupt_request",
        "debug_request",
        "create_subshell_request",
        "anything",
        None,
        ["comm_msg"],
    ],
)
def test_code_and_questions_about_it_are_dropped(kind: Any) -> None:
    assert message_fault(said(kind, {"code": "1"}), V1) is not None


@pytest.mark.parametrize(
    "target", ["jupyter.widget", "jupyter.widget.version", "plotly", "", None, 1]
)
def test_a_page_opens_nothing_of_its_own(target: Any) -> None:
    fault = message_fault(said("comm_open", {"comm_id": "1", "target_name": target}), V1)
    assert fault == "it opens something that pages do not open"


def test_no_file_is_taken() -> None:
    content = {"comm_id": "1", "data": {"method": "update", "state": {"value": []}}}
    found = message_fault(said("comm_msg", content, buffers=(b"\x89PNG",)), V1)
    assert found == "it carries a file"
    whole = {"header": {"msg_type": "comm_msg"}, "content": content, "channel": "shell"}
    assert message_fault(json.dumps(whole | {"buffers": ["x"]}), None) == "it carries a file"


@pytest.mark.parametrize("channel", ["stdin", "control", "iopub", ""])
def test_one_channel_is_used(channel: str) -> None:
    found = message_fault(said("comm_msg", {}, channel=channel), V1)
    assert found == "it is for a channel that pages do not use"


@pytest.mark.parametrize(
    ("message", "protocol"),
    [
        (b"", V1),
        (b"\xff" * 64, V1),
        (b"\x01", None),
        ("", None),
        ("[]", None),
        ("[" * 100_000, None),
        ("{}", None),
        ('{"header": {}, "content": {}, "channel": "shell"}', None),
        ('{"header": {"msg_type": "comm_open"}, "content": [], "channel": "shell"}', None),
    ],
)
def test_what_cannot_be_read_is_dropped(message: str | bytes, protocol: str | None) -> None:
    assert message_fault(message, protocol) == "it cannot be read"


def test_a_long_message_is_dropped() -> None:
    assert message_fault(b"0" * (LARGEST + 1), V1) == "it is too large"
