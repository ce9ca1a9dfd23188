"""Whatever a detector reports, the tracker keeps its word."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.arrays import FloatArray
from workbench.live.alerting import AlertPolicy
from workbench.live.fusion import TrackScores
from workbench.matching.candidates import Candidates
from workbench.tracking.tracker import Tracker

FACE = st.tuples(
    st.floats(-50, 700, width=32), st.floats(-50, 500, width=32), st.floats(0.5, 200, width=32)
)
FRAME = st.tuples(st.floats(0, 3), st.lists(st.tuples(FACE, st.booleans()), max_size=6))


def boxes(faces: list[tuple[tuple[float, float, float], bool]]) -> FloatArray:
    """Boxes from centre and size."""
    rows = [[x - s / 2, y - s / 2, x + s / 2, y + s / 2] for (x, y, s), _ in faces]
    return np.array(rows, np.float32).reshape(-1, 4)


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(FRAME, max_size=25), st.integers(1, 4))
def test_one_number_a_detection_and_no_number_twice(
    frames: list[tuple[float, list[tuple[tuple[float, float, float], bool]]]], confirm: int
) -> None:
    tracker = Tracker(confirm_frames=confirm)
    time_s, highest, gone = 0.0, 0, set[int]()
    for step, faces in frames:
        time_s += step
        strong = np.array([is_strong for _, is_strong in faces], np.bool_)
        numbers, ended = tracker.update(time_s, boxes(faces), strong)
        given_out = numbers.tolist()
        assert len(set(given_out)) == len(faces)
        assert all(number >= 1 for number in given_out)
        gone.update(track.number for track in ended)
        assert gone.isdisjoint(given_out)
        new = [number for number in given_out if number > highest]
        assert new == sorted(new)
        highest = max([highest, *given_out])
        alive = {track.number for track in tracker.tracks}
        assert set(given_out) <= alive
        assert alive.isdisjoint(gone)
        for track in tracker.tracks:
            assert track.confirmed == (track.strong >= confirm)
        held, predicted, since = tracker.predictions(time_s, 1.0)
        assert set(held.tolist()).isdisjoint(given_out)
        assert np.isfinite(predicted).all()
        assert (since >= 0).all()
        # Whoever is followed is detected or predicted: nobody is left in clear.
        assert set(held.tolist()) | set(given_out) == alive
    assert gone | {track.number for track in tracker.end()} == set(range(1, highest + 1))


SCORES = st.dictionaries(st.sampled_from("abc"), st.floats(-5, 5, width=32), min_size=1)


@pytest.mark.slow
@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 20), st.dictionaries(st.integers(1, 4), SCORES, max_size=4)),
        max_size=15,
    )
)
def test_alerts_keep_to_their_rules(steps: list[tuple[float, dict[int, dict[str, float]]]]) -> None:
    policy = AlertPolicy(1.0, min_comparisons=1, cooldown_s=30.0)
    raised: list[tuple[float, int, str, str | None]] = []
    time_s = 0.0
    for step, tracks in steps:
        time_s += step
        visible = {}
        for number, scores in tracks.items():
            best = sorted(scores.items(), key=lambda item: -item[1])
            visible[number] = TrackScores()
            visible[number].add(
                Candidates(
                    tuple(name for name, _ in best), np.array([s for _, s in best], np.float32)
                ),
                1.0,
                lambda missing: np.zeros(len(missing), np.float32),
            )
        due = policy.decide(time_s, visible, visible.keys(), visible.keys())
        assert len({proposal.subject for proposal in due}) == len(due)
        assert len({proposal.track for proposal in due}) == len(due)
        for proposal in due:
            assert proposal.score >= policy.threshold
            policy.record(proposal, f"alert-{len(raised)}", time_s)
            raised.append((time_s, proposal.track, proposal.subject, proposal.contests))
    pairs = [(track, subject) for _, track, subject, _ in raised]
    assert len(set(pairs)) == len(pairs)
    for place, (at, _, subject, contests) in enumerate(raised):
        earlier = [r for r in raised[:place] if r[2] == subject]
        if contests is None:
            assert all(at - r[0] >= policy.cooldown_s for r in earlier)
        else:
            assert earlier
