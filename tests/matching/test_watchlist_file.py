"""Watchlist files: read back as written, one clear error for anything else."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import stat
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from workbench.arrays import ImageArray
from workbench.errors import EncoderMismatchError, OutputError, RefusedError, WatchlistError
from workbench.faces.templates import EncoderIdentity
from workbench.images import encode_jpeg, encode_png, load_image
from workbench.matching.watchlist import Watchlist
from workbench.matching.watchlist_file import read_watchlist, write_watchlist

MakeWatchlist = Callable[..., Watchlist]
NAMES = ("Zoë Ångström", "山田 太郎", "Zoë Ångström")


@pytest.fixture
def path(tmp_path: Path, watchlist: MakeWatchlist) -> Path:
    target = tmp_path / "list.safetensors"
    write_watchlist(watchlist(*NAMES), target)
    return target


def _parts(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors and the header of a file."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    outer = json.loads(content[8 : 8 + length])
    return load(content), json.loads(outer["__metadata__"]["watchlist"])


def _rewrite(path: Path, tensors: dict[str, Any], header: object) -> None:
    """Write a file with fitting digests, so that only what a test changed is wrong."""
    if isinstance(header, dict) and isinstance(header.get("tensors"), dict):
        for name in header["tensors"]:
            if name in tensors:
                data = tensors[name].tobytes()
                header["tensors"][name] = hashlib.sha256(data).hexdigest()
    text = json.dumps(header)
    digest = hashlib.sha256(text.encode()).hexdigest()
    path.write_bytes(save(tensors, metadata={"watchlist": text, "sha256": digest}))


def _as_kept(thumbnails: ImageArray) -> ImageArray:
    """What becomes of pictures in a file: a JPEG of each."""
    kept = [load_image(encode_jpeg(one)) for one in thumbnails]
    return np.stack(kept) if kept else thumbnails


def _same(one: Watchlist, other: Watchlist) -> bool:
    return (
        (one.name, one.created, one.detector, one.references, one.encoders)
        == (other.name, other.created, other.detector, other.references, other.encoders)
        and all(
            np.array_equal(one.templates[name].vectors, other.templates[name].vectors)
            for name in one.templates
        )
        and np.array_equal(one.thumbnails, _as_kept(other.thumbnails))
    )


def _picture(tensors: dict[str, Any], row: int, shape: tuple[int, ...]) -> None:
    """Put another picture in a row's place."""
    ends = tensors["thumbnails/offsets"].tolist()
    pictures = [bytes(tensors["thumbnails"][a:b]) for a, b in pairwise(ends)]
    pictures[row] = encode_png(np.zeros(shape, np.uint8))
    tensors["thumbnails"] = np.frombuffer(b"".join(pictures), np.uint8)
    tensors["thumbnails/offsets"] = np.cumsum([0, *map(len, pictures)])


def test_empty_list(tmp_path: Path, watchlist: MakeWatchlist) -> None:
    write_watchlist(watchlist(), tmp_path / "empty")
    assert _same(read_watchlist(tmp_path / "empty"), watchlist())


def test_round_trip(path: Path, watchlist: MakeWatchlist) -> None:
    expected = watchlist(*NAMES)
    assert _same(read_watchlist(path), expected)
    assert _same(read_watchlist(path, expected.encoders), expected)


def test_thumbnails_look_as_they_did(tmp_path: Path, watchlist: MakeWatchlist) -> None:
    ramp = np.linspace(0, 255, 160).astype(np.uint8)
    picture = np.stack(np.broadcast_arrays(ramp, ramp[:, None], 255 - ramp), axis=2)
    whole = dataclasses.replace(watchlist("a"), thumbnails=np.ascontiguousarray(picture[None]))
    write_watchlist(whole, tmp_path / "list")
    read = read_watchlist(tmp_path / "list").thumbnails
    difference = read.astype(int) - whole.thumbnails
    assert read.shape == (1, 160, 160, 3)
    assert np.abs(difference).mean() < 1.5
    assert np.abs(difference).max() < 12


def test_a_long_list_is_small_and_read_without_a_noticeable_pause(
    tmp_path: Path, watchlist: MakeWatchlist
) -> None:
    whole = watchlist(*(f"person {number}" for number in range(1000)))
    smooth = np.kron(whole.thumbnails[:, ::20, ::20], np.ones((1, 20, 20, 1), np.uint8))
    write_watchlist(dataclasses.replace(whole, thumbnails=smooth), tmp_path / "list")
    assert (tmp_path / "list").stat().st_size < 15_000_000, "raw pixels alone would be 77 MB"
    started = time.process_time()
    assert len(read_watchlist(tmp_path / "list")) == 1000
    assert time.process_time() - started < 2.0


def test_only_its_owner_may_read_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_existing_file_is_kept_unless_told(path: Path, watchlist: MakeWatchlist) -> None:
    before = path.read_bytes()
    with pytest.raises(RefusedError, match="exists already"):
        write_watchlist(watchlist("new"), path)
    assert path.read_bytes() == before
    path.chmod(0o644)
    write_watchlist(watchlist("new"), path, overwrite=True)
    assert read_watchlist(path).subjects == ("new",)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_without_links_it_is_written_all_the_same(
    tmp_path: Path, watchlist: MakeWatchlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    write_watchlist(watchlist("a"), tmp_path / "list")
    with pytest.raises(RefusedError, match="exists already"):
        write_watchlist(watchlist("b"), tmp_path / "list")
    assert read_watchlist(tmp_path / "list").subjects == ("a",)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_failed_write_leaves_nothing(
    path: Path, watchlist: MakeWatchlist, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_watchlist(watchlist("new"), path, overwrite=True)
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_missing_folder(tmp_path: Path, watchlist: MakeWatchlist) -> None:
    with pytest.raises(OutputError, match="Check that its folder exists"):
        write_watchlist(watchlist("a"), tmp_path / "nowhere" / "list")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("source", "/home/somebody/a.jpg"),
        ("source", ""),
        ("subject", ""),
        ("subject", "\udcff"),
        ("sha256", "abc"),
        ("verdict", "reject"),
        ("quality", {"sharpness": float("nan")}),
    ],
)
def test_what_a_file_may_not_hold_is_not_written(
    tmp_path: Path, watchlist: MakeWatchlist, field: str, value: object
) -> None:
    whole = watchlist("a")
    reference = dataclasses.replace(whole.references[0], **{field: value})  # type: ignore[arg-type]
    with pytest.raises(WatchlistError, match="cannot be written"):
        write_watchlist(dataclasses.replace(whole, references=(reference,)), tmp_path / "list")
    assert list(tmp_path.iterdir()) == []


def test_another_encoder_is_refused(path: Path, identity: Callable[..., EncoderIdentity]) -> None:
    for other in (identity("sface", "b"), identity("sface", alignment="made-up/2")):
        with pytest.raises(EncoderMismatchError, match=r"list\.safetensors"):
            read_watchlist(path, {"sface": other})


def test_an_encoder_it_lacks_is_refused(
    tmp_path: Path, watchlist: MakeWatchlist, identity: Callable[..., EncoderIdentity]
) -> None:
    whole = watchlist("a")
    only = dataclasses.replace(whole, templates={"facenet": whole.templates["facenet"]})
    write_watchlist(only, tmp_path / "list")
    assert set(read_watchlist(tmp_path / "list", only.encoders).encoders) == {"facenet"}
    with pytest.raises(EncoderMismatchError, match="holds no templates of sface"):
        read_watchlist(tmp_path / "list", {"sface": identity("sface")})


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match="there is no such watchlist file"):
        read_watchlist(tmp_path / "nowhere")


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(WatchlistError, match="cannot be read"):
        read_watchlist(tmp_path)


def test_unreadable_permissions(path: Path, as_nobody: AbstractContextManager[None]) -> None:
    path.chmod(0)
    with as_nobody, pytest.raises(WatchlistError, match="Permission denied"):
        read_watchlist(path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "cut short"),
        (b"\x00", "cut short"),
        (b"\xff" * 100, "cut short"),
        (b"PK\x03\x04 this is no watchlist at all", "cut short"),
        (b"\x02" + b"\x00" * 7 + b"{}", "not a watchlist"),
        (b"\x02" + b"\x00" * 7 + b"[]", "not a watchlist"),
        (b"\x02" + b"\x00" * 7 + b"{{", "header is damaged"),
        (save({"x": np.zeros(3)}), "not a watchlist"),
        (save({"x": np.zeros(3)}, metadata={"watchlist": "{}"}), "digest does not fit"),
    ],
)
def test_what_is_no_watchlist(tmp_path: Path, content: bytes, fault: str) -> None:
    bad = tmp_path / "bad"
    bad.write_bytes(content)
    with pytest.raises(WatchlistError, match=fault):
        read_watchlist(bad)


def test_a_header_too_long_to_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.matching.watchlist_file.LARGEST_HEADER", 100)
    with pytest.raises(WatchlistError, match="more than 100"):
        read_watchlist(path)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda _, h: h.update(version=2), "version 2; this workbench reads 1"),
        (lambda _, h: h.update(format="other"), "format"),
        (lambda _, h: h.update(extra=1), "extra"),
        (lambda _, h: h.pop("detector"), "detector"),
        (lambda _, h: h.update(created="2026-01-01T00:00:00"), "created"),
        (lambda _, h: h["references"].pop(), "2 references need"),
        (lambda _, h: h["references"][0].update(source="../a.jpg"), "references.0.source"),
        (lambda _, h: h["references"][0].update(verdict="reject"), "references.0.verdict"),
        (lambda _, h: h["encoders"][0].update(dimension=128), "references need"),
        (lambda _, h: h["encoders"].pop(), "exactly the tensors"),
        (lambda _, h: h["encoders"].append(h["encoders"][0]), "names an encoder twice"),
        (lambda t, _: t.pop("thumbnails"), "exactly the tensors"),
        (lambda t, _: t.update(extra=np.zeros(1)), "exactly the tensors"),
        (lambda t, _: t.update(thumbnails=t["thumbnails"][:-1]), "thumbnails/offsets do not say"),
        (lambda t, _: t.update(thumbnails=t["thumbnails"][None]), "thumbnails is uint8 of shape"),
        (lambda t, _: t["thumbnails"].__setitem__(slice(9), 0), "thumbnail 1: this is not an im"),
        (lambda t, _: t["thumbnails/offsets"].__setitem__(1, 0), "thumbnails/offsets do not say"),
        (lambda t, _: t["thumbnails/offsets"].__setitem__(0, -5), "thumbnails/offsets do not say"),
        (lambda t, _: t["thumbnails/offsets"].__setitem__(1, 2**62), "thumbnails/offsets do not"),
        (lambda t, _: _picture(t, 1, (160, 80, 3)), "thumbnail 2 has shape"),
        (lambda t, _: _picture(t, 2, (400, 400, 3)), "thumbnail 3: the picture is 400 x 400"),
        (lambda t, _: t.update(thumbnails=t["thumbnails"].astype(np.int16)), "thumbnails is int16"),
        (
            lambda t, _: t.update({"templates/sface": t["templates/sface"].astype(np.float64)}),
            "is float64",
        ),
        (lambda t, _: t.update({"templates/sface": 2 * t["templates/sface"]}), "unit norm"),
        (
            lambda t, _: t.update({"templates/sface": np.nan * t["templates/sface"]}),
            "not finite",
        ),
    ],
)
def test_faults_are_named(
    path: Path, change: Callable[[dict[str, Any], dict[str, Any]], object], fault: str
) -> None:
    tensors, header = _parts(path)
    change(tensors, header)
    _rewrite(path, tensors, header)
    with pytest.raises(WatchlistError, match=fault) as caught:
        read_watchlist(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("header", [[], None, 1, "text"])
def test_a_header_that_is_no_document(path: Path, header: object) -> None:
    _rewrite(path, _parts(path)[0], header)
    with pytest.raises(WatchlistError, match="header is wrong"):
        read_watchlist(path)


def test_a_changed_template_is_noticed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-3_000_000 // 1000] ^= 1
    path.write_bytes(content)
    with pytest.raises(WatchlistError, match="is damaged: the digest does not fit"):
        read_watchlist(path)


@pytest.mark.parametrize("field", ["subject", "source", "name", "detector"])
def test_text_that_a_terminal_would_obey_is_refused(path: Path, field: str) -> None:
    tensors, header = _parts(path)
    holder = header["references"][0] if field in ("subject", "source") else header
    holder[field] = "a\x1b[2Jb"
    _rewrite(path, tensors, header)
    with pytest.raises(WatchlistError, match="cannot be printed"):
        read_watchlist(path)
