"""Protocols in, error rates with their intervals out: frames to frames, nothing written.

Nothing here knows an image, a template or a matcher. Scores come as polars frames whose schemas
are declared beside what is computed from them (`Searches`, `References`, `PairScores`).
"""

from workbench.evaluation.acquisition import AcquisitionFailures, acquisition_failures
from workbench.evaluation.adjudicated import CENSORED, AlertScores, alert_scores, check_alert_scores
from workbench.evaluation.comparison_rates import (
    ComparisonRates,
    EqualErrorRate,
    comparison_det,
    comparison_eer,
    comparison_rates,
)
from workbench.evaluation.comparisons import Comparisons
from workbench.evaluation.counted import clustered_intervals, exact_intervals, wilson_intervals
from workbench.evaluation.differences import PairedDifference, paired_difference
from workbench.evaluation.draws import draw_protocol, leave_out, repeated_draws, require_both_kinds
from workbench.evaluation.equal_error import equal_error_rate
from workbench.evaluation.extrapolation import (
    CheckedExtrapolation,
    Extrapolated,
    MeasuredLists,
    check_extrapolation,
    extrapolate,
    extrapolate_searches,
)
from workbench.evaluation.few_errors import few_errors_words
from workbench.evaluation.field import FieldDeployments, FieldRate, field_interval, field_rate
from workbench.evaluation.folders import folder_protocol, lfw_protocol, people_protocol
from workbench.evaluation.gathering import ComparisonGatherer, ScoreBlock, gather_comparisons
from workbench.evaluation.identification import (
    FPIR_TARGETS,
    DetCurve,
    TpirAtFpir,
    det_curve,
    hit_rate,
    tpir_at_fpir,
)
from workbench.evaluation.left_out import read_left_out
from workbench.evaluation.list_draws import ListRates, rates_of_lists, searched_lists
from workbench.evaluation.locked import LockedTest, Opening, locked_test, take_split
from workbench.evaluation.longer_lists import CheckedLists, checked_lists, longer_sizes
from workbench.evaluation.measurement import (
    MeasuredSearches,
    Measurement,
    MeasurementFacts,
    read_measurement,
    write_measurement,
)
from workbench.evaluation.pair_draws import PairIntervals, pair_bootstrap
from workbench.evaluation.pair_protocol import PairProtocol, read_pair_protocol
from workbench.evaluation.pair_scores import PairPeople, PairScores
from workbench.evaluation.pairs import PairList, read_pairs
from workbench.evaluation.planner import Plan, plan
from workbench.evaluation.planner_words import plan_sentences
from workbench.evaluation.protocols import Protocol, as_protocol, protocol_digest, read_protocol
from workbench.evaluation.rates import CmcCurve, RatesAt, cmc_curve, det_bands, rates_at
from workbench.evaluation.results import identification_result, verification_result
from workbench.evaluation.searches import References, Searches
from workbench.evaluation.shipped import shipped_measurements
from workbench.evaluation.shown import (
    Shown,
    few_errors_notes,
    shown_interval,
    shown_of_group,
    shown_of_rank,
    shown_of_rate,
)
from workbench.evaluation.splits import require_disjoint, split_people, split_protocol
from workbench.evaluation.staged import staged_protocol
from workbench.evaluation.thresholds import threshold_for
from workbench.evaluation.verification import (
    FAR_TARGETS,
    Accuracy,
    ErrorRates,
    FrrAtFar,
    accuracy,
    error_rates,
    frr_at_far,
)
from workbench.intervals import (
    Interval,
    clopper_pearson,
    measurable,
    relative_ends,
    rule_of_three,
    wilson,
)

__all__ = [
    "CENSORED",
    "FAR_TARGETS",
    "FPIR_TARGETS",
    "Accuracy",
    "AcquisitionFailures",
    "AlertScores",
    "CheckedExtrapolation",
    "CheckedLists",
    "CmcCurve",
    "ComparisonGatherer",
    "ComparisonRates",
    "Comparisons",
    "DetCurve",
    "EqualErrorRate",
    "ErrorRates",
    "Extrapolated",
    "FieldDeployments",
    "FieldRate",
    "FrrAtFar",
    "Interval",
    "ListRates",
    "LockedTest",
    "MeasuredLists",
    "MeasuredSearches",
    "Measurement",
    "MeasurementFacts",
    "Opening",
    "PairIntervals",
    "PairList",
    "PairPeople",
    "PairProtocol",
    "PairScores",
    "PairedDifference",
    "Plan",
    "Protocol",
    "RatesAt",
    "References",
    "ScoreBlock",
    "Searches",
    "Shown",
    "TpirAtFpir",
    "accuracy",
    "acquisition_failures",
    "alert_scores",
    "as_protocol",
    "check_alert_scores",
    "check_extrapolation",
    "checked_lists",
    "clopper_pearson",
    "clustered_intervals",
    "cmc_curve",
    "comparison_det",
    "comparison_eer",
    "comparison_rates",
    "det_bands",
    "det_curve",
    "draw_protocol",
    "equal_error_rate",
    "error_rates",
    "exact_intervals",
    "extrapolate",
    "extrapolate_searches",
    "few_errors_notes",
    "few_errors_words",
    "field_interval",
    "field_rate",
    "folder_protocol",
    "frr_at_far",
    "gather_comparisons",
    "hit_rate",
    "identification_result",
    "leave_out",
    "lfw_protocol",
    "locked_test",
    "longer_sizes",
    "measurable",
    "pair_bootstrap",
    "paired_difference",
    "people_protocol",
    "plan",
    "plan_sentences",
    "protocol_digest",
    "rates_at",
    "rates_of_lists",
    "read_left_out",
    "read_measurement",
    "read_pair_protocol",
    "read_pairs",
    "read_protocol",
    "relative_ends",
    "repeated_draws",
    "require_both_kinds",
    "require_disjoint",
    "rule_of_three",
    "searched_lists",
    "shipped_measurements",
    "shown_interval",
    "shown_of_group",
    "shown_of_rank",
    "shown_of_rate",
    "split_people",
    "split_protocol",
    "staged_protocol",
    "take_split",
    "threshold_for",
    "tpir_at_fpir",
    "verification_result",
    "wilson",
    "wilson_intervals",
    "write_measurement",
]
