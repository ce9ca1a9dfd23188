"""Evaluation sets: images of people that error rates are measured on, each with an end of its own.

A set says where its images come from and what allows their use; it ends when it was said to when it
was made, and is never prolonged. Whom an image shows is sealed with it and is nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from workbench.errors import RecordError
from workbench.governance.categories import NO_OTHER, UNNAMED
from workbench.governance.image_sources import without_documents
from workbench.governance.moments import spoken
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = [
    "LONGEST_KEPT",
    "LONGEST_KEPT_SOURCE",
    "EvaluationSet",
    "EvaluationSetPlan",
    "ImageBasis",
    "require_end",
]

LONGEST_KEPT: Final = timedelta(days=366)
"""How far after its making a set may end, unless a force sets less."""

LONGEST_KEPT_SOURCE: Final = Source(
    text="an evaluation set ends within 366 days of being made",
    where="chosen so that a set is made anew, with its basis looked at again, at least each year",
    standing=Standing.OWN_CHOICE,
)


class ImageBasis(StrEnum):
    """What allows the images of a set to be used for measuring. The list is closed.

    Which bases are on it is the product's own choice.
    """

    LICENCE = "licence"
    WRITTEN_CONSENT = "written-consent"
    LAW = "law"

    @property
    def explanation(self) -> str:
        """What it says, as a phrase."""
        return _BASES[self]


_BASES: Final[Mapping[ImageBasis, str]] = MappingProxyType(
    {
        ImageBasis.LICENCE: "published under a licence that allows this use",
        ImageBasis.WRITTEN_CONSENT: "everybody who is shown consents in writing to this use",
        ImageBasis.LAW: (
            "an enactment allows this use (DPA 2018, Schedule 8: a condition has to be met as well)"
        ),
    }
)


def _basis(value: object) -> object:
    if isinstance(value, str) and value.strip().casefold() in UNNAMED:
        raise ValueError(NO_OTHER)
    return value


_BasisField: TypeAlias = Annotated[ImageBasis, BeforeValidator(_basis)]
_Origin: TypeAlias = Annotated[Line, AfterValidator(without_documents)]
_AtLeastOne: TypeAlias = Annotated[int, Field(ge=1)]


class EvaluationSetPlan(Record):
    """What a person says of a set that is to be made.

    Attributes:
        name: names it for people; never given twice.
        use: what is to be measured on it, and for which decision.
        origin: where its images come from.
        basis: what allows their use.
        evidence: which licence, which form of consent, or which provision that is.
        ends: when it is to be gone.
    """

    name: Identifier
    use: Prose
    origin: _Origin
    basis: _BasisField
    evidence: Line
    ends: Moment


class EvaluationSet(EvaluationSetPlan):
    """A set that was made.

    Attributes:
        id: names it in the records; the purpose of everything kept for it.
        owner: account that made it and answers for it.
        made: when.
        subjects: how many people it shows.
        images: how many images it has.
    """

    id: Identifier
    owner: Line
    made: Moment
    subjects: _AtLeastOne
    images: _AtLeastOne

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.ends <= self.made:
            msg = "ends must lie after made"
            raise ValueError(msg)
        if self.images < self.subjects:
            msg = "each person it shows has an image of their own"
            raise ValueError(msg)
        return self


def require_end(
    plan: EvaluationSetPlan, now: datetime, *, longest: timedelta = LONGEST_KEPT
) -> None:
    """Raise unless a set that is made now may end when it is said to.

    Raises:
        RecordError: when that is past or too far ahead; names the moments between which it is.
    """
    if not now < plan.ends <= now + longest:
        msg = (
            f"evaluation set {plan.name} cannot end at {spoken(plan.ends)}. Choose a moment after "
            f"{spoken(now)} and at most {longest.days} days ahead, by {spoken(now + longest)}."
        )
        raise RecordError(msg)
