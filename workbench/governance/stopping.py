"""Why a live search ended; closed, so that no search ends without a reason that can be counted."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = ["StopReason"]


class StopReason(StrEnum):
    """Why a live search ended."""

    FEED_ENDED = "feed-ended"
    AUTHORITY_ENDED = "authority-ended"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    LIST_CHANGED = "list-changed"
    CONSENT_ENDED = "consent-ended"
    OPERATOR_BARRED = "operator-barred"
    STOPPED = "stopped"
    FAULT = "fault"

    @property
    def phrase(self) -> str:
        """Why, as it follows `the search ended because`."""
        return _PHRASES[self]

    @property
    def is_whole(self) -> bool:
        """Whether the feed was searched to its end."""
        return self is StopReason.FEED_ENDED


_PHRASES: Final[Mapping[StopReason, str]] = MappingProxyType(
    {
        StopReason.FEED_ENDED: "the feed ended",
        StopReason.AUTHORITY_ENDED: "the authority ended",
        StopReason.WITHDRAWN: "the authority was withdrawn",
        StopReason.CLOSED: "the deployment was closed",
        StopReason.LIST_CHANGED: "its watchlist was changed; start it again",
        StopReason.CONSENT_ENDED: (
            "somebody of the staff on its watchlist consents no longer; take them off the list"
        ),
        StopReason.OPERATOR_BARRED: (
            "the account that ran it was disabled, or has another role now"
        ),
        StopReason.STOPPED: "somebody stopped it",
        StopReason.FAULT: "of a fault",
    }
)
