"""Reference collections: images of known people that a case's probe is searched against.

Each has an end of its own and is never prolonged: whoever still needs it imports it again, with
what allows its use looked at anew. Whom it shows is sealed, and in no record.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Final, Self, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from workbench.errors import RecordError
from workbench.governance.image_sources import without_documents
from workbench.governance.moments import spoken
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = [
    "LONGEST_COLLECTION",
    "LONGEST_COLLECTION_SOURCE",
    "CollectionCounts",
    "CollectionGallery",
    "CollectionPlan",
    "CollectionState",
    "ReferenceCollection",
    "require_collection_end",
]

LONGEST_COLLECTION: Final = timedelta(days=366)
"""How far after its import a collection may end, unless a force sets less."""

LONGEST_COLLECTION_SOURCE: Final = Source(
    text="a reference collection ends within 366 days of its import",
    where="chosen so that images of people who are to be in it no more leave it at least each year",
    standing=Standing.OWN_CHOICE,
)

_Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_Count: TypeAlias = Annotated[int, Field(ge=0)]


class CollectionState(StrEnum):
    """Where a collection is."""

    IMPORTING = "importing"
    READY = "ready"


class CollectionGallery(StrEnum):
    """Where probes are compared with a collection; the sealed parts of it are kept in any case."""

    MEMORY = "memory"
    QDRANT = "qdrant"


class CollectionPlan(Record):
    """What a person says of a collection that is to be imported.

    Attributes:
        name: names it for people; never given twice.
        use: which searches it is for, and why they need it.
        origin: which system or authority its images come from.
        evidence: the policy, agreement or provision that allows holding them.
        ends: when it is to be gone.
        gallery: where probes are compared with it: in memory, or by the Qdrant server that the
            settings name.
    """

    name: Identifier
    use: Prose
    origin: Annotated[Line, AfterValidator(without_documents)]
    evidence: Line
    ends: Moment
    gallery: CollectionGallery = CollectionGallery.MEMORY


class ReferenceCollection(CollectionPlan):
    """A collection whose import was begun.

    Attributes:
        id: names it in the records; the purpose of everything kept for it.
        owner: account that imports it and answers for it.
        made: when the import was begun.
        manifest: SHA-256 of the rows that may be imported, and of which may not, so that an import
            is resumed with the same ones.
        rows: how many of those there are.
        listed: rows that the manifest itself had refused.
        part: how many rows make one part.
        server: where its templates are put besides, an address or an absolute path, without a
            login; `None` for one in memory.
        server_mark: by which that server is known again, should another answer there.
    """

    id: Identifier
    owner: Line
    made: Moment
    manifest: _Digest
    rows: Annotated[int, Field(ge=1)]
    listed: _Count
    part: Annotated[int, Field(ge=1)]
    server: Line | None = None
    server_mark: Identifier | None = None

    @model_validator(mode="after")
    def _ends_later(self) -> Self:
        if self.ends <= self.made:
            msg = "ends must lie after made"
            raise ValueError(msg)
        return self

    @property
    def parts(self) -> int:
        """How many parts it is imported in."""
        return -(-self.rows // self.part)


class CollectionCounts(Record):
    """What a collection, or a part of it, came to.

    Attributes:
        references: images that were taken.
        refused: images that were not.
        subjects: people shown; counted over the whole collection alone, else 0.
        sources: references by where they come from.
        bases: references by what allows their use.
        encoders: what made their templates, in words.
    """

    references: _Count
    refused: _Count
    subjects: _Count = 0
    sources: dict[Identifier, _Count] = Field(default_factory=dict)
    bases: dict[Identifier, _Count] = Field(default_factory=dict)
    encoders: tuple[Line, ...] = ()

    def joined(self, other: CollectionCounts) -> CollectionCounts:
        """Return both counts as one; people are not counted, since they may be in both."""
        return CollectionCounts(
            references=self.references + other.references,
            refused=self.refused + other.refused,
            sources=_joined(self.sources, other.sources),
            bases=_joined(self.bases, other.bases),
            encoders=tuple(sorted({*self.encoders, *other.encoders})),
        )


def require_collection_end(
    plan: CollectionPlan, now: datetime, *, longest: timedelta = LONGEST_COLLECTION
) -> None:
    """Raise unless a collection that is imported now may end when it is said to.

    Raises:
        RecordError: when that is past or too far ahead; names the moments between which it is.
    """
    if not now < plan.ends <= now + longest:
        msg = (
            f"collection {plan.name} cannot end at {spoken(plan.ends)}. Choose a moment after "
            f"{spoken(now)} and at most {longest.days} days ahead, by {spoken(now + longest)}."
        )
        raise RecordError(msg)


def _joined(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in sorted({*one, *other})}
