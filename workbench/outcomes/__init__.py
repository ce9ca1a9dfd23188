"""What came of deployments: records as forces publish them, checked, corrected and summed up.

Frames in, frames out. Nothing here knows anybody: a record holds counts, a place and a day.
"""

from workbench.outcomes.above_cap import deployments_above
from workbench.outcomes.comparing import Comparison, compare_forces
from workbench.outcomes.corrections import Correction, as_printed, correct, newest
from workbench.outcomes.example import EXAMPLE_SOURCES, met_deployments
from workbench.outcomes.importing import Imported, ImportProblems, import_outcomes
from workbench.outcomes.mapping import Mapping, guess_mapping, read_mapping, write_mapping
from workbench.outcomes.records import OutcomeRecords, check_records
from workbench.outcomes.rules import RULES, Findings, Rule, findings_of
from workbench.outcomes.summaries import GROUPINGS, summarise
from workbench.outcomes.tables import PrintedTable, read_printed_table

__all__ = [
    "EXAMPLE_SOURCES",
    "GROUPINGS",
    "RULES",
    "Comparison",
    "Correction",
    "Findings",
    "ImportProblems",
    "Imported",
    "Mapping",
    "OutcomeRecords",
    "PrintedTable",
    "Rule",
    "as_printed",
    "check_records",
    "compare_forces",
    "correct",
    "deployments_above",
    "findings_of",
    "guess_mapping",
    "import_outcomes",
    "met_deployments",
    "newest",
    "read_mapping",
    "read_printed_table",
    "summarise",
    "write_mapping",
]
