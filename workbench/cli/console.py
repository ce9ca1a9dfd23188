"""What every command says and how it ends: one line for an error, a bar for progress."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from rich.console import Console
from rich.markup import escape

from workbench.cli.interrupts import require_not_ended

if TYPE_CHECKING:
    from workbench.images import ImageLimits
    from workbench.settings import Settings

__all__ = [
    "BYTES",
    "Advance",
    "example",
    "image_limits",
    "json_text",
    "load_settings",
    "printable",
    "progress_bar",
    "progress_bars",
    "say",
    "say_json",
    "stderr",
    "stdout",
]

BYTES = "bytes"
"""Unit of a bar that is shown in kB and MB."""


class Advance(Protocol):
    """Moves a bar on."""

    def __call__(self, done: int, total: int | None, note: str = "", /) -> None:
        """Say what is done, of what, if that is known, and what is to be said beside it."""


def stdout() -> Console:
    """Return a console for results; made anew so that it follows a redirected `sys.stdout`."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=True)


def stderr() -> Console:
    """Return a console for progress, notes and errors."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def say(line: str = "", style: str | None = None) -> None:
    """Write a note to stderr, so that stdout carries the result alone.

    No markup is read, and what a terminal would obey is escaped, but for the end of a line.
    """
    shown = "\n".join(map(printable, line.split("\n")))
    stderr().print(escape(shown), style=style)


def say_json(result: Mapping[str, Any]) -> None:
    """Write a result to stdout as JSON, non-ASCII letters as they are if it can carry them."""
    text = json_text(result)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(result, indent=2, allow_nan=False) + "\n"
    sys.stdout.write(text)


def json_text(result: Mapping[str, Any]) -> str:
    """Return a result as JSON that is valid UTF-8, non-ASCII letters as they are.

    A file name that is no text in the system's encoding is kept by escapes, and so is what a
    terminal would obey: JSON itself escapes no more than the first 32 characters.
    """
    text = json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text
    )


def printable(text: str) -> str:
    """Return a text with escapes for what a terminal would obey, for example of a file's name."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def example(*commands: str) -> str:
    """Return the text that ends a command's help."""
    return "[bold]Example[/bold]\n\n" + "\n\n".join(f"  {escape(line)}" for line in commands)


def load_settings(**chosen: object) -> Settings:
    """Read the settings; what the command line chose (not `None`) goes before the environment.

    Raises:
        UsageError: when a setting has a value that cannot be meant; it is named.
    """
    from workbench.settings import load_settings as load  # noqa: PLC0415 - keeps `--help` quick

    return load(**{name: value for name, value in chosen.items() if value is not None})


def image_limits(settings: Settings) -> ImageLimits:
    """Return what images may be at most, by the settings."""
    from workbench.images import ImageLimits  # noqa: PLC0415 - keeps `--help` quick

    return ImageLimits(settings.images.max_pixels, settings.images.max_bytes)


@contextmanager
def progress_bar(description: str, unit: str = "") -> Iterator[Advance]:
    """Show a bar on stderr; yields what takes what is done, the total, if known, and a note.

    On something that is not a terminal nothing is drawn, so that logs stay readable. Each call of
    it raises an interrupt that Python dropped before.
    """
    console = stderr()
    if not console.is_terminal or os.environ.get("TERM") == "dumb":
        yield _not_shown
        return
    from rich.progress import (  # noqa: PLC0415 - keeps `--help` quick
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn() if unit == BYTES else MofNCompleteColumn(),
        TextColumn("" if unit == BYTES else unit),
        TextColumn("{task.fields[note]}", markup=False),
        TimeRemainingColumn(),
    )
    with ExitStack() as stack:
        bar = stack.enter_context(Progress(*columns, console=console, transient=True))
        task = bar.add_task(description, total=None, note="")

        def advance(done: int, total: int | None, note: str = "") -> None:
            require_not_ended()
            bar.update(task, completed=done, total=total, note=note)

        yield advance


@contextmanager
def progress_bars(unit: str) -> Iterator[Callable[[str, int, int | None], None]]:
    """Show one bar after the other; the callback takes a step's name, what is done, the total."""
    with ExitStack() as stack:
        current: dict[str, Advance] = {}

        def tell(step: str, done: int, total: int | None) -> None:
            if step not in current:
                stack.close()
                current.clear()
                current[step] = stack.enter_context(progress_bar(step, unit))
            current[step](done, total)

        yield tell


def _not_shown(_done: int, _total: int | None, _note: str = "") -> None:
    require_not_ended()
