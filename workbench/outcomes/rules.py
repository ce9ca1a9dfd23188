"""What is looked for in outcome records: each rule reports the rows that it must, and no other.

The rules are those that the published grids of the Metropolitan Police Service break: figures that
do not add up, rates cut off instead of rounded, dates and list sizes that cannot be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import dataframely as dy
import polars as pl

from workbench.outcomes.corrections import newest
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.rules_alone import (
    aborted,
    above_the_cap,
    alerts_do_not_add_up,
    fewer_faces_than_alerts,
    outcomes_do_not_add_up,
    printed_rate_truncated,
    printed_rate_wrong,
    too_wide_a_place,
)
from workbench.outcomes.rules_together import (
    date_out_of_order,
    list_size_jumps,
    list_sizes_one_digit_apart,
    other_equals_no_action,
    purpose_changes_meaning,
    sites_without_a_name,
    threshold_out_of_line,
)

__all__ = ["RULES", "Findings", "Rule", "Severity", "findings_of"]

Severity = Literal["error", "warning", "note"]


class Findings(dy.Schema):
    """One row for each time that a rule found something.

    - `rule`, `severity`: which rule, and how bad: an `error` cannot be true as it stands, a
      `warning` misleads or is probably a slip, a `note` is to be known.
    - `source`: the document; `source_row` and `record`: which row of it, null where it is of the
      whole document.
    - `column`: where to look; null where it is of several.
    - `message`: what it is, with the figures as printed and as recomputed.
    """

    rule = dy.String(nullable=False)
    severity = dy.String(nullable=False, regex="^(error|warning|note)$")
    source = dy.String(nullable=False)
    source_row = dy.Int64(nullable=True)
    record = dy.String(nullable=True)
    column = dy.String(nullable=True)
    message = dy.String(nullable=False, min_length=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for.

    Attributes:
        name: names it.
        severity: how bad it is.
        column: where to look.
        says: what it means, for a reader who sees a finding.
        find: takes the newest versions; gives `source`, `source_row`, `record` and `message`.
    """

    name: str
    severity: Severity
    column: str | None
    says: str
    find: Callable[[dy.DataFrame[OutcomeRecords]], pl.DataFrame]


RULES: Final = (
    Rule(
        "alerts-add-up", "error", "total_alerts",
        "True, false and unresolved alerts are all alerts.", alerts_do_not_add_up,
    ),
    Rule(
        "faces-hold-alerts", "error", "faces_seen",
        "Each alert is on a face that was seen.", fewer_faces_than_alerts,
    ),
    Rule(
        "printed-rate", "error", "false_alert_rate_printed",
        "The printed false alert rate is that of the printed counts.", printed_rate_wrong,
    ),
    Rule(
        "printed-rate-truncated", "warning", "false_alert_rate_printed",
        "The printed false alert rate was cut off, not rounded, so that it understates.",
        printed_rate_truncated,
    ),
    Rule(
        "outcomes-add-up", "warning", "no_action",
        "Arrests, other disposals and no action are what came of the alerts.",
        outcomes_do_not_add_up,
    ),
    Rule(
        "other-equals-no-action", "warning", "no_action",
        "Two columns that count different things do not agree in every row of a document.",
        other_equals_no_action,
    ),
    Rule(
        "date-in-order", "warning", "date",
        "A document in the order of its days has no day out of order.", date_out_of_order,
    ),
    Rule(
        "list-size-jumps", "warning", "watchlist_size",
        "The size of a force's list changes little from one deployment to the next.",
        list_size_jumps,
    ),
    Rule(
        "list-size-one-digit", "note", "watchlist_size",
        "Two sizes on one day that differ in one digit may be one size, written wrongly once.",
        list_sizes_one_digit_apart,
    ),
    Rule(
        "threshold-in-line", "warning", "threshold",
        "A threshold is that of the deployments before it or after it.", threshold_out_of_line,
    ),
    Rule(
        "site-named", "note", "site",
        "Several rows of one day and one place say which camera or site each is of.",
        sites_without_a_name,
    ),
    Rule(
        "place-is-a-street", "warning", "place",
        "A place is a street or a spot: a borough or a town alone does not say where.",
        too_wide_a_place,
    ),
    Rule(
        "purpose-one-meaning", "warning", "purpose",
        "The column of the purpose means the same in the whole document.", purpose_changes_meaning,
    ),
    Rule(
        "above-the-cap", "warning", "false_alerts",
        "At most 1 in 1,000 faces seen raises a false alert.", above_the_cap,
    ),
    Rule(
        "aborted", "note", "state",
        "A deployment that was broken off is in no rate.", aborted,
    ),
)  # fmt: skip
"""All rules, the gravest of each kind first."""


def findings_of(
    records: dy.DataFrame[OutcomeRecords], rules: tuple[Rule, ...] = RULES
) -> dy.DataFrame[Findings]:
    """Return what the rules find in the newest versions, errors first, then by document and row.

    Args:
        records: of any number of forces and documents.
        rules: which are looked for.
    """
    now = newest(records)
    found = [
        rule.find(now).select(
            rule=pl.lit(rule.name),
            severity=pl.lit(rule.severity),
            source="source",
            source_row=pl.col("source_row").cast(pl.Int64),
            record=pl.col("record").cast(pl.String),
            column=pl.lit(rule.column, pl.String),
            message="message",
        )
        for rule in rules
    ]
    if not found:
        return Findings.create_empty()
    order = {"error": 0, "warning": 1, "note": 2}
    table = pl.concat(found).sort(
        pl.col("severity").replace_strict(order, return_dtype=pl.Int8),
        pl.col("source"),
        pl.col("source_row"),
        nulls_last=True,
        maintain_order=True,
    )
    return Findings.validate(table)
