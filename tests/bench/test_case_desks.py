"""Pages of a case over a real bench: a probe is searched with, examined blind, concluded on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from retro_values import CASE, COLLECTION, LISTED, probe_of

from widgets import ExaminationDesk, SearchDesk
from workbench.errors import RecordError
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.checklists import Checklist
from workbench.governance.conclusions import Conclusion
from workbench.governance.enhancements import Tone
from workbench.governance.reviews import ReviewState
from workbench.settings import Settings

pytestmark = pytest.mark.slow

Maker = Any
REASON = "The man with the bag is seen in the picture of the shop."
CONCLUDED = "Nose and mouth agree as far as the picture shows them."
SEEN = Checklist.read({"marks": {"nose": {"seen": "similar"}}}, what="the checklist")


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    return build_analyser(settings, store)


def searched(maker: Maker, lfw: Path, analyser: FaceAnalyser) -> str:
    """Search on the investigator's page and return the id of the search."""
    with maker.open("investigator") as bench:
        desk = SearchDesk(bench, CASE, analyser=analyser)
        assert desk._target.options == ((f"{COLLECTION}: 10 references", COLLECTION),)
        desk.editor.load(probe_of(lfw, LISTED[0]), "still.jpg")
        desk.editor.add(Tone(gamma=0.9))
        assert desk._button.disabled, "nobody has decided to search with it yet"
        desk.editor._work.describe({"origin": "camera of the shop", "frame": "1204"})
        desk.editor._use()
        probe = desk.editor.probe
        assert probe is not None
        assert not desk._button.disabled
        with pytest.raises(RecordError, match="reason"):
            desk.run(probe, reason="aa")
        assert desk.search is None
        view = desk.run(probe, reason=REASON)
        assert (view.record.probe.origin, view.record.probe.frame) == ("camera of the shop", 1204)
        assert view.record.probe.log.is_enhanced
        assert view.record.probe.name == "still.jpg"
        assert next(iter(desk.grid._rows)) == "candidate-1"
        state = repr(desk.page.get_state()) + repr(desk.editor.get_state())
        assert LISTED[0] not in state
        desk.close()
        return view.id


def test_from_a_probe_to_a_conclusion(imported: Maker, lfw: Path, analyser: FaceAnalyser) -> None:
    search = searched(imported, lfw, analyser)
    for account in ("examiner", "examiner-2"):
        with imported.open(account) as bench:
            desk = ExaminationDesk(bench, search)
            assert desk.grid.hides_scores
            assert desk.panel.review.examinations == ()
            desk.grid.choose("candidate-1")
            assert desk.comparison._words["kind"] == "pair"
            review = desk._examine("candidate-1", Conclusion.SUPPORT_SAME, SEEN, CONCLUDED)
            assert review.has_examined(account)
            desk.close()
    assert review.state is ReviewState.CONCLUDED
    with imported.open("investigator") as bench:
        shown = ExaminationDesk(bench, search)
        assert not shown.grid.hides_scores
        assert len(shown.panel.review.examinations) == 2
        shown.close()


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
