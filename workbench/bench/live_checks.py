"""Everything that must hold before a live search starts, in the order in which it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.bench.context import Acting, Context
from workbench.bench.field_monitoring import require_in_the_field
from workbench.bench.live_setup import (
    chosen_threshold,
    planned_runtime,
    require_policy,
    setup_of,
)
from workbench.bench.row_checks import require_standing
from workbench.bench.rules import rules_in_force
from workbench.bench.watchlists import Watchlists
from workbench.errors import (
    BlockedError,
    IllegalMoveError,
    NotAuthorisedError,
    UnknownRecordError,
    UsageError,
)
from workbench.governance.authorisation import require_covers
from workbench.governance.places import NamedFeed
from workbench.governance.policies import ThresholdPolicy
from workbench.hygiene import without_credentials
from workbench.records.deployments import DeploymentRow
from workbench.records.policies import find_policy
from workbench.records.sessions import list_sessions
from workbench.records.watchlists import WatchlistRow, find_watchlist

if TYPE_CHECKING:
    from workbench.live.zone import Zone
    from workbench.matching.matcher import Matcher
    from workbench.matching.watchlist import Watchlist

__all__ = ["StartPlan", "plan_start", "require_unchanged"]


@dataclass(frozen=True, slots=True, eq=False)
class StartPlan:
    """What a search was found to be allowed to do.

    Attributes:
        deployment: that it serves.
        feed: that it may search.
        zone: the part of the frame that it may search; `None` for all of it.
        listed: the row of the watchlist.
        watchlist: the people to search for.
        matcher: compares with them.
        policy: of the deployment.
        threshold: from which score on an alert is raised.
        caution: what is to be weighed about the policy, in words; `None` where nothing is.
    """

    deployment: DeploymentRow
    feed: NamedFeed
    zone: Zone | None
    listed: WatchlistRow
    watchlist: Watchlist
    matcher: Matcher
    policy: ThresholdPolicy
    threshold: float
    caution: str | None = None

    @property
    def policy_words(self) -> str:
        """What is said of the policy at the start: its equity, and what is to be weighed."""
        said = f"Policy {self.policy.id}: {self.policy.equity_words}."
        return said if self.caution is None else f"{said} Weigh: {self.caution}"


def plan_start(
    context: Context,
    acting: Acting,
    row: DeploymentRow,
    *,
    feed_name: str | None,
    threshold: float | None,
    zone: Zone | None,
) -> StartPlan:
    """Return what a search may do, or say what keeps it from starting; no model is loaded.

    Args:
        context: of the bench.
        acting: the transaction, whose role was asked already.
        row: the deployment as it is now.
        feed_name: of its feed; may be left out where it has one.
        threshold: that is asked for, if one is.
        zone: likewise.

    Raises:
        NotAuthorisedError: when no authority covers now, or not this feed or zone, or the audit
            log knows nothing of it.
        IllegalMoveError: when a search of that feed runs.
        BlockedError: lists everything that the watchlist lacks.
        PolicyError: when the policy does not allow it, does not fit, or was stopped in the field.
    """
    from workbench.matching.calibration import load_calibration  # noqa: PLC0415 - opens quickly

    require_covers(row.state, row.authority, acting.now, row.reference, withdrawal=row.withdrawal)
    require_standing(acting, row)
    feed = _named_feed(row, feed_name)
    part = _zone_of(row, feed, zone)
    _require_idle(acting, row, feed)
    watchlist, listed = _opened_list(context, acting, row)
    policy = find_policy(acting.connection, row.application.policy)
    calibration = load_calibration()
    matcher = watchlist.matcher(context.settings.encoder, calibration)
    chosen = chosen_threshold(policy, row.application.minimum_threshold, threshold)
    setup = setup_of(matcher, calibration, planned_runtime(context.settings.runtime, policy))
    require_policy(
        context,
        rules_in_force(acting.connection),
        policy,
        setup,
        references=len(watchlist),
        threshold=chosen,
    )
    caution = require_in_the_field(context, acting, policy)
    _require_reachable(matcher, chosen)
    return StartPlan(row, feed, part, listed, watchlist, matcher, policy, chosen, caution)


def require_unchanged(acting: Acting, row: DeploymentRow, plan: StartPlan) -> None:
    """Ask again what may have changed while models were loaded.

    Raises:
        NotAuthorisedError: when no authority covers now.
        IllegalMoveError: when a search of that feed runs.
        BlockedError: when the watchlist is another one.
    """
    require_covers(row.state, row.authority, acting.now, row.reference, withdrawal=row.withdrawal)
    _require_idle(acting, row, plan.feed)
    listed = find_watchlist(acting.connection, row.id)
    if listed is None or listed.object_id != plan.listed.object_id:
        msg = (
            f"the watchlist of deployment {row.reference} was changed just now. Start the search "
            "again, with the list as it is."
        )
        raise BlockedError(msg)


def _opened_list(
    context: Context, acting: Acting, row: DeploymentRow
) -> tuple[Watchlist, WatchlistRow]:
    """Open the list, once nothing about it keeps the search from starting."""
    try:
        watchlist = Watchlists(context).open_list(acting, row)
    except UnknownRecordError as error:
        raise BlockedError(str(error)) from None
    listed = find_watchlist(acting.connection, row.id)
    assert listed is not None  # noqa: S101 - it was opened just now, in this transaction
    return watchlist, listed


def _named_feed(row: DeploymentRow, name: str | None) -> NamedFeed:
    """Return the feed of that name, or the only one."""
    feeds = row.application.feeds
    names = ", ".join(feed.name for feed in feeds)
    if name is None:
        if len(feeds) == 1:
            return feeds[0]
        msg = f"deployment {row.reference} has {len(feeds)} feeds: {names}. Say which one this is."
        raise UsageError(msg)
    found = next((feed for feed in feeds if feed.name.casefold() == name.casefold()), None)
    if found is None:
        shown = ascii(without_credentials(name))[1:-1][:100]
        msg = (
            f"deployment {row.reference} was authorised for {names}, and not for a feed {shown}. "
            "Search one of those, or apply for another deployment."
        )
        raise NotAuthorisedError(msg)
    return found


def _zone_of(row: DeploymentRow, feed: NamedFeed, asked: Zone | None) -> Zone | None:
    """Return the zone that is searched: never more than was authorised."""
    from workbench.live.zone import Zone  # noqa: PLC0415 - opening a bench is quick
    from workbench.live.zone_within import lies_within  # noqa: PLC0415

    authorised = None if feed.zone is None else Zone(feed.zone)
    if asked is None:
        return authorised
    if authorised is not None and not lies_within(asked, authorised):
        corners = " ".join(f"({x:g}, {y:g})" for x, y in authorised.points)
        msg = (
            f"the zone reaches beyond that of feed {feed.name}, for which deployment "
            f"{row.reference} was authorised: {corners}. Draw it inside."
        )
        raise NotAuthorisedError(msg)
    return asked


def _require_idle(acting: Acting, row: DeploymentRow, feed: NamedFeed) -> None:
    """Refuse a second search of a feed that is searched already."""
    for session in list_sessions(acting.connection, row.id):
        if session.ended is None and session.feed == feed.name:
            msg = (
                f"feed {feed.name} of deployment {row.reference} is searched already, by "
                f"{session.operator} ({session.id}). Stop that search first."
            )
            raise IllegalMoveError(msg)


def _require_reachable(matcher: Matcher, threshold: float) -> None:
    """Refuse a threshold that no score can reach: it would be one of another unit."""
    _, high = matcher.score_range
    if threshold > high:
        msg = (
            f"threshold {threshold:g}: no score of {matcher.name} ({matcher.unit}) lies above "
            f"{high:.2f}, so it would alert on nobody. Give a lower one."
        )
        raise UsageError(msg)
