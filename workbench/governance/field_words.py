"""What is said of a policy in the field: its false alerts a face, and why it is not in order."""

from __future__ import annotations

from typing import Final

from workbench.governance.deployment_counts import Rate
from workbench.governance.field_stops import Stop
from workbench.intervals import CONFIDENCE, FEWEST_EXPECTED_ERRORS, Interval
from workbench.rate_words import few_or_many, rate_ends_words

__all__ = [
    "above_words",
    "changed_words",
    "otherwise_words",
    "rate_text",
    "standing_words",
    "stop_text",
    "unknown_words",
]

_ALONE: Final = "takes faces for independent"
_UPPER: Final = f"upper end of the exact 95 % interval, which {_ALONE}"


def above_words(
    stop: Stop | None, rate: Rate, worst: Rate, clustered: Interval, cap: float
) -> list[str]:
    """Return why the rate is a reason to review or to stop."""
    limit = few_or_many(cap)
    said = rate_text(rate, clustered)
    if stop is not None:
        return [
            (
                f"At deployment {stop.reference} {stop_text(stop, cap)}, which no later deployment "
                f"takes back; by now: {said}."
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


def unknown_words(deployments: int, false: int) -> list[str]:
    """Return that faces are a lower bound; nothing where no false alert is of such deployments."""
    if not false:
        return []
    many = "1 deployment" if deployments == 1 else f"{deployments:,} deployments"
    return [
        (
            f"{_alerts(false)} of {many} that did not count all faces, or still search: the faces "
            "are those that are known, and the rate may be lower."
        )
    ]


def standing_words(deployments: int, rate: Rate, worst: Rate, cap: float) -> tuple[str, ...]:
    """Return what may be said where nothing speaks for a review: what is excluded, and what not.

    Args:
        deployments: that were counted.
        rate: false alerts a face.
        worst: the same where what is undecided is counted as false.
        cap: false alerts a face that the force allows.
    """
    many = "1 deployment" if deployments == 1 else f"{deployments:,} deployments"
    if worst.rate is None:
        return (f"{many} and 0 faces were counted.",)
    limit, most = few_or_many(cap), few_or_many(worst.interval.high)
    seen = f"{_alerts(rate.count)} in {worst.n or 0:,} faces of {many}"
    undecided = worst.count - rate.count
    if undecided:
        seen = f"{seen}, and {undecided:,} undecided, counted as false"
    if worst.interval.high <= cap:
        return (f"More than the limit of {limit} is excluded: {seen}, at most {most} ({_UPPER}).",)
    return (
        (
            f"Whether the limit of {limit} is kept cannot be said: {seen}, exclude more than "
            f"{most} ({_UPPER}), and do not exclude what lies between that and the limit."
        ),
    )


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


def stop_text(stop: Stop, cap: float) -> str:
    """Return whose lower end lay above the limit, with the counts and the interval."""
    ends = rate_ends_words(*stop.interval)
    level = "95" if stop.confidence == CONFIDENCE else f"{100 * stop.confidence:.4g}"
    return (
        f"of {stop.of} the lower end of {_alerts(stop.false)} in {stop.faces:,} faces, "
        f"{few_or_many(stop.false / stop.faces)} (exact {ends.replace('95 %', f'{level} %')}), "
        f"came to lie above the limit of {few_or_many(cap)}"
    )


def rate_text(rate: Rate, clustered: Interval | None = None) -> str:
    """Return false alerts a face in words: counts, and intervals; no rate of fewer than three."""
    counted = f"{_alerts(rate.count)} in {rate.n or 0:,} faces"
    if rate.rate is None:
        return counted
    ends = rate_ends_words(*rate.interval)
    by = "" if clustered is None else f"; by deployment {_ends_by(clustered)}"
    if rate.count < FEWEST_EXPECTED_ERRORS:
        return f"{counted} (not measurable here, fewer than three; exact {ends}, which {_ALONE})"
    return f"{counted}, {few_or_many(rate.rate)} (exact {ends}{by})"


def _alerts(count: int) -> str:
    return f"{count:,} false alert{'' if count == 1 else 's'}"


def _ends_by(found: Interval) -> str:
    if (found.low, found.high) == (0.0, 1.0):
        return f"too few to say, and the exact one {_ALONE}"
    return rate_ends_words(*found)
