"""What a reader says is taken only if it is an answer; nothing of it is run."""

from __future__ import annotations

import io
import pickle

import numpy as np
import pytest
from safetensors.numpy import save

from workbench.retrospective.import_messages import (
    Batch,
    Hello,
    Kind,
    Read,
    ReadBatch,
    Row,
    receive,
    send,
)

HELLO = Hello.model_validate(
    {"encoders": [{"name": "e", "artefact": "a", "sha256": "0", "alignment": "x", "dimension": 3}]}
)
BATCH = Batch(number=0, rows=(Row(path="1.jpg"), Row(path="2.jpg"), Row(path="3.jpg")))
TAKEN = Read(sha256="0" * 64, verdict="accept")
REFUSED = Read(refused="no face found")
GOOD = ReadBatch(
    (TAKEN, REFUSED, TAKEN),
    {"e": np.arange(6, dtype=np.float16).reshape(2, 3)},
    (b"first", b"second one"),
    (b"first with room", b"second"),
    np.arange(8, dtype=np.float32).reshape(2, 2, 2),
)
SHOWN = (GOOD.thumbnails, GOOD.wider, GOOD.eyes)
NO_EYES = np.zeros((0, 2, 2), np.float32)


def test_a_batch_comes_back_as_it_was() -> None:
    read = ReadBatch.from_bytes(GOOD.to_bytes(), BATCH, HELLO)
    assert read.rows == GOOD.rows
    assert (read.thumbnails, read.wider) == (GOOD.thumbnails, GOOD.wider)
    assert read.eyes.tolist() == GOOD.eyes.tolist()
    assert read.templates["e"].tolist() == GOOD.templates["e"].tolist()
    assert "first" not in repr(read)


def test_a_batch_of_which_nothing_was_taken() -> None:
    none = ReadBatch((REFUSED,) * 3, {"e": np.zeros((0, 3), np.float16)}, (), (), NO_EYES)
    read = ReadBatch.from_bytes(none.to_bytes(), BATCH, HELLO)
    assert (read.thumbnails, read.wider, read.eyes.shape) == ((), (), (0, 2, 2))
    assert read.templates["e"].shape == (0, 3)


class Harmful:
    """Would run when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (pytest.fail, ("something that a reader said was unpickled",))


def _framed(text: bytes, arrays: bytes) -> bytes:
    return len(text).to_bytes(4) + text + arrays


ROWS = GOOD.to_bytes()[4 : 4 + int.from_bytes(GOOD.to_bytes()[:4])]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 40,
        pickle.dumps(Harmful()),
        _framed(b"{}", save({})),
        _framed(b'{"rows": [], "more": 1}', save({})),
        _framed(ROWS, b""),
        _framed(ROWS, pickle.dumps(Harmful())),
        _framed(ROWS, save({})),
        _framed(ROWS, save({"wider/sizes": np.array([1, 1]), "wider": np.zeros(2, np.uint8)})),
        ReadBatch((TAKEN, TAKEN), GOOD.templates, *SHOWN).to_bytes(),
        ReadBatch((TAKEN, TAKEN, TAKEN), GOOD.templates, *SHOWN).to_bytes(),
        ReadBatch(GOOD.rows, {"e": np.zeros((2, 4), np.float16)}, *SHOWN).to_bytes(),
        ReadBatch(GOOD.rows, {"o": np.zeros((2, 3), np.float16)}, *SHOWN).to_bytes(),
        ReadBatch(GOOD.rows, GOOD.templates, (b"one",), *SHOWN[1:]).to_bytes(),
        ReadBatch(GOOD.rows, GOOD.templates, (b"one", b""), *SHOWN[1:]).to_bytes(),
        ReadBatch(GOOD.rows, GOOD.templates, GOOD.thumbnails, (b"", b"two"), GOOD.eyes).to_bytes(),
        ReadBatch(GOOD.rows, GOOD.templates, *SHOWN[:2], NO_EYES).to_bytes(),
    ],
)
def test_what_is_no_answer_is_not_taken(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        ReadBatch.from_bytes(content, BATCH, HELLO)


def test_messages_come_one_by_one_and_a_part_of_one_never() -> None:
    pipe = io.BytesIO()
    send(pipe, Kind.BATCH, BATCH)
    send(pipe, Kind.ROW, b"\0\0\0\1")
    whole = pipe.getvalue()
    for length in range(len(whole)):
        cut = io.BytesIO(whole[:length])
        first = receive(cut)
        if first is not None:
            assert first == (Kind.BATCH, BATCH.model_dump_json().encode())
            assert receive(cut) is None
    both = io.BytesIO(whole)
    assert [receive(both), receive(both), receive(both)] == [
        (Kind.BATCH, BATCH.model_dump_json().encode()),
        (Kind.ROW, b"\0\0\0\1"),
        None,
    ]


@pytest.mark.parametrize("head", [b"\x02\xff\xff\xff\xff", b"\x00\x00\x00\x00\x00"])
def test_a_message_of_no_kind_or_without_end(head: bytes) -> None:
    with pytest.raises(ValueError, match=r"longer than any|is not a valid Kind"):
        receive(io.BytesIO(head))
