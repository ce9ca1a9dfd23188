"""From the false alerts of closed deployments to the report that shows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from workbench.evaluation.alert_rates import AlertRates, FalseAlerts, RatesAtKept
from workbench.evaluation.field import FieldRate
from workbench.rate_words import few_or_many, rate_ends_words
from workbench.reports.alert_rate_words import bound_words, false_words
from workbench.reports.evaluation_page import Column, EvaluationPage, FigureTable, Section
from workbench.reports.evaluation_words import out_of, score
from workbench.reports.page import Figure

__all__ = ["alerts_page"]

LIMITS: Final = (
    (
        "Faces seen are an estimate of captures and no count of people: who passes twice is two. "
        "Faces that were counted in two ways are never added up."
    ),
    (
        "At a threshold those deployments are counted that kept all alerts from there on. At "
        "another they may be others: of other places, days and lists."
    ),
    (
        "Both intervals are shown. The exact one takes faces, or alerts, for independent, which "
        "they are not. That by deployment takes deployments for the trials."
    ),
    (
        "True and false are what people decided on each alert. What was not decided is counted "
        "both ways, since nobody knows which it is."
    ),
    "A score compares pictures. It does not say who someone is, and a high one may be wrong.",
)
_IN_NO_RATE: Final = (
    "Deployments in no rate: {:,}. They searched under several policies, or their faces were not "
    "counted to the end or were counted in two ways."
)
_COLUMNS: Final = (
    "From the score", "Deployments", "False alerts", "Rate", "95 %, by deployment", "95 %, exact",
    "With unresolved as false", "Rate then", "95 %, by deployment", "95 %, exact",
)  # fmt: skip


def alerts_page(rates: Sequence[AlertRates], result: Mapping[str, Any]) -> EvaluationPage:
    """Return the report of a table of adjudicated alerts.

    Args:
        rates: of `workbench.evaluation.alert_rates`.
        result: what `workbench evaluate alerts` writes as JSON.
    """
    left = result["deployments_in_no_rate"]
    most = max((one for one in rates if one.rates), key=_faces, default=None)
    return EvaluationPage(
        title="False alerts of closed deployments",
        headline=_headline(most),
        made=f"Of {result['deployments']:,} closed deployments in {result['alerts']}.",
        figures=_figures(most, result),
        sections=[section for one in rates for section in _sections(one)],
        limits=LIMITS,
        provenance=[
            ("Table", str(result["alerts"])),
            ("Digest of the table", str(result["alerts_sha256"])),
        ],
        notices=(
            str(result["censored"]),
            *([_IN_NO_RATE.format(left)] if left else []),
        ),
    )


def _faces(one: AlertRates) -> int:
    return one.rates[-1].of_faces.best.faces


def _headline(one: AlertRates | None) -> str:
    if one is None:
        return "There is no rate in this table."
    row = one.rates[-1]
    of_alerts = (
        "No alert was raised there"
        if row.of_alerts is None
        else f"Of the alerts: {false_words(row.of_alerts.best)}"
    )
    return (
        f"Policy {one.policy}, at or above {score(row.threshold)}. Of the faces seen: "
        f"{false_words(row.of_faces.best)}; if all {row.unresolved:,} unresolved alerts are false, "
        f"{false_words(row.of_faces.worst)}. {of_alerts}. Counted in {row.deployments:,} "
        "deployments."
    )


def _figures(one: AlertRates | None, result: Mapping[str, Any]) -> tuple[Figure, ...]:
    deployments = Figure("Deployments", f"{result['deployments']:,}", "closed, in the table")
    if one is None:
        return (deployments,)
    row = one.rates[-1]
    at = f"at or above {score(row.threshold)}"
    return (
        deployments,
        Figure("Faces seen", f"{row.of_faces.best.faces:,}", f"counted by {one.counting_method}"),
        Figure("Alerts", f"{row.alerts:,}", f"{at}; {row.true:,} true"),
        Figure("False alerts", f"{row.false:,}", at),
        Figure("Unresolved", f"{row.unresolved:,}", "counted both ways"),
    )


def _sections(one: AlertRates) -> list[Section]:
    name = f"policy {one.policy}, faces counted by {one.counting_method}"
    where = f"{one.policy}-{one.counting_method}".replace("/", "-").replace(" ", "-")
    sizes = one.list_sizes
    listed = (
        "How long their lists were is not known."
        if sizes is None
        else f"Their lists had {sizes[0]:,} to {sizes[1]:,} references."
    )
    said = [f"{one.deployments:,} deployments. {listed}"]
    if one.because is not None:
        return [Section(f"none-{where}", f"No rate: {name}", [*said, one.because])]
    return [
        _section(f"faces-{where}", f"Of the faces seen: {name}", said, one, _of_faces),
        _section(f"alerts-{where}", f"Of the alerts: {name}", said, one, _of_alerts),
    ]


def _section(
    where: str,
    title: str,
    said: Sequence[str],
    one: AlertRates,
    chosen: Callable[[RatesAtKept], FalseAlerts | None],
) -> Section:
    rows = [
        (score(row.threshold), _deployments(row), *_cells(found.best), *_cells(found.worst))
        for row in one.rates
        if (found := chosen(row)) is not None
    ]
    columns = [Column(heading) for heading in _COLUMNS]
    if not rows:
        return Section(where, title, [*said, "No alert was raised, so there is no such share."])
    return Section(where, title, said, table=FigureTable(title, columns, rows))


def _of_faces(row: RatesAtKept) -> FalseAlerts:
    return row.of_faces


def _of_alerts(row: RatesAtKept) -> FalseAlerts | None:
    return row.of_alerts


def _deployments(row: RatesAtKept) -> str:
    return out_of(row.deployments, row.deployments + row.without)


def _cells(rate: FieldRate) -> tuple[str, str, str, str]:
    grouped = "too few to say" if rate.by_deployment is None else _ends(*rate.by_deployment)
    return (
        out_of(rate.false_alerts, rate.faces),
        few_or_many(rate.rate) if rate.measurable else bound_words(rate),
        grouped if rate.measurable else "",
        _ends(*rate.exact),
    )


def _ends(low: float, high: float) -> str:
    return rate_ends_words(low, high).removeprefix("95 % interval").lstrip(": ")
