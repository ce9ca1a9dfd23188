"""What a comparison of matchers must say beside its figures: fitted on whom, and of what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from workbench.evaluation.measurement import Measurement
from workbench.matching.calibration import Provenance, load_calibration
from workbench.settings import Settings

__all__ = [
    "fitted_on_these",
    "fitted_warnings",
    "is_usual",
    "photographs_words",
    "usual_reference",
]

_ENROLLED_IN: Final = "fp32"
"""Numbers in which every list is enrolled, whatever the probes run in."""
_PRESS: Final = "labeled faces in the wild"


def usual_reference(measurements: Mapping[str, Measurement]) -> str:
    """Return the one that a fresh bench compares with, in fp32 where there is that.

    The first of all where none is of the encoder that the settings begin with.
    """
    of_it = [name for name, one in measurements.items() if is_usual(one)]
    whole = [name for name in of_it if measurements[name].facts.runtime == _ENROLLED_IN]
    return next(iter([*whole, *of_it, *measurements]))


def is_usual(measurement: Measurement) -> bool:
    """Return whether it is of the encoder that the settings begin with."""
    return bool(measurement.facts.matcher == Settings.model_fields["encoder"].default)


def photographs_words(known: Measurement) -> str:
    """Return what kind of images the figures are of, and what they do not foretell."""
    facts = known.facts
    if _PRESS in facts.data_set.casefold():
        return (
            "These are press photographs (LFW), not frames of a camera: no figure here foretells "
            "how often a camera in a street finds listed people, or takes others for them."
        )
    return (
        f"The figures are of the images of {facts.data_set} and foretell nothing of images of "
        "another kind, such as frames of a camera in a street."
    )


def fitted_on_these(measurements: Mapping[str, Measurement]) -> tuple[str, ...]:
    """Return the names of those whose weights and calibration were fitted on the people shown."""
    found = _fitted(measurements)
    return tuple(name for name, source in found.items() if _is_of(measurements[name], source))


def fitted_warnings(measurements: Mapping[str, Measurement]) -> list[str]:
    """Return what a reader must know of matchers that were fitted, a sentence or two each."""
    sources = _fitted(measurements)
    these = fitted_on_these(measurements)
    found = []
    if these:
        source = sources[these[0]]
        found.append(
            f"{_listed(these)}: weights and calibration were fitted on these very people, the "
            f"{source.people:,} {source.split} people of {source.data_set}. The figures here "
            "flatter them, and so does each difference from another matcher. Only the locked test "
            "people say how they do (docs/measurements.md)."
        )
    others = [name for name in sources if name not in these]
    if others and any(measurements[name].facts.split != "test" for name in others):
        source = sources[others[0]]
        found.append(
            f"{_listed(others)}: weights and calibration were fitted on {source.people:,} "
            f"{source.split} people of {source.data_set}. If any of them is shown here, the "
            "figures flatter them."
        )
    return found


def _fitted(measurements: Mapping[str, Measurement]) -> dict[str, Provenance]:
    """Return where the numbers of the shipped calibration come from, by who uses it."""
    if not any(one.facts.calibration for one in measurements.values()):
        return {}
    shipped = load_calibration()
    return {
        name: shipped.provenance
        for name, one in measurements.items()
        if one.facts.calibration == shipped.id
    }


def _is_of(measurement: Measurement, source: Provenance) -> bool:
    facts = measurement.facts
    return (facts.data_set, facts.split) == (source.data_set, source.split)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
