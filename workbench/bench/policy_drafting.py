"""A threshold policy drafted from two measurements: chosen on tuning people, reported on others.

The threshold is the lowest that keeps a rate on tuning people, for the list that is planned. What
the policy then says of it was counted on the locked test, which nothing was chosen on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from workbench.bench.policy_choosing import require_one, tuning_evidence
from workbench.bench.policy_counting import CountedSearches, chosen_on, counted, score_table
from workbench.bench.policy_pairs import require_pair
from workbench.bench.policy_setups import measured_setup
from workbench.errors import PolicyError, UsageError
from workbench.governance.counted_errors import carried
from workbench.governance.equity_words import EQUITY_NOT_MEASURED
from workbench.governance.policies import Origin, ThresholdPolicy
from workbench.governance.policy_equity import EquityEvidence
from workbench.governance.policy_equity_rules import with_equity
from workbench.governance.policy_evidence import PolicyEvidence
from workbench.governance.policy_few import needed_words
from workbench.rate_words import few_or_many

if TYPE_CHECKING:
    from workbench.evaluation.measurement import Measurement
    from workbench.matching.calibration import Calibration

__all__ = ["REVIEW_AFTER", "PlannedUse", "draft_policy"]

REVIEW_AFTER: Final = timedelta(days=365)
"""When a policy is to be looked at again; the product's own choice."""

_REPLICATES: Final = 1000
_FAR_BEYOND: Final = 2
"""How many times the planned list a largest list is, from which on the policy says what of it."""
_LIMITS: Final = (
    "The encoders may have seen some of these people in training. Nothing measured on these images "
    "need carry to a street."
)


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """What a policy is drafted for.

    Attributes:
        smallest_list: fewest references on a list.
        largest_list: most of them.
        planned_list: for which the threshold is chosen; the largest, when left out.
        target_fpir: rate that it is to keep for such a list; or
        threshold: that is given instead. One of the two.
        minimum_threshold: below which no deployment goes; the threshold, when left out.
        bound_in_words: whether a rate of fewer than three errors may stand in it as its bound.
        equity: the comparison of groups, as `read_equity_evidence` reads it; `None` without one.
        draws: of the protocol, which the measurement of the test is of.
    """

    smallest_list: int
    largest_list: int
    planned_list: int | None = None
    target_fpir: float | None = None
    threshold: float | None = None
    minimum_threshold: float | None = None
    bound_in_words: bool = False
    equity: EquityEvidence | None = None
    draws: int = 1

    @property
    def list_size(self) -> int:
        """The list that the threshold is for."""
        return self.largest_list if self.planned_list is None else self.planned_list


def draft_policy(
    policy_id: str,
    tuning: Measurement,
    test: Measurement,
    use: PlannedUse,
    *,
    now: datetime,
    calibration: Calibration | None = None,
    replicates: int = _REPLICATES,
    seed: int = 0,
) -> ThresholdPolicy:
    """Return a policy with its evidence, as `bench.policies.issue` takes it.

    Args:
        policy_id: id under which the locked test was opened, and the policy will be issued.
        tuning: measurement that the threshold is chosen on.
        test: measurement on the locked test that was opened for this policy.
        use: what it is for.
        now: the moment; whoever issues it sets the time anew.
        calibration: what fused the scores; that which ships, when left out.
        replicates: of the bootstrap by identity.
        seed: of the bootstrap.

    Raises:
        PolicyError: when the two do not belong together, the test was not opened for this policy
            or not after the tuning people were measured, or the threshold rests on fewer than
            three errors and nothing is to say so; or the comparison of groups says nothing of it.
        ProtocolError: when a measurement contradicts itself.
        RecordError: when the values are no policy.
        UsageError: when neither a rate nor a threshold is given, or both, or no such rate.
    """
    from workbench.evaluation.measurement import require_consistent  # noqa: PLC0415 - quick

    _require_one(use)
    for measured in (tuning, test):
        require_consistent(measured, f"measurement {measured.facts.name}")
    require_pair(policy_id, tuning, test)
    threshold = use.threshold
    if use.target_fpir is not None:
        threshold = chosen_on(tuning, use.target_fpir, use.list_size)
    assert threshold is not None  # noqa: S101 - one of the two is given
    found = counted(test, threshold, replicates=replicates, seed=seed)
    evidence = _evidence(policy_id, tuning, test, use, found)
    few = evidence.few_errors
    if few is not None and not use.bound_in_words:
        msg = (
            f"policy {policy_id} cannot be drafted with threshold {threshold:g}: {few}. "
            f"Measure more people who are not on the list ({needed_words(evidence)}), or have the "
            "policy say the bound (--bound-in-words). Another threshold would be another policy, "
            "and no evidence for this one."
        )
        raise PolicyError(msg)
    drafted = ThresholdPolicy.read(
        {
            "id": policy_id,
            "origin": Origin.ISSUED,
            "setup": measured_setup(test.facts, calibration),
            "unit": test.facts.unit,
            "threshold": threshold,
            "threshold_reason": _reason(use, evidence),
            "minimum_threshold": (
                threshold if use.minimum_threshold is None else use.minimum_threshold
            ),
            "smallest_list": use.smallest_list,
            "largest_list": use.largest_list,
            "table": score_table(test, threshold),
            "measured_on": _measured_on(evidence, use),
            "evidence": evidence,
            "created": now,
            "owner": "draft",
            "review_by": now + REVIEW_AFTER,
        },
        what=f"policy {policy_id}",
    )
    lower = drafted.minimum_words
    if lower is not None:
        said = f"{drafted.measured_on} At its minimum {lower}."
        drafted = drafted.model_copy(update={"measured_on": said})
    return drafted if use.equity is None else with_equity(drafted, use.equity)


def _require_one(use: PlannedUse) -> None:
    require_one(use.target_fpir, use.threshold)
    if not 1 <= use.smallest_list <= use.list_size <= use.largest_list:
        msg = (
            f"lists of {use.smallest_list:,} to {use.largest_list:,} references, planned for "
            f"{use.list_size:,}, cannot be. Give them in their order, from 1."
        )
        raise UsageError(msg)


def _evidence(
    policy_id: str,
    tuning: Measurement,
    test: Measurement,
    use: PlannedUse,
    found: CountedSearches,
) -> PolicyEvidence:
    facts = test.facts
    return PolicyEvidence.read(
        {
            "measurement": facts.name,
            "data_set": facts.data_set,
            "split": facts.split,
            "rule": facts.rule,
            "digest": facts.protocol_sha256,
            "list_size": facts.list_size,
            "synthetic_references": facts.synthetic_references,
            "planned_list": use.list_size,
            "target_fpir": use.target_fpir,
            "threshold": found.threshold,
            "mated_people": found.mated_people,
            "nonmated_people": found.nonmated_people,
            "fpir": found.fpir,
            "fnir": found.fnir,
            "draws": use.draws,
            "tuning": tuning_evidence(tuning, found.threshold),
            "opened_at": facts.opened,
            "opened_by": facts.opened_by,
            "opened_for": policy_id,
        },
        what=f"the evidence of policy {policy_id}",
    )


def _reason(use: PlannedUse, evidence: PolicyEvidence) -> str:
    if use.target_fpir is None:
        tuning = evidence.tuning
        return (
            f"given, for lists of {use.list_size:,} references; on tuning people "
            f"{tuning.errors:,} of {tuning.searches:,} non-mated searches reach it"
        )
    return (
        f"the lowest that keeps FPIR {few_or_many(use.target_fpir)} on tuning people in a list of "
        f"{use.list_size:,} references"
    )


def _measured_on(evidence: PolicyEvidence, use: PlannedUse) -> str:
    """Return what it was measured on, what is extrapolated, and where the data end."""
    few = evidence.few_errors
    sizes = {use.smallest_list, use.largest_list} - {evidence.list_size}
    beyond = (
        f"Rates for lists of another size than {evidence.list_size:,} are extrapolated, taking "
        "references for independent. "
        if sizes
        else ""
    )
    missed = evidence.missed_target
    return (
        f"{evidence.fpir.trials:,} non-mated searches of {evidence.nonmated_people:,} people and "
        f"{evidence.fnir.trials:,} mated searches of {evidence.mated_people:,} people in a list of "
        f"{evidence.list_size:,} references ({evidence.data_set}; {evidence.split} people). The "
        f"threshold was chosen on others ({evidence.tuning.measurement}). {beyond}"
        f"{_far_beyond(evidence, use)}"
        f"{'' if missed is None else f'Beware: {missed}. '}"
        f"{'' if few is None else f'Fewer than three errors were seen: {few}. '}"
        f"Equity {EQUITY_NOT_MEASURED}. {_LIMITS}"
    )


def _far_beyond(evidence: PolicyEvidence, use: PlannedUse) -> str:
    """Return what the largest list comes to, where it is far larger than the planned one."""
    if use.largest_list < _FAR_BEYOND * use.list_size:
        return ""
    errors = evidence.fpir
    high = carried(errors.interval.high, evidence.list_size, use.largest_list)
    return (
        f"Lists may have {use.largest_list:,} references, far more than the {use.list_size:,} that "
        f"the threshold is for: there FPIR may be as high as {few_or_many(high)} (upper end of the "
        "95 % interval, extrapolated). "
    )
