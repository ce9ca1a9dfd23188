"""Error rates with intervals of 10,000 probes by 20,000 references, against a plain loop.

Run: python benchmarks/evaluation_speed.py [--rounds 3] [--quick]

Three cases, each in every round by the workbench and by what one would first write with NumPy and
scikit-learn, in one process, in turn; the ratio is taken round by round, since machines drift.

- comparisons: FMR and FNMR at 100 thresholds and the equal error rate, with 1,000 draws of people
  on both sides. The loop makes the whole matrix, gives it to scikit-learn's `det_curve`, and for
  each draw takes the rows and columns of those drawn and counts with `numpy.histogram`. At the full
  size it is given a quarter of the probes and two draws, and its seconds and memory are scaled to
  all probes and 1,000 draws, in both of which they are linear: `scaled` says so. At a twentieth of
  the size (1,000 by 2,000, 200 draws) it runs whole.
- searches: FPIR and FNIR of 10,000 searches at 400 thresholds with 1,000 draws of people, then of
  their images. The loop runs whole.

Templates are made up. Making scores is part of both sides. Peak memory is what the process holds
more at its peak than before (VmHWM, reset through /proc/self/clear_refs), in the first round.
`--quick` takes a hundredth of everything and writes nothing.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from evaluation_loop import Faces, Found, Plain, searched_plainly
from harness import machine, markdown_table, resident, write_result

from workbench.arrays import FloatArray
from workbench.evaluation import (
    Searches,
    comparison_eer,
    comparison_rates,
    gather_comparisons,
    rates_at,
)

DIMENSION = 128
BLOCK = 256
THRESHOLDS = 100
SEARCH_THRESHOLDS = 400


@dataclass(frozen=True)
class Case:
    """Two ways to the same figures; `scale` is by how much less the plain one was given."""

    name: str
    ours: Callable[[], Found]
    plain: Callable[[], Found]
    scale_seconds: Callable[[], float]
    scale_memory: float
    draws: int


def faces(probes: int, references: int, seed: int = 0) -> Faces:
    """Half of the people who are searched for are listed; templates have unit length."""
    generator = np.random.default_rng(seed)

    def unit(rows: FloatArray) -> FloatArray:
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    listed = unit(generator.standard_normal((references, DIMENSION), np.float32))
    people = np.repeat(np.arange((probes + 1) // 2), 2)[:probes]
    shown = generator.standard_normal((probes, DIMENSION), np.float32)
    mated = (people % 2 == 0) & (people < references)
    shown[mated] += 7.0 * listed[people[mated]]
    names = [f"r{k}" if own else f"p{k}" for k, own in zip(people, mated, strict=True)]
    return Faces(unit(shown), listed, names, [f"r{k}" for k in range(references)])


def blocks(of: Faces) -> Iterator[tuple[int, int, FloatArray]]:
    """Scores of so many probes at a time with every reference."""
    for row in range(0, len(of.probes), BLOCK):
        yield row, 0, of.probes[row : row + BLOCK] @ of.references.T


def thresholds_of(of: Faces) -> FloatArray:
    """From one in a thousand comparisons up to the highest: where a threshold is looked for."""
    some = of.probes[:200] @ of.references.T
    mated = np.array(of.probe_people[:200])[:, None] == np.array(of.reference_people)[None]
    others = np.sort(some[~mated])
    return np.linspace(others[-len(others) // 1000], 0.7, THRESHOLDS).astype(np.float32)


def compared(of: Faces, at: FloatArray, draws: int) -> Found:
    """The workbench: blocks in, rates with bands out."""
    gathered = gather_comparisons(blocks(of), of.probe_people, of.reference_people)
    table = comparison_rates(gathered, at, replicates=draws)
    comparison_eer(gathered)
    return Found(*(table[name].to_numpy() for name in ("fmr", "fmr_boot_low", "fmr_boot_high")))


def made_searches(n: int, seed: int = 0) -> pl.DataFrame:
    """Searches, half of them mated, of people with one to six images."""
    generator = np.random.default_rng(seed)
    half = n // 2
    hard = generator.normal(0.0, 0.08, n)
    person = np.sort(generator.integers(0, max(half // 3, 2), half))
    mate = (0.55 + hard[person] + generator.normal(0, 0.08, half)).astype(np.float32)
    other = np.sort(generator.integers(0, max(half // 3, 2), n - half))
    top = (0.3 + hard[::-1][other] / 2 + generator.normal(0, 0.06, n - half)).astype(np.float32)
    table = pl.DataFrame(
        {
            "probe": [f"s{at}" for at in range(n)],
            "identity": [f"m{k}" for k in person] + [f"n{k}" for k in other],
            "mated": [True] * half + [False] * (n - half),
            "acquired": [True] * n,
            "top_score": np.concatenate([mate, top]),
            "top_identity": ["x"] * n,
            "mate_score": [*mate.tolist(), *[None] * (n - half)],
            "mate_rank": [1] * half + [None] * (n - half),
        },
        schema=Searches.create_empty().schema,
    )
    return table.sample(fraction=1.0, shuffle=True, seed=1)


def searched(frame: pl.DataFrame, at: FloatArray, draws: int) -> Found:
    """The workbench: all thresholds share each draw."""
    table = rates_at(frame, at, replicates=draws)
    ends = (table[f"{rate}_boot_{end}"] for end in ("low", "high") for rate in ("fpir", "fnir"))
    fpir_low, fnir_low, fpir_high, fnir_high = (end.to_numpy() for end in ends)
    return Found(
        np.concatenate([table["fpir"], table["fnir"]]),
        np.concatenate([fpir_low, fnir_low]),
        np.concatenate([fpir_high, fnir_high]),
    )


def cases(*, quick: bool) -> Iterator[Case]:
    """The largest case, the same at a size where the loop runs whole, and that of searches."""
    part = 10 if quick else 1
    draws = 1000 // part
    for probes, references, times, share, plain_draws in (
        (10_000 // part, 20_000 // part, draws, 0.25, 2),
        (1_000 // part, 2_000 // part, draws // 5, 1.0, draws // 5),
    ):
        whole = faces(probes, references)
        at = thresholds_of(whole)
        plain, given = Plain(), whole.first(share)
        scaled = f", loop scaled from 1/{round(1 / share)} of the probes and {plain_draws} draws"
        yield Case(
            f"comparisons, {probes:,} x {references:,}, {times:,} draws"
            + (scaled if share < 1 else ""),
            lambda of=whole, at=at, times=times: compared(of, at, times),
            lambda plain=plain, of=given, at=at, n=plain_draws: plain.compared(of, at, n),
            lambda plain=plain, share=share, times=times, n=plain_draws: (
                (plain.once + plain.draws * times / n) / share
            ),
            1.0 / share,
            times,
        )
    frame = made_searches(10_000 // part)
    at = np.linspace(0.1, 0.8, SEARCH_THRESHOLDS).astype(np.float32)
    seconds = [0.0]

    def loop() -> Found:
        start = time.perf_counter()
        found = searched_plainly(frame, at, draws)
        seconds[0] = time.perf_counter() - start
        return found

    yield Case(
        f"searches, {len(frame):,}, {SEARCH_THRESHOLDS} thresholds, {draws:,} draws",
        lambda: searched(frame, at, draws), loop, lambda: seconds[0], 1.0, draws,
    )  # fmt: skip


def measured(case: Case, rounds: int) -> dict[str, Any]:
    """Seconds of both sides in every round, and the peak memory of each in the first."""
    ours: list[float] = []
    plain: list[float] = []
    peaks: list[float] = []
    for at in range(rounds):
        with_peak = at == 0
        start = time.perf_counter()
        found, peak = peak_of(case.ours) if with_peak else (case.ours(), 0.0)
        ours.append(time.perf_counter() - start)
        expected, plain_peak = peak_of(case.plain) if with_peak else (case.plain(), 0.0)
        plain.append(case.scale_seconds())
        if with_peak:
            peaks = [peak, plain_peak * case.scale_memory]
            agreement = agree(found, expected, case)
    ratios = [slow / quick for slow, quick in zip(plain, ours, strict=True)]
    return {
        "case": case.name,
        "ours_seconds": ours,
        "loop_seconds": plain,
        "loop_is_scaled": case.scale_memory != 1.0,
        "ratio": statistics.median(ratios),
        "ratio_least": min(ratios),
        "ratio_most": max(ratios),
        "ours_peak_mb": peaks[0],
        "loop_peak_mb": peaks[1],
        "largest_difference_of_rates": agreement,
    }


def agree(ours: Found, plain: Found, case: Case) -> float | None:
    """Stop unless both sides found the same rates and, but for their draws, the same intervals."""
    if case.scale_memory != 1.0:
        return None
    difference = float(np.abs(ours.rates - plain.rates).max())
    assert difference < 1e-9, difference
    told = np.isfinite(ours.low) & (plain.low < plain.high)
    width = (plain.high - plain.low)[told]
    apart = np.abs(ours.low - plain.low)[told] / width, np.abs(ours.high - plain.high)[told] / width
    # By so much of its width an end of so many draws is unsure.
    assert np.median(np.concatenate(apart)) < 2.0 / np.sqrt(case.draws), "the intervals differ"
    return difference


def peak_of(run: Callable[[], Found]) -> tuple[Found, float]:
    """What a run returns, and by how many MB the process grew at its peak; 0 where not told."""
    forget = Path("/proc/self/clear_refs")
    if not forget.exists():
        return run(), 0.0
    forget.write_text("5", "utf-8")
    before = resident("VmRSS")
    found = run()
    return found, (resident("VmHWM") - before) / 1e6


def megabytes(peak: float) -> str:
    """A peak in whole MB; what the process held already is no less than nothing.

    >>> megabytes(-0.3), megabytes(0.2), megabytes(1234.5)
    ('under 1', 'under 1', '1,234')
    """
    return f"{peak:,.0f}" if peak >= 1.0 else "under 1"


def main() -> None:
    """Measure every case, print the table and write it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args()
    found = [measured(case, chosen.rounds) for case in cases(quick=chosen.quick)]
    print(machine())
    rows = [
        {
            "case": one["case"],
            "ours, s": f"{statistics.median(one['ours_seconds']):.2f}",
            "loop, s": f"{statistics.median(one['loop_seconds']):,.1f}",
            "ratio": f"{one['ratio']:,.0f} ({one['ratio_least']:,.0f} to {one['ratio_most']:,.0f})",
            "ours, peak MB": megabytes(one["ours_peak_mb"]),
            "loop, peak MB": megabytes(one["loop_peak_mb"]),
        }
        for one in found
    ]
    print(markdown_table(rows))
    if not chosen.quick:
        peers = {name: version(name) for name in ("scikit-learn", "scipy", "polars")}
        path = write_result(
            "evaluation_speed", {"rounds": chosen.rounds, "peers": peers, "cases": found}
        )
        print(f"{path.name}: written")


if __name__ == "__main__":
    main()
