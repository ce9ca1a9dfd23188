"""`workbench outcomes alert-scores`: scores of closed deployments' alerts, and their rate."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.opening import opened
from workbench.cli.options import AsJson, BenchOption, Force, Justification
from workbench.cli.tables import show_pairs
from workbench.cli.whole_files import require_table_file, write_table
from workbench.errors import ProtocolError

if TYPE_CHECKING:
    import polars as pl

    from workbench.evaluation import FieldRate

__all__ = ["EXAMPLE", "alert_scores"]

EXAMPLE = example(
    "workbench outcomes alert-scores -o alerts.parquet -j 'looking again at street/1'"
)


def alert_scores(
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", readable=False, help="File for the table (.csv or .parquet)."
        ),
    ],
    justification: Justification,
    force: Force = False,
    bench: BenchOption = None,
    as_json: AsJson = False,
) -> None:
    """Write scores and labels of alerts of closed deployments, under names that lead to nobody.

    It says how many false alerts there were of the faces seen, for each policy and each way of
    counting faces. Scores below the threshold were never kept: nothing is said of them.
    """
    require_table_file(output, force=force)
    with opened(bench) as workbench:
        frame = workbench.outcomes.alert_scores(justification=justification)
        equity = {one.id: one.equity_brief for one in workbench.policies.list()}
    write_table(frame, output)
    rates = [one | {"equity": equity.get(one["policy"])} for one in _rates(frame)]
    if as_json:
        say_json({"table": str(output), "rows": len(frame), "rates": rates})
    else:
        for number, one in enumerate(rates):
            if number:
                say("")
            show_pairs(_told(one))
    _say_rest(frame, output)


def _rates(frame: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what the alerts amount to, for each policy and each way of counting faces."""
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    from workbench.evaluation import field_rate  # noqa: PLC0415 - keeps `--help` quick

    known = frame.filter(_is_counted())
    found = []
    for (policy, method), part in sorted(known.group_by("policy", "counting_method")):
        facts: dict[str, Any] = {
            "policy": policy,
            "counting_method": method,
            "known_from": part["known_from"].max(),
            "unresolved_alerts": part.filter(pl.col("label") == "unresolved").height,
        }
        try:
            rate = field_rate(part)
        except ProtocolError as error:
            found.append(facts | {"rate": None, "because": str(error)})
        else:
            found.append(facts | _plain(rate))
    return found


def _plain(rate: FieldRate) -> dict[str, Any]:
    drawn = rate.by_deployment
    return {
        "deployments": rate.deployments,
        "faces_seen": rate.faces,
        "false_alerts": rate.false_alerts,
        "rate": rate.rate,
        "is_measurable": rate.measurable,
        "bound": rate.bound,
        "exact_interval": list(rate.exact),
        "by_deployment_interval": None if drawn is None else list(drawn),
    }


def _told(one: dict[str, Any]) -> list[tuple[str, object]]:
    """Return a rate in words, with both intervals."""
    head = [
        ("policy", f"{one['policy']} ({one['equity']})" if one["equity"] else one["policy"]),
        ("faces counted by", one["counting_method"]),
        ("from the score", f"{one['known_from']:.4g}"),
        ("unresolved", f"{one['unresolved_alerts']:,} alerts, counted as no false ones"),
    ]
    if one["rate"] is None:
        return [*head, ("no rate", one["because"])]
    from workbench.governance.deployment_counts import Rate  # noqa: PLC0415 - quick `--help`
    from workbench.governance.field_words import rate_text  # noqa: PLC0415 - quick `--help`
    from workbench.intervals import Interval  # noqa: PLC0415 - keeps `--help` quick
    from workbench.rate_words import few_or_many  # noqa: PLC0415 - keeps `--help` quick

    drawn = Interval(*(one["by_deployment_interval"] or (0.0, 1.0)))
    said = rate_text(Rate.of(one["false_alerts"], one["faces_seen"]), drawn)
    bound = None if one["bound"] is None else f"at most {few_or_many(one['bound'])} (95 %)"
    return [*head, ("deployments", one["deployments"]), ("rate", said), ("bound", bound)]


def _say_rest(frame: pl.DataFrame, output: Path) -> None:
    from workbench.evaluation.adjudicated import CENSORED  # noqa: PLC0415 - keeps `--help` quick

    left = frame.filter(~_is_counted())["deployment"].n_unique()
    if left:
        are = "deployment is" if left == 1 else "deployments are"
        say(
            f"{left:,} {are} in no rate: faces not counted to the end, or counted in two ways, or "
            "searched under several policies."
        )
    if frame.is_empty():
        say("No deployment that was searched is closed, so there is nothing to count.")
    say(CENSORED)
    say(f"{output}: written")


def _is_counted() -> pl.Expr:
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    return pl.all_horizontal(
        pl.col(name).is_not_null() for name in ("policy", "faces_seen", "counting_method")
    )
