"""Footage is searched like a collection, and shown without the cuts of its segments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tests.retrospective.made_appearances import ENCODERS, directions, made
from workbench.errors import EncoderMismatchError, FootageError, UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.matcher import Matcher
from workbench.retrospective.candidate_lists import CandidateList, search_collection
from workbench.retrospective.footage_parts import AppearanceId, FootagePart
from workbench.retrospective.joining import timeline
from workbench.retrospective.timelines import probes_of, timeline_matcher


def probe(*people: int) -> dict[str, Templates]:
    probes = {}
    for name, identity in ENCODERS.items():
        vectors = np.array([directions(person)[name] for person in people])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        probes[name] = Templates(vectors.astype(np.float32), identity)
    return probes


def searched(parts: Sequence[FootagePart], *people: int) -> list[CandidateList]:
    return search_collection(timeline_matcher("sface", parts, ENCODERS), probe(*people), length=3)


def test_footage_without_anybody_gives_nobody() -> None:
    parts = [FootagePart("cam", made())]
    assert searched(parts, 1)[0].candidates == ()
    assert probes_of(parts)[0] == []
    assert timeline(parts) == []
    assert timeline([]) == []
    assert isinstance(timeline_matcher("sface", [], ENCODERS), Matcher)


def test_a_probe_finds_every_appearance_of_a_person() -> None:
    parts = [
        FootagePart("cam-1", made([4, 5], segment=0)),
        FootagePart("cam-1", made([6, 4], segment=1)),
        FootagePart("cam-2", made([7], segment=0)),
    ]
    found, none = searched(parts, 4, 9)
    best = [one.subject for one in found.candidates]
    assert set(best[:2]) == {"cam-1/0/0", "cam-1/1/1"}
    assert found.candidates[1].score > 0.9
    assert found.candidates[2].score < 0.8
    assert none.candidates[0].score < 0.8
    assert found.references == 15
    assert found.full_scan
    where = AppearanceId.read(best[0])
    assert where.footage == "cam-1"
    assert parts[where.segment].appearances.rows["track"][where.track] == where.track


def test_two_pieces_of_footage_are_searched_for_the_same_people() -> None:
    one, other = FootagePart("one", made([1, 2, 3])), FootagePart("other", made([8, 2, 9]))
    ids, probes = probes_of([one])
    lists = search_collection(timeline_matcher("sface", [other], ENCODERS), probes, length=1)
    scores = {str(at): found.candidates[0] for at, found in zip(ids, lists, strict=True)}
    assert scores["one/0/1"].subject == "other/0/1"
    assert scores["one/0/1"].score > 0.9
    assert max(scores["one/0/0"].score, scores["one/0/2"].score) < 0.8


@pytest.mark.parametrize("text", ["", "cam", "cam/1", "cam/1/x", "/1/2", "cam/-1/2", "a/1/2/3"])
def test_what_names_no_appearance_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no appearance"):
        AppearanceId.read(text)


def test_a_segment_of_another_encoder_is_refused() -> None:
    other = {"sface": EncoderIdentity("sface", "drawn", "9" * 64, "drawn/1", 16)}
    with pytest.raises(EncoderMismatchError, match="cannot be compared"):
        timeline_matcher("sface", [FootagePart("cam", made([1]))], other)
    third = {"third": EncoderIdentity("third", "drawn", "9" * 64, "drawn/1", 16)}
    with pytest.raises(EncoderMismatchError, match=r"segment 0 of cam .* Index the footage again"):
        timeline_matcher("sface", [FootagePart("cam", made([1]))], third)


def test_what_is_given_twice_or_not_at_all_is_refused() -> None:
    part = FootagePart("cam", made([1]))
    for use in (lambda: timeline([part, part]), lambda: searched([part, part], 1)):
        with pytest.raises(FootageError, match="segment 0 of cam was given twice"):
            use()
    with pytest.raises(UsageError, match="no segment was given"):
        probes_of([])
    with pytest.raises(UsageError, match="no slash"):
        FootagePart("a/b", made())


CUT = {
    "the same person in the same place": ([1], [1], (40, 59.9), (60.0, 70), (100, 100), 1),
    "found again after a moment": ([1], [1], (40, 59.5), (60.3, 70), (100, 120), 1),
    "another person in that place": ([1], [2], (40, 59.9), (60.0, 70), (100, 100), 2),
    "the same person elsewhere": ([1], [1], (40, 59.9), (60.0, 70), (100, 400), 2),
    "gone before the border": ([1], [1], (40, 58.0), (60.0, 70), (100, 100), 2),
    "come after the border": ([1], [1], (40, 59.9), (61.5, 70), (100, 100), 2),
    "too long between": ([1], [1], (40, 59.2), (60.5, 70), (100, 100), 2),
}


@pytest.mark.parametrize("case", CUT)
def test_only_what_a_border_cut_is_joined(case: str) -> None:
    before, after, ended, begun, (left, right), entries = CUT[case]
    parts = [
        FootagePart("cam", made(after, segment=1, spans=[begun], places=[(right, right)])),
        FootagePart("cam", made(before, segment=0, spans=[ended], places=[(left, left)])),
    ]
    shown = timeline(parts)
    assert len(shown) == entries
    assert shown[0].first_s == 40
    assert shown[-1].last_s == 70
    assert sum(len(one.parts) for one in shown) == 2
    assert sum(one.found for one in shown) == 20


def test_a_person_who_stays_is_one_entry_over_many_segments() -> None:
    parts = [
        FootagePart(
            "cam",
            made(
                [1, 2],
                segment=at,
                spans=[(60.0 * at, 60.0 * at + 59.96)] * 2,
                places=[(100, 100), (300, 300)],
            ),
        )
        for at in range(4)
        if at != 2
    ]
    shown = timeline(parts)
    assert [[str(one) for one in entry.parts] for entry in shown] == [
        ["cam/0/0", "cam/1/0"],
        ["cam/0/1", "cam/1/1"],
        ["cam/3/0"],
        ["cam/3/1"],
    ]
    assert [(entry.first_s, entry.last_s) for entry in shown[::2]] == [
        pytest.approx(span) for span in [(0, 119.96), (180, 239.96)]
    ]
    assert all(entry.best in entry.parts for entry in shown)


def test_two_who_stand_close_are_not_mixed_up() -> None:
    parts = [
        FootagePart("cam", made([1, 2], segment=0, spans=[(40, 59.9)] * 2,
                                places=[(100, 100), (130, 130)])),
        FootagePart("cam", made([2, 1], segment=1, spans=[(60, 70)] * 2,
                                places=[(115, 115), (118, 118)])),
    ]  # fmt: skip
    assert {entry.parts for entry in timeline(parts)} == {
        (AppearanceId("cam", 0, 0), AppearanceId("cam", 1, 1)),
        (AppearanceId("cam", 0, 1), AppearanceId("cam", 1, 0)),
    }
