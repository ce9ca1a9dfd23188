"""Learn the shipped likelihood ratios on tuning people, and judge them on locked test people.

Run: python benchmarks/likelihood.py [--root ../shared/data/lfw] [--templates FILE] [--write]

Learnt from the very comparisons of benchmarks/calibration.py: tuning people, at most six
photographs of each, without the label errors. Judged on the test people, at most six photographs of
each, with the label errors in and left out. `--templates` keeps the templates. `--write` replaces
workbench/matching/data/likelihood.json and benchmarks/results/likelihood.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from calibration import PHOTOGRAPHS
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
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.evaluation.calibration_quality import (
    RELIABILITY_EDGES,
    calibration_quality,
    cllr,
    min_cllr,
    reliability,
)
from workbench.evaluation.splits import SPLIT_RULE, split_people
from workbench.matching.calibration import (
    COSINE,
    LOG10_LR,
    Calibration,
    MatcherName,
    Provenance,
    load_calibration,
)
from workbench.matching.fusion import fused_score
from workbench.matching.likelihood_file import Likelihoods
from workbench.matching.likelihood_fit import (
    BOUNDING,
    INTERVALS,
    WEIGHTING,
    comparison_weights,
    fit_likelihood,
)
from workbench.matching.likelihood_map import (
    FORMS,
    JudgedOn,
    LikelihoodForm,
    ReliabilityBin,
    ScoreLikelihood,
)
from workbench.matching.measure import MeasuredImages
from workbench.settings import Settings

MATCHERS: tuple[MatcherName, ...] = ("facenet", "sface", "fused")
REPLICATES = 400
SHIPPED = HERE.parent / "workbench" / "matching" / "data" / "likelihood.json"


@dataclass(frozen=True)
class Compared:
    """Every pair of photographs of some people.

    Attributes:
        split: which people, in words.
        scores: by matcher, one a comparison.
        first: number of the person of one photograph.
        second: number of the person of the other.
        people: how many there are.
        images: photographs that were compared.
    """

    split: str
    scores: Mapping[MatcherName, FloatArray]
    first: IntArray
    second: IntArray
    people: int
    images: int

    @property
    def mated(self) -> NDArray[np.bool_]:
        """Whether both photographs show one person."""
        return self.first == self.second


def chosen(people: Mapping[str, Sequence[str]], part: str, left_out: Collection[str]) -> list[str]:
    """The photographs of a part that are compared."""
    parts = split_people({name: len(paths) for name, paths in people.items()})
    return [
        path
        for name, paths in people.items()
        if parts[name] == part
        for path in [path for path in paths if path not in left_out][:PHOTOGRAPHS]
    ]


def compared(
    split: str, paths: Sequence[str], images: MeasuredImages, calibration: Calibration
) -> Compared:
    """Compare every pair of photographs in which a face was found."""
    usable = [path for path in paths if images.acquired(path)]
    names, person = np.unique([path.split("/")[0] for path in usable], return_inverse=True)
    one, other = np.triu_indices(len(usable), 1)
    cosines = {
        name: (of.vectors @ of.vectors.T)[one, other] for name, of in images.take(usable).items()
    }
    assert calibration.fusion is not None
    scores: dict[MatcherName, FloatArray] = {
        "facenet": cosines["facenet"],
        "sface": cosines["sface"],
        "fused": fused_score(cosines, calibration.fusion),
    }
    return Compared(
        split,
        scores,
        person[one].astype(np.int64),
        person[other].astype(np.int64),
        len(names),
        len(usable),
    )


def ratios(learnt: ScoreLikelihood, form: LikelihoodForm, scores: FloatArray) -> NDArray[Any]:
    """Likelihood ratios of many scores, as `ScoreLikelihood.at` gives them."""
    return np.interp(scores, learnt.scores, learnt.map(form).log10_lr)


class ByPeople:
    """Sums over comparisons in which people weigh at random, for intervals by people."""

    def __init__(self, data: Compared, weights: NDArray[np.float64]) -> None:
        """Draw the weights once, so that everything is judged on the same people."""
        self.data, self.weights = data, weights
        shape = (data.people, REPLICATES)
        self.drawn = np.random.default_rng(0).standard_exponential(shape).astype(np.float32)
        self.key = data.first * data.people + data.second

    def sums(self, values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The sum of mated and of non-mated values in each replicate."""
        mated, people = self.data.mated, self.data.people
        weighed = values * self.weights
        own = np.bincount(self.data.first[mated], weighed[mated], people)
        pairs = np.bincount(self.key[~mated], weighed[~mated], people * people)
        products = pairs.astype(np.float32).reshape(people, people) @ self.drawn
        return own @ self.drawn, (self.drawn * products).sum(0, dtype=np.float64)

    def cllr(self, log10_lr: NDArray[Any]) -> tuple[float, float]:
        """The 95 % interval of Cllr."""
        signed = np.where(self.data.mated, -log10_lr, log10_lr) * np.log(10.0)
        costs = self.sums(np.logaddexp(0.0, signed) / np.log(2.0))
        totals = self.sums(np.ones(len(log10_lr)))
        half = [cost / total for cost, total in zip(costs, totals, strict=True)]
        low, high = np.quantile((half[0] + half[1]) / 2.0, [0.025, 0.975])
        return float(low), float(high)

    def observed(self, log10_lr: NDArray[Any]) -> list[dict[str, float | None]]:
        """Observed log10 ratios of each bin with intervals by people, where it can be told."""
        totals = self.sums(np.ones(len(log10_lr)))
        bins = np.searchsorted(RELIABILITY_EDGES, log10_lr, side="right")
        rows: list[dict[str, float | None]] = []
        for at in range(len(RELIABILITY_EDGES) + 1):
            inside = bins == at
            of = [
                float(self.weights[inside & kind].sum() / self.weights[kind].sum())
                for kind in (self.data.mated, ~self.data.mated)
            ]
            names = ("by_people", "by_people_low", "by_people_high")
            if not all(of):
                rows.append(dict.fromkeys(names))
                continue
            sums = self.sums(inside.astype(np.float64))
            drawn = np.log10(sums[0] / totals[0]) - np.log10(sums[1] / totals[1])
            ends = np.quantile(drawn, [0.025, 0.975])
            values = (np.log10(of[0] / of[1]), *ends)
            rows.append({n: round(float(v), 4) for n, v in zip(names, values, strict=True)})
        return rows


def judged(data: Compared, learnt: Mapping[MatcherName, ScoreLikelihood]) -> dict[str, Any]:
    """How well each form does on some people, by matcher and form."""
    weights = comparison_weights(data.first, data.second)
    people, mated = ByPeople(data, weights), data.mated
    results: dict[str, Any] = {}
    for matcher, one in learnt.items():
        scores = data.scores[matcher]
        beyond = {
            "mated above every non-mated score seen": mated & (scores > one.nonmated.highest),
            "non-mated above every non-mated score seen": ~mated & (scores > one.nonmated.highest),
            "mated below every mated score seen": mated & (scores < one.mated.lowest),
            "non-mated below every mated score seen": ~mated & (scores < one.mated.lowest),
        }
        least = min_cllr(scores, mated, weights)
        results[matcher] = {"out of range": {what: int(n.sum()) for what, n in beyond.items()}}
        results[matcher]["as it is"] = cllr(scores, mated, weights) if matcher == "fused" else None
        for form in FORMS:
            lr = ratios(one, form, scores)
            low, high = people.cllr(lr)
            every = calibration_quality(lr, mated)
            plot = reliability(lr, mated).to_dicts()
            results[matcher][form] = {
                "judged": JudgedOn(
                    split=data.split,
                    people=data.people,
                    mated=every.mated,
                    nonmated=every.nonmated,
                    cllr=round(cllr(lr, mated, weights), 5),
                    cllr_low=round(low, 5),
                    cllr_high=round(high, 5),
                    min_cllr=round(least, 5),
                ).model_dump(mode="json", exclude={"reliability"}),
                "each comparison once": {"cllr": every.cllr, "min_cllr": every.min_cllr},
                "reliability": [
                    _finite(row) | by for row, by in zip(plot, people.observed(lr), strict=True)
                ],
            }
            print(f"judged: {data.split}, {matcher}, {form}", flush=True)
    return results


def judged_on(found: Mapping[str, Any]) -> JudgedOn:
    """What ships of how a form did: Cllr, and the observed ratios by people."""
    observed = {"observed": "by_people", "observed_low": "by_people_low"}
    observed |= {"observed_high": "by_people_high"}
    bins = []
    for row in found["reliability"]:
        same = {name: row[name] for name in ("low", "high", "mated", "nonmated", "measurable")}
        stated = None if row["stated"] is None else round(row["stated"], 4)
        by_people = {name: row[source] for name, source in observed.items()}
        bins.append(ReliabilityBin(**same, stated=stated, **by_people))
    return JudgedOn(**found["judged"], reliability=tuple(bins))


def _finite(row: dict[str, Any]) -> dict[str, Any]:
    """A row for JSON, which has no infinity."""
    return {
        name: None if isinstance(value, float) and not np.isfinite(value) else value
        for name, value in row.items()
    }


def tables(results: Mapping[str, Any]) -> str:
    """What a README shows: Cllr, then reliability on the test people."""
    costs, bins = [], []
    for split, by_matcher in results.items():
        for matcher, by_form in by_matcher.items():
            for form in FORMS:
                one = by_form[form]["judged"]
                costs.append(
                    {
                        "people": f"{one['people']:,}, {split}",
                        "matcher": matcher,
                        "form": form,
                        "mated": f"{one['mated']:,}",
                        "non-mated": f"{one['nonmated']:,}",
                        "Cllr": f"{one['cllr']:.4f} ({one['cllr_low']:.4f} to "
                        f"{one['cllr_high']:.4f})",
                        "min Cllr": f"{one['min_cllr']:.4f}",
                        "loss": f"{one['cllr'] - one['min_cllr']:.4f}",
                    }
                )
                bins.extend(_bin(split, matcher, form, row) for row in by_form[form]["reliability"])
    return f"{markdown_table(costs)}\n\n{markdown_table(bins)}"


def _bin(split: str, matcher: str, form: str, row: Mapping[str, Any]) -> dict[str, str]:
    low, high = row["low"], row["high"]
    ends = f"{'' if low is None else low} to {'' if high is None else high}"
    told = row["by_people"] is not None and row["measurable"]
    return {
        "people": split,
        "matcher": matcher,
        "form": form,
        "stated log10 LR": ends,
        "mean": "" if row["stated"] is None else f"{row['stated']:.2f}",
        "mated": f"{row['mated']:,}",
        "non-mated": f"{row['nonmated']:,}",
        "observed log10 LR": (
            f"{row['by_people']:.2f} ({row['by_people_low']:.2f} to {row['by_people_high']:.2f})"
            if told
            else "not measurable here"
        ),
    }


def learn(data: Compared) -> dict[MatcherName, ScoreLikelihood]:
    """Learn the maps of each matcher."""
    learnt = {}
    for matcher in MATCHERS:
        unit = LOG10_LR if matcher == "fused" else COSINE
        learnt[matcher] = fit_likelihood(data.scores[matcher], data.first, data.second, unit)
        one = learnt[matcher]
        print(
            f"{matcher}: log10 LR within {one.bounds[0]:.2f} to {one.bounds[1]:.2f}; isotonic "
            f"{one.isotonic.log10_lr[0]:.2f} to {one.isotonic.log10_lr[-1]:.2f} on "
            f"{len(one.scores)} scores; logistic {one.line.intercept:.3f} + "
            f"{one.line.slope:.3f} x score; both kinds seen from {one.mated.lowest:.3f} to "
            f"{one.nonmated.highest:.3f}",
            flush=True,
        )
    return learnt


def main() -> None:
    """Learn, judge, print, and write where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--templates", type=Path, help="file that keeps the templates")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    people, wrong, calibration = photographs(options.root), label_errors(), load_calibration()
    listed = {
        "tuning": chosen(people, "tuning", wrong),
        "test, label errors left out": chosen(people, "test", wrong),
        "test, label errors in": chosen(people, "test", ()),
    }
    every = list(dict.fromkeys(path for paths in listed.values() for path in paths))
    images = lfw_templates(
        every, options.root, Settings(threads=options.threads), options.templates
    )
    calibration.require_measured_with(images.identities)
    tuning = compared("tuning", listed["tuning"], images, calibration)
    n_mated = int(tuning.mated.sum())
    source = calibration.provenance
    assert n_mated == source.mated_comparisons, "these are not the calibration's comparisons"
    assert len(tuning.first) - n_mated == source.nonmated_comparisons, "nor are these"
    print(machine())
    learnt = learn(tuning)
    results = {"tuning": judged(tuning, learnt)}
    for split in ("test, label errors left out", "test, label errors in"):
        results[split] = judged(compared(split, listed[split], images, calibration), learnt)
    print(f"\n{tables(results)}")
    if not options.write:
        return
    maps = Likelihoods(
        id=f"{calibration.id}/likelihood/1",
        created=datetime.now(UTC).replace(microsecond=0),
        calibration=calibration.id,
        provenance=Provenance(
            data_set=source.data_set,
            split="tuning",
            rule=f"{SPLIT_RULE}; at most {PHOTOGRAPHS} photographs a person; label errors left out",
            people=tuning.people,
            images=tuning.images,
            mated_comparisons=n_mated,
            nonmated_comparisons=len(tuning.first) - n_mated,
            libraries=versions(),
        ),
        encoders=calibration.encoders,
        fusion=calibration.fusion,
        weighting=WEIGHTING,
        bounding=BOUNDING,
        intervals=INTERVALS,
        matchers={
            matcher: one.model_copy(
                update={
                    "judged": {
                        form: tuple(
                            judged_on(by_matcher[matcher][form]) for by_matcher in results.values()
                        )
                        for form in FORMS
                    }
                }
            )
            for matcher, one in learnt.items()
        },
    )
    SHIPPED.write_text(maps.to_json(), encoding="utf-8")
    print(f"\nwritten: {SHIPPED.relative_to(HERE.parent)}")
    print(f"for workbench/matching/shipped_files.py: {sha256(SHIPPED.read_bytes()).hexdigest()}")
    result = {
        "calibration": calibration.id,
        "likelihoods": maps.id,
        "replicates": REPLICATES,
        "failures": dict(images.failures),
        "results": results,
    }
    print(f"written: {write_result('likelihood', result).name}")


if __name__ == "__main__":
    main()
