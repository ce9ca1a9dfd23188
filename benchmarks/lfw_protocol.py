"""Writes an identification protocol of LFW people: PROTOCOL.csv with path, identity, role.

Run: python benchmarks/lfw_protocol.py --output protocol.csv [--split test|tuning|all]
     [--without-label-errors] [--root ../shared/data/lfw]

The first image, by name, of each person with two or more is a reference, the others are mated
probes. Of the people with one image 1,000 are references too, as fillers (280 among the tuning
people), chosen by a hash of their names; the others are non-mated probes. Then
`workbench evaluate identification protocol.csv --root ../shared/data/lfw` measures it.

Label errors (benchmarks/label_errors.csv, with reasons) are left out before roles are given; a
filler that is left out is not replaced.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal

from harness import LFW, label_errors, photographs

from workbench.evaluation.splits import split_people

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
    parts = split_people({name: len(paths) for name, paths in images.items()})
    people = [name for name in images if split in ("all", parts[name])]
    single = sorted((name for name in people if len(images[name]) == 1), key=_order)
    chosen = set(single[: FILLERS[split] if fillers is None else fillers])
    rows: list[Row] = []
    for name in people:
        kept = [path for path in images[name] if path not in left_out]
        listed = len(images[name]) > 1 or name in chosen
        rows.extend(
            (path, name, "reference" if listed and at == 0 else "probe")
            for at, path in enumerate(kept)
        )
    return rows


def _order(name: str) -> str:
    # Another order than that of the split, so that who is a filler does not follow from it.
    return hashlib.sha256(f"lfr-workbench/lfw-fillers/1:{name}".encode()).hexdigest()


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
