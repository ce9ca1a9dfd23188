"""Images -> one template of each encoder for the main face of each, and why others gave none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import ImageError
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.runtimes.network import Numbers
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.images import ImageLimits, load_image

__all__ = ["MeasureProgress", "MeasuredImages", "embed_images"]

MeasureProgress: TypeAlias = Callable[[int, int], None]
"""Called with how many images are done and how many there are."""

BATCH = 32


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredImages:
    """The template of one face of each image that shows one.

    Attributes:
        rows: row of each usable image in the templates, by path.
        templates: by encoder name, shape `(len(rows), d)` each.
        failures: reason for each image of which no template could be made, by path.
        numbers: in which the encoders ran, `fp32` or `int8`.
    """

    rows: Mapping[str, int]
    templates: Mapping[str, Templates]
    failures: Mapping[str, str]
    numbers: Numbers = "fp32"

    @property
    def identities(self) -> dict[str, EncoderIdentity]:
        """What made the templates, by encoder name."""
        return {name: templates.encoder for name, templates in self.templates.items()}

    def acquired(self, path: str) -> bool:
        """Return whether there is a template of an image.

        Raises:
            KeyError: when the image was never looked at: that is no failure to acquire.
        """
        if path not in self.rows and path not in self.failures:
            raise KeyError(path)
        return path in self.rows

    def take(self, paths: Sequence[str]) -> dict[str, Templates]:
        """Return the templates of usable images, by encoder name, in the order given."""
        at = np.array([self.rows[path] for path in paths], np.int64)
        return {name: templates[at] for name, templates in self.templates.items()}


def embed_images(
    paths: Sequence[str],
    root: Path,
    analyser: FaceAnalyser,
    *,
    progress: MeasureProgress | None = None,
    limits: ImageLimits | None = None,
    batch: int = BATCH,
) -> MeasuredImages:
    """Make a template of the main face of each image, each image once.

    Which face that is, `workbench.faces.analysis.primary_face` says: the large one near the
    centre, which is how LFW centres the person it names. An image without a face, or that cannot
    be decoded, is a failure to acquire, with its reason.

    Args:
        paths: relative to the root; one that is named twice is read once.
        root: folder of the images.
        analyser: finds and encodes faces.
        progress: called after each image.
        limits: largest image that is read.
        batch: crops encoded at a time.
    """
    wanted = list(dict.fromkeys(paths))
    rows: dict[str, int] = {}
    failures: dict[str, str] = {}
    vectors: dict[str, list[FloatArray]] = {name: [] for name in analyser.identities}
    waiting: list[dict[str, ImageArray]] = []

    def encode() -> None:
        if not waiting:
            return
        crops = {name: np.concatenate([one[name] for one in waiting]) for name in vectors}
        for name, templates in analyser.encode_crops(crops).items():
            vectors[name].append(templates.vectors)
        waiting.clear()

    for done, path in enumerate(wanted, 1):
        found = _main_face(root / path, analyser, limits)
        if isinstance(found, str):
            failures[path] = found
        else:
            rows[path] = len(rows)
            waiting.append(found)
            if len(waiting) >= batch:
                encode()
        if progress is not None:
            progress(done, len(wanted))
    encode()
    templates = {
        name: Templates(np.concatenate(vectors[name]), identity)
        if vectors[name]
        else Templates.empty(identity)
        for name, identity in analyser.identities.items()
    }
    return MeasuredImages(rows, templates, failures, analyser.numbers)


def _main_face(
    path: Path, analyser: FaceAnalyser, limits: ImageLimits | None
) -> dict[str, ImageArray] | str:
    """Return the crops of an image's main face, or why there is none."""
    try:
        image = load_image(path, limits=limits)
    except ImageError as error:
        return str(error).removeprefix(f"{path}: ").rstrip(".")
    faces = analyser.detect(image)
    main = primary_face(faces, image.shape)
    if main is None:
        return "no face found"
    return analyser.crops(image, faces[[main]])
