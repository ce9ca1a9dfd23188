"""Whether false alerts became more than a policy was measured to raise: a Poisson CUSUM."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from workbench.governance.field_deployments import FieldDeployment

__all__ = ["CUSUM_LIMIT", "CUSUM_RATIO", "cusum_path", "cusum_words"]

CUSUM_RATIO: Final = 2.0
"""How many times the expected false alerts the CUSUM is to find."""

CUSUM_LIMIT: Final = 5.0
"""Decision interval h. By simulation (`benchmarks/field_cusum.py`, 4,000 runs each), while false
alerts come as expected, it signals once in 164 deployments of 4 expected false alerts each, 247 of
1, 362 of 0.5 and 1,310 of 0.1; with double that number after 3, 9, 17 and 75."""

_REFERENCE: Final = (CUSUM_RATIO - 1.0) / math.log(CUSUM_RATIO)
"""How many times the expected false alerts are taken off at each step (Lucas, 1985)."""


def cusum_path(deployments: Sequence[FieldDeployment]) -> tuple[float, ...]:
    """Return the Poisson CUSUM after each deployment, in the order given.

    `S = max(0, S + false - k * expected)`, where `k = (r - 1) / ln r` and `r` is `CUSUM_RATIO`:
    Lucas (1985) for a mean that differs from one step to the next.
    """
    path, value = [], 0.0
    for one in deployments:
        value = max(0.0, value + one.false - _REFERENCE * one.expected * one.faces)
        path.append(value)
    return tuple(path)


def cusum_words(value: float, signalled: str | None) -> str:
    """Return the CUSUM in words: its value, where it calls for a review, and what it is a sum of.

    Args:
        value: the newest.
        signalled: reference of the deployment at which it first reached its limit.
    """
    reached = "" if signalled is None else f", which it first reached at deployment {signalled}"
    return (
        f"{value:.2f}, and a review at {CUSUM_LIMIT:g}{reached}. It is the sum, from deployment to "
        f"deployment, of the false alerts beyond {_REFERENCE:.2f} times those that the rate which "
        "the policy was measured with has one expect in as many faces, never below 0: it grows "
        f"where they come {CUSUM_RATIO:g} times as often, and not by chance alone (CUSUM)."
    )
