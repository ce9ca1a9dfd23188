"""Evidence for policies that tests issue: made up, and opened on the bench as it must be."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from command_runs import Run
from measured_values import measured

from workbench.bench.default_policies import load_default_policies
from workbench.evaluation.measurement import Measurement, write_measurement
from workbench.governance.openings import Opening
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.policy_choice import ChosenThreshold
from workbench.governance.setups import Matcher

__all__ = [
    "DIGEST",
    "WHY_OPENED",
    "chosen_for",
    "chosen_in",
    "evidence_values",
    "opened_for",
    "policy_document",
    "tuning_for",
    "with_evidence",
]

DIGEST = "a" * 64
"""Of the protocol of the locked test."""
WHY_OPENED = "The threshold is chosen, and nothing more will be."


class _Policies(Protocol):
    def open_test(
        self,
        policy_id: str,
        *,
        digest: str,
        data_set: str,
        justification: str,
        chosen: ChosenThreshold,
    ) -> Opening: ...


class _Bench(Protocol):
    @property
    def policies(self) -> _Policies: ...


def chosen_for(policy: ThresholdPolicy | None = None, **tuning: Any) -> ChosenThreshold:
    """Return the threshold of a policy, chosen on people who do not exist.

    Args:
        policy: the shipped one of the fused matcher when left out.
        tuning: what differs of what it was chosen on.
    """
    of = load_default_policies()[Matcher.FUSED] if policy is None else policy
    counted = {
        "measurement": "made up, tuning",
        "digest": "b" * 64,
        "data_set": "made up",
        "list_size": of.table.list_size,
        "people": 100,
        "searches": 9_000,
        "errors": 9,
    }
    return ChosenThreshold.read(
        {
            "threshold": of.threshold,
            "minimum_threshold": of.minimum_threshold,
            "matcher": of.setup.matcher,
            "runtime": of.setup.runtime,
            "planned_list": of.smallest_list,
            "target_fpir": 0.001,
            "tuning": counted | tuning,
        },
        what="what was chosen",
    )


def evidence_values(policy: ThresholdPolicy, opening: Opening, **changes: Any) -> dict[str, Any]:
    """Return evidence that counts what the table of a policy does, and names an opening."""
    table, chosen = policy.table, opening.chosen
    assert chosen is not None
    return {
        "measurement": "made up, test",
        "data_set": table.data_set,
        "split": "test",
        "rule": "none of them exists",
        "digest": opening.digest,
        "list_size": table.list_size,
        "planned_list": chosen.planned_list,
        "target_fpir": chosen.target_fpir,
        "threshold": policy.threshold,
        "mated_people": 90,
        "nonmated_people": table.people,
        "fpir": {
            "count": table.at_or_above(policy.threshold),
            "trials": table.searches,
            "boot_low": 0.0,
            "boot_high": 1.0,
        },
        "fnir": {"count": 5, "trials": 100},
        "tuning": chosen.tuning.plain(),
        "opened_at": opening.opened_at.isoformat(),
        "opened_by": opening.opened_by,
        "opened_for": opening.policy_id,
        "equity": policy.equity,
        **changes,
    }


def opened_for(
    bench: _Bench,
    policy_id: str,
    digest: str = DIGEST,
    *,
    data_set: str = "made up",
    chosen: ChosenThreshold | None = None,
) -> Opening:
    """Open a locked test for a policy; the threshold is that of the fused default when left out."""
    return bench.policies.open_test(
        policy_id,
        digest=digest,
        data_set=data_set,
        justification=WHY_OPENED,
        chosen=chosen or chosen_for(),
    )


def with_evidence(
    bench: _Bench, policy: ThresholdPolicy, opening: Opening | None = None, **changes: Any
) -> ThresholdPolicy:
    """Return a policy as it is issued: with the evidence of a test that is opened for it now.

    Args:
        bench: opened by whoever issues it.
        policy: with its id.
        opening: of before; a test is opened when left out.
        changes: of the evidence.
    """
    found = opening or opened_for(bench, policy.id, chosen=chosen_for(policy))
    table = policy.table.model_copy(update={"split": "test"})
    values = dict(policy) | {
        "table": table,
        "evidence": evidence_values(policy, found, **changes),
        "measured_on": _said(policy),
    }
    return ThresholdPolicy.read(values, what=f"policy {policy.id}")


def policy_document(run: Run, shown: dict[str, Any], name: str, **changes: Any) -> dict[str, Any]:
    """Return a policy as issue takes it from a file, its locked test opened by a command.

    Args:
        run: a command, as an account.
        shown: a policy, as show --json writes it.
        name: id that it is to have.
        changes: of the policy.
    """
    values = shown | {"id": name} | changes
    policy = ThresholdPolicy.read(shown | {"id": name}, what=name)
    words = ("--digest", DIGEST, "--data-set", "made up", "--justification", WHY_OPENED, "--json")
    with TemporaryDirectory() as folder:
        write_measurement(tuning_for(policy), Path(folder))
        opened = run(
            "data-scientist", "policy", "open-test", name, *chosen_in(folder, policy), *words
        )
    assert opened.code == 0, opened.err
    return values | {
        "table": values["table"] | {"split": "test"},
        "measured_on": _said(policy, values["measured_on"]),
        "evidence": evidence_values(policy, Opening.read(opened.said, what=name)),
    }


def tuning_for(policy: ThresholdPolicy) -> Measurement:
    """Return a measurement of tuning people of whom some reach the threshold of a policy."""
    setup = policy.setup
    return measured(
        "tuning",
        top=policy.threshold - 0.1,
        matcher=setup.matcher.value,
        runtime=setup.runtime.value,
    )


def chosen_in(folder: str | Path, policy: ThresholdPolicy) -> tuple[str, ...]:
    """Return the options of `policy open-test` that fix the threshold of a policy."""
    given = {
        "--tuning": folder,
        "--threshold": policy.threshold,
        "--minimum-threshold": policy.minimum_threshold,
        "--planned-list": policy.smallest_list,
    }
    return tuple(str(word) for pair in given.items() for word in pair)


def _said(policy: ThresholdPolicy, measured_on: str | None = None) -> str:
    """Return what it was measured on, with what must be said of its minimum threshold."""
    words, lower = measured_on or policy.measured_on, policy.minimum_words
    return words if lower is None else f"{words} At its minimum {lower}."
