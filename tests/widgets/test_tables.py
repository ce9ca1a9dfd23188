"""The table of notebooks: words, escaped, nothing left out."""

from __future__ import annotations

import polars as pl
import pytest

from widgets import Table


def test_an_empty_table_says_so() -> None:
    shown = Table(pl.DataFrame({"person": []}), note="Nobody was staged.")._repr_html_()
    assert "Nothing to list." in shown
    assert "Nobody was staged." in shown
    assert "<table" not in shown


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (None, "unknown"),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (28.0, "28"),
        (1500.0, "1,500"),
        (-2.5, "\u22122.50"),
        ("<b>Zoë</b>", "&lt;b&gt;Zoë&lt;/b&gt;"),
    ],
)
def test_cells_are_words(cell: object, words: str) -> None:
    shown = Table(pl.DataFrame({"x": [cell]}, strict=False))._repr_html_()
    assert f">{words}</td>" in shown


def test_headings_are_words_and_numbers_stand_right() -> None:
    frame = pl.DataFrame({"first_s": [1.5], "person": ["A"], "plain": ["b"]})
    shown = Table(frame, {"first_s": "seen from, s", "person": "a & b"})._repr_html_()
    assert 'text-align:right">seen from, s</th>' in shown
    assert 'text-align:left">a &amp; b</th>' in shown
    assert ">plain</th>" in shown
    assert "first_s" not in shown


def test_only_words_too_long_for_a_column_break_inside() -> None:
    frame = pl.DataFrame(
        {"name": ["Somebody With A Long Name"], "address": ["https://" + 40 * "a"]}
    )
    assert Table(frame)._repr_html_().count("overflow-wrap:anywhere") == 1


def test_no_row_is_left_out_and_the_text_has_the_note() -> None:
    frame = pl.DataFrame({"row": [f"row {n}" for n in range(200)]})
    table = Table(frame, note="All of it.")
    assert table._repr_html_().count("<tr>") == 201
    assert repr(table).endswith("All of it.")
