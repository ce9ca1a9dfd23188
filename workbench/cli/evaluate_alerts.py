"""`workbench evaluate alerts`: false alerts of closed deployments, at each threshold they kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import example, say, say_json
from workbench.cli.evaluate_making import ReportFolder, ResultFile, require_free
from workbench.cli.evaluate_telling import table
from workbench.cli.evaluate_writing import report_folder, write_report, write_result
from workbench.cli.options import AsJson, Force

if TYPE_CHECKING:
    import polars as pl

    from workbench.evaluation.alert_rates import AlertRates, FalseAlerts, RatesAtKept
    from workbench.evaluation.field import FieldRate

__all__ = ["EXAMPLE", "alerts"]

EXAMPLE = example("workbench evaluate alerts alerts.parquet --report field")


def alerts(
    file: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="FILE",
            help="Table that workbench outcomes alert-scores wrote (CSV or Parquet).",
        ),
    ],
    *,
    output: ResultFile = None,
    report: ReportFolder = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Measure false alerts of closed deployments, of the faces seen and of the alerts.

    For each policy and each way of counting faces, at each threshold that a deployment kept its
    alerts from. Unresolved alerts are counted both ways. Scores below the threshold of a search
    were never kept: nothing is said of them, nor of listed people who were missed.
    """
    from workbench.evaluation.adjudicated import CENSORED, alert_scores  # noqa: PLC0415 - quick
    from workbench.evaluation.alert_rates import alert_rates  # noqa: PLC0415

    require_free(output, report, file, force=force)
    with report_folder(report, "evaluate alerts", force=force) as folder:
        scores = alert_scores(file)
        rates, left = alert_rates(scores)
        result = {
            "alerts": file.name,
            "alerts_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "censored": CENSORED,
            "deployments": scores["deployment"].n_unique(),
            "deployments_in_no_rate": left,
            "rates": [_plain(one) for one in rates],
        }
        if folder is not None:
            from workbench.reports.evaluation_alerts import alerts_page  # noqa: PLC0415 - quick

            write_report(folder, alerts_page(rates, result), result, {"rates": _frame(rates)})
    write_result(result, output)
    if as_json:
        say_json(result)
    else:
        _show(rates)
    _say_rest(result)
    if report is not None:
        say(f"{report}: report.html, result.json and the figures as Parquet")


def _plain(one: AlertRates) -> dict[str, Any]:
    return {
        "policy": one.policy,
        "counting_method": one.counting_method,
        "deployments": one.deployments,
        "list_sizes": None if one.list_sizes is None else list(one.list_sizes),
        "because": one.because,
        "thresholds": [_plain_row(row) for row in one.rates],
    }


def _plain_row(row: RatesAtKept) -> dict[str, Any]:
    return {
        "threshold": row.threshold,
        "deployments": row.deployments,
        "deployments_kept_from_higher": row.without,
        "faces_seen": row.of_faces.best.faces,
        "alerts": row.alerts,
        "true_alerts": row.true,
        "false_alerts": row.false,
        "unresolved_alerts": row.unresolved,
        "of_faces": _plain_rates(row.of_faces),
        "of_alerts": None if row.of_alerts is None else _plain_rates(row.of_alerts),
    }


def _plain_rates(found: FalseAlerts) -> dict[str, Any]:
    return {"best": _plain_rate(found.best), "worst": _plain_rate(found.worst)}


def _plain_rate(rate: FieldRate) -> dict[str, Any]:
    grouped = rate.by_deployment
    return {
        "count": rate.false_alerts,
        "of": rate.faces,
        "rate": rate.rate,
        "is_measurable": rate.measurable,
        "bound": rate.bound,
        "exact_interval": list(rate.exact),
        "by_deployment_interval": None if grouped is None else list(grouped),
    }


def _frame(rates: list[AlertRates]) -> pl.DataFrame:
    """Return a row for each policy, way of counting and threshold, with flat columns."""
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    rows = []
    for one in rates:
        for row in one.rates:
            flat = {
                name: value
                for name, value in asdict(row).items()
                if name not in {"of_faces", "of_alerts"}
            }
            for name, found in (("faces", row.of_faces), ("alerts", row.of_alerts)):
                for kind in ("best", "worst"):
                    rate = None if found is None else _plain_rate(getattr(found, kind))
                    flat |= _flat(f"of_{name}_{kind}", rate)
            rows.append({"policy": one.policy, "counting_method": one.counting_method, **flat})
    return pl.DataFrame(rows, infer_schema_length=None)


def _flat(name: str, rate: Mapping[str, Any] | None) -> dict[str, float | int | None]:
    if rate is None:
        empty = ("count", "of", "rate", "exact_low", "exact_high", "by_low", "by_high")
        return {f"{name}_{part}": None for part in empty}
    low, high = rate["by_deployment_interval"] or (None, None)
    return {
        f"{name}_count": rate["count"],
        f"{name}_of": rate["of"],
        f"{name}_rate": rate["rate"],
        f"{name}_exact_low": rate["exact_interval"][0],
        f"{name}_exact_high": rate["exact_interval"][1],
        f"{name}_by_low": low,
        f"{name}_by_high": high,
    }


def _show(rates: list[AlertRates]) -> None:
    from workbench.reports.alert_rate_words import false_words  # noqa: PLC0415 - quick `--help`

    for one in rates:
        named = f"{one.policy}, {one.counting_method}"
        if one.because is not None:
            say(f"Policy and way of counting {named}: no rate: {one.because}")
            continue
        rows = [
            (
                f"{row.threshold:.4g}",
                what,
                false_words(found.best),
                false_words(found.worst),
            )
            for row in one.rates
            for what, found in (("faces seen", row.of_faces), ("alerts", row.of_alerts))
            if found is not None
        ]
        table(
            (f"{named}: from the score", "Of", "False alerts", "With unresolved ones as false"),
            rows,
        )


def _say_rest(result: Mapping[str, Any]) -> None:
    left = result["deployments_in_no_rate"]
    if left:
        are = "deployment is" if left == 1 else "deployments are"
        say(
            f"{left:,} {are} in no rate: faces not counted to the end, or counted in two ways, or "
            "searched under several policies."
        )
    if not result["rates"]:
        say("No deployment in the table knows its policy and its faces, so there is no rate.")
    say(str(result["censored"]))
