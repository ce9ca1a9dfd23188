"""What a live search found, put together from the records for a page: alerts as they stand now."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from workbench.bench.alert_access import document_of
from workbench.bench.alert_limits import within_limit
from workbench.bench.context import Acting, Context
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.score_meaning import meaning_under
from workbench.governance.session_counts import SessionCounts
from workbench.governance.session_setup import SessionSetup
from workbench.records.alerts import list_alerts
from workbench.records.deployments import DeploymentRow
from workbench.records.policies import find_policy
from workbench.records.sessions import SessionRow

if TYPE_CHECKING:
    from workbench.reports.finding import Finding
    from workbench.reports.page import TruthView

__all__ = ["finding_of"]


def finding_of(
    context: Context,
    acting: Acting,
    deployment: DeploymentRow,
    session: SessionRow,
    *,
    truths: Mapping[str, TruthView] | None = None,
) -> Finding:
    """Return what a search found, with the pictures of its alerts.

    Alerts that were destroyed, are past their limit or were moved to a case are not among them;
    the counts tell of all.

    Args:
        context: of the bench.
        acting: the transaction, whose reading is the caller's to log.
        deployment: that it served.
        session: the search.
        truths: who it was, by alert id, where the feed was staged.

    Raises:
        KeyDestroyedError: when an alert is being destroyed.
        VaultError: when one is damaged.
    """
    from workbench.reports.finding import Finding, FoundAlert  # noqa: PLC0415 - opens quickly

    policy = find_policy(acting.connection, session.policy)
    found = list_alerts(acting.connection, deployment.id, session=session.id)
    rows = [row for row in within_limit(acting, found) if row.moved_to is None]
    alerts = [
        FoundAlert(
            id=row.id,
            state=row.state.value,
            decided_after=None if row.decided is None else row.decided - row.raised,
            document=document_of(context, acting, row),
        )
        for row in rows
    ]
    counts = session.counts or SessionCounts(alerts=len(alerts))
    return Finding(
        feed=session.feed,
        created=session.ended or acting.now,
        stopped_by=session.stopped_by if session.ended else None,
        threshold=session.threshold,
        setup=session.setup,
        counts=counts,
        alerts=alerts,
        meaning=partial(meaning_under, policy, references=session.setup.references),
        provenance=_provenance(deployment, session, policy) | _log_head(context, acting),
        truths=truths,
    )


def _log_head(context: Context, acting: Acting) -> dict[str, str]:
    """Return where the audit log stands: a page is a witness of it elsewhere."""
    head = context.store.log.head(acting.connection)
    return {} if head is None else {"Audit log": f"entry {head.seq:,}, SHA-256 {head.hash}"}


def _run_by(setup: SessionSetup) -> str:
    if setup.numbers is None:
        return "not recorded"
    parts = ", ".join(f"{name} by {runtime}" for name, runtime in setup.runtimes.items())
    return f"{parts}; faces of the feed in {setup.numbers}, references in fp32"


def _detector(setup: SessionSetup) -> str:
    if setup.smallest_face_px is None or setup.detector_input_px is None:
        return setup.detector
    width, height = setup.detector_input_px
    return (
        f"{setup.detector}, for faces from {setup.smallest_face_px:g} px wide (about "
        f"{setup.smallest_eyes_px:.0f} px between the eyes), looking at {width}x{height} px"
    )


def _provenance(
    deployment: DeploymentRow, session: SessionRow, policy: ThresholdPolicy
) -> dict[str, str]:
    setup = session.setup
    corners = " ".join(f"({x:.3f}, {y:.3f})" for x, y in setup.zone or ())
    method = None if session.counts is None else session.counts.counting_method
    return {
        "Deployment": deployment.reference,
        "Live search": session.id,
        "Threshold policy": f"{policy.id}, {policy.approval}",
        "Measured on": policy.measured_on,
        "Watchlist SHA-256": setup.watchlist_sha256,
        "Matcher": f"{setup.matcher}, scores in {setup.unit}",
        "Encoders": "; ".join(setup.encoders),
        "Run by": _run_by(setup),
        "Detector": _detector(setup),
        "Calibration": setup.calibration or "none: one encoder alone",
        "Faces counted as": method or "not counted",
        "Zone": f"polygon in shares of the frame: {corners}" if corners else "the whole frame",
        "Software": ", ".join(f"{name} {version}" for name, version in setup.versions.items()),
    }
