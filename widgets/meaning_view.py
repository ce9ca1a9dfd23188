"""What a score says of two photographs: how far the shipped likelihood ratios mean what they say.

Nobody's picture is on it, and no person is named: it is made of counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl
from IPython.display import display

from widgets.reliability_chart import reliability_chart
from widgets.tables import Table
from workbench.errors import UsageError
from workbench.matching.calibration import MatcherName
from workbench.matching.likelihood_file import Likelihoods, load_likelihoods
from workbench.matching.likelihood_map import FORMS, JudgedOn, LikelihoodForm

__all__ = ["ScoreMeaning", "score_meaning"]

_TEST = "test, label errors left out"
_HEADINGS = {
    "form": "form of the map",
    "Cllr": "what the stated ratios cost, bits (Cllr)",
    "min Cllr": "of it, what the order of the scores costs (min Cllr)",
    "people": "people judged on",
    "comparisons": "comparisons of two photographs",
}


@dataclass(frozen=True, slots=True, eq=False)
class ScoreMeaning:
    """How the likelihood ratios of one matcher did, on people that they were not learnt from.

    Attributes:
        matcher: name of it.
        likelihoods: the maps, with where they come from.
    """

    matcher: MatcherName
    likelihoods: Likelihoods

    @property
    def words(self) -> str:
        """What was judged, on whom, and what the figures are."""
        source, judged = self.likelihoods.provenance, self.judged(FORMS[0])
        return (
            f"{self.matcher}: learnt from {source.people:,} {source.split} people of "
            f"{source.data_set}, and judged on {self._data(judged)}. Photographs, not frames of "
            "cameras. Cllr is in bits: 1 is what saying nothing costs, and 0 is never wrong. Min "
            "Cllr is what the order of the scores alone would allow; the rest is lost by ratios "
            "that say too much or too little. Each person, and each pair of people, counts once. "
            "A score is no probability that it is the person."
        )

    def judged(self, form: LikelihoodForm) -> JudgedOn:
        """Return how a form did on the test people."""
        every = self.likelihoods.matchers[self.matcher].judged[form]
        return next(one for one in every if one.split == _TEST)

    def costs(self) -> Table:
        """Return Cllr and min Cllr of both forms."""
        rows = []
        for form in FORMS:
            one = self.judged(form)
            ends = f"{one.cllr_low:.4f} to {one.cllr_high:.4f}"
            rows.append(
                {
                    "form": form,
                    "Cllr": f"{one.cllr:.4f} (95 % interval {ends})",
                    "min Cllr": f"{one.min_cllr:.4f} (no interval measured)",
                    "people": f"{one.people:,}",
                    "comparisons": f"{one.mated:,} mated, {one.nonmated:,} non-mated",
                }
            )
        return Table(pl.DataFrame(rows), _HEADINGS, note=self.words)

    def chart(self, form: LikelihoodForm) -> go.Figure:
        """Return the reliability of a form: stated ratios against those that were observed."""
        judged = self.judged(form)
        table = pl.DataFrame([one.model_dump() for one in judged.reliability])
        return reliability_chart(table, data=f"{self.matcher}, {form}; {self._data(judged)}")

    def _data(self, judged: JudgedOn) -> str:
        return f"{judged.people:,} people of LFW ({judged.split})"

    def _ipython_display_(self) -> None:
        """Show the figures, then a chart for each form."""
        display(self.costs(), *(self.chart(form) for form in FORMS))  # type: ignore[no-untyped-call]


def score_meaning(matcher: str = "fused") -> ScoreMeaning:
    """Return what scores of a matcher say of two photographs, as the shipped file holds it.

    Args:
        matcher: `fused`, `sface` or `facenet`.

    Raises:
        UsageError: when there is nothing of such a matcher.
        InputError: when the shipped file cannot be read.
    """
    found = load_likelihoods()
    name = next((one for one in found.matchers if one == matcher), None)
    if name is None:
        msg = f"no likelihood ratios of {matcher} ship. Name one of {', '.join(found.matchers)}."
        raise UsageError(msg)
    return ScoreMeaning(name, found)
