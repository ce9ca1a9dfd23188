"""What questions are answered from, and what an answer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import dataframely as dy

from workbench.outcomes.records import OutcomeRecords
from workbench.reports.publication_figures import PublishedFigure
from workbench.reports.publication_held import HeldFacts
from workbench.reports.publication_tables import PublishedTable
from workbench.reports.publication_words import DEFINITIONS

__all__ = ["Asked", "Question", "said", "terms"]

_TERMS: Final = dict(DEFINITIONS)


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its answer.

    Attributes:
        name: names it.
        question: as people ask it.
        answer: in a sentence.
        figures: each with what it is of.
        caption: of the figures.
        tables: beside them.
        definitions: terms and what they mean.
        caveats: what is to be kept in mind.
    """

    name: str
    question: str
    answer: str
    figures: tuple[PublishedFigure, ...] = ()
    caption: str = "Figures, and what each is of."
    tables: tuple[PublishedTable, ...] = ()
    definitions: tuple[tuple[str, str], ...] = ()
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What questions are answered from.

    Attributes:
        records: every version of the records of the period.
        whole: all of the documents that they are of.
        row: their sums.
        held: what is held besides, of each deployment.
        kept: what is kept how long.
        why: what is said where something is not held.
    """

    records: dy.DataFrame[OutcomeRecords]
    whole: dy.DataFrame[OutcomeRecords]
    row: dict[str, Any]
    held: tuple[HeldFacts, ...]
    kept: tuple[tuple[str, str], ...]
    why: str

    @property
    def deployments(self) -> int:
        """How many were carried out."""
        return int(self.row["deployments"])


def terms(*names: str) -> tuple[tuple[str, str], ...]:
    """Return terms with what they mean."""
    return tuple((name, _TERMS[name]) for name in names)


def said(value: int | None) -> str:
    """Return a count as people read it, or that it is unknown."""
    return "unknown" if value is None else f"{value:,}"
