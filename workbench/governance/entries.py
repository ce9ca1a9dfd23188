"""One entry of a watchlist: a reference to a person, why they are on it, and whose eyes saw it.

Composition is to follow the intelligence case, to be reviewed before each deployment, and to use
only images that the police lawfully hold, of the intended person, of which legal basis and source
are recorded (College of Policing, authorised professional practice on live facial recognition,
"Watchlist"). That a second person compares each image with the record is how the product sees to
"the intended person".
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, model_validator

from workbench.errors import NotPermittedError
from workbench.governance.categories import Category, CategoryField, LegalBasis
from workbench.governance.days import Day, years_before
from workbench.governance.image_sources import ImageSource, ImageSourceField
from workbench.governance.people import same_person
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = [
    "AGEING_SOURCE",
    "AGEING_YEARS",
    "EntryReview",
    "IdentityCheck",
    "WatchlistEntry",
    "age_warning",
]

AGEING_YEARS: Final = 5
"""An image older than this is warned of, unless the caller sets another limit."""

AGEING_SOURCE: Final = Source(
    text="Warning of images older than five years; that ageing must be regarded is not chosen",
    where="after the College of Policing's practice: regard to ageing",
    standing=Standing.OWN_CHOICE,
)


def _file_name(name: str) -> str:
    if "/" in name or "\\" in name or name in {".", ".."}:
        msg = "must be the name of a file, without folders"
        raise ValueError(msg)
    return name


def _lawfully_held(value: object) -> object:
    if value is True:
        return value
    msg = (
        "must be true: only images that the police lawfully hold may be on a list (College of "
        "Policing, live facial recognition, Watchlist)"
    )
    raise ValueError(msg)


_FileName: TypeAlias = Annotated[Line, AfterValidator(_file_name)]
_LawfullyHeld: TypeAlias = Annotated[bool, BeforeValidator(_lawfully_held)]


class WatchlistEntry(Record):
    """One image of one person on the list of one deployment.

    Attributes:
        subject: reference of the person in the force's own records; no name is needed.
        image: name of the image file, without folders.
        category: why such people are on lists.
        legal_basis: what allows the processing.
        source: where the image comes from.
        image_date: when it was taken, if that is known.
        under_18: whether the person is known or thought to be under 18.
        under_18_rationale: why a child is on the list; owed for them and for nobody else.
        related_to: for an associate, a witness or a victim: the category of whom they are one.
        relation: for these, the rationale of their own: what the link is and why it is enough.
        rationale: why this person, and why here.
        lawfully_held: that the police lawfully hold the image; an entry without that is none.
    """

    subject: Identifier
    image: _FileName
    category: CategoryField
    legal_basis: LegalBasis
    source: ImageSourceField
    image_date: Day | None = None
    under_18: bool = False
    under_18_rationale: Prose | None = None
    related_to: CategoryField | None = None
    relation: Prose | None = None
    rationale: Prose
    lawfully_held: _LawfullyHeld

    @property
    def grounds(self) -> list[str]:
        """What whoever decides on an alert is told of why this person is listed; sentences."""
        said = [self.legal_basis.explanation, self.rationale]
        if self.relation is not None:
            said.append(f"Linked to {self.related_to}: {self.relation}")
        if self.under_18_rationale is not None:
            said.append(f"Under 18, or thought to be: {self.under_18_rationale}")
        return said

    @model_validator(mode="after")
    def _child(self) -> Self:
        """Under-18s are not ordinarily on a list, and then with a rationale.

        South Wales Police, standard operating procedure, quoted in Bridges [2020] EWCA Civ 1058
        before [129].
        """
        if self.under_18 and self.under_18_rationale is None:
            msg = "under_18_rationale is missing: say why a person under 18 must be on the list"
            raise ValueError(msg)
        if self.under_18_rationale is not None and not self.under_18:
            msg = "under_18_rationale is given, but under_18 is not set; one of the two is wrong"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _link(self) -> Self:
        """An associate, a witness or a victim is there for somebody else, who is to be named.

        The College's list has associates "of any of the previous" categories; that witnesses and
        victims name one too is the product's own choice.
        """
        given = self.related_to is not None or self.relation is not None
        if not self.category.is_by_relation:
            if given:
                msg = f"related_to and relation are not for category {self.category}; remove them"
                raise ValueError(msg)
            return self
        if self.related_to is None or self.relation is None:
            msg = (
                f"category {self.category} needs related_to (the listed category of the person "
                "they are linked to) and relation (why that link is enough)"
            )
            raise ValueError(msg)
        if not self.related_to.can_be_related_to:
            possible = ", ".join(one for one in Category if one.can_be_related_to)
            msg = f"related_to cannot be {self.related_to}; it must be one of {possible}"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _consent(self) -> Self:
        """Staff of the blue list are there by consent alone, and nobody else is."""
        self._go_together(Category.BLUE_LIST, LegalBasis.STAFF_CONSENT, ImageSource.STAFF_CONSENT)
        self._go_together(
            Category.DEMONSTRATION, LegalBasis.DEMONSTRATION, ImageSource.DEMONSTRATION_SAMPLE
        )
        return self

    def _go_together(self, category: Category, basis: LegalBasis, source: ImageSource) -> None:
        said = {self.category is category, self.legal_basis is basis, self.source is source}
        if len(said) > 1:
            msg = (
                f"category {category}, legal_basis {basis} and source {source} go together: give "
                "all three or none of them"
            )
            raise ValueError(msg)


class IdentityCheck(Record):
    """A second person compared the image with the record: it shows the intended person.

    Attributes:
        by: who compared.
        at: when.
        note: what was compared with what.
    """

    by: Line
    at: Moment
    note: Prose

    def require_second_person(self, added_by: str, *, subject: str) -> None:
        """Raise `NotPermittedError` when who checked is who added the entry.

        Args:
            added_by: who added it.
            subject: whose entry it is, for the message.
        """
        if same_person(self.by, added_by):
            msg = (
                f"entry {subject} was added by {added_by}, so {self.by} cannot check it: a second "
                "person must compare the image with the record."
            )
            raise NotPermittedError(msg)


class EntryReview(Record):
    """The stamp "reviewed for this deployment": necessary and proportionate there and then.

    Attributes:
        by: who reviewed.
        at: when.
        deployment: reference of the one deployment that it was reviewed for.
    """

    by: Line
    at: Moment
    deployment: Identifier

    def covers(self, deployment: str) -> bool:
        """Return whether the review was for this very deployment."""
        return self.deployment == deployment


def age_warning(image_date: date | None, on: date, limit_years: int = AGEING_YEARS) -> str | None:
    """Return what to say about the age of an image, or `None` when there is nothing to say.

    Args:
        image_date: when it was taken, if that is known.
        on: the day that it will be used.
        limit_years: whole years from which on, once they are passed, it is warned of.
    """
    if image_date is None:
        return "It is not known when the image was taken; look for one with a date."
    if image_date > on:
        return (
            f"The image is dated {image_date.isoformat()}, after its use on {on.isoformat()}; "
            "correct the date."
        )
    if image_date < years_before(on, limit_years):
        years = "1 year" if limit_years == 1 else f"{limit_years} years"
        return (
            f"The image was taken on {image_date.isoformat()}, more than {years} "
            f"before {on.isoformat()}; look for a newer one."
        )
    return None
