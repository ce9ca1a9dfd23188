"""The page of equity as Python makes it: what is known, what is not told, and why."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from equity_facts_values import equity_facts_of, measured_policy, rate_of, unmeasured_policy
from managers_values import part_of, section_of, snapshot_folder, text_of

from widgets import EquityOutcomes
from workbench.outcomes.equity_facts import EquityFacts


def document(folder: Path, equity: EquityFacts | None = None, **more: Any) -> dict[str, Any]:
    """Return what the page shows of a snapshot."""
    page = EquityOutcomes(snapshot_folder(folder, equity=equity, **more))
    page.wait()
    shown = page.document()
    page.close()
    json.dumps(shown, allow_nan=False)
    return shown


def test_each_policy_has_its_sentence_first(tmp_path: Path) -> None:
    shown = document(tmp_path, equity_facts_of())
    assert shown["sections"][0]["name"] == "known"
    without = part_of(shown, "known", "policy default-sface/1")
    assert without["title"] == "default-sface/1 (sface matcher, T = 0.43)"
    assert without["lines"] == [
        "Equity not measured: whom its errors fall on is not known.",
        (
            "A default of the product, approved by nobody. 1 deployment was searched under it, at T = "
            "0.43 (cosine)."
        ),
    ]
    assert without["mark"] == "warn"
    measured = part_of(shown, "known", "policy street/1")
    assert measured["lines"][0].startswith("Equity measured on custody set 4, test people (388")
    assert measured["mark"] == "warn"
    assert measured["lines"][-1] == (
        "A difference between groups was found, 2 times in all: weigh it before the policy is used."
    )


def test_nothing_is_marked_as_good_where_no_difference_was_found(tmp_path: Path) -> None:
    levels = tuple(at.model_copy(update={"differences": 0}) for at in measured_policy().at)
    facts = equity_facts_of(policies=(measured_policy(at=levels),))
    shown = document(tmp_path, facts)
    assert part_of(shown, "known", "policy street/1")["mark"] == "rest"
    assert '"good"' not in json.dumps(shown)


def test_the_large_figures_say_how_much_is_known(tmp_path: Path) -> None:
    figures = part_of(document(tmp_path, equity_facts_of()), "known", "figures")["figures"]
    said = {one["title"]: (one["value"], one["lines"][0]) for one in figures}
    assert said == {
        "Policies in use with equity measured": (
            "1 of 2",
            "Of the others nobody knows whom their errors fall on.",
        ),
        "Rates by group that are told": ("5 of 8", "2 suppressed, 1 not measurable here"),
        "Deployments with false alerts counted by group": (
            "2 of 3",
            "They had 11 of 13 false alerts.",
        ),
        "Is equity a condition here?": (
            "no",
            "The rules let a policy be used whose errors were not compared by group.",
        ),
    }


def test_where_the_rules_ask_for_it_a_policy_that_lacks_it_is_said_to_stop(tmp_path: Path) -> None:
    shown = document(tmp_path, equity_facts_of(asked_for=True))
    without = part_of(shown, "known", "policy default-sface/1")
    assert without["lines"][-1] == "The rules ask for it: no search starts under this policy."
    staged = document(tmp_path / "b", equity_facts_of(asked_for=True, is_demonstration=True))
    assert "no search starts" not in text_of(staged)
    assert "A demonstration takes any policy" in text_of(staged)


def test_what_a_comparison_leaves_open_is_said(tmp_path: Path) -> None:
    one = measured_policy(searched_at=(2.5, 3.1), gaps=("deployments may go down to 1.0",))
    shown = document(tmp_path, equity_facts_of(policies=(one,)))
    said = part_of(shown, "known", "policy street/1")
    assert said["mark"] == "warn"
    assert said["lines"][2:4] == [
        "It does not cover all that deployments may do: deployments may go down to 1.0.",
        "Deployments searched at T = 3.1 too, where groups were not compared.",
    ]


def test_a_rate_is_a_point_with_its_interval_a_bound_or_a_reason(tmp_path: Path) -> None:
    shown = document(tmp_path, equity_facts_of())
    drawn = part_of(shown, "groups street/1", "fpir")
    points, bounds, hidden = drawn["traces"]
    assert points["x"] == [31 / 9_000, 58 / 7_500]
    ends = [x + up for x, up in zip(points["x"], points["error_x"]["array"], strict=True)]
    assert ends == pytest.approx([rate_of("FPIR", "", 180, 9_000, 31).high,
                                  rate_of("FPIR", "", 150, 7_500, 58).high])  # fmt: skip
    assert bounds["x"] == [rate_of("FPIR", "", 40, 2_000, 1).bound]
    assert bounds["marker"]["symbol"] == "triangle-left-open"
    assert hidden["text"] == ["  suppressed"]
    axis = drawn["layout"]["xaxis"]
    low, high = axis["range"]
    assert axis["type"] == "log"
    assert "1 in 200" in axis["ticktext"]
    told = [*points["x"], *ends, *bounds["x"]]
    assert all(low < math.log10(value) < high for value in told)
    assert drawn["layout"]["yaxis"]["ticktext"][0] == "group A\n(compared with)"
    words = {row[1]: (row[5]["words"], row[6]["words"], row[7]) for row in drawn["rows"]}
    assert words["group C"] == ("1", "not measurable here", "at most 1 in 350")
    assert words["group D"] == ("suppressed", "suppressed (fewer than 30 people)", "")
    misses = part_of(shown, "groups street/1", "fnir")["rows"]
    assert (misses[0][6]["words"], misses[0][7]) == (
        "6.7 of 100",
        "4.3 to 9.8 of 100",
    )
    assert words["group B"][1:] == ("1 in 130", "1 in 100 to 1 in 180")


def test_suppressed_groups_and_comparisons_are_named_with_the_reason(tmp_path: Path) -> None:
    shown = document(tmp_path, equity_facts_of())
    suppressed = part_of(shown, "groups street/1", "suppressed")
    assert [line.split(":")[0] for line in suppressed["lines"]] == ["group D", "group D"]
    assert "fewer than 30 people; 18 people" in suppressed["lines"][0]
    own, lower, no_proof = part_of(shown, "groups street/1", "compared")["lines"]
    assert own == (
        "At T = 2.5: a difference was found in 1 of 4 comparisons, after Holm's correction."
    )
    assert lower.startswith("At T = 2.1, below the policy's, where false alarms are 3 times as")
    assert no_proof.startswith("That a difference was not found does not mean there is none.")
    assert len(part_of(shown, "groups street/1", "rates")["rows"]) == 16


def test_where_every_group_is_suppressed_that_is_said_in_place_of_a_chart(tmp_path: Path) -> None:
    one = measured_policy()
    rates = tuple(rate_of(rate.rate, rate.group, 12, 12, None) for rate in one.at[0].rates)
    at = one.at[0].model_copy(update={"rates": rates, "comparisons": 0, "differences": 0})
    shown = document(tmp_path, equity_facts_of(policies=(one.model_copy(update={"at": (at,)}),)))
    assert part_of(shown, "groups street/1", "fnir")["empty"].startswith("Every group is suppr")
    said = part_of(shown, "groups street/1", "compared")["lines"]
    assert said[0] == "At T = 2.5: no two groups could be compared."


def test_the_field_shows_sums_with_their_reasons_and_no_rate(tmp_path: Path) -> None:
    shown = document(tmp_path, equity_facts_of())
    rows = part_of(shown, "field", "scheme 0")["rows"]
    assert [(row[0], row[1]["words"]) for row in rows] == [
        ("Asian", "suppressed (fewer than 5)"),
        ("Black", "6"),
        ("White", "suppressed (fewer than 5)"),
        ("no group written down", "suppressed (fewer than 5)"),
    ]
    assert part_of(shown, "field", "left")["lines"] == [
        "1 deployment with 2 false alerts: nobody wrote down a group."
    ]
    now = [row[3] for row in part_of(shown, "field", "deployments")["rows"]]
    assert [(one["words"], one["mark"]) for one in now] == [
        ("7", None),
        ("4, changed since", "warn"),
    ]
    assert "No rate by group can be made" in text_of(section_of(shown, "field"))
    assert "read where it was published" in text_of(section_of(shown, "field"))


def test_what_cannot_be_said_stands_there_whatever_is_known(tmp_path: Path) -> None:
    none = equity_facts_of(
        policies=(), schemes=(), deployments=(), without_groups=0, false_alerts_without_groups=0
    )
    for at, facts in enumerate((none, equity_facts_of())):
        shown = document(tmp_path / str(at), facts)
        said = text_of(section_of(shown, "limits"))
        assert "That a difference was not found does not mean there is none" in said
        assert "It is not 0" in said
        assert "Not measurable here" in text_of(section_of(shown, "terms"))
    empty = document(tmp_path / "0", none)
    assert "No threshold policy is in use" in text_of(empty)
    assert "No deployment has counts by group" in text_of(empty)


def test_no_word_claims_that_groups_are_treated_alike(tmp_path: Path) -> None:
    said = text_of(document(tmp_path, equity_facts_of())).lower()
    for word in ("no difference", "is fair", "unbiased", "bias-free", "no bias"):
        assert word not in said, word


def test_where_there_is_no_bench_or_no_right_the_page_says_so(tmp_path: Path) -> None:
    empty = document(tmp_path / "none")
    assert empty["state"] == "empty"
    assert "published records alone" in empty["words"]
    kept = document(tmp_path / "kept", withheld={"equity": "an operator may not read it."})
    assert part_of(kept, "known", "equity")["lines"] == ["Not shown: an operator may not read it."]


def test_a_policy_that_ships_is_named_as_such(tmp_path: Path) -> None:
    one = unmeasured_policy(deployments=0, searched_at=())
    said = text_of(document(tmp_path, equity_facts_of(policies=(one,))))
    assert "A default of the product, approved by nobody. No deployment was searched under" in said
    assert "Of none of them is it known whom its errors fall on." in said


def test_the_page_loads_nothing_that_could_open_a_bench_or_see_a_face() -> None:
    script = "import sys; from widgets import EquityOutcomes; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert "workbench.outcomes.equity_facts" in loaded
    for name in ("torch", "cv2", *(f"workbench.{one}" for one in ("bench", "records", "faces"))):
        assert name not in loaded, name
