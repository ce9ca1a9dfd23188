"""Whom triage loses is said of the encoder, the size and the shortlist that were measured."""

from __future__ import annotations

import dataclasses

import pytest
from random_templates import drawn_encoder

from workbench.faces.templates import EncoderIdentity
from workbench.matching import triage_recall as table
from workbench.matching.sketch import SHORTLIST
from workbench.matching.triage_recall import TriageRecall, recall_words, triage_recall

ENCODER = drawn_encoder(24)
SMALL = TriageRecall(
    encoder=ENCODER.describe(),
    references=10_000,
    probes=300,
    shortlist=1_024,
    candidates=50,
    found={0.5: 0.75, 0.4: 0.5},
    full_scan={0.5: 1.0, 0.4: 0.9},
    measured_on="directions",
)


@pytest.fixture(autouse=True)
def _two_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    large = dataclasses.replace(SMALL, references=1_000_000, found={0.4: 0.0, 0.5: 0.25})
    monkeypatch.setattr(table, "_measured", lambda: (large, SMALL))


@pytest.mark.parametrize(
    ("references", "shortlist", "size"),
    [
        (10, 1_024, 10_000),
        (10_000, 1_024, 10_000),
        (10_001, 2_048, 1_000_000),
        (1_000_001, 1_024, None),
        (10, 1_023, None),
    ],
)
def test_a_collection_is_told_of_by_one_that_is_as_large(
    references: int, shortlist: int, size: int | None
) -> None:
    found = triage_recall([ENCODER], references, shortlist)
    assert (found and found.references) == size


def test_it_is_said_by_true_score_beside_what_a_full_scan_finds() -> None:
    assert recall_words([ENCODER], 5_000, SHORTLIST) == (
        f"{ENCODER.name}, measured among 10,000 directions: of 100 people who are there, so many "
        "were on a list of 50, by their true score (cosine): 0.4: 50 (full scan 90); 0.5: 75 (full "
        "scan 100). Below 0.4, where stills of cameras often score, nothing was measured, and "
        "triage may lose more than a full scan."
    )


@pytest.mark.parametrize("other", [drawn_encoder(24, "other"), ENCODER])
def test_what_was_not_measured_says_so(other: EncoderIdentity) -> None:
    references = 10 if other != ENCODER else 2_000_000
    words = recall_words([other], references, SHORTLIST)
    assert (
        words
        == f"{other.name}: how many are lost among {references:,} references was not measured."
    )


def test_of_encoders_that_are_fused_one_figure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    other = drawn_encoder(16, "another")
    both = f"{other.describe()} + {ENCODER.describe()}"
    fused = dataclasses.replace(SMALL, encoder=both, found={0.4: 1.0})
    monkeypatch.setattr(table, "_measured", lambda: (SMALL, fused))
    words = recall_words([ENCODER, other], 5_000, SHORTLIST)
    assert words.startswith(f"another and {ENCODER.name} together, measured among 10,000")
    assert "(cosine, the same by each): 0.4: 100 (full scan 90). Below 0.4, where" in words
    assert recall_words([other], 5_000, SHORTLIST).startswith("another: how many are lost")


def test_the_table_that_is_shipped_is_of_what_triage_shortens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    described = {one.encoder for one in table._measured()}
    assert sorted(len(one.split(" + ")) for one in described) == [1, 2]
    assert all(one.startswith("facenet (") for one in described)
    for encoder in described:
        own = [one for one in table._measured() if one.encoder == encoder]
        assert {10_000, 100_000, 1_000_000} <= {one.references for one in own}
        for one in own:
            assert (one.candidates, one.shortlist) == (50, SHORTLIST)
            assert sorted(one.found) == sorted(one.full_scan) == [0.4, 0.5, 0.6, 0.7, 0.8]
            assert all(one.found[score] <= one.full_scan[score] + 0.01 for score in one.found)
