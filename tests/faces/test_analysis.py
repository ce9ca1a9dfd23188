"""Image in, faces and templates out: the same templates by every route."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workbench.arrays import ImageArray
from workbench.errors import UsageError
from workbench.faces.analysis import FaceAnalyser, build_analyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.types import Faces
from workbench.images import load_image
from workbench.settings import Settings

pytestmark = pytest.mark.slow

LoadFace = Callable[[str, int], ImageArray]


def cosine_of_faces(analyser: FaceAnalyser, one: ImageArray, other: ImageArray) -> dict[str, float]:
    """Return the cosine of the primary faces of two images, by encoder."""
    cosines = {}
    templates = []
    for image in (one, other):
        found = analyser.analyse(image)
        index = primary_face(found.faces, image.shape)
        assert index is not None
        templates.append({name: made[[index]] for name, made in found.templates.items()})
    for name, made in templates[0].items():
        cosines[name] = float(made.cosine(templates[1][name])[0, 0])
    return cosines


def test_an_image_without_a_face(analyser: FaceAnalyser) -> None:
    found = analyser.analyse(np.full((60, 80, 3), 128, np.uint8))
    assert len(found) == len(found.faces) == len(found.quality) == len(found.judgements) == 0
    assert {name: made.vectors.shape for name, made in found.templates.items()} == {
        "facenet": (0, 512),
        "sface": (0, 128),
    }
    assert found.thumbnails.shape == (0, 160, 160, 3)


def test_rows_belong_together(analyser: FaceAnalyser, shared_data: Path) -> None:
    image = load_image(shared_data / "groups" / "compreface_015_6.jpg")
    found = analyser.analyse(image)
    assert len(found) == 6
    assert len(found.judgements) == len(found.quality) == len(found.thumbnails) == 6
    assert np.array_equal(found.quality.confidence, found.faces.confidence)
    for index in (0, 3, 5):
        alone = analyser.encode(image, found.faces[[index]])
        for name, made in alone.items():
            assert np.abs(made.vectors[0] - found.templates[name].vectors[index]).max() < 1e-5


def test_enrolment_and_search_make_the_same_template(
    analyser: FaceAnalyser, portrait: ImageArray
) -> None:
    """Enrolment analyses at once; a search cuts crops and encodes them later, with others."""
    enrolled = analyser.analyse(portrait).templates
    faces = analyser.detect(portrait)
    crops = analyser.crops(portrait, faces)
    later = {name: np.concatenate([part, part[:, ::-1], part]) for name, part in crops.items()}
    for name, made in analyser.encode_crops(later).items():
        assert made.encoder == enrolled[name].encoder == analyser.identities[name]
        assert np.abs(made.vectors[0] - enrolled[name].vectors[0]).max() < 1e-5
        assert np.array_equal(made.vectors[0], made.vectors[2])


def test_only_the_encoders_named_are_used(analyser: FaceAnalyser, portrait: ImageArray) -> None:
    crops = analyser.crops(portrait, analyser.detect(portrait))
    assert list(analyser.encode_crops({"sface": crops["sface"]})) == ["sface"]
    assert analyser.encode_crops({}) == {}
    with pytest.raises(UsageError, match="no encoder arcface here; it has facenet, sface"):
        analyser.encode_crops({"arcface": crops["sface"]})


@pytest.mark.parametrize("factor", [0.5, 3, 25.3])
def test_the_scale_of_a_portrait_hardly_matters(
    analyser: FaceAnalyser,
    portrait: ImageArray,
    enlarge: Callable[[ImageArray, float], ImageArray],
    factor: float,
) -> None:
    image = enlarge(portrait, factor)
    assert factor < 20 or image.shape[0] * image.shape[1] > 40_000_000
    cosines = cosine_of_faces(analyser, portrait, image)
    assert min(cosines.values()) > (0.9 if factor >= 1 else 0.8), cosines


def test_a_turned_file_gives_the_same_template(
    analyser: FaceAnalyser, portrait: ImageArray
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise by a quarter
    stored = Image.fromarray(portrait).transpose(Image.Transpose.ROTATE_90)
    file = io.BytesIO()
    stored.save(file, "PNG", exif=exif)
    image = load_image(file.getvalue())
    assert np.array_equal(image, portrait)
    cosines = cosine_of_faces(analyser, portrait, image)
    assert min(cosines.values()) > 0.99999


@pytest.mark.parametrize(("mode", "least"), [("L", 0.8), ("RGBA", 0.9999), ("CMYK", 0.95)])
def test_modes_of_a_photograph(
    analyser: FaceAnalyser, portrait: ImageArray, mode: str, least: float
) -> None:
    file = io.BytesIO()
    Image.fromarray(portrait).convert(mode).save(file, "TIFF")
    image = load_image(file.getvalue())
    cosines = cosine_of_faces(analyser, portrait, image)
    assert min(cosines.values()) > least, cosines


def test_sixteen_bits_give_the_template_of_eight(
    analyser: FaceAnalyser, portrait: ImageArray
) -> None:
    grey = np.asarray(Image.fromarray(portrait).convert("L"))
    file = io.BytesIO()
    Image.fromarray(grey.astype(np.uint16) * 257).save(file, "PNG")
    eight = np.repeat(grey[..., None], 3, axis=2)
    assert np.array_equal(load_image(file.getvalue()), eight)
    assert len(analyser.detect(eight)) == 1


def test_both_detectors_lead_to_the_same_person(
    settings: Settings, store: ArtefactStore, analyser: FaceAnalyser, lfw_face: LoadFace
) -> None:
    other = build_analyser(settings.model_copy(update={"detector": "mtcnn"}), store, "sface")
    assert (analyser.detector.name, other.detector.name) == ("yunet", "mtcnn")
    assert list(other.encoders) == ["sface"]
    for person in ("Tony_Blair", "Angelina_Jolie"):
        image = lfw_face(person, 1)
        one, two = analyser.analyse(image), other.analyse(image)
        first, second = (primary_face(a.faces, image.shape) for a in (one, two))
        assert first is not None
        assert second is not None
        cosine = one.templates["sface"][[first]].cosine(two.templates["sface"][[second]])
        assert cosine[0, 0] > 0.85


def _faces(*boxes: tuple[float, float, float, float]) -> Faces:
    count = len(boxes)
    return Faces(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.zeros((count, 5, 2), np.float32),
        np.ones(count, np.float32),
    )


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ([], None),
        ([(0, 0, 10, 10)], 0),
        ([(45, 45, 55, 55), (30, 30, 70, 70)], 1),
        ([(0, 0, 42, 42), (30, 30, 70, 70)], 1),
        ([(40, 40, 60, 60), (0, 0, 90, 90)], 1),
    ],
)
@pytest.mark.parametrize("scale", [1, 40])
def test_primary_face(
    boxes: list[tuple[float, float, float, float]], expected: int | None, scale: float
) -> None:
    faces = _faces(*boxes)
    scaled = Faces(faces.boxes * scale, faces.landmarks, faces.confidence)
    assert primary_face(scaled, (100 * scale, 100 * scale, 3)) == expected
