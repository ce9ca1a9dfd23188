"""The retention profiles that ship: after two forces, and the stricter of the two.

Of South Wales Police the documents, or a judgment that quotes them, were read. What the
Metropolitan Police have set is known as others report it alone: to follow it is the product's own
choice, shown as that, and a force sets its own limits in its rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from workbench.errors import UsageError
from workbench.governance.retention import Limit, Profile, RetentionClass
from workbench.governance.sources import Source, Standing

__all__ = ["MET", "PROFILES", "STRICTEST", "SWP", "completed", "profile_named", "strictest_of"]

_AT_ONCE: Final = timedelta(0)
_DAY: Final = timedelta(hours=24)
_MONTH: Final = timedelta(days=31)

_OWN: Final = (
    Limit(
        retention=RetentionClass.CASE,
        keep=_AT_ONCE,
        source=Source(
            text="what is linked to a refused use is deleted at once; so at every end of a case",
            where="EU Artificial Intelligence Act, Article 26(10), as a measure for all ends",
            standing=Standing.OWN_CHOICE,
        ),
    ),
    Limit(
        retention=RetentionClass.EVALUATION_SET,
        keep=_AT_ONCE,
        source=Source(
            text="an evaluation set goes at the end that is set when it is made",
            where="chosen so that every set has an end; the sources read name no period",
            standing=Standing.OWN_CHOICE,
        ),
    ),
    Limit(
        retention=RetentionClass.COLLECTION,
        keep=_AT_ONCE,
        source=Source(
            text="a reference collection goes at the end that is set when it is imported",
            where="chosen so that every collection has an end; the sources read name no period",
            standing=Standing.OWN_CHOICE,
        ),
    ),
    Limit(
        retention=RetentionClass.AUDIT_LOG,
        keep=None,
        source=Source(
            text="kept as long as the bench, never erased by itself; six months at the least",
            where="EU Artificial Intelligence Act, Articles 19(1) and 26(6), for the six months",
            standing=Standing.OWN_CHOICE,
        ),
    ),
)

_MET_NON_MATCH: Final = Limit(
    retention=RetentionClass.NON_MATCH,
    keep=_AT_ONCE,
    source=Source(
        text="if there is no match the image is immediately deleted",
        where="Metropolitan Police to a select committee, May 2023, as reported",
        standing=Standing.SECOND_HAND,
    ),
)
_SWP_NON_MATCH: Final = Limit(
    retention=RetentionClass.NON_MATCH,
    keep=_AT_ONCE,
    source=Source(
        text="what matches nobody is deleted immediately and automatically",
        where="South Wales Police, Live facial recognition, frequently asked questions",
        standing=Standing.VERIFIED,
    ),
)
_SWP_WATCHLIST: Final = Limit(
    retention=RetentionClass.WATCHLIST,
    keep=_DAY,
    source=Source(
        text="watchlists have 24 hours retention",
        where="South Wales Police SOP, quoted in R (Bridges) v CC SWP [2020] EWCA Civ 1058",
        standing=Standing.VERIFIED,
    ),
)
_SWP_ALERT: Final = Limit(
    retention=RetentionClass.ALERT,
    keep=_DAY,
    source=Source(
        text="alerts are deleted immediately after use or within 24 hours",
        where="South Wales Police, Live facial recognition, frequently asked questions",
        standing=Standing.VERIFIED,
    ),
)
_SWP_CCTV: Final = Limit(
    retention=RetentionClass.CCTV,
    keep=_MONTH,
    source=Source(
        text="footage is kept for up to 31 days, apart from the rest",
        where="South Wales Police, Live facial recognition, frequently asked questions",
        standing=Standing.VERIFIED,
    ),
)

MET: Final = Profile(
    name="met",
    limits=(
        _MET_NON_MATCH,
        Limit(
            retention=RetentionClass.WATCHLIST,
            keep=_DAY,
            source=Source(
                text="as soon as practicable, and within 24 hours of the deployment's end",
                where="Metropolitan Police, LFR Appropriate Policy Document v2.0, as quoted",
                standing=Standing.SECOND_HAND,
            ),
        ),
        Limit(
            retention=RetentionClass.ALERT,
            keep=_MONTH,
            source=Source(
                text="positive images are kept 31 days, or longer if there is a judicial reason",
                where="Metropolitan Police to a select committee, May 2023, as reported",
                standing=Standing.SECOND_HAND,
            ),
        ),
        Limit(
            retention=RetentionClass.CCTV,
            keep=_MONTH,
            source=Source(
                text="footage is deleted within 31 days, but for what the law has retained",
                where="Metropolitan Police, LFR Appropriate Policy Document v2.0, as quoted",
                standing=Standing.SECOND_HAND,
            ),
        ),
        *_OWN,
    ),
)
"""After the Metropolitan Police, as others report what it has set."""

SWP: Final = Profile(
    name="swp", limits=(_SWP_NON_MATCH, _SWP_WATCHLIST, _SWP_ALERT, _SWP_CCTV, *_OWN)
)
"""After South Wales Police, as read in what it published and in a judgment that quotes it."""


def strictest_of(name: str, *profiles: Profile) -> Profile:
    """Return a profile of that name with the shortest limit of each class."""
    by_class = (
        tuple(profile.limit(retention) for profile in profiles) for retention in RetentionClass
    )
    return Profile(name=name, limits=tuple(min(limits, key=_keep) for limits in by_class))


def _keep(limit: Limit) -> timedelta:
    return timedelta.max if limit.keep is None else limit.keep


STRICTEST: Final = strictest_of("strictest", MET, SWP)
"""For each class the shorter of the two forces' limits."""

_LATER: Final = frozenset({RetentionClass.COLLECTION})
"""Classes that profiles which were stored earlier have no limit of."""

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType(
    {profile.name: profile for profile in (MET, SWP, STRICTEST)}
)
"""The profiles that ship, by name."""


def completed(profile: object) -> object:
    """Return a stored profile with the limits that ship of classes that came after it.

    Args:
        profile: plain values, as stored; what is no profile is returned as it is.
    """
    if not isinstance(profile, Mapping):
        return profile
    limits = profile.get("limits")
    if not isinstance(limits, list | tuple):
        return profile
    there = {one.get("retention") for one in limits if isinstance(one, Mapping)}
    added = [one.plain() for one in _OWN if one.retention in _LATER - there]
    return {**profile, "limits": [*limits, *added]} if added else profile


def profile_named(name: str) -> Profile:
    """Return a shipped profile.

    Raises:
        UsageError: when there is none of that name; lists those there are.
    """
    if name in PROFILES:
        return PROFILES[name]
    msg = f"there is no retention profile {name!r}. Choose one of {', '.join(PROFILES)}."
    raise UsageError(msg)
