"""The result of `workbench evaluate verification` on the terminal: counts, rates and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workbench.cli.console import say
from workbench.cli.evaluate_telling import NO_GROUPS, NOT_HERE, table

__all__ = ["show_pairs"]

_GROUPS_OF_PAIRS: Final = (
    "Equity not measured: pairs are not compared by the groups that they name. For that give "
    "workbench evaluate equity an identification protocol with a column group."
)


def show_pairs(result: Mapping[str, Any], *, has_groups: bool = False) -> None:
    """Write the figures of a verification, and that equity was not measured."""
    from workbench.evaluation.few_errors import BOUNDS  # noqa: PLC0415 - keeps `--help` quick
    from workbench.reports.evaluation_pairs import far_words, frr_words  # noqa: PLC0415
    from workbench.reports.evaluation_words import out_of  # noqa: PLC0415

    failed = result["failures_to_acquire"]
    lost = f"{failed['mated_pair']} mated, {failed['nonmated_pair']} others"
    mated, others = result["n_mated"], result["n_nonmated"]
    people = "" if result["n_people"] is None else f", {result['n_people']:,} people"
    wrong = f"{out_of(result['errors'], result['n_pairs'])} over {len(result['folds'])} folds"
    table(
        ("Verification", str(result["encoder"])),
        [
            ("pairs", f"{result['n_pairs']:,} ({mated:,} mated){people}"),
            ("pairs decided wrongly", wrong),
            ("accuracy", _accuracy(result)),
            ("equal error rate", _equal_error(result)),
            ("failures to acquire", lost),
        ],
    )
    rows = []
    for target, row in result["frr_at_far"].items():
        threshold = "any" if row["threshold"] is None else f"{row['threshold']:.4f}"
        seen = out_of(row["false_matches"], others), far_words(row, others)
        rejected = out_of(row["false_non_matches"], mated), _frr(*frr_words(row, mated))
        rows.append((target, threshold, *seen, *rejected))
    table(("FAR", "Threshold", "False matches", "FAR, 95 %", "Rejected", "FRR, 95 %"), rows)
    say(BOUNDS)
    say(f"Thresholds are in the unit of the score: {result['unit']}.")
    say(_GROUPS_OF_PAIRS if has_groups else NO_GROUPS)


def _frr(rate: str, ends: str) -> str:
    """Return FRR with its interval; of few errors its bound alone, or that it is not measurable."""
    if rate == NOT_HERE:
        return ends or NOT_HERE
    return f"{rate} ({ends})"


def _accuracy(result: Mapping[str, Any]) -> str:
    """Return the accuracy with its interval, or its bound where few pairs are decided wrongly."""
    from workbench.evaluation.few_errors import found_words  # noqa: PLC0415 - quick `--help`
    from workbench.intervals import FEWEST_EXPECTED_ERRORS  # noqa: PLC0415

    errors, pairs = result["errors"], result["n_pairs"]
    if errors < FEWEST_EXPECTED_ERRORS:
        return f"{NOT_HERE}: {found_words(errors, pairs)}"
    low, high = result["errors_interval"]["clopper_pearson"]
    ends = f"95 % {1 - high:.4f} to {1 - low:.4f}, exact"
    return f"{result['accuracy']:.4f} ± {result['accuracy_standard_error']:.4f} ({ends})"


def _equal_error(result: Mapping[str, Any]) -> str:
    """Return the equal error rate with its interval, or what few errors are worth."""
    found, ends = result["equal_error"], result["equal_error_rate_interval"]
    if found is None:
        return "unknown: no pair could be compared"
    if found["few_errors"] is not None:
        return str(found["few_errors"])
    rate = f"{result['equal_error_rate']:.4f}"
    if result["n_people"] is None:
        return f"{rate} (no interval: the pairs do not say whom they show)"
    if ends is None:
        return f"{rate} (no interval: people drawn anew never differ)"
    return f"{rate} (95 %, by people, {ends[0]:.4f} to {ends[1]:.4f})"
