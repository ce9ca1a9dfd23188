"""Galleries in less than single precision: exact for what they keep, and near the truth."""

from __future__ import annotations

import weakref
from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_templates import drawn_encoder, unit_templates

from workbench.arrays import FloatArray
from workbench.errors import EncoderMismatchError, UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching import best_rows, kernels, row_search, sketch
from workbench.matching.byte import ByteGallery
from workbench.matching.candidates import Candidates
from workbench.matching.comparisons import Reduction, kept_by_trimming
from workbench.matching.exact import ExactGallery
from workbench.matching.gallery import Gallery
from workbench.matching.half import HalfGallery
from workbench.matching.matcher import Matcher
from workbench.matching.scan import ScanGallery
from workbench.matching.sketch import SketchGallery, triage_gallery
from workbench.matching.subject_table import SubjectTable

Make = Callable[..., Templates]
MakeIdentity = Callable[..., EncoderIdentity]
Kind = type[ScanGallery]
SMALL = drawn_encoder(24)


def unit(count: int, seed: int, dimension: int = SMALL.dimension) -> Templates:
    """Return random templates."""
    return unit_templates(count, seed, drawn_encoder(dimension))


def kept(gallery: ScanGallery) -> FloatArray:
    """Return what a gallery keeps, as it is kept."""
    return gallery._read(np.arange(gallery._table.rows)).astype(np.float64)


def plainly(
    gallery: ScanGallery, owners: list[str | None], probes: Templates, k: int, by: Reduction
) -> list[list[tuple[str, float]]]:
    """Search by a loop over what the gallery keeps."""
    lists = []
    for cosines in probes.vectors.astype(np.float64) @ kept(gallery).T:
        scores: dict[str, float] = {}
        for name in {one for one in owners if one is not None}:
            own = np.sort([cosines[row] for row, owner in enumerate(owners) if owner == name])
            own = own.astype(np.float32)[::-1]
            most = 1 if by == "best" else kept_by_trimming(len(own))
            scores[name] = float(np.float32(own[:most].mean(dtype=np.float64)))
        lists.append(sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:k])
    return lists


def same(found: list[Candidates], expected: list[list[tuple[str, float]]]) -> None:
    for one, wanted in zip(found, expected, strict=True):
        assert one.subjects == tuple(name for name, _ in wanted)
        np.testing.assert_allclose(one.scores, [score for _, score in wanted], atol=1e-6)


@pytest.fixture(params=[HalfGallery, ByteGallery, SketchGallery])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Return each kind of gallery."""
    made: Kind = request.param
    return made


def test_it_is_a_gallery(kind: Kind, identity: MakeIdentity, templates: Make) -> None:
    gallery = kind(identity("facenet"))
    assert isinstance(gallery, Gallery)
    assert (len(gallery), gallery.subjects) == (0, ())
    assert [len(found) for found in gallery.search(templates(2), 5)] == [0, 0]
    assert gallery.scores(templates(2), []).shape == (2, 0)
    assert gallery.add("a", templates(0)).tolist() == []
    assert gallery.search(templates(0), 5) == []


@pytest.mark.parametrize("by", ["best", "trimmed-mean"])
@pytest.mark.parametrize("threads", [1, 3])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_full_scan_finds_the_best_of_what_it_keeps(
    by: Reduction, threads: int, data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from([HalfGallery, ByteGallery]))
    count = data.draw(st.integers(1, 300))
    people = data.draw(st.integers(1, count))
    seed = data.draw(st.integers(0, 2**16))
    gallery = kind(SMALL, threads=threads)
    owners: list[str | None] = [f"person {row * 7919 % people}" for row in range(count)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_search, "_FIRST", 16)
        patch.setattr(row_search, "_CHUNK", 64)
        patch.setattr(row_search, "_CHUNK_OF_MANY", 32)
        patch.setattr(best_rows, "_SLACK_ROWS", 8)
        # Of a small gallery many probes are compared in another way than of a large one.
        patch.setattr(row_search, "_SMALL", data.draw(st.sampled_from([0, 1_000])))
        patch.setattr(row_search, "_WORTH_SIFTING", data.draw(st.sampled_from([0, 20])))
        gallery.extend([str(one) for one in owners], unit(count, seed))
        for _ in range(data.draw(st.integers(0, 3))):
            name = f"person {data.draw(st.integers(0, people - 1))}"
            assert gallery.remove(name) == sum(owner == name for owner in owners)
            owners = [None if owner == name else owner for owner in owners]
        k = data.draw(st.integers(1, 30))
        probes = unit(data.draw(st.integers(1, 9)), seed + 1)
        same(gallery.search(probes, k, by), plainly(gallery, owners, probes, k, by))


def test_equal_templates_tie_by_name_and_the_first_reference_stands_for_them(kind: Kind) -> None:
    one = unit(1, 3)
    gallery = kind(SMALL)
    gallery.extend(["b", "a", "c", "a"], Templates(np.repeat(one.vectors, 4, axis=0), SMALL))
    (found,) = gallery.search(one, 2)
    assert found.subjects == ("a", "b")
    assert found.reference is not None
    assert found.reference.tolist() == [1, 0]


def test_it_compares_as_it_searches(kind: Kind) -> None:
    gallery, probes = kind(SMALL), unit(3, 9)
    gallery.extend([f"p{row % 40}" for row in range(100)], unit(100, 8))
    for at, found in enumerate(gallery.search(probes, 5)):
        scores = gallery.scores(probes[at : at + 1], found.subjects)
        assert scores[0].tolist() == found.scores.tolist()
    with pytest.raises(UsageError, match="no reference of nobody is in the gallery"):
        gallery.compare(probes, ["p1", "nobody"])
    with pytest.raises(UsageError, match="at least 1 candidate"):
        gallery.search(probes, 0)


def test_templates_of_another_encoder_are_refused(kind: Kind) -> None:
    gallery = kind(SMALL)
    other = unit(1, 1, 32)
    for deed in (
        lambda: gallery.add("a", other),
        lambda: gallery.search(other, 1),
        lambda: gallery.compare(other, []),
    ):
        with pytest.raises(EncoderMismatchError, match="cannot be compared"):
            deed()
    with pytest.raises(UsageError, match="2 templates need as many subject names, not 1"):
        gallery.extend(["a"], unit(2, 1))
    assert len(gallery) == 0


def test_what_is_removed_is_overwritten_in_old_memory_too(kind: Kind) -> None:
    gallery = kind(SMALL)
    gallery.extend(["a", "b"], unit(2, 1))
    old = [value for value in vars(gallery).values() if isinstance(value, np.ndarray)]
    gallery.extend([f"c{row}" for row in range(200)], unit(200, 2))
    assert all(not one.any() for one in old), "the memory that was left behind"
    assert gallery.remove("a") == 1
    assert gallery.remove("a") == 0
    assert not kept(gallery)[0].any()
    assert "a" not in gallery.subjects
    assert "a" not in gallery.search(unit(1, 1), 300)[0].subjects
    assert gallery.clear() == 201
    assert len(gallery) == 0
    assert not any(v.any() for v in vars(gallery).values() if isinstance(v, np.ndarray))


@pytest.mark.parametrize(("kind", "off"), [(HalfGallery, 3e-5), (ByteGallery, 4e-3)])
def test_scores_are_near_those_in_single_precision(kind: Kind, off: float) -> None:
    own, probes = unit(2_000, 4, 128), unit(20, 5, 128)
    gallery, exact = kind(own.encoder), ExactGallery(own.encoder)
    names = [f"p{row}" for row in range(2_000)]
    gallery.extend(pl.Series(names), own)
    exact.extend(names, own)
    difference = np.abs(gallery.scores(probes, names) - exact.scores(probes, names))
    assert difference.max() < off
    assert gallery.full_scan


def test_two_stages_keep_whoever_scores_high_and_say_that_they_are_two() -> None:
    own = unit(5_000, 6, 512)
    gallery = SketchGallery(own.encoder, shortlist=64)
    gallery.extend([f"p{row}" for row in range(5_000)], own)
    noise = unit(50, 7, 512).vectors
    near = 0.75 * own.vectors[:50] + np.sqrt(1 - 0.75**2) * noise
    probes = Templates(
        (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32), own.encoder
    )
    found = gallery.search(probes, 3)
    assert [one.subjects[0] for one in found] == [f"p{row}" for row in range(50)]
    assert [one.subjects for one in gallery.scan(probes, 1)] == [
        (one.subjects[0],) for one in found
    ]
    assert not gallery.full_scan
    assert len(gallery._alike(probes.vectors[:1], 64)[0]) == 64


def test_in_triage_short_templates_are_compared_as_a_whole() -> None:
    own = unit(5_000, 6, 128)
    gallery = triage_gallery(own.encoder, threads=2)
    gallery.extend([f"p{row}" for row in range(5_000)], own)
    noise = unit(50, 7, 128).vectors
    near = 0.45 * own.vectors[:50] + np.sqrt(1 - 0.45**2) * noise
    near /= np.linalg.norm(near, axis=1, keepdims=True)
    probes = Templates(near.astype(np.float32), own.encoder)
    plain = ExactGallery(own.encoder)
    plain.extend([f"p{row}" for row in range(5_000)], own)
    assert [one.subjects for one in gallery.search(probes, 5)] == [
        one.subjects for one in plain.search(probes, 5)
    ]
    assert gallery.full_scan
    by_signs = SketchGallery(own.encoder, shortlist=64)
    by_signs.extend([f"p{row}" for row in range(5_000)], own)
    lost = [f"p{at}" not in one.subjects for at, one in enumerate(by_signs.search(probes, 5))]
    assert sum(lost) > 5, "whom signs alone would lose"
    assert not triage_gallery(drawn_encoder(129)).full_scan


def test_galleries_of_two_encoders_share_whose_their_references_are(kind: Kind) -> None:
    table = SubjectTable()
    other = drawn_encoder(16, "other")
    first, second = kind(SMALL, table=table), kind(other, table=table)
    own = Templates(unit(5, 2, 16).vectors, other)
    names = ["a", "b", "a", "c", "b"]
    assert first.extend(names, unit(5, 1)).tolist() == [0, 1, 2, 3, 4]
    with pytest.raises(UsageError, match="has 0 of 5 references that it shares with others"):
        second.search(own[:1], 1)
    with pytest.raises(UsageError, match="references 0 to 4 are others in the galleries"):
        second.extend(["a", "b", "a", "b", "c"], own)
    assert second.extend(names[:2], own[:2]).tolist() == [0, 1]
    assert second.extend(names[2:], own[2:]).tolist() == [2, 3, 4]
    assert second.search(own[3:4], 1)[0].subjects == ("c",)
    assert first.remove("a") == 2
    assert second.remove("a") == 0
    for gallery in (first, second):
        assert (len(gallery), gallery.subjects) == (3, ("b", "c"))
        assert not kept(gallery)[[0, 2]].any(), "both are overwritten"
    assert second.extend(["d"], own[:1]).tolist() == [5]
    assert first.extend(["d"], unit(1, 3)).tolist() == [5]
    matcher = Matcher("drawn", {"drawn": first})  # type: ignore[arg-type]
    assert matcher.subjects == ("b", "c", "d")


def test_room_that_is_reserved_is_filled_without_moving(kind: Kind) -> None:
    gallery = kind(SMALL)
    gallery.add("a", unit(1, 1))
    gallery.reserve(300)
    held = [id(value) for value in vars(gallery).values() if isinstance(value, np.ndarray)]
    for row in range(299):
        gallery.add(f"b{row}", unit(1, row))
    gallery.reserve(10)
    assert held == [id(value) for value in vars(gallery).values() if isinstance(value, np.ndarray)]
    assert gallery.search(unit(1, 1), 2)[0].subjects == ("a", "b1")
    gallery.add("c", unit(1, 301))
    assert (len(gallery), gallery.search(unit(1, 301), 1)[0].subjects) == (301, ("c",))


def test_a_gallery_that_nobody_holds_goes_at_once(kind: Kind) -> None:
    table = SubjectTable()
    gallery = kind(SMALL, table=table)
    gallery.extend(["a"], unit(1, 1))
    gone = weakref.ref(gallery)
    del gallery
    assert gone() is None
    assert len(table.remove("a")) == 1


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 12), st.integers(1, 40), st.integers(1, 600), st.integers(0, 2**16))
def test_products_of_bytes_are_exact(probes: int, rows: int, dimension: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Mostly the largest there are, which a kernel that adds in 16 bits would cut off.
    one, other = (
        np.clip(rng.integers(-300, 301, (count, dimension)), -127, 127).astype(np.int8)
        for count in (probes, rows)
    )
    found = kernels.byte_products(one, other)
    assert found.dtype == np.float32
    assert np.array_equal(found, other.astype(np.int64) @ one.astype(np.int64).T)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 1_100), st.integers(1, 60), st.integers(0, 2**16))
def test_signs_that_differ_are_counted(dimension: int, count: int, seed: int) -> None:
    probe, *rows = np.random.default_rng(seed).standard_normal((count + 1, dimension), np.float32)
    rows[0] = -probe
    signs, own = sketch._signs(np.array(rows)), sketch._signs(probe[None])
    expected = [int(np.sum((probe > 0) != (row > 0))) for row in rows]
    assert kernels.sign_distances(own[0], signs).tolist() == expected
    wanted = count // 2 + 1
    order = np.argsort(expected, kind="stable")[:wanted].tolist()
    # With FAISS and without, and of those that differ as much the first.
    for find in (kernels.nearest_signs, kernels.nearest_signs_by_numpy):
        found, differing = find(own, signs, wanted)
        assert found.tolist() == [order]
        assert differing.tolist() == [[expected[row] for row in order]]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_shortlist_is_of_those_whose_signs_differ_least(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 200))
    own = unit(count, data.draw(st.integers(0, 2**16)))
    gallery = SketchGallery(SMALL, threads=data.draw(st.integers(1, 3)))
    gone = data.draw(st.sets(st.integers(0, count - 1), max_size=9))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "_AT_ONCE", 32)
        gallery.extend([f"p{row}" for row in range(count)], own)
        for row in gone:
            gallery.remove(f"p{row}")
        probes, wanted = unit(3, 11), data.draw(st.integers(1, 60))
        for probe, found in zip(
            probes.vectors, gallery._alike(probes.vectors, wanted), strict=True
        ):
            distances = ((probe > 0) != (own.vectors > 0)).sum(axis=1)
            here = [row for row in range(count) if row not in gone]
            here.sort(key=lambda row: (distances[row], row))
            assert found.tolist() == here[:wanted]


def test_a_reference_of_one_large_number_is_kept_and_found() -> None:
    vectors = unit(200, 12).vectors.copy()
    vectors[7] = 0
    vectors[7, 3] = -1
    vectors[9] = 1e-4
    vectors[9, 5] = np.sqrt(1 - 23e-8)
    gallery, probes = HalfGallery(SMALL), Templates(vectors[:12], SMALL)
    gallery.extend([f"p{row}" for row in range(200)], Templates(vectors, SMALL))
    owners: list[str | None] = [f"p{row}" for row in range(200)]
    same(gallery.search(probes, 3), plainly(gallery, owners, probes, 3, "best"))
    assert np.abs(kept(gallery) - vectors).max() < 1 / 127 / 256
    assert kept(gallery)[7].tolist() == [0, 0, 0, pytest.approx(-1), *[0] * 20]
