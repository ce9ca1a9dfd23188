"""Options by which a threshold is chosen, which opening a locked test and drafting share."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from workbench.cli.options import score

__all__ = ["GivenThreshold", "MinimumThreshold", "TargetFpir"]

TargetFpir: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--target-fpir", help="Rate that the threshold is to keep for that list, such as 0.001."
    ),
]
GivenThreshold: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        parser=score,
        metavar="SCORE",
        help="Threshold, in the unit of the scores, in its place.",
    ),
]
MinimumThreshold: TypeAlias = Annotated[
    float | None,
    typer.Option(
        "--minimum-threshold",
        parser=score,
        metavar="SCORE",
        help="Below which no deployment goes. Default: the threshold.",
    ),
]
