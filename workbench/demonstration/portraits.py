"""The five people of the demonstration: who is listed, from which photograph, and who walks by."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.arrays import ImageArray
from workbench.errors import ArtefactError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.artefacts.samples import SamplePortrait, sample_people
from workbench.feeds import Portrait, StagedPerson
from workbench.images import load_image
from workbench.reports import Credit

__all__ = ["SamplePerson", "caption", "credit", "load_photographs", "people", "staged"]


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """Someone in the demonstration.

    Attributes:
        name: as the credits name them; all held public office when photographed.
        enrolled: the one photograph on the watchlist, `None` for a passer-by who is not listed.
        staged: the photograph that walks in the crowd, never the enrolled one.
    """

    name: str
    enrolled: SamplePortrait | None
    staged: SamplePortrait

    @property
    def reference(self) -> str:
        """The name as a reference of the records: plain letters and hyphens."""
        plain = unicodedata.normalize("NFKD", self.name).encode("ascii", "ignore").decode("ascii")
        return "-".join(re.findall(r"[A-Za-z0-9]+", plain))

    @property
    def listed(self) -> bool:
        """Whether the person is on the demonstration's watchlist."""
        return self.enrolled is not None


def people() -> tuple[SamplePerson, ...]:
    """Return everyone: listed are those of whom there are two photographs, the older enrolled."""
    return tuple(
        SamplePerson(name, portraits[0] if len(portraits) > 1 else None, portraits[-1])
        for name, portraits in sample_people().items()
    )


def caption(portrait: SamplePortrait) -> str:
    """Return who a photograph shows and when it was taken, as far as that is known."""
    return f"{portrait.person}, {portrait.year or 'year unknown'}"


def credit(portrait: SamplePortrait) -> Credit:
    """Return the credit of a photograph for a page."""
    member = portrait.artefact.package_member
    archive = "" if member is None else f"{member.filename}, {member.member}"
    return Credit(
        caption(portrait),
        portrait.author,
        portrait.artefact.licence,
        portrait.page or archive,
        portrait.notice,
    )


def load_photographs(store: ArtefactStore) -> dict[str, ImageArray]:
    """Return every photograph by artefact name, fetched and checked on the way.

    Raises:
        ArtefactError: when one cannot be had, or is not the catalogued file.
    """
    names = [
        portrait.artefact.name
        for person in people()
        for portrait in (person.enrolled, person.staged)
        if portrait is not None
    ]
    return {name: load_image(store.path(name), name=name) for name in names}


def staged(photographs: Mapping[str, ImageArray], analyser: FaceAnalyser) -> list[StagedPerson]:
    """Return the five people as they walk in the crowd, none from the photograph enrolled.

    Raises:
        ArtefactError: when the detector finds no face in a photograph.
    """
    return [
        StagedPerson(
            person.name,
            person.listed,
            (_portrait(person.staged.artefact.name, photographs, analyser),),
        )
        for person in people()
    ]


def _portrait(name: str, photographs: Mapping[str, ImageArray], analyser: FaceAnalyser) -> Portrait:
    image = photographs[name]
    faces = analyser.detect(image)
    best = primary_face(faces, image.shape)
    if best is None:
        msg = f"{name}: the detector finds no face in this sample. Choose another detector."
        raise ArtefactError(msg)
    return Portrait(image, faces.boxes[best], faces.landmarks[best])
