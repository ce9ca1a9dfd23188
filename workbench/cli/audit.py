"""`workbench audit`: check the log, read it, give it to others, and keep its witnesses."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.documents import moment
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Justification, named, said
from workbench.cli.passwords import PasswordStdin, asked_password
from workbench.cli.tables import show_pairs, show_table
from workbench.errors import AuditError, UsageError

if TYPE_CHECKING:
    from workbench.records.audit.checkpoints import Checkpoint
    from workbench.records.audit.faults import Verification
    from workbench.records.audit.reading import Logged

__all__ = ["app"]

FAULTY = 1

app = typer.Typer(
    name="audit",
    help="The audit log: verify it, read it, export it, write checkpoints to its witnesses.",
    epilog=example("workbench audit verify"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


class KindChoice(StrEnum):
    """What of the log is given to others."""

    FULL = "full"
    S62 = "s62"


_Purpose: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--purpose", metavar="NAME", help="Reference of a deployment, number of a case, or an id."
    ),
]


@app.command(
    epilog=example(
        "workbench audit verify",
        "workbench audit verify --offline --witness /mnt/elsewhere/bench-1.jsonl --json",
    )
)
def verify(
    *,
    witness: Annotated[
        list[Path] | None,
        typer.Option(
            "--witness",
            metavar="FILE",
            readable=False,
            help="Witness to hold it against, a file or a maildir, in place of the bench's own. "
            "May be repeated.",
        ),
    ] = None,
    public_key: Annotated[
        str | None,
        typer.Option(
            "--public-key",
            metavar="DIGITS",
            help="Key to check signatures by, as noted elsewhere; that of the bench otherwise.",
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Log in to nothing and write nothing; only look.")
    ] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Check the whole log for edits, gaps, reordering, truncation and rollback; 1 if any is found.

    Deployments, accounts, cases, alerts, verdicts, disclosures and deletion certificates that were
    edited past the log are found too, but for the reasons that people wrote.

    A log that was tampered with takes no entry any more; it is checked all the same.
    """
    from workbench.bench.audit_offline import verify_offline  # noqa: PLC0415 - keeps `--help` quick

    settings = load_settings(bench=bench)
    witnesses = witness or []
    note = ""
    if not offline:
        try:
            with opened(bench, settings) as workbench:
                found = workbench.audit.verify(witnesses=witnesses, public_key=public_key)
        except AuditError as error:
            offline, note = True, f"the bench cannot be opened, so this is not logged: {error}"
    if offline:
        found = verify_offline(
            settings.bench, witnesses=witnesses, public_key=public_key, settings=settings
        )
    _report(found, note, as_json=as_json)
    if not found.ok:
        raise typer.Exit(FAULTY)


@app.command(
    epilog=example(
        'workbench audit show --verb consult --since 2026-11-24T00:00+00:00 -j "weekly check"'
    )
)
def show(
    *,
    justification: Justification,
    since: Annotated[
        datetime | None,
        typer.Option("--since", parser=moment, metavar="TIME", help="The earliest time."),
    ] = None,
    actor: Annotated[
        str | None, typer.Option("--actor", metavar="NAME", help="What this account did.")
    ] = None,
    verb: Annotated[
        str | None, typer.Option("--verb", metavar="VERB", help="What was done, such as consult.")
    ] = None,
    purpose: _Purpose = None,
    object_id: Annotated[
        str | None, typer.Option("--object", metavar="ID", help="What was done to this record.")
    ] = None,
    newest: Annotated[
        int, typer.Option("--newest", metavar="N", help="How many, counted from the end.")
    ] = 100,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Show entries, oldest first; that you read them is an entry too."""
    from workbench.bench.audit_part import Shown  # noqa: PLC0415 - keeps `--help` quick

    shown = Shown(
        since=since,
        actor=actor,
        verb=None if verb is None else _verb(verb),
        purpose=purpose,
        object_id=object_id,
        newest=newest,
    )
    with opened(bench) as workbench:
        found = workbench.audit.show(shown, justification=justification)
    if as_json:
        say_json({"entries": [_plain(one) for one in found]})
        return
    show_table(
        ("entry", "time (UTC)", "who", "did", "for", "why and what"),
        [
            (
                one.seq,
                f"{one.entry.utc:%Y-%m-%d %H:%M:%S}",
                f"{one.entry.actor} ({one.entry.role})",
                one.entry.verb if one.entry.result == "done" else _ended(one),
                one.entry.purpose,
                _told(one),
            )
            for one in found
        ],
    )


@app.command(
    epilog=example(
        'workbench audit export log.jsonl --recipient "ICO" -j "request of 3 November"',
        'workbench audit export s62.jsonl --kind s62 --recipient "ICO" -j "case 14"',
    )
)
def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", readable=False, help="File to write (JSON lines).")
    ],
    *,
    recipient: Annotated[
        str, typer.Option("--recipient", parser=named, metavar="WHO", help="Who gets it.")
    ],
    justification: Justification,
    kind: Annotated[
        KindChoice,
        typer.Option("--kind", help="All of it, or the extract that s.62 of the Act means."),
    ] = KindChoice.FULL,
    purpose: _Purpose = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Write the log to a file for somebody; that is a disclosure, and logged as one."""
    from workbench.bench.audit_part import ExportKind  # noqa: PLC0415 - keeps `--help` quick

    with opened(bench) as workbench:
        made = workbench.audit.export(
            file,
            kind=ExportKind(kind.value),
            recipient=recipient,
            justification=justification,
            purpose=purpose,
            force=force,
        )
    if as_json:
        say_json({"export": made.id, "file": str(file), "sha256": made.sha256})
    else:
        say(f"{file}: {made.what}, for {made.recipient} (SHA-256 {made.sha256}).")


@app.command(epilog=example("workbench audit checkpoint"))
def checkpoint(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Write the newest entry's hash to every witness, and print it to be noted elsewhere."""
    with opened(bench) as workbench:
        head = workbench.audit.checkpoint()
    if as_json:
        say_json(head.plain())
    else:
        show_pairs(
            (
                ("bench", head.bench),
                ("entry", head.seq),
                ("time", f"{head.at:%Y-%m-%d %H:%M:%S} UTC"),
                ("SHA-256", head.hash),
                ("public key", head.public_key),
            )
        )


@app.command(
    "accept-clock",
    epilog=example('workbench audit accept-clock --name root.admin --reason "the clock ran ahead"'),
)
def accept_clock(
    *,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            parser=said,
            metavar="TEXT",
            help="Why the clock is right and the last entry was not.",
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            "--name",
            metavar="ACCOUNT",
            help="Whose password to ask for: with a clock that was set back nobody can log in.",
        ),
    ] = None,
    password_stdin: PasswordStdin = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Accept that the clock is behind the last entry, so that the log goes on."""
    from workbench.bench.audit_offline import accept_clock as accept  # noqa: PLC0415

    settings = load_settings(bench=bench)
    if name is None:
        with opened(bench, settings) as workbench:
            workbench.audit.accept_clock(reason)
            account = workbench.actor.name
    else:
        password = asked_password(from_stdin=password_stdin)
        account = accept(settings.bench, name, password, reason, settings=settings).name
    if as_json:
        say_json({"accepted_by": account})
    else:
        say(f"{account} accepted the clock; the log goes on from here.")


def _report(found: Verification, note: str, *, as_json: bool) -> None:
    notes = [*found.notes, *([note] if note else [])]
    if as_json:
        say_json(
            {
                "ok": found.ok,
                "entries": found.entries,
                "faults": [
                    {"entry": one.seq, "kind": one.kind.value, "text": one.text}
                    for one in found.faults
                ],
                "unlisted": found.unlisted,
                "notes": notes,
                "agrees_to": None if found.last is None else found.last.plain(),
            }
        )
        return
    if found.faults:
        show_table(
            ("entry", "fault", "what"), [(one.seq, one.kind, one.text) for one in found.faults]
        )
        more = f" and {found.unlisted:,} more" if found.unlisted else ""
        say(f"{found.entries:,} entries, {len(found.faults):,} faults{more}.")
    else:
        say(f"{found.entries:,} entries, no fault. {_agreed(found.last)}")
    for one in notes:
        say(f"Note: {one}.")


def _agreed(last: Checkpoint | None) -> str:
    return "" if last is None else f"Entry {last.seq:,} has the SHA-256 {last.hash}."


def _verb(text: str) -> Any:  # noqa: ANN401 - the enumeration, which `--help` need not load
    from workbench.records.audit.verbs import Verb  # noqa: PLC0415

    try:
        return Verb(text)
    except ValueError:
        msg = f"{text!a} is no verb of the log. Choose one of {', '.join(Verb)}."
        raise UsageError(msg) from None


def _plain(one: Logged) -> dict[str, Any]:
    return {"seq": one.seq, "hash": one.hash, **one.entry.plain()}


def _ended(one: Logged) -> str:
    return f"{one.entry.verb} ({one.entry.result})"


def _told(one: Logged) -> str:
    entry = one.entry
    parts = [entry.justification, entry.recipient and f"to {entry.recipient}"]
    parts += [f"{name}: {value}" for name, value in entry.details.items() if value is not None]
    parts += entry.objects
    return "\n".join(part for part in parts if part)
