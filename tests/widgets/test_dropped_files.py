"""Files that come in pieces: whole or not at all."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from widgets.dropped_files import LARGEST_FILE, PIECE, DroppedFile, DroppedFiles
from workbench.errors import UsageError

DATA = bytes(range(256)) * (PIECE // 128) + b"the end"
SHA256 = hashlib.sha256(DATA).hexdigest()


def send(files: DroppedFiles, data: bytes, **changes: Any) -> DroppedFile | None:
    """Send all pieces of a file, and return what the last one gave."""
    announced = {"name": "a.jpg", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    files.begin("u", **(announced | changes))
    whole = None
    for number in range(-(-len(data) // PIECE)):
        assert whole is None
        part = data[number * PIECE : (number + 1) * PIECE]
        whole = files.piece("u", number, memoryview(part))
    return whole


@pytest.mark.parametrize("data", [b"x", DATA, DATA[: 2 * PIECE], DATA[: PIECE + 1]])
def test_a_file_comes_whole(data: bytes) -> None:
    whole = send(DroppedFiles(), data)
    assert whole is not None
    assert (whole.name, whole.data) == ("a.jpg", data)
    assert "\\x" not in repr(whole)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"size": 0}, "is empty"),
        ({"size": True}, "is empty"),
        ({"size": LARGEST_FILE + 1}, "67,108,865 bytes, more than the 67,108,864"),
        ({"sha256": "abc"}, "gave no SHA-256"),
        ({"sha256": None}, "gave no SHA-256"),
        ({"sha256": "0" * 64}, "its SHA-256 is another"),
        ({"size": len(DATA) - 1}, "piece 3 of 3 did not come as announced"),
        ({"size": len(DATA) + PIECE}, "piece 3 of 4 did not come as announced"),
    ],
)
def test_what_is_not_as_announced_is_not_taken(changes: dict[str, Any], reason: str) -> None:
    files = DroppedFiles()
    with pytest.raises(UsageError, match=reason):
        send(files, DATA, **changes)
    with pytest.raises(UsageError, match="not on its way any more"):
        files.piece("u", 0, memoryview(b"x"))


def test_pieces_come_in_order() -> None:
    files = DroppedFiles()
    files.begin("u", "a.jpg", len(DATA), SHA256)
    with pytest.raises(UsageError, match="piece 1 of 3 did not come"):
        files.piece("u", 1, memoryview(DATA[PIECE : 2 * PIECE]))


def test_a_few_are_on_their_way_at_once_and_what_is_given_up_is_forgotten() -> None:
    files = DroppedFiles()
    for number in range(8):
        files.begin(f"u{number}", "a.jpg", len(DATA), SHA256)
    with pytest.raises(UsageError, match="8 files are on their way already"):
        files.begin("u9", "a.jpg", 1, SHA256)
    files.forget("u3")
    files.begin("u9", "a.jpg", 1, SHA256)
    files.clear()
    with pytest.raises(UsageError, match="not on its way"):
        files.piece("u9", 0, memoryview(b"x"))


def test_a_name_is_shown_as_it_can_be() -> None:
    assert send(DroppedFiles(), b"x", name="a\nb\u202e.jpg").name == "a\\nb\\u202e.jpg"  # type: ignore[union-attr]
