"""Templates in bytes: whatever lies there as numbers is compared with known templates.

A window of as many numbers as a template has may start at any byte. Only windows in which every
number could be one of a template are compared; encrypted bytes and text have next to none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from unwrapping import numbers, stretches

__all__ = ["Alike", "alike", "with_halves"]

FORMS: Final = {"<f4": 4, "<f2": 2, "<f8": 8, ">f4": 4, ">f2": 2, ">f8": 8, "bfloat16": 2}
"""How a number may lie there, and how many bytes it has; fewer than 16 bits are not looked for."""
_SMALLEST, _LARGEST = 1e-9, 1e3
_BLOCK: Final = 1 << 14


class Alike(NamedTuple):
    """A stretch of bytes that is much like a known template.

    Attributes:
        form: how its numbers lie there.
        offset: of its first byte.
        encoder: whose template it is like.
        row: which one.
        cosine: how much.
    """

    form: str
    offset: int
    encoder: str
    row: int
    cosine: float


def alike(data: bytes, known: Mapping[str, NDArray[np.float32]], least: float) -> Iterator[Alike]:
    """Give the most alike window of each stretch of numbers, where it is alike enough.

    Args:
        data: any bytes.
        known: templates of each encoder, shape `(n, d)`, of unit norm.
        least: cosine from which a window counts.
    """
    shortest = min(vectors.shape[1] for vectors in known.values())
    for form, size in FORMS.items():
        for offset, run in _numbers_as(data, form, size, shortest):
            for found in _compared(run, known, least):
                yield found._replace(form=form, offset=offset + found.offset * size)
    for offset, run in numbers(data, shortest):
        for found in _compared(run, known, least):
            yield found._replace(form="digits", offset=offset)


def with_halves(known: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Return known templates, and both halves of each: one may lie at the break of two pages."""
    found = dict(known)
    for encoder, vectors in known.items():
        middle = vectors.shape[1] // 2
        for name, half in (("first", vectors[:, :middle]), ("second", vectors[:, middle:])):
            found[f"{encoder}, {name} half"] = half / np.linalg.norm(half, axis=1, keepdims=True)
    return found


def _numbers_as(
    data: bytes, form: str, size: int, shortest: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    for phase in range(size):
        count = (len(data) - phase) // size
        if count < shortest:
            return
        values = _as_float(data, form, phase, count)
        size_of = np.abs(values)
        good = (size_of > _SMALLEST) & (size_of < _LARGEST)  # false for what is no number
        for start, end in stretches(good, shortest):
            yield phase + start * size, values[start:end]


def _as_float(data: bytes, form: str, phase: int, count: int) -> NDArray[np.float32]:
    with np.errstate(all="ignore"):
        if form == "bfloat16":
            words = np.frombuffer(data, "<u2", count, phase)
            return (words.astype(np.uint32) << 16).view(np.float32)
        return np.frombuffer(data, form, count, phase).astype(np.float32)


def _compared(
    run: NDArray[np.float32], known: Mapping[str, NDArray[np.float32]], least: float
) -> Iterator[Alike]:
    """Give the best window for each encoder; its offset counts numbers of the run."""
    for encoder, vectors in known.items():
        length = vectors.shape[1]
        if len(run) < length or not len(vectors):
            continue
        windows = np.lib.stride_tricks.sliding_window_view(run, length)
        best = Alike("", 0, encoder, -1, -1.0)
        for start in range(0, len(windows), _BLOCK):
            block = np.ascontiguousarray(windows[start : start + _BLOCK])
            scores = block @ vectors.T / np.linalg.norm(block, axis=1)[:, None]
            at, row = np.unravel_index(int(scores.argmax()), scores.shape)
            if scores[at, row] > best.cosine:
                best = Alike("", start + int(at), encoder, int(row), float(scores[at, row]))
        if best.cosine >= least:
            yield best
