"""What a feed says of itself beyond frames: health, gaps, damage and when it began.

`workbench.feeds.cameras.LiveFeed` says all of it, a file its damage alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from workbench.governance.session_gaps import FeedGap, GapKind
from workbench.governance.session_signs import FeedHealth
from workbench.hygiene import without_credentials

__all__ = ["began_of", "camera_gaps_of", "damage_of", "health_of"]

_LONGEST: Final = 200


def health_of(feed: object) -> FeedHealth:
    """Return what a feed says of its camera; unknown where it says nothing that is known here."""
    try:
        return FeedHealth(str(getattr(feed, "health", FeedHealth.UNKNOWN)))
    except ValueError:
        return FeedHealth.UNKNOWN


def began_of(feed: object) -> datetime | None:
    """Return the moment of second 0 of a camera's times, `None` where it does not say."""
    found = getattr(feed, "began", None)
    return found if isinstance(found, datetime) else None


def damage_of(feed: object) -> str | None:
    """Return what of a feed could not be read so far, in a line; `None` where nothing was wrong."""
    said = getattr(feed, "damage", None)
    return None if said is None else _shown(str(said))


def camera_gaps_of(feed: object) -> tuple[FeedGap, ...]:
    """Return when a camera showed nothing that could be searched, in order."""
    return tuple(
        FeedGap.read(
            {
                "kind": GapKind(str(gap.kind)),
                "start_s": gap.start_s,
                "end_s": gap.end_s,
                "why": _shown(gap.why),
            },
            what="a gap of the feed",
        )
        for gap in getattr(feed, "gaps", ())
    )


def _shown(text: str) -> str | None:
    line = " ".join(without_credentials(text).split())[:_LONGEST]
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line) or None
