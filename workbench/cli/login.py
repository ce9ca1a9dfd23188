"""`workbench login`, `logout`, `whoami` and `roles`: who is asking, and what they may."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.opening import opened, tell_of_faults
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.passwords import PasswordStdin, asked_password
from workbench.cli.tables import show_pairs, show_table
from workbench.errors import WorkbenchError
from workbench.hygiene import swap_warning

if TYPE_CHECKING:
    from workbench.settings import Settings

__all__ = [
    "LOGIN_EXAMPLE",
    "LOGOUT_EXAMPLE",
    "ROLES_EXAMPLE",
    "WHOAMI_EXAMPLE",
    "login",
    "logout",
    "roles",
    "whoami",
]

LOGIN_EXAMPLE = example(
    "workbench login ann.analyst --bench ~/lfr",
    "workbench login demo-operator --bench demonstration-bench",
)
LOGOUT_EXAMPLE = example("workbench logout")
WHOAMI_EXAMPLE = example("workbench whoami --json")
ROLES_EXAMPLE = example("workbench roles")


def login(
    name: Annotated[str, typer.Argument(help="Account of the bench.")],
    *,
    bench: BenchOption = None,
    password_stdin: PasswordStdin = False,
    as_json: AsJson = False,
) -> None:
    """Log in to a bench for the commands of this terminal; it ends by itself after 8 hours.

    A demonstration asks for no password: it holds nobody whom one would protect.
    """
    from workbench.bench import Workbench  # noqa: PLC0415 - keeps `--help` quick
    from workbench.bench.opening import bench_kind_of  # noqa: PLC0415
    from workbench.identity.sessions import SessionFile, session_folder  # noqa: PLC0415

    settings = load_settings(bench=bench)
    if bench_kind_of(settings.bench) == "demonstration":
        token = Workbench.login_demonstration(settings.bench, name, settings=settings)
    else:
        password = asked_password(from_stdin=password_stdin)
        token = Workbench.login(settings.bench, name, password, settings=settings)
    with Workbench.open(
        settings.bench, credential=token, settings=settings, tell=tell_of_faults
    ) as workbench:
        expires = workbench.expires
        SessionFile(workbench.id, session_folder(os.environ)).save(token, expires=expires)
        actor, promise = workbench.actor, workbench.promise
        found = {
            "bench": settings.bench,
            "account": actor.name,
            "role": actor.role.value,
            "expires": expires.isoformat(),
            "demonstration": workbench.is_demonstration,
        }
    if as_json:
        say_json(found)
    else:
        say(f"{actor.name} is logged in as {actor.role.phrase} until {expires:%Y-%m-%d %H:%M} UTC.")
    if found["demonstration"]:
        say("Demonstration: this bench holds sample people and nobody else.")
    for warning in (promise, swap_warning()):
        if warning is not None:
            say(warning)


def logout(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Forget who is logged in to a bench at this terminal."""
    from workbench.bench.opening import bench_id_of  # noqa: PLC0415 - keeps `--help` quick
    from workbench.identity.sessions import SessionFile, session_folder  # noqa: PLC0415

    settings = load_settings(bench=bench)
    file = SessionFile(bench_id_of(settings.bench), session_folder(os.environ))
    there = file.path.exists()
    file.delete()
    _tell_of_faults(settings)
    if as_json:
        say_json({"bench": settings.bench, "was_logged_in": there})
    else:
        say("Logged out." if there else "Nobody was logged in.")


def _tell_of_faults(settings: Settings) -> None:
    """Say what looks wrong with a bench; whoever leaves it has left it all the same."""
    from workbench.bench.notices import notices_at  # noqa: PLC0415 - keeps `--help` quick

    try:
        tell_of_faults(settings.bench, notices_at(settings))
    except WorkbenchError as error:
        say(f"Whether the records were put back to an earlier state cannot be told: {error}")


def whoami(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Say who is logged in to a bench, in which role and until when."""
    with opened(bench) as workbench:
        actor = workbench.actor
        found = {
            "account": actor.name,
            "name": actor.display,
            "role": actor.role.value,
            "rank": actor.rank and actor.rank.value,
            "until": workbench.expires.isoformat(),
            "bench": workbench.id,
            "kind": "demonstration" if workbench.is_demonstration else "operational",
        }
    if as_json:
        say_json(found)
    else:
        show_pairs(found.items())


def roles(*, as_json: AsJson = False) -> None:
    """Print what each role may do: the whole table."""
    from workbench.governance.permissions import table  # noqa: PLC0415 - keeps `--help` quick

    rows = table()
    if as_json:
        say_json(
            {
                "roles": [
                    {
                        "role": row.role.value,
                        "meaning": row.meaning,
                        "permissions": {one.value: one.meaning for one in row.permissions},
                    }
                    for row in rows
                ]
            }
        )
        return
    show_table(
        ("role", "may"),
        [
            (f"{row.role.value}\n{row.meaning}", "\n".join(one.meaning for one in row.permissions))
            for row in rows
        ],
    )
