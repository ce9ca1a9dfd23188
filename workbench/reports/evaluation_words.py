"""How the figures of an evaluation are written: counts of what, rates with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from workbench.evaluation.few_errors import bound_cell, bound_words, found_words, rate_said
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.number_words import (
    few_or_many,
    high_rate_words,
    low_rate_words,
    rounded_down,
    rounded_up,
)

__all__ = [
    "NOT_HERE",
    "asked",
    "between",
    "count_ticks",
    "exact",
    "found",
    "not_here",
    "of",
    "of_hundred",
    "one_in",
    "one_in_ticks",
    "out_of",
    "rate",
    "score",
    "ticks",
]

NOT_HERE: Final = "not measurable here"

_SMALL: Final = 0.1
_ONE_OF_HUNDRED: Final = 0.01
_DASH: Final = "\N{MINUS SIGN}"


def score(value: float | None) -> str:
    r"""Return a score to two decimals, with a true minus sign.

    >>> score(1.234), score(None), score(-0.5) == "\N{MINUS SIGN}0.50"
    ('1.23', 'any', True)
    """
    return "any" if value is None else f"{value:.2f}".replace("-", _DASH)


def rate(value: float | None) -> str:
    """Return a rate: three decimals, and as `1 in n` where it is small.

    >>> rate(0.912), rate(0.003), rate(0.0), rate(None)
    ('0.912', '1 in 330', '0', 'unknown')
    """
    return "unknown" if value is None else rate_said(value)


def asked(target: str) -> str:
    """Return a rate that was asked for, as a result names it, and as rates are written.

    >>> asked("0.003"), asked("0.1")
    ('0.003 (1 in 330)', '0.1 (1 in 10)')
    """
    return f"{target} ({one_in(float(target))})"


def exact(count: int, n: int, low: float | None, high: float | None) -> str:
    """Return the exact interval of a rate of errors, or the bound of fewer than three.

    >>> exact(0, 60, 0.0, 0.06), exact(6, 60, 0.038, 0.205)
    ('at most 1 in 20', '0.038 to 0.205')
    """
    return bound_cell(count, n) if count < FEWEST_EXPECTED_ERRORS and n else between(low, high)


def not_here(count: int, n: int) -> str:
    """Return that a rate of errors is not measurable, and its bound.

    >>> not_here(1, 60)
    'not measurable here: at most 1 in 11 (upper end of the 95 % interval)'
    """
    return f"{NOT_HERE}: {bound_words(count, n)}"


def found(errors: int, n: int, value: float, low: float, high: float) -> tuple[str, str]:
    """Return a share that was found and its interval, or its bound where few were not found.

    >>> found(0, 25, 1.0, 0.863, 1.0)
    ('not measurable here', 'at least 0.880')
    >>> found(5, 25, 0.8, 0.593, 0.932)
    ('0.800', '0.593 to 0.932')
    """
    if errors < FEWEST_EXPECTED_ERRORS:
        return NOT_HERE, found_words(errors, n).partition(" (")[0]
    return f"{value:.3f}", between(low, high)


def one_in(value: float) -> str:
    """Return a rate above 0 as `1 in n`, n to two figures.

    >>> one_in(0.1), one_in(0.0333), one_in(1 / 6123), one_in(0.4)
    ('1 in 10', '1 in 30', '1 in 6,100', '1 in 2.5')
    """
    n = 1.0 / value
    if n < 10.0:  # noqa: PLR2004 - below, a whole number would say too little
        return f"1 in {n:.1f}".removesuffix(".0")
    return few_or_many(value) if value < _SMALL else "1 in 10"


def between(low: float | None, high: float | None) -> str:
    """Return an interval of a rate, both ends in the same form.

    >>> between(0.88, 0.93), between(0.001, 0.004), between(0.0, 0.003), between(None, None)
    ('0.880 to 0.930', '1 in 1,000 to 1 in 250', '0 to 1 in 330', 'unknown')
    """
    if low is None or high is None:
        return "unknown"
    if high < _SMALL:
        return f"{low_rate_words(low) if low else '0'} to {high_rate_words(high) if high else '0'}"
    return f"{rounded_down(low * 1000) / 1000:.3f} to {rounded_up(high * 1000) / 1000:.3f}"


def of(count: int, n: int, what: str) -> str:
    """Return a count with its denominator.

    >>> of(5, 1142325, "faces")
    '5 of 1,142,325 faces'
    """
    return f"{count:,} of {n:,} {what}"


def of_hundred(low: float, high: float) -> str:
    """Return an interval of a share of things, in whole ones of a hundred where it is large enough.

    >>> of_hundred(0.0412, 0.068), of_hundred(0.002, 0.03), of_hundred(0.001, 0.004)
    ('4 to 7 of 100', '0.2 to 3 of 100', '1 in 1,000 to 1 in 250')
    """
    if high < _ONE_OF_HUNDRED:
        return between(low, high)
    few = 0 < low < _ONE_OF_HUNDRED
    first = f"{rounded_down(low * 1000) / 10:.1f}" if few else f"{rounded_down(low * 100)}"
    return f"{first} to {rounded_up(high * 100)} of 100"


def out_of(count: int, n: int) -> str:
    """Return a count with its denominator alone.

    >>> out_of(5, 1142325)
    '5 of 1,142,325'
    """
    return f"{count:,} of {n:,}"


def ticks(low: float, high: float, about: int = 6) -> list[tuple[float, str]]:
    """Return round values within a range, with their texts.

    >>> ticks(0.0, 1.0, 5)
    [(0.0, '0.0'), (0.2, '0.2'), (0.4, '0.4'), (0.6, '0.6'), (0.8, '0.8'), (1.0, '1.0')]
    """
    if not high > low:
        return [(low, score(low))]
    raw = (high - low) / about
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * k for k in (1.0, 2.0, 5.0, 10.0) if size * k >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    values = [round(k * step, 10) for k in range(first, last + 1)]
    return [(value, f"{value:.{digits}f}".replace("-", _DASH)) for value in values]


def one_in_ticks(low: float, high: float = 1.0) -> list[tuple[float, str]]:
    """Return powers of ten within a range of rates, written as `1 in n`.

    >>> one_in_ticks(0.005)
    [(0.01, '1 in 100'), (0.1, '1 in 10'), (1.0, 'all')]
    """
    powers: Sequence[int] = range(math.ceil(math.log10(low) - 1e-9), 1)
    values = [10.0**power for power in powers if 10.0**power <= high * 1.0001]
    return [(value, "all" if value == 1.0 else one_in(value)) for value in values]


def count_ticks(most: int) -> list[tuple[float, str]]:
    """Return powers of ten up to a count, from 1.

    >>> count_ticks(300)
    [(1.0, '1'), (10.0, '10'), (100.0, '100')]
    """
    last = math.floor(math.log10(max(most, 1)) + 1e-9)
    return [(10.0**power, f"{10**power:,}") for power in range(last + 1)]
