"""What a count of few errors is worth, in words: one way of writing a rate, one bound, its kind.

Fewer than three errors are no rate. What is said in its place is how high it may be: by the rule
of three, 3 / n, where there is none (Hanley and Lippman-Hand, Journal of the American Medical
Association 249, 1983), else by the upper end of the exact 95 % interval.
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from workbench.intervals import (
    FEWEST_EXPECTED_ERRORS,
    THIRTY_ERRORS,
    clopper_pearson,
    relative_ends,
    rule_of_three,
)
from workbench.number_words import few_or_many, high_rate_words, times_ends_words

__all__ = [
    "AT_MOST",
    "BOUNDS",
    "Bound",
    "bound_cell",
    "bound_words",
    "equal_error_words",
    "error_bound",
    "few_errors_words",
    "found_words",
    "rate_said",
]

BOUNDS: Final = (
    "Fewer than three errors are not measurable here. At most, or at least, is their bound: the "
    "rule of three, 3 / n, where there is none, else the end of the exact 95 % interval."
)
"""What stands once beside a table of rates and bounds."""

AT_MOST: Final = (
    "At most is how high a rate of fewer than three errors may be, by the rule of three where "
    "there is none."
)
"""The same in short, beside the table of a curve."""

_RULE: Final = "rule of three"
_SMALL: Final = 0.1
_EXACT: Final = 1e-9


class Bound(NamedTuple):
    """How high a rate may be, within 0..1, and by which rule."""

    value: float
    rule: str


def rate_said(value: float) -> str:
    """Return a rate as every evaluation writes it: `1 in n` in two figures, from 0.1 on a decimal.

    >>> rate_said(0.003), rate_said(1 / 6123), rate_said(0.15), rate_said(0.0)
    ('1 in 330', '1 in 6,100', '0.150', '0')
    """
    if value == 0:
        return "0"
    return few_or_many(value) if value < _SMALL else f"{value:.3f}"


def error_bound(count: int, n: int) -> Bound:
    """Return how high the rate may be of which fewer than three errors were counted in `n` trials.

    Raises:
        ValueError: when `count` is not within 0..n.
    """
    if count == 0:
        return Bound(rule_of_three(n), _RULE)
    return Bound(clopper_pearson(count, n).high, _end("upper"))


def bound_words(count: int, n: int) -> str:
    """Return the bound of a rate of errors, with its kind.

    >>> bound_words(0, 60), bound_words(1, 60), bound_words(0, 2)
    ('at most 1 in 20 (rule of three)', 'at most 1 in 11 (upper end of the 95 % interval)', \
'no bound (rule of three)')
    """
    bound = error_bound(count, n)
    if bound.value >= 1.0:
        return f"no bound ({bound.rule})"
    # A bound is never told as lower than it is.
    small = bound.value < _SMALL
    most = (
        high_rate_words(bound.value)
        if small
        else f"{math.ceil(bound.value * 1000 - _EXACT) / 1000:.3f}"
    )
    return f"at most {most} ({bound.rule})"


def bound_cell(count: int, n: int) -> str:
    """Return the bound of a rate for a cell of a table, beside which `BOUNDS` names its kind.

    >>> bound_cell(0, 60)
    'at most 1 in 20'
    """
    return bound_words(count, n).partition(" (")[0]


def found_words(errors: int, n: int) -> str:
    """Return the bound of the share without an error, with its kind.

    >>> found_words(0, 25), found_words(1, 25)
    ('at least 0.880 (rule of three)', 'at least 0.796 (lower end of the 95 % interval)')
    """
    bound = error_bound(errors, n)
    rule = bound.rule if errors == 0 else _end("lower")
    if bound.value >= 1.0:
        return f"no bound ({rule})"
    return f"at least {math.floor((1.0 - bound.value) * 1000 + _EXACT) / 1000:.3f} ({rule})"


def few_errors_words(count: int, n: int) -> str | None:
    """Return what a count of errors is worth, in words; `None` from thirty errors on.

    >>> few_errors_words(0, 1000)
    'none of 1,000 trials: not measurable here, at most 1 in 330 (rule of three)'
    >>> few_errors_words(2, 1000)
    '2 of 1,000 trials: not measurable here, at most 1 in 130 (upper end of the 95 % interval)'
    >>> few_errors_words(12, 1000)
    '12 of 1,000 trials: the 95 % interval runs from 0.51 to 1.74 times the rate'

    Raises:
        ValueError: when `count` is not within 0..n.
    """
    if n == 0 == count:
        return "no trial: nothing is known"
    seen = _seen(count, n, "trials")
    if count < FEWEST_EXPECTED_ERRORS:
        return f"{seen}: not measurable here, {bound_words(count, n)}"
    ends = relative_ends(count, n)
    if count >= THIRTY_ERRORS:
        return None
    return f"{seen}: the 95 % interval runs from {times_ends_words(*ends)} times the rate"


def equal_error_words(false_matches: int, others: int, rejected: int, mated: int) -> str | None:
    """Return what an equal error rate of few errors is worth; `None` where both kinds are three.

    Args:
        false_matches: at the threshold of the rate.
        others: comparisons of two people.
        rejected: comparisons of one person below the threshold.
        mated: comparisons of one person.

    >>> equal_error_words(0, 60, 1, 60)
    'none of 60 false matches and 1 of 60 false non-matches: not measurable here, \
at most 1 in 11 (upper end of the 95 % interval)'
    """
    if min(false_matches, rejected) >= FEWEST_EXPECTED_ERRORS:
        return None
    kinds = ((false_matches, others), (rejected, mated))
    highest = max(kinds, key=lambda kind: error_bound(*kind).value)
    seen = f"{_seen(false_matches, others, 'false matches')} and "
    seen += _seen(rejected, mated, "false non-matches")
    return f"{seen}: not measurable here, {bound_words(*highest)}"


def _seen(count: int, n: int, what: str) -> str:
    return f"{count:,} of {n:,} {what}" if count else f"none of {n:,} {what}"


def _end(which: str) -> str:
    return f"{which} end of the 95 % interval"
