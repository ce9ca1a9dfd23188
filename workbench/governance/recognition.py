"""The true recognition rate of the blue list: of known passes, how many raised the right alert.

A rate by pass, one by person, and an interval that knows that one person's passes are alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from scipy.special import betaincinv, stdtrit

from workbench.errors import RecordError
from workbench.governance.blue_list import Pass
from workbench.governance.moments import spoken
from workbench.intervals import CONFIDENCE, Interval, clopper_pearson

__all__ = ["PersonRate", "RecognitionRate", "clustered_interval", "true_recognition_rate"]

_FEWEST_PEOPLE: Final = 2


class PersonRate(NamedTuple):
    """How often one member was recognised.

    Attributes:
        member: reference of the member.
        recognised: passes that raised an alert for them.
        passes: all their known passes.
        rate: `recognised / passes`.
        interval: 95 % interval of Clopper and Pearson.
    """

    member: str
    recognised: int
    passes: int
    rate: float
    interval: Interval


class RecognitionRate(NamedTuple):
    """The true recognition rate.

    Attributes:
        recognised: passes that raised an alert for the member who passed.
        passes: all known passes.
        rate: `recognised / passes`, or `None` where there was no pass: not measurable, not 0.
        interval: 95 % interval of Clopper and Pearson by pass, as if each pass stood alone, which
            makes it too narrow where people passed more than once.
        clustered: 95 % interval by person, of `clustered_interval`; `None` for fewer than two
            people, from whom nothing can be said about others.
        seen: members who were recognised at least once.
        seen_interval: 95 % interval of Clopper and Pearson of their share of all members who
            passed.
        people: each member who passed, by reference.
    """

    recognised: int
    passes: int
    rate: float | None
    interval: Interval
    clustered: Interval | None
    seen: int
    seen_interval: Interval
    people: tuple[PersonRate, ...]

    def describe(self) -> str:
        """Return the rate in words, with what it was measured on."""
        if self.rate is None:
            return "not measurable: no pass was recorded"
        low, high = self.interval if self.clustered is None else self.clustered
        by = "by pass, of one person only" if self.clustered is None else "by person"
        return (
            f"{self.rate:.3f} ({self.recognised} of {self.passes} passes of {len(self.people)} "
            f"people; 95 % interval {low:.3f} to {high:.3f} {by})"
        )


def true_recognition_rate(passes: Iterable[Pass]) -> RecognitionRate:
    """Return the true recognition rate of known passes.

    Raises:
        RecordError: when an alert is given for two passes, or a pass is given twice.
    """
    held = list(passes)
    _require_distinct(held)
    walked = Counter(one.member for one in held)
    found = Counter(one.member for one in held if one.is_recognised)
    people = tuple(
        PersonRate(
            member=member,
            recognised=found[member],
            passes=walked[member],
            rate=found[member] / walked[member],
            interval=clopper_pearson(found[member], walked[member]),
        )
        for member in sorted(walked)
    )
    recognised, seen = found.total(), len(found)
    return RecognitionRate(
        recognised=recognised,
        passes=len(held),
        rate=recognised / len(held) if held else None,
        interval=clopper_pearson(recognised, len(held)),
        clustered=clustered_interval([(one.recognised, one.passes) for one in people]),
        seen=seen,
        seen_interval=clopper_pearson(seen, len(people)),
        people=people,
    )


def clustered_interval(people: Sequence[tuple[int, int]]) -> Interval | None:
    """Return a 95 % interval of a share of trials when trials of one person are alike.

    That of Korn and Graubard (Survey Methodology 24, 1998): the exact interval at the effective
    number of trials, n* = p (1 - p) / var(p), with var(p) of the ratio estimate between people,
    made smaller by the square of t(n - 1) / t(people - 1), and never above n. Where everybody was
    recognised every time, or nobody ever, that variance is 0 and says nothing; then each person
    counts as one trial. That floor is the product's own, on the side of caution.

    Args:
        people: of each person, how many trials succeeded and how many there were (at least 1).

    Returns:
        `None` for fewer than two people.
    """
    m = len(people)
    if m < _FEWEST_PEOPLE:
        return None
    count = sum(good for good, _ in people)
    n = sum(trials for _, trials in people)
    if count in (0, n):
        return clopper_pearson(m if count else 0, m)
    p = count / n
    between = sum((good - p * trials) ** 2 for good, trials in people) * m / (m - 1) / n**2
    effective = p * (1.0 - p) / between if between > 0.0 else float(n)
    tail = (1.0 - CONFIDENCE) / 2.0
    effective *= float(stdtrit(n - 1, 1.0 - tail) / stdtrit(m - 1, 1.0 - tail)) ** 2
    size = min(float(n), effective)
    return Interval(
        float(betaincinv(p * size, size - p * size + 1.0, tail)),
        float(betaincinv(p * size + 1.0, size - p * size, 1.0 - tail)),
    )


def _require_distinct(passes: Sequence[Pass]) -> None:
    for alert, times in Counter(one.alert for one in passes if one.alert is not None).items():
        if times > 1:
            msg = f"alert {alert} is given for {times} passes; it can only be of one. Correct them."
            raise RecordError(msg)
    for (member, at, feed), times in Counter((p.member, p.at, p.feed) for p in passes).items():
        if times > 1:
            msg = (
                f"the pass of {member} by {feed} at {spoken(at)} is given "
                f"{times} times. Remove all but one."
            )
            raise RecordError(msg)
