"""The results of `workbench evaluate` on the terminal: tables of counts, rates and bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from workbench.cli.console import printable, say, stdout

if TYPE_CHECKING:
    from workbench.evaluation.equity_tables import EquityResult

__all__ = ["show_clips", "show_equity", "show_identification", "show_pairs", "table"]


_NO_GROUPS: Final = (
    "Equity not measured: the labels do not say which group anybody belongs to. Nothing here says "
    "whether errors fall evenly."
)


def show_pairs(result: Mapping[str, Any]) -> None:
    """Write the figures of a verification, of pairs that name no groups."""
    error = result["accuracy_standard_error"]
    equal = result["equal_error_rate"]
    failed = result["failures_to_acquire"]
    rows = [
        ("pairs", f"{result['n_pairs']:,} ({result['n_mated']:,} mated)"),
        ("accuracy", f"{result['accuracy']:.4f} ± {error:.4f} over {len(result['folds'])} folds"),
        ("pairs decided wrongly", f"{result['errors']:,}"),
        ("equal error rate", "-" if equal is None else f"{equal:.4f} ({_by_people(result)})"),
        ("failures to acquire", f"{failed['mated_pair']} mated, {failed['nonmated_pair']} others"),
    ]
    table(("Verification", str(result["encoder"])), rows)
    say(_NO_GROUPS)


def show_identification(result: Mapping[str, Any], *, has_groups: bool) -> None:
    """Write the figures of an identification, and that equity was not measured without groups."""
    from workbench.evaluation.shown import (  # noqa: PLC0415 - keeps `--help` quick
        SHOWN_INTERVALS,
        shown_of_rate,
    )

    failed = result["failures_to_acquire"]
    table(
        ("Identification", str(result["encoder"])),
        [
            ("references", f"{result['n_references']:,} of {result['n_identities']:,} people"),
            ("mated probes", _of_people(result["n_mated"], result["n_mated_identities"])),
            ("non-mated probes", _of_people(result["n_nonmated"], result["n_nonmated_identities"])),
            ("failures to acquire", f"{failed['reference']} references, {failed['probe']} probes"),
            ("rank 1, any score", _rank1(result)),
        ],
    )
    rows = []
    for target, row in result["tpir_at_fpir"].items():
        threshold = "any" if row["threshold"] is None else f"{row['threshold']:.4f}"
        counts = str(row["false_alarms"]), str(row["misses"])
        if row["tpir"] is None or not row["measurable"]:
            bound = f"not measurable here: with no false alarm FPIR may be {row['fpir_bound']:.2g}"
            rows.append((target, threshold, *counts, bound, ""))
            continue
        shown = shown_of_rate(row, "tpir")
        between = f"{shown.low:.3f} to {shown.high:.3f}"
        rows.append((target, threshold, *counts, f"{row['tpir']:.4f}", between))
    table(("FPIR", "Threshold", "False alarms", "Misses", "TPIR", "95 %, of TPIR"), rows)
    _show_few(result)
    _show_draws(result.get("draws", ()))
    say(SHOWN_INTERVALS)
    say(f"Thresholds are in the unit of the score: {result['unit']}.")
    if not has_groups:
        say(_NO_GROUPS)


def _rank1(result: Mapping[str, Any]) -> str:
    """Return the share whose mate is first at any score, with its interval."""
    from workbench.evaluation.shown import shown_of_rank  # noqa: PLC0415 - keeps `--help` quick

    if result["rank1"] is None:
        return "-"
    shown = shown_of_rank(result["cmc"][0])
    return f"{result['rank1']:.4f} (95 % {shown.low:.4f} to {shown.high:.4f})"


def _by_people(result: Mapping[str, Any]) -> str:
    ends = result["equal_error_rate_interval"]
    if ends is None:
        return "no interval: the pairs do not say whom they show"
    if ends[0] == ends[1]:  # draws of people say nothing of errors that were never seen
        return "no interval: people drawn anew never differ"
    return f"95 %, by people, {ends[0]:.4f} to {ends[1]:.4f}"


def _show_few(result: Mapping[str, Any]) -> None:
    """Write what fewer than thirty errors are worth."""
    from workbench.evaluation.shown import few_errors_notes  # noqa: PLC0415 - quick `--help`

    for target, row in result["tpir_at_fpir"].items():
        for note in few_errors_notes(row, result["n_nonmated"], result["n_mated"]):
            say(f"FPIR {target} asked for, exact intervals. {note}")


def _show_draws(draws: Sequence[Mapping[str, Any]]) -> None:
    """Write how much TPIR hangs on who is listed, where several lists were drawn."""
    found: dict[float, list[float]] = {}
    for row in draws:
        if row["measurable"] and row["tpir"] is not None:
            found.setdefault(row["fpir_target"], []).append(row["tpir"])
    if found:
        rows = [
            (f"{target:g}", str(len(shares)), f"{min(shares):.4f}", f"{max(shares):.4f}")
            for target, shares in found.items()
        ]
        table(("FPIR", "Lists drawn", "Lowest TPIR", "Highest TPIR"), rows)
    if draws:
        say("All but what is said of lists drawn is of draw 0. Draws share people: no interval.")


def show_clips(result: Mapping[str, Any]) -> None:
    """Write the alerts of labelled clips at each threshold."""
    header = (
        "Threshold", "Right", "Wrong", "Missed", "95 %, of appearances",
        "Clips with a wrong alert", "95 %, of clips",
    )  # fmt: skip
    rows = [
        (
            f"{row['threshold']:.2f}",
            str(row["right"]),
            str(row["wrong"]),
            f"{row['missed']} of {row['appearances']}",
            _between(row["miss_low"], row["miss_high"]),
            f"{row['clips_wrong']} of {row['clips']}",
            _between(row["wrong_low"], row["wrong_high"]),
        )
        for row in result["thresholds"]
    ]
    table(header, rows)
    say("Intervals are exact and take clips, and appearances in them, for independent.")
    say(_NO_GROUPS)
    say(f"Thresholds are in the unit of the score: {result['unit']}.")


def show_equity(found: EquityResult) -> None:
    """Write what a comparison of groups shows, in sentences."""
    from workbench.evaluation.equity_words import equity_sentences  # noqa: PLC0415 - quick `--help`

    for sentence in equity_sentences(found):
        stdout().print(printable(sentence), markup=False)


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Write a plain table; nothing in it is read as markup, or obeyed by a terminal."""
    from rich.table import Table  # noqa: PLC0415 - keeps `--help` quick
    from rich.text import Text  # noqa: PLC0415

    made = Table(*header, box=None, pad_edge=False)
    for row in rows:
        made.add_row(*(Text(printable(cell)) for cell in row))
    stdout().print(made)


def _of_people(count: int, people: int) -> str:
    return f"{count:,} of {people:,} people"


def _between(low: float | None, high: float | None) -> str:
    return "unknown" if low is None or high is None else f"{low:.2f} to {high:.2f}"
