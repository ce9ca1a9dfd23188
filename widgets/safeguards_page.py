"""The managers' page of safeguards: what is late now, then each rule with due, done and late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dataframely as dy

from widgets.managers_page import ManagersPage, ManagersSurface
from widgets.managers_parts import Part, headline, headlines, section, withheld
from widgets.panels import joined
from widgets.safeguard_holds import certificates, holds
from widgets.safeguard_late import late_parts
from widgets.safeguard_people import log, log_headline, refusals, two_people
from widgets.safeguard_sections import authorities, retention
from widgets.safeguard_words import LATE, of_words, span_words
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.safeguard_facts import SafeguardFacts
from workbench.outcomes.snapshot import Snapshot

__all__ = ["SafeguardsPage", "SafeguardsSurface"]

_Records = dy.DataFrame[OutcomeRecords]
_PART = "safeguards"


class SafeguardsSurface(ManagersSurface):
    """The parts of every managers' page, and a shape for what is late."""

    _esm = joined(
        "parts.js", "lab_parts.js", "managers_table.js", "managers_chart.js", "managers_parts.js",
        "safeguards.js", "managers.js",
    )  # fmt: skip
    _css = joined("panel.css", "managers.css", "safeguards.css")


class SafeguardsPage(ManagersPage):
    """What was due and what was done, as the snapshot has it."""

    surface = SafeguardsSurface
    title = "Safeguards: what was due and what was done"
    notebook = "52_safeguards.ipynb"

    def sections(
        self,
        snapshot: Snapshot,
        records: _Records,  # noqa: ARG002 - those of the page of outcomes
        choices: Mapping[str, str],  # noqa: ARG002 - it has no filter of the whole page
    ) -> Sequence[Part]:
        """Return what is late, then each rule; where they are withheld, why."""
        known = snapshot.safeguards
        if known is None:
            reason = snapshot.withheld.get(_PART, "this snapshot does not hold it.")
            return [section("late", "What is late now", withheld("withheld", "Safeguards", reason))]
        return [
            section("late", "What is late now", *late_parts(known), _in_short(known)),
            retention(known),
            authorities(known),
            two_people(known),
            holds(known),
            certificates(known),
            log(known),
            refusals(known),
        ]

    def empty(self, snapshot: Snapshot, records: _Records) -> str | None:  # noqa: ARG002
        """Return what to do where there is no bench."""
        if snapshot.bench is None and snapshot.safeguards is None:
            return (
                "Only published records are shown, and those say nothing of safeguards. Start "
                "`workbench dashboard` with a bench to see what was due in it and what was done."
            )
        return None


def _in_short(known: SafeguardFacts) -> Part:
    """Return the figures that a manager is asked for first."""
    gone = [one for one in known.lists if one.destroyed is not None]
    in_time = sum(not one.late_by_s for one in gone)
    latest = max((one.late_by_s for one in gone), default=0)
    waiting = sum(one.state == "due" for one in known.lists)
    held = sum(one.state == "held" for one in known.lists)
    alerts = sum(one.destroyed for one in known.alerts)
    alerts_late = sum(one.destroyed_late for one in known.alerts)
    kept = sum(one.kept for one in known.alerts)
    searched = [one for one in known.authorities if one.searches]
    within = sum(bool(one.began_within) and not one.goes_on_after_end(known.at) for one in searched)
    agreed = sum(one.agreed for one in known.verdicts)
    both = agreed + sum(one.differed for one in known.verdicts)
    return headlines(
        "in-short",
        headline("Lists destroyed in time",
                 of_words(in_time, len(gone), "lists", absent="none destroyed yet"),
                 *_late_line(len(gone) - in_time, latest),
                 f"{waiting:,} still due, {held:,} kept by a legal hold.",
                 mark=_mark(in_time, len(gone))),
        headline("Alerts destroyed in time",
                 of_words(alerts - alerts_late, alerts, "alerts", absent="none destroyed yet"),
                 *((f"{alerts_late:,} late.",) if alerts_late else ()),
                 f"{kept:,} still kept.", mark=_mark(alerts - alerts_late, alerts)),
        headline("Searched within the authority",
                 of_words(within, len(searched), "deployments", absent="none searched yet"),
                 f"Of those that were searched. {len(known.authorities):,} authorised, "
                 f"{known.never_authorised.refused:,} applications refused.",
                 mark=_mark(within, len(searched))),
        headline("Two people said the same",
                 of_words(agreed, both, "alerts", absent="none decided yet"),
                 "Of those that two decided, each blind to the other."),
        log_headline(known),
    )  # fmt: skip


def _late_line(late: int, latest: int) -> tuple[str, ...]:
    return (f"{late:,} late, the latest by {span_words(latest)}.",) if late else ()


def _mark(done: int, n: int) -> str | None:
    if not n:
        return None
    return "good" if done == n else LATE
