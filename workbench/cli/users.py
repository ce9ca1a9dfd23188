"""`workbench users`: accounts of a bench, kept by administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.passwords import PasswordStdin, asked_password, new_password
from workbench.cli.tables import show_table
from workbench.errors import UsageError
from workbench.governance.roles import Role

if TYPE_CHECKING:
    from workbench.governance.ranks import Rank
    from workbench.records.actors import Actor

__all__ = ["app"]

app = typer.Typer(
    name="users",
    help="Accounts of a bench: add, list and change them, set passwords, disable them.",
    epilog=example("workbench users add ann.analyst --role analyst"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

_Name: TypeAlias = Annotated[str, typer.Argument(help="Name of the account.")]
_RankOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--rank",
        metavar="RANK",
        help="Police rank, for example superintendent; an authorising officer needs one.",
    ),
]


@app.command(
    epilog=example("workbench users add s.reid --role authorising-officer --rank superintendent")
)
def add(
    name: _Name,
    *,
    role: Annotated[Role, typer.Option("--role", help="What the account is for.")],
    rank: _RankOption = None,
    display: Annotated[
        str, typer.Option("--display", metavar="NAME", help="The person's name.")
    ] = "",
    database_user: Annotated[
        str | None,
        typer.Option(
            "--database-user",
            metavar="NAME",
            help="Whose connection to a team's store the account comes by.",
        ),
    ] = None,
    no_password: Annotated[
        bool,
        typer.Option("--no-password", help="Set none: JupyterHub or a proxy says who is asking."),
    ] = False,
    password_stdin: PasswordStdin = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Add an account."""
    if no_password and password_stdin:
        msg = "--no-password and --password-stdin exclude each other. Give one of them."
        raise UsageError(msg)
    with opened(bench) as workbench:
        password = None if no_password else new_password(from_stdin=password_stdin, of=name)
        actor = workbench.users.add(
            name,
            role,
            password=password,
            display=display,
            rank=_rank(rank),
            database_user=database_user,
        )
    _told(actor, "was added", as_json=as_json)


@app.command("list", epilog=example("workbench users list --json"))
def list_(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """List the accounts of a bench."""
    with opened(bench) as workbench:
        actors = workbench.users.list()
    if as_json:
        say_json({"users": [_plain(actor) for actor in actors]})
        return
    show_table(
        ("account", "name", "role", "rank", "state"),
        [
            (
                actor.name,
                actor.display,
                actor.role,
                actor.rank,
                "active" if actor.active else "disabled",
            )
            for actor in actors
        ],
    )


@app.command(epilog=example("workbench users change ann.analyst --role reviewer"))
def change(
    name: _Name,
    *,
    role: Annotated[
        Role | None, typer.Option("--role", help="What the account is for from now on.")
    ] = None,
    rank: _RankOption = None,
    enable: Annotated[
        bool, typer.Option("--enable", help="Let a disabled account act again.")
    ] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Change role or rank of an account; it takes effect at once."""
    if role is None and rank is None and not enable:
        msg = "nothing was to be changed. Give --role, --rank or --enable."
        raise UsageError(msg)
    with opened(bench) as workbench:
        actor = workbench.users.change(
            name, role=role, rank=_rank(rank), active=True if enable else None
        )
    _told(actor, "was changed", as_json=as_json)


@app.command(epilog=example("workbench users disable ann.analyst"))
def disable(name: _Name, *, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Let an account act no more; what it did stays on record."""
    with opened(bench) as workbench:
        actor = workbench.users.change(name, active=False)
    _told(actor, "is disabled", as_json=as_json)


@app.command(epilog=example("workbench users password"))
def password(
    name: Annotated[
        str | None,
        typer.Argument(help="Account to give another password; your own if left out."),
    ] = None,
    *,
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin",
            help="Read the new password from standard input; for your own, the current one first, "
            "on a line of its own.",
        ),
    ] = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Set a password: your own, or as an administrator another's."""
    with opened(bench) as workbench:
        own = workbench.actor.name
        if name is None:
            current = asked_password(from_stdin=password_stdin, prompt="Current password: ")
            chosen = new_password(from_stdin=password_stdin, of=own)
            workbench.users.change_own_password(current, chosen)
        else:
            workbench.users.set_password(name, new_password(from_stdin=password_stdin, of=name))
    if as_json:
        say_json({"account": name or own, "changed": "password"})
    else:
        say(f"{name or own}: the password was changed.")


def _rank(text: str | None) -> Rank | None:
    """Return the rank of that name."""
    from workbench.governance.ranks import Rank  # noqa: PLC0415 - keeps `--help` quick

    if text is None:
        return None
    if text not in set(Rank):
        msg = f"there is no rank {text!a}. The ranks are {', '.join(Rank)}."
        raise UsageError(msg)
    return Rank(text)


def _told(actor: Actor, done: str, *, as_json: bool) -> None:
    if as_json:
        say_json(_plain(actor))
    else:
        rank = f", {actor.rank.spoken}" if actor.rank else ""
        say(f"{actor.name} {done}: {actor.role.phrase}{rank}.")


def _plain(actor: Actor) -> dict[str, Any]:
    return {
        "account": actor.name,
        "name": actor.display,
        "role": actor.role.value,
        "rank": actor.rank and actor.rank.value,
        "active": actor.active,
        "database_user": actor.database_user,
    }
