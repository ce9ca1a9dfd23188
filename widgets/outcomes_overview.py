"""The overview for managers: what deployments came to, how sure it is, and what is unknown."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import ClassVar

import dataframely as dy
import polars as pl

from widgets.managers_page import ManagersPage
from widgets.managers_parts import Part, section, words
from widgets.outcomes_choices import Chosen, choose, filters_of
from widgets.outcomes_figures import NOT_SHOWN, above_part, cost_facts, headline_parts
from widgets.outcomes_map import map_part
from widgets.outcomes_rates import rates_chart
from widgets.outcomes_tables import (
    deployment_table,
    finding_table,
    rate_table,
    source_table,
    sum_table,
)
from widgets.outcomes_trend import trend_chart
from workbench.outcomes import (
    Findings,
    OutcomeRecords,
    compare_forces,
    findings_of,
    newest,
)
from workbench.outcomes.snapshot import Snapshot

__all__ = ["OutcomesOverview"]

_Records = dy.DataFrame[OutcomeRecords]


class OutcomesOverview(ManagersPage):
    """Five figures, their course, both false alert rates, places, rates by group, all records.

    One force at a time: figures of several are beside each other only where they mean the same.
    """

    title: ClassVar[str] = "Outcomes of deployments"
    notebook: ClassVar[str] = "50_outcomes.ipynb"
    _lock: ClassVar[threading.Lock] = threading.Lock()
    _looked: tuple[_Records, _Records, dy.DataFrame[Findings]] | None = None

    def filters(
        self,
        snapshot: Snapshot,
        records: _Records,
        choices: Mapping[str, str],
    ) -> Sequence[Part]:
        """Return what the page can be narrowed to."""
        now, found = self._look_at(records)
        return filters_of(now, choose(now, found, choices, snapshot.bench), choices)

    def empty(self, snapshot: Snapshot, records: _Records) -> str | None:  # noqa: ARG002
        """Say what to do where there is no record."""
        if not records.is_empty():
            return None
        return (
            "There is no outcome yet. A deployment appears here once it is closed; published "
            "records are shown beside it where `workbench dashboard` was given some."
        )

    def sections(
        self,
        snapshot: Snapshot,
        records: _Records,
        choices: Mapping[str, str],
    ) -> Sequence[Part]:
        """Return what the page shows of what was chosen."""
        now, found = self._look_at(records)
        chosen = choose(now, found, choices, snapshot.bench)
        said = _said(snapshot, chosen)
        if chosen.records.is_empty():
            none = words("none", "No record agrees with all that was chosen.", mark="none")
            return [section("figures", "Figures", *said, none, words("not-shown", NOT_SHOWN))]
        ends = [
            _compared(chosen),
            section(
                "records",
                "Records",
                deployment_table(records, chosen.records, found),
                finding_table(found, chosen.records),
                source_table(chosen.records),
            ),
        ]
        if chosen.force is None:
            several = words(
                "several",
                "Figures of several forces are not added up. Choose one for its figures.",
                mark="none",
            )
            return [section("figures", "Figures", *said, several), *ends]
        figures = section("figures", "Figures", *said, *headline_parts(chosen.records, found))
        return [figures, *_of_one(chosen), *ends]

    def _look_at(self, records: _Records) -> tuple[_Records, dy.DataFrame[Findings]]:
        """Return the newest versions, and what the rules find: once for each snapshot."""
        with self._lock:
            if self._looked is None or self._looked[0] is not records:
                self._looked = (records, newest(records), findings_of(records))
            return self._looked[1:]


def _of_one(chosen: Chosen) -> list[Part]:
    records = chosen.records
    return [
        section(
            "trend",
            "Over time",
            trend_chart(records, chosen.step),
            rates_chart(records),
        ),
        section("above", "Places above 1 in 1,000", *above_part(records)),
        section("rates", "Rates by group", rate_table(records, chosen.group)),
        section(
            "cost",
            "Cost",
            cost_facts(records),
            note="What is not known is not taken for nothing: one unknown cost leaves the cost of "
            "each deployment, alert and arrest unknown.",
        ),
        section("map", "Where", map_part(records)),
    ]


def _compared(chosen: Chosen) -> Part:
    found = compare_forces(chosen.elsewhere)
    title = "Forces beside each other"
    if found.table is None:
        refused = words("refused", "Not compared: " + " ".join(found.reasons), mark="none")
        return section("forces", title, refused)
    first, last = found.period or ("", "")
    note = f"The days that all of them have, {first} to {last}; definitions agree."
    return section(
        "forces", title, sum_table("by-force", "By force", "force", found.table, note=note)
    )


def _days(dates: pl.Series) -> str:
    first, last = dates.sort().cast(pl.String).gather([0, -1]).to_list()
    return f"{first} to {last}"


def _said(snapshot: Snapshot, chosen: Chosen) -> list[Part]:
    """Return whose figures these are, and what of the address was left out."""
    made = []
    if chosen.force is not None:
        sources = chosen.records["source"].unique(maintain_order=True).to_list()
        held = chosen.records.filter(pl.col("state") == "completed")["date"]
        when = f", {_days(held)}" if len(held) else ""
        made.append(words("whose", f"{chosen.force}{when}. Sources: {'; '.join(sources)}."))
    if chosen.unknown:
        said = f"The address chooses what no record has: {', '.join(chosen.unknown)}. Left out."
        made.append(words("unknown", said, mark="warn"))
    if snapshot.applications_not_shown:
        many = snapshot.applications_not_shown
        made.append(words("applications", f"Applied for and not authorised: {many:,}, not shown."))
    made += [
        words(f"withheld-{part}", f"Not shown, {part}: {reason}", mark="none")
        for part, reason in snapshot.withheld.items()
        if part == "outcomes"
    ]
    return made
