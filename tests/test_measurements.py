"""Every figure in the tables of the evaluation is the one that its benchmark wrote down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from measured_rates import RATE_TABLES
from measured_searches import SEARCH_TABLES
from printed_tables import apart, differences, figures, tables_under

CHECKOUT = Path(__file__).resolve().parents[1]
TABLES = SEARCH_TABLES | RATE_TABLES
NOT_HELD = {("README.md", "Measured"): 2, ("docs/measurements.md", "Int8"): 1}
"""Tables after those that are held: of staged crowds and large galleries, which are no part of the
evaluation, and of trials of which the document says that no record was kept."""


def printed(document: str, heading: str) -> list[list[list[str]]]:
    path = CHECKOUT / document
    if not path.exists() or not (CHECKOUT / "benchmarks" / "results").is_dir():
        pytest.skip("documents and results are no part of an installed workbench")
    return tables_under(path.read_text("utf-8"), heading)


@pytest.mark.parametrize("key", TABLES, ids=lambda key: f"{key[1]}, {key[2] + 1}")
def test_a_table_prints_what_was_measured(key: tuple[str, str, int]) -> None:
    document, heading, at = key
    found = differences(printed(document, heading)[at], TABLES[key]())
    assert not found, "\n".join([f"{document}, {heading}, table {at + 1}:", *found])


@pytest.mark.parametrize(
    "section", dict.fromkeys(key[:2] for key in TABLES), ids=lambda section: section[1]
)
def test_no_table_of_the_section_goes_unheld(section: tuple[str, str]) -> None:
    held = [key[2] for key in TABLES if key[:2] == section]
    assert sorted(held) == list(range(len(held)))
    assert len(printed(*section)) == len(held) + NOT_HELD.get(section, 0)


@pytest.mark.parametrize("key", TABLES, ids=lambda key: f"{key[1]}, {key[2] + 1}")
def test_another_last_digit_is_seen(key: tuple[str, str, int]) -> None:
    document, heading, at = key
    tried = 0
    for cells, wants in zip(printed(document, heading)[at], TABLES[key](), strict=True):
        for cell, want in zip(cells, wants, strict=True):
            digits = [found.start() for found in re.finditer(r"\d", cell)]
            if want is None or not digits:
                continue
            # By one it may be the other way to round a half.
            last = digits[-1]
            wrong = f"{cell[:last]}{(int(cell[last]) + 5) % 10}{cell[last + 1 :]}"
            assert len(figures(wrong)) == len(figures(cell))
            assert apart(wrong, want), (wrong, want)
            tried += 1
    assert tried
