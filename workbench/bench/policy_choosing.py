"""A threshold chosen on tuning people, as an opening of a locked test fixes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.bench.policy_counting import chosen_on, counted
from workbench.bench.policy_pairs import drawn_words
from workbench.errors import PolicyError, UsageError
from workbench.governance.policy_choice import ChosenThreshold, TuningEvidence
from workbench.governance.setups import Matcher, RuntimeClass

if TYPE_CHECKING:
    from workbench.evaluation.measurement import Measurement

__all__ = ["choose_threshold", "require_one", "tuning_evidence"]


def choose_threshold(
    tuning: Measurement,
    *,
    planned_list: int,
    target_fpir: float | None = None,
    threshold: float | None = None,
    minimum_threshold: float | None = None,
    bound_in_words: bool = False,
) -> ChosenThreshold:
    """Return the threshold that a measurement of tuning people gives, as `draft_policy` has it.

    Args:
        tuning: on tuning people.
        planned_list: references on the list that it is for.
        target_fpir: rate that it is to keep for such a list; the lowest that does is taken; or
        threshold: that is given instead. One of the two.
        minimum_threshold: below which no deployment goes; the threshold, when left out.
        bound_in_words: whether fewer than three errors will do, as `draft_policy` is told then.

    Raises:
        PolicyError: when the people are no tuning people, the measurement is of a later draw,
            nothing can be chosen on it, or fewer than three errors and that is not to do.
        ProtocolError: when the measurement contradicts itself.
        RecordError: when the values are no choice.
        UsageError: when neither a rate nor a threshold is given, or both, or no such rate or list.
    """
    from workbench.evaluation.measurement import require_consistent  # noqa: PLC0415 - quick

    require_one(target_fpir, threshold)
    if planned_list < 1:
        msg = f"a list of {planned_list:,} references cannot be planned for. Give 1 or more."
        raise UsageError(msg)
    facts = tuning.facts
    require_consistent(tuning, f"measurement {facts.name}")
    if facts.split != "tuning":
        msg = (
            f"measurement {facts.name} is of {facts.split} people, and a threshold is chosen on "
            "tuning people, before the test is opened. Measure with --split tuning."
        )
        raise PolicyError(msg)
    if (drawn := drawn_words(facts)) is not None:
        msg = f"no threshold is chosen on it: {drawn}. Give the folder of draw 0."
        raise PolicyError(msg)
    if target_fpir is not None:
        threshold = chosen_on(tuning, target_fpir, planned_list)
    assert threshold is not None  # noqa: S101 - one of the two is given
    found = tuning_evidence(tuning, threshold)
    if found.few_words is not None and not bound_in_words:
        msg = (
            f"no test is opened for threshold {threshold:g}: {found.few_words}. The policy would "
            "be refused when the test is spent. Measure more tuning people first, or have the "
            "policy say the bound (--bound-in-words, here and in draft)."
        )
        raise PolicyError(msg)
    return ChosenThreshold.read(
        {
            "threshold": threshold,
            "minimum_threshold": threshold if minimum_threshold is None else minimum_threshold,
            "matcher": Matcher(facts.matcher),
            "runtime": RuntimeClass(facts.runtime),
            "planned_list": planned_list,
            "target_fpir": target_fpir,
            "tuning": found,
        },
        what=f"the threshold chosen on measurement {facts.name}",
    )


def tuning_evidence(tuning: Measurement, threshold: float) -> TuningEvidence:
    """Return what a threshold comes to on tuning people.

    Raises:
        PolicyError: when there are no mated or no non-mated searches.
    """
    facts, before = tuning.facts, counted(tuning, threshold, replicates=0)
    return TuningEvidence.read(
        {
            "measurement": facts.name,
            "digest": facts.protocol_sha256,
            "data_set": facts.data_set,
            "list_size": facts.list_size,
            "people": before.nonmated_people,
            "searches": before.fpir.trials,
            "errors": before.fpir.count,
        },
        what=f"what threshold {threshold:g} comes to on measurement {facts.name}",
    )


def require_one(target_fpir: float | None, threshold: float | None) -> None:
    """Let a target rate pass, or a threshold.

    Raises:
        UsageError: when neither is given, or both, or the rate is none.
    """
    if (target_fpir is None) == (threshold is None):
        msg = "a threshold follows from a target FPIR or is given. Give one of the two."
        raise UsageError(msg)
    if target_fpir is not None and not 0.0 < target_fpir < 1.0:
        msg = f"a target FPIR lies above 0 and below 1, and is not {target_fpir:g}. Give one."
        raise UsageError(msg)
