"""Networks that are kept for a process: the file's as it is now, run as it was asked for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from loaded_once import MOST, LoadedOnce


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    path = tmp_path / "weights"
    path.write_bytes(b"first")
    return path


def load(weights: Path, **_how: object) -> list[bytes]:
    return [weights.read_bytes()]


def test_the_same_is_given_again_until_the_file_is_another(weights: Path) -> None:
    once = LoadedOnce(load)
    first = once(weights, threads=1, int8=None)
    assert once(weights, threads=1, int8=None) is first
    assert once(weights, threads=2, int8=None) is not first
    weights.write_bytes(b"second")
    assert once(weights, threads=1, int8=None) == [b"second"]


def test_no_more_are_kept_than_may_be(weights: Path) -> None:
    once = LoadedOnce(load)
    first = once(weights, threads=0, int8=None)
    for threads in range(1, MOST + 1):
        once(weights, threads=threads, int8=None)
    assert once(weights, threads=0, int8=None) is not first


def test_in_int8_and_where_loading_is_looked_at_each_is_loaded_anew(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = LoadedOnce(load)
    assert once(weights, int8={}) is not once(weights, int8={})
    monkeypatch.setattr(LoadedOnce, "on", False)
    assert once(weights, int8=None) is not once(weights, int8=None)


def test_a_process_that_was_forked_loads_its_own(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = LoadedOnce(load)
    first = once(weights, int8=None)
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert once(weights, int8=None) is not first


def test_what_fails_is_not_kept(weights: Path) -> None:
    tries = []

    def fails(_weights: Path, **_how: object) -> object:
        tries.append(1)
        raise ValueError

    once = LoadedOnce(fails)
    for _ in range(2):
        with pytest.raises(ValueError):  # noqa: PT011 - any
            once(weights, int8=None)
    assert len(tries) == 2
