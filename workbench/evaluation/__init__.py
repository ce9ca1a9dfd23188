"""Protocols in, error rates with their intervals out: frames to frames, nothing written.

Nothing here knows an image, a template or a matcher. Scores come as polars frames whose schemas
are declared beside what is computed from them (`Searches`, `References`, `PairScores`).
"""

from workbench.evaluation.adjudicated import (
    CENSORED,
    AlertScores,
    alert_scores,
    check_alert_scores,
)
from workbench.evaluation.draws import (
    draw_protocol,
    leave_out,
    repeated_draws,
    require_both_kinds,
)
from workbench.evaluation.folders import folder_protocol, lfw_protocol, people_protocol
from workbench.evaluation.identification import (
    FPIR_TARGETS,
    DetCurve,
    TpirAtFpir,
    det_curve,
    hit_rate,
    tpir_at_fpir,
)
from workbench.evaluation.locked import LockedTest, Opening, locked_test, take_split
from workbench.evaluation.measurement import (
    MeasuredSearches,
    Measurement,
    MeasurementFacts,
    read_measurement,
    write_measurement,
)
from workbench.evaluation.pair_protocol import PairProtocol, read_pair_protocol
from workbench.evaluation.pairs import PairList, read_pairs
from workbench.evaluation.protocols import Protocol, as_protocol, protocol_digest, read_protocol
from workbench.evaluation.results import identification_result, verification_result
from workbench.evaluation.searches import References, Searches
from workbench.evaluation.splits import require_disjoint, split_people, split_protocol
from workbench.evaluation.staged import staged_protocol
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
    "CENSORED",
    "FAR_TARGETS",
    "FPIR_TARGETS",
    "Accuracy",
    "AlertScores",
    "DetCurve",
    "ErrorRates",
    "FrrAtFar",
    "Interval",
    "LockedTest",
    "MeasuredSearches",
    "Measurement",
    "MeasurementFacts",
    "Opening",
    "PairList",
    "PairProtocol",
    "PairScores",
    "Protocol",
    "References",
    "Searches",
    "TpirAtFpir",
    "accuracy",
    "alert_scores",
    "as_protocol",
    "check_alert_scores",
    "clopper_pearson",
    "det_curve",
    "draw_protocol",
    "equal_error_rate",
    "error_rates",
    "folder_protocol",
    "frr_at_far",
    "hit_rate",
    "identification_result",
    "leave_out",
    "lfw_protocol",
    "locked_test",
    "measurable",
    "people_protocol",
    "protocol_digest",
    "read_measurement",
    "read_pair_protocol",
    "read_pairs",
    "read_protocol",
    "repeated_draws",
    "require_both_kinds",
    "require_disjoint",
    "rule_of_three",
    "split_people",
    "split_protocol",
    "staged_protocol",
    "take_split",
    "threshold_for",
    "tpir_at_fpir",
    "verification_result",
    "wilson",
    "write_measurement",
]
