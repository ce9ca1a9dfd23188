"""Images -> one template of each encoder for the main face of each, and why others gave none.

Images are files below a folder, or come one by one from where they are kept (`TemplateMaker`).
"""

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

__all__ = ["MeasureProgress", "MeasuredImages", "TemplateMaker", "embed_images"]

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


class TemplateMaker:
    """Takes images one by one, and makes a template of the main face of each.

    Which face that is, `workbench.faces.analysis.primary_face` says: the large one near the
    centre, which is how LFW centres the person it names. An image without a face, or that cannot
    be decoded, is a failure to acquire, with its reason. Of an image nothing else is kept.
    """

    def __init__(
        self, analyser: FaceAnalyser, *, limits: ImageLimits | None = None, batch: int = BATCH
    ) -> None:
        """Begin with no image.

        Args:
            analyser: finds and encodes faces.
            limits: largest image that is read.
            batch: crops encoded at a time.
        """
        self._analyser = analyser
        self._limits = limits
        self._batch = batch
        self._rows: dict[str, int] = {}
        self._failures: dict[str, str] = {}
        self._vectors: dict[str, list[FloatArray]] = {name: [] for name in analyser.identities}
        self._waiting: list[dict[str, ImageArray]] = []

    def add(self, name: str, source: Path | bytes) -> None:
        """Look at an image.

        Args:
            name: what it is called in the result.
            source: its file, or the bytes of one.
        """
        found = self._main_face(source)
        if isinstance(found, str):
            self._failures[name] = found
            return
        self._rows[name] = len(self._rows)
        self._waiting.append(found)
        if len(self._waiting) >= self._batch:
            self._encode()

    def finish(self) -> MeasuredImages:
        """Return the templates of all images that were added."""
        self._encode()
        templates = {
            name: Templates(np.concatenate(self._vectors[name]), identity)
            if self._vectors[name]
            else Templates.empty(identity)
            for name, identity in self._analyser.identities.items()
        }
        return MeasuredImages(self._rows, templates, self._failures, self._analyser.numbers)

    def _encode(self) -> None:
        if not self._waiting:
            return
        crops = {
            name: np.concatenate([one[name] for one in self._waiting]) for name in self._vectors
        }
        for name, templates in self._analyser.encode_crops(crops).items():
            self._vectors[name].append(templates.vectors)
        self._waiting.clear()

    def _main_face(self, source: Path | bytes) -> dict[str, ImageArray] | str:
        """Return the crops of an image's main face, or why there is none."""
        called = "image" if isinstance(source, bytes) else str(source)
        try:
            image = load_image(source, limits=self._limits)
        except ImageError as error:
            return str(error).removeprefix(f"{called}: ").rstrip(".")
        faces = self._analyser.detect(image)
        main = primary_face(faces, image.shape)
        if main is None:
            return "no face found"
        return self._analyser.crops(image, faces[[main]])


def embed_images(
    paths: Sequence[str],
    root: Path,
    analyser: FaceAnalyser,
    *,
    progress: MeasureProgress | None = None,
    limits: ImageLimits | None = None,
    batch: int = BATCH,
) -> MeasuredImages:
    """Make a template of the main face of each image of a folder, each image once.

    Args:
        paths: relative to the root; one that is named twice is read once.
        root: folder of the images.
        analyser: finds and encodes faces.
        progress: called after each image.
        limits: largest image that is read.
        batch: crops encoded at a time.
    """
    wanted = list(dict.fromkeys(paths))
    maker = TemplateMaker(analyser, limits=limits, batch=batch)
    for done, path in enumerate(wanted, 1):
        maker.add(path, root / path)
        if progress is not None:
            progress(done, len(wanted))
    return maker.finish()
