"""What an examiner may conclude of two images: a grade of support, and never an identity.

A search and its examination give an investigative lead; nothing may rest on them alone.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from workbench.governance.sources import Source, Standing

__all__ = ["CONCLUSION_SOURCE", "LEAD_ONLY", "LEAD_ONLY_SOURCE", "Conclusion"]

CONCLUSION_SOURCE: Final = Source(
    text="Grades of support for the same person or for different people, and none for identity",
    where="after what is taught of forensic comparison; no published scale was read for it",
    standing=Standing.OWN_CHOICE,
)
LEAD_ONLY: Final = (
    "A lead for the investigation, and no identification: nothing may rest on it alone."
)
LEAD_ONLY_SOURCE: Final = Source(
    text="A result of a search is a lead; a trained user checks it, then the investigating officer",
    where="Home Office, police use of facial recognition: factsheet, 29 October 2023",
    standing=Standing.VERIFIED,
)


class Conclusion(StrEnum):
    """What two images say, as one examiner sees it."""

    STRONG_SUPPORT_SAME = "strong-support-same"
    SUPPORT_SAME = "support-same"
    LIMITED_SUPPORT_SAME = "limited-support-same"
    INCONCLUSIVE = "inconclusive"
    LIMITED_SUPPORT_DIFFERENT = "limited-support-different"
    SUPPORT_DIFFERENT = "support-different"
    STRONG_SUPPORT_DIFFERENT = "strong-support-different"
    NO_CANDIDATE = "no-candidate"
    UNSUITABLE = "unsuitable"

    @property
    def words(self) -> str:
        """The conclusion as a sentence for a report."""
        return _WORDS[self]

    @property
    def is_about_a_candidate(self) -> bool:
        """Whether it says something of one candidate."""
        return self not in (Conclusion.NO_CANDIDATE, Conclusion.UNSUITABLE)

    @property
    def supports_same(self) -> bool:
        """Whether it speaks, however weakly, for the same person."""
        return self in _SAME


_SAME: Final = frozenset(
    {
        Conclusion.STRONG_SUPPORT_SAME,
        Conclusion.SUPPORT_SAME,
        Conclusion.LIMITED_SUPPORT_SAME,
    }
)
_WORDS: Final = {
    Conclusion.STRONG_SUPPORT_SAME: "The images strongly support that they show one person.",
    Conclusion.SUPPORT_SAME: "The images support that they show one person.",
    Conclusion.LIMITED_SUPPORT_SAME: "The images support to a limited degree that they "
    "show one person.",
    Conclusion.INCONCLUSIVE: "The images support neither one person nor two.",
    Conclusion.LIMITED_SUPPORT_DIFFERENT: "The images support to a limited degree that they "
    "show two people.",
    Conclusion.SUPPORT_DIFFERENT: "The images support that they show two people.",
    Conclusion.STRONG_SUPPORT_DIFFERENT: "The images strongly support that they show two people.",
    Conclusion.NO_CANDIDATE: "None of the candidates is put forward.",
    Conclusion.UNSUITABLE: "The probe does not allow a comparison.",
}
