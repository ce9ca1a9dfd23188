"""Which thresholds a policy can be drafted with, and what is said of those that are not offered."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from workbench.evaluation.identification import FPIR_TARGETS
from workbench.evaluation.measurement import MeasurementFacts
from workbench.intervals import FEWEST_EXPECTED_ERRORS, measurable
from workbench.rate_words import few_or_many

__all__ = ["draft_words", "drafts_of", "hindrance_of", "jumps_of", "lowest_within", "not_offered"]

_REFUSED: Final = "the command workbench policy draft refuses"
_LATER_DRAW: Final = re.compile(r"; draw [1-9][0-9]* of ")
"""In the rule of a measurement of a further draw, as `--draws` writes it."""


def hindrance_of(facts: MeasurementFacts) -> str | None:
    """Return why no threshold of a measurement can be drafted; `None` where some can.

    As `workbench policy draft` has it: tuning people alone, of photographs and not of a staged
    crowd, and the first drawn list alone.
    """
    if facts.split == "test":
        return "No draft is written here: no threshold is chosen on the locked test set."
    if facts.searched == "staged tracks":
        return (
            f"No draft is offered here: these are tracks of a staged crowd, and {_REFUSED} them. "
            "Measure photographs of tuning people (workbench evaluate identification)."
        )
    if facts.split != "tuning":
        return (
            f"No draft is offered here: {_REFUSED} a threshold that was chosen on people of whom "
            "none were kept apart. Make a protocol with tuning and test people (workbench "
            "evaluate protocol IMAGES --split), and measure the tuning people."
        )
    if _LATER_DRAW.search(facts.rule):
        return (
            f"No draft is offered here: this is a further draw of the list, and {_REFUSED} all but "
            "the first, so that none is picked for its figures. Open the measurement of the first."
        )
    return None


def drafts_of(rates: pl.DataFrame, facts: MeasurementFacts, said: list[str]) -> list[str]:
    """Return for each threshold why it cannot be drafted; empty words where it can.

    Args:
        rates: of `lab_rates`.
        facts: of the measurement.
        said: each threshold, as it is written.
    """
    whole = hindrance_of(facts)
    if whole is not None:
        return [whole] * len(rates)
    alarms = rates["false_alarms"].to_list()
    enough = [place for place, count in enumerate(alarms) if count >= FEWEST_EXPECTED_ERRORS]
    instead = f", or take T = {said[enough[-1]]} or lower" if enough else ": no T here has three"
    return [
        ""
        if count >= FEWEST_EXPECTED_ERRORS
        else (
            f"T = {one} is not offered as a draft: {_alarms(count)} in {n:,} searches for people "
            f"who are not on the list {'is' if count == 1 else 'are'} fewer than the three that a "
            f"rate needs, and {_REFUSED} it. Measure more people who are not on the "
            f"list{instead}. (Its option --bound-in-words drafts such a T with the highest that "
            "its rate may be.)"
        )
        for one, count, n in zip(said, alarms, rates["nonmated"].to_list(), strict=True)
    ]


def jumps_of(rates: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the lowest place that keeps each usual FPIR, of those that can be measured here.

    Args:
        rates: of `lab_rates`.
    """
    return [
        {"words": f"FPIR {few_or_many(target)}", "place": place}
        for target in FPIR_TARGETS
        if (place := _place(rates, target)) is not None
    ]


def not_offered(rates: pl.DataFrame) -> str:
    """Return which usual FPIR have no button, why, and what to do; empty where all have one.

    Args:
        rates: of `lab_rates`.
    """
    if not len(rates) or not (n := int(rates["nonmated"][0])):
        return ""
    said = []
    if few := [target for target in FPIR_TARGETS if not measurable(target, n)]:
        said.append(
            f"{_named(few)} not offered: fewer than three false alarms are to be expected in {n:,} "
            "searches for people who are not on the list. That is too few to measure, and "
            f"{_REFUSED} a threshold that rests on so few. Measure more people who are not on the "
            f"list: {_listed([f'{_needed(target):,}' for target in few])} searches at the least."
        )
    if between := [one for one in FPIR_TARGETS if one not in few and _place(rates, one) is None]:
        said.append(
            f"{_named(between)} not offered: at the first step of the slider that keeps so low a "
            f"rate fewer than three false alarms are left, of which {_REFUSED} a threshold. Draft "
            "it by the rate instead (--target-fpir), which is not bound to steps."
        )
    return " ".join(said)


def draft_words(folder: Path | None, list_size: int) -> list[str]:
    """Return what the names in the command of a draft stand for, a sentence or two each.

    Args:
        folder: of the measurement that the threshold was written down on; `None` where it came
            without one.
        list_size: references on the planned list.
    """
    tuning = (
        "TUNING is the folder of the tuning measurement: these figures came without one. Make it "
        "with workbench evaluate identification PROTOCOL.csv --root IMAGES --split tuning "
        "--report TUNING."
        if folder is None
        else "After --tuning stands the folder of this measurement."
    )
    return [
        (
            f"{tuning} TEST is the folder of a measurement of the locked test that was opened for "
            "this policy, after the tuning people were measured; where it has fewer than three "
            "false alarms at T, the command refuses T too. ID names the policy, as in street/1."
        ),
        (
            f"{list_size:,} is the list of the plan on this page: change the plan, and the command "
            "changes with it."
        ),
    ]


def lowest_within(rates: pl.DataFrame, target: float) -> int:
    """Return the first place whose FPIR keeps a target; the last where none does."""
    within = np.flatnonzero(rates["fpir"].fill_null(0.0).to_numpy() <= target)
    return int(within[0]) if len(within) else len(rates) - 1


def _place(rates: pl.DataFrame, target: float) -> int | None:
    if not len(rates) or not measurable(target, int(rates["nonmated"][0])):
        return None
    place = lowest_within(rates, target)
    return place if rates["false_alarms"][place] >= FEWEST_EXPECTED_ERRORS else None


def _named(targets: list[float]) -> str:
    """Return the targets with their verb."""
    names = [f"FPIR {few_or_many(targets[0])}", *map(few_or_many, targets[1:])]
    return f"{_listed(names)} {'is' if len(targets) == 1 else 'are'}"


def _needed(target: float) -> int:
    return math.ceil(round(FEWEST_EXPECTED_ERRORS / target, 6))


def _alarms(count: int) -> str:
    return f"{count} false alarm{'' if count == 1 else 's'}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
