"""Entries of a watchlist: what each must say, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from workbench.errors import NotPermittedError, RecordError
from workbench.governance.categories import Category, LegalBasis
from workbench.governance.entries import (
    AGEING_SOURCE,
    EntryReview,
    IdentityCheck,
    WatchlistEntry,
    age_warning,
)
from workbench.governance.image_sources import ImageSource

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
GONE = object()


def values(**changed: Any) -> dict[str, Any]:
    """What a person fills in, with changes; `GONE` leaves a field out."""
    filled = {
        "subject": "NICHE/4711",
        "image": "4711.jpg",
        "category": "wanted-by-courts",
        "legal_basis": "administration-of-justice",
        "source": "custody",
        "image_date": "2024-05-01",
        "rationale": "Warrant of 3 May for robbery; lives off the High Street.",
        "lawfully_held": True,
    } | changed
    return {name: value for name, value in filled.items() if value is not GONE}


def read(**changed: Any) -> WatchlistEntry:
    return WatchlistEntry.read(values(**changed), what="entry 1")


def refusal(**changed: Any) -> str:
    with pytest.raises(RecordError) as refused:
        read(**changed)
    text = str(refused.value)
    assert text.startswith("entry 1 cannot be used: ")
    assert "\n" not in text
    return text


def test_nothing_filled_in_names_everything_that_is_owed() -> None:
    with pytest.raises(RecordError) as refused:
        WatchlistEntry.read({}, what="entry 1")
    for field in ("subject", "image", "category", "legal_basis", "source", "rationale",
                  "lawfully_held"):  # fmt: skip
        assert f"{field}: field required" in str(refused.value)


def test_what_is_being_filled_in_is_told_field_by_field_without_its_values() -> None:
    values = {"subject": "a b", "image": "a.jpg", "category": "other", "lawfully_held": False}
    found = {one.field: one for one in WatchlistEntry.faults(values)}
    assert {name for name, one in found.items() if one.is_missing} == {
        "legal_basis",
        "source",
        "rationale",
    }
    assert found["category"].text.startswith("nothing is left open here")
    assert "a b" not in " ".join(map(str, found.values()))
    with pytest.raises(RecordError) as caught:
        WatchlistEntry.read(values, what="an entry")
    assert "; ".join(map(str, found.values())) in str(caught.value)


def test_an_entry_needs_no_name_and_survives_its_record() -> None:
    entry = read()
    assert entry.category is Category.WANTED_BY_COURTS
    assert entry.legal_basis is LegalBasis.ADMINISTRATION_OF_JUSTICE
    assert entry.source is ImageSource.CUSTODY
    assert entry.image_date == date(2024, 5, 1)
    assert WatchlistEntry.read(entry.plain(), what="it") == entry
    assert "name" not in WatchlistEntry.model_fields


@pytest.mark.parametrize("name", ["../4711.jpg", "/etc/passwd", "a/b.jpg", "a\\b.jpg", ".", ".."])
def test_an_image_is_a_file_name_without_folders(name: str) -> None:
    assert "image: must be the name of a file, without folders" in refusal(image=name)


@pytest.mark.parametrize(
    "said", [False, None, "true", "yes", 1, 1.0, [True], GONE], ids=lambda said: repr(said)[:12]
)
def test_an_image_must_be_said_to_be_lawfully_held(said: object) -> None:
    assert "lawfully_held: " in refusal(lawfully_held=said)


def test_lawfully_held_names_its_source() -> None:
    assert "College of Policing" in refusal(lawfully_held=False)


@pytest.mark.parametrize("source", ["passport", "driving-licence", "open web", "social media"])
def test_refused_sources_are_refused_with_the_reason(source: str) -> None:
    assert "never used" in refusal(source=source)


def test_other_is_neither_a_category_nor_a_source_nor_a_basis() -> None:
    assert "category: nothing is left open here" in refusal(category="other")
    assert "source: nothing is left open here" in refusal(source="other")
    assert "legal_basis: input should be 'police-function'" in refusal(legal_basis="other")


@pytest.mark.parametrize("rationale", ["", "   ", "x" * 10_001, "a\x1b[2Jb", None, GONE])
def test_every_entry_has_a_rationale_that_can_be_shown(rationale: object) -> None:
    assert "rationale: " in refusal(rationale=rationale)


@pytest.mark.parametrize("subject", ["", "a b", "../x", "<b>", "x" * 101, 4711])
def test_a_subject_is_a_reference(subject: object) -> None:
    assert "subject: " in refusal(subject=subject)


def test_an_unknown_field_is_refused() -> None:
    assert "ethnicity: " in refusal(ethnicity="any")


def test_a_child_needs_a_rationale() -> None:
    assert "under_18_rationale is missing" in refusal(under_18=True)
    assert read(under_18=True, under_18_rationale="At significant risk of harm.").under_18


def test_a_rationale_for_a_child_belongs_to_a_child() -> None:
    assert "under_18 is not set" in refusal(under_18_rationale="At risk.")


@pytest.mark.parametrize("category", ["associate", "witness", "victim"])
class TestByRelation:
    def test_the_link_is_owed(self, category: str) -> None:
        words = f"category {category} needs related_to"
        assert words in refusal(category=category)
        assert words in refusal(category=category, related_to="wanted-by-courts")
        assert words in refusal(category=category, relation="They share a flat.")

    @pytest.mark.parametrize(
        "related", ["associate", "witness", "victim", "blue-list", "demonstration"]
    )
    def test_the_link_leads_to_somebody_sought(self, category: str, related: str) -> None:
        text = refusal(category=category, related_to=related, relation="They share a flat.")
        assert f"related_to cannot be {related}" in text
        assert "wanted-by-courts, suspected-of-offence" in text

    def test_other_is_no_relation(self, category: str) -> None:
        text = refusal(category=category, related_to="other", relation="They share a flat.")
        assert "related_to: nothing is left open here" in text

    def test_with_both_it_is_an_entry(self, category: str) -> None:
        entry = read(
            category=category, related_to="wanted-by-courts", relation="They share a flat."
        )
        assert entry.related_to is Category.WANTED_BY_COURTS


@pytest.mark.parametrize("field", [{"related_to": "risk-of-harm"}, {"relation": "Sister."}])
def test_a_link_is_only_for_those_who_are_there_for_somebody_else(field: dict[str, str]) -> None:
    assert "are not for category wanted-by-courts" in refusal(**field)


TRIOS = {
    "blue-list": ("blue-list", "staff-consent", "staff-consent"),
    "demonstration": ("demonstration", "demonstration", "demonstration-sample"),
}


@pytest.mark.parametrize("trio", TRIOS)
def test_consent_and_demonstration_go_together(trio: str) -> None:
    category, basis, source = TRIOS[trio]
    read(category=category, legal_basis=basis, source=source)
    for changed in (
        {"category": category},
        {"legal_basis": basis},
        {"source": source},
        {"category": category, "legal_basis": basis},
        {"category": category, "source": source},
        {"legal_basis": basis, "source": source},
    ):
        text = refusal(**changed)
        assert f"category {category}, legal_basis {basis} and source {source} go together" in text


def test_a_second_person_checks_the_image() -> None:
    check = IdentityCheck(by="B.Osei", at=AT, note="Compared with the custody record.")
    check.require_second_person("a.khan", subject="NICHE/4711")
    with pytest.raises(NotPermittedError) as refused:
        check.require_second_person("b.osei", subject="NICHE/4711")
    assert str(refused.value) == (
        "entry NICHE/4711 was added by b.osei, so B.Osei cannot check it: a second person must "
        "compare the image with the record."
    )


def test_a_review_covers_the_very_deployment_that_it_names() -> None:
    review = EntryReview(by="b.osei", at=AT, deployment="2026-11/HIGH-ST-1")
    assert review.covers("2026-11/HIGH-ST-1")
    assert not review.covers("2026-11/HIGH-ST-2")
    assert not review.covers("")


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (None, "not known when"),
        (date(2026, 11, 25), None),
        (date(2021, 11, 25), None),
        (
            date(2021, 11, 24),
            "2021-11-24, more than 5 years before 2026-11-25; look for a newer one",
        ),
        (date(2026, 11, 26), "after its use"),
    ],
)
def test_old_images_are_warned_of(taken: date | None, words: str | None) -> None:
    warning = age_warning(taken, date(2026, 11, 25))
    assert warning is None if words is None else words in str(warning)


def test_the_limit_of_age_can_be_set_and_is_said_to_be_chosen() -> None:
    assert age_warning(date(2021, 11, 24), date(2026, 11, 25), limit_years=10) is None
    assert "more than 1 year before" in str(age_warning(date(2025, 1, 1), date(2026, 11, 25), 1))
    assert "the product's own choice" in AGEING_SOURCE.describe()
