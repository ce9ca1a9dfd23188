"""A deployment in the words of the operator's page: place, authority, list, threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.errors import UnknownRecordError, WorkbenchError
from workbench.governance.authorisation import covers_until
from workbench.governance.permissions import PERMISSIONS, Permission
from workbench.governance.score_meaning import PolicyMeaning, meaning_under
from workbench.live.zone import Zone

if TYPE_CHECKING:
    from workbench.bench import Workbench
    from workbench.bench.deployment_view import DeploymentView
    from workbench.governance.deployments import Application
    from workbench.governance.policies import ThresholdPolicy

__all__ = ["deployment_words", "require_application", "zone_of"]


def deployment_words(
    bench: Workbench, deployment: DeploymentView, *, asked: float | None = None
) -> dict[str, Any]:
    """Return what does not change of a deployment while it is searched for.

    Args:
        bench: opened by whoever uses the page.
        deployment: that was applied for.
        asked: threshold that is offered; that of the policy when left out.

    Raises:
        UnknownRecordError: when it was not applied for.
    """
    application = require_application(deployment)
    policy = bench.policies.get(application.policy)
    minimum = application.minimum_threshold
    offered = asked if asked is not None else max(policy.threshold, minimum)
    size = _list_size(bench, deployment.reference)
    where = application.location.coordinates
    authority = deployment.authority
    ends = None if authority is None else covers_until(authority)
    meaning = meaning_under(policy, offered, size) if size else None
    said = [] if meaning is None else [f"At {offered:.2f}: {meaning.text}."]
    said.append(f"Policy {policy.id}: {policy.equity_words}.")
    return {
        "place": f"{application.location.name} ({where.latitude:.4f}, {where.longitude:.4f})",
        "reference": deployment.reference,
        "left_s": None if ends is None else (ends - bench.now()).total_seconds(),
        "references": size,
        "threshold": offered,
        "minimum": minimum,
        "unit": policy.unit,
        "meaning": " ".join(said),
        "short": _short(policy, meaning),
        "may_start": Permission.LIVE_START in PERMISSIONS[bench.actor.role],
        "demonstration": bench.is_demonstration,
    }


def require_application(deployment: DeploymentView) -> Application:
    """Return what was applied for.

    Raises:
        UnknownRecordError: when nothing was yet.
    """
    if deployment.application is None:
        msg = f"deployment {deployment.reference} was not applied for yet. Apply for it first."
        raise UnknownRecordError(msg)
    return deployment.application


def zone_of(application: Application, feed: str | None) -> Zone:
    """Return the zone of a feed of a deployment; the whole picture where it has none."""
    feeds = application.feeds
    for one in feeds:
        if one.zone is not None and (one.name == feed or (feed is None and len(feeds) == 1)):
            return Zone(one.zone)
    return Zone.whole()


def _short(policy: ThresholdPolicy, meaning: PolicyMeaning | None) -> str:
    """Return what stands beside the threshold all the time: its rate, if measured, and equity.

    For example `1 in 6,000 at this list size; equity not measured`.
    """
    equity = policy.equity_brief
    if meaning is None or not meaning.estimate.is_measurable:
        return equity
    return f"{meaning.text.split(' faces ', 1)[0]} at this list size; {equity}"


def _list_size(bench: Workbench, reference: str) -> int | None:
    """Return how many references the list holds; `None` where one may not look, or none is."""
    if Permission.WATCHLIST_CONSULT not in PERMISSIONS[bench.actor.role]:
        return None
    try:
        return len(bench.watchlists.show(reference, "showing the size of the list").ids())
    except WorkbenchError:
        return None
