"""Sealing: what does not open, and why it says so."""

from __future__ import annotations

import mmap
import os
from dataclasses import fields, replace

import pytest

from workbench.errors import VaultError
from workbench.records.vault.sealing import LARGEST, OVERHEAD, Bound, seal, unseal

KEY = bytes(range(32))
BOUND = Bound("bench-1", "object-1", "watchlist", "deployment-1", "key-1")


@pytest.mark.parametrize("plaintext", [b"", b"a", bytes(1000), os.urandom(3 << 20)])
def test_what_was_sealed_opens(plaintext: bytes) -> None:
    sealed = seal(KEY, plaintext, BOUND)
    assert len(sealed) == len(plaintext) + OVERHEAD
    assert unseal(KEY, sealed, BOUND, "watchlist 1") == plaintext
    assert unseal(bytearray(KEY), memoryview(sealed), BOUND, "watchlist 1") == plaintext


def test_the_content_is_not_in_it_and_no_two_are_alike() -> None:
    plaintext = b"a face that must not be seen" * 10
    first, second = seal(KEY, plaintext, BOUND), seal(KEY, plaintext, BOUND)
    assert first != second
    assert plaintext[:16] not in first
    assert first.startswith(b"LFRV\x01")


@pytest.mark.parametrize("field", [one.name for one in fields(Bound)])
def test_it_opens_in_no_other_place(field: str) -> None:
    sealed = seal(KEY, b"a face", BOUND)
    with pytest.raises(VaultError, match="moved here from another place"):
        unseal(KEY, sealed, replace(BOUND, **{field: "another"}), "watchlist 1")


def test_places_that_read_alike_when_put_together_are_different() -> None:
    first = Bound("b", "o", "kind", "purpose", "key")
    assert len({first.canonical(), Bound("bo", "", "kind", "purpose", "key").canonical()}) == 2
    assert len({first.canonical(), Bound("b", 'o","kind', "", "purpose", "key").canonical()}) == 2


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(VaultError, match="does not open"):
        unseal(bytes(32), seal(KEY, b"a face", BOUND), BOUND, "watchlist 1")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda sealed: b"", "cut short: 0 bytes"),
        (lambda sealed: sealed[: OVERHEAD - 1], "cut short: 32 bytes"),
        (lambda sealed: sealed[:-1], "does not open"),
        (lambda sealed: sealed + b"x", "does not open"),
        (lambda sealed: b"PK" + sealed, "does not begin as a sealed object"),
        (lambda sealed: sealed[:4] + b"\x02" + sealed[5:], "newer version"),
        (lambda sealed: sealed[:10] + bytes(3) + sealed[13:], "does not open"),
    ],
)
def test_what_is_damaged_is_named_and_not_shown(damage: object, words: str) -> None:
    sealed = bytes(seal(KEY, b"a face that must not be seen", BOUND))
    with pytest.raises(VaultError, match=words) as refused:
        unseal(KEY, damage(sealed), BOUND, "watchlist 1")  # type: ignore[operator]
    assert str(refused.value).startswith("watchlist 1 ")
    assert "face" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_too_much_is_refused_before_anything_is_done() -> None:
    # Memory that was mapped and never touched costs nothing.
    with (
        mmap.mmap(-1, LARGEST + 1) as much,
        memoryview(much) as view,
        pytest.raises(VaultError, match=r"2,147,483,615 bytes.*2,147,483,614.*Split it"),
    ):
        seal(KEY, view, BOUND)
