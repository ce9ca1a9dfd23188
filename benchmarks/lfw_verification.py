"""Verification on LFW's development pairs: accuracy of facenet, sface and fused.

Run: python benchmarks/lfw_verification.py [--pairs ../shared/data/lfw_protocol/pairsDevTrain.txt]
     [--root ../shared/data/lfw] [--templates FILE] [--no-write]

Accuracy is by 10-fold threshold choice, as LFW reports it, with failed detections counted as
errors. The list has no folds: it is cut into tenths of the mated and of the non-mated pairs. The
fused score was learnt on tuning people, so its figure on all pairs is partly on people it has
seen; that on pairs of test people alone is not. It keeps the folds of the whole list.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import polars as pl
from harness import LFW, label_errors, machine, markdown_table, photographs, versions, write_result
from lfw_templates import lfw_templates

from workbench.evaluation.pairs import read_pairs
from workbench.evaluation.results import verification_result
from workbench.evaluation.splits import split_people
from workbench.matching.calibration import load_calibration
from workbench.matching.measure import pair_scores
from workbench.settings import Settings

MATCHERS = ("facenet", "sface", "fused")
SHOWN = 10


def table_row(matcher: str, people: str, result: dict[str, Any]) -> dict[str, str]:
    """Return the row of the table that a README shows."""
    failed = result["failures_to_acquire"]
    return {
        "matcher": matcher,
        "pairs": f"{result['n_pairs']:,}, {people}",
        "accuracy": f"{result['accuracy']:.4f} ± {result['accuracy_standard_error']:.4f}",
        "errors": str(result["errors"]),
        "of these no face": str(failed["mated_pair"] + failed["nonmated_pair"]),
        "equal error rate": f"{result['equal_error_rate']:.4f}",
    }


def hardest(scored: pl.DataFrame) -> dict[str, list[dict[str, object]]]:
    """Return the mated pairs that score lowest and the non-mated ones that score highest."""
    columns = ("path", "other_path", "score")
    mated = scored.filter("mated").sort("score").head(SHOWN)
    others = scored.filter(~pl.col("mated")).sort("score", descending=True, nulls_last=True)
    return {
        "lowest mated": mated.select(columns).to_dicts(),
        "highest non-mated": others.head(SHOWN).select(columns).to_dicts(),
    }


def main() -> None:
    """Measure, print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, default=LFW.parent / "lfw_protocol/pairsDevTrain.txt")
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--templates", type=Path, help="file that keeps the templates")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    listed = read_pairs(options.pairs, options.root)
    parts = split_people({n: len(paths) for n, paths in photographs(options.root).items()})
    settings = Settings(threads=options.threads)
    paths = [*listed["path"], *listed["other_path"]]
    images = lfw_templates(paths, options.root, settings, options.templates)
    calibration = load_calibration()
    test = [name for name, part in parts.items() if part == "test"]
    of_test = pl.col("identity").is_in(test) & pl.col("other_identity").is_in(test)
    wrong = label_errors()
    mislabelled = pl.col("path").is_in(list(wrong)) | pl.col("other_path").is_in(list(wrong))
    rows, results, hard = [], {}, {}
    for matcher in MATCHERS:
        scored = pair_scores(listed, images, matcher, calibration)
        parts_of = {
            "all": scored,
            "test people": scored.filter(of_test),
            "test people, label errors left out": scored.filter(of_test & ~mislabelled),
        }
        results[matcher] = {name: verification_result(one) for name, one in parts_of.items()}
        rows.extend(table_row(matcher, name, one) for name, one in results[matcher].items())
        hard[matcher] = hardest(scored)
    print(f"{options.pairs.name}; {machine()}")
    print(", ".join(f"{name} {number}" for name, number in versions().items()) + "\n")
    print(markdown_table(rows))
    for name, pairs in hard["fused"].items():
        print(f"\nfused, {name}:")
        for pair in pairs:
            score = "no face" if pair["score"] is None else f"{pair['score']:7.2f}"
            print(f"  {score}  {pair['path']}  {pair['other_path']}")
    if not options.no_write:
        path = write_result(
            "lfw_verification",
            {
                "pairs": options.pairs.name,
                "calibration": calibration.id,
                "failures": dict(images.failures),
                "results": results,
                "hardest": hard,
            },
        )
        print(f"\nwritten: {path.name}")


if __name__ == "__main__":
    main()
