"""The closed lists of categories and legal bases."""

from __future__ import annotations

import pytest

from workbench.errors import RecordError
from workbench.governance.categories import (
    CATEGORY_SOURCE,
    LEGAL_BASIS_SOURCE,
    Category,
    CategoryField,
    DataSubject,
    LegalBasis,
)
from workbench.governance.record import Record


class Listed(Record):
    category: CategoryField


def test_the_list_is_closed() -> None:
    assert [str(category) for category in Category] == [
        "wanted-by-courts",
        "suspected-of-offence",
        "bail-or-order-breach",
        "missing-at-risk",
        "risk-of-harm",
        "associate",
        "witness",
        "victim",
        "blue-list",
        "demonstration",
    ]


@pytest.mark.parametrize("category", Category)
def test_every_category_says_who_belongs_in_it(category: Category) -> None:
    assert category.explanation
    assert set(category.data_subjects) <= set(DataSubject)
    assert Listed.read({"category": str(category)}, what="it").category is category


@pytest.mark.parametrize("basis", LegalBasis)
def test_every_basis_says_what_it_is(basis: LegalBasis) -> None:
    assert basis.explanation


def test_kinds_of_data_subject_are_kept_apart() -> None:
    kinds = {category: set(category.data_subjects) for category in Category}
    assert kinds[Category.SUSPECTED_OF_OFFENCE] == {DataSubject.SUSPECT}
    assert kinds[Category.WANTED_BY_COURTS] == {DataSubject.SUSPECT, DataSubject.CONVICTED}
    assert kinds[Category.WITNESS] == {DataSubject.WITNESS}
    assert kinds[Category.VICTIM] == {DataSubject.VICTIM}
    assert kinds[Category.MISSING_AT_RISK] == set()
    assert kinds[Category.BLUE_LIST] == set()


@pytest.mark.parametrize("word", ["other", "Other", " OTHER ", "unknown", "misc", "n/a", "any", ""])
def test_there_is_no_other(word: str) -> None:
    with pytest.raises(RecordError, match=r"too broad a discretion .*\[2020\] EWCA Civ 1058"):
        Listed.read({"category": word}, what="entry 1")


@pytest.mark.parametrize("word", ["person-of-interest", "WANTED-BY-COURTS", 1, None, []])
def test_what_is_not_on_the_list_is_refused_with_the_list(word: object) -> None:
    with pytest.raises(RecordError, match=r"category: .*'wanted-by-courts'"):
        Listed.read({"category": word}, what="entry 1")


def test_the_sources_say_that_they_were_read() -> None:
    for source in (CATEGORY_SOURCE, LEGAL_BASIS_SOURCE):
        assert source.describe().endswith("read in the source itself)")
