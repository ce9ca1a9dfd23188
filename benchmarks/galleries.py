"""Large galleries: how fast, in how much memory, and who is lost, by how high they score.

Run: python benchmarks/galleries.py [--root ../shared/data/lfw] [--sizes 10000 100000 1000000]

References are directions around real templates of LFW test people, each at a cosine of 0.5 to one
of them: a gallery of people of whom many look alike. A probe of true score `s` is a reference
turned away from itself until their cosine is `s`, into a random direction. Each gallery has a
process of its own; in each round every one searches the same probes, one and 256 at a time, one
gallery after the other, another first in each round. Times are medians, ratios are taken round by
round against numpy (one matrix product in single precision on all cores, then the best 50). FAISS
is compared where it is installed, on all cores.

What memory allows is measured, too, once before each round: the fastest of several reads of a
large array by all cores, and so many bytes as a search of that gallery must read for one probe.
Memory is what the process holds more, at its peak, for having filled the gallery and searched it.
"Found" is how many of 300 probes (`--probes`) had their own reference among the first 1 and 50, by
true score;
of an exact scan it says how hard the probes are.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from directions import turned
from gallery_process import KINDS, Filled, GalleryProcess
from harness import LFW, machine, markdown_table, photographs, write_result
from lfw_templates import lfw_templates

from workbench.arrays import FloatArray
from workbench.evaluation.splits import split_people
from workbench.faces.templates import EncoderIdentity
from workbench.settings import Settings

TRUE_SCORES = (0.4, 0.5, 0.6, 0.7, 0.8)
CANDIDATES = 50
AROUND = 0.5
"""Cosine of a made-up reference and the real template that it lies around."""
BATCH = 256
BYTES = {"int16": 1, "int8": 1, "two": 1 / 8, "FAISS, float16": 2}
"""That a search reads of each number for one probe, by how the name begins; 4 where none does."""


@dataclass
class Found:
    """What was measured of one way to search a gallery."""

    name: str
    filled: Filled
    recall: dict[float, tuple[float, float]]
    single_ms: list[float] = field(default_factory=list)
    batch_ms: list[float] = field(default_factory=list)


def write_references(real: FloatArray, count: int, rng: np.random.Generator, file: Path) -> None:
    """Write the real templates and directions around them, `(count, d)` float32."""
    with file.open("wb") as opened:
        for at in range(0, count, 50_000):
            made = turned(real[np.arange(at, min(at + 50_000, count)) % len(real)], AROUND, rng)
            if at == 0:
                made[: len(real)] = real[:count]
            made.tofile(opened)


def bandwidth_gb_s(array: FloatArray) -> float:
    """Return the fastest read of a large array by all cores, in GB/s."""
    parts = np.array_split(array, len(os.sched_getaffinity(0)))
    fastest = np.inf
    with ThreadPoolExecutor(len(parts)) as pool:
        for _ in range(5):
            began = time.perf_counter()
            list(pool.map(np.max, parts))
            fastest = min(fastest, time.perf_counter() - began)
    return array.nbytes / fastest / 1e9


def recalled(lists: list[list[int]], rows: list[int]) -> tuple[float, float]:
    """Return which part of the probes had their row first, and among all candidates."""
    pairs = list(zip(lists, rows, strict=True))
    first = statistics.fmean(bool(one) and one[0] == row for one, row in pairs)
    return first, statistics.fmean(row in one for one, row in pairs)


def measured(
    file: Path, count: int, identity: EncoderIdentity, options: argparse.Namespace
) -> tuple[list[Found], list[float]]:
    """Measure each gallery on the same references and probes; and memory, in GB/s."""
    rng = np.random.default_rng(count)
    matrix = np.memmap(file, np.float32, "r", shape=(count, identity.dimension))
    rows = {score: rng.integers(0, count, options.probes) for score in TRUE_SCORES}
    probes = {score: turned(np.array(matrix[rows[score]]), score, rng) for score in TRUE_SCORES}
    single = np.concatenate([probes[score][:4] for score in TRUE_SCORES])
    batch = np.concatenate([probes[score][:52] for score in TRUE_SCORES])[:BATCH]
    results: list[tuple[Found, GalleryProcess]] = []
    processes = []
    recalls: dict[str, dict[float, tuple[float, float]]] = {}
    for kind in options.kinds:
        process = GalleryProcess(kind, file, count, identity)
        processes.append(process)
        print(f"  {kind}: filled in {process.filled.seconds:.1f} s", flush=True)
        for name in process.filled.searches:
            # Threads change nothing of what is found, and both full scans of int16 are one.
            same = "int16" if "full scan" in name else f"{kind} {name.rsplit(',', 1)[0]}"
            same = "int16" if kind == "int16" else same
            if same not in recalls:
                recalls[same] = {
                    score: recalled(
                        process.search(name, probes[score], CANDIDATES, 100)[0],
                        rows[score].tolist(),
                    )
                    for score in TRUE_SCORES
                }
            results.append((Found(name, process.filled, recalls[same]), process))
    array = np.ones(1 << 27, np.float32)
    gb_s = []
    for turn in range(options.rounds):
        gb_s.append(bandwidth_gb_s(array))
        first = turn * len(results) // options.rounds
        for found, process in results[first:] + results[:first]:
            _, times = process.search(found.name, single, CANDIDATES, 1)
            found.single_ms.append(statistics.median(times))
            _, times = process.search(found.name, batch, CANDIDATES, len(batch))
            found.batch_ms.append(times[0])
    for process in processes:
        process.end()
    return [found for found, _ in results], gb_s


def spread(values: list[float], digits: int) -> str:
    """Return the median and the range."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def limit_ms(name: str, numbers: int, gb_s: float) -> str:
    """Return in how many ms memory gives what a search must read; of inverted lists, nothing."""
    if "IVF" in name or "full scan" in name:
        return "" if "IVF" in name else f"{numbers / gb_s / 1e6:.2f}"
    width = next((width for start, width in BYTES.items() if name.startswith(start)), 4)
    return f"{numbers * width / gb_s / 1e6:.2f}"


def tables(
    found: list[Found], numbers: int, gb_s: float
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return a row for each gallery: of time and memory, and of who was found."""
    base, speed = found[0], []
    for one in found:
        ratio = [a / b for a, b in zip(base.single_ms, one.single_ms, strict=True)]
        batch = [a / b for a, b in zip(base.batch_ms, one.batch_ms, strict=True)]
        speed.append(
            {
                "gallery": one.name,
                "one probe, ms": spread(one.single_ms, 2),
                "times numpy": spread(ratio, 2),
                "memory allows, ms": limit_ms(one.name, numbers, gb_s),
                f"{BATCH} probes, ms": spread(one.batch_ms, 0),
                "times numpy ": spread(batch, 2),
                "peak, MB": f"{one.filled.peak_mb:,.0f}",
                "held, MB": f"{one.filled.held_mb:,.0f}",
                "filled in s": f"{one.filled.seconds:.1f}",
            }
        )
    who: list[dict[str, object]] = [
        {"gallery": one.name}
        | {f"{s}: 1 / 50": "{:.3f} / {:.3f}".format(*one.recall[s]) for s in TRUE_SCORES}
        for one in found
    ]
    return speed, who


def main() -> None:
    """Measure each size and print tables of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--encoder", choices=["facenet", "sface"], default="facenet")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--probes", type=int, default=300, help="of each true score, 52 or more")
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--templates", type=Path, help="file of templates, kept for another time")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), help="compared")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    if find_spec("faiss") is None:
        print("not compared: faiss, which is not installed")
        options.kinds = [kind for kind in options.kinds if not kind.startswith("faiss")]
    people = photographs(options.root)
    parts = split_people({name: len(paths) for name, paths in people.items()})
    paths = [people[name][0] for name in sorted(people) if parts[name] == "test"][: options.people]
    images = lfw_templates(paths, options.root, Settings(), options.templates)
    real = images.templates[options.encoder]
    print(machine())
    result: dict[str, Any] = {
        "encoder": options.encoder,
        "probes": options.probes,
        "rounds": options.rounds,
        "sizes": {},
    }
    for size in options.sizes:
        print(f"\n{size:,} references of {real.vectors.shape[1]} numbers\n")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "references"
            write_references(real.vectors, size, np.random.default_rng(20261126), file)
            found, gb_s = measured(file, size, real.encoder, options)
        speed, who = tables(found, size * real.vectors.shape[1], max(gb_s))
        print(f"\nmemory is read at {spread(gb_s, 1)} GB/s; load {os.getloadavg()[0]:.1f}\n")
        print(markdown_table(speed))
        print()
        print(markdown_table(who))
        result["sizes"][str(size)] = {"memory_gb_s": gb_s, "speed": speed, "found": who}
    if not options.no_write:
        print(f"\nwritten: {write_result(f'galleries_{options.encoder}', result).name}")


if __name__ == "__main__":
    main()
