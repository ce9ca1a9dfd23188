"""What cannot be measured is refused in one line that says where it was seen."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import det_bands, paired_difference, rates_at, tpir_at_fpir
from workbench.evaluation.soundness import require_spread, require_two_kinds

Make = Callable[..., pl.DataFrame]


@pytest.fixture
def three(searches: Make) -> pl.DataFrame:
    return searches([(0.9, 1), (0.8, 1)], [0.5])


@pytest.mark.parametrize(
    ("row", "column", "value", "says"),
    [
        (1, "top_score", float("nan"), r"first in row 2, column top_score"),
        (2, "top_score", float("inf"), r"first in row 3, column top_score"),
        (0, "mate_score", float("nan"), r"first in row 1"),
        (2, "identity", None, r"first in row 3, column identity"),
        (1, "identity", "", r"first in row 2, column identity"),
        (1, "mated", None, r"first in row 2, column mated"),
        (1, "mate_rank", 0, r"first in row 2, column mate_rank"),
        (2, "acquired", False, r"first in row 3 \(what_was_not_acquired_returns_nobody\)"),
        (2, "probe", "m0", r"first in row 1 \(primary_key\)"),
    ],
)
@pytest.mark.parametrize("figure", [rates_at, tpir_at_fpir])
def test_a_bad_cell_is_named_by_row_and_column(  # noqa: PLR0917 - the columns of the table
    three: pl.DataFrame,
    row: int,
    column: str,
    value: object,
    says: str,
    figure: Callable[..., pl.DataFrame],
) -> None:
    here = pl.int_range(pl.len()) == row
    kind = three.schema[column]
    bad = three.with_columns(
        pl.when(here).then(pl.lit(value, kind)).otherwise(column).alias(column)
    )
    with pytest.raises(ProtocolError, match=says) as caught:
        figure(bad, [0.5])
    assert "\n" not in str(caught.value)


def test_a_column_that_is_not_there_is_named(three: pl.DataFrame) -> None:
    renamed = three.rename({"top_score": "score"})
    with pytest.raises(ProtocolError, match="'top_score'"):
        rates_at(renamed, [0.5])
    with pytest.raises(ProtocolError, match="'top_score', got: String"):
        rates_at(three.cast({"top_score": pl.String}), [0.5])


def test_one_kind_alone_is_refused_where_one_figure_is_asked_for(searches: Make) -> None:
    mated = searches([(0.9, 1), (0.8, 1)])
    others = searches([], [0.1, 0.2, 0.3])
    with pytest.raises(
        ProtocolError, match=r"column mated is true in rows 1 to 2.*needs non-mated"
    ):
        paired_difference(mated, mated, target=0.1)
    with pytest.raises(ProtocolError, match=r"column mated is false in rows 1 to 3.*needs mated"):
        paired_difference(others, others, target=0.1)
    with pytest.raises(ProtocolError, match="have no row"):
        paired_difference(searches(), searches(), target=0.1)
    require_two_kinds(searches([(0.9, 1)], [0.1]), "the searches")


def test_a_score_that_tells_nobody_apart_is_refused(searches: Make) -> None:
    tied = searches([(0.25, 1), (0.25, 1)], [None, 0.25])
    with pytest.raises(
        ProtocolError, match=r"score 0.25: column top_score, from row 1 on in all 3"
    ):
        paired_difference(tied, tied, target=0.1)
    silent = searches([(None, None)], [None], tops=[None])
    with pytest.raises(ProtocolError, match="column top_score is empty in each of 2 rows"):
        require_spread(silent, "top_score", "the searches")
    # Rows of a table say it in their counts: at any threshold all or nobody.
    counts = rates_at(tied, [0.25, 0.3], replicates=10).select("false_alarms", "misses").rows()
    assert counts == [(1, 0), (0, 2)]
    assert len(det_bands(tied, replicates=10)) == 1
