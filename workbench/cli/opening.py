"""The bench that a command works with, opened by whoever is logged in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workbench.cli.console import load_settings, say

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.notices import Notice
    from workbench.settings import Settings

__all__ = ["opened", "tell_of_faults"]


@contextmanager
def opened(bench: str | None, settings: Settings | None = None) -> Iterator[Workbench]:
    """Open the bench that `--bench` or the settings name; says what its store cannot promise.

    Raises:
        CredentialError: when nobody is logged in.
        StoreError: when there is no bench, or it cannot be opened.
    """
    from workbench.bench import Workbench  # noqa: PLC0415 - keeps `--help` quick

    settings = settings or load_settings(bench=bench)
    with Workbench.open(bench, settings=settings, tell=tell_of_faults) as workbench:
        if workbench.is_demonstration:
            say("Demonstration: this bench holds sample people and nobody else.")
        yield workbench


def tell_of_faults(_bench: str, notices: tuple[Notice, ...]) -> None:
    """Say what looks wrong at each command; what is so all the time is said at the login."""
    for notice in notices:
        if notice.kind in {"put-back", "retention"}:
            say(notice.text, style="bold")
