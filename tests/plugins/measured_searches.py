"""What the tables of searches and pairs in docs/measurements.md and README.md must say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from printed_tables import Cell

__all__ = ["CHECKOUT", "DOCS", "MATCHERS", "SEARCH_TABLES", "Rows", "result", "shares"]

Rows = list[list[Cell]]

CHECKOUT = Path(__file__).resolve().parents[2]
MATCHERS = ("facenet", "sface", "fused")
ERRORS = {"in": "with label errors", "left out": "without label errors"}
NOT_HERE = "not measurable here"
TARGETS = ("0.1", "0.03", "0.01", "0.003", "0.001")


def result(name: str) -> Any:
    """Return what a benchmark wrote."""
    path = CHECKOUT / "benchmarks" / "results" / f"{name}.json"
    return json.loads(path.read_text("utf-8"))


def shares(found: dict[str, Any], targets: Sequence[str]) -> Iterator[Cell]:
    """Yield TPIR with the ends of its interval at each FPIR."""
    for target in targets:
        one = found["tpir_at_fpir"][target]
        ends = (one.get("tpir"), one.get("tpir_boot_low"), one.get("tpir_boot_high"))
        yield ends if one["measurable"] else NOT_HERE


def pairs_row(found: dict[str, Any]) -> list[Cell]:
    """Accuracy of pairs: count, accuracy with its error, errors, equal error rate."""
    accuracy = (found["accuracy"], found["accuracy_standard_error"])
    return [(found["n_pairs"],), accuracy, (found["errors"],), (found["equal_error_rate"],)]


def verification() -> Rows:
    """`lfw_verification.py`."""
    rows: Rows = []
    for matcher, kinds in result("lfw_verification")["results"].items():
        for one in kinds.values():
            *most, errors, equal = pairs_row(one)
            no_face = (sum(one["failures_to_acquire"].values()),)
            rows.append([matcher, *most, errors, no_face, equal])
    return rows


def identification(part: str) -> Rows:
    """`lfw_identification.py`, of one part of the people."""
    rows: Rows = []
    for matcher, kinds in result(f"lfw_identification_{part}")["results"].items():
        for said, name in ERRORS.items():
            one = kinds[name]
            failed = one["failures_to_acquire"]
            counts = [(one[n],) for n in ("n_references", "n_mated", "n_nonmated_identities")]
            no_face = (failed["reference"], failed["probe"])
            rank1 = (one["rank1"],)
            rows.append([matcher, said, *counts, no_face, rank1, *shares(one, TARGETS)])
    return rows


def longer_searches() -> Rows:
    """`accuracy.py`: searches as long as the people allow."""
    rows: Rows = []
    for matcher, numbers in result("accuracy")["results"].items():
        for number, kinds in numbers.items():
            for said, name in ERRORS.items():
                one = kinds[name]
                mated = (one["n_mated"], one["n_mated_identities"])
                once = (one["tpir_at_fpir"]["0.01"]["tpir_by_person"],)
                row: list[Cell] = [matcher, number, said, (one["n_references"],), mated]
                row += [(one["n_nonmated_identities"],), (one["rank1"],)]
                rows.append([*row, *shares(one, TARGETS[1:]), once])
    return rows


def longer_pairs() -> Rows:
    """`accuracy.py`: pairs in fp32 and int8."""
    return [
        [matcher, number, said, *pairs_row(kinds[name])]
        for matcher, numbers in result("accuracy")["results"].items()
        for number, kinds in numbers.items()
        for said, name in (("all", "pairs"), ("of test people", "pairs of test people"))
    ]


def extrapolated() -> Rows:
    """`accuracy.py`: lists of 10,000."""
    return [
        [matcher, number, *shares(kinds["longer lists"], TARGETS[1:])]
        for matcher, numbers in result("accuracy")["results"].items()
        for number, kinds in numbers.items()
    ]


def checked_at() -> Iterator[tuple[str, str]]:
    """The thresholds at which the rule is held against searches."""
    yield from (("fused", "default threshold"), ("fused", "FPIR 0.01 in the longest list"))
    yield from (("sface", "default threshold"), ("facenet", "default threshold"))
    yield ("facenet", "TPIR 0.89")


def rule_of_lists() -> Rows:
    """`accuracy.py`: the rule for longer lists held against searches."""
    rows: Rows = []
    for matcher, at in checked_at():
        one = result("accuracy")["results"][matcher]["fp32"]["longer lists"]["checks"][at]
        for size, of in one["lists"].items():
            searched = "" if of["searched"] is None else (of["searched"],)
            ends = (of["reckoned"], of["reckoned_low"], of["reckoned_high"])
            rows.append([matcher, at, (one["threshold"],), (int(size),), searched, ends])
    return rows


def at_npl(matcher: str, size: str) -> Cell:
    """False alarms at TPIR 0.89: a rate, or the bound of what is not measurable."""
    every = result("accuracy")["results"][matcher]["fp32"]["longer lists"]["checks"]["TPIR 0.89"]
    one, alarms = every["lists"][size], every["comparisons_above"]
    if alarms < 6:  # three comparisons' worth, of which each may raise two
        return (alarms, 1, round(1 / one["reckoned_high"]))
    if one["searched"] is None:
        return (one["reckoned"], one["reckoned_low"], one["reckoned_high"])
    ends = (one[name] for name in ("searched_low", "searched_high") if name in one)
    return (one["searched"], *ends)


def npl() -> Rows:
    """`accuracy.py`: in the form of NPL's figures, whose own rows are as reported."""
    reported = "NEC NeoFace V4 at 0.60 (NPL 2023, live)"
    rows: Rows = [
        [reported, (n,), (0.89,), (1, one_in), "as reported"]
        for n, one_in in ((1_000, 60_000), (10_000, 6_000))
    ]
    for matcher in MATCHERS:
        for size in ("1000", "1847", "2895", "10000"):
            how = "extrapolated" if size == "10000" else "searched"
            rows.append([f"{matcher} fp32", (int(size),), (0.89,), at_npl(matcher, size), how])
    return rows


def readme_lfw() -> Rows:
    """The first table of the README: a row for each figure, a column for each matcher."""
    pairs = result("lfw_verification")["results"]
    searches = result("lfw_identification_test")["results"]
    rows: Rows = [
        [None, *((pairs[m][kind]["accuracy"],) for m in MATCHERS)]
        for kind in ("test people", "all")
    ]
    left_out = {m: searches[m][ERRORS["left out"]] for m in MATCHERS}
    rows.append([None, *((left_out[m]["rank1"],) for m in MATCHERS)])
    for target in TARGETS[:2]:
        rows.append([None, *((left_out[m]["tpir_at_fpir"][target]["tpir"],) for m in MATCHERS)])
    for target in TARGETS[2:]:
        rows.append([None, *(next(shares(left_out[m], [target])) for m in MATCHERS)])
    left_in = {m: searches[m][ERRORS["in"]] for m in MATCHERS}
    rows.append([None, *((left_in[m]["tpir_at_fpir"]["0.01"]["tpir"],) for m in MATCHERS)])
    rows.append([None, *(next(shares(left_in[m], ["0.003"])) for m in MATCHERS)])
    return rows


def readme_longer() -> Rows:
    """The README's table of longer lists."""
    rows: Rows = []
    for name, number in (*((m, "fp32") for m in MATCHERS), ("fused", "int8")):
        of = result("accuracy")["results"][name][number]
        one = of[ERRORS["left out"]]
        plain = [(one["tpir_at_fpir"][target]["tpir"],) for target in ("0.03", "0.01")]
        row: list[Cell] = [f"{name}, {number}", (one["rank1"],), *plain, *shares(one, ["0.003"])]
        rows.append([*row, *shares(of["longer lists"], ["0.01"])])
    return rows


def readme_npl() -> Rows:
    """The README's table in the form of NPL's figures; its first row is as reported."""
    rows: Rows = [[None, (1, 60_000), "", (1, 6_000)]]
    for matcher in MATCHERS[::-1]:
        row = [at_npl(matcher, size) for size in ("1000", "2895", "10000")]
        # Of the first and the last bound the README leaves the count of alarms out.
        for at in (0, 2):
            if isinstance(row[at], tuple) and matcher != "facenet":
                row[at] = row[at][1:]
        rows.append([None, *row])
    return rows


DOCS, README = "docs/measurements.md", "README.md"

SEARCH_TABLES = {
    (DOCS, "Verification", 0): verification,
    (DOCS, "Open-set identification", 0): lambda: identification("test"),
    (DOCS, "Open-set identification", 1): lambda: identification("all"),
    (DOCS, "Accuracy in searches as long as the people allow", 0): longer_searches,
    (DOCS, "Accuracy in searches as long as the people allow", 1): longer_pairs,
    (DOCS, "Lists of 10,000, extrapolated", 0): extrapolated,
    (DOCS, "Lists of 10,000, extrapolated", 1): rule_of_lists,
    (DOCS, "In the form of NPL's figures", 0): npl,
    (README, "Measured", 0): readme_lfw,
    (README, "Measured", 1): readme_longer,
    (README, "Measured", 2): readme_npl,
}
