"""The groups of one policy, as managers see them: two charts, and every rate at every threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from widgets.managers_parts import Part, cell, chart, column, count_words, facts, table, words
from workbench.outcomes.equity_facts import GroupErrors, GroupsAt, LabelledSet, PolicyFacts
from workbench.rate_words import few_or_many, high_rate_words, low_rate_words, of_hundred_words

__all__ = ["group_parts", "policy_label"]

_TITLES: Final = {
    "FPIR": "False alarms by group: people who are not on the list",
    "FNIR": "Misses by group: people who are on the list",
}
_AXES: Final = {
    "FPIR": "false alarms, 1 in n",
    "FNIR": "misses, 1 in n",
}
_ROW_PX: Final = 44
_FRAME_PX: Final = 72
_LONGEST_NAME: Final = 28
_ASIDE, _BESIDE = 0.35, 0.1
"""Room left and right of all that is told, in powers of ten: a bound has its bar to the left."""
_BETWEEN: Final = (2, 5)
"""Ticks between two powers of ten, where there is room."""
_FEW_DECADES: Final = 2.0

_READ: Final = (
    "A filled point is the rate, its bar the 95 % interval. A hollow triangle is no rate: fewer "
    "than three errors were counted, and the bar reaches to what the rate may be at most. The "
    "scale is logarithmic: each step to the left is a rarer error."
)
_NO_PROOF: Final = (
    "That a difference was not found does not mean there is none. A policy keeps how many pairs "
    "of groups were compared; which differ, each p-value, and how large a difference would have "
    "been seen, stand in the report of workbench evaluate equity that it was issued with."
)
_COLUMNS: Final = (
    column("threshold", "T", "number"),
    column("group", "Group", choose=True),
    column("rate", "Rate", choose=True, meaning="FPIR: false alarms. FNIR: misses."),
    column("people", "People", "number"),
    column("searches", "Searches", "number"),
    column("errors", "Errors", "number"),
    column(
        "share",
        "Share",
        "number",
        meaning="The share of searches that erred: false alarms as 1 in n, misses of 100.",
    ),
    column("interval", "95 % interval"),
)


def policy_label(one: PolicyFacts) -> str:
    """Return what a policy is called on the page.

    >>> from types import SimpleNamespace
    >>> policy_label(SimpleNamespace(policy="street/1", threshold=2.5, matcher="fused"))
    'street/1 (fused matcher, T = 2.5)'
    """
    return f"{one.policy} ({one.matcher} matcher, T = {one.threshold:g})"


def group_parts(one: PolicyFacts) -> list[Part]:
    """Return what is shown of a policy that groups were compared for.

    Args:
        one: with `measured_on`.
    """
    assert one.measured_on is not None  # noqa: S101 - the caller asked
    own = next((at for at in one.at if at.is_the_policys), one.at[0])
    parts = [facts("set", _set_facts(one, one.measured_on))]
    for kind in _TITLES:
        rates = [rate for rate in own.rates if rate.rate == kind]
        parts.append(_chart(kind, rates, one.measured_on.reference, own.threshold))
    suppressed = [rate for rate in own.rates if rate.suppressed is not None]
    if suppressed:
        parts.append(
            words(
                "suppressed",
                *(f"{rate.group}: {rate.words}." for rate in suppressed),
                title="Suppressed, and why",
            )
        )
    compared = (*(_compared(at) for at in one.at), _NO_PROOF)
    parts.append(words("compared", *compared, title="Comparisons"))
    rows = [_row(at.threshold, rate) for at in one.at for rate in at.rates]
    parts.append(table("rates", "Every rate at every threshold that was looked at", _COLUMNS, rows))
    return parts


def _set_facts(one: PolicyFacts, on: LabelledSet) -> list[tuple[str, str]]:
    made = f", {on.synthetic_references:,} of them synthetic" if on.synthetic_references else ""
    meant = f"{one.smallest_list:,} to {one.largest_list:,} references"
    outside = not one.smallest_list <= on.list_size <= one.largest_list
    return [
        ("Measured on", on.data_set),
        ("Which of its people", {"whole": "all"}.get(on.split, f"the {on.split} people")),
        ("People with a group", count_words(on.people)),
        ("Groups", ", ".join(on.groups)),
        ("Compared with", on.reference),
        ("List searched", f"{on.list_size:,} references{made}"),
        ("Policy is meant for", meant + (", and not for the list searched" if outside else "")),
        ("Searched on", f"{on.searched_at:%Y-%m-%d}"),
        ("Compared on", f"{on.compared_at:%Y-%m-%d}"),
    ]


def _compared(at: GroupsAt) -> str:
    where = f"At T = {at.threshold:g}"
    if not at.is_the_policys:
        where += f", below the policy's, where false alarms are {at.times:g} times as frequent"
    if not at.comparisons:
        return f"{where}: no two groups could be compared."
    return (
        f"{where}: a difference was found in {at.differences:,} of {at.comparisons:,} comparisons, "
        "after Holm's correction."
    )


def _row(threshold: float, rate: GroupErrors) -> list[object]:
    value, ends = _said(rate)
    share = None if rate.errors is None or rate.bound is not None else rate.errors / rate.searches
    return [
        cell(threshold, f"{threshold:g}"),
        rate.group,
        rate.rate,
        rate.people,
        rate.searches,
        cell(rate.errors, "suppressed" if rate.errors is None else f"{rate.errors:,}"),
        cell(share, value),
        ends,
    ]


def _said(rate: GroupErrors) -> tuple[str, str]:
    """Return a rate and its interval in words, or why there is none."""
    if rate.errors is None or rate.low is None or rate.high is None:
        return rate.suppressed or "suppressed", ""
    if rate.bound is not None:
        return "not measurable here", f"at most {high_rate_words(rate.bound)}"
    share = rate.errors / rate.searches
    if rate.rate == "FPIR":
        return few_or_many(share), f"{high_rate_words(rate.high)} to {low_rate_words(rate.low)}"
    return f"{share * 100:.2g} of 100", of_hundred_words(rate.low, rate.high)


def _chart(kind: str, rates: Sequence[GroupErrors], reference: str, threshold: float) -> Part:
    told = [rate for rate in rates if rate.errors is not None]
    low, high = _range(told)
    left = 10.0**low
    at = {rate.group: len(rates) - place for place, rate in enumerate(rates)}
    measured = [rate for rate in told if rate.bound is None]
    bounded = [rate for rate in told if rate.bound is not None]
    hidden = [rate for rate in rates if rate.errors is None]
    layout = {
        "xaxis": {
            "title": _AXES[kind],
            "type": "log",
            "range": [low, high],
            **_ticks(low, high),
        },
        "yaxis": {
            "tickvals": [at[rate.group] for rate in rates],
            "ticktext": [_name(rate.group, reference) for rate in rates],
            "range": [0.4, len(rates) + 0.6],
            "automargin": True,
            "zeroline": False,
        },
        "showlegend": False,
        "margin": {"t": 8, "b": 56, "r": 24},
    }
    return chart(
        kind.lower(),
        f"{_TITLES[kind]}, at T = {threshold:g}",
        alt=f"{_TITLES[kind]}. " + " ".join(f"{rate.group}: {rate.words}." for rate in rates),
        traces=[
            _points(measured, at),
            _bounds(bounded, at, left),
            _hidden(hidden, at, left),
        ],
        layout=layout,
        columns=_COLUMNS,
        rows=[_row(threshold, rate) for rate in rates],
        note=_READ,
        height=_FRAME_PX + _ROW_PX * len(rates),
        empty=None if told else "Every group is suppressed here; the reasons are below.",
    )


def _points(rates: Sequence[GroupErrors], at: dict[str, int]) -> dict[str, Any]:
    shares = [(rate.errors or 0) / rate.searches for rate in rates]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": shares,
        "y": [at[rate.group] for rate in rates],
        "text": [rate.words for rate in rates],
        "hoverinfo": "text",
        "marker": {"color": "@first", "size": 11},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [(rate.high or 0) - share for rate, share in zip(rates, shares, strict=True)],
            "arrayminus": [
                share - (rate.low or 0) for rate, share in zip(rates, shares, strict=True)
            ],
            "color": "@first",
            "thickness": 2,
            "width": 6,
        },
    }


def _bounds(rates: Sequence[GroupErrors], at: dict[str, int], left: float) -> dict[str, Any]:
    ends = [rate.bound or 0.0 for rate in rates]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": ends,
        "y": [at[rate.group] for rate in rates],
        "text": [rate.words for rate in rates],
        "hoverinfo": "text",
        "marker": {"color": "@second", "size": 12, "symbol": "triangle-left-open"},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [0.0] * len(ends),
            "arrayminus": [end - left for end in ends],
            "color": "@second",
            "thickness": 1,
            "width": 0,
        },
    }


def _hidden(rates: Sequence[GroupErrors], at: dict[str, int], left: float) -> dict[str, Any]:
    """Return the groups that are suppressed: the word alone, since reasons stand below."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": [left] * len(rates),
        "y": [at[rate.group] for rate in rates],
        "text": ["  suppressed"] * len(rates),
        "textposition": "middle right",
        "textfont": {"color": "@ink"},
        "hoverinfo": "skip",
    }


def _range(told: Sequence[GroupErrors]) -> tuple[float, float]:
    """Return the powers of ten between which all that is told lies."""
    ends = [
        end
        for rate in told
        for end in ((rate.low, rate.high) if rate.bound is None else (rate.bound,))
        if end
    ]
    if not ends:
        return -3.0, 0.0
    low, high = math.log10(min(ends)), math.log10(max(ends))
    return low - _ASIDE, min(high + _BESIDE, 0.02)


def _ticks(low: float, high: float) -> dict[str, Any]:
    """Return ticks at 1 in 1, 10, 100 and, where there is room, at 1 in 2 and 5 of each."""
    between = (1, *_BETWEEN) if high - low <= _FEW_DECADES else (1,)
    parts = [
        step * 10**power
        for power in range(math.floor(-high) - 1, math.ceil(-low) + 1)
        for step in between
        if power >= 0
    ]
    shown = [n for n in parts if low <= -math.log10(n) <= high]
    return {"tickvals": [1 / n for n in shown], "ticktext": [f"1 in {n:,}" for n in shown]}


def _name(group: str, reference: str) -> str:
    name = group if len(group) <= _LONGEST_NAME else group[: _LONGEST_NAME - 1] + "…"
    return f"{name}\n(compared with)" if group == reference else name
