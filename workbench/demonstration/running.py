"""The whole demonstration in order, and all that it leaves: files, and a bench for the screens."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from workbench.bench.audit_part import head_line
from workbench.bench.retention import IssuedCertificate
from workbench.bench.search_output import ALERTS_PAGE, SUMMARY
from workbench.demonstration.bench import DemonstrationBench
from workbench.demonstration.cast import ANALYST, OPERATOR, PROTECTION
from workbench.demonstration.outcome import Outcome
from workbench.demonstration.sample import Sample
from workbench.demonstration.scene import stage
from workbench.demonstration.steps import (
    RECIPIENT,
    WHY,
    Authorised,
    apply,
    authorise,
    build_list,
    decided,
    end_deployment,
    review_list,
    search,
)
from workbench.demonstration.thresholds import require_threshold
from workbench.errors import UnknownRecordError, WorkbenchError
from workbench.feeds import CrowdSettings
from workbench.governance.deployment_records import DeploymentRecord
from workbench.governance.deployments import DeploymentState
from workbench.governance.retention import RetentionClass
from workbench.records.audit.checkpoints import Checkpoint
from workbench.records.audit.faults import Verification
from workbench.reports import render_alerts
from workbench.reports.certificates import certificate_values

__all__ = ["CERTIFICATE_JSON", "CERTIFICATE_PAGE", "Demonstrated", "run"]

Progress = Callable[[str, int, int | None], None]
"""Is told the name of the step, what is done of it, and of how much if that is known."""

CERTIFICATE_PAGE: Final = "certificate.html"
CERTIFICATE_JSON: Final = "certificate.json"
_INTERRUPTED: Final = "Demonstration: it was interrupted."


@dataclass(frozen=True, slots=True, eq=False)
class Demonstrated:
    """A demonstration that went the whole way.

    Attributes:
        authorised: who applied, who authorised, under which policy.
        outcome: of the search, as it was decided.
        certificate: of the destroyed watchlist.
        record: what is kept of the deployment for good.
        alerts_until: when the alerts in the bench are to be gone; `None` where there are none.
        verification: of the audit log, at the end.
        head: the newest entry of the audit log after that.
    """

    authorised: Authorised
    outcome: Outcome
    certificate: IssuedCertificate
    record: DeploymentRecord
    alerts_until: datetime | None
    verification: Verification
    head: Checkpoint

    def summary(self) -> dict[str, Any]:
        """Return all of it as plain values, without any face."""
        authorised, found = self.authorised, self.verification
        return self.outcome.summary() | {
            "authority": {
                "applicant": authorised.applicant,
                "officer": authorised.officer,
                "rank": authorised.rank,
                "until": authorised.until,
                "policy": authorised.policy,
                "equity": authorised.equity,
            },
            "record": self.record.shown(),
            "alerts_kept_until": self.alerts_until and self.alerts_until.isoformat(),
            "certificate": certificate_values(self.certificate.page()),
            "audit": {
                "whole": found.ok,
                "entries": found.entries,
                "faults": len(found.faults) + found.unlisted,
                "head": head_line(self.head),
            },
        }


def run(
    sample: Sample,
    bench: DemonstrationBench,
    folder: Path,
    *,
    threshold: float | None = None,
    crowd: CrowdSettings | None = None,
    progress: Progress | None = None,
) -> Demonstrated:
    """Do everything: apply, authorise, enrol, review, search, decide, close, destroy the list.

    `folder` gets `redacted.mp4`, `alerts.html`, `summary.json`, `certificate.json` and
    `certificate.html`; the bench keeps the alerts and the record. The crowd itself, in which faces
    can be seen, lives in a folder within and goes at the end. Where anything goes wrong, or
    somebody interrupts, the deployment ends there and its list is destroyed; a process that is
    killed leaves that to the end of the authority.

    Args:
        sample: the photographs and the models.
        bench: made if it is not there.
        folder: exists, outside the bench.
        threshold: from which an alert is raised; that of the policy when left out.
        crowd: how to stage; the demonstration's own way when left out.
        progress: is told of each step.

    Raises:
        PolicyError: when the threshold is below the policy's minimum.
        RefusedError: when the bench is no demonstration's.
    """

    def telling(step: str) -> Callable[[int, int | None], None]:
        return lambda done, total: progress(step, done, total) if progress else None

    require_threshold(sample.settings.encoder, threshold)
    reference = apply(bench, sample)
    with _ended_in_any_case(bench, reference):
        authorised = authorise(bench, sample, reference)
        build_list(bench, sample, reference)
        review_list(bench, reference)
        with TemporaryDirectory(prefix=".staged-", dir=folder) as temporary:
            video = Path(temporary) / "staged_crowd.mp4"
            scene = stage(sample, video, crowd=crowd, progress=telling("Staging"))
            found = search(
                bench,
                sample,
                scene,
                reference,
                folder,
                threshold=threshold,
                progress=telling("Searching"),
            )
        outcome = decided(bench, found)
        _write_page(bench, outcome, folder)
        certificate = end_deployment(bench, reference)
    done = _looked_back(bench, authorised, outcome, certificate, folder)
    text = json.dumps(done.summary(), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / SUMMARY).write_text(f"{text}\n", "utf-8")
    return done


def _write_page(bench: DemonstrationBench, outcome: Outcome, folder: Path) -> None:
    """Write the page of alerts, and record that it and the summary leave the bench."""
    shown = [outcome.session, *(alert.id for alert in outcome.finding.alerts)]
    with bench.opened(OPERATOR) as operator:
        operator.exports.write_file(
            outcome.reference,
            folder / ALERTS_PAGE,
            render_alerts(outcome.page()).encode("utf-8"),
            what=f"{ALERTS_PAGE} of the demonstration",
            recipient=RECIPIENT,
            justification=WHY,
            objects=shown,
        )
        operator.exports.disclose(
            outcome.reference,
            what=f"{SUMMARY} of the demonstration, without faces",
            recipient=RECIPIENT,
            justification=WHY,
            objects=shown,
        )


def _looked_back(
    bench: DemonstrationBench,
    authorised: Authorised,
    outcome: Outcome,
    certificate: IssuedCertificate,
    folder: Path,
) -> Demonstrated:
    """Write the certificate, and look at record and log as they are afterwards."""
    reference = authorised.reference
    with bench.opened(ANALYST) as analyst:
        record = analyst.deployments.record(reference)
    with bench.opened(PROTECTION) as protection:
        retention = protection.retention
        retention.write_json(certificate, folder / CERTIFICATE_JSON, recipient=RECIPIENT)
        retention.write_page(certificate, folder / CERTIFICATE_PAGE, recipient=RECIPIENT)
        plan = retention.plan()
        verification = protection.audit.verify()
        head = protection.audit.head()
    due = [
        row.due
        for row in plan.rows
        if row.reference == reference and row.retention == RetentionClass.ALERT.value and row.due
    ]
    return Demonstrated(
        authorised, outcome, certificate, record, min(due, default=None), verification, head
    )


@contextmanager
def _ended_in_any_case(bench: DemonstrationBench, reference: str) -> Iterator[None]:
    """End a deployment that did not come to its end, and destroy its list."""
    try:
        yield
    except BaseException:
        with suppress(WorkbenchError):
            _abandon(bench, reference)
        raise


def _abandon(bench: DemonstrationBench, reference: str) -> None:
    with bench.opened(ANALYST) as analyst:
        state = analyst.deployments.get(reference).state
        if state is DeploymentState.LIVE:
            analyst.deployments.close(reference)
        elif state in {DeploymentState.APPLIED, DeploymentState.AUTHORISED}:
            analyst.deployments.cancel(reference, _INTERRUPTED)
        with suppress(UnknownRecordError):
            analyst.watchlists.purge(reference)
