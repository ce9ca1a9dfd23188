"""What a score says of two photographs: the shipped figures with their data, and nobody."""

from __future__ import annotations

import json
import re

import pytest

from widgets import score_meaning
from workbench.errors import UsageError
from workbench.hygiene.charts import chart_fault
from workbench.matching.likelihood_file import load_likelihoods
from workbench.matching.likelihood_map import FORMS, LikelihoodForm


@pytest.mark.parametrize("matcher", ["fused", "sface", "facenet"])
def test_costs_are_those_that_ship_with_interval_and_data(matcher: str) -> None:
    shown = score_meaning(matcher)
    table = shown.costs()
    for row, form in zip(table.frame.to_dicts(), FORMS, strict=True):
        judged = load_likelihoods().matchers[matcher].judged[form][1]
        assert judged.split == "test, label errors left out"
        assert row["form"] == form
        ends = f"{judged.cllr_low:.4f} to {judged.cllr_high:.4f}"
        assert row["Cllr"] == f"{judged.cllr:.4f} (95 % interval {ends})"
        assert row["min Cllr"].startswith(f"{judged.min_cllr:.4f} ")
    for said in (
        f"{matcher}: learnt from 1,128 tuning people of Labeled Faces in the Wild",
        "judged on 2,896 people of LFW (test, label errors left out)",
        "Photographs, not frames of cameras",
        "A score is no probability",
    ):
        assert said in table.note


def test_headings_are_words() -> None:
    heads = re.findall(r"<th[^>]*>([^<]*)</th>", score_meaning().costs()._repr_html_())
    assert heads == [
        "form of the map", "what the stated ratios cost, bits (Cllr)",
        "of it, what the order of the scores costs (min Cllr)", "people judged on",
        "comparisons of two photographs",
    ]  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_measurable_bin_that_ships_is_drawn(form: LikelihoodForm) -> None:
    shown = score_meaning()
    figure = shown.chart(form)
    bins = [one for one in shown.judged(form).reliability if one.measurable]
    assert len(bins) > 5
    points = figure.data[-1]
    assert list(points.x) == [one.stated for one in bins]
    assert list(points.y) == [one.observed for one in bins]
    assert sum(one.mated for one in shown.judged(form).reliability) == 4414
    assert "2,896 people of LFW" in figure.layout.title.text
    assert chart_fault(json.loads(figure.to_json())) is None


def test_an_unknown_matcher_is_refused() -> None:
    with pytest.raises(UsageError, match="no likelihood ratios of arcface ship"):
        score_meaning("arcface")
