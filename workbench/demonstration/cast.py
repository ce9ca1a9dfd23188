"""The accounts of the demonstration: one of each role, two examiners; none of them is a person."""

from __future__ import annotations

from typing import Final, NamedTuple

from workbench.governance.ranks import Rank
from workbench.governance.roles import Role

__all__ = [
    "ADMINISTRATOR",
    "ANALYST",
    "CAST",
    "ENGAGING",
    "EXAMINER",
    "INVESTIGATOR",
    "MANAGER",
    "OFFICER",
    "OPERATOR",
    "PROTECTION",
    "REVIEWER",
    "SECOND_EXAMINER",
    "Part",
]


class Part(NamedTuple):
    """An account of the demonstration; a role in a play, played by nobody.

    Attributes:
        account: its name.
        role: what it is for.
        rank: police rank, of who authorises.
    """

    account: str
    role: Role
    rank: Rank | None = None

    @property
    def display(self) -> str:
        """What stands where a person's name would."""
        return f"Demonstration: {self.account.removeprefix('demo-').replace('-', ' ')}"


ADMINISTRATOR: Final = "demo-administrator"
ANALYST: Final = "demo-analyst"
OFFICER: Final = "demo-authorising-officer"
OPERATOR: Final = "demo-operator"
ENGAGING: Final = "demo-engagement-officer"
REVIEWER: Final = "demo-reviewer"
INVESTIGATOR: Final = "demo-investigator"
EXAMINER: Final = "demo-examiner"
SECOND_EXAMINER: Final = "demo-second-examiner"
PROTECTION: Final = "demo-data-protection-officer"
MANAGER: Final = "demo-manager"

CAST: Final = (
    Part(ANALYST, Role.ANALYST),
    Part(OFFICER, Role.AUTHORISING_OFFICER, Rank.SUPERINTENDENT),
    Part(OPERATOR, Role.OPERATOR),
    Part(ENGAGING, Role.ENGAGEMENT_OFFICER),
    Part(REVIEWER, Role.REVIEWER),
    Part(INVESTIGATOR, Role.INVESTIGATOR),
    Part(EXAMINER, Role.EXAMINER),
    Part(SECOND_EXAMINER, Role.EXAMINER),
    Part(PROTECTION, Role.DATA_PROTECTION_OFFICER),
    Part("demo-data-scientist", Role.DATA_SCIENTIST),
    Part(MANAGER, Role.MANAGER),
)
"""Everybody but the administrator, who is there from the beginning."""
