"""What a measurement was made with, as a policy and a search tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import PolicyError
from workbench.governance.setups import Fusion, Matcher, MeasuredEncoder, RuntimeClass, Setup

if TYPE_CHECKING:
    from workbench.evaluation.measurement import MeasurementFacts
    from workbench.matching.calibration import Calibration

__all__ = ["measured_setup"]


def measured_setup(facts: MeasurementFacts, calibration: Calibration | None = None) -> Setup:
    """Return what a measurement was made with, as a search's own setup is told.

    Args:
        facts: of the measurement.
        calibration: what fused the scores; that which ships, when left out.

    Raises:
        PolicyError: when another calibration fused them.
        RecordError: when it names no encoders that make a setup.
    """
    matcher, fusion = Matcher(facts.matcher), None
    if matcher is Matcher.FUSED:
        fusion = _fusion(facts, calibration)
    return Setup.read(
        {
            "matcher": matcher,
            "encoders": tuple(
                MeasuredEncoder.read({"name": name, **facts.encoders[name]}, what=f"encoder {name}")
                for name in sorted(facts.encoders)
            ),
            "fusion": fusion,
            "runtime": RuntimeClass(facts.runtime),
        },
        what=f"what measurement {facts.name} was made with",
    )


def _fusion(facts: MeasurementFacts, calibration: Calibration | None) -> Fusion:
    from workbench.matching.calibration import load_calibration  # noqa: PLC0415 - opens quickly

    used = load_calibration() if calibration is None else calibration
    if used.fusion is None or used.id != facts.calibration:
        msg = (
            f"measurement {facts.name} was fused by calibration {facts.calibration}, and this is "
            f"{used.id}. Give the calibration that it was made with."
        )
        raise PolicyError(msg)
    return Fusion(
        calibration=used.id,
        intercept=used.fusion.intercept,
        weights=dict(used.fusion.weights),
    )
