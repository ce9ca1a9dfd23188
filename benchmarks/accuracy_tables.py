"""The tables that benchmarks/accuracy.py prints, from its results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["NPL", "tables"]

NPL = {1_000: 1 / 60_000, 10_000: 1 / 6_000}
"""NPL (2023), NEC NeoFace V4 at 0.60, live, TPIR 89 %: FPIR by size of the list."""
AS_NPL_FROM = 1_000
OFTEN = 0.1
"""Rates from here on are written as shares, others as one in so many."""
_NOT = "not measurable here"
Results = Mapping[str, Mapping[str, Mapping[str, Any]]]


def tables(results: Results) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each table by its title."""
    each = [(m, n, one) for m, by_numbers in results.items() for n, one in by_numbers.items()]
    rows: dict[str, list[dict[str, str]]] = {"Searches": [], "Lists of 10,000, reckoned": []}
    for matcher, numbers, one in each:
        for errors in ("with", "without"):
            kind = {"matcher": matcher, "numbers": numbers}
            kind["label errors"] = "in" if errors == "with" else "left out"
            rows["Searches"].append(kind | _searches(one[f"{errors} label errors"]))
        kind = {"matcher": matcher, "numbers": numbers}
        rows["Lists of 10,000, reckoned"].append(kind | _reckoned(one["longer lists"]))
    paired = [(m, n, one) for m, n, one in each if "pairs" in one]
    if paired:
        rows["Pairs"] = [
            {"matcher": matcher, "numbers": numbers, "pairs": name} | _pairs(one[name])
            for matcher, numbers, one in paired
            for name in ("pairs", "pairs of test people")
        ]
    rows["Searched and reckoned"] = [
        {"matcher": matcher, "at": name} | row
        for matcher, numbers, one in each
        if numbers == "fp32"
        for name, check in one["longer lists"]["checks"].items()
        for row in _check(check)
    ]
    rows["In the form of NPL's report"] = [
        {
            "matcher": "NEC NeoFace V4 at 0.60 (NPL 2023, live)",
            "N": f"{size:,}",
            "TPIR": "0.89",
            "FPIR": f"1 in {round(1 / rate):,}",
            "how": "published",
        }
        for size, rate in NPL.items()
    ] + [
        {"matcher": f"{matcher} {numbers}"} | row
        for matcher, numbers, one in each
        if numbers == "fp32"
        for row in _as_npl(one["longer lists"]["checks"]["TPIR 0.89"])
    ]
    return rows


def _searches(result: Mapping[str, Any]) -> dict[str, str]:
    row = {
        "N": f"{result['n_references']:,}",
        "mated (people)": f"{result['n_mated']:,} ({result['n_mated_identities']:,})",
        "non-mated people": f"{result['n_nonmated']:,}",
        "rank 1": f"{result['rank1']:.4f}",
    }
    for target, one in result["tpir_at_fpir"].items():
        row[f"TPIR at FPIR {target}"] = (
            f"{one['tpir']:.4f} ({one['tpir_boot_low']:.3f} to {one['tpir_boot_high']:.3f})"
            if one["expected_alarms"] >= 2 * 3
            else _NOT
        )
    row["each person once, at 0.01"] = f"{result['tpir_at_fpir']['0.01']['tpir_by_person']:.4f}"
    return row


def _reckoned(longer: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"TPIR at FPIR {target}": (
            f"{one['tpir']:.4f} ({one['tpir_boot_low']:.3f} to {one['tpir_boot_high']:.3f})"
            if one["measurable"]
            else _NOT
        )
        for target, one in longer["tpir_at_fpir"].items()
    }


def _pairs(result: Mapping[str, Any]) -> dict[str, str]:
    return {
        "count": f"{result['n_pairs']:,}",
        "accuracy": f"{result['accuracy']:.4f} ± {result['accuracy_standard_error']:.4f}",
        "errors": str(result["errors"]),
        "equal error rate": f"{result['equal_error_rate']:.4f}",
    }


def _check(check: Mapping[str, Any]) -> list[dict[str, str]]:
    return [
        {
            "score": f"{check['threshold']:.4f}",
            "N": f"{int(size):,}",
            "searched": "" if one["searched"] is None else f"{one['searched']:.5f}",
            "reckoned (95 % interval)": (
                f"{one['reckoned']:.5f} ({one['reckoned_low']:.5f} to {one['reckoned_high']:.5f})"
            ),
        }
        for size, one in check["lists"].items()
    ]


def _as_npl(check: Mapping[str, Any]) -> list[dict[str, str]]:
    rows = []
    for size, one in check["lists"].items():
        if int(size) < AS_NPL_FROM:
            continue
        rows.append(
            {
                "N": f"{int(size):,}",
                "TPIR": f"{check['tpir']:.2f}",
                "FPIR": _told(check, one),
                "how": "extrapolated" if one["searched"] is None else "searched",
            }
        )
    return rows


def _told(check: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    """Return a rate with its interval, or its bound where too few alarms stand behind it."""
    if check["comparisons_above"] < 2 * 3:
        # Two people who look alike raise an alarm each.
        high = max(one["reckoned_high"], one.get("searched_high", 0.0))
        return f"not measurable here ({check['comparisons_above']} alarms): at most {_one_in(high)}"
    if one["searched"] is None:
        kind, rate = "reckoned", one["reckoned"]
    elif "alarms" in one:
        kind, rate = "searched", one["searched"]
    else:  # a mean over draws of the same searches, without an interval of its own
        return _one_in(one["searched"])
    return f"{_one_in(rate)} ({_one_in(one[f'{kind}_low'])} to {_one_in(one[f'{kind}_high'])})"


def _one_in(rate: float) -> str:
    if rate >= OFTEN:
        return f"{rate:.2f}"
    return f"1 in {round(1 / rate):,}" if rate else "none"
