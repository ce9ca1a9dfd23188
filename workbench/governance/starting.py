"""What must hold of a watchlist before the live search of its deployment may start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from pydantic import Field, PositiveInt

from workbench.errors import BlockedError
from workbench.governance.categories import Category, LegalBasis
from workbench.governance.entries import (
    AGEING_SOURCE,
    AGEING_YEARS,
    EntryReview,
    IdentityCheck,
    WatchlistEntry,
)
from workbench.governance.false_alert_words import above_words, bound_words
from workbench.governance.fpir import FpirEstimate
from workbench.governance.image_sources import SOURCE_LIST_SOURCE, ImageSource
from workbench.governance.left_out import LeftOut
from workbench.governance.moments import spoken
from workbench.governance.people import same_person
from workbench.governance.record import Record
from workbench.governance.sources import Source, Standing

__all__ = [
    "LIMIT_SOURCES",
    "SOUTH_WALES_LIMITS",
    "SOUTH_WALES_LIST_SOURCE",
    "Block",
    "BlockCode",
    "Caution",
    "CautionCode",
    "EntryFacts",
    "ListFacts",
    "StartLimits",
    "blocks",
    "cautions",
    "require_startable",
]

_NAMED: Final = 5


class StartLimits(Record):
    """What a list may be at the start; a force sets its own.

    Attributes:
        largest_list: most entries (images) on it.
        oldest_list_hours: hours from building it to the start that may not be passed.
        false_alert_cap: false alerts a face above which the plan is cautioned.
        ageing_years: whole years after which an image is warned of.
        left_out: categories, image sources and legal bases that are on none of its lists.
    """

    largest_list: PositiveInt = 20_000
    oldest_list_hours: float = Field(default=24.0, gt=0.0, le=24.0 * 31)
    false_alert_cap: float = Field(default=0.001, gt=0.0, le=1.0)
    ageing_years: PositiveInt = AGEING_YEARS
    left_out: LeftOut = LeftOut()


LIMIT_SOURCES: Final[Mapping[str, Source]] = MappingProxyType(
    {
        "largest_list": Source(
            text="20,000 images: above the largest list that the Metropolitan Police has published",
            where="deployment grids 2020 to May 2025: 5,816 to 16,364, and a misprinted 19,199",
            standing=Standing.OWN_CHOICE,
        ),
        "oldest_list_hours": Source(
            text="24 hours from building the list to the start",
            where="so that people no longer sought are not looked for",
            standing=Standing.OWN_CHOICE,
        ),
        "false_alert_cap": Source(
            text="1 in 1,000 false positive alert rate should not be exceeded",
            where="South Wales Police, standard operating procedure, in [2020] EWCA Civ 1058",
            standing=Standing.VERIFIED,
        ),
        "ageing_years": AGEING_SOURCE,
        "left_out": SOURCE_LIST_SOURCE,
    }
)
"""By field of `StartLimits`, where its default comes from."""

SOUTH_WALES_LIMITS: Final = StartLimits(largest_list=2_000)
"""Limits of a force that holds to 2,000 images."""

SOUTH_WALES_LIST_SOURCE: Final = Source(
    text="The number of images included within a watchlist cannot exceed 2,000",
    where="South Wales Police, standard operating procedure, in [2020] EWCA Civ 1058",
    standing=Standing.VERIFIED,
)


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What of an entry the start depends on.

    Attributes:
        subject: reference of the person.
        category: why they are on the list.
        added_by: who added the entry.
        source: where its image comes from.
        legal_basis: what allows the processing.
        checked_by: who compared image and record, if anybody did.
        reviewed_for: reference of the deployment that it was last reviewed for, if any.
        under_18: whether the person is under 18.
        has_under_18_rationale: whether it is said why a child is on the list.
    """

    subject: str
    category: Category
    added_by: str
    source: ImageSource = ImageSource.CUSTODY
    legal_basis: LegalBasis = LegalBasis.POLICE_FUNCTION
    checked_by: str | None = None
    reviewed_for: str | None = None
    under_18: bool = False
    has_under_18_rationale: bool = False

    @classmethod
    def of(
        cls,
        entry: WatchlistEntry,
        *,
        added_by: str,
        check: IdentityCheck | None,
        review: EntryReview | None,
    ) -> Self:
        """Return the facts of an entry and of what people did about it."""
        return cls(
            subject=entry.subject,
            category=entry.category,
            added_by=added_by,
            source=entry.source,
            legal_basis=entry.legal_basis,
            checked_by=None if check is None else check.by,
            reviewed_for=None if review is None else review.deployment,
            under_18=entry.under_18,
            has_under_18_rationale=entry.under_18_rationale is not None,
        )


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What of a list the start depends on.

    Attributes:
        deployment: reference of the deployment.
        built: when the list was built from its images.
        entries: the entries on it.
        in_demonstration: whether the bench is a demonstration.
        own_limit: the most entries that the deployment was authorised with, if it sets a limit.
        expected_faces: how many faces the plan expects to see, if it says.
        fpir: false-positive identification rate of the threshold at this size of list, with its
            interval: the share of people not on it who would raise an alert; `None` without a
            policy, or of an empty list.
    """

    deployment: str
    built: datetime
    entries: tuple[EntryFacts, ...]
    in_demonstration: bool = False
    own_limit: int | None = None
    expected_faces: int | None = None
    fpir: FpirEstimate | None = None


class BlockCode(StrEnum):
    """What can keep a search from starting."""

    EMPTY = "empty"
    UNREVIEWED = "unreviewed"
    UNCHECKED = "unchecked"
    CHECKED_BY_ADDER = "checked-by-adder"
    CHILD_WITHOUT_RATIONALE = "child-without-rationale"
    LEFT_OUT = "left-out"
    TOO_LARGE = "too-large"
    TOO_OLD = "too-old"
    FROM_LATER = "from-later"
    DEMONSTRATION_IN_OPERATION = "demonstration-in-operation"
    OPERATION_IN_DEMONSTRATION = "operation-in-demonstration"


class CautionCode(StrEnum):
    """What is to be weighed before starting, but does not keep from it."""

    FALSE_ALERTS_ABOVE_CAP = "false-alerts-above-cap"
    FALSE_ALERTS_UNKNOWN = "false-alerts-unknown"


class Block(NamedTuple):
    """One thing that keeps the search from starting, and what to do about it."""

    code: BlockCode
    text: str


class Caution(NamedTuple):
    """One thing to weigh before starting."""

    code: CautionCode
    text: str


def blocks(facts: ListFacts, limits: StartLimits, now: datetime) -> tuple[Block, ...]:
    """Return everything that keeps the search from starting at `now`; empty when nothing does.

    "Reviewed before each deployment", "not excessive": College of Policing, live facial
    recognition, "Watchlist". The sources of the limits are in `LIMIT_SOURCES`.
    """
    return (*_of_entries(facts, limits.left_out), *_of_list(facts, limits, now))


def cautions(facts: ListFacts, limits: StartLimits) -> tuple[Caution, ...]:
    """Return what to weigh about the false alerts to expect: faces times FPIR, as an interval.

    With E expected, at least one comes with probability 1 - exp(-E). Of fewer than three counted
    errors only the upper end of the interval is told, and nothing where it keeps within the limit.
    """
    if facts.fpir is None or facts.expected_faces is None:
        missing = " and ".join(
            name
            for name, value in (
                ("the number of faces to expect", facts.expected_faces),
                ("a false-positive rate measured for this size of list", facts.fpir),
            )
            if value is None
        )
        text = f"The false alerts to expect are not known: {missing} is missing."
        return (Caution(CautionCode.FALSE_ALERTS_UNKNOWN, text),)
    if not facts.fpir.is_measurable:
        if facts.fpir.high <= limits.false_alert_cap:
            return ()
        text = bound_words(facts.fpir, facts.expected_faces, limits.false_alert_cap)
        return (Caution(CautionCode.FALSE_ALERTS_UNKNOWN, text),)
    if facts.fpir.rate <= limits.false_alert_cap:
        return ()
    text = above_words(facts.fpir, facts.expected_faces, limits.false_alert_cap)
    return (Caution(CautionCode.FALSE_ALERTS_ABOVE_CAP, text),)


def require_startable(facts: ListFacts, limits: StartLimits, now: datetime) -> None:
    """Raise `BlockedError` with everything that keeps the search from starting at `now`."""
    found = blocks(facts, limits, now)
    if found:
        texts = " ".join(block.text for block in found)
        msg = f"the live search of deployment {facts.deployment} cannot start. {texts}"
        raise BlockedError(msg)


def _of_entries(facts: ListFacts, left_out: LeftOut) -> Iterator[Block]:
    if not facts.entries:
        yield Block(BlockCode.EMPTY, "The watchlist has no entries: add some and build it.")
        return

    def found(code: BlockCode, wrong: Iterable[EntryFacts], text: str) -> Iterator[Block]:
        subjects = list(dict.fromkeys(entry.subject for entry in wrong))
        if subjects:
            yield Block(code, f"{text} ({_listed(subjects)}).")

    yield from found(
        BlockCode.UNREVIEWED,
        (entry for entry in facts.entries if entry.reviewed_for != facts.deployment),
        f"Entries were not reviewed for deployment {facts.deployment}: review or remove them",
    )
    yield from found(
        BlockCode.UNCHECKED,
        (entry for entry in facts.entries if entry.checked_by is None),
        "Nobody compared these images with the record: let a second person do so",
    )
    yield from found(
        BlockCode.CHECKED_BY_ADDER,
        (e for e in facts.entries if e.checked_by and same_person(e.checked_by, e.added_by)),
        "Who added these entries also checked them: let a second person compare the images",
    )
    yield from found(
        BlockCode.CHILD_WITHOUT_RATIONALE,
        (entry for entry in facts.entries if entry.under_18 and not entry.has_under_18_rationale),
        "People under 18 are listed without a rationale: give one or remove them",
    )
    yield from found(
        BlockCode.LEFT_OUT,
        (e for e in facts.entries if left_out.holds(e.category, e.source, e.legal_basis)),
        "The rules of the force leave out what these entries are, come from or rest on: drop them",
    )
    if facts.in_demonstration:
        yield from found(
            BlockCode.OPERATION_IN_DEMONSTRATION,
            (entry for entry in facts.entries if entry.category is not Category.DEMONSTRATION),
            "A demonstration bench holds the demonstration's people only: remove the others",
        )
    else:
        yield from found(
            BlockCode.DEMONSTRATION_IN_OPERATION,
            (entry for entry in facts.entries if entry.category is Category.DEMONSTRATION),
            "The demonstration's people are for a demonstration bench only: remove them",
        )


def _of_list(facts: ListFacts, limits: StartLimits, now: datetime) -> Iterator[Block]:
    size = len(facts.entries)
    largest = min(limits.largest_list, facts.own_limit or limits.largest_list)
    if size > largest:
        text = (
            f"The watchlist has {size:,} entries, more than the {largest:,} that are "
            "allowed: remove those that are not necessary."
        )
        yield Block(BlockCode.TOO_LARGE, text)
    if facts.built > now:
        text = (
            f"The watchlist was built at {spoken(facts.built)}, after the start at {spoken(now)}: "
            "set the clock right and build it again."
        )
        yield Block(BlockCode.FROM_LATER, text)
    elif now - facts.built > timedelta(hours=limits.oldest_list_hours):
        text = (
            f"The watchlist was built at {spoken(facts.built)}, more than "
            f"{limits.oldest_list_hours:g} hours before the start at {spoken(now)}: build it again."
        )
        yield Block(BlockCode.TOO_OLD, text)


def _listed(subjects: list[str]) -> str:
    rest = len(subjects) - _NAMED
    named = ", ".join(subjects[:_NAMED])
    return f"{named} and {rest:,} more" if rest > 0 else named
