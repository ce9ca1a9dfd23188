"""What keeps the figures of a measurement from being those of a street, said beside them."""

from __future__ import annotations

from typing import Final

from workbench.evaluation.measurement import Measurement, MeasurementFacts
from workbench.evaluation.staged import STAGED
from workbench.matching.calibration import load_calibration

__all__ = ["caveats_of"]

_LFW: Final = "Labeled Faces in the Wild"


def caveats_of(measurement: Measurement) -> list[str]:
    """Return what flatters the figures and how far they carry, a sentence or two each.

    Which people the calibration that ships was fitted to is read from its provenance: data set and
    split. Under another name of the data set the same people are not recognised.

    Args:
        measurement: the figures are of.
    """
    facts = measurement.facts
    said = [_carries(facts)]
    if (fitted := _fitted(facts)) is not None:
        said.insert(0, fitted)
    return said


def _fitted(facts: MeasurementFacts) -> str | None:
    if facts.split == "test":
        return None
    whose = "these very people" if facts.split == "tuning" else "people who are among these"
    counts = "What counts is the locked test, on people who had no part in any of it."
    known = load_calibration()
    if facts.data_set == known.provenance.data_set:
        if facts.matcher == "fused" and facts.calibration == known.id:
            return (
                "The weights and the calibration of the fused matcher were fitted on "
                f"{whose}, and the crop of faces was chosen on them: the figures here flatter it. "
                f"{counts}"
            )
        return (
            f"The crop of faces was chosen on {whose}: the figures here flatter the matcher. "
            f"{counts}"
        )
    return (
        "A threshold looks better on the people it was chosen on than it is, so that the figures "
        f"here flatter it. {counts}"
    )


def _carries(facts: MeasurementFacts) -> str:
    if facts.searched == "staged tracks":
        return STAGED
    if facts.data_set.startswith(_LFW):
        return (
            "These are photographs that the press published, not frames of a camera. A share of "
            "searches here is one of these photographs: it forecasts nothing for a street."
        )
    return (
        "A share of searches here is one of these images: another camera, place or light gives "
        "another, and it forecasts nothing for a street."
    )
