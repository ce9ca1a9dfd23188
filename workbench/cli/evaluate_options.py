"""Options of `workbench evaluate` commands that measure on an identification protocol."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from workbench.cli.options import said
from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.cli.evaluate_measuring import Asked
    from workbench.cli.evaluate_sources import MeasuredFrom
    from workbench.settings import Settings

__all__ = [
    "DataSet",
    "Draws",
    "ListSize",
    "OpenedFor",
    "SplitChoice",
    "SplitOption",
    "WhyOpened",
    "asked_for",
]


class SplitChoice(StrEnum):
    """Which people of a protocol that is split."""

    TUNING = "tuning"
    TEST = "test"


SplitOption: TypeAlias = Annotated[
    SplitChoice | None,
    typer.Option(
        "--split",
        help="Which people of a protocol with a column split, or of an evaluation set. The test is "
        "locked: it takes --policy, and a bench that has its opening on "
        "record.",
    ),
]
ListSize: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--list-size",
        min=1,
        metavar="N",
        help="Draw a list of exactly so many references. Default: all of the protocol.",
    ),
]
Draws: TypeAlias = Annotated[
    int,
    typer.Option("--draws", min=1, metavar="K", help="How many lists of that size are drawn."),
]
DataSet: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--data-set",
        metavar="NAME",
        help="What the images are called. Default: their folder or set.",
    ),
]
OpenedFor: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="ID",
        help="Id that the policy will have for which policy open-test opened the locked test.",
    ),
]
WhyOpened: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--justification",
        "-j",
        parser=said,
        metavar="TEXT",
        help="Why the evaluation set is read, in a few words, or @FILE; kept in the audit log.",
    ),
]


def asked_for(
    images: MeasuredFrom,
    settings: Settings,
    *,
    data_set: str | None,
    split: SplitChoice | None,
    list_size: int | None,
    draws: int,
    policy: str | None,
    bench: str | None,
    justification: str | None,
) -> Asked:
    """Return what the options ask for.

    Raises:
        UsageError: when options do not belong together.
    """
    from workbench.cli.evaluate_measuring import Asked  # noqa: PLC0415 - keeps `--help` quick
    from workbench.cli.evaluate_opening import OpeningFor  # noqa: PLC0415

    if draws > 1 and list_size is None:
        msg = "--draws draws lists of a size. Say --list-size as well."
        raise UsageError(msg)
    if justification is not None:
        msg = (
            "a locked test is opened by workbench policy open-test, which fixes the threshold and "
            "takes --justification. Open it there, and leave --justification out here."
        )
        raise UsageError(msg)
    if split is not SplitChoice.TEST and policy is not None:
        msg = "--policy is of a locked test. Say --split test, or leave it out."
        raise UsageError(msg)
    opening = None
    if split is SplitChoice.TEST and policy is not None:
        opening = OpeningFor(policy, bench, settings)
    return Asked(
        images, data_set, None if split is None else split.value, opening, list_size, draws
    )
