"""Open-set identification on LFW: facenet, sface and fused, with and without label errors.

Run: python benchmarks/lfw_identification.py [--root ../shared/data/lfw] [--split test]
     [--templates FILE] [--suspects FILE] [--limit PEOPLE] [--no-write]

The protocol is that of benchmarks/lfw_protocol.py; the figures are those of
`workbench evaluate identification`, from templates that are made once for all three matchers.
`--templates` keeps them. `--suspects` writes the searches whose score speaks for a label error,
highest first: look at each pair, and list what is one in benchmarks/label_errors.csv.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

import polars as pl
from harness import LFW, label_errors, machine, markdown_table, photographs, versions, write_result
from lfw_protocol import protocol
from lfw_templates import lfw_templates

from workbench.evaluation.results import identification_result
from workbench.matching.calibration import Calibration, load_calibration
from workbench.matching.measure import MeasuredImages, reference_matcher, searches
from workbench.settings import Settings

MATCHERS = ("facenet", "sface", "fused")
SUSPECTS = 60


def measure(
    rows: list[tuple[str, str, str]], images: MeasuredImages, matcher: str, calibration: Calibration
) -> tuple[dict[str, Any], pl.DataFrame, pl.DataFrame]:
    """Return the result, the searches and the references of one matcher."""
    table = pl.DataFrame(rows, schema=["path", "identity", "role"], orient="row")
    listed = table.filter(pl.col("role") == "reference")
    probes = table.filter(pl.col("role") == "probe")
    built, references = reference_matcher(listed, images, matcher, calibration)
    found = searches(probes, references, images, built)
    return identification_result(found, references), found, references


def table_row(matcher: str, label_errors_in: bool, result: dict[str, Any]) -> dict[str, str]:  # noqa: FBT001
    """Return the row of the table that a README shows."""
    row = {
        "matcher": matcher,
        "label errors": "in" if label_errors_in else "left out",
        "N": f"{result['n_references']:,}",
        "mated": f"{result['n_mated']:,}",
        "non-mated people": f"{result['n_nonmated_identities']:,}",
        "no face (ref., probe)": (
            f"{result['failures_to_acquire']['reference']}, "
            f"{result['failures_to_acquire']['probe']}"
        ),
        "rank 1": f"{result['rank1']:.4f}",
    }
    for target, one in result["tpir_at_fpir"].items():
        cell = "not measurable here"
        if one["measurable"]:
            interval = f"{one['tpir_boot_low']:.3f} to {one['tpir_boot_high']:.3f}"
            cell = f"{one['tpir']:.4f} ({interval})"
        row[f"TPIR at FPIR {target}"] = cell
    return row


def suspects(found: pl.DataFrame, references: pl.DataFrame) -> list[dict[str, object]]:
    """Return the searches that a label error would explain, highest score first.

    These are non-mated probes, and mated ones whose mate does not come first.
    """
    wrong = label_errors()
    image_of = dict(references.select("identity", "reference").iter_rows())
    odd = (
        found.filter(~pl.col("mated") | (pl.col("mate_rank") > 1))
        .drop_nulls("top_score")
        .sort("top_score", descending=True)
        .head(SUSPECTS)
    )
    return [
        {
            "path": row["probe"],
            "other_path": image_of[row["top_identity"]],
            "score": f"{row['top_score']:.3f}",
            "mate_score": "" if row["mate_score"] is None else f"{row['mate_score']:.3f}",
            "listed_as": wrong.get(row["probe"]) or wrong.get(image_of[row["top_identity"]]) or "",
        }
        for row in odd.iter_rows(named=True)
    ]


def main() -> None:
    """Measure, print the table, write JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--split", choices=("tuning", "test", "all"), default="test")
    parser.add_argument("--templates", type=Path, help="file that keeps the templates")
    parser.add_argument("--suspects", type=Path, help="CSV file for likely label errors")
    parser.add_argument("--limit", type=int, help="so many people only, to try it out")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    people = photographs(options.root)
    if options.limit:
        people = dict(list(people.items())[: options.limit])
    wrong = label_errors()
    # A few people for a try have no 1,000 fillers: a fifth of them are.
    fillers = len(people) // 5 if options.limit else None
    protocols = {True: protocol(people, options.split, fillers=fillers)}
    protocols[False] = protocol(people, options.split, wrong, fillers=fillers)
    settings = Settings(threads=options.threads)
    paths = [path for path, _, _ in protocols[True]]
    images = lfw_templates(paths, options.root, settings, options.templates)
    calibration = load_calibration()
    results: dict[str, dict[str, Any]] = {}
    rows, odd = [], []
    for matcher in MATCHERS:
        for label_errors_in, of_protocol in protocols.items():
            result, found, references = measure(of_protocol, images, matcher, calibration)
            name = "with label errors" if label_errors_in else "without label errors"
            results.setdefault(matcher, {})[name] = result
            rows.append(table_row(matcher, label_errors_in, result))
            if matcher == "fused" and label_errors_in:
                odd = suspects(found, references)
    print(f"LFW, {options.split} people, one reference each; {machine()}")
    print(", ".join(f"{name} {number}" for name, number in versions().items()) + "\n")
    print(markdown_table(rows))
    print("\nIntervals: 95 %, bootstrap by person. The encoders may have seen people of LFW in "
          "training, and these figures need not carry to a street.")  # fmt: skip
    if options.suspects is not None:
        with options.suspects.open("w", encoding="utf-8", newline="") as file:
            columns = ("path", "other_path", "score", "mate_score", "listed_as")
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(odd)
        print(f"\nsuspects: {options.suspects}")
    if not options.no_write and not options.limit:
        left_out = sorted(set(paths) & set(wrong))
        path = write_result(
            f"lfw_identification_{options.split}",
            {
                "split": options.split,
                "calibration": calibration.id,
                "label_errors": {one: wrong[one] for one in left_out},
                "failures": dict(images.failures),
                "results": results,
            },
        )
        print(f"\nwritten: {path.name}")


if __name__ == "__main__":
    main()
