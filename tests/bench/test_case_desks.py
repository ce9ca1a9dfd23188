"""Pages of a case over a real bench: a probe is searched with, examined blind, concluded on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from retro_values import CASE, COLLECTION, LISTED, probe_of, with_gallery

from widgets import CaseDesk, ExaminationDesk, SearchDesk
from widgets.search_steps import case_step
from workbench.errors import RecordError
from workbench.faces.analysis import FaceAnalyser
from workbench.gallery_settings import GallerySettings
from workbench.governance.checklists import Checklist
from workbench.governance.conclusions import Conclusion
from workbench.governance.enhancements import Tone
from workbench.governance.reviews import ReviewState

pytestmark = pytest.mark.slow

Maker = Any
REASON = "The man with the bag is seen in the picture of the shop."
CONCLUDED = "Nose and mouth agree as far as the picture shows them."
SEEN = Checklist.read({"marks": {"nose": {"seen": "similar"}}}, what="the checklist")


def prepared(desk: SearchDesk, lfw: Path) -> None:
    """Have a probe ready on the page."""
    desk.editor.load(probe_of(lfw, LISTED[0]), "still.jpg")
    desk.editor._work.describe({"kind": "camera", "origin": "camera of the shop"})
    desk.editor._use()


def way_of(desk: SearchDesk) -> dict[str, Any]:
    """Return the steps above the page of a search, by name."""
    return {one["step"]: one for one in desk._head.form.steps}


def searched(maker: Maker, lfw: Path, analyser: FaceAnalyser) -> str:
    """Search on the investigator's page and return the id of the search."""
    with maker.open("investigator") as bench:
        desk = SearchDesk(bench, CASE, analyser=analyser)
        target = desk.form.form.fields[0]
        words = f"collection {COLLECTION}: 10 references of 10 people"
        assert target.options == ((COLLECTION, words),)
        desk.editor.load(probe_of(lfw, LISTED[0]), "still.jpg")
        desk.editor.add(Tone(gamma=0.9))
        assert desk.form.form.actions[0].disabled, "nobody has decided to search with it yet"
        desk.editor._work.describe(
            {"kind": "camera", "origin": "camera of the shop", "frame": "1204"}
        )
        desk.editor._use()
        probe = desk.editor.probe
        assert probe is not None
        assert not desk.form.form.actions[0].disabled
        with pytest.raises(RecordError, match="reason"):
            desk.run(probe, reason="aa")
        assert desk.search is None
        (view,) = desk.run(probe, reason=REASON)
        assert (view.record.probe.origin, view.record.probe.frame) == ("camera of the shop", 1204)
        assert view.record.probe.log.is_enhanced
        assert view.record.probe.name == "still.jpg"
        assert next(iter(desk.grid._rows)) == "candidate-1"
        desk.grid.choose("candidate-1")
        assert desk.comparison._words["kind"] == "pair"
        state = repr(desk.page.get_state()) + repr(desk.editor.get_state())
        assert desk.search is not None
        assert LISTED[0] not in state
        steps = way_of(desk)
        assert [one["done"] for one in steps.values()] == [True, True, True, False, False, False]
        assert steps["search"]["people"][0]["by"] == "you"
        assert steps["search"]["note"] == COLLECTION
        desk.close()
        return view.id


def test_from_a_probe_to_a_conclusion(imported: Maker, lfw: Path, analyser: FaceAnalyser) -> None:
    search = searched(imported, lfw, analyser)
    with imported.open("investigator") as bench:
        desk = ExaminationDesk(bench, search)
        assert desk.grid._until == "the search is concluded", "this account never concludes"
        desk.close()
    for account in ("examiner", "examiner-2"):
        with imported.open(account) as bench:
            desk = ExaminationDesk(bench, search)
            assert desk.grid.hides_scores
            assert desk.panel.review.examinations == ()
            desk.grid.choose("candidate-1")
            assert desk.comparison._words["kind"] == "pair"
            assert desk.grid._until == "your conclusion is saved"
            differs = Checklist.model_validate({"marks": {"ears": {"seen": "different"}}})
            with pytest.raises(RecordError, match="marks as different without a note: ears"):
                desk._examine("candidate-1", Conclusion.SUPPORT_SAME, differs, CONCLUDED)
            review = desk._examine("candidate-1", Conclusion.SUPPORT_SAME, SEEN, CONCLUDED)
            assert review.has_examined(account)
            desk._saved()
            assert not desk.grid.hides_scores
            desk.close()
    again = searched(imported, lfw, analyser)
    with imported.open("examiner") as bench:
        desk = ExaminationDesk(bench, again)
        desk.grid.choose("candidate-1")
        assert f"concluded on search {search}, of the same probe" in desk._state.value
        assert not desk.panel._words()["may"]
        desk.close()
    assert review.state is ReviewState.CONCLUDED
    assert [one.scores_seen for one in review.examinations] == [False, False]
    with imported.open("data-protection-officer") as officer:
        looks = [
            (one.actor, one.details["scores"])
            for one in log_of(officer)
            if "scores" in one.details and search in one.objects
        ]
    for account in ("examiner", "examiner-2"):
        assert [said for by, said in looks if by == account] == ["hidden", "shown"]
    with imported.open("investigator") as bench:
        shown = ExaminationDesk(bench, search)
        assert not shown.grid.hides_scores
        assert len(shown.panel.review.examinations) == 2
        shown.close()


def test_the_steps_name_who_opened_and_authorised_the_case_and_who_had_the_report(
    imported: Maker, lfw: Path, analyser: FaceAnalyser, tmp_path: Path
) -> None:
    def shown(desk: ExaminationDesk) -> dict[str, Any]:
        return {one["step"]: one for one in desk.panel._words()["steps"]}

    with imported.open("investigator") as bench:
        case = bench.cases.get(CASE, justification="reading who opened it")
        desk = SearchDesk(bench, CASE, analyser=analyser)
        steps = way_of(desk)
        assert [one["current"] for one in steps.values()].index(True) == 1, "a probe comes next"
        assert steps["case"]["people"][0]["did"] == "opened it, to begin at"
        waits = case_step(replace(case, decision=None))
        assert (waits.note, waits.others) == (f"case {CASE}, not authorised", ())
        prepared(desk, lfw)
        desk.form.press("search", reason=REASON)
        assert desk.search is not None
        search = desk.search.id
        desk.close()
    for account in ("examiner", "examiner-2"):
        with imported.open(account) as bench:
            bench.reviews.examine(search, "no-candidate", reason=CONCLUDED)
    with imported.open("examiner") as bench:
        page = ExaminationDesk(bench, search)
        steps = shown(page)
        asked, officer = steps["case"]["people"]
        assert (asked["by"], officer["by"]) == (case.requester, "authorising-officer")
        assert case.decision is not None
        assert officer["did"] == f"authorised it, {case.decision.rank}"
        assert steps["case"]["note"] == f"case {CASE}"
        assert steps["search"]["people"][0]["by"] == "investigator"
        assert steps["report"]["current"]
        assert not steps["report"]["done"]
        file = tmp_path / "a.html"
        bench.reviews.export(search, file, recipient="DI Farrow", justification="the case file")
        page.refresh()
        report = shown(page)["report"]
        assert report["done"]
        assert report["people"][0]["by"] == "you"
        assert report["note"] == "1 file written, the newest for DI Farrow"
        page.close()


def test_triage_is_chosen_said_and_followed_by_a_full_scan_with_the_same_probe(
    imported: Maker, lfw: Path, analyser: FaceAnalyser, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = with_gallery(imported, GallerySettings(search="triage", triage_above=0))
    with maker.open("investigator") as bench:
        desk = SearchDesk(bench, CASE, analyser=analyser)
        prepared(desk, lfw)
        said: list[str] = []
        monkeypatch.setattr(desk.form, "say", lambda words, *_: said.append(words["status"]))
        desk.form.press("search", reason=REASON)
        assert desk.search is not None
        assert desk.search.record.full_scan, "whatever the settings say"
        assert "Searching. Every reference is compared." in said
        assert "The search is with the examiners now" in desk.form.form.status
        assert [one.name for one in desk.form.form.actions] == ["search"]
        said.clear()
        desk.form.press("search", scan="triage", reason=REASON)
        first = desk.search
        assert not first.record.full_scan
        assert "Searching by triage. Of a large collection not every reference is compared." in said
        assert not any("Every reference is compared" in one for one in said)
        assert "only after a full scan" in desk.form.form.status
        assert "with the examiners now" not in desk.form.form.status
        assert desk.grid._head is not None
        assert desk.grid._head.stated.startswith("Triage: not every reference was compared")
        # The editor may hold another picture by now.
        desk.editor.load(probe_of(lfw, LISTED[1]), "another.jpg")
        desk.form.press("full-scan")
        second = desk.search
        assert second.id != first.id
        assert second.record.full_scan
        assert second.record.probe == first.record.probe
        assert [one.name for one in desk.form.form.actions] == ["search"]
        desk.close()
    with maker.open("examiner") as bench, CaseDesk(bench, CASE) as pages:
        pages.first_examiner()
        assert pages.examining is not None
        given = {value for value, _ in pages.examining.choice.form.form.fields[0].options}
        assert second.id in given
        assert first.id not in given


def test_a_third_is_told_that_two_differ_and_not_what_they_said(
    imported: Maker, lfw: Path, analyser: FaceAnalyser
) -> None:
    search = searched(imported, lfw, analyser)
    with imported.open("examiner") as bench:
        bench.reviews.examine(search, "no-candidate", reason=CONCLUDED)
    with imported.open("examiner-2") as bench:
        bench.reviews.examine(
            search,
            "support-same",
            reason=CONCLUDED,
            candidate="candidate-1",
            checklist=SEEN.plain(),
        )
    with imported.open("reviewer") as bench:
        desk = ExaminationDesk(bench, search)
        assert desk.panel.review.state is ReviewState.DISPUTED
        assert desk.panel.review.examinations == ()
        assert desk.grid.hides_scores
        desk.close()


def test_each_role_is_shown_its_own_pages_of_a_case_and_a_dispute_is_left_as_inconclusive(
    imported: Maker, lfw: Path, analyser: FaceAnalyser, tmp_path: Path
) -> None:
    search = searched(imported, lfw, analyser)
    said = {"candidate": "candidate-1", "checklist": SEEN.plain(), "reason": CONCLUDED}
    with imported.open("examiner") as bench:
        bench.reviews.examine(search, "support-same", **said)
    with imported.open("authorising-officer") as bench, CaseDesk(bench, CASE) as desk:
        for page in (desk.search_page(), desk.footage_page(), desk.pairs_page(),
                     desk.first_examiner(), desk.report_page()):  # fmt: skip
            assert "and may not" in page.value
    with imported.open("examiner-2") as bench, CaseDesk(bench, CASE, reports=tmp_path) as desk:
        assert "and may not search for a case" in desk.search_page().value
        assert "and may not search for a case" in desk.pairs_page().value
        desk.first_examiner()
        place = desk.examining
        assert place is not None
        assert place.desk is not None
        assert place.desk.search == search
        assert place.desk.panel.review.examinations == ()
        assert place._leaving not in place._room.children
        place.desk.panel._save(
            {"view": "v", "conclusion": "no-candidate", "reason": "The nose differs in each."}
        )
        assert place.desk.state is ReviewState.DISPUTED
        assert place._leaving in place._room.children
        place._leaving.press("leave", reason="aa")
        assert "reason" in place._leaving.form.problem
        place._leaving.press("leave", reason="There is no third examiner this week.")
        assert place.desk.state is ReviewState.CONCLUDED
        assert place._leaving not in place._room.children
    with (
        imported.open("investigator") as bench,
        CaseDesk(bench, CASE, reports=tmp_path / "reports", analyser=analyser) as desk,
    ):
        desk.first_examiner()
        assert desk.examining is not None
        assert desk.examining.desk is not None
        assert desk.examining.desk.panel._words()["may"] is False
        reporting = desk.reporting
        assert reporting is not None
        reporting.choice.form.press("write", recipient="", justification="the file of the case")
        assert reporting.choice.form.form.problem
        assert reporting.written == []
        reporting.choice.form.press("write", recipient="DI Farrow", justification="the case file")
        assert reporting.choice.form.form.problem == ""
        assert reporting.written[0].read_bytes().startswith(b"<!doctype html>")
        assert "Another examiner opens this notebook" in desk.second_examiner().value
