"""What is said of a policy in the field: its false alerts a face, and why it is not in order."""

from __future__ import annotations

from workbench.governance.deployment_counts import Rate
from workbench.intervals import FEWEST_EXPECTED_ERRORS, Interval
from workbench.rate_words import ends_words, few_or_many

__all__ = ["above_words", "changed_words", "otherwise_words", "rate_text", "unknown_words"]


def above_words(
    stopped: str | None, rate: Rate, worst: Rate, clustered: Interval, cap: float
) -> list[str]:
    """Return why the rate is a reason to review or to stop."""
    limit = few_or_many(cap)
    said = rate_text(rate, clustered)
    if stopped is not None:
        return [
            (
                f"At deployment {stopped} the lower end of the exact interval came to lie above "
                f"the limit of {limit}, which nothing later takes back; by now: {said}."
            )
        ]
    if rate.rate is not None and rate.rate > cap:
        return [f"More than the limit of {limit}: {said}."]
    if worst.rate is not None and worst.rate > cap:
        undecided = worst.count - rate.count
        return [
            (
                f"More than the limit of {limit} if what is undecided ({undecided:,}) is false: "
                f"{rate_text(worst)}. Have them decided."
            )
        ]
    return []


def changed_words(signalled: str | None, ratio: float, limit: float) -> list[str]:
    """Return that the CUSUM signalled, at which deployment; nothing where it did not."""
    if signalled is None:
        return []
    return [
        (
            f"At deployment {signalled} false alerts had become more than the policy was measured "
            f"to raise (CUSUM for {ratio:g} times as many, limit {limit:g})."
        )
    ]


def unknown_words(false: int) -> list[str]:
    """Return that false alerts are in no rate, since their faces are unknown; nothing of none."""
    if not false:
        return []
    are = "is" if false == 1 else "are"
    return [f"{_alerts(false)} {are} of deployments that do not know how many faces they saw."]


def otherwise_words(deployments: int, false: int) -> list[str]:
    """Return that deployments counted faces in another way; nothing where none did."""
    if not deployments:
        return []
    one = deployments == 1
    said = f"{deployments:,} deployment{'' if one else 's'}"
    return [
        (
            f"{said} counted faces in another way and {'is' if one else 'are'} in no rate, with "
            f"{_alerts(false)}."
        )
    ]


def rate_text(rate: Rate, clustered: Interval | None = None) -> str:
    """Return false alerts a face in words: counts, and intervals; no rate of fewer than three."""
    counted = f"{_alerts(rate.count)} in {rate.n or 0:,} faces"
    if rate.rate is None:
        return counted
    ends = ends_words(_share(rate.interval.high), _share(rate.interval.low))
    by = "" if clustered is None else f"; by deployment {_ends_by(clustered)}"
    if rate.count < FEWEST_EXPECTED_ERRORS:
        return f"{counted} (not measurable here, fewer than three; exact {ends})"
    return f"{counted}, {few_or_many(rate.rate)} (exact {ends}{by})"


def _alerts(count: int) -> str:
    return f"{count:,} false alert{'' if count == 1 else 's'}"


def _ends_by(found: Interval) -> str:
    if (found.low, found.high) == (0.0, 1.0):
        return "too few to say"
    return ends_words(_share(found.high), _share(found.low))


def _share(rate: float) -> str:
    return few_or_many(rate) if rate > 0.0 else "none"
