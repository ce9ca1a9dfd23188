"""One image -> faces, quality, verdicts and templates: the way in for every other part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from workbench.arrays import ImageArray
from workbench.errors import UsageError
from workbench.faces.boxes import centres, sizes
from workbench.faces.detection import build_detector
from workbench.faces.encoders import build_encoders, numbers_of
from workbench.faces.protocols import Detector, Encoder, FaintDetector
from workbench.faces.quality import Judgement, Quality, judge, measure
from workbench.faces.runtimes.network import Numbers
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.thumbnails import thumbnail
from workbench.faces.types import Faces

if TYPE_CHECKING:
    from workbench.faces.artefacts import ArtefactStore
    from workbench.settings import QualitySettings, Settings

__all__ = ["AnalysedFaces", "FaceAnalyser", "build_analyser", "primary_face"]


@dataclass(frozen=True, slots=True, eq=False)
class AnalysedFaces:
    """Everything that is known of the faces of one image; rows belong together.

    Attributes:
        faces: where they are.
        quality: what was measured of them.
        judgements: verdict and reasons, one for each face.
        templates: by encoder name, one row for each face.
        thumbnails: shape `(n, 160, 160, 3)` uint8 RGB.
    """

    faces: Faces
    quality: Quality
    judgements: list[Judgement]
    templates: dict[str, Templates]
    thumbnails: ImageArray

    def __len__(self) -> int:
        """Return how many faces there are."""
        return len(self.faces)


class FaceAnalyser:
    """A detector and the encoders that go with it."""

    def __init__(
        self,
        detector: Detector,
        encoders: Mapping[str, Encoder],
        quality_settings: QualitySettings,
    ) -> None:
        """Put the parts together.

        Args:
            detector: finds faces.
            encoders: by name.
            quality_settings: limits of the verdicts.
        """
        self._detector = detector
        self._encoders = dict(encoders)
        self._quality_settings = quality_settings

    @property
    def detector(self) -> Detector:
        """What finds the faces."""
        return self._detector

    @property
    def encoders(self) -> dict[str, Encoder]:
        """The encoders by name."""
        return dict(self._encoders)

    @property
    def identities(self) -> dict[str, EncoderIdentity]:
        """What the templates of each encoder are tied to."""
        return {name: encoder.identity for name, encoder in self._encoders.items()}

    @property
    def numbers(self) -> Numbers:
        """In which numbers its encoders run: int8 where one of them does."""
        return numbers_of(self._encoders)

    def detect(self, image: ImageArray) -> Faces:
        """Find the faces of one RGB image, most confident first."""
        return self._detector.detect(image)

    def detect_with_faint(self, image: ImageArray) -> tuple[Faces, Faces]:
        """Return the faces of `detect`, and what may be one, in one pass of the detector.

        The second are there to be hidden. A detector that tells of none has none.
        """
        if isinstance(self._detector, FaintDetector):
            return self._detector.detect_with_faint(image)
        return self.detect(image), Faces.empty()

    def crops(self, image: ImageArray, faces: Faces) -> dict[str, ImageArray]:
        """Cut the crop that each encoder wants, `(n, size, size, 3)` uint8 RGB by encoder name.

        A live search cuts crops at once, so that the frame can go, and encodes them in batches
        over several frames.
        """
        return {
            name: encoder.alignment.crops(image, faces) for name, encoder in self._encoders.items()
        }

    def encode_crops(self, crops: Mapping[str, ImageArray]) -> dict[str, Templates]:
        """Encode crops of `crops`, by encoder name; only the encoders named are used.

        Raises:
            UsageError: when an encoder is named that this analyser does not have.
        """
        unknown = sorted(set(crops) - set(self._encoders))
        if unknown:
            msg = f"no encoder {', '.join(unknown)} here; it has {', '.join(self._encoders)}."
            raise UsageError(msg)
        return {name: self._encoders[name].encode(part) for name, part in crops.items()}

    def encode(self, image: ImageArray, faces: Faces) -> dict[str, Templates]:
        """Make the templates of faces of an image, by encoder name, one row for each face."""
        return self.encode_crops(self.crops(image, faces))

    def measure(self, image: ImageArray, faces: Faces) -> tuple[Quality, list[Judgement]]:
        """Measure the quality of faces of an image and judge it."""
        quality = measure(image, faces)
        return quality, judge(quality, self._quality_settings)

    def analyse(self, image: ImageArray) -> AnalysedFaces:
        """Find, measure, judge and encode the faces of one RGB image."""
        faces = self.detect(image)
        quality, judgements = self.measure(image, faces)
        return AnalysedFaces(
            faces,
            quality,
            judgements,
            self.encode(image, faces),
            thumbnail(image, faces.boxes),
        )


def primary_face(faces: Faces, shape: tuple[int, ...]) -> int | None:
    """Return which face a portrait is of: the largest, less what it is away from the centre.

    Both are in pixels: the square root of the box's area, and the distance of its centre from
    that of the image. The choice does not depend on the scale of the image.

    Args:
        faces: of the image.
        shape: of the image, height and width first.

    Returns:
        Index of the face, `None` where there is none.
    """
    if not len(faces):
        return None
    extent = np.sqrt(sizes(faces.boxes).prod(axis=1))
    middle = np.array([shape[1], shape[0]], np.float32) / 2
    away = np.linalg.norm(centres(faces.boxes) - middle, axis=1)
    return int(np.argmax(extent - away))


def build_analyser(
    settings: Settings,
    store: ArtefactStore,
    encoder: Literal["facenet", "sface", "fused"] | None = None,
    *,
    numbers: Numbers = "fp32",
) -> FaceAnalyser:
    """Load the detector and the encoders that the settings ask for.

    Args:
        settings: what to load and how to run it.
        store: where models come from.
        encoder: in place of the one in the settings.
        numbers: what runtime `auto` stays within, as `build_encoders`.

    Raises:
        ArtefactError: when a model cannot be had or loaded.
        UsageError: when the device or runtime that is asked for is not here.
    """
    return FaceAnalyser(
        build_detector(settings, store),
        build_encoders(encoder or settings.encoder, settings, store, numbers=numbers),
        settings.quality,
    )
