"""What holds for anything that is sealed: it comes back whole and in its place, or not at all."""

from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import KeyStoreError, VaultError
from workbench.records.vault.key_records import as_record, from_record
from workbench.records.vault.masters import MasterKey, Masters
from workbench.records.vault.sealing import OVERHEAD, Bound, seal, unseal
from workbench.records.vault.wrapping import LocalWrapper

KEYS = st.binary(min_size=32, max_size=32)
PLACES = st.builds(Bound, *[st.text(max_size=12)] * 5)
MASTER = MasterKey.generate()


@given(KEYS, st.binary(max_size=5000), PLACES)
def test_what_was_sealed_opens_in_its_place(key: bytes, plaintext: bytes, place: Bound) -> None:
    sealed = seal(key, plaintext, place)
    assert len(sealed) == len(plaintext) + OVERHEAD
    assert unseal(key, sealed, place, "x") == plaintext


@given(KEYS, st.binary(max_size=200), PLACES, st.data())
def test_any_flipped_bit_is_refused(
    key: bytes, plaintext: bytes, place: Bound, data: st.DataObject
) -> None:
    sealed = seal(key, plaintext, place)
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(VaultError):
        unseal(key, sealed, place, "x")


@given(KEYS, st.binary(max_size=200), PLACES, st.data())
def test_any_cut_or_addition_is_refused(
    key: bytes, plaintext: bytes, place: Bound, data: st.DataObject
) -> None:
    sealed = bytes(seal(key, plaintext, place))
    start = data.draw(st.integers(0, len(sealed)))
    end = data.draw(st.integers(start, len(sealed)))
    more = data.draw(st.binary(max_size=20))
    changed = sealed[:start] + more + sealed[end:]
    if changed == sealed:
        return
    with pytest.raises(VaultError):
        unseal(key, changed, place, "x")


@given(PLACES, PLACES)
def test_different_places_are_different_bytes(first: Bound, second: Bound) -> None:
    assert (first.canonical() == second.canonical()) == (astuple(first) == astuple(second))


@given(KEYS, KEYS, PLACES, PLACES, st.binary(max_size=50))
def test_it_opens_with_its_key_in_its_place_alone(
    key: bytes, other_key: bytes, place: Bound, other: Bound, plaintext: bytes
) -> None:
    sealed = seal(key, plaintext, place)
    for wrong_key, wrong_place in ((other_key, place), (key, other), (other_key, other)):
        if (wrong_key, wrong_place) == (key, place):
            continue
        with pytest.raises(VaultError):
            unseal(wrong_key, sealed, wrong_place, "x")


@given(st.binary(max_size=300), PLACES)
def test_what_was_never_sealed_is_refused(sealed: bytes, place: Bound) -> None:
    for start in (b"", b"LFRV\x01"):
        with pytest.raises(VaultError):
            unseal(bytes(32), start + sealed, place, "x")


NAMES = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,20}\Z")


@given(KEYS, NAMES, NAMES, st.data())
def test_a_wrapped_key_unwraps_as_itself_or_not_at_all(
    key: bytes, name: str, other: str, data: st.DataObject
) -> None:
    wrapper = LocalWrapper(Masters(MASTER))
    wrapped = bytearray(wrapper.wrap(key, name))
    assert wrapper.unwrap(bytes(wrapped), name) == key
    if other != name:
        with pytest.raises(KeyStoreError):
            wrapper.unwrap(bytes(wrapped), other)
    at = data.draw(st.integers(0, len(wrapped) * 8 - 1))
    wrapped[at // 8] ^= 1 << at % 8
    with pytest.raises(KeyStoreError) as refused:
        wrapper.unwrap(bytes(wrapped), name)
    assert str(refused.value).isprintable()


@given(st.binary(max_size=300))
def test_what_is_no_record_is_refused_in_words(record: bytes) -> None:
    for start in (b"", b"LFRK\x01"):
        with pytest.raises(KeyStoreError) as refused:
            LocalWrapper(Masters(MASTER)).unwrap(start + record, "key-1")
        assert str(refused.value).isprintable()


@given(st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,199}\Z"), st.binary(max_size=100))
def test_records_are_taken_apart_as_they_were_put_together(wrapper: str, body: bytes) -> None:
    assert from_record(as_record(wrapper, body), "key-1") == (wrapper, body)
