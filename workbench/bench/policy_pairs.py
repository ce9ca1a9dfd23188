"""Two measurements that a policy may be drafted from: of one matcher, and of other people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from workbench.errors import PolicyError
from workbench.governance.moments import spoken

if TYPE_CHECKING:
    from workbench.evaluation.measurement import Measurement, MeasurementFacts

__all__ = ["drawn_words", "require_pair"]

_LATER_DRAW: Final = re.compile(r"; draw ([1-9][0-9]*) of ")
"""In the rule of a measurement that `--draws` wrote into the folder `draws`."""


def require_pair(policy_id: str, tuning: Measurement, test: Measurement) -> None:
    """Let two measurements pass that are of one matcher and of other people, the test opened.

    Args:
        policy_id: id that the test was opened for.
        tuning: that the threshold is chosen on.
        test: that is reported.

    Raises:
        PolicyError: lists everything that keeps them apart, with what to do.
    """
    one, other = tuning.facts, test.facts
    faults = []
    if (one.split, other.split) != ("tuning", "test"):
        faults.append(
            f"the first is of {one.split} people and the second of {other.split} people, not of "
            "tuning and of test people"
        )
    faults += [
        f"they differ in {name}"
        for name in ("matcher", "unit", "encoders", "runtime", "calibration")
        if getattr(one, name) != getattr(other, name)
    ]
    if one.protocol_sha256 == other.protocol_sha256:
        faults.append("they are of one protocol")
    if shared := len(_people(tuning) & _people(test)):
        faults.append(
            f"people are in both, {shared:,} of them"
            + (
                ""
                if one.data_set == other.data_set
                else f", though the data sets are called {one.data_set} and {other.data_set} (name "
                "people apart where they are others)"
            )
        )
    for facts in (one, other):
        if (drawn := drawn_words(facts)) is not None:
            faults.append(drawn)
    if other.opened is None or other.opened_for != policy_id:
        opened = other.opened_for or "no policy"
        faults.append(f"the locked test was opened for {opened}, not for {policy_id}")
    elif other.opened < one.created:
        faults.append(
            f"the locked test was opened at {spoken(other.opened)}, before the tuning people were "
            f"measured at {spoken(one.created)}, so that nothing was chosen first"
        )
    elif other.created < other.opened:
        faults.append(
            f"the locked test was searched at {spoken(other.created)}, before it was opened at "
            f"{spoken(other.opened)}"
        )
    if faults:
        msg = (
            f"policy {policy_id} cannot be drafted from these measurements: {'; '.join(faults)}. "
            "Measure tuning people first, open the test for this policy, and measure it with the "
            "same matcher."
        )
        raise PolicyError(msg)


def drawn_words(facts: MeasurementFacts) -> str | None:
    """Return that a measurement is of a later draw of its list; `None` of the first."""
    drawn = _LATER_DRAW.search(facts.rule)
    if drawn is None:
        return None
    return (
        f"measurement {facts.name} is of draw {drawn[1]}, and a policy rests on draw 0, so that "
        "none is picked for its figures"
    )


def _people(measured: Measurement) -> set[str]:
    return {*measured.searches["identity"], *measured.references["identity"]}
