"""The page of equity: what a measurement by group shows, or that equity was not measured.

Nobody's picture is on it, and no person is named: it is made of counts.
"""

from __future__ import annotations

import html
import urllib.parse
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from widgets.csv_text import csv_of
from widgets.equity_charts import NAMES, rates_chart, step_name
from widgets.equity_ratio_charts import ratios_chart
from widgets.tables import Table
from workbench.errors import WorkbenchError
from workbench.evaluation import Measurement
from workbench.evaluation.equity import SMALLEST_PEOPLE, equity_at
from workbench.evaluation.equity_reading import read_grouped
from workbench.evaluation.equity_synthetic import (
    SYNTHETIC_THRESHOLD,
    is_synthetic,
    synthetic_measurement,
)
from workbench.evaluation.equity_tables import SPREAD, EquityResult
from workbench.evaluation.equity_times import (
    Turned,
    ends_words,
    times_in_words,
    times_words,
)
from workbench.evaluation.equity_words import (
    comparison_words,
    data_words,
    group_words,
    interval_words,
    rate_words_of,
    step_words,
    summary_words,
    suppression_words,
)

__all__ = ["EquityPage", "Said", "equity_page"]

_MADE_UP: Final = (
    "SYNTHETIC. No set with group labels ships, so these scores are drawn from known rates, to "
    "show how the page reads. They say nothing about any matcher or any group of people. For "
    "figures of your own, name the folder of a measurement that --report wrote."
)
_NOT_MEASURED: Final = "Equity not measured"
_NO_THRESHOLD: Final = (
    "Name the threshold T at which groups are to be compared: that of the policy "
    "(workbench policy show ID), in the unit of the measurement."
)
_SURE: Final = 0.001
_RATE_HEADINGS: Final = {
    "where": "error and threshold",
    "rate": "share of searches that err (95 % interval by people)",
    "exact": "95 % interval that takes searches for independent",
}
_READ: Final = (
    "Errors are false alarms of non-mated searches, or misses of mated ones. The interval is that "
    "of a bootstrap that draws people anew, whose images are not independent; the exact one "
    "(Clopper and Pearson) takes searches for independent. A rate of fewer than three errors is "
    "not told, its bound is."
)


@dataclass(frozen=True, slots=True)
class Said:
    """Something that a page says, as HTML that was made safe."""

    markup: str

    def _repr_html_(self) -> str:
        """Return it for Jupyter."""
        return self.markup


@dataclass(frozen=True, slots=True, eq=False)
class EquityPage:
    """A measurement by group, part by part as a notebook shows it.

    Attributes:
        measured: the measurement; `None` where there is none to show.
        result: what was found; `None` likewise.
        problem: why there is none, and what to do; empty where there is.
    """

    measured: Measurement | None
    result: EquityResult | None
    problem: str = ""

    @property
    def mark(self) -> str:
        """What stands in front of each title: that the set is synthetic, where it is."""
        return "SYNTHETIC. " if self.measured and is_synthetic(self.measured) else ""

    def summary(self) -> Said:
        """Return what was compared, on what, and what was found."""
        if self.measured is None or self.result is None:
            return Said(_panel(_NOT_MEASURED, [self.problem], warned=True))
        banner = _panel("", [_MADE_UP], warned=True) if self.mark else ""
        said = [
            f"Measured on {data_words(self.measured.facts)}.",
            summary_words(self.result),
            suppression_words(self.result),
        ]
        said += [step_words(step) for step in self.result.steps]
        said += self.result.left_out
        name = "" if self.mark else f" of {self.measured.facts.name}"
        title = f"{self.mark}Equity{name} at T = {self.result.threshold:.4g}"
        return Said(banner + _panel(title, said))

    def rates(self) -> Table | Said:
        """Return the table of each group's rates; suppressed groups stand in it with the reason."""
        if self.result is None:
            return _nothing()
        rows = [_rate_row(row) for row in self.result.rates.iter_rows(named=True)]
        return Table(pl.DataFrame(rows), _RATE_HEADINGS, f"{self.mark}{_READ}")

    def chart(self, rate: str) -> go.Figure | Said:
        """Return the chart of `FPIR` or `FNIR` by group."""
        return _nothing() if self.result is None else rates_chart(self.result, rate, mark=self.mark)

    def ratios(self, rate: str) -> go.Figure | Said:
        """Return the chart of ratios, with those that would have gone unseen."""
        if self.result is None:
            return _nothing()
        return ratios_chart(self.result, rate, mark=self.mark)

    def comparisons(self, rate: str) -> Said:
        """Return each comparison in words, and all of their figures one click away."""
        if self.result is None:
            return _nothing()
        rows = self.result.comparisons.filter(pl.col("rate") == rate)
        lines = []
        for step in self.result.steps:
            here = rows.filter(pl.col("step") == step.step).to_dicts()
            said = [comparison_words(row, self.result) for row in here] or ["Nothing was compared."]
            lines.append(_listed(f"{self.mark}{NAMES[rate]} {step_name(step.step)}", said))
        table = Table(_compared(rows), note=f"{self.mark}{_corrected(self.result)}")._repr_html_()
        more = (
            '<details style="margin:0 0 16px"><summary style="min-height:32px">The same figures as '
            f"a table</summary>{table}</details>"
        )
        return Said(_panel("", [], inner="".join(lines)) + more)

    def download(self) -> Said:
        """Return links to the figures as CSV."""
        if self.result is None:
            return _nothing()
        name = "synthetic-" if self.mark else ""
        links = [
            _link(self.result.rates, f"{name}equity-rates.csv", "rates by group"),
            _link(self.result.comparisons, f"{name}equity-comparisons.csv", "comparisons"),
        ]
        return Said(_panel("The figures as CSV", [], inner=f"<p>{' '.join(links)}</p>"))


def equity_page(
    measurement: str | Path | None = None,
    *,
    threshold: float | None = None,
    reference: str | None = None,
    smallest_people: int = SMALLEST_PEOPLE,
    seed: int = 0,
) -> EquityPage:
    """Open the page of a measurement, or of a synthetic set where none is named.

    Args:
        measurement: folder that `--report` wrote.
        threshold: T; of the synthetic set that which it is made for, when left out.
        reference: group that the others are compared with; that of most people when left out.
        smallest_people: fewest people of a group whose rate is told.
        seed: of the bootstrap.

    Returns:
        A page that says what is wrong where something is; nothing is raised.
    """
    measured = None
    try:
        measured = (
            synthetic_measurement() if measurement is None else read_grouped(Path(measurement))
        )
        at = SYNTHETIC_THRESHOLD if threshold is None and measurement is None else threshold
        if at is None:
            return EquityPage(None, None, _NO_THRESHOLD)
        result = equity_at(
            measured.searches, at, reference=reference, smallest_people=smallest_people, seed=seed
        )
    except WorkbenchError as error:
        return EquityPage(None, None, str(error))
    return EquityPage(measured, result)


def _rate_row(row: dict[str, Any]) -> dict[str, Any]:
    exact = ""
    if row["value"] is not None:
        exact = interval_words(row["low"], row["high"], row["rate"])
    return {
        "where": f"{NAMES[row['rate']]}, {step_name(row['step'])}",
        "group": group_words(row),
        "people": row["people"],
        "searches": row["searches"],
        "errors": "suppressed" if row["errors"] is None else f"{row['errors']:,}",
        "rate": rate_words_of(row),
        "exact": exact,
    }


def _compared(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame([_compared_row(row) for row in rows.iter_rows(named=True)])


def _compared_row(row: dict[str, Any]) -> dict[str, str]:
    """Return a comparison as a table shows it, the group of the higher rate first."""
    seen = Turned.of(row)
    apart = (seen.difference, seen.difference_low, seen.difference_high)
    middle, low, high = (f"{value * 100:.3g}".replace("-", "\u2212") for value in apart)
    chosen = ", the highest and the lowest of all" if row["kind"] == SPREAD else ""
    power = {row["group"]: row["seen_above"], row["against"]: row["seen_below"]}
    told = [
        times_in_words(ratio, row["group"], row["against"])
        for ratio in power.values()
        if ratio is not None
    ]
    return {
        "threshold": step_name(row["step"]),
        "higher rate in": seen.higher,
        "lower rate in": f"{seen.lower}{chosen}",
        "times as frequent": "too few errors" if seen.ratio is None else times_words(seen.ratio),
        "from, to (for all comparisons at once)": ends_words(
            seen.low, seen.high, seen.higher, seen.lower
        ),
        "difference, of 100 searches": f"{middle} ({low} to {high})",
        "p": _p_words(row["p"]),
        "p, corrected for all": _p_words(row["p_adjusted"]),
        "found": "the rates differ" if row["differs"] else "not told apart by this set",
        "would be seen in 8 of 10 sets": " or ".join(told) or "no rate",
    }


def _p_words(value: float) -> str:
    return "< 0.001" if value < _SURE else f"{value:.3f}"


def _corrected(result: EquityResult) -> str:
    return (
        "p of the exact test, in which images of one person count for no more than they tell, "
        f"corrected by Holm for all {result.comparisons_made} comparisons, each pair of groups "
        "once for each rate at each threshold; intervals hold for all of them at once "
        "(Bonferroni), so that one may hold 1 where Holm finds a difference. Each group is "
        "compared with the reference, and the highest rate with the lowest where that is another "
        "pair: being chosen from all pairs, it is corrected for all of them. The last column is "
        "the difference that this set would have seen in 8 of 10 such sets; a smaller one is seen "
        "less often, and may be there."
    )


def _panel(title: str, lines: list[str], *, inner: str = "", warned: bool = False) -> str:
    edge = "var(--jp-warn-color0, #b35c00)" if warned else "var(--jp-border-color1, #bbb)"
    heading = f'<h2 style="margin:0 0 8px">{html.escape(title)}</h2>' if title else ""
    said = "".join(f'<p style="margin:0 0 8px">{html.escape(line)}</p>' for line in lines)
    return (
        f'<section class="lfr-equity" style="border-left:4px solid {edge};padding:8px 16px;'
        f'margin:0 0 16px;max-width:96ch">{heading}{said}{inner}</section>'
    )


def _listed(title: str, lines: list[str]) -> str:
    items = "".join(f'<li style="margin:0 0 8px">{html.escape(line)}</li>' for line in lines)
    return f'<h3 style="margin:8px 0">{html.escape(title)}</h3><ul style="margin:0">{items}</ul>'


def _nothing() -> Said:
    return Said(_panel("", ["Nothing to show: see above."]))


def _link(frame: pl.DataFrame, name: str, words: str) -> str:
    text = urllib.parse.quote(csv_of(frame))
    return (
        f'<a download="{name}" href="data:text/csv;charset=utf-8,{text}" '
        'style="display:inline-block;min-height:32px;margin-right:16px">'
        f"{html.escape(words)} ({len(frame):,} rows)</a>"
    )
