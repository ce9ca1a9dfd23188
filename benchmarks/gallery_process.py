"""One gallery in a process of its own: it fills it, says what that took, and searches when told."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from workbench.arrays import FloatArray
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching import ByteGallery, ExactGallery, HalfGallery, Matcher, SketchGallery
from workbench.matching.calibration import load_calibration
from workbench.matching.scan import ScanGallery
from workbench.matching.sketch import triage_gallery
from workbench.matching.subject_table import SubjectTable

__all__ = ["FUSED", "KINDS", "Filled", "GalleryProcess", "Search"]

PART: Final = 2_048
"""References that are read and added at once."""
Search = Callable[[FloatArray, int], list[list[int]]]
"""Probes `(p, d)` and how many; the rows found for each, best first."""
Parts = Iterator[FloatArray]
Fill = Callable[[Parts, int, Sequence[EncoderIdentity]], dict[str, Search]]
"""Fills a gallery from parts of references, so many of all, of these encoders side by side."""


@dataclass(frozen=True)
class Filled:
    """What filling a gallery took: peak and rest of memory in MB of 10**6 bytes, and seconds."""

    searches: tuple[str, ...]
    peak_mb: float
    held_mb: float
    seconds: float


def _numpy(parts: Parts, count: int, dimension: int) -> dict[str, Search]:
    matrix = np.empty((count, dimension), np.float32)
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
    "numpy": lambda parts, count, identity: _numpy(parts, count, identity.dimension),
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


def _templates(
    vectors: FloatArray, identities: Sequence[EncoderIdentity]
) -> Mapping[str, Templates]:
    """Return rows of several encoders side by side, `(n, d)`, taken apart."""
    edges = np.cumsum([one.dimension for one in identities])[:-1]
    parts = np.split(vectors, edges, axis=1)
    return {
        one.name: Templates(np.ascontiguousarray(part), one)
        for one, part in zip(identities, parts, strict=True)
    }


def _fused_numpy(
    parts: Parts, count: int, identities: Sequence[EncoderIdentity]
) -> dict[str, Search]:
    fusion = load_calibration().fusion
    assert fusion is not None
    weights = np.concatenate(
        [np.full(one.dimension, fusion.weights[one.name], np.float32) for one in identities]
    )
    (search,) = _numpy(parts, count, sum(one.dimension for one in identities)).values()
    return {"numpy, float32": lambda probes, k: search(probes * weights, k)}


def _fused_scan(make: Callable[..., HalfGallery]) -> Fill:
    def fill(parts: Parts, count: int, identities: Sequence[EncoderIdentity]) -> dict[str, Search]:
        table = SubjectTable()
        galleries = {one.name: make(one, table=table) for one in identities}
        for gallery in galleries.values():
            gallery.reserve(count)
        for start, part in zip(range(0, count, PART), parts, strict=True):
            for name, templates in _templates(part, identities).items():
                galleries[name].extend(_names(start, len(part)), templates)
        matcher = Matcher("fused", galleries, load_calibration())

        def by(threads: int, *, whole: bool) -> Search:
            def search(probes: FloatArray, k: int) -> list[list[int]]:
                for gallery in galleries.values():
                    gallery.threads = threads
                    if isinstance(gallery, SketchGallery):
                        gallery.scans_all = whole
                return _rows(matcher.search(_templates(probes, identities), k))

            return search

        said = {1: "one thread", 2: "two threads"}
        if any(isinstance(one, SketchGallery) for one in galleries.values()):
            return {f"triage, {name}": by(n, whole=False) for n, name in said.items()} | {
                f"triage, its full scan, {said[2]}": by(2, whole=True)
            }
        return {f"int16, {name}": by(n, whole=True) for n, name in said.items()}

    return fill


FUSED: Final[dict[str, Fill]] = {
    "numpy": _fused_numpy,
    "int16": _fused_scan(HalfGallery),
    "two-stages": _fused_scan(triage_gallery),
}
"""The same of both encoders at once, whose references lie side by side."""


class GalleryProcess:
    """A gallery in a process of its own, from when it is made until it is ended."""

    def __init__(self, kind: str, file: Path, count: int, *identities: EncoderIdentity) -> None:
        """Start it; references are read from `file`, `(count, d)` float32 and nothing else.

        Those of several encoders lie side by side, in the order of the identities.
        """
        context = get_context("spawn")
        self._here, there = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(there, kind, file, count, identities), daemon=True
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


def _serve(
    pipe: Connection, kind: str, file: Path, count: int, identities: Sequence[EncoderIdentity]
) -> None:
    gc.collect()
    before, began = _held_mb(), time.perf_counter()
    dimension = sum(one.dimension for one in identities)
    parts = _parts(file, count, dimension)
    if len(identities) == 1:
        searches = KINDS[kind](parts, count, identities[0])
    else:
        searches = FUSED[kind](parts, count, identities)
    seconds = time.perf_counter() - began
    # A first search takes its buffers, too.
    for search in searches.values():
        search(next(_parts(file, 1, dimension)), 50)
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
