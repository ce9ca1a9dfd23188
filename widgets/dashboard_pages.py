"""Which pages managers have, what each answers, and which role may open which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.governance.roles import Role

__all__ = ["PAGES", "ManagersPageEntry", "may_open", "pages_of"]


@dataclass(frozen=True, slots=True)
class ManagersPageEntry:
    """A page of `notebooks/managers`.

    Attributes:
        name: of its notebook, without the ending.
        title: as the landing page names it.
        answers: what it answers, in one sentence.
    """

    name: str
    title: str
    answers: str

    @property
    def notebook(self) -> str:
        """Name of the file."""
        return f"{self.name}.ipynb"


_OUTCOMES: Final = ManagersPageEntry(
    "50_outcomes",
    "Overview",
    "What deployments came to: counts, both false alert rates with their intervals, costs, and "
    "how they went over time.",
)
_DEPLOYMENT: Final = ManagersPageEntry(
    "51_deployment",
    "One deployment",
    "By which rank it was authorised, what was seen and decided when, what it cost, and whether "
    "its record adds up.",
)
_SAFEGUARDS: Final = ManagersPageEntry(
    "52_safeguards",
    "Safeguards",
    "Whether the rules were kept: authorities, lists destroyed in time and late, holds, refusals, "
    "and the audit log.",
)
_EQUITY: Final = ManagersPageEntry(
    "53_equity",
    "Equity",
    "What is known of error rates by group of people, and what is held back, with the reason.",
)

PAGES: Final = (_OUTCOMES, _DEPLOYMENT, _SAFEGUARDS, _EQUITY)

_OF_A_ROLE: Final = {
    Role.MANAGER: PAGES,
    Role.DATA_PROTECTION_OFFICER: (_OUTCOMES, _DEPLOYMENT, _SAFEGUARDS),
    Role.AUTHORISING_OFFICER: (_OUTCOMES, _DEPLOYMENT),
    Role.REVIEWER: (_OUTCOMES, _DEPLOYMENT),
    Role.DATA_SCIENTIST: (_OUTCOMES, _EQUITY),
}
"""An own choice: whoever is not named opens none of them."""


def pages_of(role: Role) -> tuple[ManagersPageEntry, ...]:
    """Return the pages that a role may open."""
    return _OF_A_ROLE.get(role, ())


def may_open(role: Role, name: str) -> bool:
    """Return whether a role may open a page, by the name of its notebook without the ending."""
    return any(page.name == name for page in pages_of(role))
