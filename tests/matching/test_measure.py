"""Images to frames: what comes out is what a search would say, and nothing is dropped."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest
from PIL import Image

from workbench.errors import EncoderMismatchError, UsageError, WatchlistError
from workbench.evaluation import Measurement, MeasurementFacts, References, Searches
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.matching import measure
from workbench.matching.calibration import (
    Calibration,
    EncoderRecord,
    LinearFusion,
    Provenance,
)
from workbench.matching.measure import (
    MeasuredImages,
    compared_people,
    embed_images,
    pair_scores,
    reference_matcher,
    searches,
)

if TYPE_CHECKING:
    from workbench.faces.artefacts import ArtefactStore
    from workbench.settings import Settings

PEOPLE = ("Aaron_Peirsol", "Abdoulaye_Wade", "Adam_Sandler", "Ai_Sugiyama")
NO_FACE = "none/grey.png"
DAMAGED = "none/cut.jpg"


@pytest.fixture(scope="module")
def root(lfw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faces")
    for name in PEOPLE:
        (folder / name).mkdir()
        for number in (1, 2, 3):
            image = f"{name}_{number:04d}.jpg"
            shutil.copyfile(lfw / name / image, folder / name / image)
    (folder / "none").mkdir()
    Image.new("RGB", (250, 250), "grey").save(folder / NO_FACE)
    (folder / DAMAGED).write_bytes((folder / path(PEOPLE[3], 1)).read_bytes()[:900])
    return folder


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    return build_analyser(settings, store, "fused")


def path(name: str, number: int) -> str:
    return f"{name}/{name}_{number:04d}.jpg"


ALL = [*(path(name, number) for name in PEOPLE for number in (1, 2, 3)), NO_FACE, DAMAGED]


@pytest.fixture(scope="module")
def images(root: Path, analyser: FaceAnalyser) -> MeasuredImages:
    return embed_images(ALL, root, analyser, batch=5)


@pytest.fixture(scope="module")
def calibration(analyser: FaceAnalyser) -> Calibration:
    """A fixture, not a measurement."""
    return Calibration(
        id="fixture-not-measured",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        provenance=Provenance(
            data_set="made up", split="fixture", rule="none", people=1, images=1,
            mated_comparisons=1, nonmated_comparisons=1, libraries={},
        ),
        encoders={name: EncoderRecord.of(one) for name, one in analyser.identities.items()},
        fusion=LinearFusion(intercept=-4.0, weights={"facenet": 2.0, "sface": 10.0}),
        matchers={},
    )  # fmt: skip


def references_and_probes() -> tuple[pl.DataFrame, pl.DataFrame]:
    references = pl.DataFrame(
        {
            "path": [path(name, 1) for name in PEOPLE[:3]] + [path(PEOPLE[0], 2), NO_FACE],
            "identity": [*PEOPLE[:3], PEOPLE[0], "Nobody"],
        }
    )
    probes = pl.DataFrame(
        {
            "path": [path(PEOPLE[0], 3), path(PEOPLE[1], 2), path(PEOPLE[3], 1), DAMAGED,
                     path(PEOPLE[3], 2)],
            "identity": [PEOPLE[0], PEOPLE[1], PEOPLE[3], PEOPLE[2], "Nobody"],
        }
    )  # fmt: skip
    return references, probes


@pytest.mark.slow
def test_no_image(root: Path, analyser: FaceAnalyser) -> None:
    none = embed_images([], root, analyser)
    assert not none.rows
    assert none.templates["sface"].vectors.shape == (0, 128)


def test_each_image_is_read_once_and_failures_keep_their_reason(
    root: Path, analyser: FaceAnalyser
) -> None:
    told: list[tuple[int, int]] = []
    wanted = [path(PEOPLE[0], 1), NO_FACE, path(PEOPLE[0], 1), DAMAGED]
    found = embed_images(wanted, root, analyser, progress=lambda *step: told.append(step))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert list(found.rows) == [path(PEOPLE[0], 1)]
    assert found.failures[NO_FACE] == "no face found"
    assert "damaged or cut short" in found.failures[DAMAGED]
    assert str(root) not in found.failures[DAMAGED]
    assert not found.acquired(NO_FACE)
    with pytest.raises(KeyError):
        found.acquired("never looked at")


@pytest.mark.slow
def test_the_batch_changes_nothing(
    root: Path, analyser: FaceAnalyser, images: MeasuredImages
) -> None:
    one = embed_images(ALL[:4], root, analyser, batch=1)
    for name, templates in one.templates.items():
        together = images.take(ALL[:4])[name]
        assert np.diag(templates.cosine(together)).min() > 0.9999


@pytest.mark.parametrize("name", ["facenet", "sface", "fused"])
def test_searches_are_those_of_the_matcher(
    name: str, images: MeasuredImages, calibration: Calibration
) -> None:
    listed, probes = references_and_probes()
    matcher, references = reference_matcher(listed, images, name, calibration)  # type: ignore[arg-type]
    References.validate(references)
    assert references["acquired"].to_list() == [True, True, True, True, False]
    assert len(matcher) == 4
    found = searches(probes, references, images, matcher)
    Searches.validate(found)
    assert found["probe"].to_list() == probes["path"].to_list()
    assert found["mated"].to_list() == [True, True, False, True, True]
    assert found["acquired"].to_list() == [True, True, True, False, True]
    rows = found.rows(named=True)
    assert rows[0]["mate_rank"] == 1
    assert rows[0]["top_identity"] == PEOPLE[0]
    assert rows[3]["top_score"] is None
    assert rows[4]["mate_score"] is None, "none of the references of Nobody has a template"
    for row in rows:
        if row["acquired"]:
            (best,) = matcher.search(images.take([row["probe"]]), 3)
            assert best.subjects[0] == row["top_identity"]
            assert best.scores[0] == np.float32(row["top_score"])
            assert best.reference is not None
            enrolled = references.filter("acquired")["reference"]
            assert row["top_reference"] == enrolled[int(best.reference[0])]
            if row["mate_score"] is not None:
                at = best.subjects.index(row["identity"])
                assert best.scores[at] == np.float32(row["mate_score"])
                assert at + 1 == row["mate_rank"]
                assert row["mate_reference"] == enrolled[int(best.reference[at])]


@pytest.mark.parametrize("name", ["sface", "fused"])
def test_a_search_hands_over_every_comparison_on_its_way(
    name: str,
    images: MeasuredImages,
    calibration: Calibration,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measure, "_PROBES_AT_ONCE", 3)
    listed, probes = references_and_probes()
    matcher, references = reference_matcher(listed, images, name, calibration)  # type: ignore[arg-type]
    blocks: list[tuple[int, int, np.ndarray]] = []
    found = searches(probes, references, images, matcher, lambda *block: blocks.append(block))
    assert found.equals(searches(probes, references, images, matcher))
    shown, columns = compared_people(probes, references, images, matcher)
    # The damaged probe and the reference without a face are in no comparison.
    assert shown == [PEOPLE[0], PEOPLE[1], PEOPLE[3], "Nobody"]
    assert columns == [PEOPLE[0], PEOPLE[0], PEOPLE[1], PEOPLE[2]]
    assert [(row, column, one.shape) for row, column, one in blocks] == [
        (0, 0, (3, 4)),
        (3, 0, (1, 4)),
    ]
    scores = np.concatenate([one for _, _, one in blocks])
    acquired = found.filter("acquired")
    assert scores.max(axis=1).tolist() == acquired["top_score"].to_list()
    assert [columns[at] for at in scores.argmax(axis=1)] == acquired["top_identity"].to_list()
    pairs = pl.DataFrame({"path": [path(PEOPLE[3], 1)], "other_path": [path(PEOPLE[0], 2)]})
    alone = pair_scores(pairs, images, name, calibration)["score"][0]  # type: ignore[arg-type]
    assert scores[2, 1] == pytest.approx(alone, abs=1e-6)


def test_of_several_references_the_one_that_scored_is_named(images: MeasuredImages) -> None:
    other, same = path(PEOPLE[0], 2), path(PEOPLE[0], 3)
    listed = pl.DataFrame({"path": [other, same], "identity": [PEOPLE[0]] * 2})
    matcher, references = reference_matcher(listed, images, "sface")
    probes = pl.DataFrame(
        {"path": [same, DAMAGED], "identity": [PEOPLE[0], "X"], "group": ["a", None]}
    )
    found = searches(probes, references, images, matcher)
    assert found["top_reference"].to_list() == [same, None]
    assert found["mate_reference"].to_list() == [same, None]
    assert found["group"].to_list() == ["a", None]
    whole = Measurement.of(facts(), found, references)
    assert whole.has_groups


def facts() -> MeasurementFacts:
    return MeasurementFacts(
        name="sface fp32", created=datetime(2026, 11, 27, tzinfo=UTC), data_set="faces",
        split="whole", rule="every row", protocol_sha256="0" * 64, matcher="sface", unit="cosine",
        encoders={}, runtime="fp32", list_size=2,
    )  # fmt: skip


def test_equal_scores_are_not_won_by_luck(images: MeasuredImages) -> None:
    # One photograph under two names: neither is found first.
    twice = images.take([path(PEOPLE[0], 1)])
    matcher, references = reference_matcher(
        pl.DataFrame({"path": [path(PEOPLE[0], 1)], "identity": ["B"]}), images, "sface"
    )
    matcher.add("A", twice)
    probe = pl.DataFrame({"path": [path(PEOPLE[0], 2)], "identity": ["B"]})
    row = searches(probe, references, images, matcher).row(0, named=True)
    assert (row["top_identity"], row["mate_rank"]) == ("A", 2)


def test_no_probe_gives_an_empty_frame(images: MeasuredImages) -> None:
    listed, probes = references_and_probes()
    matcher, references = reference_matcher(listed, images, "sface")
    assert len(Searches.validate(searches(probes.head(0), references, images, matcher))) == 0


def test_references_without_any_face_are_refused(images: MeasuredImages) -> None:
    faceless = pl.DataFrame({"path": [NO_FACE, DAMAGED], "identity": ["A", "B"]})
    with pytest.raises(WatchlistError, match="none of 2 references"):
        reference_matcher(faceless, images, "sface")


def test_pairs_score_as_searches_do(images: MeasuredImages, calibration: Calibration) -> None:
    pairs = pl.DataFrame(
        {
            "pair": [1, 2, 3, 4],
            "path": [path(PEOPLE[0], 1), path(PEOPLE[0], 1), NO_FACE, path(PEOPLE[2], 1)],
            "other_path": [path(PEOPLE[0], 2), path(PEOPLE[1], 1), path(PEOPLE[1], 1), DAMAGED],
        }
    )
    by_name = {
        name: pair_scores(pairs, images, name, calibration)  # type: ignore[arg-type]
        for name in ("facenet", "sface", "fused")
    }
    for name, found in by_name.items():
        assert found["pair"].to_list() == [1, 2, 3, 4]
        assert found["acquired"].to_list() == [True, True, False, False]
        assert found["score"].null_count() == 2
        assert found["score"][0] > found["score"][1], name
        reference = pl.DataFrame({"path": [path(PEOPLE[0], 2)], "identity": ["x"]})
        matcher, _ = reference_matcher(reference, images, name, calibration)  # type: ignore[arg-type]
        expected = matcher.scores(images.take([path(PEOPLE[0], 1)]), ["x"])[0, 0]
        assert found["score"][0] == pytest.approx(float(expected), abs=1e-5)
    cosines = [by_name[name]["score"][0] for name in ("facenet", "sface")]
    assert by_name["fused"]["score"][0] == pytest.approx(-4 + 2 * cosines[0] + 10 * cosines[1])


def test_no_pair(images: MeasuredImages) -> None:
    none = pl.DataFrame(schema={"path": pl.String, "other_path": pl.String})
    assert pair_scores(none, images, "sface").schema["score"] == pl.Float32


def test_fusion_needs_a_calibration_of_these_encoders(
    images: MeasuredImages, calibration: Calibration
) -> None:
    none = pl.DataFrame(schema={"path": pl.String, "other_path": pl.String})
    with pytest.raises(UsageError, match="calibration"):
        pair_scores(none, images, "fused")
    other = calibration.encoders["sface"].model_copy(update={"alignment": "other/1"})
    encoders = {**calibration.encoders, "sface": other}
    with pytest.raises(EncoderMismatchError):
        pair_scores(none, images, "fused", calibration.model_copy(update={"encoders": encoders}))
