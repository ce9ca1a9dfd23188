"""A rate of false alerts of the field in words, beside its counts and its interval."""

from __future__ import annotations

from workbench.evaluation.few_errors import bound_words as few_words
from workbench.evaluation.field import FieldRate
from workbench.rate_words import few_or_many, rate_ends_words

__all__ = ["bound_words", "false_words", "interval_words"]


def false_words(rate: FieldRate) -> str:
    """Return counts and a rate; of fewer than three false alerts its bound, and no rate."""
    counted = f"{rate.false_alerts:,} of {rate.faces:,}"
    if not rate.measurable:
        return f"{counted}, {bound_words(rate)}"
    return f"{counted}, {few_or_many(rate.rate)} ({interval_words(rate)})"


def bound_words(rate: FieldRate) -> str:
    """Return that a rate is not measurable here, and how high it may be."""
    return f"not measurable here: {few_words(rate.false_alerts, rate.faces)}"


def interval_words(rate: FieldRate) -> str:
    """Return the interval by deployment; where there is none, the exact one, called so."""
    if rate.by_deployment is None:
        return f"exact {rate_ends_words(*rate.exact)}"
    return f"by deployment {rate_ends_words(*rate.by_deployment)}"
