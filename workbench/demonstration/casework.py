"""A case of the demonstration: a collection of sample people, footage, and a probe for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import polars as pl

from workbench.demonstration.bench import DemonstrationBench, new_reference
from workbench.demonstration.cast import ANALYST, INVESTIGATOR, OFFICER
from workbench.demonstration.held_folders import held_folder
from workbench.demonstration.portraits import caption, people
from workbench.demonstration.sample import Sample
from workbench.demonstration.scene import Scene
from workbench.faces.artefacts.samples import SAMPLES, SamplePortrait

__all__ = [
    "COLLECTION",
    "PASTED",
    "SampleProbe",
    "add_footage",
    "import_collection",
    "open_case",
    "probe",
]

COLLECTION: Final = "sample-portraits"
LASTS: Final = timedelta(hours=12)
_NOTHING_REAL: Final = "This is a demonstration: there was no offence and nobody is sought."
PASTED: Final = (
    "Demonstration. Whoever walks in its staged recordings is cut out of a sample photograph, and "
    "who is searched for out of the very one that is the probe. Scores of this footage are far "
    "above those of cameras: they prove that the parts work, and nothing else."
)
_PROBE: Final = "sample/person_a_2"


@dataclass(frozen=True, slots=True)
class SampleProbe:
    """A photograph to search with, of somebody who is in the collection by another one.

    Attributes:
        data: of the file.
        name: of the file.
        origin: who it shows and whose photograph it is.
    """

    data: bytes = field(repr=False)
    name: str
    origin: str


def probe(sample: Sample) -> SampleProbe:
    """Return the photograph that the demonstration searches with."""
    portrait = next(one for one in SAMPLES if one.artefact.name == _PROBE)
    file = sample.files[_PROBE]
    return SampleProbe(file.read_bytes(), file.name, f"sample photograph: {caption(portrait)}")


def import_collection(bench: DemonstrationBench, sample: Sample) -> str:
    """Import one photograph of each sample person, never the one that is searched with.

    Returns:
        The name of the collection.
    """
    now = bench.now()
    with held_folder("workbench-samples-") as place:
        manifest = _laid_out(sample, place)
        with bench.opened(ANALYST) as analyst:
            analyst.collections.import_(place, _collection(now), manifest=manifest, workers=1)
    return COLLECTION


def open_case(bench: DemonstrationBench) -> str:
    """Have a case opened by one account and authorised by another.

    Returns:
        Its number.
    """
    now = bench.now()
    number = new_reference(now)
    with bench.opened(INVESTIGATOR) as investigator:
        investigator.cases.open(_case(number, now))
    with bench.opened(OFFICER) as officer:
        officer.cases.authorise(
            number, f"{_NOTHING_REAL} It shows that another person than who asks decides."
        )
    return number


def add_footage(
    bench: DemonstrationBench,
    case: str,
    scene: Scene,
    *,
    starts: datetime,
    progress: Callable[[], None] = lambda: None,
) -> str:
    """Add a staged crowd to a case and index it; the file has to stay where it is.

    Args:
        bench: of the demonstration.
        case: its number.
        scene: the crowd.
        starts: when it is said to begin.
        progress: is called now and then; what it raises ends the work.

    Returns:
        The id of the footage.
    """
    with bench.opened(INVESTIGATOR) as investigator:
        added = investigator.footage.add(
            case,
            scene.video,
            {
                "origin": "a file made from sample photographs, that of the probe among them",
                "basis": f"{_NOTHING_REAL} A crowd that was staged.",
                "starts": starts.replace(microsecond=0).isoformat(),
            },
        )
        investigator.footage.index(added.id, workers=1, progress=lambda _: progress())
    return added.id


def _laid_out(sample: Sample, place: Path) -> Path:
    """Lay out the photographs of the collection with their manifest.

    Of a photograph the year is known at most, which its credit tells: a manifest takes days, and
    none is made up.
    """
    rows: list[dict[str, Any]] = []
    for person in people():
        portrait: SamplePortrait = person.staged if person.enrolled is None else person.enrolled
        path = f"{person.reference}.jpg"
        shutil.copyfile(sample.files[portrait.artefact.name], place / path)
        rows.append(
            {
                "path": path,
                "subject": person.reference,
                "source": "demonstration-sample",
                "legal_basis": "demonstration",
            }
        )
    manifest = place / "manifest.csv"
    pl.DataFrame(rows).write_csv(manifest)
    return manifest


def _collection(now: datetime) -> dict[str, Any]:
    return {
        "name": COLLECTION,
        "use": f"{_NOTHING_REAL} It shows how a collection is searched.",
        "origin": "credited sample photographs",
        "evidence": "Licences of the photographs, which each page names.",
        "ends": (now + LASTS).isoformat(),
    }


def _case(number: str, now: datetime) -> dict[str, Any]:
    return {
        "number": number,
        "offence": "No offence: this is a demonstration",
        "authority": f"None is needed. {_NOTHING_REAL}",
        "purpose": "To show the way from a picture to a conclusion that two examiners share.",
        "necessity": f"{_NOTHING_REAL} Five people who held public office when photographed.",
        "expiry": (now + LASTS).isoformat(),
    }
