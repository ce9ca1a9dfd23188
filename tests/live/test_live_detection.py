"""How small a face a live search looks for follows from the settings, and decides its cost."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from workbench.faces.artefacts import ArtefactStore
from workbench.faces.detection import build_detector, looking
from workbench.live.detection import detecting_for_redaction
from workbench.settings import LiveSettings, Settings


@pytest.mark.parametrize(
    ("eyes", "face", "shown"),
    [
        (None, 24.0, ((1280, 720), (853, 480))),
        (8.0, 16.0, ((1280, 720), (1280, 720))),
        (12.0, 24.0, ((1920, 1080), (1280, 720))),
        (20.0, 40.0, ((1920, 1080), (768, 432))),
        (24.0, 48.0, ((640, 480), (213, 160))),
        (4.0, 8.0, ((1280, 720), (1280, 720))),
    ],
)
def test_the_detectors_input_follows_from_the_smallest_face(
    eyes: float | None,
    face: float,
    shown: tuple[tuple[int, int], tuple[int, int]],
    settings: Settings,
    store: ArtefactStore,
) -> None:
    size, looked_at = shown
    asked = settings.model_copy(update={"live": LiveSettings(smallest_eyes_px=eyes)})
    closely = looking(build_detector(detecting_for_redaction(asked), store), size)
    assert closely is not None
    assert closely.smallest_face_px == face
    assert closely.input_px == looked_at


@pytest.mark.parametrize("eyes", [3.9, 24.1, 100.0, float("nan")])
def test_no_face_that_could_be_recognised_is_left_unsought(eyes: float) -> None:
    with pytest.raises(ValidationError, match="smallest_eyes_px"):
        LiveSettings(smallest_eyes_px=eyes)


def test_enrolment_looks_as_before(settings: Settings) -> None:
    asked = settings.model_copy(update={"live": LiveSettings(smallest_eyes_px=24.0)})
    assert asked.detection == settings.detection
    assert detecting_for_redaction(asked).detection.smallest_face_px == 48.0


def test_a_detector_of_somebody_else_says_nothing() -> None:
    from drawn_faces import drawn_analyser

    assert looking(drawn_analyser().detector, (100, 100)) is None
