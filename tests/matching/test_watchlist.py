"""Watchlists in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime

import numpy as np
import pytest

from workbench.errors import UsageError
from workbench.matching.calibration import Calibration
from workbench.matching.thumbnails import Thumbnails
from workbench.matching.watchlist import Watchlist

MakeWatchlist = Callable[..., Watchlist]


def test_empty(watchlist: MakeWatchlist, calibration: Calibration) -> None:
    empty = watchlist()
    assert len(empty) == 0
    assert empty.subjects == ()
    with pytest.raises(UsageError, match="holds no reference"):
        empty.matcher("fused", calibration)


def test_subjects_and_rows(watchlist: MakeWatchlist) -> None:
    listed = watchlist("b", "a", "b")
    assert listed.subjects == ("b", "a")
    assert listed.rows("b") == (0, 2)
    assert listed.rows("nobody") == ()
    assert set(listed.encoders) == {"facenet", "sface"}


@pytest.mark.parametrize("name", ["facenet", "sface", "fused"])
def test_matcher_finds_every_reference_by_its_row(
    watchlist: MakeWatchlist, calibration: Calibration, name: str
) -> None:
    listed = watchlist("b", "a", "b", "c")
    matcher = listed.matcher(name, calibration)  # type: ignore[arg-type]
    for row, found in enumerate(matcher.search(listed.templates, 1)):
        assert found.subjects == (listed.references[row].subject,)
        assert found.reference is not None
        assert found.reference.tolist() == [row]


def test_matchers_are_independent(watchlist: MakeWatchlist, calibration: Calibration) -> None:
    listed = watchlist("a", "b")
    first, second = listed.matcher("fused", calibration), listed.matcher("fused", calibration)
    first.remove("a")
    assert second.subjects == ("a", "b")
    assert np.all(np.linalg.norm(listed.templates["facenet"].vectors, axis=1) > 0.9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda w: {"thumbnails": Thumbnails.from_images([w.thumbnails[0]])},
            "2 references need 2 thumbnails, but there are 1",
        ),
        (lambda w: {"templates": {"sface": w.templates["sface"][:1]}}, "templates of sface"),
        (lambda w: {"templates": {"sface": w.templates["facenet"]}}, "filed under sface"),
        (lambda _: {"created": datetime(2026, 1, 1)}, "time zone"),  # noqa: DTZ001
    ],
)
def test_what_does_not_belong_together(
    watchlist: MakeWatchlist, change: Callable[[Watchlist], dict[str, object]], message: str
) -> None:
    whole = watchlist("a", "b")
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(whole, **change(whole))  # type: ignore[arg-type]


def test_nobody_and_no_template_is_in_what_a_log_would_show(watchlist: MakeWatchlist) -> None:
    assert repr(watchlist("Zoë Ångström", "a")) == "<Watchlist of 2 references>"
