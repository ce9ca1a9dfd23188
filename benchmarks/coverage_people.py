"""Rates of lists and costs of likelihood ratios, where a person is in many comparisons.

Lists: a score is the sum of what the probe brings, what the reference brings (a tenth of the
variance each) and what they bring together. 200 people are searched for among 300 others, at
thresholds of a known FMR; what FPIR is for a list of N follows by integration, since it is known
how references of one probe hang together. `rates_of_lists` draws lists and people of probes; the
reckoned rates are 1 - (1 - FMR)^N, with the exact interval of the comparisons (which takes them for
independent) and with that over people of both sides.

Likelihood ratios: 150 people, two images each; mated scores lie 4 above the others, of which each
person brings a tenth of the variance, and the ratios are the true ones. Cllr and what is observed
in a bin are known by integration; intervals by people are those of `likelihood.py`. Bins in which
fewer than three comparisons of a kind lie are not told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from coverage_searches import Ends, tally
from likelihood import ByPeople, Compared
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from workbench.evaluation import comparison_rates, extrapolate, gather_comparisons, rates_of_lists
from workbench.evaluation.calibration_quality import RELIABILITY_EDGES, reliability
from workbench.list_rates import rate_of_list
from workbench.matching.likelihood_fit import comparison_weights

__all__ = ["fpir_of_list", "list_cells", "ratio_cells"]

SHARE = 0.1
PROBES, REFERENCES = 200, 300
FMRS: Final = (1e-3, 1e-4)
SEARCHED: Final = (100, 300)
LONG = 3_000

PEOPLE, APART = 150, 4.0
BIN = (2.0, 3.0)

_AT, _WEIGHT = np.polynomial.hermite_e.hermegauss(80)


def mean(values: NDArray[np.float64]) -> float:
    """The mean of a function of a standard normal number, from its values at the nodes."""
    return float(values @ _WEIGHT / _WEIGHT.sum())


def fpir_of_list(threshold: float, size: int) -> float:
    """The FPIR of a list: references of one probe are independent once the probe is known."""
    alone = ndtr((threshold - np.sqrt(SHARE) * _AT) / np.sqrt(1.0 - SHARE))
    return 1.0 - mean(alone**size)


def list_cells(repetitions: int, draws: int) -> Iterator[dict[str, Any]]:
    """Intervals of FPIR of lists that were drawn, and of those that were reckoned."""
    at = ndtri(1.0 - np.array(FMRS)).astype(np.float32)
    probes, references = (
        [f"{side}{k}" for k in range(n)] for side, n in (("p", PROBES), ("r", REFERENCES))
    )

    def once(seed: int) -> Ends:
        generator = np.random.default_rng([seed, 3])
        own = generator.normal(0.0, np.sqrt(SHARE), (PROBES, 1))
        other = generator.normal(0.0, np.sqrt(SHARE), (1, REFERENCES))
        both = generator.normal(0.0, np.sqrt(1.0 - 2.0 * SHARE), (PROBES, REFERENCES))
        scores = (own + other + both).astype(np.float32)
        gathered = gather_comparisons([(0, 0, scores)], probes, references, candidates=REFERENCES)
        found: dict[str, tuple[float | None, float | None, float]] = {}
        for size in SEARCHED:
            table = rates_of_lists(gathered, size, at, draws=draws, seed=seed).to_dicts()
            for row, fmr in zip(table, FMRS, strict=True):
                ends = (row["low"], row["high"]) if row["fpir"] > 0 else (None, None)
                truth = fpir_of_list(row["threshold"], size)
                found[f"lists of {size} drawn from 300, FMR {fmr:g}"] = (*ends, truth)
        rates = comparison_rates(gathered, at, replicates=draws, seed=seed).to_dicts()
        for row, fmr in zip(rates, FMRS, strict=True):
            for size in (SEARCHED[-1], LONG):
                truth = fpir_of_list(row["threshold"], size)
                exact = extrapolate(row["false_matches"], row["nonmated"], size)
                name = f"reckoned for a list of {size:,}, FMR {fmr:g}"
                found[f"{name}, exact"] = (exact.low, exact.high, truth)
                ends = (row["fmr_boot_low"], row["fmr_boot_high"])
                told = [
                    None if one is None or np.isnan(one) else rate_of_list(one, size)
                    for one in ends
                ]
                found[f"{name}, by people"] = (told[0], told[1], truth)
        return found

    return tally(repetitions, once)


def ratio_cells(repetitions: int) -> Iterator[dict[str, Any]]:
    """Intervals of Cllr and of the ratio that is observed in a bin."""
    first, second = (side.astype(np.int64) for side in np.triu_indices(2 * PEOPLE, 1))
    person = first // 2, second // 2
    mated = person[0] == person[1]
    weights = comparison_weights(*person)
    # The means of both kinds of cost are the same by symmetry.
    cost = mean(np.logaddexp(0.0, -natural(_AT + APART)) / np.log(2.0))
    ends = (np.array(BIN) * np.log(10.0) + APART**2 / 2.0) / APART
    inside = [float(np.diff(ndtr(ends - middle))[0]) for middle in (APART, 0.0)]
    truth = float(np.log10(inside[0] / inside[1]))
    at = int(np.searchsorted(RELIABILITY_EDGES, sum(BIN) / 2.0, side="right"))

    def once(seed: int) -> Ends:
        generator = np.random.default_rng([seed, 4])
        own = generator.normal(0.0, np.sqrt(SHARE), PEOPLE)
        scores = own[person[0]] + own[person[1]]
        scores += generator.normal(0.0, np.sqrt(1.0 - 2.0 * SHARE), len(first))
        alone = generator.normal(APART, 1.0, len(first))
        scores = np.where(mated, alone, scores)
        lr = natural(scores) / np.log(10.0)
        data = Compared("drawn", {}, *person, PEOPLE, 2 * PEOPLE)
        by_people = ByPeople(data, weights)
        plot = reliability(lr, mated).row(at, named=True)
        seen = by_people.observed(lr)[at] if plot["measurable"] else {}
        exact = (plot["observed_low"], plot["observed_high"]) if seen else (None, None)
        drawn = (seen.get("by_people_low"), seen.get("by_people_high"))
        name = f"observed ratio, log10, stated {BIN[0]:g} to {BIN[1]:g}"
        return {
            "Cllr, by people": (*by_people.cllr(lr), cost),
            f"{name}, by people": (*drawn, truth),
            f"{name}, exact": (*exact, truth),
        }

    return tally(repetitions, once)


def natural(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The natural logarithm of the true likelihood ratio of a score."""
    return APART * scores - APART**2 / 2.0
