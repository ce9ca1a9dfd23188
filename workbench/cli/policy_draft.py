"""`workbench policy draft`: a policy written from two measurements, for `issue` to take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from workbench.cli.console import example, say_json
from workbench.cli.policy_options import GivenThreshold, MinimumThreshold, TargetFpir

__all__ = ["DRAFT_EXAMPLE", "draft"]

DRAFT_EXAMPLE = example(
    "workbench policy draft street/1 --tuning tuning --test test --target-fpir 0.001 "
    "--largest-list 2000 > policy.json"
)


def draft(
    policy: Annotated[str, typer.Argument(metavar="ID", help="Id that it is issued under.")],
    *,
    tuning: Annotated[
        Path,
        typer.Option(
            "--tuning",
            readable=False,
            metavar="DIR",
            help="Measurement of tuning people, as --report of evaluate writes it; the threshold "
            "is chosen on this.",
        ),
    ],
    test: Annotated[
        Path,
        typer.Option(
            "--test",
            readable=False,
            metavar="DIR",
            help="Measurement of the locked test that was opened for this policy; its rates are "
            "reported.",
        ),
    ],
    largest_list: Annotated[
        int, typer.Option("--largest-list", min=1, help="Most references on a list.")
    ],
    smallest_list: Annotated[
        int, typer.Option("--smallest-list", min=1, help="Fewest references on a list.")
    ] = 1,
    planned_list: Annotated[
        int | None,
        typer.Option(
            "--planned-list",
            min=1,
            help="List that the threshold is chosen for. Default: the largest.",
        ),
    ] = None,
    target_fpir: TargetFpir = None,
    threshold: GivenThreshold = None,
    minimum_threshold: MinimumThreshold = None,
    equity: Annotated[
        Path | None,
        typer.Option(
            "--equity",
            readable=False,
            metavar="DIR",
            help="Comparison of groups at the threshold, as --report of evaluate equity writes it. "
            "Default: not measured.",
        ),
    ] = None,
    draws: Annotated[
        int, typer.Option("--draws", min=1, help="Draws of the protocol in the test.")
    ] = 1,
    bound_in_words: Annotated[
        bool,
        typer.Option(
            "--bound-in-words",
            help="Draft it although fewer than three errors were seen; the policy then says how "
            "high the rate may be.",
        ),
    ] = False,
) -> None:
    """Write a policy from two measurements to standard output, as JSON that issue takes.

    The threshold is the lowest that keeps the rate on tuning people; what the policy says of it was
    counted on the locked test. Rates for lists of another size are marked as extrapolated.
    """
    from workbench.bench.policy_drafting import PlannedUse, draft_policy  # noqa: PLC0415
    from workbench.bench.policy_equity import read_equity_evidence  # noqa: PLC0415
    from workbench.evaluation.measurement import read_measurement  # noqa: PLC0415
    from workbench.records.moments import utc_now  # noqa: PLC0415

    use = PlannedUse(
        smallest_list=smallest_list,
        largest_list=largest_list,
        planned_list=planned_list,
        target_fpir=target_fpir,
        threshold=threshold,
        minimum_threshold=minimum_threshold,
        bound_in_words=bound_in_words,
        equity=None if equity is None else read_equity_evidence(equity),
        draws=draws,
    )
    drafted = draft_policy(
        policy, read_measurement(tuning), read_measurement(test), use, now=utc_now()
    )
    say_json(drafted.plain())
