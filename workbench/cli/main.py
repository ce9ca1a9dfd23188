"""The `workbench` command: its sub-commands, and how each of them ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib import metadata
from typing import Annotated

import typer

from workbench.cli import (
    alert,
    audit,
    benches,
    blue_list,
    case,
    collection,
    demo,
    deployment,
    enquiry,
    enrol,
    evaluation_set,
    export,
    hold,
    keys,
    live,
    login,
    models,
    outcomes,
    policy,
    publish,
    retention,
    review,
    rules,
    search,
    stage,
    team,
    users,
    watchlist,
)
from workbench.cli.compare import compare
from workbench.cli.console import example, printable
from workbench.cli.dashboard import EXAMPLE as DASHBOARD_EXAMPLE
from workbench.cli.dashboard import dashboard
from workbench.cli.evaluate import evaluate_app
from workbench.cli.interrupts import ended_by_signals
from workbench.cli.lab import EXAMPLE as LAB_EXAMPLE
from workbench.cli.lab import lab
from workbench.errors import WorkbenchError
from workbench.hygiene import harden_process, install_exception_hook, without_credentials
from workbench.hygiene.tracebacks import traceback_text

__all__ = ["app", "main", "run", "version"]

FAILED = 1
INTERRUPTED = 130

app = typer.Typer(
    name="workbench",
    help="Facial recognition that keeps the record: software raises candidates, people decide.",
    epilog=example("workbench demo --output demonstration"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def version() -> str:
    """Return the version of the installed distribution."""
    try:
        return metadata.version("lfr-workbench")
    except metadata.PackageNotFoundError:
        return "unknown (not installed)"


def _show_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if asked:
        typer.echo(f"workbench {version()}")
        raise typer.Exit


@app.callback()
def root(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and stop."
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", hidden=True, help="Show where an error was raised.")
    ] = False,
) -> None:
    """Facial recognition that keeps the record: software raises candidates, people decide."""
    del show_version
    if debug:
        os.environ["WORKBENCH_DEBUG"] = "1"


app.command("init", epilog=benches.INIT_EXAMPLE)(benches.init)
app.command("upgrade", epilog=benches.UPGRADE_EXAMPLE)(benches.upgrade)
app.command("login", epilog=login.LOGIN_EXAMPLE)(login.login)
app.command("logout", epilog=login.LOGOUT_EXAMPLE)(login.logout)
app.command("whoami", epilog=login.WHOAMI_EXAMPLE)(login.whoami)
app.command("roles", epilog=login.ROLES_EXAMPLE)(login.roles)
app.add_typer(team.app, name="team")
app.add_typer(users.app, name="users")
app.add_typer(policy.app, name="policy")
app.add_typer(policy.app, name="policies", hidden=True)  # as it was called before
app.add_typer(deployment.app, name="deployment")
app.add_typer(watchlist.app, name="watchlist")
app.command("demo", epilog=demo.EXAMPLE)(demo.demo)
app.command("enrol", epilog=enrol.EXAMPLE)(enrol.enrol)
app.add_typer(alert.app, name="alert")
app.add_typer(live.app, name="live")
app.command("search", epilog=search.EXAMPLE)(search.search)
app.command("stage", epilog=stage.EXAMPLE)(stage.stage)
app.command("compare", epilog=example("workbench compare first.jpg second.jpg"))(compare)
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(evaluation_set.app, name="evaluation-set")
app.add_typer(models.app, name="models")
app.add_typer(audit.app, name="audit")
app.add_typer(blue_list.app, name="blue-list")
app.add_typer(case.app, name="case")
app.add_typer(collection.app, name="collection")
app.add_typer(review.app, name="review")
app.add_typer(outcomes.app)
app.add_typer(publish.app, name="publish")
app.command("dashboard", epilog=DASHBOARD_EXAMPLE)(dashboard)
app.command("lab", epilog=LAB_EXAMPLE)(lab)
app.add_typer(enquiry.app, name="enquiry")
app.add_typer(hold.app, name="hold")
app.add_typer(retention.app, name="retention")
app.add_typer(export.app, name="export")
app.add_typer(rules.app, name="rules")
app.add_typer(keys.app, name="keys")


def run() -> int:
    """Run the command line as a process of its own: nothing of its memory is to be left behind.

    Core dumps are off, errors show no values, and where memory may be swapped to a disk in the
    clear that is said.
    """
    hardened = harden_process()
    install_exception_hook()
    if os.environ.get("WORKBENCH_DEBUG"):
        for note in hardened:
            sys.stderr.write(f"note: {note}\n")
    return main()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; nothing but `SystemExit` leaves it.

    Args:
        arguments: words after `workbench`; those of the process when `None`.
    """
    _never_fail_on_a_letter()
    try:
        with ended_by_signals():
            return _run(arguments)
    except WorkbenchError as error:
        return _end(str(error), error.exit_code, error)
    except KeyboardInterrupt as error:
        return _end_interrupted(error)
    except BrokenPipeError:
        # Whoever read the output has gone, which is no fault; what is buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        reason = error.strerror or str(error)
        return _end(
            f"{name}{reason}. Check the path, its permissions and the space.", FAILED, error
        )
    except Exception as error:  # noqa: BLE001 - a fault of ours still ends in one line
        kind = type(error).__name__
        return _end(
            f"a fault in the workbench itself ({kind}: {error}). Nothing was left half-written. "
            "Run it again with WORKBENCH_DEBUG=1 to see where, and report that.",
            FAILED,
            error,
        )


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = _command()(
            None if arguments is None else list(arguments),
            prog_name="workbench",
            standalone_mode=False,
        )
    except Exception as error:
        # Wrong usage comes as an exception of typer's own that carries its text and code.
        text = getattr(error, "format_message", None)
        code = getattr(error, "exit_code", None)
        if isinstance(error, WorkbenchError) or text is None or not isinstance(code, int):
            raise
        path = getattr(getattr(error, "ctx", None), "command_path", "workbench")
        said = text().strip().rstrip(".") or "Name a command"
        return _end(f"{said}. See {path} --help.", code, error)
    finally:
        sys.stdout.flush()
    if code == INTERRUPTED:
        return _end_interrupted(None)
    return code if isinstance(code, int) else 0


@cache  # it takes as long to build as many a command takes to run
def _command() -> Callable[..., object]:
    return typer.main.get_command(app)


def _end(message: str, code: int, error: BaseException | None) -> int:
    """Write one line to stderr, and the traceback only where it was asked for."""
    if error is not None and os.environ.get("WORKBENCH_DEBUG"):
        sys.stderr.write(traceback_text(error))
    line = without_credentials(" ".join(message.split()))
    # What was typed may come back in a message; nothing in it is for the terminal to obey.
    sys.stderr.write(f"error: {printable(line)}\n")
    return code


def _end_interrupted(error: BaseException | None) -> int:
    return _end(
        "interrupted; no unfinished result was left. A download that was cut is continued the "
        "next time.",
        INTERRUPTED,
        error,
    )


def _never_fail_on_a_letter() -> None:
    """Let a name be printed by escapes where the terminal's encoding lacks its letters."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
