"""`workbench keys`: the master key, and putting another in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import example, load_settings, progress_bar, say, say_json
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption
from workbench.cli.tables import show_pairs

if TYPE_CHECKING:
    from workbench.settings import Settings

__all__ = ["app"]

app = typer.Typer(
    name="keys",
    help="The master key: which one wraps the data keys, and putting another in its place.",
    epilog=example("workbench keys status"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.command(epilog=example("workbench keys status --json"))
def status(*, bench: BenchOption = None, as_json: AsJson = False) -> None:
    """Show which master key wraps how many data keys; no key is shown."""
    with opened(bench) as workbench:
        found = workbench.keys.status()
    if as_json:
        say_json(found.plain())
        return
    show_pairs(
        [
            ("where", found.where),
            ("in use", found.current),
            *((f"wrapped by {name}", count) for name, count in sorted(found.wrapped_by.items())),
            (
                "rotation",
                "not finished: run workbench keys rotate" if found.is_rotating else "none",
            ),
        ]
    )


@app.command(
    epilog=example(
        "workbench keys rotate",
        "workbench keys rotate --new-variable WORKBENCH_MASTER_KEY_2027",
    )
)
def rotate(
    *,
    new_variable: Annotated[
        str | None,
        typer.Option(
            "--new-variable",
            metavar="NAME",
            help="Environment variable that holds the new master key, where the present one is in "
            "the environment.",
        ),
    ] = None,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Put a new master key in place and wrap every data key by it; nothing is encrypted anew.

    Cut off at any point, run it again. A key service makes its new version by itself beforehand.
    """
    settings = _with_variable(load_settings(bench=bench), new_variable)
    with opened(bench, settings) as workbench, progress_bar("Data keys", "keys") as progress:
        done = workbench.keys.rotate(progress)
    if as_json:
        say_json(done.plain())
    else:
        how = "The rotation that was cut off is finished" if done.resumed else "Rotated"
        say(f"{how}: {done.rewrapped} data keys are wrapped anew, all by {done.current}.")
        say(done.advice)


def _with_variable(settings: Settings, name: str | None) -> Settings:
    if name is None:
        return settings
    keys = settings.keys.model_copy(update={"new_master_variable": name})
    return settings.model_copy(update={"keys": keys})
