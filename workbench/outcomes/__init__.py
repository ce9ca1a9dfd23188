"""What came of deployments: records as forces publish them, checked, corrected and summed up.

Frames in, frames out. Nothing here knows anybody: a record holds counts, a place and a day.
"""

from workbench.outcomes.corrections import Correction, as_printed, correct, newest
from workbench.outcomes.example import EXAMPLE_SOURCES, met_deployments
from workbench.outcomes.records import OutcomeRecords, check_records
from workbench.outcomes.rules import RULES, Findings, Rule, findings_of

__all__ = [
    "EXAMPLE_SOURCES",
    "RULES",
    "Correction",
    "Findings",
    "OutcomeRecords",
    "Rule",
    "as_printed",
    "check_records",
    "correct",
    "findings_of",
    "met_deployments",
    "newest",
]
