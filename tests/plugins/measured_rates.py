"""What the other tables of the evaluation in docs/measurements.md must say."""

from __future__ import annotations

import json
from statistics import median
from typing import Any

from measured_searches import CHECKOUT, DOCS, MATCHERS, Rows, result, shares
from printed_tables import Cell

__all__ = ["RATE_TABLES"]

NOT_HERE = "not measurable here"


def alignment() -> Rows:
    """`alignment.py`, which wrote the words that it printed."""
    return [list(row.values()) for row in result("alignment")["rows"]]


def costs() -> Rows:
    """`likelihood.py`: Cllr."""
    rows: Rows = []
    for matchers in result("likelihood")["results"].values():
        for matcher, forms in matchers.items():
            one, other = (forms[form]["judged"] for form in ("isotonic", "logistic"))
            people = f"{one['people']:,}, {one['split']}"
            ends: list[Cell] = [
                (form["cllr"], form["cllr_low"], form["cllr_high"]) for form in (one, other)
            ]
            counts = (one["mated"], one["nonmated"])
            rows.append([people, matcher, counts, *ends, (one["min_cllr"],)])
    return rows


def observed(row: dict[str, Any]) -> Cell:
    """What was observed in a bin, beside what was stated."""
    if row["measurable"]:
        names = ("stated", "by_people", "by_people_low", "by_people_high")
        return tuple(row[name] for name in names)
    return (row["mated"], row["nonmated"]) if row["mated"] or row["nonmated"] else "none"


def ratios(form: str) -> Rows:
    """`likelihood.py`: reliability of one form, but for the lowest bin, which is empty."""
    every = result("likelihood")["results"]["test, label errors left out"]
    bins = zip(*(every[matcher][form]["reliability"] for matcher in MATCHERS), strict=True)
    return [[None, *(observed(one) for one in row)] for row in list(bins)[1:]]


def way(row: dict[str, Any], *, first: bool) -> list[Cell]:
    """A way of scoring: TPIR, and but for the first the difference from it."""
    cells: list[Cell] = [(row["rank 1"],)]
    for target in ("0.03", "0.01", "0.003"):
        one = row[target]
        if one is None:
            cells.append(NOT_HERE)
        elif first:
            cells.append((one["tpir"],))
        else:
            cells.append((one["tpir"], one["difference"], one["low"], one["high"]))
    return cells


def ways(name: str) -> Rows:
    """`accuracy_factors.py`: a table of ways of scoring."""
    rows = result("accuracy_factors")["results"][name]
    return [[row["way"], *way(row, first=not at)] for at, row in enumerate(rows)]


def references() -> Rows:
    """`accuracy_factors.py`: more references of a person."""
    rows: Rows = []
    for part, said in (("test", ""), ("tuning", ", tuning people")):
        for row in result("accuracy_factors")["results"][f"references, {part}"]:
            cells = way(row, first=False)
            rows.append([f"{row['way']}{said}", *cells, (row["people"],)])
    return rows


def refused() -> Rows:
    """`accuracy_quality.py`."""
    rows = (list(row.values()) for row in result("accuracy_quality")["refused"])
    return [[name, *((share,) for share in rest)] for name, *rest in rows]


def default_rates() -> Rows:
    """`default_policies.py`: what the policies in fp32 say of lists."""
    return [
        [
            row["policy"].split("-")[1].split("/")[0],
            (row["threshold"],),
            (row["list_size"],),
            tuple(row["reckoned"]),
            (round(1 / row["reckoned"][0]),),
            "yes" if row["checked"] else "no",
        ]
        for row in result("default_policies")["rates"]
        if "int8" not in row["policy"]
    ]


def held_against(*, int8: bool) -> Rows:
    """`default_policies.py`: counted beside reckoned."""
    rows: Rows = []
    for row in result("default_policies")["held_against"]:
        if ("int8" in row["policy"]) == int8:
            name = [] if int8 else [row["policy"].split("-")[1].split("/")[0]]
            counted = (row["counted"] / row["searches"], row["counted"], row["searches"])
            rows.append([*name, (row["score"],), counted, tuple(row["reckoned"])])
    return rows


def cosines() -> Rows:
    """`int8.py`: what accepted its numbers, which lies beside them."""
    rows: Rows = []
    for name in MATCHERS[:2]:
        path = CHECKOUT / "workbench" / "faces" / "runtimes" / "data" / f"int8-{name}.json"
        one = json.loads(path.read_text("utf-8"))["acceptance"]
        least, mean = (one["least_cosine"],), (one["mean_cosine"],)
        rows.append([name, (one["faces"],), least, mean, (0.99, 0.998)])
    return rows


def in_int8() -> Rows:
    """`int8.py`: searches with probes in either."""
    rows: Rows = []
    for matcher, kinds in result("int8")["results"].items():
        for kind, one in kinds.items():
            counts = [(one[n],) for n in ("n_references", "n_mated", "n_nonmated_identities")]
            rows.append([matcher, kind, *counts, (one["rank1"],), *shares(one, ("0.03", "0.01"))])
    return rows


def coverage() -> Rows:
    """`coverage.py`: searches; bootstraps of people alone are not told."""
    rows: Rows = []
    for cell in result("coverage")["cells"]:
        told = {n: (c,) for n, c in cell["coverage"].items() if n != "bootstrap of people alone"}
        rows.append([cell["people"], (cell["n"],), (cell["rate"],), *told.values()])
    return rows


def crossed() -> Rows:
    """`coverage.py`: comparisons."""
    return [
        [(one["fmr"],), (one["comparisons"], 100, 200), *((c,) for c in one["coverage"].values())]
        for one in result("coverage")["comparisons"]
    ]


def in_the_field() -> Rows:
    """`coverage_shown.py`: deployments."""
    rows: Rows = []
    for cell in result("coverage_shown")["field"]:
        shown = (cell["rate_above"]["as shown"],), (cell["median_width_in_rates"]["as shown"],)
        covered = ((share,) for share in cell["coverage"].values())
        rows.append([(cell["deployments"],), cell["they"], *covered, *shown])
    return rows


def shown() -> Rows:
    """`coverage_shown.py`: everything else."""
    rows: Rows = []
    for cell in result("coverage_shown")["shown"]:
        sides: list[Cell] = [
            "" if cell.get(name) is None else (cell[name],)
            for name in ("truth_below", "truth_above")
        ]
        holds = (cell["coverage"], cell["standard_error"])
        rows.append([cell["interval"], (cell["told"],), holds, *sides])
    return rows


def power() -> Rows:
    """`equity_power.py`."""
    rows: Rows = []
    for row in result("equity_power")["power"]:
        if "seen" in row:
            people = (row["group"]["people"], row["reference"]["people"])
            stated = (row["stated_ratio"],)
            seen = (row["seen"], *row["seen_interval"])
            rest = (row["seen_half_way"],), (row["told_apart"],)
            rows.append([row["case"], people, stated, seen, *rest])
    return rows


def cusum() -> Rows:
    """`field_cusum.py`."""
    return [
        [(row["expected"],), (row["in_control_mean"],), (row["doubled_mean"],)]
        for row in result("field_cusum")["run_lengths_in_deployments"]
    ]


def speed() -> Rows:
    """`evaluation_speed.py`; the name of a case is told in other words."""
    rows: Rows = []
    for one in result("evaluation_speed")["cases"]:
        ours, loop = one["ours_seconds"], one["loop_seconds"]
        ends = (min(loop), max(loop))
        rows.append(
            [
                None,
                (median(ours), min(ours), max(ours)),
                (median(loop),) if one["loop_is_scaled"] else (median(loop), *ends),
                (one["ratio"], one["ratio_least"], one["ratio_most"]),
                (one["ours_peak_mb"],),
                (one["loop_peak_mb"],) if one["loop_peak_mb"] > 1 else "under 1",
            ]
        )
    return rows


def lab() -> Rows:
    """`lab_redraw.py`."""
    names = ("median ms", "95th ms", "longest ms")
    return [
        [row["application"], row["moved by"], *((row[name],) for name in names)]
        for row in result("lab_redraw")["rows"]
    ]


CHANGES, LIKELIHOOD = "What changes it", "Likelihood ratios"
COVERAGE, OTHERWISE = "How often an interval holds a known rate", "Intervals that come otherwise"

RATE_TABLES = {
    (DOCS, "Which crop FaceNet gets", 0): alignment,
    (DOCS, LIKELIHOOD, 0): costs,
    (DOCS, LIKELIHOOD, 1): lambda: ratios("isotonic"),
    (DOCS, LIKELIHOOD, 2): lambda: ratios("logistic"),
    (DOCS, CHANGES, 0): lambda: ways("few, tuning"),
    (DOCS, CHANGES, 1): lambda: ways("few, test"),
    (DOCS, CHANGES, 2): lambda: ways("many, tuning by halves"),
    (DOCS, CHANGES, 3): lambda: ways("many, test"),
    (DOCS, CHANGES, 4): references,
    (DOCS, CHANGES, 5): refused,
    (DOCS, "Threshold policies", 0): default_rates,
    (DOCS, "Threshold policies", 1): lambda: held_against(int8=False),
    (DOCS, "Int8", 0): cosines,
    (DOCS, "Int8", 1): in_int8,
    (DOCS, "Int8", 2): lambda: held_against(int8=True),
    (DOCS, COVERAGE, 0): coverage,
    (DOCS, COVERAGE, 1): crossed,
    (DOCS, OTHERWISE, 0): in_the_field,
    (DOCS, OTHERWISE, 1): shown,
    (DOCS, "Equity: what a set could have seen", 0): power,
    (DOCS, "False alerts in the field", 0): cusum,
    (DOCS, "Reckoning rates and intervals", 0): speed,
    (DOCS, "The threshold lab", 0): lab,
}
