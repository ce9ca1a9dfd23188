"""Where a watchlist image may come from, and where it may not.

Only images that the police lawfully hold may be used, and the source of each is recorded
(College of Policing, authorised professional practice on live facial recognition, "Watchlist").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, TypeAlias

from pydantic import BeforeValidator

from workbench.errors import RecordError
from workbench.governance.categories import NO_OTHER, UNNAMED
from workbench.governance.sources import Source, Standing

__all__ = [
    "REFUSED_SOURCES",
    "SOURCE_LIST_SOURCE",
    "ImageSource",
    "ImageSourceField",
    "image_source",
    "without_documents",
]

SOURCE_LIST_SOURCE: Final = Source(
    text="Which sources are on the list; that it is closed and each source recorded is not chosen",
    where="after the College of Policing's practice: only images lawfully held by police",
    standing=Standing.OWN_CHOICE,
)


class ImageSource(StrEnum):
    """Where an image on a watchlist comes from. The list is closed."""

    CUSTODY = "custody"
    WARRANT_FILE = "warrant-file"
    MISSING_PERSON_REPORT = "missing-person-report"
    PARTNER_AGENCY = "partner-agency"
    FORCE_OPERATIONAL_CAPTURE = "force-operational-capture"
    FAMILY_PROVIDED_WITH_CONSENT = "family-provided-with-consent"
    STAFF_CONSENT = "staff-consent"
    DEMONSTRATION_SAMPLE = "demonstration-sample"

    @property
    def explanation(self) -> str:
        """What it is, as a phrase."""
        return _EXPLAINED[self]


_EXPLAINED: Final[Mapping[ImageSource, str]] = MappingProxyType(
    {
        ImageSource.CUSTODY: "taken in police detention (PACE 1984, s.64A)",
        ImageSource.WARRANT_FILE: "in the file of a warrant or a court order",
        ImageSource.MISSING_PERSON_REPORT: "handed in with a report of a missing person",
        ImageSource.PARTNER_AGENCY: "lawfully shared by a partner agency",
        ImageSource.FORCE_OPERATIONAL_CAPTURE: "taken by the force itself in its operations",
        ImageSource.FAMILY_PROVIDED_WITH_CONSENT: "given by the family, who consent to this use",
        ImageSource.STAFF_CONSENT: "taken of a consenting member of staff, for the blue list",
        ImageSource.DEMONSTRATION_SAMPLE: "a published sample portrait, for the demonstration",
    }
)

_NO_DOCUMENTS: Final = (
    "images of passports and driving licences are never used: the Metropolitan Police states that "
    "its watchlists use none (01.FOI.25.044245, May 2025)"
)
_NO_WEB: Final = (
    "images from the open web or social media are never used: only images that the police "
    "lawfully hold may be on a list (College of Policing, live facial recognition, Watchlist)"
)
_DOCUMENTS: Final = (
    "passport",
    "passports",
    "hmpo",
    "driver-licence",
    "driver-license",
    "driving-licence",
    "driving-license",
    "driving-licences",
    "dvla",
)
_WEB: Final = (
    "clearview",
    "facebook",
    "google",
    "instagram",
    "internet",
    "linkedin",
    "news",
    "online",
    "open-source",
    "open-web",
    "osint",
    "press",
    "scraped",
    "snapchat",
    "social-media",
    "tiktok",
    "twitter",
    "web",
    "website",
    "x",
    "youtube",
)

_MEMBERS: Final = frozenset(str(source) for source in ImageSource)

REFUSED_SOURCES: Final[Mapping[str, str]] = MappingProxyType(
    dict.fromkeys(_DOCUMENTS, _NO_DOCUMENTS)
    | dict.fromkeys(_WEB, _NO_WEB)
    | dict.fromkeys(sorted(UNNAMED), NO_OTHER)
)
"""Words that people type for sources that are refused -> why. Any other word that is no member
of `ImageSource` is refused as well; these only get their own reason."""


def image_source(word: str) -> ImageSource:
    """Return the source that `word` names, in any case, with blanks or underscores for hyphens.

    Raises:
        RecordError: when it is refused, with the reason, or is not on the list, with the list.
    """
    try:
        return _read(word)
    except ValueError as error:
        msg = f"this image source cannot be used: {error}. Take an image from another source."
        raise RecordError(msg) from None


def without_documents(line: str) -> str:
    """Return what says where images come from, where it names neither passports nor licences.

    Raises:
        ValueError: says why images from there are never used.
    """
    words = re.sub(r"[\W_]+", "-", line.casefold()).strip("-")
    if any(f"-{document}-" in f"-{words}-" for document in _DOCUMENTS):
        raise ValueError(_NO_DOCUMENTS)
    return line


def _read(value: object) -> ImageSource:
    if isinstance(value, str):
        word = re.sub(r"[\s_-]+", "-", value.strip().casefold())
        if word in _MEMBERS:
            return ImageSource(word)
        for refused, reason in REFUSED_SOURCES.items():
            # `uk passport scan` names a passport.
            if word == refused or (refused and f"-{refused}-" in f"-{word}-"):
                raise ValueError(reason)
    msg = f"must be one of {', '.join(ImageSource)}"
    raise ValueError(msg)


ImageSourceField: TypeAlias = Annotated[ImageSource, BeforeValidator(_read)]
"""An image source; for a refused one the reason why."""
