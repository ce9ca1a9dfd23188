"""`workbench policies`: thresholds that searches may use, and what they were measured on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.documents import read_document
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.tables import show_pairs, show_table

if TYPE_CHECKING:
    from workbench.governance.policies import ThresholdPolicy

__all__ = ["app"]

app = typer.Typer(
    name="policies",
    help="Threshold policies: list, read, approve and issue them.",
    epilog=example("workbench policies list"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_Id: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="Id of the policy.")]


@app.command("list", epilog=example("workbench policies list --json"))
def list_(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """List the threshold policies of a bench."""
    with opened(bench) as workbench:
        found = workbench.policies.list()
    if as_json:
        say_json({"policies": [_facts(policy) for policy in found]})
        return
    show_table(
        ("policy", "matcher", "threshold", "minimum", "unit", "approval"),
        [
            (
                policy.id,
                policy.matcher,
                f"{policy.threshold:g}",
                f"{policy.minimum_threshold:g}",
                policy.unit,
                policy.approval,
            )
            for policy in found
        ],
        whole=("policy",),
    )


@app.command(epilog=example("workbench policies show default-fused/1"))
def show(policy: _Id, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show a policy; as JSON with its whole table of measured scores, as issue takes it."""
    with opened(bench) as workbench:
        found = workbench.policies.get(policy)
    if as_json:
        say_json(found.plain())
    else:
        show_pairs(_facts(found).items())


@app.command(epilog=example("workbench policies approve default-fused/1"))
def approve(policy: _Id, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Approve a policy for operational use, as an authorising officer who does not own it."""
    with opened(bench) as workbench:
        found = workbench.policies.approve(policy)
    _told(found, as_json=as_json)


@app.command(epilog=example("workbench policies issue street-2026.json"))
def issue(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The policy (JSON), as show --json writes one.")
    ],
    *,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Issue a policy from an evaluation; you answer for it, and another approves it."""
    from workbench.governance.policies import ThresholdPolicy  # noqa: PLC0415

    policy = ThresholdPolicy.read(read_document(file), what=str(file))
    with opened(bench) as workbench:
        found = workbench.policies.issue(policy)
    _told(found, as_json=as_json)


def _told(policy: ThresholdPolicy, *, as_json: bool) -> None:
    if as_json:
        say_json(_facts(policy))
    else:
        say(f"{policy.id}: {policy.approval}.")


def _facts(policy: ThresholdPolicy) -> dict[str, Any]:
    return {
        "policy": policy.id,
        "origin": policy.origin.value,
        "matcher": policy.matcher.value,
        "runtime": policy.setup.runtime.value,
        "threshold": policy.threshold,
        "threshold_reason": policy.threshold_reason,
        "minimum_threshold": policy.minimum_threshold,
        "unit": policy.unit,
        "list_sizes": f"{policy.smallest_list:,} to {policy.largest_list:,}",
        "measured_on": policy.measured_on,
        "equity": policy.equity,
        "owner": policy.owner,
        "approval": policy.approval,
        "created": policy.created.isoformat(),
        "review_by": policy.review_by.isoformat(),
    }
