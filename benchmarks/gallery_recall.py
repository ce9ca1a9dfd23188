"""Who is found by each gallery and who is lost, by true score, against an exact search.

Run: python benchmarks/gallery_recall.py [--root ../shared/data/lfw] [--size 10000 100000 1000000]
[--gallery int16 two-stages] [--write-recall]

References are directions around real templates of LFW test people, each at a cosine of 0.5 to one
of them: a gallery of people of whom many look alike. A probe of true score `s` is a reference
turned away from itself until their cosine is `s`. All are turned into directions that are drawn
with the covariance of the real templates: alike in every direction, vectors of 512 numbers are so
far apart that everybody is found at any score. "Found" is how many probes of each true score had
their own reference among the first 1 and 50; of an exact search it says how hard the probes are.

One gallery at a time is held, in a process of its own. Nothing is timed: what is found depends on
no machine's speed, nor on what else runs on it. Reference `i` of one encoder and of the other are
around templates of one photograph, and a probe has its true score by both. Fused lists are made as
triage makes them: of the best 50 of each encoder the best 50 by the fused score. Beside them stands
what comparing every reference by both encoders finds, which is the software's full scan, and the
best of 1,024 that one encoder alone thinks nearest.

It can be run in parts, by size and by gallery; the result joins those that were written before.
--write-recall keeps what triage finds where the software tells it beside each list.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from directions import spread_of, turned
from gallery_process import KINDS, GalleryProcess
from harness import HERE, LFW, markdown_table, photographs, write_result
from lfw_templates import lfw_templates

from workbench.arrays import FloatArray, IntArray
from workbench.evaluation.splits import split_people
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.calibration import load_calibration
from workbench.matching.fusion import fused_score
from workbench.matching.sketch import SHORTLIST
from workbench.settings import Settings

__all__ = ["CANDIDATES", "TRUE_SCORES", "write_references"]

ENCODERS: Final = ("facenet", "sface")
TRUE_SCORES: Final = (0.4, 0.5, 0.6, 0.7, 0.8)
CANDIDATES: Final = 50
AROUND: Final = 0.5
"""Cosine of a made-up reference and the real template that it lies around."""
LARGEST_OF_STRINGS: Final = 100_000
"""References of the gallery that keeps its names in Python's own strings, at most."""
RECALL: Final = HERE.parent / "workbench" / "matching" / "data" / "triage_recall.json"
RESULT: Final = "gallery_recall"
MEASURED_ON: Final = "directions around templates of people of LFW, drawn with their covariance"
ALL_BY_BOTH: Final = "every reference by both encoders"
TRIAGE: Final = {"facenet": "two-stages", "sface": "int16"}
"""What triage compares templates of each encoder with."""
Lists = dict[float, list[list[int]]]
Recall = dict[float, tuple[float, float]]


@dataclass
class Side:
    """References and probes of one encoder."""

    identity: EncoderIdentity
    file: Path
    count: int
    probes: dict[float, FloatArray]

    @property
    def matrix(self) -> FloatArray:
        """The references, `(count, d)`."""
        return np.memmap(self.file, np.float32, "r", shape=(self.count, self.identity.dimension))


def write_references(
    real: FloatArray, spread: FloatArray, count: int, rng: np.random.Generator, file: Path
) -> None:
    """Write the real templates and directions around them, `(count, d)` float32."""
    with file.open("wb") as opened:
        for at in range(0, count, 50_000):
            around = real[np.arange(at, min(at + 50_000, count)) % len(real)]
            made = turned(around, AROUND, rng, spread)
            if at == 0:
                made[: len(real)] = real[:count]
            made.tofile(opened)


def recalled(lists: list[list[int]], rows: IntArray) -> tuple[float, float]:
    """Return which part of the probes had their row first, and among all candidates."""
    pairs = list(zip(lists, rows.tolist(), strict=True))
    first = sum(bool(one) and one[0] == row for one, row in pairs)
    return first / len(pairs), sum(row in one for one, row in pairs) / len(pairs)


def side_of(templates: Templates, count: int, rows: Mapping[float, IntArray], folder: Path) -> Side:
    """Make the references of an encoder, and probes of these rows."""
    real, name = templates.vectors, templates.encoder.name
    spread, file = spread_of(real), folder / name
    write_references(real, spread, count, np.random.default_rng(20261126), file)
    side = Side(templates.encoder, file, count, {})
    rng = np.random.default_rng(count + 1)
    for score, own in rows.items():
        side.probes[score] = turned(np.array(side.matrix[own]), score, rng, spread)
    return side


def searched(kind: str, side: Side) -> Lists:
    """Return the rows that a gallery finds for each probe; it is gone afterwards."""
    process = GalleryProcess(kind, side.file, side.count, side.identity)
    name = process.filled.searches[0]
    lists = {
        score: process.search(name, probes, CANDIDATES, 100)[0]
        for score, probes in side.probes.items()
    }
    process.end()
    return lists


def fused(lists: Mapping[str, Lists], sides: Mapping[str, Side]) -> Lists:
    """Return the best by the fused score of what galleries of both encoders found."""
    calibration = load_calibration()
    made: Lists = {}
    for score in TRUE_SCORES:
        made[score] = []
        for at, of_each in enumerate(zip(*(one[score] for one in lists.values()), strict=True)):
            # Inverted lists give -1 where they have no more.
            union = np.unique(np.concatenate(of_each).astype(np.int64))
            union = union[union >= 0]
            cosines = {
                name: side.matrix[union] @ side.probes[score][at] for name, side in sides.items()
            }
            best = np.argsort(-fused_score(cosines, calibration), kind="stable")[:CANDIDATES]
            made[score].append(union[best].tolist())
    return made


def compared_by_both(
    sides: Mapping[str, Side], rows: Mapping[float, IntArray]
) -> dict[str, Recall]:
    """Return what comparing all, or what one encoder thinks nearest, by both encoders finds."""
    calibration = load_calibration()
    probes = {
        name: np.concatenate([side.probes[score] for score in TRUE_SCORES])
        for name, side in sides.items()
    }
    own_rows = np.concatenate([rows[score] for score in TRUE_SCORES])
    own = {name: (probes[name] * side.matrix[own_rows]).sum(axis=1) for name, side in sides.items()}
    own_fused = fused_score(own, calibration)
    above = {name: np.zeros(len(own_rows), np.int64) for name in (*sides, "fused")}
    index = np.arange(len(own_rows))
    for start, cosines in _cosines(sides, probes):
        scores = {**cosines, "fused": fused_score(cosines, calibration)}
        inside = (own_rows >= start) & (own_rows < start + len(next(iter(cosines.values()))))
        for name, limit in {**own, "fused": own_fused}.items():
            scores[name][own_rows[inside] - start, index[inside]] = -np.inf
            above[name] += (scores[name] > limit).sum(axis=0)
    found = {ALL_BY_BOTH: above["fused"] < CANDIDATES}
    for name in sides:
        words = f"{SHORTLIST:,} nearest of {name}, by both"
        found[words] = (above["fused"] < CANDIDATES) & (above[name] < SHORTLIST)
    parts = {words: np.split(kept, len(TRUE_SCORES)) for words, kept in found.items()}
    first = np.split(above["fused"] == 0, len(TRUE_SCORES))
    return {
        words: {
            score: (float((kept[at] & first[at]).mean()), float(kept[at].mean()))
            for at, score in enumerate(TRUE_SCORES)
        }
        for words, kept in parts.items()
    }


def _cosines(
    sides: Mapping[str, Side], probes: Mapping[str, FloatArray]
) -> Iterator[tuple[int, dict[str, FloatArray]]]:
    """Yield cosines of some thousand references `(n, p)` by encoder, and the first's number."""
    step = 8_192
    for start in range(0, next(iter(sides.values())).count, step):
        yield (
            start,
            {
                name: np.asarray(side.matrix[start : start + step] @ probes[name].T)
                for name, side in sides.items()
            },
        )


def measured(
    templates: Mapping[str, Templates], count: int, options: argparse.Namespace, folder: Path
) -> dict[str, dict[str, Recall]]:
    """Return what each gallery finds among so many references, by matcher and gallery."""
    rng = np.random.default_rng(count)
    rows = {score: rng.integers(0, count, options.probes) for score in TRUE_SCORES}
    sides = {name: side_of(templates[name], count, rows, folder) for name in ENCODERS}
    found: dict[str, dict[str, Recall]] = {name: {} for name in (*ENCODERS, "fused")}

    def keep(matcher: str, gallery: str, lists: Lists) -> None:
        recall = {score: recalled(lists[score], rows[score]) for score in TRUE_SCORES}
        found[matcher][gallery] = recall
        shown = " ".join(f"{score}: {listed:.3f}" for score, (_, listed) in recall.items())
        print(f"  {count:,} {matcher}, {gallery}: {shown}", flush=True)

    by_kind: dict[str, dict[str, Lists]] = {}
    for kind in options.gallery:
        if kind == "exact" and count > LARGEST_OF_STRINGS:
            continue
        by_kind[kind] = {}
        for name, side in sides.items():
            by_kind[kind][name] = searched(kind, side)
            keep(name, kind, by_kind[kind][name])
        keep("fused", kind, fused(by_kind[kind], sides))
    if set(TRIAGE.values()) <= set(by_kind):
        keep("fused", "triage", fused({n: by_kind[k][n] for n, k in TRIAGE.items()}, sides))
    if "numpy" in by_kind:
        found["fused"] |= compared_by_both(sides, rows)
    return found


def tables(found: Mapping[str, Mapping[str, Recall]]) -> str:
    """Return a table for each matcher: who was first, and who was on the list, by true score."""
    return "\n\n".join(
        f"{matcher}\n\n"
        + markdown_table(
            [
                {"gallery": gallery}
                | {f"{score}: 1 / {CANDIDATES}": "{:.3f} / {:.3f}".format(*recall[score])
                   for score in TRUE_SCORES}
                for gallery, recall in galleries.items()
            ]
        )
        for matcher, galleries in found.items()
    )  # fmt: skip


def write_recall(
    found: Mapping[str, Mapping[str, Recall]],
    identities: Mapping[str, EncoderIdentity],
    count: int,
    probes: int,
) -> None:
    """Keep what triage finds among so many references, in the software's own table."""
    table = json.loads(RECALL.read_text(encoding="utf-8"))
    described = {name: one.describe() for name, one in identities.items()}
    every = sorted(described.values())
    new = {
        described["facenet"]: (found["facenet"][TRIAGE["facenet"]], found["facenet"]["numpy"]),
        " + ".join(every): (found["fused"]["triage"], found["fused"][ALL_BY_BOTH]),
    }
    kept = [
        one
        for one in table["measured"]
        if one["encoder"] in new and (one["encoder"], one["references"]) not in
        {(encoder, count) for encoder in new}
    ]  # fmt: skip
    for encoder, (triage, full) in new.items():
        row = {
            "encoder": encoder,
            "references": count,
            "probes": probes,
            "shortlist": SHORTLIST,
            "candidates": CANDIDATES,
            "found": {f"{score}": round(triage[score][1], 4) for score in TRUE_SCORES},
            "full_scan": {f"{score}": round(full[score][1], 4) for score in TRUE_SCORES},
        }
        kept.append(row)
    table = {
        "made_by": "benchmarks/gallery_recall.py --write-recall",
        "measured_on": MEASURED_ON,
        "measured": sorted(kept, key=lambda one: (one["encoder"], one["references"])),
    }
    RECALL.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def joined(count: int, found: Mapping[str, Mapping[str, Recall]]) -> dict[str, Any]:
    """Return what was written before of each size and gallery, with this."""
    file = HERE / "results" / f"{RESULT}.json"
    sizes = json.loads(file.read_text(encoding="utf-8"))["sizes"] if file.exists() else {}
    before = sizes.get(str(count), {})
    for matcher, galleries in found.items():
        rows = {
            gallery: {
                str(score): [round(part, 4) for part in recall[score]] for score in TRUE_SCORES
            }
            for gallery, recall in galleries.items()
        }
        before[matcher] = {**before.get(matcher, {}), **rows}
    return {**sizes, str(count): before}


def main() -> None:
    """Measure each size and print tables of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--size", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--probes", type=int, default=300, help="of each true score")
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--templates", type=Path, help="file of templates, kept for another time")
    parser.add_argument("--gallery", nargs="+", choices=KINDS, default=list(KINDS), help="compared")
    parser.add_argument("--write-recall", action="store_true", help="that of triage")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    if find_spec("faiss") is None:
        print("not compared: faiss, which is not installed")
        options.gallery = [kind for kind in options.gallery if not kind.startswith("faiss")]
    people = photographs(options.root)
    parts = split_people({name: len(paths) for name, paths in people.items()})
    paths = [people[name][0] for name in sorted(people) if parts[name] == "test"][: options.people]
    templates = lfw_templates(paths, options.root, Settings(), options.templates).templates
    for size in options.size:
        with tempfile.TemporaryDirectory() as folder:
            found = measured(templates, size, options, Path(folder))
        print(f"\n{size:,} references\n\n{tables(found)}\n", flush=True)
        if options.write_recall:
            identities = {name: templates[name].encoder for name in ENCODERS}
            write_recall(found, identities, size, options.probes)
        if not options.no_write:
            result = {"probes": options.probes, "measured_on": MEASURED_ON}
            write_result(RESULT, {**result, "sizes": joined(size, found)})


if __name__ == "__main__":
    main()
