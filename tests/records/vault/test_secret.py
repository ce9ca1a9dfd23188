"""Secrets in memory: shown nowhere, given out as copies, overwritten at their end."""

from __future__ import annotations

import copy
import gc
import pickle

import pytest

from workbench.errors import KeyDestroyedError, KeyStoreError
from workbench.records.vault.keys import DataKey
from workbench.records.vault.masters import MasterKey
from workbench.records.vault.secret import Secret


def test_nothing_of_it_is_shown() -> None:
    held = bytearray(b"do not show these 32 bytes ever!")
    for secret in (Secret("x", bytearray(held)), MasterKey(bytearray(held)), DataKey("k", held)):
        assert "show" not in f"{secret!r} {secret} {vars(type(secret))}"


@pytest.mark.parametrize("take", [copy.copy, copy.deepcopy, pickle.dumps])
def test_it_is_not_copied_or_pickled(take: object) -> None:
    with pytest.raises(TypeError, match="is a secret"):
        take(Secret("data key 1", bytearray(32)))  # type: ignore[operator]


def test_a_copy_is_overwritten_after_its_use() -> None:
    secret = Secret("data key 1", bytearray(b"x" * 32))
    with secret.opened() as first, secret.opened() as second:
        assert first == second == b"x" * 32
    assert first == second == bytes(32)


def test_wiping_overwrites_and_does_not_touch_what_is_in_use() -> None:
    held = bytearray(b"x" * 32)
    secret = Secret("data key 1", held)
    with secret.opened() as copied:
        secret.wipe()
        assert held == bytes(32)
        assert copied == b"x" * 32
    with pytest.raises(KeyDestroyedError, match="data key 1 was destroyed while it was in use"):
        secret.opened().__enter__()
    secret.wipe()


@pytest.mark.slow
def test_what_nobody_holds_is_overwritten() -> None:
    held = bytearray(b"x" * 32)
    secret = Secret("data key 1", held)
    del secret
    gc.collect()
    assert held == bytes(32)


@pytest.mark.slow
def test_one_that_was_refused_goes_quietly() -> None:
    with pytest.raises(KeyStoreError, match="has 32 bytes, this one 5"):
        MasterKey(bytearray(5))
    gc.collect()
