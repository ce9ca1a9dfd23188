"""When an alert is raised: at the threshold, once a person and track, one face a person."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np

from workbench.live.fusion import TrackScores
from workbench.matching.assignment import assign

__all__ = ["AlertPolicy", "Proposal"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An alert that is due.

    Attributes:
        track: number of the track.
        subject: whom its face was assigned to.
        score: fused score of the track for the subject.
        contests: id of the earlier alert that cannot also be right.
    """

    track: int
    subject: str
    score: float
    contests: str | None


@dataclass(frozen=True, slots=True)
class _Raised:
    id: str
    track: int
    time_s: float


class AlertPolicy:
    """Decides which comparisons become alerts, and remembers those that did.

    A track alerts at most once for each person, and for a second person only if that one scores
    higher. After an alert for a person no other is raised for them during the cool-down, unless
    two faces of the same frame claim to be that person and the later one scores higher: then it
    is raised as contesting the earlier one. Once people have decided that an alert is not the
    person, its face stands in nobody's way who is seen beside it: the person may be the other one.
    """

    def __init__(
        self,
        threshold: float,
        *,
        min_comparisons: int = 2,
        cooldown_s: float = 30.0,
        is_refuted: Callable[[str], bool] = lambda _alert: False,
    ) -> None:
        """Set the rules.

        Args:
            threshold: fused score from which an alert is raised, in the matcher's unit.
            min_comparisons: crops of a track that must have been compared before.
            cooldown_s: seconds of the feed after an alert for a person without another one.
            is_refuted: says of an alert, by id, whether people decided that it is not the person.
        """
        self.threshold = threshold
        self.min_comparisons = min_comparisons
        self.cooldown_s = cooldown_s
        self._is_refuted = is_refuted
        self._raised: dict[str, list[_Raised]] = {}
        self._held: dict[int, dict[str, str]] = {}
        self._suppressed = 0

    @property
    def suppressed(self) -> int:
        """How often an alert was due but for the cool-down, or a better earlier one."""
        return self._suppressed

    def alerts_of(self, track: int) -> Mapping[str, str]:
        """Return the alerts of a track: subject to alert id."""
        return self._held.get(track, {})

    def decide(
        self,
        time_s: float,
        visible: Mapping[int, TrackScores],
        compared: Collection[int],
        together: Collection[int],
    ) -> list[Proposal]:
        """Return the alerts that are due now.

        Args:
            time_s: time in the feed.
            visible: the tracks to share the subjects among, with their scores.
            compared: those of them that were compared just now; only they can alert.
            together: those of them that are detected in this very frame, so that two of them are
                two people.

        Returns:
            Proposals, highest score first; `record` those that are raised.
        """
        ready = {n: s for n, s in visible.items() if s.comparisons >= self.min_comparisons}
        means = {number: scores.means() for number, scores in ready.items()}
        proposals = []
        claims = {number: self._claims(number, those) for number, those in means.items()}
        for track, subject in self._assigned(claims).items():
            if track not in compared or subject in self.alerts_of(track):
                continue
            proposal = self._proposal(time_s, track, subject, means, together)
            if proposal is None:
                self._suppressed += 1
            else:
                proposals.append(proposal)
        return sorted(proposals, key=lambda proposal: -proposal.score)

    def record(self, proposal: Proposal, alert_id: str, time_s: float) -> None:
        """Remember that a proposal was raised as the alert `alert_id`."""
        raised = _Raised(alert_id, proposal.track, time_s)
        self._raised.setdefault(proposal.subject, []).append(raised)
        self._held.setdefault(proposal.track, {})[proposal.subject] = alert_id

    def joined(self, number: int, into: int) -> None:
        """Note that track `number` goes on as track `into`."""
        held = self._held.pop(number, None)
        if held:
            self._held.setdefault(into, {}).update(held)
        for subject, raised in self._raised.items():
            self._raised[subject] = [
                _Raised(r.id, into, r.time_s) if r.track == number else r for r in raised
            ]

    def forget(self, track: int) -> None:
        """Note that a track ended; its number never comes again."""
        self._held.pop(track, None)

    def _claims(self, track: int, means: Mapping[str, float]) -> Mapping[str, float]:
        """Return the scores of a track for those whom people have not said that it is not."""
        held = self.alerts_of(track)
        return {s: v for s, v in means.items() if s not in held or not self._is_refuted(held[s])}

    def _assigned(self, means: Mapping[int, Mapping[str, float]]) -> dict[int, str]:
        """Share the subjects among the tracks, one to one, the highest total at the threshold."""
        subjects = sorted(
            {s for scores in means.values() for s, v in scores.items() if v >= self.threshold}
        )
        if not subjects:
            return {}
        tracks = list(means)
        table = np.array(
            [[means[track].get(subject, -np.inf) for subject in subjects] for track in tracks]
        )
        chosen = assign(table, self.threshold)
        return {
            track: subjects[column]
            for track, column in zip(tracks, chosen.tolist(), strict=True)
            if column >= 0
        }

    def _proposal(
        self,
        time_s: float,
        track: int,
        subject: str,
        means: Mapping[int, Mapping[str, float]],
        together: Collection[int],
    ) -> Proposal | None:
        score = means[track][subject]
        if any(means[track].get(held, -np.inf) >= score for held in self.alerts_of(track)):
            return None
        raised = [
            r
            for r in self._raised.get(subject, [])
            # Gone from view, a face that was refuted may be this one, come back.
            if not ({track, r.track} <= {*together} and self._is_refuted(r.id))
        ]
        rivals = [r for r in raised if r.track != track and {track, r.track} <= {*together}]
        if rivals:
            best = max(rivals, key=lambda r: means.get(r.track, {}).get(subject, -np.inf))
            if score <= means.get(best.track, {}).get(subject, -np.inf):
                return None
            return Proposal(track, subject, score, best.id)
        if any(time_s - r.time_s < self.cooldown_s for r in raised):
            return None
        return Proposal(track, subject, score, None)
