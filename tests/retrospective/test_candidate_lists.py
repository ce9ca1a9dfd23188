"""Candidate lists have a fixed length, and say what they are and what their scores mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_templates import drawn_encoder, unit_templates

from workbench.errors import UsageError
from workbench.faces.templates import Templates
from workbench.matching.exact import ExactGallery
from workbench.matching.half import HalfGallery
from workbench.matching.matcher import Matcher
from workbench.matching.sketch import SketchGallery
from workbench.retrospective.candidate_lists import LENGTH, joined_probe, search_collection

IDENTITY = drawn_encoder(64, "facenet")


def unit(count: int, seed: int) -> Templates:
    return unit_templates(count, seed, IDENTITY)


def filled(kind: type[HalfGallery | ExactGallery], people: int = 120) -> Matcher:
    gallery = kind(IDENTITY)
    gallery.extend([f"NOM-{row % people}" for row in range(200)], unit(200, 1))
    return Matcher("facenet", {"facenet": gallery})


@pytest.mark.parametrize("kind", [ExactGallery, HalfGallery, SketchGallery])
def test_a_list_is_as_long_as_it_was_asked_to_be_whoever_is_in_it(
    kind: type[HalfGallery],
) -> None:
    matcher = filled(kind)
    first, second = search_collection(matcher, {"facenet": unit(2, 9)})
    for one in (first, second):
        assert len(one.candidates) == one.length == LENGTH
        assert [candidate.rank for candidate in one.candidates] == list(range(1, LENGTH + 1))
        assert one.references == 200
        scores = [candidate.score for candidate in one.candidates]
        assert scores == sorted(scores, reverse=True)
        for candidate, following in zip(one.candidates, scores[1:], strict=False):
            assert candidate.gap == pytest.approx(candidate.score - following)
        assert one.candidates[-1].gap is None
        assert all(candidate.meaning.n_references == 200 for candidate in one.candidates)
        assert "not measured" in one.candidates[0].meaning.text
    assert first.full_scan is (kind is not SketchGallery)
    assert ("somebody of the collection may be missing" in first.stated) is not first.full_scan
    assert first.precision == {"facenet": "float32" if kind is ExactGallery else "int16"}


def test_a_collection_of_few_gives_them_all_and_an_empty_list_nobody() -> None:
    (few,) = search_collection(filled(HalfGallery, people=3), {"facenet": unit(1, 9)})
    assert (len(few.candidates), few.length) == (3, LENGTH)
    empty = Matcher("facenet", {"facenet": HalfGallery(IDENTITY)})
    (nobody,) = search_collection(empty, {"facenet": unit(1, 9)})
    assert (nobody.candidates, nobody.references) == ((), 0)
    with pytest.raises(UsageError, match="at least 1 candidate"):
        search_collection(filled(HalfGallery), {"facenet": unit(1, 9)}, length=0)


def test_frames_of_one_track_make_one_probe_nearer_to_the_face_than_most_of_them() -> None:
    face, noise = unit(1, 4).vectors, unit(8, 5).vectors
    frames = face + 1.2 * noise
    frames /= np.linalg.norm(frames, axis=1, keepdims=True)
    probe = joined_probe({"facenet": Templates(frames.astype(np.float32), IDENTITY)})
    joined = float(probe["facenet"].vectors[0] @ face[0])
    assert joined > np.max(frames @ face[0])
    with pytest.raises(ValueError, match="no frame has a template of facenet"):
        joined_probe({"facenet": Templates.empty(IDENTITY)})
    opposite = np.concatenate([face, -face])
    with pytest.raises(ValueError, match="cancel out"):
        joined_probe({"facenet": Templates(opposite, IDENTITY)})


@given(
    weights=st.lists(st.floats(1e-3, 1.0), min_size=1, max_size=6),
    scale=st.floats(1e-3, 1e3),
    seed=st.integers(0, 50),
)
def test_a_picture_weighs_by_its_share_in_what_all_are_worth(
    weights: list[float], scale: float, seed: int
) -> None:
    frames = {"facenet": unit(len(weights), seed)}
    worth = np.array(weights)
    joined = joined_probe(frames, worth)["facenet"].vectors
    np.testing.assert_allclose(
        joined_probe(frames, worth * scale)["facenet"].vectors, joined, atol=1e-5
    )
    assert np.linalg.norm(joined) == pytest.approx(1.0, abs=1e-5)
    same = joined_probe(frames, np.full(len(weights), scale))["facenet"].vectors
    np.testing.assert_allclose(same, joined_probe(frames)["facenet"].vectors, atol=1e-5)
    # Whatever is worth more comes nearer to what is searched with.
    more = worth.copy()
    more[0] *= 10
    nearer = joined_probe(frames, more)["facenet"].vectors[0] @ frames["facenet"].vectors[0]
    assert nearer >= joined[0] @ frames["facenet"].vectors[0] - 1e-5


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, -1.0], [1.0, np.nan]])
def test_weights_that_say_nothing_of_a_picture_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="2 frames need a weight above 0 each"):
        joined_probe({"facenet": unit(2, 3)}, np.array(weights))
