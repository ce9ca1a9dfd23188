"""The exact gallery against a plain computation, its ties, its growth, and what it forgets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from workbench.errors import EncoderMismatchError, UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.comparisons import Reduction
from workbench.matching.exact import ExactGallery
from workbench.matching.gallery import Gallery

Make = Callable[..., Templates]
MakeIdentity = Callable[..., EncoderIdentity]


@pytest.fixture
def gallery(identity: MakeIdentity) -> ExactGallery:
    return ExactGallery(identity("facenet"))


def test_empty_gallery_finds_nobody(gallery: ExactGallery, templates: Make) -> None:
    assert isinstance(gallery, Gallery)
    assert len(gallery) == 0
    assert gallery.subjects == ()
    assert [len(found) for found in gallery.search(templates(2), 5)] == [0, 0]
    assert gallery.scores(templates(2), []).shape == (2, 0)


def test_no_probe_gives_no_list(gallery: ExactGallery, templates: Make) -> None:
    gallery.add("a", templates(1))
    assert gallery.search(templates(0), 5) == []
    assert gallery.scores(templates(0), ["a"]).shape == (0, 1)


def test_adding_nothing_adds_nobody(gallery: ExactGallery, templates: Make) -> None:
    assert gallery.add("a", templates(0)).tolist() == []
    assert gallery.subjects == ()


@pytest.mark.parametrize("by", ["best", "trimmed-mean"])
def test_search_equals_a_plain_computation(
    gallery: ExactGallery, templates: Make, by: Reduction
) -> None:
    own, probes = templates(300), templates(7, seed=1)
    owners = [f"person {row % 90 if row % 4 else row}" for row in range(300)]
    gallery.extend(owners, own)
    cosines = probes.vectors.astype(np.float64) @ own.vectors.astype(np.float64).T
    for probe, found in zip(cosines, gallery.search(probes, 12, by), strict=True):
        expected: dict[str, float] = {}
        for subject in set(owners):
            mine = np.sort(probe[[row for row in range(300) if owners[row] == subject]])[::-1]
            kept = 1 if by == "best" else len(mine) - len(mine) // 3
            expected[subject] = float(mine[:kept].mean())
        best = sorted(expected, key=lambda name: (-expected[name], name))[:12]
        assert found.subjects == tuple(best)
        np.testing.assert_allclose(found.scores, [expected[name] for name in best], atol=1e-6)
        assert found.reference is not None
        for subject, row in zip(found.subjects, found.reference, strict=True):
            assert owners[row] == subject
            assert probe[row] == max(probe[r] for r in range(300) if owners[r] == subject)


def test_search_and_scores_agree_to_the_bit(gallery: ExactGallery, templates: Make) -> None:
    gallery.extend([f"p{row}" for row in range(500)], templates(500))
    probes = templates(9, seed=3)
    for at, found in enumerate(gallery.search(probes, 20)):
        alone = gallery.search(probes[at : at + 1], 20)[0]
        assert found.subjects == alone.subjects
        assert np.array_equal(found.scores, alone.scores)
        scores = gallery.scores(probes, found.subjects)
        assert np.array_equal(scores[at], found.scores)


def test_ties_fall_by_name_wherever_they_lie(gallery: ExactGallery, templates: Make) -> None:
    same = templates(1, seed=5)
    names = [f"twin {i}" for i in np.random.default_rng(0).permutation(10)]
    for at, name in enumerate(names):
        gallery.extend([f"other {at} {i}" for i in range(13)], templates(13, seed=50 + at))
        gallery.add(name, same)
    found = gallery.search(same, 4)[0]
    assert found.subjects == ("twin 0", "twin 1", "twin 2", "twin 3")
    assert len(set(found.scores.tolist())) == 1


def test_k_larger_than_the_list(gallery: ExactGallery, templates: Make) -> None:
    gallery.extend(["b", "a"], templates(2))
    assert sorted(gallery.search(templates(1), 99)[0].subjects) == ["a", "b"]


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_wrong_usage(gallery: ExactGallery, templates: Make, k: int) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        gallery.search(templates(1), k)


def test_other_encoders_are_refused(gallery: ExactGallery, templates: Make) -> None:
    gallery.add("a", templates(1))
    other = templates(1, digest="b")
    for refused in (
        lambda: gallery.add("b", other),
        lambda: gallery.search(other, 1),
        lambda: gallery.scores(other, ["a"]),
        lambda: gallery.search(templates(1, "sface"), 1),
    ):
        with pytest.raises(EncoderMismatchError):
            refused()
    assert gallery.subjects == ("a",)


def test_names_must_fit_the_templates(gallery: ExactGallery, templates: Make) -> None:
    for names in (["a"], ["a", ""], ["a", "b", "c"]):
        with pytest.raises(UsageError, match="2 templates need 2 subject names"):
            gallery.extend(names, templates(2))
    assert len(gallery) == 0


def test_scores_of_a_stranger_are_wrong_usage(gallery: ExactGallery, templates: Make) -> None:
    with pytest.raises(UsageError, match="no reference of nobody"):
        gallery.scores(templates(1), ["nobody"])


def test_remove_leaves_the_others_as_they_were(gallery: ExactGallery, templates: Make) -> None:
    own = templates(60)
    gallery.extend([f"p{row % 20}" for row in range(60)], own)
    assert gallery.remove("p3") == 3
    assert gallery.remove("p3") == 0
    assert len(gallery) == 57
    assert "p3" not in gallery.subjects
    for row in range(60):
        found = gallery.search(own[row : row + 1], 1)[0]
        assert found.reference is not None
        if row % 20 == 3:
            assert found.scores[0] < 0.9
        else:
            assert found.subjects == (f"p{row % 20}",)
            assert found.reference[0] == row
    assert gallery.add("p3", own[3:4]).tolist() == [60]


def _in_memory(block: np.ndarray, vectors: np.ndarray) -> bool:
    """Whether any of the vectors is still in the block."""
    return any(bool(np.any(np.all(block == vector, axis=1))) for vector in vectors)


def test_removed_templates_are_overwritten(gallery: ExactGallery, templates: Make) -> None:
    own = templates(50)
    gallery.extend([f"p{row % 25}" for row in range(50)], own)
    block = gallery._matrix
    assert _in_memory(block, own.vectors[[7, 32]])
    gallery.remove("p7")
    gallery.remove("p24")
    assert gallery._matrix is block
    assert not _in_memory(block, own.vectors[[7, 32, 24, 49]])
    assert not block[46:].any()
    assert _in_memory(block, own.vectors[[8]])
    assert gallery.clear() == 46
    assert not block.any()
    assert gallery.subjects == ()


def test_memory_left_behind_by_growth_is_overwritten(
    gallery: ExactGallery, templates: Make
) -> None:
    gallery.add("a", templates(1))
    block = gallery._matrix
    gallery.extend([f"p{row}" for row in range(200)], templates(200, seed=1))
    assert gallery._matrix is not block
    assert not block.any()


def test_adding_one_at_a_time_moves_the_memory_rarely(
    gallery: ExactGallery, templates: Make
) -> None:
    own = templates(3000)
    moves, block = 0, gallery._matrix
    for row in range(3000):
        gallery.add(f"p{row}", own[row : row + 1])
        moves += gallery._matrix is not block
        block = gallery._matrix
    assert moves <= 7
    assert len(gallery) == 3000


def test_galleries_share_nothing(identity: MakeIdentity, templates: Make) -> None:
    one, other = ExactGallery(identity("facenet")), ExactGallery(identity("facenet"))
    one.add("a", templates(1))
    assert len(other) == 0
