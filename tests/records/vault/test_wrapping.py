"""Wrapping: which master key opens which record, and what is said of the others."""

from __future__ import annotations

import pytest

from workbench.errors import KeyStoreError
from workbench.records.vault.key_records import as_record, from_record
from workbench.records.vault.masters import MasterKey, Masters
from workbench.records.vault.wrapping import AnyWrapper, LocalWrapper

DATA_KEY = bytes(range(32))
FIRST, SECOND = MasterKey.generate(), MasterKey.generate()


def test_a_wrapped_key_unwraps_and_names_its_master() -> None:
    wrapper = LocalWrapper(Masters(FIRST))
    wrapped = wrapper.wrap(DATA_KEY, "key-1")
    assert wrapper.unwrap(wrapped, "key-1") == DATA_KEY
    assert isinstance(wrapper.unwrap(wrapped, "key-1"), bytearray)
    assert from_record(wrapped, "key-1").wrapper == wrapper.current_id == f"master/{FIRST.id}"
    assert DATA_KEY not in wrapped
    assert wrapped != wrapper.wrap(DATA_KEY, "key-1")


def test_an_earlier_master_unwraps_and_no_longer_wraps() -> None:
    both = LocalWrapper(Masters(SECOND, [FIRST]))
    wrapped = LocalWrapper(Masters(FIRST)).wrap(DATA_KEY, "key-1")
    assert both.unwrap(wrapped, "key-1") == DATA_KEY
    assert not both.is_current(wrapped, "key-1")
    assert both.is_current(both.wrap(DATA_KEY, "key-1"), "key-1")
    assert LocalWrapper(Masters(SECOND)).unwrap(both.wrap(DATA_KEY, "key-1"), "key-1") == DATA_KEY


def test_the_wrong_master_is_named_and_the_right_one_too() -> None:
    wrapped = LocalWrapper(Masters(FIRST)).wrap(DATA_KEY, "key-1")
    with pytest.raises(KeyStoreError) as refused:
        LocalWrapper(Masters(SECOND)).unwrap(wrapped, "key-1")
    assert str(refused.value).startswith(
        f"this bench's keys were wrapped by master key {FIRST.id}, you gave master key {SECOND.id}."
    )


def test_the_record_of_another_key_does_not_unwrap() -> None:
    wrapper = LocalWrapper(Masters(FIRST))
    with pytest.raises(KeyStoreError, match="key-2 does not unwrap"):
        wrapper.unwrap(wrapper.wrap(DATA_KEY, "key-1"), "key-2")


def test_a_record_that_claims_another_master_does_not_unwrap() -> None:
    both = LocalWrapper(Masters(SECOND, [FIRST]))
    _, body = from_record(both.wrap(DATA_KEY, "key-1"), "key-1")
    with pytest.raises(KeyStoreError, match="key-1 does not unwrap"):
        both.unwrap(as_record(f"master/{FIRST.id}", body), "key-1")


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (b"", "is damaged, or its destruction was cut off"),
        (b"LFRK", "is damaged"),
        (b"LFRK\x01", "is damaged"),
        (b"LFRK\x01\x00", "is damaged"),
        (b"LFRK\x01\xffmaster/", "wrapped by master key , you gave"),
        (b"LFRK\x02\x06master", "newer version"),
        (b"LFRK\x01\x07mas\x1b[2J", "is damaged"),
        (bytes(150), "is damaged"),
    ],
)
def test_what_is_no_record_is_named(record: bytes, words: str) -> None:
    with pytest.raises(KeyStoreError, match=words) as refused:
        LocalWrapper(Masters(FIRST)).unwrap(record, "key-1")
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("name", ["", "a b", "/a", "a" * 201, "é", "a\n"])
def test_a_wrapper_that_no_record_can_name_is_refused(name: str) -> None:
    with pytest.raises(KeyStoreError, match="cannot name what wraps keys"):
        as_record(name, b"")


def test_two_kinds_of_wrapper_open_one_store() -> None:
    first, second = LocalWrapper(Masters(FIRST)), LocalWrapper(Masters(SECOND))
    both = AnyWrapper(second, [first])
    assert both.unwrap(first.wrap(DATA_KEY, "key-1"), "key-1") == DATA_KEY
    assert both.unwrap(both.wrap(DATA_KEY, "key-1"), "key-1") == DATA_KEY
    assert both.current_id == second.current_id
    assert both.knows(first.current_id)
    assert not both.knows("transit/lfr")
    assert not both.is_current(first.wrap(DATA_KEY, "key-1"), "key-1")
    with pytest.raises(KeyStoreError, match="the key service's transit/lfr, you gave master key"):
        both.unwrap(as_record("transit/lfr", b"vault:v1:AAAA"), "key-1")
