"""What the notebook of the live search opens: a bench by its login, or a demonstration."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import ipywidgets

from widgets.operating import Operator, Source
from widgets.operator_desk import operator

if TYPE_CHECKING:
    from widgets.sample_desk import DemonstrationDesk

__all__ = ["Desk", "live_desk"]

BENCH_VARIABLE: Final = "WORKBENCH_BENCH"
_DEMONSTRATIONS: dict[tuple[object, ...], DemonstrationDesk] = {}
"""Demonstrations of this kernel: a cell that is run again shows the one that it made."""


class Desk(Protocol):
    """A page, and the view of whoever verifies after the first."""

    @property
    def page(self) -> Operator:
        """Return the operator's page."""
        ...

    def second_verifier(self) -> ipywidgets.Widget:
        """Return what the second verifier works with, or who that is."""
        ...


class _BenchDesk:
    """The page of a bench; whoever verifies second logs in on their own."""

    def __init__(self, page: Operator) -> None:
        self.page = page

    def second_verifier(self) -> ipywidgets.HTML:
        """Return who the second verifier is."""
        return ipywidgets.HTML(
            "<b>The second verifier.</b> "
            "Another person opens this notebook under their own login: the alerts wait for them."
        )


def live_desk(
    demonstration: bool | None = None,  # noqa: FBT001 - the first choice of the notebook
    *,
    deployment: str | None = None,
    feed: Source | str | Path | None = None,
    feed_name: str | None = None,
    threshold: float | None = None,
    encoder: str | None = None,
    seconds: float | None = None,
) -> Desk:
    """Return the page of a bench, opened by its login, or that of a demonstration made for it.

    Args:
        demonstration: whether one is made; where WORKBENCH_BENCH names no bench, when left out.
        deployment: reference; the one that is authorised now, when left out.
        feed: where frames come from; asked for on the page when left out.
        feed_name: which of the deployment's feeds that is.
        threshold: offered on the page.
        encoder: of a demonstration.
        seconds: length of a demonstration's recording.

    Raises:
        CredentialError: when nobody is logged in to the bench.
        UsageError: when it is not clear which deployment is meant.
    """
    if demonstration is None:
        demonstration = not os.environ.get(BENCH_VARIABLE)
    if not demonstration:
        return _BenchDesk(
            operator(None, deployment, feed=feed, feed_name=feed_name, threshold=threshold)
        )
    from widgets.sample_desk import demonstration_desk  # noqa: PLC0415 - loads torch

    key = (encoder, seconds)
    if key not in _DEMONSTRATIONS:
        _DEMONSTRATIONS[key] = demonstration_desk(
            encoder=encoder, threshold=threshold, seconds=seconds
        )
    return _DEMONSTRATIONS[key]
