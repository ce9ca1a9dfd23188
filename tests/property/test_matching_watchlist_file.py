"""Damaged watchlist files: an error of ours or a whole watchlist, never anything else."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import EncoderMismatchError, WatchlistError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.watchlist import Watchlist, WatchlistReference
from workbench.matching.watchlist_file import read_watchlist, write_watchlist

ENCODER = EncoderIdentity("made-up", "made-up", "0" * 64, "made-up/1", 8)
_SHARED_FOLDER = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def _watchlist(subjects: list[str], reasons: list[str]) -> Watchlist:
    n = len(subjects)
    vectors = np.eye(8, dtype=np.float32)[np.arange(n) % 8]
    return Watchlist(
        name="list",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        detector="yunet",
        references=tuple(
            WatchlistReference(name, "a.jpg", "0" * 64, "warn", tuple(reasons), {"contrast": 0.1})
            for name in subjects
        ),
        templates={"made-up": Templates(vectors, ENCODER)},
        thumbnails=np.zeros((n, 160, 160, 3), np.uint8),
    )


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("watchlist") / "list"
    write_watchlist(_watchlist(["Zoë", "山田"], ["a reason"]), path)
    return path.read_bytes()


def _read(folder: Path, content: bytes) -> Watchlist | None:
    path = folder / "damaged"
    path.write_bytes(content)
    with contextlib.suppress(WatchlistError, EncoderMismatchError):
        return read_watchlist(path, {"made-up": ENCODER})
    return None


@given(st.data())
@_SHARED_FOLDER
def test_flipped_bits(original: bytes, tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(original)
    header = int.from_bytes(content[:8], "little") + 8
    # Half of the flips in the small header, where a flip can mean something else.
    places = st.integers(0, header - 1) | st.integers(0, len(content) - 1)
    for place in data.draw(st.lists(places, min_size=1, max_size=4)):
        content[place] ^= 1 << data.draw(st.integers(0, 7))
    read = _read(tmp_path, bytes(content))
    if read is not None:
        assert read.subjects == ("Zoë", "山田")
        assert np.array_equal(read.templates["made-up"].vectors, np.eye(8)[:2])
        assert not read.thumbnails.any()


@given(st.data())
@_SHARED_FOLDER
def test_cut_or_lengthened(original: bytes, tmp_path: Path, data: st.DataObject) -> None:
    header = int.from_bytes(original[:8], "little") + 8
    length = data.draw(st.integers(0, header + 100) | st.integers(0, len(original) - 1))
    tail = data.draw(st.binary(max_size=20))
    content = original[:length] + tail
    read = _read(tmp_path, content)
    assert read is None or content == original


@given(st.binary(max_size=200))
@_SHARED_FOLDER
def test_noise(tmp_path: Path, noise: bytes) -> None:
    assert _read(tmp_path, noise) is None
    assert _read(tmp_path, len(noise).to_bytes(8, "little") + noise) is None


ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
SHOWN = ANY.filter(str.isprintable)


@given(st.lists(SHOWN, max_size=4), st.lists(SHOWN, max_size=2))
@_SHARED_FOLDER
def test_any_text_that_can_be_shown_survives(
    tmp_path: Path, subjects: list[str], reasons: list[str]
) -> None:
    path = tmp_path / "written"
    write_watchlist(_watchlist(subjects, reasons), path, overwrite=True)
    read = read_watchlist(path)
    assert [one.subject for one in read.references] == subjects
    assert all(one.reasons == tuple(reasons) for one in read.references)


@given(ANY.filter(lambda text: not text.isprintable()))
@_SHARED_FOLDER
def test_text_that_cannot_be_shown_is_not_written(tmp_path: Path, subject: str) -> None:
    path = tmp_path / "never"
    with pytest.raises(WatchlistError, match="cannot be printed"):
        write_watchlist(_watchlist([subject], []), path, overwrite=True)
    assert not path.exists()
