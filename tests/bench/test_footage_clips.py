"""Clips around somebody in real footage of several people: nobody else is to be recognised."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench_steps import log_of
from kept_values import copied
from retro_values import CASE, STRANGER, beginning, probe_of

from workbench.bench.footage_access import appearance_part, find_footage
from workbench.errors import (
    FootageError,
    NotAuthorisedError,
    NotPermittedError,
    RefusedError,
    UnknownRecordError,
    UsageError,
)
from workbench.faces.analysis import FaceAnalyser
from workbench.faces.boxes import containment
from workbench.governance.roles import Role
from workbench.images import load_image
from workbench.records.audit.verbs import Verb
from workbench.retrospective import AppearanceId

pytestmark = pytest.mark.slow

Maker = Any
WHY = "looking at who stands beside the till, in a test"
FRAMES = 120
RECOGNISED = 0.45
"""Cosine of SFace from which a face of these frames is that of somebody in them."""


@pytest.fixture(scope="module")
def men_template(
    index_files: Callable[[Iterable[Path]], Maker],
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Maker:
    folder = tmp_path_factory.mktemp("men")
    clip = beginning(shared_data / "videos" / "three_men_occluding.avi", folder, FRAMES)
    return index_files([clip])


@pytest.fixture
def men(men_template: Maker, tmp_path: Path) -> Iterator[Maker]:
    maker = copied(men_template, tmp_path / "copy")
    yield maker
    maker.close()


def looks_of(bench: Any, appearance: str) -> Any:
    """Return the SFace templates that the index keeps of an appearance."""
    asked = AppearanceId.read(appearance)
    with bench._context.store.reading() as connection:
        row = find_footage(connection, asked.footage)
    part = appearance_part(bench._context, row, asked)
    return part.appearances.looks_of(asked.track)["sface"]


def test_one_person_is_seen_and_nobody_else(men: Maker, analyser: FaceAnalyser) -> None:
    with men.open("examiner") as bench:
        shown = bench.footage.timeline(CASE, justification=WHY)
        long = [one for one in shown if one.last_s - one.first_s > 3]
        assert len(long) >= 3, "three men are in view all the time"
        looks = {one.id: looks_of(bench, one.id) for one in long}
        for person in long:
            clip = bench.footage.clip(person.id, justification=WHY, at_s=2.0, length_s=3.0)
            assert (clip.from_s, clip.to_s) == (0.5, 3.5)
            own, others, frames = [], [], 0
            for frame in clip.redacted():
                assert set(frame.revealed) <= {person.id}
                frames += 1
                if frames % 10 or not frame.revealed:
                    continue
                (region,) = frame.revealed.values()
                faces = analyser.detect(frame.image)
                found = analyser.encode(frame.image, faces)["sface"]
                within = containment(faces.boxes, np.array([region], np.float32))[:, 0] > 0.5
                own += found[within].cosine(looks[person.id]).max(axis=1, initial=-1).tolist()
                others += [
                    float(found[~within].cosine(looks[one.id]).max(initial=-1))
                    for one in long
                    if one is not person and (~within).any()
                ]
            assert frames > 60, "it is nearly as long as was asked for"
            assert np.median(own) > RECOGNISED, "the person can be recognised"
            assert max(others, default=-1.0) < RECOGNISED, "nobody else can"


def test_what_is_not_covered_can_be_recognised_by_the_same_measure(
    men: Maker, analyser: FaceAnalyser
) -> None:
    with men.open("examiner") as bench:
        (row,) = bench.footage.list(CASE)
        shown = bench.footage.timeline(CASE, justification=WHY)
        person = max(shown, key=lambda one: one.last_s - one.first_s)
        looks = looks_of(bench, person.id)
        from workbench.feeds.video import VideoFile

        frame = next(VideoFile(row.footage.place).frames())
        found = analyser.encode(frame.image, analyser.detect(frame.image))["sface"]
    assert found.cosine(looks).max() > RECOGNISED


def test_frames_come_with_times_as_pictures_and_the_look_is_logged(men: Maker) -> None:
    with men.open("examiner") as bench:
        one = bench.footage.timeline(CASE, justification=WHY)[0]
        frames = list(bench.footage.clip(one.id, justification=WHY, at_s=1.0, length_s=1.0))
    times = [time_s for time_s, _ in frames]
    assert times == sorted(times)
    assert 0.45 < times[0] < 0.6
    assert 1.4 < times[-1] <= 1.5
    assert load_image(frames[0][1]).shape == (480, 640, 3)
    with men.open("data-protection-officer") as officer:
        entry = log_of(officer)[-1]
        looked = [each for each in log_of(officer) if each.details.get("step") == "clip"]
        assert not officer.audit.verify().faults
    assert entry is not None
    (entry,) = looked
    assert (entry.verb, entry.justification, entry.actor) == (Verb.CONSULT, WHY, "examiner")
    assert entry.details["appearance"] == one.id
    assert entry.details["at_s"] == 1.0


def test_nothing_of_a_clip_is_written(men: Maker) -> None:
    before = {path: path.stat().st_size for path in men.folder.rglob("*") if path.is_file()}
    with men.open("examiner") as bench:
        one = bench.footage.timeline(CASE, justification=WHY)[0]
        pictures = [data for _, data in bench.footage.clip(one.id, justification=WHY)]
        assert pictures
    for path in men.folder.rglob("*"):
        if path.is_file() and path.stat().st_size != before.get(path):
            data = path.read_bytes()
            assert b"\xff\xd8\xff" not in data, f"{path.name} holds a JPEG"


def test_a_file_that_is_missing_or_changed_is_not_shown(men: Maker, clips: Path) -> None:
    with men.open("investigator") as bench:
        (row,) = bench.footage.list(CASE)
        one = bench.footage.timeline(CASE, justification=WHY)[0]
        file = Path(row.footage.place)
        aside = file.with_suffix(".aside")
        file.rename(aside)
        try:
            for made in (bench.footage.clip, bench.footage.probe_of):
                with pytest.raises(FootageError, match="is not there any more, and what it shows"):
                    made(one.id, justification=WHY)
            shutil.copy(clips / "speaker_tony_blair.avi", file)
            for made in (bench.footage.clip, bench.footage.probe_of):
                with pytest.raises(
                    FootageError, match="is another file than the one that was added as"
                ):
                    made(one.id, justification=WHY)
        finally:
            aside.replace(file)
        clip = bench.footage.clip(one.id, justification=WHY)
        frames = iter(clip)
        next(frames)
        file.touch()
        with pytest.raises(FootageError, match="was changed while"):
            list(frames)
    with men.open("data-protection-officer") as officer:
        failed = [
            each.details["kind"]
            for each in log_of(officer)
            if each.details.get("step") == "clip" and each.result == "failed"
        ]
    assert failed == ["FootageError", "FootageError"]


def test_a_clip_is_one_look_and_begins_while_the_case_covers_it(men: Maker) -> None:
    with men.open("examiner") as bench:
        one = bench.footage.timeline(CASE, justification=WHY)[0]
        clip = bench.footage.clip(one.id, justification=WHY, at_s=1.0, length_s=0.4)
        later = bench.footage.clip(one.id, justification=WHY, at_s=1.0, length_s=0.4)
        assert next(iter(clip))
        for again in (iter(clip), clip.redacted()):
            with pytest.raises(UsageError, match="was looked at already"):
                next(again)
        with men.open("investigator") as investigator:
            investigator.cases.close(CASE)
        with pytest.raises(NotAuthorisedError):
            next(iter(later))


def test_what_is_no_clip_is_refused(men: Maker) -> None:
    with men.open("examiner") as bench:
        one = bench.footage.timeline(CASE, justification=WHY)[0]
        for asked, error, said in (
            (one.footage, UsageError, "is no appearance"),
            ("footage-1/0/0", UnknownRecordError, "there is no footage"),
            (f"{one.footage}/0/99", UnknownRecordError, "there is no appearance"),
            (f"{one.footage}/7/0", UnknownRecordError, "there is no appearance"),
        ):
            with pytest.raises(error, match=said):
                bench.footage.clip(asked, justification=WHY)
        with pytest.raises(UsageError, match="a clip is above 0 and at most 60 s long, not 61"):
            bench.footage.clip(one.id, justification=WHY, length_s=61)
        with pytest.raises(UsageError, match=r"is in view from .* and 300 s is not near"):
            bench.footage.clip(one.id, justification=WHY, at_s=300.0)


def test_who_may_look_and_who_may_search_with_somebody(men: Maker) -> None:
    with men.open("investigator") as bench:
        one = bench.footage.timeline(CASE, justification=WHY)[0].id
    searches = {Role.ANALYST, Role.INVESTIGATOR}
    for role in Role:
        with men.open(role.value) as bench:
            if role not in {*searches, Role.EXAMINER}:
                with pytest.raises(NotPermittedError, match="may not look at the footage"):
                    bench.footage.clip(one, justification=WHY)
            if role not in searches:
                with pytest.raises(NotPermittedError, match="may not search for a case"):
                    bench.footage.probe_of(one, justification=WHY)
    men.clock.turn(days=11)
    with men.open("investigator") as bench:
        for made in (bench.footage.clip, bench.footage.probe_of):
            with pytest.raises((NotAuthorisedError, UnknownRecordError)):
                made(one, justification=WHY)


class TestProbes:
    def test_several_looks_make_one_probe_that_finds_the_person_elsewhere(
        self, indexed: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        with indexed.open("investigator") as bench:
            names = {one.id: one.footage.name for one in bench.footage.list(CASE)}
            shown = bench.footage.timeline(CASE, justification=WHY)
            blair = next(one for one in shown if "blair" in names[one.footage])
            probe = bench.footage.probe_of(blair.id, justification=WHY, analyser=analyser)
            assert len(probe.pictures) >= 3
            assert probe.appearance == blair.id
            assert probe.origin.startswith("footage speaker_tony_blair.avi, ")
            assert probe.taken is not None
            photographs = [probe_of(lfw, name, 0) for name in ("Tony_Blair", STRANGER)]
            made = bench.searches._models.prepared(probe, analyser)
            assert made.frames == len(probe.pictures)
            likeness = []
            for data in photographs:
                image = load_image(data)
                found = analyser.encode(image, analyser.detect(image))["sface"]
                likeness.append(float(found.cosine(made.templates["sface"]).max()))
            assert likeness[0] > RECOGNISED > 0.3 > likeness[1]

    def test_the_search_says_where_it_came_from_and_leaves_it_out_of_what_is_searched(
        self, indexed: Maker, analyser: FaceAnalyser
    ) -> None:
        with indexed.open("investigator") as bench:
            one = bench.footage.timeline(CASE, justification=WHY)[0]
            probe = bench.footage.probe_of(one.id, justification=WHY, analyser=analyser)
            view = bench.searches.against_footage(
                CASE, probe, reason="Is he seen elsewhere?", analyser=analyser
            )
            assert view.record.probe.appearance == one.id
            assert view.record.probe.frames == len(probe.pictures)
            found = bench.searches.get(view.id, justification=WHY)
            subjects = {each.subject for each in found.document.candidates}
            assert subjects
            assert one.id not in subjects

    def test_it_is_searched_with_in_its_own_case_alone(
        self, indexed: Maker, analyser: FaceAnalyser
    ) -> None:
        from retro_values import case_values

        other = "CASE/2026/999"
        with indexed.open("analyst") as bench:
            bench.cases.open(case_values(indexed.clock(), number=other))
        with indexed.open("authorising-officer") as officer:
            officer.cases.authorise(other, "I have read the statements and see no other way.")
        with indexed.open("analyst") as bench:
            one = bench.footage.timeline(CASE, justification=WHY)[0]
            probe = bench.footage.probe_of(one.id, justification=WHY, analyser=analyser)
            held = bench.footage.list(CASE)[0].id
            with pytest.raises(RefusedError, match="was taken from footage that is not of case"):
                bench.searches.against_footage(
                    other, probe, reason="Is he seen elsewhere?", footage=[held]
                )
            with pytest.raises(RefusedError, match="was taken from footage that is not of case"):
                bench.searches.against_collection(
                    other, probe, "custody-2026", reason="Who is the man?"
                )
            assert bench.searches.list(other) == []
