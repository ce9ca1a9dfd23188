"""Matchers: one encoder, two fused, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import EncoderMismatchError, UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.calibration import Calibration, LinearFusion, MatcherName
from workbench.matching.candidates import rank
from workbench.matching.comparisons import Comparisons, Reduction
from workbench.matching.exact import ExactGallery
from workbench.matching.fusion import fused_score
from workbench.matching.half import HalfGallery
from workbench.matching.matcher import Matcher, MatcherSettings
from workbench.matching.sketch import SketchGallery
from workbench.matching.subject_table import SubjectTable

Make = Callable[..., Templates]
MakeIdentity = Callable[..., EncoderIdentity]


@pytest.fixture
def galleries(templates: Make) -> dict[str, ExactGallery]:
    """40 people with 60 references in random directions."""
    filled: dict[str, ExactGallery] = {}
    for at, name in enumerate(("facenet", "sface")):
        own = templates(60, name, seed=at)
        filled[name] = ExactGallery(own.encoder)
        filled[name].extend([f"p{row % 40}" for row in range(60)], own)
    return filled


@pytest.fixture
def probes(templates: Make) -> dict[str, Templates]:
    return {name: templates(5, name, seed=9 + at) for at, name in enumerate(("facenet", "sface"))}


def test_empty_galleries_and_no_probe(
    identity: MakeIdentity, templates: Make, calibration: Calibration
) -> None:
    names = ("facenet", "sface")
    matcher = Matcher("fused", {n: ExactGallery(identity(n)) for n in names}, calibration)
    assert len(matcher) == 0
    assert [len(found) for found in matcher.search({n: templates(2, n) for n in names})] == [0, 0]
    assert matcher.search({n: templates(0, n) for n in names}) == []
    assert matcher.scores({n: templates(2, n) for n in names}, []).shape == (2, 0)


@pytest.mark.parametrize("name", ["facenet", "sface"])
def test_one_encoder_scores_by_cosine(
    name: str,
    galleries: dict[str, ExactGallery],
    probes: dict[str, Templates],
    calibration: Calibration,
) -> None:
    matcher = Matcher(name, galleries, calibration)  # type: ignore[arg-type]
    assert matcher.unit == "cosine"
    assert set(matcher.identities) == {name}
    assert matcher.default_threshold == 0.5
    expected = galleries[name].search(probes[name], 3)
    for found, wanted in zip(matcher.search(probes, 3), expected, strict=True):
        assert found.subjects == wanted.subjects
        assert np.array_equal(found.scores, wanted.scores)


def test_fused_equals_a_plain_computation(
    galleries: dict[str, ExactGallery], probes: dict[str, Templates], calibration: Calibration
) -> None:
    matcher = Matcher("fused", galleries, calibration, MatcherSettings(candidates_per_encoder=40))
    assert matcher.unit == "log10 likelihood ratio"
    cosines = {n: probes[n].vectors @ galleries[n]._matrix[:60].T for n in galleries}
    plain = -4.0 + 2.0 * cosines["facenet"] + 10.0 * cosines["sface"]
    for row, found in zip(plain, matcher.search(probes, 5), strict=True):
        # The score of a person is that of the reference with the highest fused score: not the
        # best of one encoder together with another reference's best of the other.
        best = {f"p{p}": max(row[p], row[p + 40] if p < 20 else -99.0) for p in range(40)}
        order = sorted(best, key=lambda name: -best[name])[:5]
        assert found.subjects == tuple(order)
        np.testing.assert_allclose(found.scores, [best[name] for name in order], atol=1e-5)
        assert found.reference is not None
        np.testing.assert_allclose(row[found.reference], found.scores, atol=1e-5)
    scores = matcher.scores(probes, ["p7", "p39"])
    np.testing.assert_allclose(scores[:, 0], np.maximum(plain[:, 7], plain[:, 47]), atol=1e-5)
    np.testing.assert_allclose(scores[:, 1], plain[:, 39], atol=1e-5)


def test_whom_no_encoder_ranks_first_is_found(at_cosines: Make, calibration: Calibration) -> None:
    cosines = {
        # "f" leads for one encoder, "s" for the other; "m" is second for both.
        "facenet": {"f": 0.9, "m": 0.8, "s": -0.5, "x": 0.0},
        "sface": {"f": -0.5, "m": 0.8, "s": 0.9, "x": 0.0},
    }
    how = MatcherSettings(candidates_per_encoder=1)
    for kind in (ExactGallery, HalfGallery, SketchGallery):
        galleries: dict[str, ExactGallery | HalfGallery] = {}
        for name, own in cosines.items():
            vectors = at_cosines(list(own.values()), name)
            galleries[name] = kind(vectors.encoder)
            galleries[name].extend(list(own), vectors)
        probe = {name: at_cosines([1.0], name) for name in galleries}
        matcher = Matcher("fused", galleries, calibration, how)
        (found,) = matcher.search(probe, 1)
        # Triage takes whom one of the encoders ranks high, and nobody else.
        triage = kind is SketchGallery
        assert found.subjects == (("s",) if triage else ("m",))
        score = -4 + 2 * -0.5 + 10 * 0.9 if triage else -4 + 12 * 0.8
        assert found.scores[0] == pytest.approx(score, abs=1e-3)
        assert matcher.search(probe, 9)[0].subjects == ("m", "s", "x", "f")


@pytest.mark.parametrize("by", ["best", "trimmed-mean"])
@pytest.mark.parametrize("kind", ["exact", "scan", "apart", "falling"])
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_fused_finds_exactly_the_best_of_everybody(
    kind: str, by: Reduction, templates: Make, calibration: Calibration, data: st.DataObject
) -> None:
    """As a plain computation of everybody, however few are asked of each encoder at first."""
    count = data.draw(st.integers(1, 200))
    people = data.draw(st.integers(1, count))
    seed = data.draw(st.integers(0, 2**16))
    k = data.draw(st.integers(1, 20))
    weights = {"facenet": 8.0, "sface": 10.0 if kind != "falling" else -2.0}
    fusion = LinearFusion(intercept=-5.0, weights=weights)
    calibration = calibration.model_copy(update={"fusion": fusion})
    owners = [f"p{row * 7919 % people}" for row in range(count)]
    table = SubjectTable()
    galleries: dict[str, ExactGallery | HalfGallery] = {}
    for at, name in enumerate(weights):
        own = templates(count, name, seed=seed + at)
        if kind == "exact":
            galleries[name] = ExactGallery(own.encoder)
        else:
            shared = table if kind == "scan" else None
            galleries[name] = HalfGallery(own.encoder, threads=2, table=shared)
        galleries[name].extend(owners, own)
    if data.draw(st.booleans()):
        for gallery in galleries.values():
            gallery.remove("p0")
    probes = {name: templates(3, name, seed=seed + 5 + at) for at, name in enumerate(weights)}
    how = MatcherSettings(candidates_per_encoder=1, by=by)
    found = Matcher("fused", galleries, calibration, how).search(probes, k)
    names = galleries["facenet"].subjects
    of_each = {name: one.compare(probes[name], names) for name, one in galleries.items()}
    first = of_each["facenet"]
    fused = fused_score({name: one.scores for name, one in of_each.items()}, fusion)
    scores, best = Comparisons(fused, first.references, first.counts).reduce(by)
    for row, one in enumerate(found):
        expected = rank(names, scores[row], best[row], k)
        assert one.subjects == expected.subjects
        assert one.scores.tolist() == expected.scores.tolist()
        assert one.reference is not None
        assert expected.reference is not None
        assert one.reference.tolist() == expected.reference.tolist()


def test_trimmed_mean_is_of_fused_scores(
    galleries: dict[str, ExactGallery], probes: dict[str, Templates], calibration: Calibration
) -> None:
    matcher = Matcher("fused", galleries, calibration, MatcherSettings(by="trimmed-mean"))
    cosines = {n: probes[n].vectors @ galleries[n]._matrix[:60].T for n in galleries}
    plain = -4.0 + 2.0 * cosines["facenet"] + 10.0 * cosines["sface"]
    expected = (plain[:, 7] + plain[:, 47]) / 2
    np.testing.assert_allclose(matcher.scores(probes, ["p7"])[:, 0], expected, atol=1e-5)


def test_fused_refuses_encoders_it_was_not_learnt_with(
    identity: MakeIdentity, calibration: Calibration
) -> None:
    galleries = {
        "facenet": ExactGallery(identity("facenet")),
        "sface": ExactGallery(identity("sface", "b")),
    }
    with pytest.raises(EncoderMismatchError, match="fixture-not-measured was learnt with sface"):
        Matcher("fused", galleries, calibration)


def test_one_encoder_that_was_not_measured_works_and_says_so(
    identity: MakeIdentity, templates: Make, calibration: Calibration
) -> None:
    gallery = ExactGallery(identity("sface", "b"))
    gallery.add("a", templates(1, "sface", digest="b"))
    for known in (calibration, None):
        matcher = Matcher("sface", {"sface": gallery}, known)
        found = matcher.search({"sface": templates(1, "sface", digest="b")})[0]
        assert found.subjects == ("a",)
        assert matcher.default_threshold is None
        means = matcher.meaning(float(found.scores[0]))
        assert not means.measured
        assert means.text.startswith("not measured")


def test_meaning_is_for_its_own_number_of_references(
    galleries: dict[str, ExactGallery], calibration: Calibration
) -> None:
    matcher = Matcher("fused", galleries, calibration)
    assert matcher.meaning(2.0).n_references == 60
    assert matcher.meaning(2.0, 5).n_references == 5
    assert "extrapolated to 60 references" in matcher.meaning(2.0).text


@pytest.mark.parametrize("calibrated", [True, False])
def test_fused_needs_a_fusion(
    galleries: dict[str, ExactGallery], calibration: Calibration, *, calibrated: bool
) -> None:
    without = calibration.model_copy(update={"fusion": None}) if calibrated else None
    with pytest.raises(UsageError, match="needs a calibration that says how to fuse"):
        Matcher("fused", galleries, without)


def test_a_missing_gallery_is_named(
    galleries: dict[str, ExactGallery], calibration: Calibration
) -> None:
    del galleries["sface"]
    with pytest.raises(UsageError, match="needs templates of sface"):
        Matcher("fused", galleries, calibration)


def test_galleries_that_differ_are_refused(
    galleries: dict[str, ExactGallery], templates: Make, calibration: Calibration
) -> None:
    galleries["sface"].add("extra", templates(1, "sface"))
    with pytest.raises(UsageError, match="the same references"):
        Matcher("fused", galleries, calibration)


def test_galleries_that_differ_only_in_order_are_refused(
    templates: Make, calibration: Calibration
) -> None:
    galleries = {}
    for name, owners in (("facenet", ["a", "b", "a"]), ("sface", ["a", "a", "b"])):
        own = templates(3, name)
        galleries[name] = ExactGallery(own.encoder)
        galleries[name].extend(owners, own)
    matcher = Matcher("fused", galleries, calibration)
    with pytest.raises(UsageError, match="the same references"):
        matcher.search({name: templates(1, name) for name in galleries})
    with pytest.raises(UsageError, match="the same references"):
        matcher.scores({name: templates(1, name) for name in galleries}, ["a"])


def test_probes_must_fit(
    galleries: dict[str, ExactGallery],
    probes: dict[str, Templates],
    templates: Make,
    calibration: Calibration,
) -> None:
    matcher = Matcher("fused", galleries, calibration)
    with pytest.raises(UsageError, match="probes of sface"):
        matcher.search({"facenet": probes["facenet"]})
    with pytest.raises(UsageError, match="5 of facenet, 2 of sface"):
        matcher.search({**probes, "sface": templates(2, "sface")})
    with pytest.raises(EncoderMismatchError):
        matcher.scores({**probes, "sface": templates(5, "sface", digest="b")}, ["p1"])
    with pytest.raises(UsageError, match="at least 1"):
        matcher.search(probes, 0)


def test_add_and_remove_keep_the_galleries_together(
    galleries: dict[str, ExactGallery], templates: Make, calibration: Calibration
) -> None:
    matcher = Matcher("fused", galleries, calibration)
    new = {name: templates(2, name, seed=70) for name in galleries}
    assert matcher.add("new", new).tolist() == [60, 61]
    assert matcher.search(new, 1)[1].subjects == ("new",)
    bad = {**new, "sface": templates(2, "sface", digest="b")}
    with pytest.raises(EncoderMismatchError):
        matcher.add("other", bad)
    assert {len(gallery) for gallery in galleries.values()} == {62}
    assert matcher.remove("new") == 2
    assert matcher.remove("new") == 0
    assert "new" not in matcher.subjects


@pytest.mark.parametrize("name", ["facenet", "sface", "fused"])
def test_every_score_lies_in_its_range(
    name: MatcherName,
    galleries: dict[str, ExactGallery],
    probes: dict[str, Templates],
    calibration: Calibration,
) -> None:
    matcher = Matcher(name, galleries, calibration)
    low, high = matcher.score_range
    assert (low, high) == ((-16.0, 8.0) if name == "fused" else (-1.0, 1.0))
    scores = matcher.scores(probes, matcher.subjects)
    assert low <= scores.min() <= scores.max() <= high
