"""`workbench init` and `workbench upgrade`: making a bench, and bringing it to this version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.documents import read_document
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.passwords import PasswordStdin, asked_password, new_password

if TYPE_CHECKING:
    from workbench.bench.backups import BackupAdvice

__all__ = ["INIT_EXAMPLE", "UPGRADE_EXAMPLE", "init", "upgrade"]

INIT_EXAMPLE = example("workbench init --bench ~/lfr --administrator ada.example")
UPGRADE_EXAMPLE = example("workbench upgrade ada.example --bench ~/lfr")


def init(
    *,
    bench: BenchOption = None,
    administrator: Annotated[
        str,
        typer.Option(
            "--administrator", "-a", metavar="NAME", help="Account that adds all the others."
        ),
    ],
    display: Annotated[
        str, typer.Option("--display", metavar="NAME", help="That person's name.")
    ] = "",
    kind: Annotated[
        Literal["operational", "demonstration"],
        typer.Option(
            "--kind", help="A demonstration holds sample people alone, and never anybody else."
        ),
    ] = "operational",
    rules: Annotated[
        Path | None,
        typer.Option(
            "--rules",
            metavar="FILE",
            help="Rules of the force (JSON or TOML): ranks, limits, retention. Default: the "
            "product's own.",
        ),
    ] = None,
    password_stdin: PasswordStdin = False,
    as_json: AsJson = False,
) -> None:
    """Make a bench: its records, its keys apart from them, and its first account."""
    from workbench.bench import Rules, Workbench  # noqa: PLC0415 - keeps `--help` quick
    from workbench.bench.backups import backup_advice  # noqa: PLC0415
    from workbench.bench.opening import TRUST  # noqa: PLC0415

    settings = load_settings(bench=bench)
    read = None if rules is None else Rules.read(read_document(rules), what=str(rules))
    places = Workbench.create(
        settings.bench,
        administrator,
        new_password(from_stdin=password_stdin, of=administrator),
        display=display,
        kind=kind,
        rules=read,
        settings=settings,
    )
    advice = backup_advice(places, read or Rules())
    if as_json:
        say_json({"bench": settings.bench, "kind": kind, **_plain(advice)})
    else:
        say(f"A bench was made: {settings.bench} ({kind}).")
        for sentence in advice.sentences():
            say(sentence)
        say(f"Log in: workbench login {administrator} --bench {settings.bench}")
    if places.folder is not None:
        say(TRUST)


def upgrade(
    name: Annotated[str, typer.Argument(help="Account of an administrator.")],
    *,
    bench: BenchOption = None,
    password_stdin: PasswordStdin = False,
    as_json: AsJson = False,
) -> None:
    """Bring the records of a bench to the schema of this version; make a backup before."""
    from workbench.bench.upgrading import upgrade_bench  # noqa: PLC0415 - keeps `--help` quick

    settings = load_settings(bench=bench)
    done = upgrade_bench(
        settings.bench, name, asked_password(from_stdin=password_stdin), settings=settings
    )
    if as_json:
        say_json({"bench": settings.bench, "before": done.before, "after": done.after})
    elif done.before == done.after:
        say(f"{settings.bench} has schema {done.after}, that of this version; nothing was done.")
    else:
        say(f"{settings.bench} was brought from schema {done.before} to {done.after}.")


def _plain(advice: BackupAdvice) -> dict[str, Any]:
    return {
        "back_up": advice.backed_up,
        "never_back_up_with_it": str(advice.never_with_it),
        "witness": str(advice.witness),
        "keys_restorable_hours": advice.restorable.total_seconds() / 3600,
    }
