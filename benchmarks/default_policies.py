"""Write the threshold policies that ship: one for each matcher in fp32, and the fused one in int8.

Run: python benchmarks/default_policies.py [--write]

Reads the shipped calibration (tuning people), benchmarks/results/lfw_identification_test.json
(locked test people, label errors left out) and benchmarks/results/int8.json (both, probes in int8),
measures nothing itself, and prints the rates that the policies give beside those that were counted.
`--write` replaces workbench/governance/data/policy-*.json and, with those rates,
benchmarks/results/default_policies.json.
"""

from __future__ import annotations

import argparse
import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

from harness import HERE, markdown_table, write_result

from workbench.governance.fpir import fpir
from workbench.governance.policies import Origin, ThresholdPolicy
from workbench.governance.score_table import ScoreTable
from workbench.governance.setups import Fusion, Matcher, MeasuredEncoder, RuntimeClass, Setup
from workbench.list_rates import power_within
from workbench.matching.calibration import Calibration, FmrTable, load_calibration

SHIPPED = HERE.parent / "workbench" / "governance" / "data"
SEARCHES = HERE / "results" / "lfw_identification_test.json"
IN_INT8 = HERE / "results" / "int8.json"
VERSION = 1
LISTS = (100, 1000, 1847, 10_000, 20_000)
LARGEST_LIST = 20_000  # above all published watchlists: 5,816 to 16,364, and a printed 19,199
REVIEW_AFTER = timedelta(days=365)  # the product's own choice
CAP = 1e-3  # South Wales Police's SOP, quoted in R (Bridges) v CC SWP [2020] EWCA Civ 1058
OWNER = "lfr-workbench"


def setup(calibration: Calibration, matcher: Matcher, runtime: RuntimeClass) -> Setup:
    """What was measured with: the calibration's encoders and fusion, and their numbers."""
    names = sorted(calibration.encoders) if matcher is Matcher.FUSED else [matcher.value]
    fusion = None
    if matcher is Matcher.FUSED:
        assert calibration.fusion is not None
        fusion = Fusion(
            calibration=calibration.id,
            intercept=calibration.fusion.intercept,
            weights=dict(calibration.fusion.weights),
        )
    return Setup(
        matcher=matcher,
        encoders=tuple(
            MeasuredEncoder(**calibration.encoders[name].model_dump()) for name in names
        ),
        fusion=fusion,
        runtime=runtime,
    )


def comparisons(calibration: Calibration, counted: FmrTable) -> ScoreTable:
    """Comparisons of tuning people: searches of lists of one reference."""
    source = calibration.provenance
    return ScoreTable(
        list_size=1,
        searches=counted.comparisons,
        scores=counted.scores,
        counts=counted.counts,
        data_set=source.data_set,
        split=source.split,
        rule=source.rule,
        people=source.people,
    )


def whole_lists(result: dict[str, Any], calibration: Calibration) -> ScoreTable:
    """The searches of whole lists that the reckoned rates can be held against."""
    points = sorted({(p["threshold"], p["false_alarms"]) for p in result["tpir_at_fpir"].values()})
    assert points[-1][1] == 1, "the last is the highest score of all"
    return ScoreTable(
        list_size=result["n_references"],
        searches=result["n_nonmated"],
        scores=tuple(score for score, _ in points),
        counts=tuple(count for _, count in points),
        data_set=calibration.provenance.data_set,
        split="test",
        rule=(
            "the people that are not tuning; one reference for each with two or more images and "
            "1,000 of one image as fillers; the other people of one image are searched for; label "
            "errors left out"
        ),
        people=result["n_nonmated_identities"],
    )


def in_fp32(
    calibration: Calibration, searched: dict[str, Any], matcher: Matcher
) -> ThresholdPolicy:
    """The shipped policy of one matcher."""
    assert (searched["calibration"], searched["split"]) == (calibration.id, "test")
    learnt = calibration.matchers[matcher.value]
    return policy(
        calibration,
        matcher,
        RuntimeClass.FP32,
        name=f"default-{matcher}/{VERSION}",
        threshold=learnt.default_threshold,
        counted=learnt.fmr,
        result=searched["results"][matcher.value]["without label errors"],
        created=calibration.created,
        said="",
    )


def in_int8(calibration: Calibration, measured: dict[str, Any]) -> ThresholdPolicy:
    """The shipped policy of the fused matcher whose probes are encoded in int8."""
    assert (measured["calibration"], measured["split"]) == (calibration.id, "test")
    learnt = measured["tuning"]["matchers"]["fused"]
    return policy(
        calibration,
        Matcher.FUSED,
        RuntimeClass.INT8,
        name=f"default-fused-int8/{VERSION}",
        threshold=learnt["threshold"],
        counted=FmrTable.model_validate_json(json.dumps(learnt["fmr"])),
        result=measured["results"]["fused"]["int8"],
        created=datetime.fromisoformat(measured["date"]).replace(tzinfo=UTC),
        said="Probes were encoded in int8 and references in fp32, as searches do. ",
    )


def policy(
    calibration: Calibration,
    matcher: Matcher,
    runtime: RuntimeClass,
    *,
    name: str,
    threshold: float,
    counted: FmrTable,
    result: dict[str, Any],
    created: datetime,
    said: str,
) -> ThresholdPolicy:
    """One shipped policy."""
    table = comparisons(calibration, counted)
    check = whole_lists(result, calibration)
    learnt = calibration.matchers[matcher.value]
    drafted = ThresholdPolicy(
        id=name,
        origin=Origin.PRODUCT_DEFAULT,
        setup=setup(calibration, matcher, runtime),
        unit=learnt.unit,
        threshold=threshold,
        threshold_reason=learnt.threshold_reason,
        minimum_threshold=threshold,
        smallest_list=1,
        largest_list=LARGEST_LIST,
        table=table,
        checks=(check,),
        measured_on=(
            f"{table.searches:,} non-mated comparisons of {table.people:,} people "
            f"({table.data_set}; {table.split} people). {said}Rates for a list are reckoned from "
            f"single comparisons, taking them for independent. They were held against "
            f"{check.searches:,} searches for {check.split} people in a list of "
            f"{check.list_size:,}; for larger lists they are extrapolated and unchecked. The "
            "encoders may have seen some of these people in training, many of whom are famous. "
            "Nothing measured on these photographs need carry to a street."
        ),
        created=created,
        owner=OWNER,
        review_by=created + REVIEW_AFTER,
    )
    measured_on = f"{drafted.measured_on} {in_words(drafted, check.list_size)}"
    return drafted.model_copy(update={"measured_on": measured_on})


def in_words(one: ThresholdPolicy, searched: int) -> str:
    """What the threshold means for lists of several sizes, and where the data end."""
    every = {size: round(1 / fpir(one, one.threshold, size).rate) for size in (searched, 10_000)}
    beyond = math.nextafter(one.table.scores[-1], math.inf)
    return (
        f"At the threshold the reckoned rate is 1 in 1,000 for a list of "
        f"{largest_within_cap(fpir(one, one.threshold, 1).rate):,}, 1 in {every[searched]:,} for "
        f"one of {searched:,} and 1 in {every[10_000]:,} for one of 10,000. No threshold can be "
        "shown by these data to keep within 1 in 1,000 for lists of more than "
        f"{largest_within_cap(fpir(one, beyond, 1).high):,}."
    )


def largest_within_cap(rate: float) -> int:
    """The largest list whose reckoned rate is at most the cap, at a rate of one comparison."""
    return math.floor(power_within(rate, CAP))


def rates(policies: list[ThresholdPolicy]) -> list[dict[str, Any]]:
    """What each policy says of lists of several sizes, at its own threshold."""
    rows = []
    for one in policies:
        for size in LISTS:
            rate = fpir(one, one.threshold, size)
            rows.append(
                {
                    "policy": one.id,
                    "threshold": one.threshold,
                    "unit": one.unit,
                    "list_size": size,
                    "reckoned": [rate.rate, rate.low, rate.high],
                    "checked": rate.checked,
                }
            )
    return rows


def held_against(policies: list[ThresholdPolicy]) -> list[dict[str, Any]]:
    """The reckoned rates beside the counted ones, at the same scores."""
    rows = []
    for one in policies:
        for check in one.checks:
            for score, count in zip(check.scores, check.counts, strict=True):
                rate = fpir(one, score, check.list_size)
                rows.append(
                    {
                        "policy": one.id,
                        "score": score,
                        "list_size": check.list_size,
                        "counted": count,
                        "searches": check.searches,
                        "reckoned": [rate.rate, rate.low, rate.high],
                    }
                )
    return rows


def within_cap(policies: list[ThresholdPolicy]) -> list[dict[str, Any]]:
    """The longest list that the threshold keeps within the cap, and any threshold of the data."""
    return [
        {
            "policy": one.id,
            "at_threshold": largest_within_cap(fpir(one, one.threshold, 1).rate),
            "at_any": largest_within_cap(
                fpir(one, math.nextafter(one.table.scores[-1], math.inf), 1).high
            ),
        }
        for one in policies
    ]


def printed(row: dict[str, Any]) -> dict[str, str]:
    """A row of either table as it is printed."""
    rate, low, high = row["reckoned"]
    said = {"policy": row["policy"]}
    if "score" in row:
        counted, searches = row["counted"], row["searches"]
        said["score"] = f"{row['score']:.4f}"
        said["counted"] = f"{counted / searches:.4f} ({counted} of {searches:,})"
    else:
        said["threshold"] = f"{row['threshold']} {row['unit']}"
        said["N"] = f"{row['list_size']:,}"
        said["1 in"] = f"{round(1 / rate):,}"
        said["lists as large were searched"] = "yes" if row["checked"] else "no"
    return said | {"FPIR, reckoned": f"{rate:.4f} ({low:.4f} to {high:.4f})"}


def main() -> None:
    """Print what the policies say, and write them where asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    calibration = load_calibration()
    searched = json.loads(SEARCHES.read_text(encoding="utf-8"))
    policies = {f"{matcher}": in_fp32(calibration, searched, matcher) for matcher in Matcher}
    policies["fused-int8"] = in_int8(calibration, json.loads(IN_INT8.read_text(encoding="utf-8")))
    every = [*policies.values()]
    tables = {"rates": rates(every), "held_against": held_against(every)}
    for table in tables.values():
        print(markdown_table([printed(row) for row in table]), end="\n\n")
    for name, one in policies.items():
        path = SHIPPED / f"policy-{name}.json"
        text = json.dumps(one.plain(), indent=1, ensure_ascii=False) + "\n"
        if options.write:
            SHIPPED.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.relative_to(HERE.parent)}")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path.relative_to(HERE.parent)} differs; --write replaces it")
    if options.write:
        result = {"calibration": calibration.id, "cap": CAP, "within_cap": within_cap(every)}
        print(f"written: {write_result('default_policies', result | tables).name}")


if __name__ == "__main__":
    main()
