"""Files that come in pieces, from one page or several: whole and as they were read, or not at all."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from widgets.receiving import Receiver
from widgets.uploads import LARGEST_BYTES, PIECE_BYTES, UploadedFile
from workbench.errors import WorkbenchError

DATA = bytes(range(256)) * (PIECE_BYTES // 128) + b"the end"
SMALLER = "Save it smaller than that."


class Wire:
    """A receiver with what it says, refuses and hands over."""

    def __init__(self, **how: Any) -> None:
        self.said: list[dict[str, Any]] = []
        self.refused: list[tuple[str, dict[str, Any]]] = []
        self.taken: list[UploadedFile] = []
        self.receiver = Receiver(self.said.append, self._refuse, self._take, **how)

    def _refuse(self, error: WorkbenchError, about: dict[str, Any]) -> None:
        self.refused.append((str(error), about))

    def _take(self, file: UploadedFile, about: dict[str, Any]) -> None:
        assert self.said[-1]["received"] == len(file.data), "it is said that all came, first"
        assert about == {"to": "v-1", "upload": "u-1"}
        self.taken.append(file)

    def begin(self, data: bytes = DATA, view: str = "v-1", **changes: Any) -> None:
        digest = hashlib.sha256(data).hexdigest()
        words = {"upload": "u-1", "name": "still.png", "size": len(data), "sha256": digest}
        self.receiver.begin({"view": view} | words | changes)

    def piece(self, at: int, data: bytes | None, view: str = "v-1", upload: str = "u-1") -> None:
        buffers = [] if data is None else [memoryview(data)]
        self.receiver.receive({"view": view, "upload": upload, "at": at}, buffers)

    def send(self, data: bytes) -> None:
        for at in range(0, len(data), PIECE_BYTES):
            self.piece(at, data[at : at + PIECE_BYTES])


@pytest.mark.parametrize("length", [1, PIECE_BYTES, PIECE_BYTES + 1, 2 * PIECE_BYTES, len(DATA)])
def test_a_file_comes_whole_and_each_piece_is_acknowledged(length: int) -> None:
    wire, data = Wire(), DATA[:length]
    wire.begin(data, replaces="image-3")
    wire.send(data)
    (file,) = wire.taken
    assert (file.name, file.data, file.replaces) == ("still.png", data, "image-3")
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert "\\x" not in repr(file)
    steps = [*range(0, length, PIECE_BYTES), length]
    assert [one["received"] for one in wire.said] == steps
    assert wire.refused == []
    assert wire.receiver.received is None


def test_a_piece_that_comes_twice_or_too_early_is_passed_over() -> None:
    wire = Wire()
    wire.begin()
    wire.piece(PIECE_BYTES, b"too early")
    wire.piece(0, None)
    assert wire.receiver.received == 0
    for _ in range(2):
        wire.piece(0, DATA[:PIECE_BYTES])
    assert wire.receiver.received == PIECE_BYTES
    wire.send(DATA)
    assert [one.data for one in wire.taken] == [DATA]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"size": 0}, "the file is empty (0 bytes)"),
        ({"size": -1}, "did not say how large"),
        ({"size": True}, "did not say how large"),
        ({"size": "12"}, "did not say how large"),
        ({"size": LARGEST_BYTES + 1}, f"more than the 67,108,864 that are taken here. {SMALLER}"),
        ({"sha256": None}, "did not say the file's SHA-256"),
        ({"sha256": "x" * 64}, "did not say the file's SHA-256"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_before_any_piece(
    changes: dict[str, Any], words: str
) -> None:
    wire = Wire(smaller=SMALLER)
    wire.begin(**changes)
    assert words in wire.refused[0][0]
    assert wire.refused[0][1] == {"to": "v-1", "upload": "u-1"}
    assert wire.receiver.received is None
    wire.piece(0, DATA[:9])
    assert "waits for no such file" in wire.refused[1][0]


@pytest.mark.parametrize(
    ("announced", "sent", "words"),
    [
        (b"abc", b"abd", "their SHA-256 differ"),
        (b"abc", b"abcd", "a piece of 4 bytes does not fit a file of 3"),
        (DATA, DATA[: PIECE_BYTES + 1], "a piece of 1,048,577 bytes does not fit"),
    ],
)
def test_what_is_not_as_it_was_read_is_not_taken(announced: bytes, sent: bytes, words: str) -> None:
    wire = Wire()
    wire.begin(announced)
    wire.piece(0, sent)
    assert words in wire.refused[0][0]
    assert (wire.taken, wire.receiver.received) == ([], None)


def test_what_is_given_up_or_left_is_forgotten() -> None:
    for end in ("stop", "close"):
        wire = Wire()
        wire.begin()
        wire.piece(0, DATA[:PIECE_BYTES])
        getattr(wire.receiver, end)(*(["v-1"] if end == "stop" else []))
        assert wire.receiver.received is None
        wire.piece(PIECE_BYTES, DATA[PIECE_BYTES:][:9])
        assert "waits for no such file any more" in wire.refused[0][0]
        assert wire.taken == []


def test_a_file_that_is_begun_anew_takes_the_place_of_the_one_before() -> None:
    wire = Wire()
    wire.begin()
    wire.piece(0, DATA[:PIECE_BYTES])
    wire.begin(b"abc", upload="u-2")
    wire.piece(PIECE_BYTES, DATA[PIECE_BYTES:][:9])
    assert "waits for no such file" in wire.refused[0][0]
    assert wire.receiver.received == 0


def test_as_many_pages_send_at_once_as_there_is_room_for() -> None:
    one = Wire()
    one.begin(view="v-1")
    one.begin(view="v-2")
    assert "another page is uploading" in one.refused[0][0]
    assert one.refused[0][1]["to"] == "v-2"
    few = Wire(most_at_once=3)
    for number in range(3):
        few.begin(view=f"v-{number}")
        few.piece(0, DATA[:PIECE_BYTES], view=f"v-{number}")
    assert few.receiver.received == 3 * PIECE_BYTES
    few.begin(view="v-9")
    assert "3 other pages are uploading pictures here" in few.refused[0][0]
    few.receiver.stop("v-0")
    few.begin(view="v-9")
    assert len(few.refused) == 1


def test_no_message_is_larger_than_servers_take() -> None:
    assert PIECE_BYTES <= 1024 * 1024


def test_a_name_is_shown_on_one_line() -> None:
    wire = Wire()
    for name, shown in (
        ("a\nb\u202e.jpg", "a b?.jpg"),
        (None, "the picture"),
        ("x" * 300, "x" * 200),
    ):
        wire.begin(b"x", name=name)
        wire.send(b"x")
        assert wire.taken[-1].name == shown
