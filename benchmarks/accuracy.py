"""How accurate the matchers are: searches of long lists, pairs, and longer lists reckoned.

Run: python benchmarks/accuracy.py [--root ../shared/data/lfw] [--pairs FILE] [--templates FILE]
     [--variants FILE] [--limit PEOPLE] [--no-write] [--ship] [--facenet-weights NAME]

Locked test people; facenet, sface and fused; fp32 and int8 (probes in int8, references in fp32, as
searches do). Who is searched for among whom is told in benchmarks/accuracy_design.py, the
reckoning for 10,000 in benchmarks/accuracy_extrapolation.py. `--templates` keeps those in fp32,
`--variants` the others. `--ship` replaces the measurements in workbench/evaluation/data, which are
of the searches of benchmarks/lfw_protocol.py. With `--facenet-weights` other weights of the
catalogue are measured, for example facenet-vggface2, alone and in fp32: neither fusion nor int8
form was made for them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
from accuracy_design import Everyone, Found, everyone, found, linked
from accuracy_extrapolation import Comparisons, searched_rate
from accuracy_shipped import ship
from accuracy_tables import tables
from harness import (
    HERE,
    LFW,
    label_errors,
    machine,
    markdown_table,
    photographs,
    versions,
    write_result,
)
from lfw_templates import lfw_templates
from lfw_variants import INT8, joined, lfw_variants

from workbench.evaluation.identification import tpir_at_fpir
from workbench.evaluation.pairs import read_pairs
from workbench.evaluation.results import identification_result, verification_result
from workbench.evaluation.splits import split_people
from workbench.faces.templates import Templates
from workbench.intervals import clopper_pearson, rule_of_three
from workbench.list_rates import rate_of_list
from workbench.matching.calibration import Calibration, load_calibration
from workbench.matching.measure import MeasuredImages, pair_scores, reference_matcher
from workbench.settings import Settings

MatcherName = Literal["facenet", "sface", "fused"]
MATCHERS: tuple[MatcherName, ...] = ("facenet", "sface", "fused")
ENCODERS = ("facenet", "sface")
NUMBERS = ("fp32", "int8")
TARGETS = (0.03, 0.01, 0.003, 0.001)
LONG = 10_000
SIZES = (100, 300, 1000, 1847)
NPL_TPIR = 0.89
"""What NPL (2023) gives for NEC NeoFace V4 at 0.60, live."""


def numbered(images: MeasuredImages, numbers: str) -> MeasuredImages:
    """The templates in fp32 or in int8, under the encoders' own names."""
    suffix = INT8 if numbers == "int8" else ""
    templates = {name: images.templates[f"{name}{suffix}"] for name in ENCODERS}
    return MeasuredImages(images.rows, templates, images.failures)


def calibration_of(matcher: MatcherName) -> Calibration | None:
    """What the matcher needs: one encoder's cosine needs nothing, and may be of any weights."""
    return load_calibration() if matcher == "fused" else None


def identified(
    who: Everyone, images: MeasuredImages, matcher: MatcherName, numbers: str
) -> tuple[Found, dict[str, Any], pl.DataFrame]:
    """Search for everyone; return what was found, the figures, and the references."""
    built, references = reference_matcher(
        who.references, numbered(images, "fp32"), matcher, calibration_of(matcher)
    )
    assert references["acquired"].all(), "the design needs a template of each reference"
    of_all = found(who, references, numbered(images, numbers), built)
    result = identification_result(of_all.searches, references, replicates=0)
    groups = linked(of_all.searches, result["tpir_at_fpir"]["0.1"]["threshold"])
    result["alarm_groups"] = groups.filter(~pl.col("mated"))["identity"].n_unique()
    for row in tpir_at_fpir(groups, TARGETS).iter_rows(named=True):
        kept = result["tpir_at_fpir"][f"{row['fpir_target']}"]
        kept.update(tpir_boot_low=row["tpir_boot_low"], tpir_boot_high=row["tpir_boot_high"])
        kept["expected_alarms"] = row["fpir_target"] * result["n_nonmated"]
        kept["tpir_by_person"] = by_person(of_all.searches, row["threshold"])
    result["tpir_at_fpir"].pop("0.1")
    return of_all, result, references


def by_person(searches: pl.DataFrame, threshold: float) -> float:
    """TPIR in which each person counts once, however many photographs there are of them."""
    hit = (pl.col("mate_rank") == 1) & (pl.col("mate_score") >= threshold)
    shares = searches.filter("mated").group_by("identity").agg(hit.mean().alias("share"))
    return float(np.mean(shares["share"].to_numpy()))


def longer(of_all: Found, people: list[str], default: float) -> dict[str, Any]:
    """What single comparisons say of lists, beside what was searched where it can be."""
    comparisons = Comparisons.of(of_all.scores)
    mated = of_all.searches.filter("mated")
    scores = np.sort(
        np.where(mated["mate_rank"].to_numpy() == 1, mated["mate_score"].to_numpy(), -np.inf)
    )
    points = {"default threshold": default}
    for target in (0.03, 0.01):
        row = tpir_at_fpir(of_all.searches, (target,), replicates=0).row(0, named=True)
        points[f"FPIR {target} in the longest list"] = row["threshold"]
    # The highest threshold at which as many are found as NPL's report gives.
    points[f"TPIR {NPL_TPIR}"] = float(scores[int((1 - NPL_TPIR) * len(scores))])
    whole = len(people) - 1
    checks: dict[str, Any] = {}
    for name, threshold in points.items():
        above = comparisons.above(threshold)
        low, high = comparisons.rate_interval(threshold)
        fmr = above / comparisons.count
        if above == 0:
            high = rule_of_three(comparisons.pairs)
        checks[name] = {
            "threshold": threshold,
            "comparisons_above": above,
            "tpir": float(np.mean(scores >= np.float32(threshold))),
            "lists": {
                size: {
                    "searched": (
                        searched_rate(of_all.scores, threshold, size) if size <= whole else None
                    ),
                    "reckoned": rate_of_list(fmr, size),
                    "reckoned_low": rate_of_list(low, size),
                    "reckoned_high": rate_of_list(high, size),
                }
                for size in (*SIZES, whole, LONG)
            },
        }
        alarms = int(np.count_nonzero(of_all.scores.max(axis=1) >= np.float32(threshold)))
        exact = clopper_pearson(alarms, len(people))
        checks[name]["lists"][whole] |= {
            "alarms": alarms, "searched_low": exact.low, "searched_high": exact.high,
        }  # fmt: skip
    return {
        "comparisons": comparisons.count,
        "pairs_of_people": comparisons.pairs,
        "tpir_at_fpir": {
            str(target): comparisons.tpir(mated, people, target, LONG) for target in TARGETS
        },
        "checks": checks,
    }


def verified(
    pairs: pl.DataFrame, images: MeasuredImages, matcher: MatcherName, numbers: str
) -> dict[str, Any]:
    """Accuracy and equal error rate on pairs, the second image of each in `numbers`."""
    plain, other = numbered(images, "fp32"), numbered(images, numbers)
    count = len(plain.rows)
    both = MeasuredImages(
        {**plain.rows, **{f"{path}{INT8}": at + count for path, at in plain.rows.items()}},
        {
            name: Templates(
                np.concatenate([plain.templates[name].vectors, other.templates[name].vectors]),
                plain.templates[name].encoder,
            )
            for name in ENCODERS
        },
        {},
    )
    marked = pairs.with_columns(other_path=pl.col("other_path") + INT8)
    return verification_result(pair_scores(marked, both, matcher, calibration_of(matcher)))


def thresholds() -> dict[str, dict[str, float]]:
    """The default thresholds of each matcher, by numbers; learnt on tuning people."""
    in_int8 = json.loads((HERE / "results" / "int8.json").read_text("utf-8"))
    return {
        "fp32": {n: one.default_threshold for n, one in load_calibration().matchers.items()},
        "int8": {n: one["threshold"] for n, one in in_int8["tuning"]["matchers"].items()},
    }


def main() -> None:
    """Measure, print the tables, write JSON and, where asked to, what ships."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--pairs", type=Path, default=LFW.parent / "lfw_protocol/pairsDevTrain.txt")
    parser.add_argument("--templates", type=Path, help="file that keeps those in fp32")
    parser.add_argument("--variants", type=Path, help="file that keeps the others")
    parser.add_argument("--facenet-weights", help="name in the catalogue, if not the default")
    parser.add_argument("--limit", type=int, help="so many people only, to try it out")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-write", action="store_true")
    parser.add_argument("--ship", action="store_true")
    options = parser.parse_args()
    photos, wrong = photographs(options.root), label_errors()
    if options.limit:
        photos = dict(list(photos.items())[: options.limit])
    parts = split_people({name: len(paths) for name, paths in photos.items()})
    paths = [path for of_person in photos.values() for path in of_person]
    settings = Settings(threads=options.threads)
    matchers, kinds = MATCHERS, NUMBERS
    if options.facenet_weights:
        settings = settings.model_copy(update={"facenet_weights": options.facenet_weights})
        matchers, kinds = ("facenet",), ("fp32",)
    images = lfw_templates(paths, options.root, settings, options.templates)
    if "int8" in kinds:
        more = lfw_variants(paths, options.root, settings, options.variants)
        images = joined(images, more)
    test = [name for name, part in parts.items() if part == "test"]
    pairs = read_pairs(options.pairs, options.root)
    usable = pl.col("path").is_in(list(images.rows)) & pl.col("other_path").is_in(list(images.rows))
    of_test = pl.col("identity").is_in(test) & pl.col("other_identity").is_in(test)
    defaults = thresholds()
    results: dict[str, dict[str, dict[str, Any]]] = {}
    for matcher in matchers:
        for numbers in kinds:
            one = results.setdefault(matcher, {}).setdefault(numbers, {})
            for name, left_out in (("with", ()), ("without", wrong)):
                who = everyone(photos, test, left_out)
                of_all, result, _ = identified(who, images, matcher, numbers)
                one[f"{name} label errors"] = result
            people = who.references["identity"].to_list()
            one["longer lists"] = longer(of_all, people, defaults[numbers][matcher])
            if not options.limit:
                assert len(pairs) == len(pairs.filter(usable)), "each image has a template"
                one["pairs"] = verified(pairs, images, matcher, numbers)
                one["pairs of test people"] = verified(
                    pairs.filter(of_test), images, matcher, numbers
                )
            print(f"measured: {matcher} {numbers}", flush=True)
    print(f"LFW, locked test people; {machine()}")
    print(", ".join(f"{name} {number}" for name, number in versions().items()))
    for title, rows in tables(results).items():
        print(f"\n{title}\n\n{markdown_table(rows)}")
    if options.limit:
        return
    if not options.no_write:
        kept = {"split": "test", "calibration": load_calibration().id, "results": results}
        file = f"accuracy_{options.facenet_weights}" if options.facenet_weights else "accuracy"
        print(f"\nwritten: {write_result(file, kept).name}")
    if options.ship and not options.facenet_weights:
        ship(photos, images, load_calibration())


if __name__ == "__main__":
    main()
