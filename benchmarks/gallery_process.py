"""One gallery in a process of its own: it fills it, says what that took, and searches when told."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from workbench.arrays import FloatArray
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching import ByteGallery, ExactGallery, HalfGallery, SketchGallery
from workbench.matching.scan import ScanGallery

__all__ = ["KINDS", "Filled", "GalleryProcess", "Search"]

PART: Final = 2_048
"""References that are read and added at once."""
Search = Callable[[FloatArray, int], list[list[int]]]
"""Probes `(p, d)` and how many; the rows found for each, best first."""
Parts = Iterator[FloatArray]


@dataclass(frozen=True)
class Filled:
    """What filling a gallery took: peak and rest of memory in MB of 10**6 bytes, and seconds."""

    searches: tuple[str, ...]
    peak_mb: float
    held_mb: float
    seconds: float


def _numpy(parts: Parts, count: int, identity: EncoderIdentity) -> dict[str, Search]:
    matrix = np.empty((count, identity.dimension), np.float32)
    for start, part in zip(range(0, count, PART), parts, strict=True):
        matrix[start : start + len(part)] = part

    def search(probes: FloatArray, k: int) -> list[list[int]]:
        found = []
        for at in range(0, len(probes), 64):
            scores = probes[at : at + 64] @ matrix.T
            best = np.argpartition(scores, len(matrix) - k, axis=1)[:, -k:]
            order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
            found.extend(np.take_along_axis(best, order, axis=1).tolist())
        return found

    return {"numpy, float32": search}


def _rows(found: list[Any]) -> list[list[int]]:
    """Return the rows of candidates; a reference is a row since each is of another subject."""
    return [[] if one.reference is None else one.reference.tolist() for one in found]


def _exact(parts: Parts, count: int, identity: EncoderIdentity) -> dict[str, Search]:
    gallery = ExactGallery(identity)
    for start, part in zip(range(0, count, PART), parts, strict=True):
        gallery.extend(_names(start, len(part)).to_list(), Templates(part, identity))
    return {"exact, float32": lambda p, k: _rows(gallery.search(Templates(p, identity), k))}


def _scanned(kind: type[ScanGallery]) -> Callable[..., dict[str, Search]]:
    def fill(parts: Parts, count: int, identity: EncoderIdentity) -> dict[str, Search]:
        gallery = kind(identity)
        gallery.reserve(count)
        for start, part in zip(range(0, count, PART), parts, strict=True):
            gallery.extend(_names(start, len(part)), Templates(part, identity))

        def by(threads: int, *, whole: bool) -> Search:
            def search(probes: FloatArray, k: int) -> list[list[int]]:
                gallery.threads = threads
                scan = gallery.scan if isinstance(gallery, SketchGallery) and whole else None
                return _rows((scan or gallery.search)(Templates(probes, identity), k))

            return search

        said = {1: "one thread", 2: "two threads"}
        if isinstance(gallery, SketchGallery):
            return {f"two stages, {name}": by(n, whole=False) for n, name in said.items()} | {
                f"two stages, their full scan, {said[2]}": by(2, whole=True)
            }
        return {f"{gallery.precision}, {name}": by(n, whole=True) for n, name in said.items()}

    return fill


def _faiss(
    name: str, make: Callable[[Any, int, int], Any], learns_from: int = PART
) -> Callable[..., dict[str, Search]]:
    def fill(parts: Parts, count: int, identity: EncoderIdentity) -> dict[str, Search]:
        import faiss

        index = make(faiss, identity.dimension, count)
        # What is not trained yet learns from the first references, those of every person.
        waiting: list[FloatArray] = []
        for part in parts:
            waiting.append(part)
            if index.is_trained or len(waiting) * PART >= min(count, learns_from):
                if not index.is_trained:
                    index.train(np.concatenate(waiting))
                for one in waiting:
                    index.add(one)
                waiting.clear()
        return {name: lambda probes, k: index.search(probes, k)[1].tolist()}

    return fill


def _inverted(faiss: Any, dimension: int, count: int) -> Any:  # noqa: ANN401 - FAISS has no types
    lists = int(4 * np.sqrt(count))
    flat = faiss.IndexFlatIP(dimension)
    index = faiss.IndexIVFFlat(flat, dimension, lists, faiss.METRIC_INNER_PRODUCT)
    index.nprobe, index.own_fields = 16, True
    flat.this.disown()
    return index


KINDS: Final[dict[str, Callable[..., dict[str, Search]]]] = {
    "numpy": _numpy,
    "exact": _exact,
    "int16": _scanned(HalfGallery),
    "int8": _scanned(ByteGallery),
    "two-stages": _scanned(SketchGallery),
    "faiss-float32": _faiss("FAISS, float32 (IndexFlatIP)", lambda f, d, _: f.IndexFlatIP(d)),
    "faiss-float16": _faiss(
        "FAISS, float16 (SQfp16)",
        lambda f, d, _: f.IndexScalarQuantizer(
            d, f.ScalarQuantizer.QT_fp16, f.METRIC_INNER_PRODUCT
        ),
    ),
    "faiss-inverted": _faiss("FAISS, inverted lists (IVF, nprobe 16)", _inverted, 100_000),
}
"""What fills each gallery, and under which names it is searched."""


class GalleryProcess:
    """A gallery in a process of its own, from when it is made until it is ended."""

    def __init__(self, kind: str, file: Path, count: int, identity: EncoderIdentity) -> None:
        """Start it; references are read from `file`, `(count, d)` float32 and nothing else."""
        context = get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(there, kind, file, count, identity), daemon=True
        )
        self._process.start()
        there.close()
        self.filled: Filled = self._here.recv()

    def search(
        self, name: str, probes: FloatArray, k: int, at_once: int
    ) -> tuple[list[list[int]], list[float]]:
        """Return the rows found for each probe, and how many ms each call took."""
        self._here.send((name, probes, k, at_once))
        found: tuple[list[list[int]], list[float]] = self._here.recv()
        return found

    def end(self) -> None:
        """End it."""
        self._here.send(None)
        self._process.join()


def _serve(pipe: Connection, kind: str, file: Path, count: int, identity: EncoderIdentity) -> None:
    gc.collect()
    before, began = _held_mb(), time.perf_counter()
    searches = KINDS[kind](_parts(file, count, identity.dimension), count, identity)
    seconds = time.perf_counter() - began
    # A first search takes its buffers, too.
    for search in searches.values():
        search(next(_parts(file, 1, identity.dimension)), 50)
    gc.collect()
    pipe.send(Filled(tuple(searches), _peak_mb() - before, _held_mb() - before, seconds))
    while (asked := pipe.recv()) is not None:
        name, probes, k, at_once = asked
        found, times = [], []
        for at in range(0, len(probes), at_once):
            part, began = probes[at : at + at_once], time.perf_counter()
            found.extend(searches[name](part, k))
            times.append(1e3 * (time.perf_counter() - began))
        pipe.send((found, times))


def _names(start: int, count: int) -> pl.Series:
    return pl.Series([f"subject-{row:07d}" for row in range(start, start + count)])


def _parts(file: Path, count: int, dimension: int) -> Parts:
    with file.open("rb") as opened:
        for start in range(0, count, PART):
            rows = min(PART, count - start)
            yield np.fromfile(opened, np.float32, rows * dimension).reshape(rows, dimension)


def _held_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _peak_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024 / 1e6
    msg = "/proc/self/status names no peak of memory; this benchmark needs Linux."
    raise SystemExit(msg)
