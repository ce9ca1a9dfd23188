"""`workbench rules`: the rules of the force, proposed by one person and confirmed by another."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.documents import read_document
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Reason, named
from workbench.cli.rule_differences import differences, kept_for
from workbench.cli.tables import show_pairs, show_table
from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.records.rules import RuleChange

__all__ = ["app"]

app = typer.Typer(
    name="rules",
    help="Rules of the force: how long things are kept, who may authorise, what a list may be.",
    epilog=example("workbench rules show"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class ProfileChoice(StrEnum):
    """Retention profiles that ship."""

    MET = "met"
    SWP = "swp"
    STRICTEST = "strictest"


_Change: TypeAlias = Annotated[
    str, typer.Argument(metavar="ID", help="Id of the proposal, or the beginning or end of it.")
]


@app.command(epilog=example("workbench rules show", "workbench rules show --json"))
def show(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show the rules in force, and what is proposed about them."""
    with opened(bench) as workbench:
        rules = workbench.rule_changes.show()
        changes = workbench.rule_changes.list()
    if as_json:
        say_json({"rules": rules.plain(), "changes": [_plain(one) for one in changes]})
        return
    show_table(
        ("class", "kept for", "counted from", "source", "standing"),
        [
            (
                limit.retention.value,
                kept_for(limit.keep),
                limit.starts_from,
                f"{limit.source.text} ({limit.source.where})",
                limit.source.standing.meaning,
            )
            for limit in rules.retention.limits
        ],
    )
    others = {name: value for name, value in rules.plain().items() if name != "retention"}
    show_pairs([("retention", rules.retention.name), *_flat(others)])
    for one in changes:
        if one.is_open:
            say(f"Proposed by {one.proposed_by}, to be confirmed or declined: {one.id}")
            say(f"  {one.reason}")
            for line in differences(one.before, one.rules):
                say(f"  {line}")


@app.command(
    epilog=example(
        'workbench rules propose --retention swp --reason "our own policy of May"',
        'workbench rules propose --keep alert=P7D --policy "Force policy, 4.2" --reason "shorter"',
        'workbench rules propose rules.json --reason "as the board decided"',
    )
)
def propose(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="The rules that change, as JSON or TOML."),
    ] = None,
    *,
    retention: Annotated[
        ProfileChoice | None,
        typer.Option("--retention", help="Retention profile that ships, instead of a file."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep",
            metavar="CLASS=LENGTH",
            help="How long a class is kept, for example alert=P7D; the others stay. Repeatable.",
        ),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option(
            "--policy",
            parser=named,
            metavar="TEXT",
            help="With --keep: the document of the force that says so.",
        ),
    ] = None,
    basis: Annotated[
        str | None,
        typer.Option(
            "--basis",
            parser=named,
            metavar="TEXT",
            help="With --keep: what allows a limit laxer than any that was published.",
        ),
    ] = None,
    reason: Reason,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Propose a change, as an administrator; nothing changes before another confirms it."""
    if sum((file is not None, retention is not None, bool(keep))) != 1:
        msg = "name a FILE with the rules that change, or --retention, or --keep."
        raise UsageError(msg)
    if bool(keep) != (policy is not None) or (basis is not None and not keep):
        msg = "--keep goes with --policy, which names the document of the force that says so."
        raise UsageError(msg)
    values = {} if file is None else read_document(file)
    with opened(bench) as workbench:
        if retention is not None:
            values = _profile(retention)
        elif keep:
            now = workbench.rule_changes.show().retention
            own = now.keeping("own", _spans(keep), where=policy or "", basis=basis)
            values = {"retention": own.plain()}
        change = workbench.rule_changes.propose(values, reason)
    if as_json:
        say_json(_plain(change))
    else:
        say(f"{change.id}: {', '.join(change.fields)} would change. A data protection officer")
        say(f"confirms it: workbench rules confirm {change.id}")


@app.command(epilog=example("workbench rules confirm change-0678f3c2a1b0-9f2c4d7a"))
def confirm(change: _Change, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Put a proposal in force, as a data protection officer who did not make it."""
    with opened(bench) as workbench:
        rules = workbench.rule_changes.confirm(change)
        change = workbench.whole_id("change", change)
    _decided(change, "in force", rules.plain(), as_json=as_json)


@app.command(
    epilog=example('workbench rules decline change-0678f3c2a1b0-9f2c4d7a --reason "too long"')
)
def decline(
    change: _Change,
    *,
    reason: Reason,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Decline a proposal; the rules stay as they are."""
    with opened(bench) as workbench:
        rules = workbench.rule_changes.decline(change, reason)
        change = workbench.whole_id("change", change)
    _decided(change, "declined", rules.plain(), as_json=as_json)


def _profile(choice: ProfileChoice | None) -> dict[str, Any]:
    from workbench.governance.retention_profiles import (  # noqa: PLC0415 - keeps `--help` quick
        profile_named,
    )

    return {"retention": profile_named(str(choice)).plain()}


def _spans(keep: list[str]) -> dict[str, str]:
    """Return lengths of time by class, of `CLASS=LENGTH`."""
    spans = {}
    for one in keep:
        name, is_given, length = one.partition("=")
        if not is_given or name in spans:
            msg = f"--keep {one}: say each class once, with its length, for example alert=P7D."
            raise UsageError(msg)
        spans[name] = length
    return spans


def _decided(change: str, state: str, rules: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        say_json({"change": change, "state": state, "rules": rules})
    else:
        say(f"{change} is {state}.")


def _plain(change: RuleChange) -> dict[str, Any]:
    return {
        "id": change.id,
        "fields": list(change.fields),
        "before": {name: change.before.get(name) for name in change.fields},
        "after": {name: change.rules[name] for name in change.fields},
        "reason": change.reason,
        "proposed_by": change.proposed_by,
        "proposed": change.proposed.isoformat(),
        "decision": change.decision,
        "decided_by": change.decided_by,
        "decided": None if change.decided is None else change.decided.isoformat(),
    }


def _flat(values: dict[str, Any], before: str = "") -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for name, value in values.items():
        if isinstance(value, dict):
            found += _flat(value, f"{before}{name}.")
        else:
            found.append((f"{before}{name}", "none" if value is None else value))
    return found
