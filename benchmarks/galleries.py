"""Large galleries: how fast, in how much memory, and who is lost, by how high they score.

Run: python benchmarks/galleries.py [--root ../shared/data/lfw] [--sizes 10000 100000 1000000]

References are directions around real templates of LFW test people, each at a cosine of 0.5 to one
of them: a gallery of people of whom many look alike. A probe of true score `s` is a reference
turned away from itself until their cosine is `s`, into a random direction. One process; in each
round every gallery searches the same probes, one and 256 at a time, another first in each round.
Times are medians, ratios are taken round by round against numpy (one matrix product in single
precision, then the best 50). FAISS is compared where it is installed, with its own threads.

What memory allows is measured, too: the fastest of several reads of a large array by both cores.
An exact scan cannot be faster than its bytes through that. Memory is what the process grew by when
the gallery was made. "Found" is how many of 300 probes had their own reference among the first 1
and 50, by true score; of an exact scan it says how hard the probes are.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from directions import turned
from harness import LFW, machine, markdown_table, photographs, write_result
from lfw_templates import lfw_templates

from workbench.arrays import FloatArray
from workbench.evaluation.splits import split_people
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching import ByteGallery, ExactGallery, HalfGallery, SketchGallery
from workbench.matching.scan import ScanGallery
from workbench.settings import Settings

TRUE_SCORES = (0.4, 0.5, 0.6, 0.7, 0.8)
PROBES = 300
"""Of each true score."""
CANDIDATES = 50
AROUND = 0.5
"""Cosine of a made-up reference and the real template that it lies around."""
TARGETS_MS = {"float16": 40.0, "sketch": 8.0}
"""For one probe, 1,000,000 references and the 512 numbers of FaceNet."""


@dataclass
class Found:
    """What was measured of one gallery."""

    name: str
    memory_mb: float
    built_s: float
    single_ms: list[float] = field(default_factory=list)
    batch_ms: list[float] = field(default_factory=list)
    recall: dict[float, tuple[float, float]] = field(default_factory=dict)


Search = Callable[[FloatArray, int], list[list[int]]]
"""Probes `(p, d)` and how many; the rows found for each, best first."""


def references(real: FloatArray, count: int, rng: np.random.Generator) -> FloatArray:
    """Return the real templates and directions around them."""
    made = np.empty((count, real.shape[1]), np.float32)
    for at in range(0, count, 50_000):
        part = real[np.arange(at, min(at + 50_000, count)) % len(real)]
        made[at : at + 50_000] = turned(part, AROUND, rng)
    made[: len(real)] = real[:count]
    return made


def bandwidth_gb_s() -> float:
    """Return the fastest read of a large array by all cores, in GB/s."""
    array = np.ones(1 << 28, np.float32)
    cores = len(os.sched_getaffinity(0))
    parts = np.array_split(array, cores)
    fastest = np.inf
    with ThreadPoolExecutor(cores) as pool:
        for _ in range(7):
            began = time.perf_counter()
            list(pool.map(np.max, parts))
            fastest = min(fastest, time.perf_counter() - began)
    return array.nbytes / fastest / 1e9


def memory_mb() -> float:
    """Return what the process holds, in MB of 10**6 bytes."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def numpy_search(matrix: FloatArray) -> Search:
    """Search by one matrix product in single precision."""

    def search(probes: FloatArray, k: int) -> list[list[int]]:
        found = []
        for at in range(0, len(probes), 64):
            scores = probes[at : at + 64] @ matrix.T
            best = np.argpartition(scores, len(matrix) - k, axis=1)[:, -k:]
            order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
            found.extend(np.take_along_axis(best, order, axis=1).tolist())
        return found

    return search


def ours(gallery: ScanGallery | ExactGallery) -> Search:
    """Search by one of the galleries; a reference is a row since each is of another subject."""

    def search(probes: FloatArray, k: int) -> list[list[int]]:
        found = gallery.search(Templates(probes, gallery.encoder), k)
        return [[] if one.reference is None else one.reference.tolist() for one in found]

    return search


def faiss_kinds(matrix: FloatArray) -> dict[str, Callable[[], Search]]:
    """Return FAISS's own, by name."""
    import faiss

    dimension = matrix.shape[1]

    def made(index: Any) -> Search:  # noqa: ANN401 - FAISS has no types
        if not index.is_trained:
            index.train(matrix[:: max(1, len(matrix) // 100_000)])
        for at in range(0, len(matrix), 50_000):
            index.add(matrix[at : at + 50_000])
        return lambda probes, k: index.search(probes, k)[1].tolist()

    def inverted() -> Search:
        lists = int(4 * np.sqrt(len(matrix)))
        index = faiss.IndexIVFFlat(
            faiss.IndexFlatIP(dimension), dimension, lists, faiss.METRIC_INNER_PRODUCT
        )
        index.nprobe = 16
        return made(index)

    half = faiss.ScalarQuantizer.QT_fp16
    return {
        "FAISS, float32 (IndexFlatIP)": lambda: made(faiss.IndexFlatIP(dimension)),
        "FAISS, float16 (SQfp16)": lambda: made(
            faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT)
        ),
        "FAISS, inverted lists (IVF, nprobe 16)": inverted,
    }


def kinds(matrix: FloatArray, identity: EncoderIdentity) -> dict[str, Callable[[], Search]]:
    """Return every gallery that is compared, by name; making one fills it."""
    names = pl.Series([f"subject-{row:07d}" for row in range(len(matrix))])

    def filled(gallery: ExactGallery) -> Search:
        subjects = names.to_list()
        for at in range(0, len(matrix), 50_000):
            part = slice(at, at + 50_000)
            gallery.extend(subjects[part], Templates(matrix[part], identity))
        return ours(gallery)

    def whole(gallery: ScanGallery) -> Search:
        gallery.extend(names, Templates(matrix, identity))
        return ours(gallery)

    made: dict[str, Callable[[], Search]] = {
        "numpy, float32": lambda: numpy_search(matrix),
        "exact, float32": lambda: filled(ExactGallery(identity)),
        "float16": lambda: whole(HalfGallery(identity)),
        "float16, two threads": lambda: whole(HalfGallery(identity, threads=2)),
        "int8": lambda: whole(ByteGallery(identity)),
        "two stages: signs, then float16": lambda: whole(SketchGallery(identity)),
    }
    try:
        return made | faiss_kinds(matrix)
    except ModuleNotFoundError as error:
        print(f"not compared: {error}")
        return made


def measured(
    matrix: FloatArray, identity: EncoderIdentity, rounds: int, rng: np.random.Generator
) -> list[Found]:
    """Measure each gallery on the same references and probes."""
    rows = {score: rng.integers(0, len(matrix), PROBES) for score in TRUE_SCORES}
    probes = {score: turned(matrix[rows[score]], score, rng) for score in TRUE_SCORES}
    single = np.concatenate([probes[score][:4] for score in TRUE_SCORES])
    batch = np.concatenate([probes[score][:52] for score in TRUE_SCORES])[:256]
    results: list[tuple[Found, Search]] = []
    for name, make in kinds(matrix, identity).items():
        before, began = memory_mb(), time.perf_counter()
        search = make()
        built = time.perf_counter() - began
        found = Found(name, memory_mb() - before, built)
        for score in TRUE_SCORES:
            lists = search(probes[score], CANDIDATES)
            first = statistics.fmean(
                one[0] == row for one, row in zip(lists, rows[score].tolist(), strict=True)
            )
            among = statistics.fmean(
                row in one for one, row in zip(lists, rows[score].tolist(), strict=True)
            )
            found.recall[score] = (first, among)
        results.append((found, search))
        print(f"  {name}: made in {built:.1f} s, {found.memory_mb:.0f} MB")
    for turn in range(rounds):
        order = results[turn % len(results) :] + results[: turn % len(results)]
        for found, search in order:
            times = []
            for at in range(len(single)):
                began = time.perf_counter()
                search(single[at : at + 1], CANDIDATES)
                times.append(1e3 * (time.perf_counter() - began))
            found.single_ms.append(statistics.median(times))
            began = time.perf_counter()
            search(batch, CANDIDATES)
            found.batch_ms.append(1e3 * (time.perf_counter() - began))
    return [found for found, _ in results]


def spread(values: list[float], digits: int) -> str:
    """Return the median and the range."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def table(found: list[Found], size: int, dimension: int, gb_s: float) -> list[dict[str, object]]:
    """Return a row for each gallery."""
    base = found[0]
    rows = []
    for one in found:
        ratio = [a / b for a, b in zip(base.single_ms, one.single_ms, strict=True)]
        batch = [a / b for a, b in zip(base.batch_ms, one.batch_ms, strict=True)]
        width = {"float16": 2, "int8": 1, "two": 0.125}.get(one.name.split(",")[0].split()[0], 4)
        if "float16 (SQ" in one.name:
            width = 2
        limit = size * dimension * width / gb_s / 1e6
        rows.append(
            {
                "gallery": one.name,
                "one probe, ms": spread(one.single_ms, 2),
                "times numpy": spread(ratio, 2),
                "what memory allows, ms": f"{limit:.2f}" if "IVF" not in one.name else "",
                "256 probes, ms": spread(one.batch_ms, 0),
                "times numpy ": spread(batch, 2),
                "MB": f"{one.memory_mb:,.0f}",
                "filled in s": f"{one.built_s:.1f}",
                **{
                    f"found at {score}: 1 / 50": "{:.3f} / {:.3f}".format(*one.recall[score])
                    for score in TRUE_SCORES
                },
            }
        )
    return rows


def main() -> None:
    """Measure each size and print a table of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--encoder", choices=["facenet", "sface"], default="facenet")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    people = photographs(options.root)
    parts = split_people({name: len(paths) for name, paths in people.items()})
    paths = [people[name][0] for name in sorted(people) if parts[name] == "test"][: options.people]
    images = lfw_templates(paths, options.root, Settings())
    real = images.templates[options.encoder]
    rng = np.random.default_rng(20261126)
    gb_s = bandwidth_gb_s()
    print(f"{machine()}; memory is read at {gb_s:.1f} GB/s")
    result: dict[str, Any] = {"memory_gb_s": gb_s, "encoder": options.encoder, "sizes": {}}
    for size in options.sizes:
        print(f"\n{size:,} references of {real.vectors.shape[1]} numbers\n")
        matrix = references(real.vectors, size, rng)
        found = measured(matrix, real.encoder, options.rounds, rng)
        rows = table(found, size, real.vectors.shape[1], gb_s)
        print()
        print(markdown_table(rows))
        result["sizes"][str(size)] = rows
        del found, matrix
    if not options.no_write:
        print(f"\nwritten: {write_result(f'galleries_{options.encoder}', result).name}")


if __name__ == "__main__":
    main()
