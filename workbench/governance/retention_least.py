"""Limits that were set before there was a least one: read as the least, and said to be so.

Nobody can set such a limit any more; one that is stored must not keep its bench from being opened,
nor have alerts destroyed before anybody can decide on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from workbench.governance.moments import duration
from workbench.governance.retention import LEAST
from workbench.governance.sources import Source, Standing

__all__ = ["TooShort", "at_least", "too_short"]

_SPAN: Final = TypeAdapter(timedelta)
_LIMITS: Final = "limits"


class TooShort(NamedTuple):
    """A stored limit below the least, and the least, which applies in its place."""

    retention: str
    keep: timedelta
    least: timedelta

    def describe(self) -> str:
        """Return it as sentences for people."""
        return (
            f"The rules of this bench keep {self.retention} data for {duration(self.keep)}, which "
            f"leaves nobody time to decide; {duration(self.least)}, the least there is, applies "
            "instead. Have an administrator propose a limit with workbench rules propose."
        )


def too_short(profile: object) -> tuple[TooShort, ...]:
    """Return the limits of a stored profile that are below the least.

    Args:
        profile: plain values, as stored; what is no profile has none.
    """
    return tuple(found for one in _limits(profile) if (found := _too_short(one)) is not None)


def at_least(profile: object) -> object:
    """Return a stored profile with the least in place of every limit below it, with its source.

    Args:
        profile: plain values, as stored; what is no profile is returned as it is.
    """
    if not isinstance(profile, Mapping) or not too_short(profile):
        return profile
    return {**profile, _LIMITS: [_lifted(one) for one in _limits(profile)]}


def _limits(profile: object) -> list[object]:
    limits = profile.get(_LIMITS) if isinstance(profile, Mapping) else None
    return list(limits) if isinstance(limits, list | tuple) else []


def _too_short(limit: object) -> TooShort | None:
    if not isinstance(limit, Mapping):
        return None
    name = limit.get("retention")
    least = next((span for kind, span in LEAST.items() if kind == name), None)
    try:
        keep = _SPAN.validate_python(limit.get("keep"))
    except ValidationError:
        return None
    if least is None or not timedelta(0) <= keep < least:
        return None
    return TooShort(str(name), keep, least)


def _lifted(limit: object) -> object:
    found = _too_short(limit)
    if found is None or not isinstance(limit, Mapping):
        return limit
    source = Source(
        text="an hour, the least in which people can decide, since less had been set",
        where="chosen so that nothing goes before anybody can decide on it",
        standing=Standing.OWN_CHOICE,
    )
    lifted: dict[str, Any] = {
        "keep": _SPAN.dump_python(found.least, mode="json"),
        "source": source.plain(),
    }
    return {**limit, **lifted}
