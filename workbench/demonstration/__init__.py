"""The demonstration: five credited people, a staged crowd, and the whole way under every rule.

It runs in a bench of its own, under the category `demonstration`, and proves that the parts work
together; five people prove nothing else. Each step can be called alone, which is what the tour
notebook does.
"""

from __future__ import annotations

from workbench.demonstration.bench import DemonstrationBench
from workbench.demonstration.comparing import photograph_scores
from workbench.demonstration.deciding import first_verdicts, second_verdicts
from workbench.demonstration.outcome import CATEGORY, CREDITS_NOTE, PROVES, Outcome
from workbench.demonstration.people import SamplePerson, people
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
