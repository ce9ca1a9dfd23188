"""Probes of FRMDB: which still shows which place, ways to prepare one, templates kept in files."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.analysis import FaceAnalyser, build_analyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.templates import Templates
from workbench.faces.types import Faces
from workbench.governance.enhancements import Denoise, Operation, Tone, Upscale
from workbench.images import load_image
from workbench.retrospective import enhance
from workbench.settings import Settings
from workbench.tracking.weighting import crop_weights

__all__ = [
    "PLACES", "WAYS", "Analysers", "Found", "Way", "face_of", "kept", "stills",
]  # fmt: skip

STILLS: Final = (1, 2, 3, 4, 5)
PLACES: Final = {
    "W": "white wall, close",
    "D": "desk, from above",
    "P": "passage, from above",
    "G": "grey door",
    "H": "hall",
}
"""By letter, what a still shows behind the person."""
_SHOWN: Final = {
    **dict.fromkeys(("001", "002", "004", "006", "007", "009", "010"), "WDPGH"),
    **dict.fromkeys(("008", "011", "012", "013"), "WGDHP"),
    "003": "GDWHP",
    "005": "DGWHP",
}
"""Places of the stills 01 to 05 of a person, seen by looking at them: the numbers of the files
follow the way that a person took, so the same number is not the same camera."""


@dataclass(frozen=True)
class Found:
    """The face of one picture.

    Attributes:
        templates: by encoder, one row.
        weight: what it is worth beside other pictures of the face (`crop_weights`).
    """

    templates: dict[str, Templates]
    weight: float


def _evened(image: ImageArray) -> ImageArray:
    """Even out contrast from place to place (CLAHE)."""
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)
    light = cv2.createCLAHE(2.0, (8, 8)).apply(np.ascontiguousarray(lab[..., 0]))
    lab[..., 0] = light
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), np.uint8)


def _sharpened(image: ImageArray) -> ImageArray:
    """Unsharp mask."""
    return np.asarray(
        cv2.addWeighted(image, 1.8, cv2.GaussianBlur(image, (0, 0), 2.0), -0.8, 0), np.uint8
    )


def _lanczos(image: ImageArray) -> ImageArray:
    """Enlarge three times."""
    size = 3 * image.shape[1], 3 * image.shape[0]
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LANCZOS4), np.uint8)


_OTHER: Final[Mapping[str, Callable[[ImageArray], ImageArray]]] = {
    "evened": _evened, "sharpened": _sharpened, "lanczos": _lanczos,
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """A way to prepare a probe.

    Attributes:
        name: for the table.
        operations: that the workbench does to a copy before faces are looked for.
        other: what it does not offer: `evened`, `sharpened` or `lanczos`, before these.
        smallest_px: narrowest face that is looked for, of the copy.
        confidence: of a face, at least.
        detector: which one.
        flipped: whether the mean is taken of the template and that of the mirrored crop.
    """

    name: str
    operations: tuple[Operation, ...] = ()
    other: str | None = None
    smallest_px: float = 24.0
    confidence: float = 0.6
    detector: str = "yunet"
    flipped: bool = False


_THREE: Final = Upscale(factor=3)
WAYS: Final = (
    Way("as it is"),
    Way("faces down to 12 px", smallest_px=12.0),
    Way("faces down to 12 px, confidence 0.3", smallest_px=12.0, confidence=0.3),
    Way("enlarged 2 times", (Upscale(factor=2),)),
    Way("enlarged 3 times", (_THREE,)),
    Way("enlarged 3 times, confidence 0.3", (_THREE,), confidence=0.3),
    Way("enlarged 4 times", (Upscale(factor=4),)),
    Way("enlarged 3 times by Lanczos", other="lanczos"),
    Way("enlarged 3 times, gamma 0.5", (Tone(gamma=0.5), _THREE)),
    Way("enlarged 3 times, gamma 0.7", (Tone(gamma=0.7), _THREE)),
    Way("enlarged 3 times, contrast 1.5", (Tone(contrast=1.5), _THREE)),
    Way("denoised, enlarged 3 times", (Denoise(strength=5), _THREE)),
    Way("contrast evened, enlarged 3 times", (_THREE,), other="evened"),
    Way("sharpened, enlarged 3 times", (_THREE,), other="sharpened"),
    Way("enlarged 3 times, with its mirror", (_THREE,), flipped=True),
    Way("looked at by MTCNN", detector="mtcnn"),
)


class Analysers:
    """Analysers by detector and limits; each is built once."""

    def __init__(self, settings: Settings) -> None:
        """Take everything but the detector from these settings."""
        self._settings = settings
        self._built: dict[tuple[object, ...], FaceAnalyser] = {}

    def of(self, way: Way) -> FaceAnalyser:
        """Return the analyser that a way asks for."""
        key = way.smallest_px, way.confidence, way.detector
        if key not in self._built:
            detection = self._settings.detection.model_copy(
                update={"smallest_face_px": way.smallest_px, "min_confidence": way.confidence}
            )
            changed = self._settings.model_copy(
                update={"detection": detection, "detector": way.detector}
            )
            store = ArtefactStore.from_settings(changed)
            self._built[key] = build_analyser(changed, store, "fused")
        return self._built[key]

    def tied_to(self, way: Way) -> dict[str, object]:
        """Return what decides the templates that a way makes."""
        identities = self.of(way).identities
        told = asdict(way) | {"operations": [one.plain() for one in way.operations]}
        return {"way": told, "encoders": {name: asdict(one) for name, one in identities.items()}}


def place_of(person: str, still: int) -> str:
    """Return the letter of the place that a still of a person shows."""
    if person not in _SHOWN:
        msg = f"it is not known which places the stills of {person} show; look, and add them."
        raise SystemExit(msg)
    return _SHOWN[person][still - 1]


def small_copy(image: ImageArray) -> ImageArray:
    """Return a crop as if the face had been a fifth as wide: of 112 px, 22."""
    side = image.shape[0]
    small = cv2.resize(image, (round(side / 5),) * 2, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def face_of(
    image: ImageArray, analyser: FaceAnalyser, way: Way = WAYS[0], *, small: bool = False
) -> Found | None:
    """Return the main face of a picture, or `None` where none is found.

    Args:
        image: as it was captured.
        analyser: of the way.
        way: how it is prepared.
        small: whether the crop is a copy made small.
    """
    if way.other is not None:
        image = _OTHER[way.other](image)
    copy = enhance(image, way.operations, file="0" * 64)[0]
    faces = analyser.detect(copy)
    main = primary_face(faces, copy.shape)
    if main is None:
        return None
    face = faces[[main]]
    crops = analyser.crops(copy, face)
    if small:
        crops = {name: small_copy(crop[0])[None] for name, crop in crops.items()}
    made = analyser.encode_crops(crops)
    if way.flipped:
        mirrored = {name: np.ascontiguousarray(crop[:, :, ::-1]) for name, crop in crops.items()}
        for name, other in analyser.encode_crops(mirrored).items():
            both = made[name].vectors + other.vectors
            both /= np.linalg.norm(both, axis=1, keepdims=True)
            made[name] = Templates(both, other.encoder)
    return Found(made, _weight(copy, face, copy.shape[1] / image.shape[1]))


def _weight(copy: ImageArray, face: Faces, factor: float) -> float:
    """Return what the face is worth at the size that it was captured in."""
    if factor > 1:
        size = round(copy.shape[1] / factor), round(copy.shape[0] / factor)
        copy = np.asarray(cv2.resize(copy, size, interpolation=cv2.INTER_AREA), np.uint8)
        scale = np.float32(1 / factor)
        face = Faces(face.boxes * scale, face.landmarks * scale, face.confidence)
    return float(crop_weights(copy, face)[0])


def kept(
    file: Path | None,
    tied_to: Mapping[str, object],
    keys: Sequence[str],
    make: Callable[[str], Found | None],
    analyser: FaceAnalyser,
) -> dict[str, Found | None]:
    """Return what is found by key, from a file that holds all of it, else made and written.

    Args:
        file: safetensors; nothing is kept where `None`.
        tied_to: what decides the templates; a file of others is made anew.
        keys: of all that is wanted.
        make: finds one.
        analyser: whose templates they are.
    """
    about = json.dumps({"keys": list(keys), **tied_to}, sort_keys=True)
    if file is not None and file.exists():
        with safe_open(file, "numpy") as tensors:
            if tensors.metadata().get("about") == about:
                names = ("weight", *analyser.identities)
                held = {name: tensors.get_tensor(name) for name in names}
                return _unpacked(held, keys, analyser)
    made = {key: make(key) for key in keys}
    if file is not None:
        partial = file.with_name(f".{file.name}.partial")
        save_file(_packed(made, analyser), partial, {"about": about})
        partial.replace(file)
    return made


def _packed(made: Mapping[str, Found | None], analyser: FaceAnalyser) -> dict[str, FloatArray]:
    """Return arrays of one row for each key; a weight of 0 says that no face was found."""
    weights = [0.0 if one is None else one.weight for one in made.values()]
    arrays: dict[str, FloatArray] = {"weight": np.array(weights, np.float32)}
    for name, identity in analyser.identities.items():
        none = np.zeros(identity.dimension, np.float32)
        rows = [none if one is None else one.templates[name].vectors[0] for one in made.values()]
        arrays[name] = np.stack(rows)
    return arrays


def _unpacked(
    held: Mapping[str, FloatArray], keys: Sequence[str], analyser: FaceAnalyser
) -> dict[str, Found | None]:
    return {
        key: None
        if held["weight"][row] == 0
        else Found(
            {n: Templates(held[n][[row]], one) for n, one in analyser.identities.items()},
            float(held["weight"][row]),
        )
        for row, key in enumerate(keys)
    }


def stills(
    way: Way, people: Sequence[str], faces: Path, analysers: Analysers, scratch: Path | None
) -> dict[tuple[str, str], Found | None]:
    """Return the probe of each person and place, prepared in a way."""
    analyser = analysers.of(way)
    keys = {
        f"{person}/surveillance_cam{still:02d}.jpg": (f"frmdb-{person}", place_of(person, still))
        for person in people
        for still in STILLS
    }
    name = "".join(letter if letter.isalnum() else "-" for letter in way.name)
    found = kept(
        None if scratch is None else scratch / f"stills-{name}.safetensors",
        analysers.tied_to(way),
        list(keys),
        lambda key: face_of(load_image(faces / key), analyser, way),
        analyser,
    )
    return {keys[key]: one for key, one in found.items()}
