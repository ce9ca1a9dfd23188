"""What is applied for: why, who, where and when; and the states a deployment goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import AfterValidator, Field, StrictBool, model_validator

from workbench.governance.costs import Costs
from workbench.governance.days import Day
from workbench.governance.moments import spoken
from workbench.governance.moves import Moves
from workbench.governance.notices import NoticePlan
from workbench.governance.places import Location, NamedFeed
from workbench.governance.purposes import Purpose, UseCase
from workbench.governance.record import Record
from workbench.governance.text import Identifier, Line, Moment, Prose

__all__ = [
    "DEPLOYMENT_MOVES",
    "Application",
    "DeploymentState",
    "DocumentReference",
    "contradictions",
]

_MOST_FEEDS: Final = 100
_MOST_ENTRIES: Final = 1_000_000


class DeploymentState(StrEnum):
    """Where a deployment is."""

    DRAFT = "draft"
    APPLIED = "applied"
    AUTHORISED = "authorised"
    LIVE = "live"
    CLOSED = "closed"
    PURGED = "purged"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


_S = DeploymentState

DEPLOYMENT_MOVES: Final = Moves(
    what="deployment",
    table={
        _S.DRAFT: {"apply": _S.APPLIED, "cancel": _S.CANCELLED},
        _S.APPLIED: {
            "authorise": _S.AUTHORISED,
            "refuse": _S.REFUSED,
            "withdraw": _S.DRAFT,
            "cancel": _S.CANCELLED,
            "expire": _S.EXPIRED,
        },
        _S.AUTHORISED: {
            "start": _S.LIVE,
            "withdraw-authority": _S.CANCELLED,
            "cancel": _S.CANCELLED,
            "expire": _S.EXPIRED,
        },
        # A search that pauses leaves the deployment live. One that was live is never cancelled:
        # what it found stays on the record.
        _S.LIVE: {"close": _S.CLOSED, "withdraw-authority": _S.CLOSED},
        _S.CLOSED: {"purge": _S.PURGED},
        _S.REFUSED: {"purge": _S.PURGED},
        _S.CANCELLED: {"purge": _S.PURGED},
        _S.EXPIRED: {"purge": _S.PURGED},
        _S.PURGED: {},
    },
)
"""The moves of a deployment. `purged` is the end; what is left then is the record of it."""


class DocumentReference(Record):
    """A document that must be there before a deployment, named so that it can be found.

    Attributes:
        title: its title or file reference.
        version: for example `2.0`.
        date: the day of that version.
    """

    title: Line
    version: Line
    date: Day


def _each_purpose_once(purposes: tuple[Purpose, ...]) -> tuple[Purpose, ...]:
    if len(set(purposes)) < len(purposes):
        msg = "name each purpose once"
        raise ValueError(msg)
    return tuple(sorted(purposes, key=lambda purpose: purpose.code))


def _each_name_once(feeds: tuple[NamedFeed, ...]) -> tuple[NamedFeed, ...]:
    names = [feed.name.casefold() for feed in feeds]
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        msg = f"two feeds are called {twice}; give each a name of its own"
        raise ValueError(msg)
    return feeds


class Application(Record):
    """An application for one deployment: complete, and free of contradictions.

    The description of each field is what a form shows, and what is said where it is missing.
    Why, who and where: R (Bridges) v Chief Constable of South Wales Police [2020] EWCA Civ 1058,
    paragraphs 124 and 130. References: DPA 2018 sections 42 and 64; Equality Act 2010 section 149.
    Two verifiers: Regulation (EU) 2024/1689 article 14(5), as a benchmark.

    Attributes:
        minimum_threshold: in the unit of the threshold policy that `policy` names.
        watchlist_limit: the most entries that this deployment may have; `None` leaves the limit
            to the force's own.
    """

    reference: Annotated[Identifier, Field(description="the reference of the deployment")]
    force: Annotated[Line, Field(description="the police force")]
    purposes: Annotated[
        tuple[Purpose, ...],
        AfterValidator(_each_purpose_once),
        Field(min_length=1, description="one purpose or more of the closed list"),
    ]
    use_case: Annotated[UseCase, Field(description="the use case of the closed list")]
    presence_grounds: Annotated[
        Prose, Field(description="the grounds to expect people of the watchlist at that place")
    ]
    location: Annotated[Location, Field(description="the place, at street level, with its area")]
    starts: Annotated[Moment, Field(description="the start, with its time zone")]
    ends: Annotated[Moment, Field(description="the end, with its time zone")]
    feeds: Annotated[
        tuple[NamedFeed, ...],
        AfterValidator(_each_name_once),
        Field(min_length=1, max_length=_MOST_FEEDS, description="one feed or more, by name"),
    ]
    assembly: Annotated[
        StrictBool, Field(description="whether a protest or other assembly is expected there")
    ]
    assembly_necessity: Annotated[
        Prose | None,
        Field(description="why it is necessary in spite of the assembly (articles 10 and 11)"),
    ] = None
    dpia: Annotated[DocumentReference, Field(description="the data protection impact assessment")]
    eia: Annotated[DocumentReference, Field(description="the equality impact assessment")]
    appropriate_policy: Annotated[
        DocumentReference, Field(description="the appropriate policy document")
    ]
    notice: Annotated[NoticePlan, Field(description="how the public is told")]
    necessity: Annotated[Prose, Field(description="why the deployment is necessary")]
    proportionality: Annotated[Prose, Field(description="why it is proportionate")]
    minimum_threshold: Annotated[
        float, Field(strict=True, description="the lowest threshold, in the policy's unit")
    ]
    policy: Annotated[Identifier, Field(description="the id of the threshold policy")]
    costs: Annotated[Costs, Field(description="what it costs, as far as that is known")] = Costs()
    two_person: Annotated[
        StrictBool, Field(description="whether two people verify each alert on their own")
    ] = True
    watchlist_limit: Annotated[
        int | None,
        Field(strict=True, ge=1, le=_MOST_ENTRIES, description="the most entries on the list"),
    ] = None

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        faults = contradictions(
            {name: getattr(self, name) for name in type(self).model_fields},
        )
        if faults:
            raise ValueError("; ".join(faults))
        return self


def contradictions(values: Mapping[str, Any]) -> list[str]:
    """Say what fields of an application contradict one another.

    Args:
        values: by field name, each valid by itself; a rule whose fields are not all there is
            not applied, so that a draft is checked as far as it goes.
    """
    said = (
        rule.check(*(values[field] for field in rule.fields))
        for rule in _RULES
        if all(field in values for field in rule.fields)
    )
    return [fault for fault in said if fault is not None]


class _Rule(NamedTuple):
    """A rule over several fields: what it looks at, and what says its breach in words."""

    fields: tuple[str, ...]
    check: Callable[..., str | None]


def _ends_after_start(starts: datetime, ends: datetime) -> str | None:
    if ends > starts:
        return None
    return f"it ends at {spoken(ends)}, which is not after its start at {spoken(starts)}"


def _assembly_is_justified(assembly: bool, necessity: str | None) -> str | None:  # noqa: FBT001
    """Say whether the text is there when, and only when, an assembly is expected."""
    if assembly and necessity is None:
        return (
            "assembly_necessity is missing: an assembly is expected there, so write why the "
            "deployment is necessary in spite of the freedoms of expression and assembly "
            "(articles 10 and 11 of the Convention)"
        )
    if not assembly and necessity is not None:
        return (
            "assembly_necessity is written, but assembly is not set; set it if a protest or other "
            "assembly is expected there, or leave the text out"
        )
    return None


def _notice_precedes(notice: NoticePlan, starts: datetime) -> str | None:
    return notice.fault_for_start(starts)


def _is_dated_before(name: str) -> Callable[..., str | None]:
    def check(document: DocumentReference, starts: datetime) -> str | None:
        """An assessment comes before the processing that it assesses (DPA 2018 section 64)."""
        if document.date <= starts.date():
            return None
        return (
            f"{name} is dated {document.date.isoformat()}, after the start at {spoken(starts)}; "
            "name the version that is in force by then"
        )

    return check


_RULES: Final = (
    _Rule(("starts", "ends"), _ends_after_start),
    _Rule(("assembly", "assembly_necessity"), _assembly_is_justified),
    _Rule(("notice", "starts"), _notice_precedes),
    *(
        _Rule((name, "starts"), _is_dated_before(name))
        for name in ("dpia", "eia", "appropriate_policy")
    ),
)
