"""Is a face good enough to compare: a proxy for image quality, not OFIQ.

OFIQ, the reference implementation of ISO/IEC 29794-5, is another thing with other numbers; no
value or verdict here may be reported as if it came from it. The measures are in
`workbench.faces.measures`, the limits in the settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from workbench.faces.measures import MEASURES, Measure, Quality, measure

if TYPE_CHECKING:
    from workbench.settings import QualityLimits, QualitySettings

__all__ = ["MEASURES", "Judgement", "Measure", "Quality", "Verdict", "judge", "measure"]

_WHOLE_FROM: Final = 10.0
_TENTHS_FROM: Final = 1.0
_MOST_DIGITS: Final = 7


class Verdict(StrEnum):
    """What to do with a face."""

    ACCEPT = "accept"
    WARN = "warn"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one face, by the quality proxy.

    Attributes:
        verdict: the worst that any measure gave.
        reasons: a sentence for each measure beyond a limit, those that reject first.
    """

    verdict: Verdict
    reasons: tuple[str, ...]


def judge(quality: Quality, settings: QualitySettings) -> list[Judgement]:
    """Judge each face by the limits in the settings.

    A face beyond a `reject` limit is rejected, one beyond a `warn` limit draws a warning; a limit
    itself is still good. Angles are judged by their size, to either side alike.

    Args:
        quality: of the faces of one image.
        settings: limits by measure; a measure that it does not name has none.

    Returns:
        One judgement for each face, in order.
    """
    return [_judge_one(quality.values(index), settings) for index in range(len(quality))]


def _judge_one(values: dict[str, float], settings: QualitySettings) -> Judgement:
    found = [fault for name in values for fault in _faults(name, values[name], settings)]
    rejected = tuple(text for verdict, text in found if verdict is Verdict.REJECT)
    warned = tuple(text for verdict, text in found if verdict is Verdict.WARN)
    if rejected:
        return Judgement(Verdict.REJECT, rejected + warned)
    return Judgement(Verdict.WARN if warned else Verdict.ACCEPT, warned)


def _faults(name: str, value: float, settings: QualitySettings) -> Iterator[tuple[Verdict, str]]:
    limits: QualityLimits | None = getattr(settings, name, None)
    if limits is None:
        return
    size = abs(value) if MEASURES[name].unit == "degrees" else value
    for verdict, low, high in (
        (Verdict.REJECT, limits.reject_low, limits.reject_high),
        (Verdict.WARN, limits.warn_low, limits.warn_high),
    ):
        if low is not None and not size >= low:
            yield verdict, _sentence(name, value, "below", low, verdict)
            return
        if high is not None and not size <= high:
            yield verdict, _sentence(name, value, "above", high, verdict)
            return


def _sentence(name: str, value: float, side: str, limit: float, verdict: Verdict) -> str:
    measured = MEASURES[name]
    unit = "" if measured.unit == "0..1" else f" {measured.unit}"
    label = measured.label[0].upper() + measured.label[1:]
    kind = "least" if side == "below" else "most"
    asked = "required" if verdict is Verdict.REJECT else "recommended"
    said = f"{label} is {_apart(value, limit)}{unit}"
    return f"{said}, {side} the {kind} {asked}, {_number(limit)}{unit}."


def _apart(value: float, limit: float) -> str:
    """Return a value in as many digits as it takes not to read as the limit that it is beyond."""
    said, told = _number(value), float(_number(limit))
    for digits in range(1, _MOST_DIGITS):
        if abs(float(said)) != told:
            break
        said = f"{value:.{digits}f}"
    return said


def _number(value: float) -> str:
    if abs(value) >= _WHOLE_FROM:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= _TENTHS_FROM else f"{value:.2f}"
