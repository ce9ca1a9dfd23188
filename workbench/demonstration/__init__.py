"""The demonstration: five credited people, a staged crowd, a search, and its result checked.

It runs on its own category, `demonstration`, and proves that the parts work together; five people
prove nothing else. Each step can be called alone, which is what the tour notebook does.
"""

from __future__ import annotations

from workbench.demonstration.bench import DemonstrationBench
from workbench.demonstration.outcome import CREDITS_NOTE, Outcome
from workbench.demonstration.people import SamplePerson, people
from workbench.demonstration.sample import Sample, prepare
from workbench.demonstration.scene import Scene, stage
from workbench.demonstration.steps import (
    CATEGORY,
    PROVES,
    Authorised,
    authorise,
    build_list,
    end_deployment,
    listed_table,
    photograph_scores,
    run,
    search,
)

__all__ = [
    "CATEGORY",
    "CREDITS_NOTE",
    "PROVES",
    "Authorised",
    "DemonstrationBench",
    "Outcome",
    "Sample",
    "SamplePerson",
    "Scene",
    "authorise",
    "build_list",
    "end_deployment",
    "listed_table",
    "people",
    "photograph_scores",
    "prepare",
    "run",
    "search",
    "stage",
]
