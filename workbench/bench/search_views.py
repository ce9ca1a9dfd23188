"""A search of a case as people see it: how it was made, and to those who may, whom it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.governance.probe_pictures import PictureKind
from workbench.governance.review_words import DIFFER
from workbench.governance.reviews import ReviewState
from workbench.governance.said_before import SaidBefore
from workbench.governance.searches import SearchRecord
from workbench.records.moments import as_text

if TYPE_CHECKING:
    from workbench.retrospective.pairs_document import PairsDocument
    from workbench.retrospective.search_document import CandidateEntry, SearchDocument

__all__ = ["PairsFinding", "ProbeRequest", "SearchFinding", "SearchView"]


@dataclass(frozen=True, slots=True)
class ProbeRequest:
    """What to search with, as whoever searches says it.

    Attributes:
        pictures: bytes of the files, 20 at the most; the first is what people compare first, the
            others show the same face.
        origin: where they come from.
        name: of the first file.
        operations: what is done to a copy of the first before the search.
        face: number of the face in the first, most confident first; the main one if left out.
        eyes: where the right and left eye of that face are in the copy, px, as somebody placed
            them by hand; without a number of a face, of one that was not found.
        taken: when, if that is known.
        frame: number of the frame, if the first is one of footage.
        override: why it is searched with although its quality is rejected.
        appearance: id of the appearance that it was taken from, if it is one of footage.
        same_person: why pictures that are less alike than is to be expected show one person.
        earlier: the search in which override, eyes and that were said; this one if left out.
        kind: of picture, one of `PictureKind`; a search needs it, but for a probe of an earlier
            one, which may be from before it was asked for.
    """

    pictures: tuple[bytes, ...] = field(repr=False)
    origin: str
    name: str | None = None
    operations: tuple[Any, ...] = ()
    face: int | None = None
    eyes: tuple[tuple[float, float], tuple[float, float]] | None = None
    taken: datetime | None = None
    frame: int | None = None
    override: str | None = None
    appearance: str | None = None
    same_person: str | None = None
    earlier: SaidBefore | None = None
    kind: PictureKind | str | None = None


@dataclass(frozen=True, slots=True)
class SearchView:
    """A search, without anybody whom it found.

    Attributes:
        id: names it.
        case: number of the case.
        actor: account of who searched.
        at: when.
        record: with what, against what and how.
        state: how far its examination is.
        differ: whether it is concluded as inconclusive because examiners differ.
    """

    id: str
    case: str
    actor: str
    at: datetime
    record: SearchRecord
    state: ReviewState
    differ: bool = False

    @property
    def stands(self) -> str:
        """How far its examination is, for a list."""
        return DIFFER if self.differ else self.state.value

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "id": self.id,
            "case": self.case,
            "actor": self.actor,
            "at": as_text(self.at),
            "state": self.state.value,
            "differ": self.differ,
            "record": self.record.plain(),
        }


@dataclass(frozen=True, slots=True)
class SearchFinding:
    """A search with the probe and all candidates.

    Attributes:
        view: how it was made.
        document: the pictures and the candidates.
        seen: where in footage each appearance among the candidates is seen, and when, by its id.
    """

    view: SearchView
    document: SearchDocument = field(repr=False)
    seen: Mapping[str, str] = field(default_factory=dict)

    def where(self, entry: CandidateEntry) -> str:
        """Return where a candidate comes from: the source of an image, or where in footage."""
        return entry.source if entry.time_s is None else self.seen[entry.subject]


@dataclass(frozen=True, slots=True)
class PairsFinding:
    """Two pieces of footage that were compared, with the pairs of appearances.

    Attributes:
        view: how it was done.
        document: the pairs, with pictures.
        files: names of the two files, in the order of the search.
        seen: where in footage each appearance of a pair is seen, and from when to when, by its id.
    """

    view: SearchView
    document: PairsDocument = field(repr=False)
    files: tuple[str, ...] = ()
    seen: Mapping[str, str] = field(default_factory=dict)
