"""Which people of LFW are for tuning, and which are the locked test.

Run: python benchmarks/lfw_split.py [--root ../shared/data/lfw] [--output split.csv]

The rule is in workbench/evaluation/splits.py. Whatever is learnt or chosen (fusion, calibration,
thresholds, crops) sees tuning people only; figures are reported on the test people.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from harness import LFW, markdown_table, photographs

from workbench.evaluation import people_protocol, split_protocol
from workbench.evaluation.splits import SPLIT_RULE

EXPECTED = {
    ("tuning", True): 332,
    ("tuning", False): 799,
    ("test", True): 852,
    ("test", False): 2055,
}
"""People with two or more images, and with one, of LFW's 4,038 development people."""


def main() -> None:
    """Print the counts of the split and write it where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--output", type=Path, help="CSV file: person, images, part")
    options = parser.parse_args()
    found = photographs(options.root)
    images = {name: len(paths) for name, paths in found.items()}
    parts = dict(split_protocol(people_protocol(found)).select("identity", "split").iter_rows())
    rows = []
    for part in ("tuning", "test"):
        several = [name for name in images if parts[name] == part and images[name] > 1]
        one = [name for name in images if parts[name] == part and images[name] == 1]
        if len(images) == sum(EXPECTED.values()):
            assert len(several) == EXPECTED[part, True], "this is not the split of the README"
            assert len(one) == EXPECTED[part, False], "this is not the split of the README"
        rows.append(
            {
                "part": part,
                "people with two or more images": f"{len(several):,}",
                "their images": f"{sum(images[name] for name in several):,}",
                "people with one": f"{len(one):,}",
            }
        )
    print(f"{SPLIT_RULE}\n\n{markdown_table(rows)}")
    if options.output is not None:
        with options.output.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("person", "images", "part"))
            writer.writerows((name, images[name], parts[name]) for name in images)
        print(f"\nwritten: {options.output}")


if __name__ == "__main__":
    main()
