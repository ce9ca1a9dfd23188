"""Who people are to the workbench: eleven roles, one an account.

The set is the product's own choice. It takes the authorising officer from the College of Policing's
authorised practice (APP, Live facial recognition, Watchlist), the engagement officer from
R (Thompson and Carlo) v Commissioner [2026] EWHC 915 (Admin) as reported, and keeps apart those
who ask, allow, run, decide, search, examine, review, audit, measure and read results. What each
may do is data, in `workbench.governance.permissions`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["Role"]


class Role(StrEnum):
    """What an account is for. The role is looked up for an account, never claimed by it."""

    ANALYST = "analyst"
    OPERATOR = "operator"
    ENGAGEMENT_OFFICER = "engagement-officer"
    AUTHORISING_OFFICER = "authorising-officer"
    REVIEWER = "reviewer"
    INVESTIGATOR = "investigator"
    EXAMINER = "examiner"
    DATA_PROTECTION_OFFICER = "data-protection-officer"
    DATA_SCIENTIST = "data-scientist"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    @property
    def meaning(self) -> str:
        """What the role is for, in one sentence."""
        return _MEANINGS[self]

    @property
    def phrase(self) -> str:
        """The role as people say it, with its article: `an authorising officer`."""
        words = self.value.replace("-", " ")
        return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


_MEANINGS: Final = {
    Role.ANALYST: "Applies for deployments and cases, builds watchlists and runs searches.",
    Role.OPERATOR: "Runs live searches of a deployment and decides on their alerts.",
    Role.ENGAGEMENT_OFFICER: "Decides on alerts in the street, speaks to people, and says what "
    "came of it.",
    Role.AUTHORISING_OFFICER: "Gives or refuses the written authority for deployments and cases, "
    "and approves threshold policies.",
    Role.REVIEWER: "Checks watchlists before and alerts after a deployment, apart from those who "
    "ran it.",
    Role.INVESTIGATOR: "Opens cases, adds their footage and searches for them; concludes nothing "
    "of a face.",
    Role.EXAMINER: "Compares the faces that a search of a case put forward, each apart from the "
    "others, and concludes.",
    Role.DATA_PROTECTION_OFFICER: "Reads the audit log, keeps retention and legal holds, and "
    "answers people who ask about themselves.",
    Role.DATA_SCIENTIST: "Measures error rates and issues threshold policies; sees no live alert.",
    Role.MANAGER: "Reads outcomes as aggregates, and nothing of a person.",
    Role.ADMINISTRATOR: "Keeps accounts, keys and the clock; sees no face, alert or watchlist, "
    "and authorises nothing.",
}
