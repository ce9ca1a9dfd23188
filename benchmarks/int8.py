"""Measure the int8 forms of the encoders: their numbers, acceptance, scores for the policies.

Run: python benchmarks/int8.py [--root ../shared/data/lfw] [--templates FILE] [--write]

Ranges are measured on one photograph each of 300 tuning people. Held against fp32 are 1,000 people
of the locked test, one photograph each, and the searches of benchmarks/lfw_protocol.py without
label errors, with three mated probes a person at most: references in fp32, as a list is made, and
probes in int8. Then the pairs of photographs of tuning people are compared in the same way, for the
threshold policies. `--templates` keeps the templates. `--write` replaces
workbench/faces/runtimes/data/int8-*.json and benchmarks/results/int8.json.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from calibration import DEFAULT_FMR, PHOTOGRAPHS
from harness import HERE, LFW, label_errors, machine, markdown_table, photographs, write_result
from int8_ranges import measured_numbers
from lfw_protocol import protocol
from lfw_templates import lfw_templates

from workbench.evaluation.results import identification_result
from workbench.evaluation.splits import split_people
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.facenet import FaceNetEncoder
from workbench.faces.protocols import Encoder
from workbench.faces.runtimes.acceptance import FACES, Acceptance, Searches, require_close
from workbench.faces.runtimes.int8_numbers import Int8Numbers, numbers_digest
from workbench.faces.runtimes.network import Runtime
from workbench.faces.sface import SFaceEncoder
from workbench.matching.calibration import load_calibration
from workbench.matching.fit import fmr_table, score_at_fmr
from workbench.matching.fusion import fused_score
from workbench.matching.measure import MeasuredImages, reference_matcher, searches
from workbench.settings import Settings

ENCODERS: tuple[Literal["facenet", "sface"], ...] = ("facenet", "sface")
MATCHERS: tuple[Literal["facenet", "sface", "fused"], ...] = ("facenet", "sface", "fused")
SHIPPED = HERE.parent / "workbench" / "faces" / "runtimes" / "data"
INT8 = "-int8"
AT_FPIR = "0.01"
MATED = 3


def int8_encoder(numbers: Int8Numbers, store: ArtefactStore, threads: int | None) -> Encoder:
    """The encoder in int8, on numbers that nothing has accepted yet."""
    kind = FaceNetEncoder if numbers.encoder == "facenet" else SFaceEncoder
    return kind(
        store.path(numbers.artefact),
        artefact=numbers.artefact,
        sha256=numbers.weights_sha256,
        threads=threads,
        runtime=Runtime.OPENVINO_INT8,
        int8=numbers,
    )


def at_most(rows: list[tuple[str, str, str]], mated: int) -> list[tuple[str, str, str]]:
    """The protocol with so many probes a person at most, so that three people do not decide."""
    seen: Counter[str] = Counter()
    kept = []
    for path, name, role in rows:
        seen[name] += role == "probe"
        if role == "reference" or seen[name] <= mated:
            kept.append((path, name, role))
    return kept


def part(images: MeasuredImages, suffix: str) -> MeasuredImages:
    """The templates of one class, under the encoders' own names."""
    return MeasuredImages(
        images.rows,
        {name: images.templates[f"{name}{suffix}"] for name in ENCODERS},
        images.failures,
    )


def searched(rows: list[tuple[str, str, str]], images: MeasuredImages) -> dict[str, Any]:
    """What each matcher finds with probes in fp32 and in int8, references in fp32."""
    table = pl.DataFrame(rows, schema=["path", "identity", "role"], orient="row")
    listed = table.filter(pl.col("role") == "reference")
    probes = table.filter(pl.col("role") == "probe")
    fp32, calibration = part(images, ""), load_calibration()
    results: dict[str, Any] = {}
    for matcher in MATCHERS:
        built, references = reference_matcher(listed, fp32, matcher, calibration)
        for name, of_probes in (("fp32", fp32), ("int8", part(images, INT8))):
            found = searches(probes, references, of_probes, built)
            results.setdefault(matcher, {})[name] = identification_result(found, references)
    return results


def compared(paths: Sequence[str], images: MeasuredImages) -> dict[str, Any]:
    """Non-mated scores of tuning people, the first of each pair in fp32 and the second in int8."""
    names = [path.split("/")[0] for path in paths if images.acquired(path)]
    usable = [path for path in paths if images.acquired(path)]
    first, second = np.triu_indices(len(usable), 1)
    sides = part(images, "").take(usable), part(images, INT8).take(usable)
    people = np.array(names)
    nonmated = people[first] != people[second]
    cosines = {
        name: (sides[0][name].vectors @ sides[1][name].vectors.T)[first, second][nonmated]
        for name in ENCODERS
    }
    fusion = load_calibration().fusion
    assert fusion is not None
    scores = cosines | {"fused": fused_score(cosines, fusion)}
    return {
        "people": len(set(names)),
        "images": len(usable),
        "matchers": {
            name: {
                "threshold": round(score_at_fmr(values, DEFAULT_FMR), 4),
                "fmr": fmr_table(values).model_dump(mode="json"),
            }
            for name, values in scores.items()
        },
    }


def accepted(
    numbers: Int8Numbers, held_back: Sequence[str], images: MeasuredImages, found: dict[str, Any]
) -> Int8Numbers:
    """The numbers with what accepts them; stops where they are not accepted."""
    import openvino

    name = numbers.encoder
    least, mean = require_close(
        images.take(held_back)[name], images.take(held_back)[f"{name}{INT8}"], what=name
    )
    fp32, int8 = (found[name][kind]["tpir_at_fpir"][AT_FPIR] for kind in ("fp32", "int8"))
    acceptance = Acceptance(
        faces=len(held_back),
        split="test",
        least_cosine=least,
        mean_cosine=mean,
        searches=Searches(
            fpir=float(AT_FPIR),
            fp32=fp32["tpir"],
            low=fp32["tpir_boot_low"],
            high=fp32["tpir_boot_high"],
            int8=int8["tpir"],
        ),
        machine=machine(),
        openvino=openvino.__version__.split("-")[0],
        numbers_sha256=numbers_digest(numbers),
    )
    return numbers.model_copy(update={"acceptance": acceptance})


def rows_of(found: dict[str, Any]) -> list[dict[str, object]]:
    """The table of what the matchers find."""
    rows = []
    for matcher, by_class in found.items():
        for name, result in by_class.items():
            row: dict[str, object] = {
                "matcher": matcher,
                "probes in": name,
                "N": f"{result['n_references']:,}",
                "mated": f"{result['n_mated']:,}",
                "non-mated people": f"{result['n_nonmated_identities']:,}",
                "rank 1": f"{result['rank1']:.4f}",
            }
            for target in ("0.03", AT_FPIR):
                one = result["tpir_at_fpir"][target]
                interval = f"{one['tpir_boot_low']:.3f} to {one['tpir_boot_high']:.3f}"
                row[f"TPIR at FPIR {target}"] = f"{one['tpir']:.4f} ({interval})"
            rows.append(row)
    return rows


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--templates", type=Path, help="file that keeps the templates")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    settings = Settings(threads=options.threads)
    store = ArtefactStore.from_settings(settings)
    analyser = build_analyser(settings, store, "fused")
    people, wrong = photographs(options.root), label_errors()
    parts = split_people({name: len(paths) for name, paths in people.items()})
    tuning = [
        path
        for name, paths in people.items()
        if parts[name] == "tuning"
        for path in [path for path in paths if path not in wrong][:PHOTOGRAPHS]
    ]
    measured = measured_numbers(tuning, options.root, analyser, store)
    int8 = {f"{one.encoder}{INT8}": int8_encoder(one, store, options.threads) for one in measured}
    both = FaceAnalyser(analyser.detector, analyser.encoders | int8, settings.quality)
    rows = at_most(protocol(people, "test", wrong), MATED)
    paths = [path for path, _, _ in rows]
    images = lfw_templates(
        [*paths, *tuning],
        options.root,
        settings,
        options.templates,
        analyser=both,
        also_tied_to=[numbers_digest(one) for one in measured],
    )
    first = {path.split("/")[0]: path for path in reversed(paths) if images.acquired(path)}
    held_back = sorted(first.values())[:: max(1, len(first) // FACES)][:FACES]
    found = searched(rows, images)
    ready = [accepted(one, held_back, images, found) for one in measured]
    print(machine())
    print(
        markdown_table(
            [
                {
                    "encoder": one.encoder,
                    "faces": one.acceptance.faces,
                    "least cosine to fp32": f"{one.acceptance.least_cosine:.4f}",
                    "mean": f"{one.acceptance.mean_cosine:.5f}",
                }
                for one in ready
                if one.acceptance
            ]
        )
    )
    print(f"\n{markdown_table(rows_of(found))}")
    pairs = compared(tuning, images)
    for name, one in pairs["matchers"].items():
        print(f"{name}: default threshold {one['threshold']}, {one['fmr']['comparisons']:,} pairs")
    if options.write:
        SHIPPED.mkdir(exist_ok=True)
        for one in ready:
            path = SHIPPED / f"int8-{one.encoder}.json"
            path.write_text(one.model_dump_json(indent=1) + "\n", encoding="utf-8")
            print(f"written: {path.relative_to(HERE.parent)}")
        result = {"split": "test", "most_mated_probes": MATED, "results": found, "tuning": pairs}
        result["calibration"] = load_calibration().id
        print(f"written: {write_result('int8', result).name}")


if __name__ == "__main__":
    main()
