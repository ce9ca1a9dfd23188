"""The chain, against values worked out with hashlib alone."""

from __future__ import annotations

import hashlib

import pytest

from workbench.records.audit.chain import genesis, link, prefixed


def test_nothing_prefixed_is_nothing() -> None:
    assert prefixed() == b""


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((b"",), bytes(8)),
        ((b"a",), b"\0\0\0\0\0\0\0\x01a"),
        ((b"ab", b"", b"c"), b"\0\0\0\0\0\0\0\x02ab" + bytes(8) + b"\0\0\0\0\0\0\0\x01c"),
        ((b"x" * 258,), b"\0\0\0\0\0\0\x01\x02" + b"x" * 258),
    ],
)
def test_each_part_stands_behind_its_length(parts: tuple[bytes, ...], expected: bytes) -> None:
    assert prefixed(*parts) == expected


def test_a_border_cannot_be_moved() -> None:
    assert prefixed(b"ab", b"c") != prefixed(b"a", b"bc")
    assert link("0" * 64, 11, "1x") != link("0" * 64, 1, "11x")


def test_genesis_is_the_documented_hash() -> None:
    raw = b"\0\0\0\0\0\0\0\x15workbench audit log 1" + b"\0\0\0\0\0\0\0\x07bench-1"
    assert genesis("bench-1") == hashlib.sha256(raw).hexdigest()
    assert genesis("bench-1") == "e5411015f9e654f581b9829b8a11488e8e97b0c9b0610fe737d1326d53806bb0"
    assert genesis("bench-1") != genesis("bench-2")


@pytest.mark.parametrize(
    ("seq", "body", "raw", "expected"),
    [
        (
            1,
            "{}",
            b"\0\0\0\0\0\0\0\x40" + b"0" * 64 + b"\0\0\0\0\0\0\0\x011" + b"\0\0\0\0\0\0\0\x02{}",
            "acad99bfe9c8682a5afd857faf140cb76d92b1757780cf2c601dc607b33c9ab7",
        ),
        (
            1_000_000,
            '{"a":"Zoë"}',
            b"\0\0\0\0\0\0\0\x40"
            + b"0" * 64
            + b"\0\0\0\0\0\0\0\x071000000"
            + b'\0\0\0\0\0\0\0\x0c{"a":"Zo\xc3\xab"}',
            "df68f0d74a7e402ab0c4d49224d61620ce9f073cf825447d6360b7009b83463a",
        ),
    ],
)
def test_a_link_is_the_documented_hash(seq: int, body: str, raw: bytes, expected: str) -> None:
    assert link("0" * 64, seq, body) == hashlib.sha256(raw).hexdigest() == expected


def test_whatever_a_text_holds_it_has_a_hash() -> None:
    assert len(link("0" * 64, 1, "\ud800\0")) == 64
