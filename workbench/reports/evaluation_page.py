"""What a report of an evaluation shows, as plain values that its template fills in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.reports.evaluation_charts import Drawing
from workbench.reports.page import Figure

__all__ = ["Column", "EvaluationPage", "FigureTable", "Section"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        heading: in words.
        is_number: set to the right, in figures of one width.
    """

    heading: str
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures.

    Attributes:
        caption: what it shows.
        columns: of it; the first heads its rows.
        rows: a text for each column.
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report.

    Attributes:
        id: for links within the page.
        title: its heading.
        text: paragraphs before all else.
        drawing: a chart, if it has one.
        table: figures; those of the chart where there is one.
        notes: paragraphs after all else.
        is_extrapolated: its figures were not measured but reckoned, and are labelled so.
    """

    id: str
    title: str
    text: Sequence[str] = ()
    drawing: Drawing | None = None
    table: FigureTable | None = None
    notes: Sequence[str] = ()
    is_extrapolated: bool = False


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    """A whole report of an evaluation.

    Attributes:
        title: its heading.
        headline: what was found, in a sentence that the tool wrote.
        made: when and on what, in a sentence.
        figures: counts in front.
        notices: what a reader must know before any figure, in sentences.
        sections: in order.
        limits: what this does not show, in sentences.
        provenance: label and value, for whoever repeats it.
    """

    title: str
    headline: str
    made: str
    figures: Sequence[Figure]
    sections: Sequence[Section]
    limits: Sequence[str]
    provenance: Sequence[tuple[str, str]]
    notices: Sequence[str] = ()
