"""The candidates of a search as they are sealed, by what is sealed of a collection."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.bench.candidate_entries import reference_entry
from workbench.bench.reference_sealing import ReferenceFacts
from workbench.errors import StoreError
from workbench.images import encode_png
from workbench.matching.calibration import load_calibration
from workbench.matching.confidence import meaning, not_measured
from workbench.matching.likelihood_file import load_likelihoods
from workbench.retrospective.candidate_lists import Candidate

PICTURE = encode_png(np.full((8, 8, 3), 128, np.uint8))


def known(subject: str) -> ReferenceFacts:
    """Return what is sealed of a reference."""
    return ReferenceFacts(
        subject=subject,
        thumbnail=PICTURE,
        picture=PICTURE,
        eyes=np.array([[2.0, 3.0], [5.0, 3.0]], np.float32),
        sha256="0" * 64,
        image_date=None,
        source="custody",
        legal_basis="pace-64a",
        verdict="accept",
        reasons=(),
    )


def test_whom_a_server_names_has_to_be_whom_the_sealed_reference_shows() -> None:
    found = Candidate(1, "Ada Pell", 3, 0.8, None, not_measured(0.8, 9, "of a test"))
    assert reference_entry(found, {3: known("Ada Pell")}).subject == "Ada Pell"
    for facts in ({3: known("Bob Dane")}, {}):
        with pytest.raises(
            StoreError, match=r"reference 3 is not of the person .* damaged"
        ) as told:
            reference_entry(found, facts)
        assert "Pell" not in str(told.value)
        assert "Dane" not in str(told.value)


def test_a_sealed_candidate_keeps_what_a_list_of_that_size_means_and_no_likelihood_ratio() -> None:
    of_score = meaning(0.5, 9, load_calibration(), "sface", likelihoods=load_likelihoods())
    assert of_score.likelihood is not None
    kept = reference_entry(
        Candidate(1, "Ada Pell", 3, 0.5, None, of_score), {3: known("Ada Pell")}
    ).meaning
    assert (kept.text, kept.fpir, kept.low) == (of_score.text, of_score.fpir, of_score.low)
    assert "likelihood" not in kept.model_dump()
