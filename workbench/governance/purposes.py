"""Why, and in which situation: the closed lists of purposes and use cases. Neither has an "other".

In R (Bridges) v Chief Constable of South Wales Police [2020] EWCA Civ 1058, paragraph 124, a
category such as "other persons where intelligence is required" left too broad a discretion.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from workbench.governance.sources import Source, Standing

__all__ = ["Purpose", "UseCase"]

_RECORDS: Final = (
    "met.police.uk/SysSiteAssets/media/downloads/force-content/met/advice/lfr/deployment-records/"
)


class Purpose(StrEnum):
    """What a deployment is for: the purpose codes that the Metropolitan Police printed."""

    OFFENCES = "offences"
    WANTED_BY_COURTS = "wanted-by-courts"
    RISK_OF_HARM = "risk-of-harm"
    RESTRICTIONS = "restrictions"

    @property
    def code(self) -> int:
        """The number that the deployment record prints."""
        return _PURPOSES[self][0]

    @property
    def text(self) -> str:
        """The purpose as the deployment record words it."""
        return _PURPOSES[self][1]

    @property
    def source(self) -> Source:
        """Where the code and its words come from."""
        return _PURPOSE_SOURCE


class UseCase(StrEnum):
    """The situation that makes a place one for live facial recognition.

    CNI is critical national infrastructure, a PSO is a protective security operation.
    """

    CRIME_HOTSPOT = "crime-hotspot"
    MISSING_PERSON_HOTSPOT = "missing-person-hotspot"
    CNI_PROTECTION = "cni-protection"
    EVENT_PROTECTION = "event-protection"
    INTELLIGENCE = "intelligence"

    @property
    def paragraph(self) -> str:
        """The paragraph of the Metropolitan Police's policy document that allows it."""
        return _USE_CASES[self][0]

    @property
    def text(self) -> str:
        """The use case as the deployment record words it."""
        return _USE_CASES[self][1]

    @property
    def source(self) -> Source:
        """Where the use case, its paragraph and its words come from."""
        return _USE_CASE_SOURCE


_OFFENCES: Final = (
    "suspected of having committed / about to commit / committing an offence "
    "(focus on serious offences and public protection)"
)
_RISK_OF_HARM: Final = "risk of harm to themselves or others, incl. offender-management initiatives"
_RESTRICTIONS: Final = (
    "bail conditions, court order or other restrictions that would be breached "
    "at that location/time"
)

_PURPOSES: Final = {
    Purpose.OFFENCES: (1, _OFFENCES),
    Purpose.WANTED_BY_COURTS: (2, "wanted by the courts, outstanding warrant"),
    Purpose.RISK_OF_HARM: (3, _RISK_OF_HARM),
    Purpose.RESTRICTIONS: (4, _RESTRICTIONS),
}

_USE_CASES: Final = {
    UseCase.CRIME_HOTSPOT: ("2.3(a)", "Crime Hotspots"),
    UseCase.MISSING_PERSON_HOTSPOT: ("2.3(b)", "Missing Person Hotspots"),
    UseCase.CNI_PROTECTION: ("2.7(a)", "protection of CNI PSOs"),
    UseCase.EVENT_PROTECTION: ("2.7(b)", "protection of Event PSOs"),
    UseCase.INTELLIGENCE: ("2.9", "specific intelligence on the location of Sought Persons"),
}

_PURPOSE_SOURCE: Final = Source(
    text="Metropolitan Police, LFR deployment grid 2023 to 2024, purpose references 1 to 4",
    where=f"{_RECORDS}lfr-deployment-grid-2023-to-2024.pdf",
    standing=Standing.VERIFIED,
)

_USE_CASE_SOURCE: Final = Source(
    text=(
        "Metropolitan Police, LFR deployment grids since September 2024, use cases with the "
        "paragraph of the LFR policy document"
    ),
    where=f"{_RECORDS}lfr-deployment-grid-2023-to-2024.pdf",
    standing=Standing.VERIFIED,
)
