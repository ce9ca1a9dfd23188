"""The exact gallery after any run of additions and removals."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.comparisons import Reduction, kept_by_trimming
from workbench.matching.exact import ExactGallery

ENCODER = EncoderIdentity("made-up", "made-up", "0" * 64, "made-up/1", 6)
# Few directions, so that ties are common.
_POOL = np.random.default_rng(0).normal(size=(12, 6))
POOL = (_POOL / np.linalg.norm(_POOL, axis=1, keepdims=True)).astype(np.float32)

_NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
_ADD = st.tuples(_NAMES, st.lists(st.integers(0, 11), min_size=1, max_size=4))
_REMOVE = st.tuples(_NAMES, st.none())


@given(
    st.lists(_ADD | _REMOVE, max_size=25),
    st.lists(st.integers(0, 11), max_size=3),
    st.integers(1, 6),
    st.sampled_from(["best", "trimmed-mean"]),
)
def test_equals_a_plain_model(
    steps: list[tuple[str, list[int] | None]], probes: list[int], k: int, by: Reduction
) -> None:
    gallery = ExactGallery(ENCODER)
    model: dict[str, list[tuple[int, int]]] = {}
    number = 0
    for name, rows in steps:
        if rows is None:
            assert gallery.remove(name) == len(model.pop(name, []))
            continue
        numbers = gallery.add(name, Templates(POOL[rows], ENCODER))
        assert numbers.tolist() == list(range(number, number + len(rows)))
        model.setdefault(name, []).extend(zip(numbers.tolist(), rows, strict=True))
        number += len(rows)
    assert gallery.subjects == tuple(model)
    assert len(gallery) == sum(map(len, model.values()))
    assert not gallery._matrix[len(gallery) :].any()
    for probe, found in zip(
        probes, gallery.search(Templates(POOL[probes], ENCODER), k, by), strict=True
    ):
        scores: dict[str, np.float32] = {}
        for name, owned in model.items():
            own = sorted(
                (np.float32(POOL[probe].astype(float) @ POOL[row].astype(float)))
                for _, row in owned
            )
            kept = 1 if by == "best" else kept_by_trimming(len(own))
            scores[name] = np.float32(np.mean(own[len(own) - kept :], dtype=np.float64))
        expected = sorted(scores.values(), reverse=True)[:k]
        np.testing.assert_allclose(found.scores, expected, atol=1e-6)
        assert len(set(found.subjects)) == len(found)
        ordered = list(zip(-found.scores, found.subjects, strict=True))
        assert ordered == sorted(ordered)
        for name, score in found:
            np.testing.assert_allclose(score, scores[name], atol=1e-6)
