"""Footage of a case on a real bench: real clips, indexed under its key, searched, gone with it."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench_steps import log_of
from kept_values import kept_files, rows_of
from retro_values import CASE, authorise_case, probe_of
from retro_values import FOOTAGE_SAID as SAID
from tampering import edit_rows

from widgets.found_search import compared
from workbench.bench.audit_offline import verify_offline
from workbench.bench.candidate_entries import appearance_entries
from workbench.bench.footage_access import footage_parts
from workbench.bench.footage_sealing import open_wider
from workbench.bench.footage_seen import seen_where
from workbench.bench.search_views import ProbeRequest
from workbench.errors import (
    FootageError,
    NotAuthorisedError,
    NotPermittedError,
    RecordError,
    RefusedError,
    UnknownRecordError,
)
from workbench.faces.analysis import FaceAnalyser
from workbench.governance.roles import Role
from workbench.images import load_image
from workbench.matching.calibration import load_calibration
from workbench.records.audit.verbs import Verb
from workbench.records.footage import find_footage
from workbench.records.row_digests import FOOTAGE, each_row, values_digest
from workbench.retrospective.candidate_lists import search_collection
from workbench.retrospective.footage_parts import FootagePart
from workbench.retrospective.probes import ProbePicture, prepare_probe
from workbench.retrospective.timelines import timeline_matcher

pytestmark = pytest.mark.slow

Maker = Any
WHY = "looking for who is seen, in a test"
REASON = "Who is seen at the counter when the bag goes?"


@pytest.fixture
def with_case(bench: Maker) -> Maker:
    authorise_case(bench, bench.clock())
    return bench


def test_who_is_in_view_is_told_with_the_true_time(indexed: Maker) -> None:
    with indexed.open("examiner") as examiner:
        # Both were added at one moment, in no order that means anything.
        first, second = sorted(examiner.footage.list(CASE), key=lambda one: one.footage.name)
        assert (first.state, first.footage.name) == ("indexed", "speaker_bill_clinton.avi")
        assert first.segments_kept == first.footage.segments == 1
        assert first.counts["appearances"] >= 1
        assert json.loads(json.dumps(first.plain()))["footage"]["facts"]["codec"]
        shown = examiner.footage.timeline(CASE, justification=WHY)
        assert {one.footage for one in shown} == {first.id, second.id}
        one = shown[0]
        assert one.last_s > one.first_s
        assert one.at is not None
        assert one.at.isoformat().startswith("2026-11-24T17:59:30")
        assert load_image(one.picture).shape == (160, 160, 3)
        (only,) = {
            each.footage
            for each in examiner.footage.timeline(CASE, justification=WHY, footage=[second.id])
        }
        assert only == second.id


def test_a_probe_finds_its_person_in_the_footage(indexed: Maker, lfw: Path) -> None:
    with indexed.open("investigator") as bench:
        probe = ProbeRequest((probe_of(lfw, "Tony_Blair"),), "press photograph", kind="photograph")
        view = bench.searches.against_footage(CASE, probe, reason=REASON)
        found = bench.searches.get(view.id, justification=WHY)
        by_id = {one.id: one for one in bench.footage.list(CASE)}
        best, *others = found.document.candidates
        assert by_id[best.subject.partition("/")[0]].footage.name == "speaker_tony_blair.avi"
        assert best.time_s is not None
        assert best.source == "footage speaker_tony_blair.avi"
        clinton = [
            one for one in others if "clinton" in by_id[one.subject.partition("/")[0]].footage.name
        ]
        assert clinton
        assert best.score > max(one.score for one in clinton) + 1
        assert view.record.kind == "footage"
        with pytest.raises(FootageError, match="is not of this case"):
            bench.searches.against_footage(CASE, probe, reason=REASON, footage=["footage-1"])


def test_a_candidate_has_what_is_around_the_face_where_that_was_kept(
    indexed: Maker, lfw: Path, analyser: FaceAnalyser
) -> None:
    with indexed.open("investigator") as bench:
        probe = ProbeRequest((probe_of(lfw, "Tony_Blair"),), "press photograph", kind="photograph")
        view = bench.searches.against_footage(CASE, probe, reason=REASON, analyser=analyser)
        found = bench.searches.get(view.id, justification=WHY)
        with bench._context.store.reading() as connection:
            rows = [find_footage(connection, one) for one in view.record.target]
        parts = footage_parts(bench._context, rows)
        prepared = prepare_probe([ProbePicture(probe.pictures[0])], analyser)
        # As an earlier version indexed it: nothing but small pictures.
        earlier = [FootagePart(one.footage, replace(one.appearances, pictures=())) for one in parts]
        identities = {name: one.encoder for name, one in prepared.templates.items()}
        matcher = timeline_matcher("fused", earlier, identities, load_calibration())
        again = search_collection(matcher, prepared.templates, length=50)[0]
        entries = appearance_entries(
            again,
            earlier,
            rows,
            analyser,
            lambda part, some: open_wider(bench._context, part.appearances, some),
        )
    for one in found.document.candidates:
        assert not one.small_alone
        shown = load_image(one.picture)
        assert one.thumbnail is not None
        assert load_image(one.thumbnail).shape == (160, 160, 3)
        faces = analyser.detect(shown)
        assert one.eyes is not None
        (x0, y0), (x1, y1) = one.eyes
        apart = np.hypot(x1 - x0, y1 - y0)
        assert np.abs(faces.landmarks[0, :2] - one.eyes).max() < 0.15 * apart
        assert 4.5 * apart < max(shown.shape) <= 640, "about three faces wide"
        assert compared(found, f"candidate-{one.rank}").caption.endswith(
            seen_where(one, {row.id: row for row in rows})
        )
    assert len(entries) == len(found.document.candidates)
    for one, before in zip(entries, found.document.candidates, strict=True):
        assert one.small_alone
        assert (one.subject, one.picture) == (before.subject, before.thumbnail)
        said = seen_where(one, {row.id: row for row in rows})
        assert said.endswith("; of it a small picture alone was kept")


def test_nothing_of_it_is_anywhere_in_clear_and_the_log_agrees(indexed: Maker) -> None:
    with indexed.open("data-protection-officer") as officer:
        assert not officer.audit.verify().faults
        steps = [
            entry.details.get("step")
            for entry in log_of(officer)
            if entry.verb is Verb.COLLECT and entry.objects[:1][0].startswith("footage-")
        ]
        assert steps == ["added", "indexing", "segment", "indexed"] * 2


def test_the_case_takes_it_along(indexed: Maker) -> None:
    with indexed.open("investigator") as bench:
        end = bench.cases.close(CASE)
        assert end.certificate is not None
        assert end.certificate.counts["footage"] == 2
        assert rows_of(bench, "footage") == rows_of(bench, "footage_segments") == 0
    assert kept_files(indexed) == ([], [])
    with indexed.open("data-protection-officer") as officer:
        assert not officer.audit.verify().faults


def test_who_may(indexed: Maker, clips: Path) -> None:
    adds = {Role.ANALYST, Role.INVESTIGATOR}
    with indexed.open("investigator") as bench:
        known = bench.footage.list(CASE)[0].id
    for role in Role:
        with indexed.open(role.value) as bench:
            if role not in adds:
                with pytest.raises(NotPermittedError, match="may not add footage"):
                    bench.footage.add(CASE, next(clips.iterdir()), SAID)
                with pytest.raises(NotPermittedError, match="may not add footage"):
                    bench.footage.index(known)
            if role not in {*adds, Role.EXAMINER}:
                for look in (
                    lambda bench=bench: bench.footage.list(CASE),
                    lambda bench=bench: bench.footage.get(known),
                    lambda bench=bench: bench.footage.timeline(CASE, justification=WHY),
                ):
                    with pytest.raises(NotPermittedError, match="may not look at the footage"):
                        look()


def test_what_cannot_be_added(with_case: Maker, clips: Path, tmp_path: Path) -> None:
    clip = clips / "speaker_tony_blair.avi"
    text = tmp_path / "notes.mp4"
    text.write_text("no video")
    with with_case.open("investigator") as bench:
        with pytest.raises(FootageError, match=r"notes\.mp4"):
            bench.footage.add(CASE, text, SAID)
        with pytest.raises(FootageError, match="nowhere"):
            bench.footage.add(CASE, tmp_path / "nowhere.mp4", SAID)
        with pytest.raises(RecordError, match="basis"):
            bench.footage.add(CASE, clip, {**SAID, "basis": "aa"})
        with pytest.raises(UnknownRecordError, match="there is no case"):
            bench.footage.add("CASE/2026/999", clip, SAID)
        assert bench.footage.list(CASE) == []
        added = bench.footage.add(CASE, clip, SAID)
        again = tmp_path / "another-name.avi"
        shutil.copy(clip, again)
        with pytest.raises(RefusedError, match=f"holds the same file already, as {added.id}"):
            bench.footage.add(CASE, again, SAID)
        with pytest.raises(FootageError, match="has no footage that is indexed"):
            bench.footage.timeline(CASE, justification=WHY)
        with pytest.raises(UnknownRecordError, match="there is no footage"):
            bench.footage.index("footage-1")


def test_a_file_that_was_changed_is_not_indexed(
    with_case: Maker, clips: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.avi"
    shutil.copy(clips / "speaker_tony_blair.avi", clip)
    with with_case.open("investigator") as bench:
        added = bench.footage.add(CASE, clip, SAID)
        shutil.copy(clips / "speaker_bill_clinton.avi", clip)
        with pytest.raises(FootageError, match="is another file than the one that was added"):
            bench.footage.index(added.id)
        assert bench.footage.get(added.id).state == "added"


def test_content_that_is_swapped_while_it_is_indexed_is_found_though_its_date_was_set_back(
    with_case: Maker, clips: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.avi"
    shutil.copy(clips / "speaker_tony_blair.avi", clip)
    before, swapped = clip.stat(), []
    other = (clips / "speaker_bill_clinton.avi").read_bytes()

    def swap(_: object) -> None:
        if not swapped:
            clip.write_bytes(other[: before.st_size].ljust(before.st_size, b"\0"))
            os.utime(clip, ns=(before.st_atime_ns, before.st_mtime_ns))
            swapped.append(clip.stat())

    with with_case.open("investigator") as bench:
        added = bench.footage.add(CASE, clip, SAID)
        with pytest.raises(FootageError, match="was changed while it was indexed"):
            bench.footage.index(added.id, workers=1, progress=swap)
        (found,) = swapped
        assert (found.st_size, found.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
        kept = bench.footage.get(added.id)
        assert (kept.state, kept.segments_kept) == ("added", 0)
        assert rows_of(bench, "footage_segments") == 0
    with with_case.open("data-protection-officer") as officer:
        assert [one.details["kind"] for one in log_of(officer) if one.result == "failed"] == [
            "FootageError"
        ]


def said_to_be(field: str, value: str) -> str:
    """Return the statement that writes something else into the row of footage."""
    return f"UPDATE footage SET content = json_set(content, '$.{field}', '{value}')"  # noqa: S608


@pytest.mark.parametrize("field", ["place", "sha256", "name", "origin", "basis", "salt"])
def test_footage_whose_row_was_edited_is_found_and_not_worked_on(
    with_case: Maker, clips: Path, field: str
) -> None:
    with with_case.open("investigator") as bench:
        added = bench.footage.add(CASE, clips / "speaker_tony_blair.avi", SAID)
        assert "salt" not in json.dumps(added.plain())
    with_case.close()
    assert not verify_offline(with_case.folder, settings=with_case.settings).faults
    edits = {"place": str(clips / "speaker_bill_clinton.avi"), "sha256": "0" * 64}
    edit_rows(with_case.folder, said_to_be(field, edits.get(field, "something else")))
    (fault,) = verify_offline(with_case.folder, settings=with_case.settings).faults
    assert f"footage {added.id} is not what entry {fault.seq} made it" in fault.text
    with with_case.open("investigator") as bench:
        with pytest.raises(NotAuthorisedError, match=f"row of footage {added.id} is not what"):
            bench.footage.index(added.id)
        assert bench.footage.get(added.id).segments_kept == 0
        for made in (bench.footage.clip, bench.footage.probe_of):
            with pytest.raises(NotAuthorisedError, match=f"row of footage {added.id} is not what"):
                made(f"{added.id}/0/0", justification=WHY)


def test_footage_of_before_there_were_random_digits_beside_it_is_held_to_the_rest(
    with_case: Maker, clips: Path
) -> None:
    with with_case.open("investigator") as bench:
        added = bench.footage.add(CASE, clips / "speaker_tony_blair.avi", SAID)
        with bench._context.store.reading() as connection:
            (row,) = each_row(connection, FOOTAGE)
    content = json.loads(row["content"])
    assert len(content.pop("salt")) == 64
    earlier = {**row, "content": json.dumps(content)}
    moved = {**row, "content": json.dumps({**content, "sha256": "0" * 64, "name": "b.avi"})}
    assert values_digest(FOOTAGE, earlier) == values_digest(FOOTAGE, moved)
    assert values_digest(FOOTAGE, earlier) != values_digest(FOOTAGE, row)
    later = {**row, "content": json.dumps({**content, "segments": 2})}
    assert values_digest(FOOTAGE, earlier) != values_digest(FOOTAGE, later)
    assert added.footage.plain().keys() == content.keys()


def test_a_case_that_expires_meanwhile_stops_it_and_says_so(
    with_case: Maker, clips: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workbench.bench import footage_indexing

    monkeypatch.setattr(footage_indexing, "_ASKED_S", 0.0)
    with with_case.open("investigator") as bench:
        added = bench.footage.add(CASE, clips / "speaker_tony_blair.avi", SAID)

        def expire(_: object) -> None:
            with_case.clock.now = with_case.clock.now.replace(day=6, month=12)

        # It is logged in for longer than the case lasts.
        object.__setattr__(bench._context, "expires", with_case.clock.now.replace(year=2027))
        with pytest.raises(NotAuthorisedError, match="expired at"):
            bench.footage.index(added.id, workers=1, progress=expire)
    with with_case.open("operator"):
        pass
    assert kept_files(with_case) == ([], []), "what the case held is gone"
