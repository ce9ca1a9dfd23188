"""`workbench compare`: one image against another; a score and what it means."""

from __future__ import annotations

import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import image_limits, load_settings, say, say_json, stdout
from workbench.cli.options import AsJson, EncoderOption

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.faces.quality import Judgement
    from workbench.faces.templates import Templates
    from workbench.matching.likelihood_ratio import LikelihoodRatio
    from workbench.settings import Settings

__all__ = ["compare"]


def compare(
    first: Annotated[
        Path, typer.Argument(readable=False, metavar="A", help="An image of one person.")
    ],
    second: Annotated[
        Path, typer.Argument(readable=False, metavar="B", help="The image to compare it with.")
    ],
    *,
    encoder: EncoderOption = None,
    as_json: AsJson = False,
) -> None:
    """Compare the main faces of two images: a score, what it means, and the images' quality.

    The score is no probability. What it means is how often images of two different people score as
    high, and how much likelier such a score is between images of one person than of two. Whether
    the images show one person is for a person to decide.
    """
    from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - keeps `--help` quick
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415
    from workbench.matching.calibration import load_calibration  # noqa: PLC0415
    from workbench.matching.exact import ExactGallery  # noqa: PLC0415
    from workbench.matching.likelihood_file import load_likelihoods  # noqa: PLC0415
    from workbench.matching.matcher import Matcher  # noqa: PLC0415

    settings = load_settings(encoder=encoder)
    calibration = load_calibration()
    analyser = build_analyser(settings, ArtefactStore.from_settings(settings))
    sides = [_main_face(path, analyser, settings) for path in (first, second)]
    galleries = {name: ExactGallery(one) for name, one in analyser.identities.items()}
    matcher = Matcher(settings.encoder, galleries, calibration)
    subject = str(second)
    matcher.add(subject, sides[1][0])
    score = float(matcher.scores(sides[0][0], [subject])[0, 0])
    meaning = matcher.meaning(score, likelihoods=load_likelihoods())
    result = {
        "score": score,
        "unit": matcher.unit,
        "encoder": settings.encoder,
        "meaning": meaning.text,
        "false_match_rate": meaning.fmr,
        "false_match_rate_interval": None if meaning.low is None else [meaning.low, meaning.high],
        "measured_on": meaning.measured_on,
        "likelihood_ratio": _ratio(meaning.likelihood),
        "detector": analyser.detector.name,
        "encoders": [asdict(identity) for identity in matcher.identities.values()],
        "calibration": calibration.id,
        "images": [side[1] for side in sides],
    }
    if as_json:
        say_json(result)
    else:
        _show(result)


def _ratio(found: LikelihoodRatio | None) -> dict[str, Any] | None:
    """Return what the comparison says for one person against two, where that was learnt."""
    if found is None:
        return None
    return {
        "log10": found.log10_lr,
        "log10_interval": [found.low, found.high],
        "log10_bounds": list(found.bounds),
        "in_range": found.in_range,
        "where": found.where,
        "form": found.form,
        "text": found.text,
        "learnt_on": found.learnt_on,
        "source": found.source,
    }


def _main_face(
    path: Path, analyser: FaceAnalyser, settings: Settings
) -> tuple[dict[str, Templates], dict[str, Any]]:
    """Return templates of an image's main face, and what is said of the image."""
    from workbench.errors import ImageError  # noqa: PLC0415 - keeps `--help` quick
    from workbench.faces.analysis import primary_face  # noqa: PLC0415
    from workbench.images import load_image  # noqa: PLC0415

    image = load_image(path, limits=image_limits(settings))
    faces = analyser.detect(image)
    main = primary_face(faces, image.shape)
    if main is None:
        msg = f"{path}: no face found. Give an image that shows the face larger and from the front."
        raise ImageError(msg)
    face = faces[[main]]
    quality, judgements = analyser.measure(image, face)
    return analyser.encode(image, face), _image(path, len(faces), quality.values(0), judgements[0])


def _image(
    path: Path, faces: int, quality: dict[str, float], judgement: Judgement
) -> dict[str, Any]:
    reasons = list(judgement.reasons)
    if faces > 1:
        reasons.append(
            f"Shows {faces} faces; the one that is large and near the centre was compared."
        )
    return {
        "path": str(path),
        "faces": faces,
        "verdict": str(judgement.verdict),
        "reasons": reasons,
        "quality": {name: one if math.isfinite(one) else None for name, one in quality.items()},
    }


def _show(result: dict[str, Any]) -> None:
    from rich.table import Column, Table  # noqa: PLC0415 - keeps `--help` quick
    from rich.text import Text  # noqa: PLC0415

    console = stdout()
    console.print(Text(f"Score {result['score']:.2f} ({result['unit']}): {result['meaning']}."))
    if result["likelihood_ratio"] is not None:
        console.print(Text(f"Likelihood ratio: {result['likelihood_ratio']['text']}."))
    # A path that is cut short cannot be told from another.
    path = Column("Image", overflow="fold")
    table = Table(path, "Quality", "Why", box=None, pad_edge=False)
    for image in result["images"]:
        cells = (image["path"], image["verdict"], " ".join(image["reasons"]))
        table.add_row(*map(Text, cells))
    console.print(table)
    say("Quality is a proxy, not OFIQ. The score is no probability; a person decides.")
