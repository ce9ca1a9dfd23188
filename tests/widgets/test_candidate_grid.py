"""The grid of candidates: what of a list is sent, what is not while scores are hidden, who chose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from review_values import HEAD, MEANING, ON, Said, at, face, holds_no_picture, rows

from widgets.candidate_grid import CandidateGrid
from widgets.candidate_rows import CandidateRow, ListHead, age_words
from widgets.thumbnails import MOST
from workbench.errors import IllegalMoveError, UsageError
from workbench.faces.quality import Verdict
from workbench.images import load_image
from workbench.matching.confidence import not_measured
from workbench.retrospective.candidate_lists import Candidate, CandidateList


def of_list(*ranks: int, **more: Any) -> list[CandidateRow]:
    return [row for row in rows(**more) if row.rank in ranks]


@pytest.fixture
def grid() -> Iterator[CandidateGrid]:
    grid = CandidateGrid(reversed(rows()), HEAD, on=ON, hide_scores=True)
    yield grid
    grid.close()


@pytest.fixture
def said(grid: CandidateGrid) -> Said:
    said = Said(grid)
    said.tell("hello", tries=1)
    return said


def test_an_empty_list_is_a_result_and_no_list_is_none(grid: CandidateGrid, said: Said) -> None:
    grid.show([], HEAD)
    told = said.of("list")[-1]
    assert told["rows"] == []
    assert told["head"]["as_good"] == "No candidate is as good a result as any."
    none = CandidateGrid(on=ON)
    waits = Said(none)
    waits.tell("hello", tries=1)
    assert waits.of("list")[-1]["head"] is None
    assert waits.of("list")[-1]["none"][0] == "Nothing was searched yet."
    none.say_none("Nothing was searched on this page.", "The case has 4 searches.")
    assert waits.of("list")[-1]["none"][1] == "The case has 4 searches."
    none.close()


def test_candidates_come_by_rank_with_what_is_said_of_the_list(said: Said) -> None:
    told = said.of("list")[-1]
    assert [row["rank"] for row in told["rows"]] == list(range(1, 51))
    head = told["head"]
    assert (head["references"], head["length"], head["full_scan"]) == (12_480, 50, True)
    assert head["stated"] == "Every reference was compared."
    assert head["at"] == "2026-11-26 14:02:00 UTC"


def test_hidden_scores_do_not_leave_the_kernel_until_they_are_revealed(
    grid: CandidateGrid, said: Said
) -> None:
    for row in said.of("list")[-1]["rows"]:
        assert not {"score", "gap", "meaning"} & row.keys()
    assert MEANING not in said.words
    grid.reveal()
    told = said.of("list")[-1]
    assert not told["hidden"]
    assert told["fresh"] is False, "pictures that are there stay"
    first, last = told["rows"][0], told["rows"][-1]
    assert (first["score"], first["gap"], first["meaning"]) == (2.95, 0.05, MEANING)
    assert last["gap"] is None
    grid.show(rows(3), HEAD)
    assert said.of("list")[-1]["hidden"], "those of the next search are hidden again"
    grid.show(rows(3), HEAD, hide_scores=False)
    assert not grid.hides_scores


def test_pictures_are_read_when_they_are_asked_for_and_go_as_buffers(
    grid: CandidateGrid, said: Said
) -> None:
    asked = ["candidate-2", "candidate-7", "nobody", 5]
    said.tell("thumbs", ids=asked)
    told = said.last("thumbs")
    assert told["of"] == ["candidate-2", "candidate-7"]
    assert said.pictures("thumbs") == [face(2), face(7)]
    assert load_image(said.pictures("thumbs")[0]).shape == (160, 160, 3)
    said.tell("thumbs", ids=[f"candidate-{rank}" for rank in range(1, 51)])
    assert len(said.last("thumbs", 2)["of"]) == MOST, "a view asks for the next once these came"
    holds_no_picture(grid, said.pictures("thumbs"))


def test_a_picture_that_cannot_be_read_is_said_in_its_place() -> None:
    given = [*of_list(1, 2, broken=2)]
    given.append(
        CandidateRow(candidate="candidate-3", rank=3, thumbnail=b"GIF89a", score=1.0, gap=None,
                     meaning=MEANING, quality=Verdict.REJECT)
    )  # fmt: skip
    grid = CandidateGrid(given, HEAD, on=ON)
    said = Said(grid)
    said.tell("thumbs", ids=["candidate-1", "candidate-2", "candidate-3"])
    told = said.last("thumbs")
    assert told["of"] == ["candidate-1"]
    assert "the picture is gone" in told["missing"]["candidate-2"]
    assert "the picture is not JPEG" in told["missing"]["candidate-3"]
    grid.close()


def test_no_picture_is_in_what_a_row_shows_of_itself_in_a_notebook() -> None:
    row = CandidateRow(candidate="candidate-1", rank=1, thumbnail=face(1), score=1.0, gap=None,
                       meaning=MEANING, quality=Verdict.ACCEPT)  # fmt: skip
    assert "xff" not in repr(row)
    assert "thumbnail" not in repr(row)


def test_choosing_calls_back_and_keeps_the_order() -> None:
    chosen: list[str] = []
    grid = CandidateGrid(rows(5), HEAD, on=ON, on_choose=chosen.append)
    said = Said(grid)
    said.tell("hello", tries=1)
    for number, rank in enumerate((2, 4, 2), 1):
        said.tell("choose", candidate=f"candidate-{rank}")
        said.last("chosen", number)
    assert chosen == ["candidate-2", "candidate-4", "candidate-2"]
    assert grid.chosen == ("candidate-4", "candidate-2")
    assert said.of("chosen")[-1]["chosen"] == ["candidate-4", "candidate-2"]
    grid.close()


def test_a_refusal_of_the_choice_is_shown_and_nothing_is_marked() -> None:
    def refuse(_: str) -> None:
        msg = "the case has ended. Open another."
        raise IllegalMoveError(msg)

    grid = CandidateGrid(rows(5), HEAD, on=ON, on_choose=refuse)
    said = Said(grid)
    said.tell("hello", tries=1)
    said.tell("choose", candidate="candidate-2")
    assert said.last("refused")["words"] == "the case has ended. Open another."
    said.tell("choose", candidate="candidate-99")
    assert "is not on this list" in said.last("refused", 2)["words"]
    assert grid.chosen == ()
    grid.close()


@pytest.mark.parametrize(
    ("given", "head", "words"),
    [
        ([*of_list(1), *of_list(1)], HEAD, "comes twice"),
        (of_list(1), None, "give its head as well"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(
    given: list[CandidateRow], head: ListHead | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        CandidateGrid(given, head, on=ON)


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (None, "age unknown"),
        (date(2026, 11, 27), "dated after this day: the date is wrong"),
        (date(2026, 11, 26), "less than a month old"),
        (date(2026, 10, 26), "1 month old"),
        (date(2026, 10, 27), "less than a month old"),
        (date(2025, 11, 26), "1 year old"),
        (date(2019, 3, 1), "7 years 8 months old"),
    ],
)
def test_the_age_of_an_image_in_words(taken: date | None, words: str) -> None:
    assert age_words(taken, ON) == words


def test_rows_and_head_of_what_a_search_returned() -> None:
    meant = not_measured(2.0, 10, "nobody measured it")
    found = Candidate(rank=1, subject="NOM-1", reference=4, score=2.0, gap=None, meaning=meant)
    triage = CandidateList(
        candidates=(found,), length=50, references=10, matcher="fused", unit="log10 likelihood ratio",
        precision={}, full_scan=False,
    )  # fmt: skip
    head = ListHead.of(triage, collection="custody", at=at(9))
    assert (head.full_scan, head.references, head.length) == (False, 10, 50)
    assert head.stated.startswith("Triage: not every reference was compared")
    row = CandidateRow.of(found, thumbnail=face(1), quality=Verdict.ACCEPT, category="custody")
    assert (row.candidate, row.meaning) == ("candidate-1", meant.text)
