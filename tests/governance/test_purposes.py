"""Purposes and use cases: closed lists, with the codes, words and paragraphs that were published."""

from __future__ import annotations

from enum import StrEnum

import pytest

from workbench.governance.purposes import Purpose, UseCase
from workbench.governance.sources import Standing


def test_the_purposes_are_the_four_that_were_printed() -> None:
    assert [(one.value, one.code) for one in Purpose] == [
        ("offences", 1),
        ("wanted-by-courts", 2),
        ("risk-of-harm", 3),
        ("restrictions", 4),
    ]
    assert Purpose.WANTED_BY_COURTS.text == "wanted by the courts, outstanding warrant"
    assert len({one.text for one in Purpose}) == len(Purpose)


def test_the_use_cases_are_the_five_that_were_printed() -> None:
    assert [(one.value, one.paragraph, one.text) for one in UseCase] == [
        ("crime-hotspot", "2.3(a)", "Crime Hotspots"),
        ("missing-person-hotspot", "2.3(b)", "Missing Person Hotspots"),
        ("cni-protection", "2.7(a)", "protection of CNI PSOs"),
        ("event-protection", "2.7(b)", "protection of Event PSOs"),
        ("intelligence", "2.9", "specific intelligence on the location of Sought Persons"),
    ]


@pytest.mark.parametrize("one", [*Purpose, *UseCase])
def test_each_says_where_it_comes_from(one: Purpose | UseCase) -> None:
    assert one.source.standing is Standing.VERIFIED
    assert "Metropolitan Police" in one.source.text
    assert one.source.where.startswith("met.police.uk/")


@pytest.mark.parametrize("kind", [Purpose, UseCase])
@pytest.mark.parametrize("word", ["other", "Other", "", "any", "intelligence purposes", "1"])
def test_there_is_no_other(kind: type[StrEnum], word: str) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        kind(word)
