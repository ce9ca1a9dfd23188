"""Why a person may be on a watchlist: a closed list of categories and of legal bases.

There is no "other", and none can be added at run time: a category that "could cover anyone who
is of interest to the police" leaves too broad a discretion (R (Bridges) v Chief Constable of
South Wales Police [2020] EWCA Civ 1058, [123]-[124]).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, NamedTuple, TypeAlias

from pydantic import BeforeValidator

from workbench.governance.sources import Source, Standing

__all__ = [
    "CATEGORY_SOURCE",
    "LEGAL_BASIS_SOURCE",
    "NO_OTHER",
    "UNNAMED",
    "Category",
    "CategoryField",
    "DataSubject",
    "LegalBasis",
]

UNNAMED: Final = frozenset({"any", "misc", "miscellaneous", "n/a", "none", "other", "unknown", ""})
"""Words that people type where nothing on a closed list fits."""

NO_OTHER: Final = (
    "nothing is left open here: the Court of Appeal found that 'other persons where intelligence "
    "is required' leaves too broad a discretion (R (Bridges) v Chief Constable of South Wales "
    "Police [2020] EWCA Civ 1058, [124])"
)
"""Why there is no "other"."""

CATEGORY_SOURCE: Final = Source(
    text="Categories of the College of Policing, as a freedom-of-information request recites them",
    where="Metropolitan Police, 01.FOI.24.036325, May 2024",
    standing=Standing.VERIFIED,
)

LEGAL_BASIS_SOURCE: Final = Source(
    text="Sensitive processing by the police needs consent or a condition of Schedule 8",
    where="Data Protection Act 2018, Schedule 8; ICO guide to law-enforcement processing",
    standing=Standing.VERIFIED,
)


class DataSubject(StrEnum):
    """Kinds of people whose data are to be kept clearly apart (DPA 2018, s.38(3)).

    As the Information Commissioner's guide to law-enforcement processing recites them,
    "Categorisation of individuals".
    """

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    VICTIM = "victim"
    WITNESS = "witness"


class Category(StrEnum):
    """Why a person is on a watchlist."""

    WANTED_BY_COURTS = "wanted-by-courts"
    SUSPECTED_OF_OFFENCE = "suspected-of-offence"
    BAIL_OR_ORDER_BREACH = "bail-or-order-breach"
    MISSING_AT_RISK = "missing-at-risk"
    RISK_OF_HARM = "risk-of-harm"
    ASSOCIATE = "associate"
    WITNESS = "witness"
    VICTIM = "victim"
    BLUE_LIST = "blue-list"
    DEMONSTRATION = "demonstration"

    @property
    def explanation(self) -> str:
        """Who belongs in it, as a phrase."""
        return _FACTS[self].explanation

    @property
    def data_subjects(self) -> tuple[DataSubject, ...]:
        """Which kinds of DPA 2018 s.38(3) its people may be; empty where that names none."""
        return _FACTS[self].data_subjects

    @property
    def is_by_relation(self) -> bool:
        """Whether people are in it for their link to somebody of another category.

        Such an entry needs a rationale of its own that names that category.
        """
        return self in _BY_RELATION

    @property
    def can_be_related_to(self) -> bool:
        """Whether a person of this category can be whom an associate, witness or victim is of."""
        return self not in _BY_RELATION and self not in _NOT_POLICED


class LegalBasis(StrEnum):
    """What allows the processing of a person's face for the list.

    Of the conditions of Schedule 8 the first four are offered, which is the product's own choice:
    none of the others (public domain and archiving among them) carries a search of passers-by.
    """

    POLICE_FUNCTION = "police-function"
    ADMINISTRATION_OF_JUSTICE = "administration-of-justice"
    VITAL_INTERESTS = "vital-interests"
    SAFEGUARDING = "safeguarding"
    STAFF_CONSENT = "staff-consent"
    DEMONSTRATION = "demonstration"

    @property
    def explanation(self) -> str:
        """What it says, as a phrase."""
        return _BASES[self]


class _Facts(NamedTuple):
    explanation: str
    data_subjects: tuple[DataSubject, ...]


_BY_RELATION: Final = frozenset({Category.ASSOCIATE, Category.WITNESS, Category.VICTIM})
_NOT_POLICED: Final = frozenset({Category.BLUE_LIST, Category.DEMONSTRATION})

_FACTS: Final[Mapping[Category, _Facts]] = MappingProxyType(
    {
        Category.WANTED_BY_COURTS: _Facts(
            "wanted by the courts", (DataSubject.SUSPECT, DataSubject.CONVICTED)
        ),
        Category.SUSPECTED_OF_OFFENCE: _Facts(
            "suspected of an offence, or reasonably suspected to be about to commit one",
            (DataSubject.SUSPECT,),
        ),
        Category.BAIL_OR_ORDER_BREACH: _Facts(
            "subject to bail conditions, a court order or another restriction that would be "
            "breached there and then",
            (DataSubject.SUSPECT, DataSubject.CONVICTED),
        ),
        Category.MISSING_AT_RISK: _Facts("missing and at increased risk of harm", ()),
        Category.RISK_OF_HARM: _Facts("posing a risk of harm to themselves or to others", ()),
        Category.ASSOCIATE: _Facts("an associate of somebody in one of the categories above", ()),
        Category.WITNESS: _Facts("a witness", (DataSubject.WITNESS,)),
        Category.VICTIM: _Facts("a victim", (DataSubject.VICTIM,)),
        Category.BLUE_LIST: _Facts(
            "a member of staff who consents to being looked for, to measure recognition", ()
        ),
        Category.DEMONSTRATION: _Facts(
            "a sample person of the demonstration, in a demonstration bench only", ()
        ),
    }
)

_BASES: Final[Mapping[LegalBasis, str]] = MappingProxyType(
    {
        LegalBasis.POLICE_FUNCTION: (
            "necessary for a function conferred by an enactment or rule of law, in the "
            "substantial public interest (DPA 2018, Schedule 8, paragraph 1)"
        ),
        LegalBasis.ADMINISTRATION_OF_JUSTICE: (
            "necessary for the administration of justice (DPA 2018, Schedule 8, paragraph 2)"
        ),
        LegalBasis.VITAL_INTERESTS: (
            "necessary to protect somebody's vital interests (DPA 2018, Schedule 8, paragraph 3)"
        ),
        LegalBasis.SAFEGUARDING: (
            "necessary to safeguard a child or an individual at risk (DPA 2018, Schedule 8, "
            "paragraph 4)"
        ),
        LegalBasis.STAFF_CONSENT: "consent in writing of a member of staff, for the blue list",
        LegalBasis.DEMONSTRATION: "a published sample portrait, for the demonstration",
    }
)


def _category(value: object) -> object:
    if isinstance(value, str) and value.strip().casefold() in UNNAMED:
        raise ValueError(NO_OTHER)
    return value


CategoryField: TypeAlias = Annotated[Category, BeforeValidator(_category)]
"""A category; for "other" and its like the reason why there is none."""
