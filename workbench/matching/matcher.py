"""The matcher: probes against the galleries of one encoder, or of several that are fused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from workbench.arrays import FloatArray, IntArray
from workbench.errors import StoreError, UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.calibration import (
    COSINE,
    LOG10_LR,
    Calibration,
    LinearFusion,
    MatcherCalibration,
    MatcherName,
    Unit,
)
from workbench.matching.candidates import Candidates, rank
from workbench.matching.comparisons import Comparisons, Reduction
from workbench.matching.confidence import ScoreMeaning, meaning, not_measured
from workbench.matching.exact import ExactGallery
from workbench.matching.fused_search import ANOTHER_ORDER, among_exact, among_listed
from workbench.matching.fusion import fused_score
from workbench.matching.gallery import Gallery
from workbench.matching.likelihood_file import Likelihoods

__all__ = ["Matcher", "MatcherSettings"]


@dataclass(frozen=True, slots=True)
class MatcherSettings:
    """How a matcher searches.

    Attributes:
        candidates_per_encoder: of how many candidates of each encoder a fused search is made where
            not everybody is compared with every encoder: in triage. At least as many as are asked
            for. A search on a server begins with so many.
        by: how several references of a person become one score.
    """

    candidates_per_encoder: int = 50
    by: Reduction = "best"


class Matcher:
    """Searches galleries by the scores of one encoder, or by fused scores.

    `facenet` and `sface` score by cosine. `fused` scores each reference by the log10 likelihood
    ratio of its cosines of every encoder; several references of a person are reduced after that.
    It finds exactly the best of all references, also whom no encoder alone ranks high, but in
    triage, which takes the best candidates of each encoder.
    """

    def __init__(
        self,
        name: MatcherName,
        galleries: Mapping[str, Gallery],
        calibration: Calibration | None = None,
        settings: MatcherSettings | None = None,
    ) -> None:
        """Match with what the name says.

        Args:
            name: `facenet`, `sface` or `fused`.
            galleries: by encoder name; those that the matcher does not use are left alone. Those
                of a fused matcher must have had the same references added in the same order.
            calibration: what the scores mean; `fused` needs one.
            settings: how to search.

        Raises:
            UsageError: when a gallery or the fusion is missing, or galleries differ.
            EncoderMismatchError: when `fused` was learnt with other encoders.
        """
        self.name: MatcherName = name
        self.calibration = calibration
        self.settings = settings or MatcherSettings()
        used = _encoders_of(name, calibration)
        missing = [encoder for encoder in used if encoder not in galleries]
        if missing:
            msg = (
                f"matcher {name} needs templates of {', '.join(missing)}, but there are only those "
                f"of {', '.join(sorted(galleries)) or 'no encoder'}. Enrol with these encoders, or "
                "choose another matcher."
            )
            raise UsageError(msg)
        self.galleries: dict[str, Gallery] = {encoder: galleries[encoder] for encoder in used}
        self._lead = self.galleries[used[0]]
        if name == "fused" and calibration is not None:
            calibration.require_measured_with(self.identities)
        for gallery in self.galleries.values():
            if not gallery.holds_the_same(self._lead):
                raise UsageError(ANOTHER_ORDER)

    @property
    def unit(self) -> Unit:
        """Unit of its scores and of thresholds for it."""
        return LOG10_LR if self.name == "fused" else COSINE

    @property
    def identities(self) -> dict[str, EncoderIdentity]:
        """The encoders whose templates it compares."""
        return {name: gallery.encoder for name, gallery in self.galleries.items()}

    @property
    def subjects(self) -> tuple[str, ...]:
        """Names of those it can find."""
        return self._lead.subjects

    def __len__(self) -> int:
        """Return how many references it compares with."""
        return len(self._lead)

    @property
    def score_range(self) -> tuple[float, float]:
        """The lowest and the highest score that any two templates can have."""
        fusion = None if self.calibration is None else self.calibration.fusion
        if self.name != "fused" or fusion is None:
            return -1.0, 1.0
        reach = sum(abs(weight) for weight in fusion.weights.values())
        return fusion.intercept - reach, fusion.intercept + reach

    @property
    def default_threshold(self) -> float | None:
        """The measured default threshold, `None` where nothing was measured."""
        measured = self._measured()
        return None if measured is None else measured.default_threshold

    def meaning(
        self,
        score: float,
        n_references: int | None = None,
        *,
        likelihoods: Likelihoods | None = None,
    ) -> ScoreMeaning:
        """Say what one of its scores means, for its own number of references unless given.

        With `likelihoods`, which must be of its calibration, it holds the likelihood ratio as well.

        Raises:
            UsageError: when the score is not finite or there is no reference.
            EncoderMismatchError: when the likelihood ratios are of another calibration.
        """
        n = len(self) if n_references is None else n_references
        if self._measured() is None and self.calibration is not None:
            encoders = ", ".join(identity.describe() for identity in self.identities.values())
            return not_measured(score, n, f"calibration {self.calibration.id} is not of {encoders}")
        return meaning(score, n, self.calibration, self.name, likelihoods=likelihoods)

    def add(self, subject: str, templates: Mapping[str, Templates]) -> IntArray:
        """Add references of a subject, with a template of each encoder for each reference.

        Returns:
            Their numbers, shape `(n,)`.

        Raises:
            UsageError: when an encoder is missing or their numbers differ.
            EncoderMismatchError: when another encoder made them; nothing was added then.
        """
        own = self._own(templates, "references")
        numbers = [gallery.add(subject, own[name]) for name, gallery in self.galleries.items()]
        return numbers[0]

    def remove(self, subject: str) -> int:
        """Drop and overwrite all references of a subject; return how many there were."""
        return max(gallery.remove(subject) for gallery in self.galleries.values())

    def search(self, probes: Mapping[str, Templates], k: int = 10) -> list[Candidates]:
        """Return the best `k` subjects for each probe.

        Args:
            probes: by encoder name, row `i` of each being the same face; other encoders than
                those it compares are left alone.
            k: how many candidates at most.

        Raises:
            UsageError: when an encoder is missing, numbers of probes differ, or `k < 1`.
            EncoderMismatchError: when another encoder made the probes.
            StoreError: when galleries turn out not to hold the same references.
        """
        own = self._own(probes, "probes")
        if self.name != "fused" or self.calibration is None or self.calibration.fusion is None:
            return self._lead.search(own[self.name], k, self.settings.by)
        return self._fused(own, k, self.calibration.fusion)

    def scores(self, probes: Mapping[str, Templates], subjects: Sequence[str]) -> FloatArray:
        """Return the score of each probe for each named subject, shape `(n, len(subjects))`.

        Raises:
            UsageError: when an encoder is missing, numbers of probes differ, or a subject is not
                in the galleries.
            EncoderMismatchError: when another encoder made the probes.
        """
        return self.scores_and_references(probes, subjects)[0]

    def scores_and_references(
        self, probes: Mapping[str, Templates], subjects: Sequence[str]
    ) -> tuple[FloatArray, IntArray]:
        """Return the score of each probe for each named subject, and the reference behind it.

        Returns:
            scores: shape `(n, len(subjects))` float32.
            references: same shape, int64, the number of the subject's best reference, as `add`
                gave it; of equals the one added first.

        Raises:
            UsageError: when an encoder is missing, numbers of probes differ, or a subject is not
                in the galleries.
            EncoderMismatchError: when another encoder made the probes.
        """
        return self.comparisons(probes, subjects).reduce(self.settings.by)

    def comparisons(self, probes: Mapping[str, Templates], subjects: Sequence[str]) -> Comparisons:
        """Return the score of each probe for every reference of the named subjects.

        Raises:
            UsageError: when an encoder is missing, numbers of probes differ, or a subject is not
                in the galleries.
            EncoderMismatchError: when another encoder made the probes.
        """
        return self._compare(self._own(probes, "probes"), subjects)

    def _fused(
        self, probes: Mapping[str, Templates], k: int, fusion: LinearFusion
    ) -> list[Candidates]:
        by = self.settings.by

        def ranked(at: int, names: Sequence[str]) -> Candidates:
            one = {name: templates[at : at + 1] for name, templates in probes.items()}
            try:
                scores, best = self._compare(one, names).reduce(by)
            except UsageError as error:  # one has nothing of somebody whom another just named
                msg = (
                    "the galleries do not give the same references of whom they name: one of them "
                    "is damaged, was changed meanwhile, or was filled in another order. Drop the "
                    "collection and import it again."
                )
                raise StoreError(msg) from error
            return rank(names, scores[0], best[0], k)

        exact = {name: one for name, one in self.galleries.items() if isinstance(one, ExactGallery)}
        if len(exact) == len(self.galleries):
            possible = among_exact(exact, fusion, probes, k, by)
            return [ranked(at, names) for at, names in enumerate(possible)]
        from workbench.matching.fused_scan import (  # noqa: PLC0415 - loads NumKong
            FusedScan,
            scanned_together,
        )

        scanned = scanned_together(self.galleries)
        if scanned is not None:
            return FusedScan(scanned, fusion).search(probes, k, by)
        depth = self.settings.candidates_per_encoder
        return among_listed(self.galleries, fusion, probes, k, depth=depth, by=by, ranked=ranked)

    def _compare(self, probes: Mapping[str, Templates], subjects: Sequence[str]) -> Comparisons:
        """Score probes against every reference of the named subjects, fused where it fuses."""
        of_each = {
            name: gallery.compare(probes[name], subjects)
            for name, gallery in self.galleries.items()
        }
        first = next(iter(of_each.values()))
        if self.name != "fused" or self.calibration is None:
            return first
        for other in of_each.values():
            if not np.array_equal(other.references, first.references):
                raise UsageError(ANOTHER_ORDER)
        cosines = {name: comparisons.scores for name, comparisons in of_each.items()}
        fused = fused_score(cosines, self.calibration)
        return Comparisons(fused, first.references, first.counts)

    def _own(self, templates: Mapping[str, Templates], what: str) -> dict[str, Templates]:
        """Return the templates of its own encoders, checked against each other."""
        missing = [name for name in self.galleries if name not in templates]
        if missing:
            msg = f"matcher {self.name} needs {what} of {', '.join(missing)} as well."
            raise UsageError(msg)
        own = {name: templates[name] for name in self.galleries}
        for name, gallery in self.galleries.items():
            gallery.encoder.require_same(own[name].encoder, what)
        if len({len(one) for one in own.values()}) > 1:
            lengths = ", ".join(f"{len(one)} of {name}" for name, one in own.items())
            msg = f"each face needs a template of each encoder, but there are {lengths}."
            raise UsageError(msg)
        return own

    def _measured(self) -> MatcherCalibration | None:
        """Return what was measured for this matcher with these very encoders."""
        if self.calibration is None or not all(
            self.calibration.was_measured_with(identity) for identity in self.identities.values()
        ):
            return None
        return self.calibration.matchers.get(self.name)


def _encoders_of(name: MatcherName, calibration: Calibration | None) -> list[str]:
    """Return which encoders a matcher compares."""
    if name != "fused":
        return [name]
    if calibration is None or calibration.fusion is None:
        msg = (
            "matcher fused needs a calibration that says how to fuse. Give one, or choose one "
            "encoder alone."
        )
        raise UsageError(msg)
    return list(calibration.fusion.weights)
