"""Whether what a set is said to have been able to see is seen, and nothing where nothing is.

Run: python benchmarks/equity_power.py [--sets 400]

People of two groups are drawn with known error rates, some with several images that hang together.

- Power: of sets whose groups are alike, each says which ratio it could have seen. Then sets are
  drawn whose groups are that far apart (the middle of what was said), and the share is counted in
  which the test finds it, at the level that is left after correction. 8 of 10 is said.
- Nothing there: two groups of one rate, at a level of 0.05; and four groups, both rates at three
  thresholds, tested together by Holm. At most 1 in 20 is promised. Beside it what dealing whole
  people to the groups anew (a permutation by identity) finds.
- Intervals: the share of sets whose interval of the ratio, and of the difference, holds the truth.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from harness import markdown_table, write_result

from workbench.evaluation.equity_exact import exact_p
from workbench.evaluation.equity_intervals import (
    difference_interval,
    effective,
    holm,
    ratio_interval,
)
from workbench.evaluation.equity_people import Cohort
from workbench.evaluation.equity_power import could_have_seen
from workbench.intervals import CONFIDENCE, clopper_pearson

PERMUTATIONS = 1_000
LEVEL = 1.0 - CONFIDENCE


class Group(NamedTuple):
    """People of a group: how many, their error rate, their images, and how those hang together."""

    people: int
    rate: float
    images: int = 1
    alike: float = 0.0


class Case(NamedTuple):
    """Two groups that are compared, and how many comparisons are corrected for."""

    name: str
    group: Group
    reference: Group
    comparisons: int
    for_power: bool = True


CASES = (
    Case("false alarms, 1 image", Group(800, 0.01), Group(1500, 0.01), 12),
    Case("rare false alarms", Group(3000, 0.002), Group(3000, 0.002), 12),
    Case("misses", Group(150, 0.1), Group(400, 0.1), 12),
    Case("few people", Group(60, 0.08), Group(300, 0.08), 4),
    Case("4 images alike", Group(300, 0.03, 4, 0.5), Group(600, 0.03, 4, 0.5), 12),
    Case("10 images, much alike", Group(150, 0.05, 10, 0.8), Group(300, 0.05, 10, 0.8), 12),
    Case("10 against 1 image", Group(150, 0.05, 10, 0.8), Group(1200, 0.05), 12),
    Case("10 against 1, rare", Group(100, 0.005, 10, 0.8), Group(600, 0.005), 12, for_power=False),
    Case("10 against 1, few", Group(100, 0.015, 10, 0.8), Group(600, 0.015), 12, for_power=False),
)
"""What is drawn; the rate of the group is raised for the power."""


def drawn(generator: np.random.Generator, **groups: Group) -> Cohort:
    """Draw people: of each, further images come out as the first or for themselves."""
    rows = []
    for group in groups.values():
        first = generator.random(group.people) < group.rate
        copies = generator.binomial(group.images - 1, group.alike, group.people)
        others = generator.binomial(group.images - 1 - copies, group.rate)
        rows.append(np.stack([np.full(group.people, group.images), first * (1 + copies) + others]))
    kinds, _ = np.unique(np.concatenate(rows, axis=1), axis=1, return_index=True)
    people = [[int((row == kind[:, None]).all(axis=0).sum()) for kind in kinds.T] for row in rows]
    return Cohort(tuple(groups), kinds[0], kinds[1], np.array(people, np.int64))


def tested(made: Cohort, one: str, other: str) -> float:
    """Return the p-value of the product's test."""
    known = effective(made, [one, other])
    return exact_p(known[one], known[other])


def permuted(made: Cohort, one: str, other: str, generator: np.random.Generator) -> float:
    """Return the p-value of a test that deals whole people to the groups anew."""
    both, size = made.row(one) + made.row(other), made.size(one)
    seen = made.rate(one) - made.rate(other)
    dealt = generator.multivariate_hypergeometric(both, size, PERMUTATIONS, method="marginals")
    rest = both - dealt
    found = (dealt @ made.errors) / (dealt @ made.searches)
    found = found - (rest @ made.errors) / (rest @ made.searches)
    tails = (found >= seen - 1e-12).sum(), (found <= seen + 1e-12).sum()
    return float(min(1.0, 2.0 * (min(tails) + 1) / (PERMUTATIONS + 1)))


def stated(case: Case, sets: int, generator: np.random.Generator) -> Iterator[float]:
    """Yield which ratio each of some sets says it could have seen."""
    level = LEVEL / case.comparisons
    for _ in range(sets):
        made = drawn(generator, one=case.group, other=case.reference)
        known = effective(made, ["one", "other"])
        if made.wrong("other") < 3:
            continue
        seen = could_have_seen(
            known["one"].trials, known["other"].trials, known["other"].rate, level
        )
        if seen.above is not None:
            yield seen.above


def power(case: Case, sets: int, generator: np.random.Generator) -> dict[str, object]:
    """Measure how often what was said to be seen is."""
    said = np.array(list(stated(case, sets // 4, generator)))
    ratio = float(np.median(said))
    level = LEVEL / case.comparisons
    counts = {}
    for name, times in (("seen", ratio), ("seen_half_way", (1.0 + ratio) / 2.0)):
        raised = case.group._replace(rate=min(1.0, case.group.rate * times))
        found = 0
        for _ in range(sets):
            made = drawn(generator, one=raised, other=case.reference)
            found += tested(made, "one", "other") <= level
        counts[name] = found / sets
    return {
        "stated_ratio": round(ratio, 2),
        "stated_in_9_of_10_sets": [round(float(x), 2) for x in np.quantile(said, [0.05, 0.95])],
        **counts,
        "seen_interval": [round(x, 3) for x in clopper_pearson(round(counts["seen"] * sets), sets)],
    }


def coverage(case: Case, sets: int, generator: np.random.Generator) -> dict[str, float]:
    """Measure how often intervals hold the truth, where the group errs twice as often."""
    twice = case.group._replace(rate=2.0 * case.group.rate)
    ratios = differences = 0
    for _ in range(sets):
        made = drawn(generator, one=twice, other=case.reference)
        known = effective(made, ["one", "other"])
        low, high = ratio_interval(known["one"], known["other"], CONFIDENCE)
        ratios += low <= twice.rate / case.reference.rate <= high
        low, high = difference_interval(known["one"], known["other"], CONFIDENCE)
        differences += low <= twice.rate - case.reference.rate <= high
    return {"ratio_holds": ratios / sets, "difference_holds": differences / sets}


def nothing_there(case: Case, sets: int, generator: np.random.Generator) -> dict[str, object]:
    """Measure how often two groups of one rate are told apart, at a level of 0.05."""
    ours = theirs = 0
    for _ in range(sets):
        made = drawn(generator, one=case.group, other=case.reference)
        ours += tested(made, "one", "other") <= LEVEL
        theirs += permuted(made, "one", "other", generator) <= LEVEL
    return {
        "told_apart": ours / sets,
        "told_apart_interval": [round(x, 3) for x in clopper_pearson(ours, sets)],
        "told_apart_by_permutation": theirs / sets,
    }


def nothing_found(sets: int, generator: np.random.Generator) -> dict[str, object]:
    """Measure how often anything is found among four groups of one rate."""
    found = comparisons = 0
    sizes = {"a": (1200, 1), "b": (600, 1), "c": (300, 2), "d": (300, 1)}
    for _ in range(sets):
        p_values = []
        for rate in (0.005, 0.015, 0.05, 0.1, 0.06, 0.03):
            alike = {
                name: Group(people, rate, images, 0.5 if images > 1 else 0.0)
                for name, (people, images) in sizes.items()
            }
            made = drawn(generator, **alike)
            p_values += [tested(made, name, "a") for name in "bcd"]
            ends = sorted(sizes, key=made.rate)
            p_values.append(min(1.0, 6 * tested(made, ends[-1], ends[0])))
        found += min(holm(p_values)) <= LEVEL
        comparisons = len(p_values)
    return {
        "comparisons": comparisons,
        "sets": sets,
        "anything_found": found / sets,
        "interval": [round(x, 3) for x in clopper_pearson(found, sets)],
    }


def main() -> None:
    """Draw, count, print and write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sets", type=int, default=400)
    sets = parser.parse_args().sets
    started, rows = time.perf_counter(), []
    for at, case in enumerate(CASES):
        generator = np.random.default_rng(at)
        rows.append(
            {
                "case": case.name,
                "group": dict(case.group._asdict()),
                "reference": dict(case.reference._asdict()),
                "comparisons": case.comparisons,
                **(power(case, sets, generator) if case.for_power else {}),
                **nothing_there(case, 2 * sets, generator),
                **coverage(case, sets, generator),
            }
        )
    none = nothing_found(sets, np.random.default_rng(99))
    shown = (
        "case", "stated_ratio", "seen", "seen_half_way", "told_apart", "told_apart_by_permutation",
        "ratio_holds", "difference_holds",
    )  # fmt: skip
    print(markdown_table([{name: row.get(name, "") for name in shown} for row in rows]))
    print(f"nothing there, something found: {none['anything_found']} of sets {none['interval']}")
    write_result(
        "equity_power",
        {
            "measured_on": "drawn people with known error rates, no photograph",
            "sets": sets,
            "permutations": PERMUTATIONS,
            "power": rows,
            "nothing_there": none,
            "seconds": round(time.perf_counter() - started),
        },
    )


if __name__ == "__main__":
    main()
