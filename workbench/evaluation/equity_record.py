"""A measurement by group as one plain record, fit for a JSON file or a report."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from workbench.evaluation.equity_tables import EquityResult
from workbench.evaluation.equity_words import equity_sentences

__all__ = ["equity_record"]


def equity_record(result: EquityResult) -> dict[str, Any]:
    """Return everything of a measurement: how it was made, rates, comparisons, and the sentences.

    Returns:
        The attributes of `EquityResult` by name, `rates` and `comparisons` as lists of rows, and
        `sentences`.
    """
    plain = {
        name: getattr(result, name)
        for name in (
            "threshold",
            "reference",
            "reference_given",
            "people",
            "confidence",
            "comparisons_made",
            "smallest_people",
            "fewest_errors",
        )
    }
    return plain | {
        "groups": list(result.groups),
        "steps": [asdict(step) for step in result.steps],
        "left_out": list(result.left_out),
        "rates": result.rates.to_dicts(),
        "comparisons": result.comparisons.to_dicts(),
        "sentences": list(equity_sentences(result)),
    }
