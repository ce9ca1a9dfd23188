"""What people hand in for a watchlist, and what they see of one: references, never faces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.arrays import ImageArray
from workbench.governance.entries import EntryReview, IdentityCheck, WatchlistEntry
from workbench.governance.fpir import FpirEstimate
from workbench.governance.starting import Block, Caution
from workbench.rate_words import amount_ends_words, amount_words, at_most_words
from workbench.records.watchlist_entries import Composition, EntryQuality, EntryRow, EntryState

if TYPE_CHECKING:
    from workbench.evaluation.planner import Plan

__all__ = ["BuildReport", "EntryImage", "EntryView", "ExpectedFalseAlerts", "ListView"]


@dataclass(frozen=True, slots=True, eq=False)
class EntryImage:
    """An entry with its image, which is read when the list is built.

    Attributes:
        entry: whom it is of, and why they are on the list.
        image: a file, the bytes of one, or pixels of shape `(height, width, 3)` uint8 RGB. The
            bytes of a file are the same image as the file.

    Raises:
        RecordError: when the entry is none that could have been filled in, however it was made.
    """

    entry: WatchlistEntry
    image: Path | bytes | ImageArray = field(repr=False)

    def __post_init__(self) -> None:
        """Check the entry once more: pydantic has ways to make one without a check."""
        checked = WatchlistEntry.read(dict(self.entry), what="the entry of an image")
        object.__setattr__(self, "entry", checked)


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as people see it.

    Attributes:
        id: names it.
        entry: whom it is of, and why they are on the list.
        state: `enrolled`, or `refused` where its image could not be used.
        quality: verdict on the image, with reasons and measures.
        added_by: account that handed it in.
        added: when.
        check: a second person's comparison of image and record, if there was one.
        review: the review for the deployment, if there was one.
        age_warning: what to say about the age of the image, if anything.
    """

    id: str
    entry: WatchlistEntry
    state: EntryState
    quality: EntryQuality
    added_by: str
    added: datetime
    check: IdentityCheck | None
    review: EntryReview | None
    age_warning: str | None

    @classmethod
    def of(cls, row: EntryRow, age_warning: str | None) -> EntryView:
        """Return the view of a row."""
        return cls(
            id=row.id,
            entry=row.entry,
            state=row.state,
            quality=row.quality,
            added_by=row.added_by,
            added=row.added,
            check=row.check,
            review=row.review,
            age_warning=age_warning,
        )


@dataclass(frozen=True, slots=True)
class ExpectedFalseAlerts:
    """How many false alerts a plan has to reckon with: faces times FPIR.

    Attributes:
        faces: how many faces are expected.
        references: on the list.
        policy: id of the threshold policy that the rate was measured for.
        threshold: from which score on alerts are raised.
        unit: of it.
        fpir: the rate, with its interval and what it rests on.
        plan: what it has one reckon with in so many faces.
    """

    faces: int
    references: int
    policy: str
    threshold: float
    unit: str
    fpir: FpirEstimate
    plan: Plan

    @property
    def expected(self) -> float | None:
        """The number expected; `None` where too little was counted for a rate."""
        return self.plan.at.expected

    @property
    def interval(self) -> tuple[float, float]:
        """The number by both ends of the rate's 95 % interval."""
        return self.plan.at.expected_interval

    def plain(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        low, high = self.interval
        return {
            "faces": self.faces,
            "references": self.references,
            "policy": self.policy,
            "threshold": self.threshold,
            "unit": self.unit,
            "expected": self.expected,
            "interval": [low, high],
            "rate_interval": [self.fpir.low, self.fpir.high],
            "searches": self.fpir.searches,
            "extrapolated": self.fpir.extrapolated,
        }

    def describe(self) -> str:
        """Return how many to expect, how likely at least one is, and what it is against the cap."""
        from workbench.evaluation.planner_words import (  # noqa: PLC0415 - keeps `--help` quick
            cap_sentence,
            chance_sentence,
        )

        low, high = self.interval
        number = (
            f"not measurable here, {at_most_words(high)} (upper end of the 95 % interval"
            if self.expected is None
            else f"{amount_words(self.expected)} (95 % interval {amount_ends_words(low, high)}"
        )
        how = ", extrapolated" if self.plan.extrapolated else ""
        return (
            f"False alerts to expect in {self.faces:,} faces at threshold {self.threshold:g} "
            f"{self.unit} and {self.references:,} references{how}: {number}, policy "
            f"{self.policy}). "
            f"{chance_sentence(self.plan.at)} {cap_sentence(self.plan)}"
        )


@dataclass(frozen=True, slots=True)
class ListView:
    """A watchlist as people see it, and what still keeps its search from starting.

    Attributes:
        id: of the list.
        reference: of its deployment.
        builder: account that built it last.
        built: when.
        good_until: until when it is fresh enough for a start.
        entries: enrolled and refused, by subject and image.
        composition: whom it is of, in numbers.
        blocks: what keeps the search from starting, now; empty when nothing does.
        cautions: what to weigh before.
        without_consent: members of staff on it whose consent does not hold; they block too.
        expected: the false alerts to expect, where a number of faces was named and the
            deployment names a policy.
        missing: that its sealed faces are gone, and what to do, in a sentence; `None` while they
            are there. No search starts without them.
    """

    id: str
    reference: str
    builder: str
    built: datetime
    good_until: datetime
    entries: tuple[EntryView, ...]
    composition: Composition
    blocks: tuple[Block, ...]
    cautions: tuple[Caution, ...]
    without_consent: tuple[str, ...] = ()
    expected: ExpectedFalseAlerts | None = None
    missing: str | None = None

    @property
    def is_startable(self) -> bool:
        """Whether nothing of the list keeps the search from starting."""
        return not self.blocks and not self.without_consent and self.missing is None

    def ids(self, state: EntryState = EntryState.ENROLLED) -> list[str]:
        """Return the ids of the entries in a state."""
        return [entry.id for entry in self.entries if entry.state is state]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What came of building a list.

    Attributes:
        id: of the list.
        reference: of its deployment.
        built: when.
        enrolled: entries whose faces are on the list.
        refused: entries whose images could not be used; `quality.reasons` say why.
        kept: how many of the enrolled were on it before, unchanged: they keep check and review.
        composition: whom it is of, in numbers.
        encoders: what made its templates, by name.
        detector: what found the faces.
    """

    id: str
    reference: str
    built: datetime
    enrolled: tuple[EntryView, ...]
    refused: tuple[EntryView, ...]
    kept: int
    composition: Composition
    encoders: Mapping[str, str]
    detector: str
