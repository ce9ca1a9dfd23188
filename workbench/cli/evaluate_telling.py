"""The results of `workbench evaluate` on the terminal: tables of counts, rates and bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from workbench.cli.console import printable, say, stdout

if TYPE_CHECKING:
    from workbench.evaluation.equity_tables import EquityResult

__all__ = [
    "NOT_HERE",
    "NO_GROUPS",
    "show_clips",
    "show_equity",
    "show_identification",
    "table",
]


NO_GROUPS: Final = (
    "Equity not measured: the labels do not say which group anybody belongs to. Nothing here says "
    "whether errors fall evenly."
)
NOT_HERE: Final = "not measurable here"
_TOO_FEW: Final = (
    "TPIR is not measurable here where fewer than three of {n} searches of people not listed may "
    "raise a false alarm at the FPIR asked for: such a row says nothing about that FPIR."
)


def show_identification(result: Mapping[str, Any], *, has_groups: bool) -> None:
    """Write the figures of an identification, and that equity was not measured without groups."""
    from workbench.evaluation.few_errors import BOUNDS  # noqa: PLC0415 - keeps `--help` quick
    from workbench.evaluation.shown import SHOWN_INTERVALS, shown_of_rate  # noqa: PLC0415
    from workbench.reports.evaluation_words import found, out_of  # noqa: PLC0415

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
    others, mated = result["n_nonmated"], result["n_mated"]
    rows = []
    for target, row in result["tpir_at_fpir"].items():
        threshold = "any" if row["threshold"] is None else f"{row['threshold']:.4f}"
        counts = out_of(row["false_alarms"], others), out_of(row["misses"], mated)
        if row["tpir"] is None or not row["measurable"]:
            rows.append((target, threshold, *counts, NOT_HERE, ""))
            continue
        shown = shown_of_rate(row, "tpir")
        cells = found(row["misses"], mated, row["tpir"], shown.low, shown.high)
        rows.append((target, threshold, *counts, *cells))
    table(("FPIR", "Threshold", "False alarms", "Misses", "TPIR", "95 %, of TPIR"), rows)
    if not all(row["measurable"] for row in result["tpir_at_fpir"].values()):
        say(_TOO_FEW.format(n=f"{others:,}"))
    _show_few(result)
    _show_draws(result.get("draws", ()))
    say(f"{SHOWN_INTERVALS} {BOUNDS}")
    say(f"Thresholds are in the unit of the score: {result['unit']}.")
    if not has_groups:
        say(NO_GROUPS)


def _rank1(result: Mapping[str, Any]) -> str:
    """Return the share whose mate is first at any score, with its interval."""
    from workbench.evaluation.few_errors import found_words  # noqa: PLC0415 - quick `--help`
    from workbench.evaluation.shown import shown_of_rank  # noqa: PLC0415
    from workbench.intervals import FEWEST_EXPECTED_ERRORS  # noqa: PLC0415

    if result["rank1"] is None:
        return "-"
    row = result["cmc"][0]
    missed = row["mated"] - row["found"]
    if missed < FEWEST_EXPECTED_ERRORS:
        seen = f"{row['found']:,} of {row['mated']:,}"
        return f"{seen}: {NOT_HERE}, {found_words(missed, row['mated'])}"
    shown = shown_of_rank(row)
    return f"{result['rank1']:.4f} (95 % {shown.low:.4f} to {shown.high:.4f})"


def _show_few(result: Mapping[str, Any]) -> None:
    """Write what fewer than thirty errors are worth, each sentence once."""
    from workbench.evaluation.shown import few_errors_by_target  # noqa: PLC0415 - quick `--help`

    few = few_errors_by_target(result["tpir_at_fpir"], result["n_nonmated"], result["n_mated"])
    for note, targets in few.items():
        say(f"FPIR {', '.join(targets)} asked for, exact intervals. {note}")


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
    from workbench.evaluation.few_errors import BOUNDS  # noqa: PLC0415 - keeps `--help` quick
    from workbench.reports.evaluation_video import WHICH, threshold_words  # noqa: PLC0415
    from workbench.reports.evaluation_words import exact  # noqa: PLC0415

    header = (
        "Threshold", "Right", "Wrong", "Missed", "95 %, of appearances",
        "Clips with a wrong alert", "95 %, of clips",
    )  # fmt: skip
    rows = [
        (
            threshold_words(row["threshold"], result),
            str(row["right"]),
            str(row["wrong"]),
            f"{row['missed']} of {row['appearances']}",
            exact(row["missed"], row["appearances"], row["miss_low"], row["miss_high"]),
            f"{row['clips_wrong']} of {row['clips']}",
            exact(row["clips_wrong"], row["clips"], row["wrong_low"], row["wrong_high"]),
        )
        for row in result["thresholds"]
    ]
    table(header, rows)
    say(f"Intervals are exact and take clips, and appearances in them, for independent. {BOUNDS}")
    say(NO_GROUPS)
    say(f"{WHICH} Thresholds are in the unit of the score: {result['unit']}.")


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
