"""`workbench policy`: thresholds that searches may use, and what they were measured on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.documents import read_document
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.policy_draft import DRAFT_EXAMPLE, draft
from workbench.cli.policy_opening import OPEN_EXAMPLE, open_test
from workbench.cli.policy_telling import decided_pairs, monitored_pairs
from workbench.cli.tables import show_pairs, show_table

if TYPE_CHECKING:
    from workbench.governance.openings import Opening
    from workbench.governance.policies import ThresholdPolicy

__all__ = ["app"]

app = typer.Typer(
    name="policy",
    help="Threshold policies: draft, issue, approve and read them, and how they do in the field.",
    epilog=example("workbench policy list"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_Id: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="Id of the policy.")]


@app.command("list", epilog=example("workbench policy list --json"))
def list_(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """List the threshold policies of a bench."""
    with opened(bench) as workbench:
        found = workbench.policies.list()
    if as_json:
        say_json({"policies": [_facts(policy) for policy in found]})
        return
    show_table(
        ("policy", "matcher", "threshold", "minimum", "unit", "equity", "approval"),
        [
            (
                policy.id,
                policy.matcher,
                f"{policy.threshold:g}",
                f"{policy.minimum_threshold:g}",
                policy.unit,
                policy.equity_words,
                policy.approval,
            )
            for policy in found
        ],
        whole=("policy",),
    )


@app.command(epilog=example("workbench policy show default-fused/1"))
def show(policy: _Id, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show a policy; as JSON with its whole table of measured scores, as issue takes it."""
    with opened(bench) as workbench:
        found = workbench.policies.get(policy)
    if as_json:
        say_json(found.plain())
    else:
        facts = _facts(found)
        evidence = facts.pop("evidence")
        show_pairs([*facts.items(), *evidence.items()])


@app.command(epilog=example("workbench policy approve default-fused/1"))
def approve(policy: _Id, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Approve a policy for operational use, as an authorising officer who does not own it."""
    with opened(bench) as workbench:
        found = workbench.policies.approve(policy)
    _told(found, as_json=as_json)


@app.command(epilog=example("workbench policy issue street-2026.json"))
def issue(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The policy (JSON), as show --json writes one.")
    ],
    *,
    equity: Annotated[
        Path | None,
        typer.Option(
            "--equity",
            readable=False,
            metavar="DIR",
            help="Comparison of groups that the policy rests on, as --report of evaluate equity "
            "writes it.",
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Issue a policy that draft wrote; you answer for it, and another approves it.

    Its evidence names a locked test that was opened for it with open-test.
    """
    from workbench.governance.policies import ThresholdPolicy  # noqa: PLC0415

    policy = ThresholdPolicy.read(read_document(file), what=str(file))
    with opened(bench) as workbench:
        found = workbench.policies.issue(policy, equity=equity)
    _told(found, as_json=as_json)


app.command("draft", epilog=DRAFT_EXAMPLE)(draft)
app.command("open-test", epilog=OPEN_EXAMPLE)(open_test)


@app.command("openings", epilog=example("workbench policy openings"))
def openings(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """List every opening of a locked test: for which policy, by whom, when, why, what it fixed."""
    with opened(bench) as workbench:
        found = workbench.policies.openings()
    if as_json:
        say_json({"openings": [one.plain() for one in found]})
        return
    show_table(
        ("policy", "data set", "protocol", "opened", "fixed", "why"),
        [_opening(one) for one in found],
        whole=("policy",),
    )


@app.command("monitor", epilog=example("workbench policy monitor default-fused/1"))
def monitor(policy: _Id, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show how a policy does in the field: false alerts a face."""
    with opened(bench) as workbench:
        found = workbench.policies.monitor(policy)
        equity = workbench.policies.get(policy).equity_words
    if as_json:
        say_json(found.plain() | {"equity": equity})
        return
    show_pairs(monitored_pairs(found, equity))


def _opening(found: Opening) -> tuple[str, ...]:
    return (
        found.policy_id,
        found.data_set,
        found.digest[:12],
        found.words,
        "no threshold" if found.chosen is None else found.chosen.words,
        found.justification,
    )


def _told(policy: ThresholdPolicy, *, as_json: bool) -> None:
    if as_json:
        say_json(_facts(policy))
    else:
        show_pairs(decided_pairs(policy))
        say(f"{policy.id}: {policy.approval}; {policy.equity_words}.")


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
        "equity": policy.equity_words,
        "evidence": dict(policy.evidence_words),
        "owner": policy.owner,
        "approval": policy.approval,
        "created": policy.created.isoformat(),
        "review_by": policy.review_by.isoformat(),
    }
