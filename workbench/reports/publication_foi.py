"""The pack that answers questions: figures, what they mean, what is to be kept in mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dataframely as dy

from workbench.outcomes.corrections import newest
from workbench.outcomes.records import OutcomeRecords
from workbench.outcomes.rules import RULES, findings_of
from workbench.reports.publication_annual import copied_outcomes
from workbench.reports.publication_figures import (
    PublishedFigure,
    counted,
    part_of,
    share_words,
)
from workbench.reports.publication_foi_held import (
    linked_to_what,
    on_whose_authority,
    what_was_kept,
    whose_images,
)
from workbench.reports.publication_foi_parts import Asked, Question, said, terms
from workbench.reports.publication_held import HeldFacts
from workbench.reports.publication_sums import (
    cost_figures,
    found_figures,
    outcome_figures,
    rate_figures,
    summed,
)
from workbench.reports.publication_tables import PublishedTable, above_the_mark, ways_of_counting
from workbench.reports.publication_words import INTERVALS, NOT_HELD

__all__ = ["FoiPage", "foi_page"]

_Records = dy.DataFrame[OutcomeRecords]


@dataclass(frozen=True, slots=True)
class FoiPage:
    """The questions of a pack."""

    questions: tuple[Question, ...]

    @property
    def groups(self) -> dict[str, tuple[PublishedFigure, ...]]:
        """All figures by question."""
        return {one.question: one.figures for one in self.questions if one.figures}

    @property
    def tables(self) -> tuple[PublishedTable, ...]:
        """All tables."""
        return tuple(table for one in self.questions for table in one.tables)


def foi_page(
    records: _Records,
    whole: _Records,
    *,
    held: Sequence[HeldFacts] = (),
    kept: tuple[tuple[str, str], ...] = (),
) -> FoiPage:
    """Return the pack of a period.

    Args:
        records: every version of the records of the period, one or more.
        whole: all of the documents that they are of.
        held: what a bench holds besides, of each deployment; none of published records.
        kept: what is kept how long by the rules in force; none where that is not held.
    """
    asked = Asked(records, whole, summed(records), tuple(held), kept, NOT_HELD)
    answers = (
        _cost,
        _found,
        _wrong,
        _where,
        on_whose_authority,
        what_was_kept,
        whose_images,
        linked_to_what,
    )
    return FoiPage(tuple(answer(asked) for answer in answers))


def _cost(asked: Asked) -> Question:
    figures = cost_figures(asked.row, NOT_HELD if not asked.held else "No cost was recorded.")
    row, total = asked.row, asked.deployments
    if row["cost"] is None and row["cost_lines_unknown"]:
        answer = "Unknown: costs are entered, and nothing is known of how much they came to."
    elif row["cost"] is None:
        answer = f"Not held: no cost is on record, of {counted(total, 'deployment')}."
    else:
        known = total - row["cost_unknown"]
        answer = (
            f"{row['cost']:,.2f} pounds are known; of {known:,} of {counted(total, 'deployment')} "
            "all of the cost is."
        )
    return Question(
        "cost",
        "What did it cost?",
        answer,
        figures,
        caveats=(
            (
                "A cost that is not known is never taken for nothing: a sum of known costs is "
                "the least that it came to."
            ),
        ),
    )


def _found(asked: Asked) -> Question:
    row = asked.row
    copied = copied_outcomes(asked.records, asked.whole)
    caution = "equals another outcome in every row of a document" if copied else ""
    answer = (
        f"{said(row['total_alerts'])} alerts and {said(row['arrests'])} arrests in "
        f"{counted(row['deployments'], 'deployment')}, of {said(row['faces_seen'])} faces seen."
    )
    return Question(
        "found",
        "What was found?",
        answer,
        (*found_figures(row), *outcome_figures(row, caution)),
        definitions=terms("Faces seen", "Alert", "True alert", "Unresolved"),
        caveats=("An arrest is no proof of guilt; what became of it is not held.",),
    )


def _wrong(asked: Asked) -> Question:
    row = asked.row
    faces, alerts = row["false_of_faces_n"] or None, row["false_of_alerts_n"] or None
    answer = (
        f"Of faces seen: {share_words(row['false_of_faces_count'], faces, 'faces seen')}. Of "
        f"alerts: {share_words(row['false_of_alerts_count'], alerts, 'alerts')}."
    )
    return Question(
        "wrong",
        "How often was it wrong?",
        answer,
        rate_figures(row),
        tables=(above_the_mark(asked.records), ways_of_counting(asked.records)),
        definitions=terms("False alert", "At worst", "95 % interval"),
        caveats=(
            INTERVALS,
            "People on the list who walked past without an alert are not in these figures.",
        ),
    )


def _where(asked: Asked) -> Question:
    now = newest(asked.records).sort("date", "source_row")
    wide_rule = tuple(one for one in RULES if one.name == "place-is-a-street")
    wide = set(findings_of(asked.records, wide_rule)["record"])
    total, placed = len(now), len(now) - now["latitude"].null_count()
    rows = tuple(
        (
            one["place"] if one["site"] is None else f"{one['place']} ({one['site']})",
            f"{one['date']:%d %B %Y}",
            "too wide a place" if one["record"] in wide else "street or spot",
            "not held"
            if one["latitude"] is None
            else f"{one['latitude']:.5f}, {one['longitude']:.5f}",
        )
        for one in now.iter_rows(named=True)
    )
    table = PublishedTable(
        name="places",
        caption="Every deployment of the period, by day.",
        headings=("Place", "Day", "How exact", "Latitude and longitude"),
        rows=rows,
    )
    named = part_of(
        "places_named",
        "Records that name a street or a spot",
        total - len(wide),
        n=total,
        of_what="records",
    )
    mapped = part_of(
        "places_with_coordinates",
        "Records with coordinates",
        placed,
        n=total,
        of_what="records",
    )
    return Question(
        "where",
        "Where exactly?",
        f"A street or a spot is named in {total - len(wide):,} of {counted(total, 'record')}; "
        f"coordinates are held in {placed:,}.",
        (named, mapped),
        tables=(table,),
        caveats=("A place that the record does not hold is not guessed from its name.",),
    )
