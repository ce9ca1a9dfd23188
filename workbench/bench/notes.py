"""What is noted about a deployment, by kind, and its costs as they were noted last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

from workbench.governance.costs import Costs
from workbench.governance.deployments import Application
from workbench.records.deployments import DeploymentNote

__all__ = ["NoteKind", "costs_of", "notes_of_kind"]


class NoteKind(StrEnum):
    """What is noted about a deployment."""

    NOTICE = "notice"
    COMMUNITY = "community"
    COSTS = "costs"
    FIELD_COUNTS = "field-counts"
    REVIEW = "review"


def notes_of_kind(notes: Collection[DeploymentNote], kind: NoteKind) -> list[Mapping[str, Any]]:
    """Return what the notes of a kind hold, in the order they were made."""
    return [note.content for note in notes if note.kind == kind]


def costs_of(notes: Collection[DeploymentNote], application: Application) -> Costs:
    """Return the costs as they were noted last; those of the application before that."""
    noted = notes_of_kind(notes, NoteKind.COSTS)
    return Costs.read(noted[-1], what="the costs") if noted else application.costs
