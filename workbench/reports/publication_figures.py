"""A published figure: what it says, what it is counted of, and how sure a share of it is.

Nothing is published as a bare number. A sum stands with the deployments that say it, a share with
its count, what it is a share of and the exact 95 % interval. What is not known is said in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from workbench.intervals import clopper_pearson
from workbench.number_words import percent

__all__ = [
    "UNKNOWN",
    "PublishedFigure",
    "base_words",
    "counted",
    "not_held",
    "number_words",
    "part_of",
    "per_unit",
    "rate_of",
    "share_words",
    "total_of",
]

UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One figure, with its denominator.

    Attributes:
        name: names it in a table of figures, the same in every publication.
        says: what it is, for a reader.
        value: the figure; `None` where it is not known.
        shown: the figure in words.
        of: what it is counted of; `None` where that is not known, or is hours, which `basis` says.
        basis: what it is counted of, in words; never empty.
        share: `value / of` where the figure is a count of a share.
        low: lower end of the 95 % interval of Clopper and Pearson.
        high: upper end of it.
        note: what else is to be known of it.
    """

    name: str
    says: str
    value: float | None
    shown: str
    of: int | None
    basis: str
    share: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def share_shown(self) -> str:
        """The share in words; empty for a figure that is none."""
        if self.share is None or self.value is None or self.of is None:
            return ""
        return percent(Fraction(int(self.value), self.of))

    @property
    def interval_shown(self) -> str:
        """Both ends of the interval; empty for a figure that is no share."""
        if self.low is None or self.high is None:
            return ""
        return f"{percent(self.low)} to {percent(self.high)}"

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "figure": self.name,
            "says": self.says,
            "value": self.value,
            "shown": self.shown,
            "of": self.of,
            "basis": self.basis,
            "share": self.share,
            "low": self.low,
            "high": self.high,
            "note": self.note,
        }


def share_words(count: int, n: int | None, of_what: str) -> str:
    """Return a share with its count, what it is of and its interval, in one phrase.

    >>> share_words(1, 3940, "faces seen")
    '0.0254 % (1 of 3,940 faces seen; 95 % interval 0.000643 % to 0.141 %)'
    >>> share_words(0, None, "faces seen")
    'unknown (0 of an unknown number of faces seen)'
    """
    if n is None:
        return f"{UNKNOWN} ({count:,} of an unknown number of {of_what})"
    if not 0 <= count <= n or n == 0:
        return f"no rate ({count:,} of {base_words(n, of_what)})"
    low, high = clopper_pearson(count, n)
    return (
        f"{percent(Fraction(count, n))} ({count:,} of {base_words(n, of_what)}; 95 % interval "
        f"{percent(low)} to {percent(high)})"
    )


def base_words(n: int, of_what: str) -> str:
    """Return a denominator in words.

    >>> base_words(902_748, "faces seen"), base_words(1, "deployments with a list")
    ('902,748 faces seen', '1 deployment with a list')
    """
    first, space, rest = of_what.partition(" ")
    one = first.removesuffix("s") if n == 1 else first
    return f"{n:,} {one}{space}{rest}"


def counted(count: int, one: str) -> str:
    """Return how many of something, in its right number.

    >>> counted(1, "deployment"), counted(2_000, "deployment")
    ('1 deployment', '2,000 deployments')
    """
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def number_words(value: float | None, form: str = ",") -> str:
    """Return a number as people read it, or that it is unknown.

    >>> number_words(902748), number_words(None), number_words(941.733, ",.1f")
    ('902,748', 'unknown', '941.7')
    """
    return UNKNOWN if value is None else format(value, form)


def total_of(
    name: str,
    says: str,
    value: float | None,
    *,
    known: int,
    deployments: int,
    form: str = ",",
    note: str = "",
) -> PublishedFigure:
    """Return a sum over deployments.

    Args:
        name: names it.
        says: what it is.
        value: the sum over those that say it; `None` where none does.
        known: how many deployments say it.
        deployments: how many there are.
        form: how the value is written.
        note: what else is to be known.
    """
    silent = deployments - known
    many = counted(deployments, "deployment")
    missing = f"unknown for {silent:,} of {many}" if silent else ""
    return PublishedFigure(
        name=name,
        says=says,
        value=value if known else None,
        shown=number_words(value if known else None, form),
        of=known,
        basis=f"{known:,} of {many}",
        note="; ".join(part for part in (missing, note) if part),
    )


def part_of(
    name: str, says: str, count: int, *, n: int, of_what: str, note: str = ""
) -> PublishedFigure:
    """Return a part of a whole that was counted to the end, so that it has no interval."""
    basis = base_words(n, of_what)
    return PublishedFigure(name, says, count, f"{count:,}", n, basis, note=note)


def rate_of(
    name: str, says: str, count: int, *, n: int | None, of_what: str, note: str = ""
) -> PublishedFigure:
    """Return a count of a share, with its exact interval.

    Args:
        name: names it.
        says: what it is.
        count: how many.
        n: of how many; `None` or 0 where that is not known.
        of_what: what is counted below the line.
        note: what else is to be known.
    """
    if not n or count > n:
        basis = f"{UNKNOWN} number of {of_what}" if n is None else base_words(n, of_what)
        return PublishedFigure(name, says, count, f"{count:,}", n, basis, note=note or "no rate")
    low, high = clopper_pearson(count, n)
    basis = base_words(n, of_what)
    return PublishedFigure(name, says, count, f"{count:,}", n, basis, count / n, low, high, note)


def per_unit(
    name: str,
    says: str,
    value: float | None,
    *,
    of: int | None,
    basis: str,
    form: str = ",",
    note: str = "",
) -> PublishedFigure:
    """Return a quotient, such as faces for each arrest; `basis` says what was divided by what."""
    return PublishedFigure(name, says, value, number_words(value, form), of, basis, note=note)


def not_held(name: str, says: str, why: str, *, deployments: int) -> PublishedFigure:
    """Return a figure that is not held, with the reason in place of a number."""
    return PublishedFigure(
        name=name,
        says=says,
        value=None,
        shown="not held",
        of=0,
        basis=f"0 of {counted(deployments, 'deployment')}",
        note=why,
    )
