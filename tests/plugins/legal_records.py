"""What a `legal_model.Model` is made of: who may do what, and one of each kind of record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

__all__ = ["FALSE", "TRUE", "Alert", "Case", "Deployment", "Hold", "may", "role_of"]

TRUE: Final = ("true-confirmed", "true-unconfirmed")
FALSE: Final = ("false-confirmed", "false-unconfirmed")

MAY: Final = {
    "apply": "analyst",
    "withdraw-application": "analyst",
    "authorise": "authorising-officer",
    "refuse": "authorising-officer",
    "cancel": "analyst authorising-officer",
    "withdraw-authority": "authorising-officer",
    "start": "analyst operator",
    "close": "analyst operator",
    "look": "analyst operator engagement-officer reviewer",
    "adjudicate": "operator engagement-officer reviewer",
    "engage": "operator engagement-officer",
    "outcome": "operator engagement-officer reviewer",
    "move-alert": "analyst reviewer",
    "place-hold": "authorising-officer data-protection-officer",
    "release-hold": "authorising-officer data-protection-officer",
    "open-case": "analyst",
    "authorise-case": "authorising-officer",
    "refuse-case": "authorising-officer",
    "close-case": "analyst authorising-officer",
    "look-at-case": "analyst authorising-officer reviewer",
    "keep-staff": "analyst",
    "record-pass": "operator engagement-officer",
    "issue-policy": "data-scientist",
    "approve-policy": "authorising-officer",
}
"""Which roles may do what."""


def role_of(who: str) -> str:
    """Return the role of an account; accounts are named like their roles, `analyst-2`."""
    return who.removesuffix("-2")


def may(who: str, deed: str) -> bool:
    """Return whether the role of an account is one for it."""
    return role_of(who) in MAY[deed].split()


@dataclass
class Deployment:
    """One deployment; `has_list` while its list is kept, `staff` who of the staff is on it."""

    reference: str
    state: str
    starts: datetime
    ends: datetime
    policy: str
    two_person: bool = True
    has_list: bool = False
    staff: tuple[str, ...] = ()
    covered_from: datetime | None = None
    ended: datetime | None = None


@dataclass
class Alert:
    """One alert: who said what of it in which order, and who changed it to what afterwards."""

    id: str
    deployment: str
    raised: datetime
    two_person: bool
    said: list[tuple[str, str]] = field(default_factory=list)
    revised: list[tuple[str, str]] = field(default_factory=list)
    outcome: str | None = None
    engagements: int = 0
    case: str | None = None

    @property
    def owed(self) -> int:
        """How many verdicts are still to come."""
        words = [word for _, word in self.said]
        if not self.two_person:
            return 1 - len(words)
        if len(words) == 2 and words[0] != words[1]:
            return 1
        return max(2 - len(words), 0)

    @property
    def state(self) -> str:
        """What people made of it."""
        words = [word for _, word in (*self.said, *self.revised)]
        if len(self.said) < (2 if self.two_person else 1):
            return "open"
        return "unresolved" if self.owed else words[-1]

    def has_said(self, who: str) -> bool:
        """Return whether somebody gave a verdict on it."""
        return who in [name for name, _ in self.said]

    @property
    def believers(self) -> set[str]:
        """Who said that it is the person."""
        return {name for name, word in (*self.said, *self.revised) if word in TRUE}


@dataclass
class Case:
    """One case."""

    number: str
    opened: datetime
    expiry: datetime
    state: str = "open-provisional"

    def covers(self, now: datetime) -> bool:
        """Return whether work under it may go on."""
        return self.state in {"open-provisional", "authorised"} and now < self.expiry


@dataclass
class Hold:
    """One legal hold: on an alert, or on all of a deployment or case."""

    id: str
    placed_by: str
    alert: str | None = None
    whole: str | None = None
    released: bool = False
