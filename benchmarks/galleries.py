"""Large galleries: how fast, and in how much memory; `gallery_recall.py` says who is found.

Run: python benchmarks/galleries.py [--root ../shared/data/lfw] [--size 10000 100000 1000000]
[--gallery int16 two-stages] [--encoder fused]

References and probes are those of `gallery_recall.py`. Each gallery has a process of its own; in
each round every one searches the same probes, one and 256 at a time, one gallery after the other,
another first in each round. Times are medians, ratios are taken round by round against numpy (one
matrix product in single precision on all cores, then the best 50). FAISS is compared where it is
installed, on all cores.

What memory allows is measured, too, right before each search: the fastest of three reads by all
cores of as many bytes as that search must read for one probe. Memory is what the process holds
more, at its peak, for having filled the gallery and searched it.

It can be run in parts, by size and by gallery: numpy is measured in each, and the result joins
those that were written before. Of both encoders (`--encoder fused`), those that can fuse are
compared: a full scan of both at once, and triage with signs of FaceNet and all of SFace; numpy has
one product of both side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from bandwidth import Memory
from directions import spread_of, turned
from gallery_process import FUSED, KINDS, Filled, GalleryProcess
from gallery_recall import CANDIDATES, TRUE_SCORES, write_references
from harness import HERE, LFW, machine, markdown_table, photographs, write_result
from lfw_templates import lfw_templates

from workbench.arrays import FloatArray
from workbench.evaluation.splits import split_people
from workbench.faces.templates import EncoderIdentity
from workbench.settings import Settings

BATCH = 256
BYTES = {"int16": 1, "int8": 1, "two": 1 / 8, "triage": 192 / 640, "FAISS, float16": 2}
"""That a search reads of each number for one probe, by how the name begins; 4 where none does."""


@dataclass
class Found:
    """What was measured of one way to search a gallery."""

    name: str
    filled: Filled
    single_ms: list[float] = field(default_factory=list)
    batch_ms: list[float] = field(default_factory=list)
    read_ms: list[float] = field(default_factory=list)


def measured(
    file: Path,
    count: int,
    identities: Sequence[EncoderIdentity],
    spreads: Sequence[FloatArray],
    options: argparse.Namespace,
) -> list[Found]:
    """Time each gallery on the same references and probes, and memory beside each."""
    rng = np.random.default_rng(count)
    edges = np.cumsum([one.dimension for one in identities])
    dimension = int(edges[-1])
    matrix = np.memmap(file, np.float32, "r", shape=(count, dimension))
    probes = []
    for score in TRUE_SCORES:
        rows = np.array(matrix[rng.integers(0, count, 52)])
        parts = zip(np.split(rows, edges[:-1], axis=1), spreads, strict=True)
        probes.append(
            np.concatenate([turned(part, score, rng, own) for part, own in parts], axis=1)
        )
    single = np.concatenate([one[:4] for one in probes])
    batch = np.concatenate(probes)[:BATCH]
    results: list[tuple[Found, GalleryProcess]] = []
    processes = []
    for kind in options.gallery:
        process = GalleryProcess(kind, file, count, *identities)
        processes.append(process)
        print(f"  {kind}: filled in {process.filled.seconds:.1f} s", flush=True)
        results.extend((Found(name, process.filled), process) for name in process.filled.searches)
    memory = Memory()
    for turn in range(options.rounds):
        first = turn * len(results) // options.rounds
        for found, process in results[first:] + results[:first]:
            found.read_ms.append(memory.read_ms(bytes_read(found.name, dimension, count)))
            _, times = process.search(found.name, single, CANDIDATES, 1)
            found.single_ms.append(statistics.median(times))
            _, times = process.search(found.name, batch, CANDIDATES, len(batch))
            found.batch_ms.append(times[0])
            print(
                f"  {turn} {found.name}: memory {found.read_ms[-1]:.2f}, one probe "
                f"{found.single_ms[-1]:.2f}, {len(batch)} probes {times[0]:.0f} ms",
                flush=True,
            )
    for process in processes:
        process.end()
    return [found for found, _ in results]


def side_by_side(files: Sequence[Path], widths: Sequence[int], count: int, to: Path) -> None:
    """Join references of several encoders row by row; the files go."""
    if len(files) == 1:
        files[0].rename(to)
        return
    with ExitStack() as stack, to.open("wb") as opened:
        sources = [stack.enter_context(one.open("rb")) for one in files]
        for start in range(0, count, 8_192):
            rows = min(8_192, count - start)
            parts = [
                np.fromfile(source, np.float32, rows * width).reshape(rows, width)
                for source, width in zip(sources, widths, strict=True)
            ]
            np.concatenate(parts, axis=1).tofile(opened)
    for one in files:
        one.unlink()


def between(values: list[float], digits: int) -> str:
    """Return the median and the range."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def bytes_read(name: str, dimension: int, count: int) -> float:
    """Return how much a search must read for one probe; of inverted lists, as if of everything."""
    width = next((width for start, width in BYTES.items() if name.startswith(start)), 4)
    return (1.0 if "full scan" in name else width) * dimension * count


def table_of(found: list[Found]) -> list[dict[str, object]]:
    """Return a row for each gallery, of time and memory."""
    base = found[0]
    speed: list[dict[str, object]] = []
    for one in found:
        ratio = [a / b for a, b in zip(base.single_ms, one.single_ms, strict=True)]
        batch = [a / b for a, b in zip(base.batch_ms, one.batch_ms, strict=True)]
        slower = [a / b for a, b in zip(one.single_ms, one.read_ms, strict=True)]
        speed.append(
            {
                "gallery": one.name,
                "one probe, ms": between(one.single_ms, 2),
                "times numpy": between(ratio, 2),
                "memory allows, ms": between(one.read_ms, 2),
                "times that": between(slower, 2),
                f"{BATCH} probes, ms": between(one.batch_ms, 0),
                "times numpy ": between(batch, 2),
                "peak, MB": f"{one.filled.peak_mb:,.0f}",
                "held, MB": f"{one.filled.held_mb:,.0f}",
                "filled in s": f"{one.filled.seconds:.1f}",
            }
        )
    return speed


def joined(name: str, size: int, speed: list[dict[str, object]]) -> dict[str, Any]:
    """Return what was written before of each size and gallery, with this."""
    file = HERE / "results" / f"{name}.json"
    sizes = json.loads(file.read_text(encoding="utf-8"))["sizes"] if file.exists() else {}
    new = {row["gallery"] for row in speed}
    before = sizes.get(str(size), {"speed": []})["speed"]
    rows = [row for row in before if row["gallery"] not in new] + speed
    return {**sizes, str(size): {"speed": rows}}


def main() -> None:
    """Measure each size and print tables of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--size", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--encoder", choices=["facenet", "sface", "fused"], default="facenet")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--templates", type=Path, help="file of templates, kept for another time")
    parser.add_argument("--gallery", nargs="+", choices=KINDS, default=list(KINDS), help="compared")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    if find_spec("faiss") is None:
        print("not compared: faiss, which is not installed")
        options.gallery = [kind for kind in options.gallery if not kind.startswith("faiss")]
    names = ("facenet", "sface") if options.encoder == "fused" else (options.encoder,)
    if len(names) > 1:
        options.gallery = [kind for kind in options.gallery if kind in FUSED]
    options.gallery = list(dict.fromkeys(["numpy", *options.gallery]))
    people = photographs(options.root)
    parts = split_people({name: len(paths) for name, paths in people.items()})
    paths = [people[name][0] for name in sorted(people) if parts[name] == "test"][: options.people]
    images = lfw_templates(paths, options.root, Settings(), options.templates)
    real = [images.templates[name] for name in names]
    spreads = [spread_of(one.vectors) for one in real]
    print(machine())
    for size in options.size:
        numbers = " and ".join(str(one.vectors.shape[1]) for one in real)
        print(f"\n{size:,} references of {numbers} numbers\n")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "references"
            written = []
            for one, spread in zip(real, spreads, strict=True):
                written.append(Path(folder) / one.encoder.name)
                rng = np.random.default_rng(20261126)
                write_references(one.vectors, spread, size, rng, written[-1])
            side_by_side(written, [one.vectors.shape[1] for one in real], size, file)
            identities = [one.encoder for one in real]
            found = measured(file, size, identities, spreads, options)
        speed = table_of(found)
        print(f"\nload {os.getloadavg()[0]:.1f}\n")
        print(markdown_table(speed))
        if not options.no_write:
            name = f"galleries_{options.encoder}"
            about = {"encoder": options.encoder, "rounds": options.rounds}
            result = {**about, "sizes": joined(name, size, speed)}
            print(f"\nwritten: {write_result(name, result).name}")


if __name__ == "__main__":
    main()
