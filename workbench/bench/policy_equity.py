"""The folder of a comparison of groups, read as what a policy carries of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.bench.policy_pairs import drawn_words
from workbench.bench.policy_setups import measured_setup
from workbench.errors import PolicyError
from workbench.governance.policy_equity import EquityEvidence

if TYPE_CHECKING:
    from workbench.evaluation.equity_facts import StepFacts
    from workbench.matching.calibration import Calibration

__all__ = ["read_equity_evidence"]


def read_equity_evidence(folder: Path, calibration: Calibration | None = None) -> EquityEvidence:
    """Return what a folder of `workbench evaluate equity` holds, its groups compared again.

    Args:
        folder: that was written with `--report`.
        calibration: what fused the scores; that which ships, when left out.

    Raises:
        PolicyError: when another calibration fused the scores, or the list is a later draw.
        ProtocolError: when there is no such record, or its parts do not come to what it says.
        RecordError: when a policy cannot hold it, such as the name of a group.
    """
    from workbench.evaluation.equity_folder import read_equity  # noqa: PLC0415 - opens quickly

    kept = read_equity(folder)
    facts, searched = kept.facts, kept.facts.measurement
    if (drawn := drawn_words(searched)) is not None:
        msg = f"{folder}: {drawn}. Give the comparison of groups of draw 0."
        raise PolicyError(msg)
    return EquityEvidence.read(
        {
            "sha256": kept.sha256,
            "measurement": searched.name,
            "data_set": searched.data_set,
            "split": searched.split,
            "rule": searched.rule,
            "digest": searched.protocol_sha256,
            "setup": measured_setup(searched, calibration),
            "list_size": searched.list_size,
            "synthetic_references": searched.synthetic_references,
            "people": facts.people,
            "groups": facts.groups,
            "reference": facts.reference,
            "smallest_people": facts.smallest_people,
            "fewest_errors": facts.fewest_errors,
            "compared": [_at(step) for step in facts.steps],
            "searched_at": searched.created,
            "compared_at": facts.created,
        },
        what=f"the comparison of groups in {folder}",
    )


def _at(step: StepFacts) -> dict[str, object]:
    return {
        "threshold": step.threshold,
        "times": step.step,
        "comparisons": step.comparisons,
        "differences": step.differences,
        "rates": [one.model_dump(exclude={"measurable"}) for one in step.rates],
    }
