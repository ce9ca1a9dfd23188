"""`workbench stage`: a staged crowd with ground truth from photographs of people."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import example, image_limits, load_settings, progress_bar, say
from workbench.cli.options import Force
from workbench.cli.outputs import require_apart, require_free_file
from workbench.errors import InputError, UsageError

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.feeds import CrowdSettings, Portrait, StagedPerson
    from workbench.images import ImageLimits

__all__ = ["EXAMPLE", "stage"]

EXAMPLE = example("workbench stage photographs --listed 'Ada Example' --output crowd.mp4")


def stage(
    folder: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="DIR",
            help="Folder with one folder for each person, named after the person.",
        ),
    ],
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", readable=False, help="Video file to write (.mp4).")
    ],
    listed: Annotated[
        list[str] | None,
        typer.Option("--listed", help="A person who is on the watchlist; say it once for each."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Everything random follows from it.")] = 0,
    at_once: Annotated[int, typer.Option(help="Most people under way at one time.")] = 8,
    seconds: Annotated[
        float | None, typer.Option(help="Length; as long as everyone needs when left out.")
    ] = None,
    force: Force = False,
) -> None:
    """Stage a crowd from photographs, with ground truth beside the video.

    The people walk toward the camera, several at once. Who is where in which frame is written to
    the same name with .truth.parquet added.
    """
    from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - keeps `--help` quick
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415
    from workbench.feeds import stage_crowd, truth_path  # noqa: PLC0415

    for place in (output, truth_path(output)):
        require_free_file(place, force=force)
        require_apart(place, folder)
    crowd = _crowd(seed=seed, at_once=at_once, seconds=seconds)
    settings = load_settings()
    analyser = build_analyser(settings, ArtefactStore.from_settings(settings))
    names = frozenset(unicodedata.normalize("NFC", name) for name in listed or ())
    people = _people(folder, analyser, names, image_limits(settings))
    with progress_bar("Staging", "frames") as progress:
        truth = stage_crowd(people, output, crowd, progress=progress)
    say(
        f"{output}: {len(people)} people, {sum(person.listed for person in people)} of them "
        f"listed; {len(truth):,} faces in {truth_path(output)}"
    )


def _crowd(**chosen: object) -> CrowdSettings:
    from pydantic import ValidationError  # noqa: PLC0415 - keeps `--help` quick

    from workbench.feeds import CrowdSettings  # noqa: PLC0415

    try:
        return CrowdSettings.model_validate(chosen)
    except ValidationError as error:
        first = error.errors()[0]
        option = "--" + str(first["loc"][0] if first["loc"] else "").replace("_", "-")
        msg = f"{option}: {first['msg'].removeprefix('Value error, ')}."
        raise UsageError(msg) from error


def _people(
    folder: Path, analyser: FaceAnalyser, listed: frozenset[str], limits: ImageLimits
) -> list[StagedPerson]:
    """Return everyone in `folder` of whom an image shows a face; the others are named on stderr."""
    from workbench.feeds import StagedPerson  # noqa: PLC0415 - keeps `--help` quick
    from workbench.matching.person_folders import subject_fault  # noqa: PLC0415

    if not folder.is_dir():
        msg = f"{folder}: there is no such folder. Give one with a folder for each person."
        raise InputError(msg)
    people = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        # As enrolment does it, so that a name in the ground truth is the one on the watchlist.
        name = unicodedata.normalize("NFC", place.name)
        fault = subject_fault(name)
        if fault is not None:
            say(f"note: {place}: {fault}.")
            continue
        portraits = _portraits(place, analyser, limits)
        if portraits:
            people.append(StagedPerson(name, name in listed, tuple(portraits)))
        else:
            say(f"note: {place}: no image with a usable face, so this person is left out.")
    missing = sorted(listed - {person.person for person in people})
    if missing:
        msg = f"--listed {missing[0]}: nobody of that name can be staged from {folder}."
        raise UsageError(msg)
    if not people:
        msg = f"{folder}: holds no folder with an image of a face. Give one for each person."
        raise InputError(msg)
    return people


def _portraits(place: Path, analyser: FaceAnalyser, limits: ImageLimits) -> list[Portrait]:
    from workbench.faces.analysis import primary_face  # noqa: PLC0415 - keeps `--help` quick
    from workbench.feeds import Portrait  # noqa: PLC0415
    from workbench.images import image_files, load_image  # noqa: PLC0415

    portraits: list[Portrait] = []
    try:
        files = image_files(place)
    except InputError as error:
        say(f"note: {error}")
        return portraits
    for path in files:
        try:
            image = load_image(path, limits=limits)
            faces = analyser.detect(image)
            best = primary_face(faces, image.shape)
            if best is None:
                say(f"note: {path}: no face found, so it is left out.")
                continue
            portraits.append(Portrait(image, faces.boxes[best], faces.landmarks[best]))
        except (InputError, UsageError) as error:
            say(f"note: {error}")
    return portraits
