"""The demonstration: five credited people, a staged crowd, and the whole way under every rule.

It runs in a bench of its own, under the category `demonstration`, and proves that the parts work
together; five people prove nothing else. Each step can be called alone, which is what the tour
notebook does. Importing the package loads no model library; each name is loaded when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.demonstration.bench import DemonstrationBench
    from workbench.demonstration.comparing import photograph_scores
    from workbench.demonstration.deciding import first_verdicts, second_verdicts
    from workbench.demonstration.outcome import CATEGORY, CREDITS_NOTE, PROVES, Outcome
    from workbench.demonstration.portraits import SamplePerson, people
    from workbench.demonstration.refusals import (
        after_the_end,
        before_the_authority,
        before_the_review,
        before_the_search,
        while_deciding,
    )
    from workbench.demonstration.running import Demonstrated, run
    from workbench.demonstration.sample import Sample, prepare
    from workbench.demonstration.scene import Scene, stage
    from workbench.demonstration.steps import (
        Authorised,
        apply,
        authorise,
        build_list,
        decided,
        end_deployment,
        refreshed,
        review_list,
        search,
    )
    from workbench.demonstration.tables import (
        application_table,
        authority_table,
        certificate_table,
        list_table,
        log_table,
        record_table,
        verdict_table,
        verification_table,
    )
    from workbench.demonstration.thresholds import require_threshold

_HOMES = {
    "Authorised": "steps",
    "CATEGORY": "outcome",
    "CREDITS_NOTE": "outcome",
    "Demonstrated": "running",
    "DemonstrationBench": "bench",
    "Outcome": "outcome",
    "PROVES": "outcome",
    "Sample": "sample",
    "SamplePerson": "portraits",
    "Scene": "scene",
    "after_the_end": "refusals",
    "application_table": "tables",
    "apply": "steps",
    "authorise": "steps",
    "authority_table": "tables",
    "before_the_authority": "refusals",
    "before_the_review": "refusals",
    "before_the_search": "refusals",
    "build_list": "steps",
    "certificate_table": "tables",
    "decided": "steps",
    "end_deployment": "steps",
    "first_verdicts": "deciding",
    "list_table": "tables",
    "log_table": "tables",
    "people": "portraits",
    "photograph_scores": "comparing",
    "prepare": "sample",
    "record_table": "tables",
    "refreshed": "steps",
    "require_threshold": "thresholds",
    "review_list": "steps",
    "run": "running",
    "search": "steps",
    "second_verdicts": "deciding",
    "stage": "scene",
    "verdict_table": "tables",
    "verification_table": "tables",
    "while_deciding": "refusals",
}

__all__ = [
    "CATEGORY",
    "CREDITS_NOTE",
    "PROVES",
    "Authorised",
    "Demonstrated",
    "DemonstrationBench",
    "Outcome",
    "Sample",
    "SamplePerson",
    "Scene",
    "after_the_end",
    "application_table",
    "apply",
    "authorise",
    "authority_table",
    "before_the_authority",
    "before_the_review",
    "before_the_search",
    "build_list",
    "certificate_table",
    "decided",
    "end_deployment",
    "first_verdicts",
    "list_table",
    "log_table",
    "people",
    "photograph_scores",
    "prepare",
    "record_table",
    "refreshed",
    "require_threshold",
    "review_list",
    "run",
    "search",
    "second_verdicts",
    "stage",
    "verdict_table",
    "verification_table",
    "while_deciding",
]


def __getattr__(name: str) -> object:
    """Load a public name from the module it lives in."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
