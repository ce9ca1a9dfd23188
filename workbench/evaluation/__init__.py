"""Protocols in, error rates with their intervals out: frames to frames, nothing written.

Nothing here knows an image, a template or a matcher. Scores come as polars frames whose schemas
are declared beside what is computed from them (`Searches`, `References`, `PairScores`).
"""

from workbench.evaluation.identification import (
    FPIR_TARGETS,
    DetCurve,
    TpirAtFpir,
    det_curve,
    hit_rate,
    tpir_at_fpir,
)
from workbench.evaluation.measurement import (
    MeasuredSearches,
    Measurement,
    MeasurementFacts,
    read_measurement,
    write_measurement,
)
from workbench.evaluation.pairs import PairList, read_pairs
from workbench.evaluation.protocols import Protocol, read_protocol
from workbench.evaluation.results import identification_result, verification_result
from workbench.evaluation.searches import References, Searches
from workbench.evaluation.splits import split_people
from workbench.evaluation.thresholds import threshold_for
from workbench.evaluation.verification import (
    FAR_TARGETS,
    Accuracy,
    ErrorRates,
    FrrAtFar,
    PairScores,
    accuracy,
    equal_error_rate,
    error_rates,
    frr_at_far,
)
from workbench.intervals import (
    Interval,
    clopper_pearson,
    measurable,
    rule_of_three,
    wilson,
)

__all__ = [
    "FAR_TARGETS",
    "FPIR_TARGETS",
    "Accuracy",
    "DetCurve",
    "ErrorRates",
    "FrrAtFar",
    "Interval",
    "MeasuredSearches",
    "Measurement",
    "MeasurementFacts",
    "PairList",
    "PairScores",
    "Protocol",
    "References",
    "Searches",
    "TpirAtFpir",
    "accuracy",
    "clopper_pearson",
    "det_curve",
    "equal_error_rate",
    "error_rates",
    "frr_at_far",
    "hit_rate",
    "identification_result",
    "measurable",
    "read_measurement",
    "read_pairs",
    "read_protocol",
    "rule_of_three",
    "split_people",
    "threshold_for",
    "tpir_at_fpir",
    "verification_result",
    "wilson",
    "write_measurement",
]
