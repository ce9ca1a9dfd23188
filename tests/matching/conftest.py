"""Builders for templates, watchlists and a calibration that measures nothing real."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.calibration import (
    COSINE,
    LOG10_LR,
    Calibration,
    EncoderRecord,
    FmrTable,
    LinearFusion,
    MatcherCalibration,
    Provenance,
)
from workbench.matching.likelihood_file import Likelihoods
from workbench.matching.likelihood_map import (
    LikelihoodMap,
    LogisticLine,
    ScoreLikelihood,
    ScoresSeen,
)
from workbench.matching.thumbnails import Thumbnails
from workbench.matching.watchlist import Watchlist, WatchlistReference

MakeTemplates: TypeAlias = Callable[..., Templates]
MakeWatchlist: TypeAlias = Callable[..., Watchlist]

DIMENSIONS = {"facenet": 512, "sface": 128}


def _identity(name: str, digest: str = "a", alignment: str = "made-up/1") -> EncoderIdentity:
    return EncoderIdentity(name, f"{name}-weights", digest * 64, alignment, DIMENSIONS[name])


@pytest.fixture
def identity() -> Callable[..., EncoderIdentity]:
    """Build the identity of an encoder."""
    return _identity


@pytest.fixture
def templates() -> MakeTemplates:
    """Build templates in random directions: `templates(n, "facenet", seed=0, digest="a")`."""

    def make(n: int, name: str = "facenet", *, seed: int = 0, digest: str = "a") -> Templates:
        vectors = np.random.default_rng(seed).normal(size=(n, DIMENSIONS[name]))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return Templates(vectors.astype(np.float32), _identity(name, digest))

    return make


@pytest.fixture
def at_cosines() -> Callable[..., Templates]:
    """Build templates with given cosines to the probe that `at_cosines([1.0])` is."""

    def make(cosines: list[float], name: str = "facenet") -> Templates:
        vectors = np.zeros((len(cosines), DIMENSIONS[name]), np.float32)
        vectors[:, 0] = cosines
        vectors[:, 1] = np.sqrt(1.0 - np.square(cosines))
        return Templates(vectors, _identity(name))

    return make


@pytest.fixture
def as_nobody(tmp_path: Path) -> AbstractContextManager[None]:
    """Give up root's right to read everything for a while; others have none to give up."""

    @contextmanager
    def drop() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        # Those on the way here must let nobody pass, so that the last permission decides.
        root = Path(tempfile.gettempdir())
        for folder in (tmp_path, *tmp_path.parents):
            if folder.is_relative_to(root) and folder != root:
                folder.chmod(0o755)
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)

    return drop()


@pytest.fixture
def calibration() -> Calibration:
    """A fixture, not a measurement: round numbers that are easy to check by hand."""
    table = FmrTable(
        comparisons=1_000_000,
        scores=(0.0, 0.25, 0.5, 0.75),
        counts=(500_000, 10_000, 100, 1),
    )
    wide = FmrTable(
        comparisons=1_000_000, scores=(-2.0, 0.0, 2.0, 4.0), counts=(500_000, 10_000, 100, 1)
    )
    reason = "a test"
    return Calibration(
        id="fixture-not-measured",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        provenance=Provenance(
            data_set="made up",
            split="fixture",
            rule="none",
            people=1_000,
            images=2_000,
            mated_comparisons=1_000,
            nonmated_comparisons=1_000_000,
            libraries={"numpy": np.__version__},
        ),
        encoders={name: EncoderRecord.of(_identity(name)) for name in DIMENSIONS},
        fusion=LinearFusion(intercept=-4.0, weights={"facenet": 2.0, "sface": 10.0}),
        matchers={
            "facenet": MatcherCalibration(
                unit=COSINE, default_threshold=0.5, threshold_reason=reason, fmr=table
            ),
            "sface": MatcherCalibration(
                unit=COSINE, default_threshold=0.5, threshold_reason=reason, fmr=table
            ),
            "fused": MatcherCalibration(
                unit=LOG10_LR, default_threshold=2.0, threshold_reason=reason, fmr=wide
            ),
        },
    )


@pytest.fixture
def likelihoods(calibration: Calibration) -> Likelihoods:
    """Likelihood ratios of SFace for that calibration, learnt from nothing either."""
    return Likelihoods(
        id="fixture-likelihood",
        created=datetime(2026, 1, 1, tzinfo=UTC),
        calibration=calibration.id,
        provenance=calibration.provenance,
        encoders=calibration.encoders,
        fusion=calibration.fusion,
        weighting="none",
        bounding="none",
        intervals="none",
        matchers={
            "sface": ScoreLikelihood(
                unit=COSINE,
                mated=ScoresSeen(comparisons=400, units=300, lowest=0.1, highest=0.85),
                nonmated=ScoresSeen(comparisons=1_000_000, units=499_500, lowest=0.0, highest=0.6),
                bounds=(-2.48, 5.7),
                scores=(0.0, 0.2, 0.4, 0.8),
                isotonic=LikelihoodMap(
                    log10_lr=(-2.0, -0.6, 0.8, 3.6),
                    low=(-2.4, -1.0, 0.4, 2.8),
                    high=(-1.5, -0.2, 1.2, 4.4),
                ),
                line=LogisticLine(intercept=-2.4, slope=10.0),
                logistic=LikelihoodMap(
                    log10_lr=(-2.4, -0.4, 1.6, 5.5),
                    low=(-2.48, -0.5, 1.5, 5.3),
                    high=(-2.2, -0.3, 1.7, 5.7),
                ),
                judged={},
            )
        },
    )


@pytest.fixture
def watchlist(templates: MakeTemplates) -> MakeWatchlist:
    """Build a watchlist of named subjects, one reference each time a name is given."""

    def make(*subjects: str, seed: int = 0) -> Watchlist:
        n = len(subjects)
        return Watchlist(
            name="test list",
            created=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
            detector="yunet",
            references=tuple(
                WatchlistReference(
                    subject,
                    f"photograph {row}.jpg",
                    f"{row:064x}",
                    "warn" if row % 2 else "accept",
                    ("sharpness is 12, below 20",) if row % 2 else (),
                    {"sharpness": 12.0 + row} | ({} if row % 2 else {"contrast": 0.25}),
                    f"entry-{row}",
                    "demonstration",
                )
                for row, subject in enumerate(subjects)
            ),
            templates={
                name: templates(n, name, seed=seed + at) for at, name in enumerate(DIMENSIONS)
            },
            thumbnails=Thumbnails.from_images(
                np.random.default_rng(seed).integers(0, 256, (n, 160, 160, 3), np.uint8)
            ),
        )

    return make
