"""`workbench team`: a store in PostgreSQL in which the database keeps people apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.tables import show_table
from workbench.governance.ranks import Rank
from workbench.governance.roles import Role

__all__ = ["app"]

FAULTS = 1
"""Exit code of a check that found something."""

app = typer.Typer(
    name="team",
    help="A team's store in PostgreSQL: set it up, add people, see what each role can do.",
    epilog=example("workbench team check --bench postgresql://lfr_owner@db.example/lfr"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.command(epilog=example("workbench team setup --bench postgresql://lfr_owner@db.example/lfr"))
def setup(
    *,
    clock_apart: Annotated[
        float,
        typer.Option(
            "--clock-apart",
            min=1.0,
            metavar="SECONDS",
            help="How far the clock of a person's machine may be from that of the database.",
        ),
    ] = 300.0,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Make or renew roles, rules, views and grants, as the owner of the database.

    Run it again after an upgrade, and whenever an account was given another role or disabled.
    """
    with opened(bench) as workbench:
        faults = workbench.team.set_up(clock_apart=timedelta(seconds=clock_apart))
    if as_json:
        say_json({"set_up": True, "faults": list(faults)})
        return
    say("The database keeps the roles of this bench apart.")
    for fault in faults:
        say(f"{fault}.")


@app.command(
    epilog=example("workbench team add ann.analyst --database-user ann --role analyst --create")
)
def add(
    name: Annotated[str, typer.Argument(help="Name of the account.")],
    *,
    database_user: Annotated[
        str,
        typer.Option("--database-user", metavar="USER", help="Database user it comes by."),
    ],
    role: Annotated[
        Role | None,
        typer.Option("--role", help="What a new account is for; left out for one that is there."),
    ] = None,
    rank: Annotated[
        Rank | None, typer.Option("--rank", help="Police rank, which an authorising officer needs.")
    ] = None,
    display: Annotated[
        str, typer.Option("--display", metavar="NAME", help="Name of the person.")
    ] = "",
    create: Annotated[
        bool,
        typer.Option(
            "--create", help="Make the database user, without a password; pg_hba.conf says how."
        ),
    ] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Say by which database user an account comes, as the owner of the database."""
    with opened(bench) as workbench:
        actor = workbench.team.add(
            name, database_user, role=role, rank=rank, display=display, create=create
        )
    if as_json:
        say_json(
            {
                "account": actor.name,
                "role": actor.role.value,
                "database_user": actor.database_user,
                "active": actor.active,
            }
        )
    else:
        say(f"{actor.name}, {actor.role.phrase}, comes by the database user {database_user}.")


@app.command(epilog=example("workbench team check --json"))
def check(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show what each role can read and write, by the database's own word; 1 if it is not right."""
    with opened(bench) as workbench:
        found = workbench.team.check()
    if as_json:
        say_json(found.plain())
    else:
        for role, tables in found.access.items():
            rows = [(table, there.spoken()) for table, there in tables.items() if not there.is_none]
            say(f"{role.phrase} can, and of the rows only those of the role:")
            show_table(("table or view", "rights"), rows)
        for fault in found.faults:
            say(f"not as it should be: {fault}.")
        if not found.faults:
            say("All of it is as it should be.")
    if found.faults:
        raise typer.Exit(FAULTS)


@app.command("key-policy", epilog=example("workbench team key-policy operator > operator.hcl"))
def key_policy(
    role: Annotated[Role, typer.Argument(help="Role that it is for.")],
    *,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Print the policy that a role needs at the key service, for OpenBao or HashiCorp Vault."""
    with opened(bench) as workbench:
        found = workbench.team.key_policy(role)
    if as_json:
        say_json({"role": role.value, "paths": {path: list(can) for path, can in found.items()}})
        return
    for path, can in found.items():
        listed = ", ".join(f'"{one}"' for one in can)
        typer.echo(f'path "{path}" {{\n  capabilities = [{listed}]\n}}')
    if not found:
        say(f"{role.phrase} opens, seals and destroys nothing, and needs no token.")
