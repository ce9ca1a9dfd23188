"""What of a deployment and its watchlist the start of a search depends on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection

from workbench.bench.context import Context
from workbench.bench.list_views import ExpectedFalseAlerts
from workbench.bench.rules import rules_in_force
from workbench.errors import NotAuthorisedError, UnknownRecordError, UsageError
from workbench.governance.categories import Category
from workbench.governance.fpir import fpir
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.starting import ListFacts
from workbench.records.blue_list import members
from workbench.records.deployments import DeploymentRow
from workbench.records.policies import find_policy
from workbench.records.watchlist_entries import entry_facts
from workbench.records.watchlists import WatchlistRow

__all__ = [
    "expected_false_alerts",
    "expected_under",
    "list_facts",
    "named",
    "policy_of",
    "require_consents",
    "searched_from",
    "staff_on",
    "without_consent",
]

_NAMED = 5


def list_facts(
    context: Context,
    connection: Connection,
    row: DeploymentRow,
    watchlist: WatchlistRow,
    *,
    faces: int | None = None,
) -> ListFacts:
    """Return what the rules of `workbench.governance.starting` look at.

    Args:
        context: of the bench.
        connection: of the transaction.
        row: the deployment.
        watchlist: its list.
        faces: how many faces the plan expects, if that is known.
    """
    entries = entry_facts(connection, watchlist.id)
    policy = policy_of(connection, row)
    rate = None
    if policy is not None and entries:
        rate = fpir(policy, searched_from(policy, row), len(entries))
    return ListFacts(
        deployment=row.reference,
        built=watchlist.built,
        entries=entries,
        in_demonstration=context.is_demonstration,
        own_limit=row.draft.get("watchlist_limit"),
        expected_faces=faces,
        fpir=rate,
    )


def expected_false_alerts(
    connection: Connection,
    row: DeploymentRow,
    watchlist: WatchlistRow,
    faces: int,
    threshold: float | None = None,
    *,
    hours: float | None = None,
    step: float | None = None,
) -> ExpectedFalseAlerts | None:
    """Return the false alerts to expect; `None` where the deployment names no policy that is.

    Args:
        connection: of the transaction.
        row: the deployment.
        watchlist: its list.
        faces: how many are expected.
        threshold: from which score on alerts are raised; the policy's, or the deployment's own
            minimum where that is higher, when left out.
        hours: how long the search is to last, if somebody said.
        step: also reckoned so much above and below the threshold.

    Raises:
        UsageError: when the number of faces is negative, or hours or step are not above 0.
    """
    if faces < 0:
        msg = f"{faces} faces cannot be expected. Give a number from 0."
        raise UsageError(msg)
    policy = policy_of(connection, row)
    if policy is None:
        return None
    score = searched_from(policy, row) if threshold is None else threshold
    cap = rules_in_force(connection).start.false_alert_cap
    return expected_under(
        policy, score, watchlist.references, faces, cap=cap, hours=hours, step=step
    )


def expected_under(
    policy: ThresholdPolicy,
    threshold: float,
    references: int,
    faces: int,
    *,
    cap: float,
    hours: float | None = None,
    step: float | None = None,
) -> ExpectedFalseAlerts:
    """Return the false alerts to expect at a threshold, of a list of a size, in so many faces.

    Args:
        policy: with its counted scores.
        threshold: in the policy's unit.
        references: on the list.
        faces: how many are expected.
        cap: false alerts a face that are not to be exceeded; `false_alert_cap` of the limits.
        hours: how long the search is to last, if somebody said.
        step: also reckoned so much above and below the threshold.

    Raises:
        UsageError: when a number is none that can be reckoned with.
    """
    from workbench.bench.planning import plan_under  # noqa: PLC0415 - keeps `--help` quick

    estimate = fpir(policy, threshold, references)
    return ExpectedFalseAlerts(
        faces=faces,
        references=references,
        policy=policy.id,
        threshold=threshold,
        unit=policy.unit,
        fpir=estimate,
        plan=plan_under(
            policy,
            list_size=references,
            faces=faces,
            cap=cap,
            threshold=threshold,
            hours=hours,
            step=step,
        ),
    )


def staff_on(entries: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return who is on a list by consent alone, each once, from subject and category of entries."""
    found = (subject for subject, category in entries if category == Category.BLUE_LIST)
    return tuple(dict.fromkeys(found))


def without_consent(
    connection: Connection, subjects: Iterable[str], now: datetime
) -> tuple[str, ...]:
    """Return those members of staff whose consent to the blue list does not hold today, in UTC."""
    wanted = list(dict.fromkeys(subjects))
    if not wanted:
        return ()
    day = now.astimezone(UTC).date()
    consenting = {one.member for one in members(connection) if one.consents_on(day)}
    return tuple(subject for subject in wanted if subject not in consenting)


def require_consents(
    connection: Connection, entries: Iterable[tuple[str, Category]], now: datetime
) -> None:
    """Let a list pass on which no member of staff is without consent.

    Args:
        connection: of the transaction.
        entries: subject and category of each entry.
        now: the moment.

    Raises:
        NotAuthorisedError: names the members.
    """
    missing = without_consent(connection, staff_on(entries), now)
    if missing:
        msg = (
            f"{named(missing)} on the blue list: no consent holds today. Record the consent "
            "first, or leave the entry out."
        )
        raise NotAuthorisedError(msg)


def named(subjects: Collection[str]) -> str:
    """Return the first few subjects, and how many more there are."""
    first = list(dict.fromkeys(subjects))
    rest = len(first) - _NAMED
    return f"{', '.join(first[:_NAMED])}{f' and {rest:,} more' if rest > 0 else ''}"


def policy_of(connection: Connection, row: DeploymentRow) -> ThresholdPolicy | None:
    """Return the policy that a deployment names; `None` where it names none that there is."""
    name = row.draft.get("policy")
    try:
        return None if name is None else find_policy(connection, str(name))
    except UnknownRecordError:
        return None


def searched_from(policy: ThresholdPolicy, row: DeploymentRow) -> float:
    """Return the threshold that a search uses where its operator asks for none."""
    own = row.draft.get("minimum_threshold")
    return policy.threshold if own is None else max(policy.threshold, float(own))
