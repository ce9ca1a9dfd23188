"""Which thresholds the lab offers as drafts, against what `workbench policy draft` takes of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lab_values import counted
from measured_values import measured

from widgets.threshold_lab_document import figures_of, lab_words
from widgets.threshold_lab_drafts import draft_words, drafts_of, hindrance_of, not_offered
from workbench.bench.policy_drafting import PlannedUse, draft_policy
from workbench.bench.policy_pairs import require_pair
from workbench.errors import PolicyError, ProtocolError
from workbench.evaluation.measurement import require_consistent
from workbench.evaluation.staged import STAGED

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
OTHERS = [0.3 + place / 1000 for place in range(400)]


def complaint(threshold: float) -> str:
    """Draft as the command of the lab does, and return why it is refused; nothing where it is not."""
    use = PlannedUse(smallest_list=1, largest_list=500, threshold=threshold)
    try:
        draft_policy("street/1", measured("tuning"), measured("test"), use, now=NOW, replicates=20)
    except PolicyError as error:
        return str(error)
    return ""


def test_what_is_not_offered_is_what_the_tuning_people_have_refused() -> None:
    tuning = measured("tuning")
    figures = figures_of(tuning, None, 0)
    alarms = figures.rates["false_alarms"].to_list()
    hindrances = drafts_of(figures.rates, tuning.facts, figures.every_said)
    assert [not words for words in hindrances] == [count >= 3 for count in alarms]
    last = max(place for place, words in enumerate(hindrances) if not words)
    assert "is not offered as a draft" in hindrances[last + 1]
    assert f"take T = {figures.said(last)} or lower" in hindrances[last + 1]
    why = "the threshold was chosen on"
    assert why in complaint(float(figures.said(last + 1)))
    assert why not in complaint(float(figures.said(last))), "the locked test alone may refuse it"
    many = max(place for place, count in enumerate(alarms) if count >= 30)
    assert complaint(float(figures.said(many))) == ""


@pytest.mark.parametrize(
    ("facts", "lab_says", "draft_says"),
    [
        ({"split": "whole"}, "none were kept apart", "of whole people"),
        ({"rule": "all of them; draw 2 of 5"}, "a further draw", "is of draw 2"),
    ],
)
def test_people_of_whom_no_draft_is_taken_are_offered_none(
    facts: dict[str, Any], lab_says: str, draft_says: str
) -> None:
    measurement = counted([0.9] * 40, OTHERS, **facts)
    words = lab_words(figures_of(measurement, None, 0))
    assert all(lab_says in one for one in words["drafts"])
    test = counted([0.9] * 40, OTHERS, split="test", protocol_sha256="1" * 64)
    with pytest.raises(PolicyError, match=draft_says):
        require_pair("street/1", measurement, test)


def test_tuning_people_of_the_first_list_are_no_hindrance() -> None:
    assert hindrance_of(counted([0.9], OTHERS).facts) is None
    first = counted([0.9], OTHERS, rule="all of them; draw 0 of 5")
    assert hindrance_of(first.facts) is None


def test_tracks_of_a_staged_crowd_are_no_ground_for_a_draft_and_are_called_so() -> None:
    measurement = counted([0.9] * 40, OTHERS, searched="staged tracks")
    words = lab_words(figures_of(measurement, None, 0))
    assert all("these are tracks of a staged crowd" in one for one in words["drafts"])
    assert STAGED in words["caveats"]
    with pytest.raises(ProtocolError, match="its searches are tracks of a staged crowd"):
        require_consistent(measurement, "the folder")


def test_with_too_few_everywhere_no_lower_threshold_is_promised() -> None:
    words = lab_words(figures_of(counted([0.9] * 5, [0.3, 0.4]), None, 0))
    assert words["jumps"] == []
    assert all("no T here has three" in one for one in words["drafts"])


def test_where_all_usual_rates_can_be_measured_nothing_is_left_out() -> None:
    others = [0.3] * 3_900 + [0.6 + place / 400 for place in range(100)]
    figures = figures_of(counted([0.9], others), None, 0)
    assert not_offered(figures.rates) == ""
    jumps = lab_words(figures)["jumps"]
    assert [one["words"] for one in jumps][-1] == "FPIR 1 in 1,000"
    nobody = figures_of(counted([0.5, 0.6], []), None, 0)
    assert not_offered(nobody.rates) == ""


def test_a_rate_that_lies_between_two_steps_is_drafted_by_the_rate() -> None:
    others = [0.3 + place / 10_000 for place in range(4_000)]
    words = not_offered(figures_of(counted([0.9], others), None, 0).rates)
    assert words.startswith("FPIR 1 in 330 and 1 in 1,000 are not offered: at the first step")
    assert "--target-fpir" in words
    assert "Measure more" not in words


def test_a_folder_is_named_and_one_that_is_missing_is_explained(tmp_path: Any) -> None:
    without, size = draft_words(None, 1_240)
    assert without.startswith("TUNING is the folder of the tuning measurement")
    assert "--report TUNING" in without
    assert size.startswith("1,240 is the list of the plan")
    assert "TUNING is" not in draft_words(tmp_path, 7)[0]
