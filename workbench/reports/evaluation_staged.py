"""From the tracks of a staged crowd to the report that shows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from workbench.evaluation.measurement import Measurement
from workbench.evaluation.staged import STAGED
from workbench.reports.evaluation_frames import IdentificationFrames
from workbench.reports.evaluation_identification import LIMITS, identification_page
from workbench.reports.evaluation_page import EvaluationPage

__all__ = ["staged_page"]

_OF_PHOTOGRAPHS: Final = "Single photographs were compared."
_LIMITS: Final = (
    (
        "A search is a track, and its score is the fused one that a live search raises alerts by. "
        "Tracks of one person are several searches. Here no track rests after an alert."
    ),
    (
        "Of a track the best subject alone is known. Where that is another than the person, the "
        "person counts as missed at any rank, so that the curve by rank may be too harsh."
    ),
)


def staged_page(
    measurement: Measurement, result: Mapping[str, Any], frames: IdentificationFrames
) -> EvaluationPage:
    """Return the report of a staged crowd: that of an identification, with what else it is.

    Args:
        measurement: of tracks.
        result: of `identification_result`, with `failures`.
        frames: what is drawn.
    """
    page = identification_page(measurement, result, frames)
    kept = tuple(one for one in LIMITS if not one.startswith(_OF_PHOTOGRAPHS))
    return dataclasses.replace(
        page,
        title=f"Staged crowd: {measurement.facts.name}",
        notices=(STAGED, *page.notices),
        limits=(*_LIMITS, *kept),
    )
