"""Evidence for policies that tests issue: made up, and opened on the bench as it must be."""

from __future__ import annotations

from typing import Any, Protocol

from command_runs import Run

from workbench.governance.openings import Opening
from workbench.governance.policies import ThresholdPolicy

__all__ = [
    "DIGEST",
    "WHY_OPENED",
    "evidence_values",
    "opened_for",
    "policy_document",
    "with_evidence",
]

DIGEST = "a" * 64
"""Of the protocol of the locked test."""
WHY_OPENED = "The threshold is chosen, and nothing more will be."


class _Policies(Protocol):
    def open_test(
        self, policy_id: str, *, digest: str, data_set: str, justification: str
    ) -> Opening: ...


class _Bench(Protocol):
    @property
    def policies(self) -> _Policies: ...


def evidence_values(policy: ThresholdPolicy, opening: Opening, **changes: Any) -> dict[str, Any]:
    """Return evidence that counts what the table of a policy does, and names an opening."""
    table = policy.table
    return {
        "measurement": "made up, test",
        "data_set": table.data_set,
        "split": "test",
        "rule": "none of them exists",
        "digest": opening.digest,
        "list_size": table.list_size,
        "planned_list": policy.smallest_list,
        "target_fpir": 0.001,
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
        "tuning": {
            "measurement": "made up, tuning",
            "digest": "b" * 64,
            "data_set": opening.data_set,
            "list_size": table.list_size,
            "people": 100,
            "searches": 9_000,
            "errors": 9,
        },
        "opened_at": opening.opened_at.isoformat(),
        "opened_by": opening.opened_by,
        "opened_for": opening.policy_id,
        "equity": policy.equity,
        **changes,
    }


def opened_for(bench: _Bench, policy_id: str, digest: str = DIGEST) -> Opening:
    """Open a locked test for a policy."""
    return bench.policies.open_test(
        policy_id, digest=digest, data_set="made up", justification=WHY_OPENED
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
    found = opened_for(bench, policy.id) if opening is None else opening
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
    opened = run("data-scientist", "policy", "open-test", name, *words)
    assert opened.code == 0, opened.err
    return values | {
        "table": values["table"] | {"split": "test"},
        "measured_on": _said(policy, values["measured_on"]),
        "evidence": evidence_values(policy, Opening.read(opened.said, what=name)),
    }


def _said(policy: ThresholdPolicy, measured_on: str | None = None) -> str:
    """Return what it was measured on, with what must be said of its minimum threshold."""
    words, lower = measured_on or policy.measured_on, policy.minimum_words
    return words if lower is None else f"{words} At its minimum {lower}."
