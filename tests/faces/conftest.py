"""Real models and real photographs for the tests of `workbench.faces`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.detection import build_detector
from workbench.faces.encoders import build_encoders
from workbench.faces.facenet import FaceNetEncoder
from workbench.faces.mtcnn import MtcnnDetector
from workbench.faces.protocols import Detector, Encoder
from workbench.faces.runtimes.network import Runtime
from workbench.faces.sface import SFaceEncoder
from workbench.faces.types import Faces
from workbench.faces.yunet import YuNetDetector
from workbench.images import load_image
from workbench.settings import Settings

LoadFace = Callable[[str, int], ImageArray]
MakeFaces = Callable[..., Faces]


@pytest.fixture(scope="session")
def yunet(settings: Settings, store: ArtefactStore) -> YuNetDetector:
    """Return YuNet as the settings build it."""
    detector = build_detector(settings, store)
    assert isinstance(detector, YuNetDetector)
    return detector


@pytest.fixture(scope="session")
def mtcnn(settings: Settings) -> MtcnnDetector:
    """Return MTCNN with the same thresholds."""
    asked = settings.detection
    return MtcnnDetector(
        min_confidence=0.7, smallest_face_px=asked.smallest_face_px, nms=asked.nms, threads=1
    )


@pytest.fixture(scope="session", params=["yunet", "mtcnn"])
def detector(
    request: pytest.FixtureRequest, yunet: YuNetDetector, mtcnn: MtcnnDetector
) -> Detector:
    """Return each detector in turn."""
    return yunet if request.param == "yunet" else mtcnn


@pytest.fixture(scope="session")
def encoders(settings: Settings, store: ArtefactStore) -> dict[str, Encoder]:
    """Return both encoders, by name."""
    return build_encoders("fused", settings, store)


@pytest.fixture(
    scope="session",
    params=[(name, runtime) for name in ("facenet", "sface") for runtime in Runtime],
    ids="-".join,
)
def encoder(
    request: pytest.FixtureRequest, settings: Settings, store: ArtefactStore
) -> FaceNetEncoder | SFaceEncoder:
    """Return each encoder on each runtime in turn."""
    name, runtime = request.param
    on = settings.model_copy(update={"runtime": runtime.value})
    chosen = build_encoders(name, on, store)[name]
    assert isinstance(chosen, FaceNetEncoder | SFaceEncoder)
    assert chosen.runtime is runtime
    return chosen


@pytest.fixture(scope="session")
def analyser(
    settings: Settings, yunet: YuNetDetector, encoders: dict[str, Encoder]
) -> FaceAnalyser:
    """Return the default analyser."""
    return FaceAnalyser(yunet, encoders, settings.quality)


@pytest.fixture(scope="session")
def lfw_face(shared_data: Path) -> LoadFace:
    """Load a photograph: `lfw_face("Tony_Blair", 1)`."""

    def load(person: str, number: int) -> ImageArray:
        return load_image(shared_data / "lfw" / person / f"{person}_{number:04d}.jpg")

    return load


@pytest.fixture(scope="session")
def portrait(lfw_face: LoadFace) -> ImageArray:
    """Return one photograph of 250x250 px with one clear face."""
    return lfw_face("Aaron_Peirsol", 1)


@pytest.fixture(scope="session")
def make_faces() -> MakeFaces:
    """Build faces at `(x, y, eye distance)`, upright and frontal."""

    def make(*places: tuple[float, float, float]) -> Faces:
        shape = np.array([(-0.5, 0), (0.5, 0), (0, 0.56), (-0.4, 1), (0.4, 1)], np.float32)
        landmarks = np.array([[x, y] + shape * apart for x, y, apart in places], np.float32)
        low = landmarks.min(axis=1, initial=np.inf)
        boxes = np.concatenate([low, landmarks.max(axis=1, initial=-np.inf)], axis=1)
        count = len(places)
        return Faces(
            boxes.reshape(count, 4).astype(np.float32),
            landmarks.reshape(count, 5, 2),
            np.linspace(0.9, 0.8, count).astype(np.float32),
        )

    return make


@pytest.fixture(scope="session")
def main_face(yunet: YuNetDetector) -> Callable[[ImageArray], Faces]:
    """Return the primary face of an image, which must have one."""

    def find(image: ImageArray) -> Faces:
        faces = yunet.detect(image)
        index = primary_face(faces, image.shape)
        assert index is not None, "no face was found"
        return faces[[index]]

    return find


@pytest.fixture(scope="session")
def enlarge() -> Callable[[ImageArray, float], ImageArray]:
    """Give the function that enlarges an image smoothly."""

    def enlarged(image: ImageArray, factor: float) -> ImageArray:
        size = round(image.shape[1] * factor), round(image.shape[0] * factor)
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), np.uint8)

    return enlarged
