"""How often the intervals hold that users are shown and `coverage.py` does not try.

Run: python benchmarks/coverage_shown.py [--repetitions 1000] [--draws 200]

- False alerts in the field, by deployment (`coverage_field.py`).
- TPIR and FPIR at a threshold that the same searches gave, and the difference of two matchers on
  the same probes (`coverage_searches.py`).
- FPIR of drawn lists and of lists that are reckoned; Cllr and what is observed of a likelihood
  ratio (`coverage_people.py`).

Data are drawn at known rates, no photograph. Counted is how often the truth lies within an interval
of 95 %, below and above it, of those that are told. What the workbench draws 1,000 times by default
is drawn 200 times here, for the time it takes. Intervals of the ratio and the difference of two
groups are tried by `equity_power.py`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import Any

from coverage_field import METHODS, field_cells
from coverage_people import list_cells, ratio_cells
from coverage_searches import FEW, MANY, difference_cells, tpir_cells
from harness import markdown_table, write_result

FEWER = 0.4
"""What takes long is repeated so much less often; the standard error stands beside each share."""


def shown_cells(repetitions: int, draws: int) -> Iterator[dict[str, Any]]:
    """Every interval but that of the field."""
    fewer = max(round(FEWER * repetitions), 1)
    yield from tpir_cells(repetitions, draws, FEW)
    yield from tpir_cells(fewer, draws, MANY)
    yield from difference_cells(fewer, draws, FEW)
    yield from list_cells(fewer // 2 or 1, draws)
    yield from ratio_cells(fewer)


def field_row(found: dict[str, Any]) -> dict[str, str]:
    """One line of the table of deployments."""
    last = METHODS[-1]
    return {
        "deployments": str(found["deployments"]),
        "they": found["they"],
        **{name: f"{share:.3f}" for name, share in found["coverage"].items()},
        "rate above what is shown": f"{found['rate_above'][last]:.3f}",
        "median width of it, in rates": f"{found['median_width_in_rates'][last]:.1f}",
    }


def shown_row(found: dict[str, Any]) -> dict[str, str]:
    """One line of the table of all others."""
    sides = {"truth_below": "truth below it", "truth_above": "truth above it"}

    def said(name: str) -> str:
        return "" if found.get(name) is None else f"{found[name]:.3f}"

    return {
        "interval": found["interval"],
        "told": f"{found['told']:,}",
        "holds": f"{said('coverage')} ± {said('standard_error')}",
        **{title: said(name) for name, title in sides.items()},
    }


def main() -> None:
    """Simulate, print both tables and write them down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--repetitions", type=int, default=1000)
    parser.add_argument("--draws", type=int, default=200)
    chosen = parser.parse_args()
    start = time.process_time()
    field = list(field_cells(chosen.repetitions, chosen.draws))
    print(markdown_table([field_row(each) for each in field]), flush=True)
    shown = []
    for each in shown_cells(chosen.repetitions, chosen.draws):
        shown.append(each)
        print(list(shown_row(each).values()), flush=True)
    print(f"\n{markdown_table([shown_row(each) for each in shown])}")
    path = write_result(
        "coverage_shown",
        {
            "repetitions": chosen.repetitions,
            "draws": chosen.draws,
            "confidence": 0.95,
            "processor_seconds": round(time.process_time() - start, 1),
            "field": field,
            "shown": shown,
        },
    )
    print(f"{path.name}: written")


if __name__ == "__main__":
    main()
