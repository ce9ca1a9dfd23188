"""Writes an identification protocol of LFW people: PROTOCOL.csv with path, identity, role.

Run: python benchmarks/lfw_protocol.py --output protocol.csv [--split test|tuning|all]
     [--without-label-errors] [--root ../shared/data/lfw]

The first image, by name, of each person with two or more is a reference, the others are mated
probes. Of the people with one image 1,000 are references too, as fillers (280 among the tuning
people), chosen by a hash of their names; the others are non-mated probes: draw 0 of
workbench/evaluation/draws.py from the split of workbench/evaluation/splits.py. Then
`workbench evaluate identification protocol.csv --root ../shared/data/lfw` measures it.

Label errors (benchmarks/label_errors.csv, with reasons) are left out before roles are given; a
filler that is left out is not replaced.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal

import polars as pl
from harness import LFW, label_errors, photographs

from workbench.evaluation import (
    draw_protocol,
    leave_out,
    people_protocol,
    split_protocol,
)

FILLERS = {"tuning": 280, "test": 1000, "all": 1000}
Row = tuple[str, str, str]


def protocol(
    images: Mapping[str, Sequence[str]],
    split: Literal["tuning", "test", "all"],
    left_out: Collection[str] = (),
    fillers: int | None = None,
) -> list[Row]:
    """Return path, identity and role of each image that has one.

    Args:
        images: paths of each person's images, sorted.
        split: which people.
        left_out: paths without a role.
        fillers: how many, if not those of the split.
    """
    protocol = split_protocol(people_protocol(images))
    if split == "all":
        protocol = protocol.with_columns(split=pl.lit(None, pl.String))
    else:
        protocol = protocol.filter(pl.col("split") == split)
    listed = int((protocol["role"] == "reference").sum())
    drawn = draw_protocol(protocol, listed + (FILLERS[split] if fillers is None else fillers))
    kept = leave_out(drawn, set(left_out) & set(drawn["path"]))
    return kept.select("path", "identity", "role").rows()


def main() -> None:
    """Write the protocol and print its counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--split", choices=("tuning", "test", "all"), default="test")
    parser.add_argument("--without-label-errors", action="store_true")
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    left_out = label_errors() if options.without_label_errors else {}
    rows = protocol(photographs(options.root), options.split, left_out)
    with options.output.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "identity", "role"))
        writer.writerows(rows)
    listed = {name for _, name, role in rows if role == "reference"}
    mated = sum(role == "probe" and name in listed for _, name, role in rows)
    others = sum(role == "probe" and name not in listed for _, name, role in rows)
    print(f"{options.output}: {len(listed):,} references, {mated:,} mated and {others:,} "
          f"non-mated probes of {options.split} people")  # fmt: skip


if __name__ == "__main__":
    main()
