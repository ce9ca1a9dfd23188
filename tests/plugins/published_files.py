"""The files of every kind of publication, of the published example and of a drawn deployment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import dataframely as dy
import polars as pl
from deployment_values import application, authority_values

from workbench.governance.authorisation import Authority
from workbench.governance.costs import CostLine, Costs
from workbench.governance.deployment_counts import DeploymentCounts
from workbench.governance.deployment_outcomes import DeploymentOutcome
from workbench.governance.deployments import DeploymentState
from workbench.governance.retention_profiles import MET
from workbench.outcomes import OutcomeRecords, met_deployments, newest
from workbench.records.audit.verbs import Verb
from workbench.reports.publication_annual import annual_page
from workbench.reports.publication_building import (
    annual_files,
    foi_files,
    log_files,
    notice_files,
    record_files,
    review_files,
)
from workbench.reports.publication_foi import foi_page
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_log import LoggedAct, log_page
from workbench.reports.publication_notice import notice_page
from workbench.reports.publication_review import review_page

__all__ = ["HEAD", "NOON", "files_of_all_kinds"]

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
HEAD = PublicationHead("A title", "A force, some days", ("a grid",), NOON, "demonstration",
                       (421, "ab" * 32), ("One is in no figure.",))  # fmt: skip


@cache
def files_of_all_kinds() -> Mapping[str, Mapping[str, bytes]]:
    """Return the files of each kind, called `p`, without a PDF; `grid` is a record of many."""
    whole = met_deployments()
    day = _of(date(2024, 6, 28), date(2024, 6, 28))
    month = _of(date(2024, 6, 1), date(2024, 6, 30))
    acts = (LoggedAct(1, NOON, Verb.CONSULT, "manager", "administration", {"export": 2}, "done"),)
    notice = notice_page(
        application(),
        Authority.read(authority_values(), what="authority"),
        DeploymentState.AUTHORISED,
        profile=MET,
        zone=ZoneInfo("Europe/London"),
        contact="101",
        complaints="102",
    )
    return {
        "record": record_files("p", HEAD, day, whole, pdf=False),
        "grid": record_files("p", HEAD, month, whole, pdf=False),
        "annual": annual_files("p", HEAD, annual_page(month, whole), pdf=False),
        "foi": foi_files("p", HEAD, foi_page(day, whole), pdf=False),
        "notice": notice_files("p", HEAD, notice, pdf=False),
        "review": review_files("p", HEAD, review_page(_outcome()), pdf=False),
        "log": log_files("p", HEAD, log_page(acts, entries=7, faults=0), acts, pdf=False),
    }


def _of(first: date, last: date) -> dy.DataFrame[OutcomeRecords]:
    whole = met_deployments()
    ours = newest(whole).filter(pl.col("date").is_between(first, last))["record"]
    return OutcomeRecords.cast(whole.filter(pl.col("record").is_in(ours.implode())))


def _outcome() -> DeploymentOutcome:
    return DeploymentOutcome(
        reference="2026-11/HIGH-ST-1",
        force="A force",
        place="High Street, by the bank",
        town="Croydon",
        state=DeploymentState.CLOSED,
        starts=NOON,
        ends=NOON + timedelta(hours=6),
        ended=NOON + timedelta(hours=5),
        feeds=("gate",),
        searches=1,
        searched_minutes=120.5,
        list_references=1_200,
        list_subjects=900,
        counts=DeploymentCounts.of({}, [], faces_seen=400, unengaged_is_no_action=False),
        blue_list_alerts=0,
        costs=Costs(lines=(CostLine(what="officers", amount=None),)),
    )
