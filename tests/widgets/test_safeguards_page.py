"""The managers' page of safeguards: late is told as late, unknown as unknown, withheld as withheld."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from managers_values import part_of, section_of, snapshot_folder, text_of
from safeguard_facts_values import AT, kept_safeguards, late_safeguards, many_safeguards

from widgets.safeguard_late import late_now
from widgets.safeguard_words import Rules
from widgets.safeguards_page import SafeguardsPage
from workbench.outcomes.kept_facts import AlertsKept
from workbench.outcomes.safeguard_facts import CheckFacts, LogFacts, NeverAuthorised, SafeguardFacts

HEADINGS = Path(__file__).parents[2] / "docs" / "safeguards.md"
Document = dict[str, Any]


@pytest.fixture
def shown(tmp_path: Path) -> Callable[..., Document]:
    """Give what the page shows of a snapshot."""

    def show(facts: SafeguardFacts | None, **more: Any) -> Document:
        page = SafeguardsPage(
            snapshot_folder(tmp_path, **({"bench": "north", "safeguards": facts} | more))
        )
        page.wait()
        document = page.document()
        page.close()
        return document

    return show


def cells(table: Document, key: str) -> list[Any]:
    """Return the cells of a column: values, and words where a cell has its own."""
    place = [one["key"] for one in table["columns"]].index(key)
    return [row[place] for row in table["rows"]]


def words_of(table: Document, key: str) -> list[str]:
    return [one["words"] if isinstance(one, dict) else str(one) for one in cells(table, key)]


def headline_of(document: Document, section: str, part: str, title: str) -> Document:
    figures = part_of(document, section, part)["figures"]
    return next(dict(one) for one in figures if one["title"] == title)


def empty_facts() -> SafeguardFacts:
    """Facts of a bench in which nothing was done yet."""
    kept = kept_safeguards()
    none: dict[str, Any] = dict.fromkeys(
        ("authorities", "lists", "alerts", "certificates", "refusals", "verdicts", "list_checks"),
        (),
    )
    return kept_safeguards(
        **none,
        never_authorised=NeverAuthorised(),
        log=kept.log.model_copy(update={"verified": None, "not_verified": "nobody was asked"}),
    )


def test_where_all_was_kept_nothing_is_late_and_no_red_is_shown(
    shown: Callable[..., Document],
) -> None:
    facts = kept_safeguards()
    assert late_now(facts) == []
    document = shown(facts)
    first = section_of(document, "late")
    assert [one["name"] for one in first["parts"]] == ["late-words", "in-short"]
    assert first["parts"][0]["mark"] == "good"
    assert first["parts"][0]["lines"][0].startswith("Nothing is late. At 2026-11-28 09:00 UTC")
    assert "'mark': 'late'" not in str(document)
    lists = headline_of(document, "late", "in-short", "Lists destroyed in time")
    assert (lists["value"], lists["mark"]) == ("2 of 2 lists", "good")
    assert lists["lines"] == ["1 still due, 0 kept by a legal hold."]


def test_what_is_late_stands_first_with_since_when_and_what_to_do(
    shown: Callable[..., Document],
) -> None:
    document = shown(late_safeguards())
    said, table = section_of(document, "late")["parts"][:2]
    assert (said["mark"], said["lines"]) == (
        "late",
        ["9 things late or wrong at 2026-11-28 09:00 UTC."],
    )
    assert list(zip(words_of(table, "what"), words_of(table, "late_s"), strict=True)) == [
        ("A search found 1 leftover of a watchlist", "wrong"),
        ("Deletion certificate that the log does not know", "wrong"),
        ("3 faults of the audit log", "wrong"),
        ("Erasure of a watchlist left 2 objects", "3 days 17 h late"),
        ("Search past its authority", "3 days 1 h late"),
        ("Review of an urgent authority", "3 days 1 h late"),
        ("Watchlist not destroyed", "2 days late"),
        ("Review of a legal hold", "2 days late"),
        ("Alerts not destroyed", "1 h late"),
    ]
    assert {one["mark"] for one in cells(table, "late_s")} == {"late"}
    assert all(words_of(table, "todo"))
    assert cells(table, "late_s")[-1]["value"] == 3600


def test_lists_are_told_in_time_late_due_and_held_the_late_first(
    shown: Callable[..., Document],
) -> None:
    table = part_of(shown(late_safeguards()), "retention", "lists")
    states = cells(table, "state")
    assert [(one["words"], one["mark"]) for one in states] == [
        ("late: not destroyed", "late"),
        ("still due", "rest"),
        ("destroyed in time", "good"),
        ("destroyed in time", "good"),
        ("destroyed late", "late"),
    ]
    assert words_of(table, "late_s")[-1] == "17 h late"
    assert words_of(table, "destroyed")[:2] == ["not yet", "not yet"]
    kept = kept_safeguards()
    held = kept.lists[2].model_copy(update={"held": True, "due": AT - timedelta(hours=1)})
    table = part_of(shown(kept_safeguards(lists=(held,))), "retention", "lists")
    assert words_of(table, "state") == ["kept by a legal hold"]
    assert late_now(kept_safeguards(lists=(held,))) == []


def test_a_certificate_that_is_missing_of_a_list_that_went_is_told(
    shown: Callable[..., Document],
) -> None:
    gone = kept_safeguards().lists[0].model_copy(update={"certificate": None})
    (cell,) = cells(
        part_of(shown(kept_safeguards(lists=(gone,))), "retention", "lists"), "certificate"
    )
    assert (cell["words"], cell["mark"]) == ("none", "late")


class TestLog:
    """It is said to be verified only where it was, of what, and when."""

    def log_of(self, shown: Callable[..., Document], **changes: Any) -> tuple[Document, str]:
        known = kept_safeguards()
        facts = kept_safeguards(log=known.log.model_copy(update=changes))
        document = shown(facts)
        return (
            headline_of(document, "late", "in-short", "Audit log"),
            text_of(section_of(document, "log")),
        )

    def test_one_that_was_verified_says_what_came_since(
        self, shown: Callable[..., Document]
    ) -> None:
        figure, words = self.log_of(shown)
        assert (figure["value"], figure["mark"]) == ("no fault found", "good")
        assert figure["lines"] == [
            "Verified 2026-11-28 08:00 UTC, 1 h before.",
            "4,099 entries looked at; 24 came since and are not verified.",
        ]
        assert "by the workbench itself (entry 4,100)" in words

    def test_one_that_was_never_verified_is_not_said_to_be(
        self, shown: Callable[..., Document]
    ) -> None:
        figure, words = self.log_of(shown, verified=None, not_verified="a manager does not come")
        assert (figure["value"], figure["mark"]) == ("not verified", "warn")
        assert "Not verified for this page: a manager does not come." in figure["lines"]
        assert "not verified: no verification is on record" in words
        assert "unknown: nothing was verified" in words
        assert "no fault" not in words

    def test_an_old_verification_is_no_good_sign(self, shown: Callable[..., Document]) -> None:
        known = kept_safeguards().log
        assert known.verified is not None
        old = known.verified.model_copy(update={"at": AT - timedelta(days=3)})
        figure, _ = self.log_of(shown, verified=old)
        assert (figure["mark"], figure["lines"][0]) == (
            "warn",
            "Verified 2026-11-25 09:00 UTC, 3 days before.",
        )

    def test_a_fault_is_late_and_not_no_fault(self, shown: Callable[..., Document]) -> None:
        known = kept_safeguards().log
        assert known.verified is not None
        bad = known.verified.model_copy(update={"faults": 2})
        figure, words = self.log_of(shown, verified=bad, failed=bad)
        assert (figure["value"], figure["mark"]) == ("2 faults", "late")
        assert "no fault" not in words

    def test_what_came_since_is_never_below_none(self) -> None:
        at = CheckFacts(at=AT, seq=9, role="system", entries=12, faults=0)
        log = LogFacts(entries=10, head_hash="ab", head_at=AT, verified=at)
        assert log.since == 0
        assert log.model_copy(update={"verified": None}).since is None


def test_rates_have_their_counts_and_denominators(shown: Callable[..., Document]) -> None:
    document = shown(late_safeguards())
    differed = headline_of(document, "two-people", "two", "The two differed")
    assert differed["value"] == "2 of 12 alerts"
    assert differed["lines"][1].startswith("95 % interval: ")
    second = headline_of(document, "two-people", "two", "Images compared by a second person")
    assert (second["value"], second["mark"]) == ("3,739 of 3,740 entries", "warn")
    pairs = dict(part_of(document, "authorities", "counted")["pairs"])
    assert pairs["Refused"] == "2 applications"
    assert pairs["Given in urgency"] == "1 of 4 authorities"
    assert pairs["Urgent, and never reviewed in time"] == "1 of 1 urgent authority"
    assert pairs["Searches begun within the authority"] == "3 of 4 deployments searched"
    assert pairs["By rank"] == "3 by superintendent\n1 by inspector"


def test_nothing_done_yet_is_no_share_of_nothing(shown: Callable[..., Document]) -> None:
    document = shown(empty_facts())
    assert headline_of(document, "late", "in-short", "Lists destroyed in time")["mark"] is None
    values = [one["value"] for one in part_of(document, "late", "in-short")["figures"]]
    assert values == [
        "none destroyed yet", "none destroyed yet", "none searched yet", "none decided yet",
        "not verified",
    ]  # fmt: skip
    said = part_of(document, "late", "late-words")
    assert said["mark"] == "warn"
    assert said["lines"][1].endswith("whether it is whole is unknown.")
    assert part_of(document, "refusals", "refusals")["empty"].startswith("Nothing was refused yet")
    assert part_of(document, "retention", "classes")["rows"]


def test_what_is_withheld_says_why_and_shows_no_table(shown: Callable[..., Document]) -> None:
    document = shown(None, withheld={"safeguards": "your role may not read them."})
    (only,) = document["sections"]
    assert [one["kind"] for one in only["parts"]] == ["words"]
    assert text_of(only).count("Not shown: your role may not read them.") == 1


def test_without_a_bench_it_says_what_to_do(shown: Callable[..., Document]) -> None:
    document = shown(None, bench=None)
    assert document["state"] == "empty"
    assert "Start `workbench dashboard` with a bench" in document["words"]


def test_alerts_of_what_nobody_authorised_name_no_deployment(
    shown: Callable[..., Document],
) -> None:
    table = part_of(shown(kept_safeguards(alerts=(AlertsKept(reference=None, kept=2),))),
                    "retention", "alerts")  # fmt: skip
    assert words_of(table, "reference") == ["not shown: of no deployment that was authorised"]


def test_refusals_name_a_role_and_what_was_asked_in_words(shown: Callable[..., Document]) -> None:
    table = part_of(shown(kept_safeguards()), "refusals", "refusals")
    assert words_of(table, "role") == ["engagement officer", "operator"]
    assert words_of(table, "permission") == ["look at a watchlist", "start a live search"]
    assert words_of(table, "kind") == ["the role may not", "no authority covered it"]


def test_each_rule_that_is_named_stands_in_the_document() -> None:
    headings = {
        line.removeprefix("### ")
        for line in HEADINGS.read_text("utf-8").splitlines()
        if line.startswith("### ")
    }
    named = {value for name, value in vars(Rules).items() if name.isupper()}
    assert named
    assert named <= headings


def test_hundreds_of_deployments_are_shown_whole(shown: Callable[..., Document]) -> None:
    document = shown(many_safeguards(700))
    assert len(part_of(document, "retention", "lists")["rows"]) == 700
    assert part_of(document, "certificates", "certificates")["rows"][0][0] == "2026/00699"
