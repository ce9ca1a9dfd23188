"""Searches of a collection for a case, and what examiners conclude, on a real bench with real faces."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from bench_steps import log_of
from kept_values import kept_files, rows_of
from retro_values import (
    BASIS,
    CASE,
    COLLECTION,
    LISTED,
    STRANGER,
    case_values,
    checklist,
    collection_values,
    gather,
    hold_collection,
    let_go,
    probe_of,
    with_gallery,
)
from sqlalchemy import select

from widgets.search_choice import search_words
from workbench.bench import collection_galleries
from workbench.bench.reference_sealing import PICTURES
from workbench.bench.search_access import on_search
from workbench.bench.search_views import ProbeRequest
from workbench.errors import (
    IllegalMoveError,
    ImageError,
    NotAuthorisedError,
    NotPermittedError,
    RecordError,
    UnknownRecordError,
    UsageError,
    VaultError,
)
from workbench.faces.analysis import FaceAnalyser
from workbench.gallery_settings import GallerySettings
from workbench.governance.certificates import Result
from workbench.governance.enhancements import Rotate, Tone, Upscale
from workbench.governance.moments import spoken
from workbench.governance.permissions import Permission
from workbench.governance.probe_pictures import PictureKind
from workbench.governance.roles import Role
from workbench.governance.said_before import SaidBefore
from workbench.images import encode_png, load_image
from workbench.records.audit.verbs import Verb
from workbench.records.collections import find_collection
from workbench.records.schema import vault_objects

pytestmark = pytest.mark.slow

Maker = Any
REASON = "The man with the bag is seen in the picture of the shop."
WHY = "looking for who was found, in a test"
UNEXPLAINED = {"marks": {"nose": {"seen": "similar"}, "ears": {"seen": "different"}}}
CONCLUDED = "Nose and mouth agree as far as the picture shows them."


@pytest.fixture
def searched(imported: Maker, probe: ProbeRequest, analyser: FaceAnalyser) -> tuple[Maker, str]:
    with imported.open("investigator") as bench:
        view = bench.searches.against_collection(
            CASE, probe, COLLECTION, reason=REASON, analyser=analyser
        )
    return imported, view.id


def in_memory(bench: Any) -> list[Any]:
    """Return the arrays of the collection that a bench has loaded."""
    loaded = bench._galleries._loaded
    return [
        one
        for gallery in loaded.matcher.galleries.values()
        for one in vars(gallery).values()
        if isinstance(one, np.ndarray)
    ]


class TestSearching:
    def test_whom_the_probe_shows_is_first_of_all_candidates(
        self, searched: tuple[Maker, str]
    ) -> None:
        maker, search = searched
        with maker.open("examiner") as examiner:
            found = examiner.searches.get(search, justification=WHY)
        record, entries = found.view.record, found.document.candidates
        assert record.full_scan
        assert record.stated == "Every reference was compared."
        assert (record.references, record.candidates, record.length) == (10, 10, 50)
        assert entries[0].subject == LISTED[0]
        assert entries[0].score > entries[1].score + 1
        assert entries[0].gap == pytest.approx(entries[0].score - entries[1].score)
        assert entries[-1].gap is None
        assert {one.subject for one in entries} == set(LISTED)
        assert not any("match" in one.meaning.text for one in entries)
        assert "people who are not" in entries[0].meaning.text
        assert load_image(entries[0].thumbnail).shape == (160, 160, 3)
        assert load_image(entries[0].picture).shape == (250, 250, 3)
        (right, _), (left, _) = entries[0].eyes
        assert 20 < left - right < 80, "in the kept picture, of 250 px"
        assert load_image(found.document.probe).shape[2] == 3
        left, right = found.document.landmarks[:2]
        assert right[0] - left[0] > 20

    def test_the_case_is_what_it_is_done_for_and_the_log_tells_it(
        self, searched: tuple[Maker, str]
    ) -> None:
        maker, search = searched
        with maker.open("data-protection-officer") as officer:
            log = log_of(officer)
            entry = next(one for one in log if one.verb is Verb.COMBINE)
            assert entry.objects[0] == search
            assert entry.justification == REASON
            assert entry.purpose.startswith("case-")
            assert not any(name in repr(log) for name in LISTED)
            assert not officer.audit.verify().faults
        database = b"".join(path.read_bytes() for path in maker.folder.glob("records.sqlite*"))
        assert not any(name.encode() in database for name in LISTED)

    def test_a_row_that_is_changed_by_hand_is_found(self, searched: tuple[Maker, str]) -> None:
        import sqlite3

        maker, _ = searched
        maker.close()
        connection = sqlite3.connect(maker.folder / "records.sqlite")
        connection.execute("UPDATE searches SET actor = 'analyst'")
        connection.commit()
        connection.close()
        with maker.open("data-protection-officer") as officer:
            (fault,) = officer.audit.verify().faults
            assert "search" in fault.text

    def test_nobody_concludes_on_a_row_that_was_edited_and_no_report_is_made_of_it(
        self, searched: tuple[Maker, str], tmp_path: Path
    ) -> None:
        import sqlite3

        maker, search = searched
        said = {"reason": CONCLUDED, "candidate": "candidate-1", "checklist": checklist()}
        with maker.open("examiner") as first:
            first.reviews.examine(search, "support-same", **said)
        maker.close()
        connection = sqlite3.connect(maker.folder / "records.sqlite")
        connection.execute("UPDATE searches SET object_id = 'object-of-another-search'")
        connection.commit()
        connection.close()
        edited = f"the row of search {search} is not what the audit log says of it"
        with maker.open("examiner-2") as second:
            with pytest.raises(NotAuthorisedError, match=edited):
                second.reviews.examine(search, "support-same", **said)
            with pytest.raises(NotAuthorisedError, match=edited):
                second.reviews.surrender(search, reason="There is no third examiner this week.")
        report = tmp_path / "report.html"
        with (
            maker.open("investigator") as bench,
            pytest.raises(NotAuthorisedError, match=edited),
        ):
            bench.reviews.export(search, report, recipient="the court", justification=WHY)
        assert not report.exists()

    def test_an_enhanced_probe_says_so_and_the_original_stays(
        self, imported: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        data = probe_of(lfw, LISTED[0])
        probe = ProbeRequest(
            (data,),
            "camera of the shop",
            operations=(Tone(gamma=0.8), Rotate(degrees=2.0)),
            kind="camera",
        )
        with imported.open("investigator") as bench:
            view = bench.searches.against_collection(
                CASE, probe, COLLECTION, reason=REASON, analyser=analyser
            )
            log = view.record.probe.log
            assert log.is_enhanced
            assert log.file == hashlib.sha256(data).hexdigest()
            assert log.describe().startswith("Searched with an enhanced copy. 2 steps: tone")
            found = bench.searches.get(view.id, justification=WHY)
            assert found.document.originals == (data,)
            assert json.loads(json.dumps(view.plain()))["record"]["probe"]["frames"] == 1

    def test_eyes_that_were_placed_by_hand_align_the_face_and_are_told_of(
        self, imported: Maker, lfw: Path, analyser: FaceAnalyser, tmp_path: Path
    ) -> None:
        upright = load_image(probe_of(lfw, LISTED[1]))
        height, width = upright.shape[:2]
        (right, left) = analyser.detect(upright).landmarks[0, :2].astype(float).tolist()
        # On its head the detector finds no face of this one; whoever looks at it sees the eyes.
        picture = encode_png(np.ascontiguousarray(np.rot90(upright, 2)))
        turned = [(width - 1 - x, height - 1 - y) for x, y in (right, left)]
        eyes = (turned[0], turned[1])
        said: dict[str, Any] = {"reason": REASON, "analyser": analyser}
        with imported.open("investigator") as bench:

            def search(**changes: Any) -> Any:
                probe = ProbeRequest((picture,), "camera of the shop", **changes, kind="camera")
                return bench.searches.against_collection(CASE, probe, COLLECTION, **said)

            with pytest.raises(ImageError, match="no face was found in it"):
                search()
            with pytest.raises(RecordError, match="rejected: No face was found there"):
                search(eyes=eyes)
            with pytest.raises(UsageError, match="an eye lies outside the picture"):
                search(eyes=((-9.0, 4.0), eyes[1]), override=WHY)
            assert rows_of(bench, "searches") == 0
            # Enlarged, and with the eyes where they are in what is enlarged.
            large = tuple((2 * x + 0.5, 2 * y + 0.5) for x, y in eyes)
            view = search(eyes=large, operations=(Upscale(factor=2),), override=WHY)
            found = bench.searches.get(view.id, justification=WHY)
            by_hand, document = view.record.probe.by_hand, found.document
            assert by_hand is not None
            assert by_hand.found is None
            assert by_hand.pixels == view.record.probe.log.searched
            assert np.allclose(document.copy_.eyes, large, atol=0.01)
            assert np.allclose(document.original.eyes, eyes, atol=0.01)
            assert document.candidates[0].subject == LISTED[1], "as it is aligned by them"
            right_way = ProbeRequest(
                (encode_png(upright),),
                "camera",
                face=0,
                eyes=(tuple(right), tuple(left)),
                kind="camera",
            )
            moved = bench.searches.against_collection(CASE, right_way, COLLECTION, **said)
            quality, put_right = moved.record.probe.quality, moved.record.probe.by_hand
            assert quality.verdict == "warn"
            assert put_right is not None
            assert np.allclose(put_right.found, (right, left))
        for account in ("examiner", "examiner-2"):
            with imported.open(account) as examiner:
                examiner.reviews.examine(view.id, "no-candidate", reason=CONCLUDED)
        with imported.open("investigator") as bench:
            path = tmp_path / "report.html"
            bench.reviews.export(view.id, path, recipient="DI Farrow", justification="for the file")
        text = path.read_text(encoding="utf-8")
        for words in (
            "The eyes of the face in the probe were placed by hand: no face was found there.",
            "The detector found no face there. Placed by investigator",
            by_hand.pixels,
            "a head that is turned, or an eye that is placed elsewhere, changes every score",
        ):
            assert words in text, words
        with imported.open("data-protection-officer") as officer:
            entries = [one for one in log_of(officer) if one.verb is Verb.COMBINE]
            assert [one.details["eyes_by_hand"] for one in entries] == [True, True]

    def test_several_frames_are_one_probe(
        self, imported: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        frames = tuple(probe_of(lfw, LISTED[0], number) for number in (1, 2))
        with imported.open("investigator") as bench:
            view = bench.searches.against_collection(
                CASE,
                ProbeRequest(frames, "clip", kind="camera"),
                COLLECTION,
                reason=REASON,
                analyser=analyser,
            )
            assert view.record.probe.frames == 2
            found = bench.searches.get(view.id, justification=WHY)
            assert found.document.candidates[0].subject == LISTED[0]

    def test_a_sketch_a_composite_or_a_lookalike_is_no_probe(
        self, imported: Maker, probe: ProbeRequest, analyser: FaceAnalyser
    ) -> None:
        with imported.open("investigator") as bench:

            def search(one: ProbeRequest) -> Any:
                return bench.searches.against_collection(
                    CASE, one, COLLECTION, reason=REASON, analyser=analyser
                )

            with pytest.raises(RecordError, match="say what kind of picture the probe is, one of"):
                search(replace(probe, kind=None))
            for kind in ("sketch", "composite", "lookalike"):
                with pytest.raises(RecordError, match="is never searched with: it shows nobody"):
                    search(replace(probe, kind=kind))
            assert bench.searches.list(CASE) == []
            assert search(replace(probe, kind="phone")).record.probe.kind is PictureKind.PHONE
            # What a search is of that was made before the kind was asked for.
            before = SaidBefore(search="search-1", by="investigator", at=imported.clock())
            assert search(replace(probe, kind=None, earlier=before)).record.probe.kind is None

    def test_what_cannot_be_searched_with(
        self, imported: Maker, probe: ProbeRequest, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        grey = encode_png(np.full((200, 200, 3), 128, np.uint8))
        blurred = cv2.GaussianBlur(load_image(probe_of(lfw, LISTED[0])), (0, 0), 4)
        with imported.open("investigator") as bench:

            def search(one: ProbeRequest, **changes: Any) -> Any:
                said = {"reason": REASON, "analyser": analyser, **changes}
                return bench.searches.against_collection(CASE, one, COLLECTION, **said)

            with pytest.raises(ImageError, match="no face was found in it"):
                search(ProbeRequest((grey,), "camera", kind="camera"))
            with pytest.raises(ImageError, match="the probe"):
                search(ProbeRequest((b"no image at all",), "camera", kind="camera"))
            with pytest.raises(UsageError, match="a search needs a probe"):
                search(ProbeRequest((), "camera", kind="camera"))
            with pytest.raises(UsageError, match="there is no face 7; 1 were found"):
                search(ProbeRequest(probe.pictures, "camera", face=7, kind="camera"))
            with pytest.raises(RecordError, match="has 1 to 200 candidates, not 0"):
                search(probe, length=0)
            with pytest.raises(RecordError, match="the search"):
                search(probe, reason="aa")
            rejected = ProbeRequest((encode_png(blurred),), "camera", kind="camera")
            with pytest.raises(RecordError, match=r"the probe is rejected: .*, or take another"):
                search(rejected)
            assert bench.searches.list(CASE) == []
            assert rows_of(bench, "searches") == 0
            view = search(
                ProbeRequest(
                    rejected.pictures,
                    "camera",
                    override="It is the only picture that there is.",
                    kind="camera",
                )
            )
            assert view.record.probe.quality.verdict == "reject"

    def test_nobody_is_found_who_is_not_there_and_the_list_is_as_long(
        self, imported: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        stranger = ProbeRequest((probe_of(lfw, STRANGER),), "camera of the shop", kind="camera")
        with imported.open("investigator") as bench:
            view = bench.searches.against_collection(
                CASE, stranger, COLLECTION, reason=REASON, analyser=analyser
            )
            found = bench.searches.get(view.id, justification=WHY)
        assert len(found.document.candidates) == 10
        best = found.document.candidates[0]
        assert best.meaning.fpir is None or best.meaning.fpir > 0.001

    def test_who_may(self, searched: tuple[Maker, str], probe: ProbeRequest) -> None:
        maker, search = searched
        runs = {Role.ANALYST, Role.INVESTIGATOR}
        for role in Role:
            with maker.open(role.value) as bench:
                if role not in runs:
                    with pytest.raises(NotPermittedError, match="may not search for a case"):
                        bench.searches.against_collection(CASE, probe, COLLECTION, reason=REASON)
                if role not in {*runs, Role.EXAMINER, Role.REVIEWER}:
                    with pytest.raises(NotPermittedError, match="may not look at what a search"):
                        bench.searches.get(search, justification=WHY)
                    with pytest.raises(NotPermittedError, match="may not look at what a search"):
                        bench.searches.list(CASE)
                    with pytest.raises(NotPermittedError, match="may not look at what a search"):
                        bench.reviews.get(search, justification=WHY)
                if role is not Role.EXAMINER:
                    with pytest.raises(NotPermittedError, match="may not conclude on what"):
                        bench.reviews.examine(search, "no-candidate", reason=CONCLUDED)

    def test_no_search_without_a_case_that_covers_now(
        self, imported: Maker, probe: ProbeRequest, analyser: FaceAnalyser
    ) -> None:
        with imported.open("investigator") as bench:

            def search(case: str) -> Any:
                return bench.searches.against_collection(
                    case, probe, COLLECTION, reason=REASON, analyser=analyser
                )

            with pytest.raises(UnknownRecordError, match="there is no case"):
                search("CASE/2026/999")
            later = case_values(
                imported.clock(), number="CASE/2026/300", opened="2026-11-26T09:00:00+00:00"
            )
            bench.cases.open(later)
            with pytest.raises(NotAuthorisedError, match="it opens at"):
                search("CASE/2026/300")
            imported.clock.turn(days=11)
        with imported.open("investigator") as bench, pytest.raises(NotAuthorisedError):
            bench.searches.against_collection(
                CASE, probe, COLLECTION, reason=REASON, analyser=analyser
            )

    def test_a_collection_that_is_dropped_is_in_no_memory(
        self, imported: Maker, probe: ProbeRequest, analyser: FaceAnalyser
    ) -> None:
        with imported.open("analyst") as bench:
            bench.searches.against_collection(
                CASE, probe, COLLECTION, reason=REASON, analyser=analyser
            )
            held = in_memory(bench)
            assert any(one.any() for one in held)
            bench.collections.drop(COLLECTION)
            assert bench._galleries._loaded is None
            assert not any(one.any() for one in held)

    def test_a_collection_is_loaded_without_its_pictures(
        self, imported: Maker, probe: ProbeRequest, analyser: FaceAnalyser
    ) -> None:
        with imported.open("investigator") as bench:
            context = bench._context
            with context.store.reading() as connection:
                row = find_collection(connection, COLLECTION)
                kept = select(vault_objects.c.id).where(vault_objects.c.kind == PICTURES)
                pictures = connection.execute(kept).scalars().all()
            assert len(pictures) == 1, "of all ten references"
            context.vault.erase(pictures)
            with bench._galleries.using(row) as loaded:
                assert loaded.pictures == (tuple(pictures),)
                assert len(loaded.matcher) == len(LISTED)
            with pytest.raises(VaultError, match=r"is not in .* Restore the vault"):
                bench.searches.against_collection(
                    CASE, probe, COLLECTION, reason=REASON, analyser=analyser
                )

    @pytest.mark.parametrize("how", ["its end comes", "another process drops it"])
    def test_a_collection_leaves_the_memory_of_a_bench_in_which_nobody_does_anything(
        self,
        imported: Maker,
        probe: ProbeRequest,
        analyser: FaceAnalyser,
        how: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(collection_galleries, "LONGEST_UNSEEN_S", 0.05)
        with imported.open("investigator") as bench:
            bench.searches.against_collection(
                CASE, probe, COLLECTION, reason=REASON, analyser=analyser
            )
            held = in_memory(bench)
            time.sleep(0.3)
            assert any(one.any() for one in held), "it stays while it may be searched"
            if how == "its end comes":
                imported.clock.turn(days=91)
            else:
                with imported.open("data-protection-officer") as officer:
                    officer.collections.drop(COLLECTION)
            let_go(bench)
            assert not any(one.any() for one in held), "overwritten"

    def test_a_held_collection_stays_past_its_end_and_leaves_when_the_bench_is_closed(
        self,
        imported: Maker,
        probe: ProbeRequest,
        analyser: FaceAnalyser,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(collection_galleries, "LONGEST_UNSEEN_S", 0.05)
        with imported.open("data-protection-officer") as officer:
            hold_collection(officer, imported.clock.now.replace(year=2027, month=5))
        with imported.open("investigator") as bench:
            bench.searches.against_collection(
                CASE, probe, COLLECTION, reason=REASON, analyser=analyser
            )
            held = in_memory(bench)
            imported.clock.turn(days=91)
            time.sleep(0.5)
            assert any(one.any() for one in held)
        assert not any(one.any() for one in held)

    def test_a_case_that_ends_takes_its_searches_along(self, searched: tuple[Maker, str]) -> None:
        maker, search = searched
        with maker.open("examiner") as examiner:
            examiner.reviews.examine(search, "no-candidate", reason=CONCLUDED)
        with maker.open("investigator") as bench:
            end = bench.cases.close(CASE)
            assert end.certificate is not None
            assert end.certificate.result is Result.COMPLETE
            assert end.certificate.counts["searches"] == 1
            assert rows_of(bench, "searches") == rows_of(bench, "examinations") == 0
            with pytest.raises(UnknownRecordError, match="there is no search"):
                bench.searches.get(search, justification=WHY)
        with maker.open("analyst") as analyst:
            analyst.collections.drop(COLLECTION)
        assert kept_files(maker) == ([], [])
        with maker.open("data-protection-officer") as officer:
            assert not officer.audit.verify().faults


class TestReviews:
    def test_two_who_agree_conclude_each_blind_to_the_other(
        self, searched: tuple[Maker, str]
    ) -> None:
        maker, search = searched
        said = {"reason": CONCLUDED, "candidate": "candidate-1", "checklist": checklist()}
        with maker.open("examiner") as first:
            mine = first.reviews.examine(search, "support-same", **said)
            assert (mine.state, mine.outcome) == ("open", None)
            assert [one.by for one in mine.examinations] == ["examiner"]
            with pytest.raises(NotPermittedError, match="examiner has concluded on search"):
                first.reviews.examine(search, "inconclusive", **said)
        for account in ("examiner-2", "investigator", "reviewer"):
            with maker.open(account) as other:
                assert other.reviews.get(search, justification=WHY).examinations == ()
        with maker.open("examiner-2") as second:
            second.searches.get(search, justification=WHY, scores=False)
            second.searches.get(search, justification=WHY)
            over = second.reviews.examine(search, "support-same", **said)
        assert [one.scores_seen for one in over.examinations] == [False, True]
        assert [one.aware_of for one in over.examinations] == [(), ()]
        assert over.state == "concluded"
        assert over.outcome is not None
        assert over.outcome.candidate == "candidate-1"
        assert "identif" not in over.outcome.conclusion.words
        with maker.open("investigator") as bench:
            shown = bench.reviews.get(search, justification=WHY)
            assert len(shown.examinations) == 2
            assert json.loads(json.dumps(shown.plain()))["outcome"]["candidate"] == "candidate-1"
            assert bench.searches.list(CASE)[0].state == "concluded"
        with (
            maker.open("examiner-2") as second,
            pytest.raises(IllegalMoveError, match=r"is concluded\. What changes it"),
        ):
            second.reviews.examine(search, "support-same", **said)
        with maker.open("data-protection-officer") as officer:
            assert not officer.audit.verify().faults
            log = log_of(officer)
            assert CONCLUDED not in repr(log)
        looks = [one.details for one in log if one.actor == "examiner-2" and one.verb == "consult"]
        assert [one["scores"] for one in looks if "scores" in one] == ["hidden", "shown"]
        assert [one["others"] for one in looks if "others" in one] == [0]

    def test_nobody_concludes_on_a_search_that_they_made_whatever_their_role_became(
        self, searched: tuple[Maker, str]
    ) -> None:
        maker, search = searched
        said = {"reason": CONCLUDED, "candidate": "candidate-1", "checklist": checklist()}
        with maker.open("administrator") as administrator:
            administrator.users.change("investigator", role=Role.EXAMINER)
            administrator.users.change("investigator-2", role=Role.EXAMINER)
        with (
            maker.open("investigator") as turned,
            pytest.raises(NotPermittedError, match=r"investigator made search .* and may not"),
        ):
            turned.reviews.examine(search, "support-same", **said)
        with maker.open("investigator-2") as other:
            assert other.reviews.examine(search, "support-same", **said).has_examined
        with maker.open("data-protection-officer") as officer:
            refusals = [one for one in log_of(officer) if one.verb is Verb.REFUSAL]
            assert refusals[-1].actor == "investigator"
            assert not officer.audit.verify().faults

    def test_two_who_differ_may_be_left_as_inconclusive_and_do_not_examine_a_repeat(
        self,
        searched: tuple[Maker, str],
        probe: ProbeRequest,
        analyser: FaceAnalyser,
        tmp_path: Path,
    ) -> None:
        maker, search = searched
        reason = "There is no third examiner on duty this week."
        with maker.open("examiner") as first:
            with on_search(first._context, Permission.REVIEW_EXAMINE, search) as (acting, _, row):
                acting.log(Verb.CONSULT, [row.id], justification="as an earlier version logged it")
            with pytest.raises(IllegalMoveError, match="on which two examiners differ"):
                first.reviews.surrender(search, reason=reason)
            first.reviews.examine(
                search,
                "limited-support-same",
                reason=CONCLUDED,
                candidate="candidate-1",
                checklist=checklist(),
            )
        with maker.open("examiner-2") as second:
            other = second.reviews.examine(search, "no-candidate", reason=CONCLUDED)
            assert other.state == "disputed"
            assert len(other.examinations) == 2
        with maker.open("reviewer") as reviewer:
            left = reviewer.reviews.surrender(search, reason=reason)
        assert left.state == "concluded"
        assert left.outcome is not None
        assert left.outcome.conclusion == "inconclusive"
        with maker.open("investigator") as bench:
            (listed,) = bench.searches.list(CASE)
            assert (listed.differ, listed.stands) == (True, "inconclusive, as examiners differ")
            assert search_words(listed).endswith("inconclusive, as examiners differ")
        assert [one.scores_seen for one in left.examinations] == [None, False]
        # The same again, of an enhanced copy: who knows the other's words is not blind to it.
        with maker.open("investigator") as bench:
            again = bench.searches.against_collection(
                CASE,
                replace(probe, operations=(Tone(gamma=0.9),)),
                COLLECTION,
                reason=REASON,
                analyser=analyser,
            ).id
        for account in ("examiner", "examiner-2"):
            with maker.open(account) as examiner:
                barred = examiner.reviews.get(again, justification=WHY).barred
                with pytest.raises(NotPermittedError) as refused:
                    examiner.reviews.examine(again, "no-candidate", reason=CONCLUDED)
            assert barred == str(refused.value), "told before anything is compared"
            assert str(refused.value) == (
                f"{account} concluded on search {search}, of the same probe in the same target, "
                f"and was shown what another said of it, so may not examine search {again} as if "
                "blind. Ask another examiner, who has not concluded on that search, to conclude "
                "on this one."
            )
        with maker.open("administrator") as administrator:
            for account in ("analyst-2", "investigator-2"):
                administrator.users.change(account, role=Role.EXAMINER)
        for account, reads in (("analyst-2", True), ("investigator-2", False)):
            with maker.open(account) as examiner:
                assert examiner.reviews.get(again, justification=WHY).barred == ""
                if reads:
                    examiner.reviews.get(search, justification=WHY)
                over = examiner.reviews.examine(again, "no-candidate", reason=CONCLUDED)
        assert over.state == "concluded"
        assert [one.aware_of for one in over.examinations] == [(search,), ()]
        said = told(maker, again, tmp_path)
        assert (
            "Not all were blind. When they concluded, analyst-2 knew what another had said of the "
            f"same probe on search {search}."
        ) in said
        assert "Examination: two examiners differed; left as inconclusive." in said
        assert "apart from each other" not in said

    @pytest.mark.parametrize(
        ("conclusion", "changes", "match"),
        [
            ("identified", {}, "conclusion"),
            ("support-same", {}, "is about a candidate"),
            ("support-same", {"candidate": "candidate-1"}, "the checklist is missing"),
            ("no-candidate", {"candidate": "candidate-1"}, "is about no candidate"),
            (
                "support-same",
                {"candidate": "candidate-11", "checklist": checklist()},
                "candidate-1 to candidate-10",
            ),
            ("no-candidate", {"reason": "no"}, "reason"),
            (
                "limited-support-same",
                {"candidate": "candidate-1", "checklist": UNEXPLAINED},
                "supports one person, and marks as different without a note: ears",
            ),
        ],
    )
    def test_what_is_no_conclusion(
        self, searched: tuple[Maker, str], conclusion: str, changes: Any, match: str
    ) -> None:
        maker, search = searched
        with maker.open("examiner") as examiner:
            with pytest.raises(RecordError, match=match):
                examiner.reviews.examine(search, conclusion, **{"reason": CONCLUDED, **changes})
            assert rows_of(examiner, "examinations") == 0


def text_of(path: Path) -> str:
    """Return the words of a report that is HTML, in one line."""
    text = path.read_text(encoding="utf-8").partition("</style>")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def told(maker: Maker, search: str, folder: Path) -> str:
    """Return what the report of a search says."""
    path = folder / f"{search}.html"
    with maker.open("investigator") as bench:
        bench.reviews.export(search, path, recipient="DI Farrow", justification="for the file")
    return text_of(path)


class TestReport:
    @pytest.fixture
    def concluded(self, searched: tuple[Maker, str]) -> tuple[Maker, str]:
        maker, search = searched
        for account in ("examiner", "examiner-2"):
            with maker.open(account) as examiner:
                examiner.reviews.examine(
                    search,
                    "support-same",
                    reason=CONCLUDED,
                    candidate="candidate-1",
                    checklist=checklist(),
                )
        return maker, search

    def test_it_leaves_as_a_disclosure_whole(
        self, concluded: tuple[Maker, str], tmp_path: Path
    ) -> None:
        maker, search = concluded
        with maker.open("investigator") as bench:
            with bench._context.store.reading() as connection:
                head = bench._context.store.log.head(connection)
            for name in ("report.html", "report.pdf"):
                export = bench.reviews.export(
                    search, tmp_path / name, recipient="DI Farrow", justification="for the file"
                )
                data = (tmp_path / name).read_bytes()
                assert export.sha256 == hashlib.sha256(data).hexdigest()
            assert data.startswith(b"%PDF-")
            text = (tmp_path / "report.html").read_text(encoding="utf-8")
            for said in (
                CASE, COLLECTION, "DI Farrow", LISTED[0], "examiner-2", CONCLUDED, REASON,
                "camera of the shop, 24 November 2026", "The images support that they show one",
            ):  # fmt: skip
                assert said in text, said
            assert f"number {head.seq:,}, {spoken(head.at)}<br><code>{head.hash}</code>" in text
            assert "://" not in text, "it needs no network"
        with maker.open("data-protection-officer") as officer:
            given = [one for one in log_of(officer) if one.verb is Verb.DISCLOSE]
            assert [one.recipient for one in given] == ["DI Farrow"] * 2
            assert not officer.audit.verify().faults

    def test_it_tells_other_searches_with_the_probe_and_who_was_taken_out_since(
        self,
        concluded: tuple[Maker, str],
        probe: ProbeRequest,
        analyser: FaceAnalyser,
        tmp_path: Path,
    ) -> None:
        maker, search = concluded
        with with_gallery(maker, GallerySettings(triage_above=0)).open("investigator") as bench:
            other = bench.searches.against_collection(
                CASE, probe, COLLECTION, reason=REASON, gallery="triage", analyser=analyser
            )
        with maker.open("analyst") as analyst:
            analyst.collections.remove(COLLECTION, [LISTED[3]], reason="acquitted in November")
        path = tmp_path / "report.html"
        with maker.open("investigator") as bench:
            bench.reviews.export(search, path, recipient="DI Farrow", justification="for the file")
        said = text_of(path)
        assert "Of this case, with at least one of its pictures: 1 " in said
        assert f"{COLLECTION}, {other.record.gallery}; with the picture as it came" in said
        assert f"{other.id} Examination: triage, on which nobody concludes." in said
        assert "apart from each other, and said the same" in said
        assert "10 reference images of 10 people" in said, "as it was searched"
        assert "1 of its reference images were taken out after the search" in said
        assert "9 of 9" in said, "of those that remain"
        assert "9 of 10" not in said

    def test_who_concludes_on_it_in_another_target_is_told_to_have_known(
        self,
        concluded: tuple[Maker, str],
        probe: ProbeRequest,
        lfw: Path,
        analyser: FaceAnalyser,
        tmp_path: Path,
    ) -> None:
        import sqlite3

        maker, search = concluded
        few = gather(lfw, tmp_path / "few", LISTED[:2])
        values = collection_values(maker.clock(), name="custody-2025")
        with maker.open("analyst") as analyst:
            analyst.collections.import_(few, values, workers=1, **BASIS)
        with maker.open("investigator") as bench:
            other = bench.searches.against_collection(
                CASE, probe, "custody-2025", reason=REASON, analyser=analyser
            ).id
        for account in ("examiner", "examiner-2"):
            with maker.open(account) as examiner:
                over = examiner.reviews.examine(other, "no-candidate", reason=CONCLUDED)
        assert [one.aware_of for one in over.examinations] == [(search,)] * 2
        knew = (
            "Two examiners concluded and said the same. Not all were blind. When they concluded, "
            "examiner and examiner-2 knew what another had said of the same probe on search "
            f"{search}."
        )
        agreed = "two examiners said the same; of its candidate-1: the images support that they"
        said = told(maker, other, tmp_path / "few")
        for words in (
            knew, f"{search} Examination: {agreed} show one person.", "Scores: not shown before",
            "Of those who concluded here, these did there: examiner, examiner-2.",
        ):  # fmt: skip
            assert words in said, words
        before = told(maker, search, tmp_path)
        assert "Two examiners concluded apart from each other, and said the same." in before
        assert "Examination: two examiners said the same; none of the candidates is put" in before
        maker.close()
        connection = sqlite3.connect(maker.folder / "records.sqlite")
        connection.execute(
            "UPDATE examinations SET content = json_remove(content, '$.aware_of', '$.scores_seen')"
            " WHERE search = ?",
            [other],
        )
        connection.commit()
        connection.close()
        said = told(maker, other, tmp_path)
        assert knew in said, "told from moments where an earlier version did not write it down"
        assert "Scores: whether they were shown before is not recorded" in said

    def test_who_stands_beside_in_the_probe_is_covered(
        self, imported: Maker, shared_data: Path, analyser: FaceAnalyser, tmp_path: Path
    ) -> None:
        group = (shared_data / "groups" / "compreface_015_6.jpg").read_bytes()
        probe = ProbeRequest((group,), "camera of the shop", kind="camera", face=0)
        with imported.open("investigator") as bench:
            view = bench.searches.against_collection(
                CASE, probe, COLLECTION, reason=REASON, analyser=analyser
            )
        for account in ("examiner", "examiner-2"):
            with imported.open(account) as examiner:
                examiner.reviews.examine(view.id, "no-candidate", reason=CONCLUDED)
        report = tmp_path / "report.html"
        with imported.open("investigator") as bench:
            bench.reviews.export(
                view.id, report, recipient="DI Farrow", justification="for the file"
            )
        first = re.search(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", report.read_text("utf-8"))
        assert first is not None
        shown, before = load_image(base64.b64decode(first[1])), load_image(group)
        assert shown.shape == before.shape
        faces = analyser.detect(before)
        assert len(faces) == 6
        # Another face of the same picture is another question, though its digest is the same.
        with imported.open("investigator") as bench:
            beside, again = (
                bench.searches.against_collection(
                    CASE, replace(probe, face=face), COLLECTION, reason=REASON, analyser=analyser
                ).id
                for face in (1, 0)
            )
        with imported.open("examiner") as examiner:
            of_other = examiner.reviews.examine(beside, "no-candidate", reason=CONCLUDED)
            assert of_other.examinations[0].aware_of == ()
            with pytest.raises(NotPermittedError, match="may not examine search"):
                examiner.reviews.examine(again, "no-candidate", reason=CONCLUDED)
        for name, templates in analyser.encode(before, faces).items():
            printed = analyser.encode(shown, faces)[name].vectors
            alike = np.sum(printed * templates.vectors, axis=1)
            assert alike[0] > 0.9, "who was searched for stays"
            assert (alike[1:] < 0.5).all(), "the five others are nobody any more"

    def test_one_that_is_not_concluded_has_none(
        self, searched: tuple[Maker, str], tmp_path: Path
    ) -> None:
        maker, search = searched
        said = {"recipient": "DI Farrow", "justification": "for the file"}
        with maker.open("investigator") as bench:
            with pytest.raises(IllegalMoveError, match="is not concluded"):
                bench.reviews.export(search, tmp_path / "report.html", **said)
            with pytest.raises(UsageError, match=r"end in \.html or \.pdf"):
                bench.reviews.export(search, tmp_path / "report.doc", **said)
            assert list(tmp_path.glob("report*")) == []
        with maker.open("operator") as bench, pytest.raises(NotPermittedError):
            bench.reviews.export(search, tmp_path / "report.html", **said)
