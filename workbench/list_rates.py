"""Rates of lists of other sizes than were searched, reckoned by one formula for every place."""

from __future__ import annotations

import math

__all__ = ["power_within", "rate_before", "rate_of_list"]


def rate_of_list(rate: float, power: float) -> float:
    """Return the rate of a list `power` times as long: `1 - (1 - rate)^power`.

    FPIR(N, T) = 1 - (1 - FMR(T))^N: the chance that at least one of N references is taken for the
    probe, by the binomial distribution, with the references taken for independent; likewise from
    lists of M, with N / M as power. Small rates are not lost to rounding.

    Args:
        rate: of the list that was searched, within 0..1; of not a number none is reckoned.
        power: references of the other list for each of that one, above 0.

    >>> rate_of_list(0.5, 2), f"{rate_of_list(1e-18, 1000):.6g}"
    (0.75, '1e-15')
    """
    return 1.0 if rate >= 1.0 else -math.expm1(power * math.log1p(-rate))


def rate_before(rate: float, power: float) -> float:
    """Return the rate of which `rate_of_list` with the same power makes `rate`: its inverse.

    Args:
        rate: of the list that is `power` times as long, within 0..1.
        power: as above.

    >>> round(rate_before(rate_of_list(0.002, 16.5), 16.5), 12)
    0.002
    """
    return rate_of_list(rate, 1.0 / power)


def power_within(rate: float, cap: float) -> float:
    """Return the highest power at which `rate_of_list` keeps within a cap.

    Args:
        rate: of the list that was searched, above 0 and below 1.
        cap: rate, above 0 and below 1.

    >>> round(power_within(0.001, rate_of_list(0.001, 97)), 9)
    97.0
    """
    return math.log1p(-cap) / math.log1p(-rate)
