"""Everyone of a case against its footage, and two pieces of footage for the same people."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from joined_clips import joined
from kept_values import copied, rows_of
from retro_values import CASE, STRANGER, case_values, probe_of
from review_values import Said, holds_no_picture

from widgets import CaseDesk, PairsDesk, SearchDesk
from workbench.arrays import ImageArray
from workbench.bench import Workbench
from workbench.bench.search_keeping import keep_search
from workbench.bench.search_views import ProbeRequest
from workbench.errors import (
    FootageError,
    NotPermittedError,
    PolicyError,
    RecordError,
    RefusedError,
    UnknownRecordError,
    UsageError,
)
from workbench.faces.analysis import FaceAnalyser
from workbench.feeds.video import VideoFile
from workbench.governance.reviews import ReviewState
from workbench.governance.roles import Role
from workbench.governance.searches import SearchKind
from workbench.images import load_image
from workbench.records.audit.verbs import Verb
from workbench.retrospective.search_document import encode_search

pytestmark = pytest.mark.slow

Maker = Any
REASON = "Who of the shop was on the bus that evening?"
WHY = "looking at what was found, in a test"
OTHER = "CASE/2026/999"
PIECES = {
    "shop.mkv": (("tony_blair", 0), ("bill_clinton", 0)),
    "bus.mkv": (("gloria_estefan", 0), ("tony_blair", 120)),
}
"""Who is seen one after the other, from which frame of their clip on."""
SHOWN = 50
"""Frames of each, at 25 a second."""


@pytest.fixture(scope="module")
def pieces_template(
    index_files: Callable[[Iterable[Path]], Maker],
    shared_data: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Maker:
    """Index two pieces of footage, of which one speaker is in both, once."""
    folder = tmp_path_factory.mktemp("pieces")

    def seen(people: tuple[tuple[str, int], ...]) -> Iterator[list[ImageArray]]:
        for name, start in people:
            frames = VideoFile(shared_data / "videos" / f"speaker_{name}.avi").frames()
            yield [one.image for one in frames if start <= one.index < start + SHOWN]

    for name, people in PIECES.items():
        joined(folder / name, seen(people), gop=25)
    return index_files(folder / name for name in PIECES)


@pytest.fixture
def pieces(pieces_template: Maker, tmp_path: Path) -> Iterator[Maker]:
    maker = copied(pieces_template, tmp_path / "copy")
    yield maker
    maker.close()


def held(bench: Any) -> tuple[str, str]:
    """Return the ids of the footage of the shop and of the bus."""
    by_name = {one.footage.name: one.id for one in bench.footage.list(CASE)}
    return by_name["shop.mkv"], by_name["bus.mkv"]


def open_other(maker: Maker) -> None:
    """Open another case, which is authorised too."""
    with maker.open("analyst") as bench:
        bench.cases.open(case_values(maker.clock(), number=OTHER))
    with maker.open("authorising-officer") as officer:
        officer.cases.authorise(OTHER, "I have read the statements and see no other way.")


def probe(lfw: Path, person: str) -> ProbeRequest:
    return ProbeRequest((probe_of(lfw, person, 0),), "press photograph", kind="photograph")


def two_people(lfw: Path) -> ProbeRequest:
    """Return a probe joined of pictures of two people, with a reason."""
    pictures = (probe_of(lfw, "Tony_Blair", 0), probe_of(lfw, STRANGER, 0))
    said = "The coat and the bag are the same in both."
    return ProbeRequest(pictures, "the shop", kind="camera", face=0, same_person=said)


def unjudged(bench: Any, search: str) -> str:
    """Keep a search again as versions did that judged the first picture alone; return its id."""
    found = bench.searches.get(search, justification=WHY)
    record = found.view.record
    earlier = record.asked.model_copy(update={"others": (), "same_person": None, "face": None})
    kept = keep_search(
        bench._context,
        CASE,
        record.model_copy(update={"probe": earlier}),
        encode_search(found.document),
        lambda _acting, _case: None,
    )
    return kept.id


class TestBetween:
    def test_who_is_in_both_is_a_pair_and_nobody_else_is(self, pieces: Maker) -> None:
        with pieces.open("investigator") as bench:
            shop, bus = held(bench)
            view = bench.searches.between_footage(CASE, shop, bus, reason=REASON)
            found = bench.searches.pairs(view.id, justification=WHY)
            (pair,) = found.document.pairs
        assert pair.first.appearance.startswith(shop)
        assert pair.first.last_s < 2.1, "the first who is seen in the shop"
        assert pair.second.appearance.startswith(bus)
        assert pair.second.first_s > 1.9, "the second who is seen on the bus"
        assert (pair.first.source, pair.rank) == ("footage shop.mkv", 1)
        assert pair.first.at is not None
        assert found.files == ("shop.mkv", "bus.mkv")
        assert found.seen[pair.first.appearance].startswith("footage shop.mkv, ")
        assert load_image(pair.first.picture).shape == (160, 160, 3)
        compared = view.record.pairs
        assert compared is not None
        assert pair.score >= compared.threshold
        assert (compared.above, view.record.candidates) == (1, 1)
        assert compared.comparisons == 2 * view.record.references
        assert compared.at_most_false < 0.1
        assert f"among {compared.comparisons:,} comparisons" in pair.meaning
        assert "No pair is as good a result as any." in view.record.stated
        assert "approved by nobody" in view.record.stated
        assert view.record.target == (shop, bus)
        assert json.loads(json.dumps(view.plain()))["record"]["pairs"]["policy"]

    def test_nobody_in_both_is_a_result_that_is_kept(self, indexed: Maker) -> None:
        with indexed.open("investigator") as bench:
            first, second = (one.id for one in bench.footage.list(CASE))
            view = bench.searches.between_footage(CASE, first, second, reason=REASON)
            assert view.record.candidates == 0
            assert bench.searches.pairs(view.id, justification=WHY).document.pairs == ()
            assert [one.id for one in bench.searches.list(CASE)] == [view.id]
        with indexed.open("data-protection-officer") as officer:
            entry = next(one for one in log_of(officer) if one.verb is Verb.COMBINE)
            assert entry.objects == (view.id, first, second)
            assert (entry.justification, entry.details["kind"]) == (REASON, "between")
            assert not officer.audit.verify().faults

    def test_nothing_crosses_cases(self, pieces: Maker) -> None:
        open_other(pieces)
        with pieces.open("investigator") as bench:
            shop, bus = held(bench)
            with pytest.raises(FootageError, match="is not of this case"):
                bench.searches.between_footage(OTHER, shop, bus, reason=REASON)
            with pytest.raises(FootageError, match="is not of this case"):
                bench.searches.between_footage(CASE, shop, "footage-1", reason=REASON)
            assert rows_of(bench, "searches") == 0

    def test_what_is_no_comparison_is_refused(self, pieces: Maker) -> None:
        with pieces.open("investigator") as bench:
            shop, bus = held(bench)
            between = bench.searches.between_footage
            with pytest.raises(UsageError, match="is one piece of footage"):
                between(CASE, shop, shop, reason=REASON)
            with pytest.raises(RecordError, match="reason"):
                between(CASE, shop, bus, reason="aa")
            with pytest.raises(RecordError, match="1 to 200"):
                between(CASE, shop, bus, reason=REASON, length=0)
            with pytest.raises(UnknownRecordError, match="there is no policy"):
                between(CASE, shop, bus, reason=REASON, policy="none-such")
            (int8,) = (one.id for one in bench.policies.list() if "int8" in one.id)
            with pytest.raises(PolicyError, match="was measured in int8"):
                between(CASE, shop, bus, reason=REASON, policy=int8)
            assert rows_of(bench, "searches") == 0

    def test_pairs_are_suggestions_on_which_nobody_concludes_at_once(self, pieces: Maker) -> None:
        with pieces.open("investigator") as bench:
            view = bench.searches.between_footage(CASE, *held(bench), reason=REASON)
            with pytest.raises(UsageError, match="has pairs, but no probe"):
                bench.searches.get(view.id, justification=WHY)
            said = {"recipient": "DI Farrow", "justification": "for the file"}
            path = pieces.folder.parent / "pairs.html"
            with pytest.raises(UsageError, match="has pairs, but no probe"):
                bench.reviews.export(view.id, path, **said)
            assert not path.exists()
        with pieces.open("examiner") as examiner:
            assert len(examiner.searches.pairs(view.id, justification=WHY).document.pairs) == 1
            with pytest.raises(UsageError, match="search with an appearance of the one"):
                examiner.reviews.examine(view.id, "no-candidate", reason="They differ in the nose.")

    def test_a_pair_becomes_a_search_that_examiners_conclude_on(
        self, pieces: Maker, analyser: FaceAnalyser
    ) -> None:
        with pieces.open("investigator") as bench:
            shop, bus = held(bench)
            view = bench.searches.between_footage(CASE, shop, bus, reason=REASON)
            (pair,) = bench.searches.pairs(view.id, justification=WHY).document.pairs
            asked = bench.footage.probe_of(
                pair.first.appearance, justification=REASON, analyser=analyser
            )
            made = bench.searches.against_footage(
                CASE, asked, reason=REASON, footage=[bus], analyser=analyser
            )
            best = bench.searches.get(made.id, justification=WHY).document.candidates[0]
            assert best.subject == pair.second.appearance
            with pytest.raises(UsageError, match="has candidates, but no pairs"):
                bench.searches.pairs(made.id, justification=WHY)

    def test_who_may(self, pieces: Maker) -> None:
        with pieces.open("investigator") as bench:
            shop, bus = held(bench)
        for role in {*Role} - {Role.ANALYST, Role.INVESTIGATOR}:
            with pieces.open(role.value) as bench:
                with pytest.raises(NotPermittedError, match="may not search for a case"):
                    bench.searches.between_footage(CASE, shop, bus, reason=REASON)
                with pytest.raises(NotPermittedError, match="may not search for a case"):
                    bench.searches.everyone_against_footage(CASE, reason=REASON)


class TestEveryone:
    def test_each_probe_of_the_case_is_searched_with_once_and_they_are_told_together(
        self, pieces: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        with pieces.open("investigator") as bench:
            shop, bus = held(bench)
            search = bench.searches
            for _ in range(2):
                search.against_footage(
                    CASE, probe(lfw, "Tony_Blair"), reason=REASON, footage=[shop],
                    analyser=analyser,
                )  # fmt: skip
            search.between_footage(CASE, shop, bus, reason=REASON)
            views = search.everyone_against_footage(
                CASE, reason=REASON, probes=[probe(lfw, STRANGER)], analyser=analyser
            )
            assert [one.record.kind for one in views] == ["everyone", "everyone"]
            (together,) = {one.record.together for one in views}
            assert together is not None
            listed = [one for one in search.list(CASE) if one.record.together == together]
            assert {one.id for one in listed} == {one.id for one in views}
            assert all(set(one.record.target) == {shop, bus} for one in views)
            blair, stranger = (search.get(one.id, justification=WHY) for one in views)
            first, second, *others = blair.document.candidates
            assert {first.subject.split("/")[0], second.subject.split("/")[0]} == {shop, bus}
            assert min(first.score, second.score) > max(one.score for one in others) + 1
            assert len(stranger.document.candidates) == len(blair.document.candidates)
            threshold = next(
                one.record.pairs.threshold
                for one in search.list(CASE)
                if one.record.pairs is not None
            )
            best = stranger.document.candidates[0].score
            assert best < threshold < second.score, "a list is as long where nobody is seen"
        with pieces.open("examiner") as examiner:
            view = examiner.reviews.examine(
                views[1].id, "no-candidate", reason="The nose differs in each of them."
            )
            assert view.has_examined

    def test_where_one_cannot_be_searched_with_none_is(
        self, pieces: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        good = probe(lfw, "Tony_Blair")
        with pieces.open("investigator") as bench:
            everyone = bench.searches.everyone_against_footage
            with pytest.raises(RefusedError, match="nobody was searched for with a probe"):
                everyone(CASE, reason=REASON, analyser=analyser)
            nameless = ProbeRequest(good.pictures, "x", kind="camera")
            with pytest.raises(RecordError, match="origin"):
                everyone(CASE, reason=REASON, probes=[good, nameless], analyser=analyser)
            assert rows_of(bench, "searches") == 0

    def test_a_probe_of_another_case_is_not_of_this_one(
        self, pieces: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        open_other(pieces)
        with pieces.open("investigator") as bench:
            bench.searches.against_footage(
                CASE, probe(lfw, "Tony_Blair"), reason=REASON, analyser=analyser
            )
            with pytest.raises(RefusedError, match=f"with a probe for case {OTHER} yet"):
                bench.searches.everyone_against_footage(OTHER, reason=REASON, analyser=analyser)


class TestLeavingOut:
    def test_an_earlier_probe_that_needs_a_reason_now_can_be_left_out_and_that_is_told(
        self, pieces: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        with pieces.open("investigator") as bench:
            shop, _ = held(bench)
            good, old = (
                bench.searches.against_footage(
                    CASE, one, reason=REASON, footage=[shop], analyser=analyser
                )
                for one in (probe(lfw, "Tony_Blair"), two_people(lfw))
            )
            of_before = unjudged(bench, old.id)
            everyone = bench.searches.everyone_against_footage
            kept = rows_of(bench, "searches")
            # Its own record has the reason; that of the version which judged no further picture not.
            with pytest.raises(
                RecordError, match="may show somebody else than the first"
            ) as stopped:
                everyone(CASE, reason=REASON, analyser=analyser)
            assert f"the probe of search {of_before} cannot be used" in str(stopped.value)
            assert str(stopped.value).endswith(f"--except {of_before}")
            assert rows_of(bench, "searches") == kept
            views = everyone(CASE, reason=REASON, left_out=[of_before], analyser=analyser)
            # The clock stands still here, so that neither of the two is the earlier one.
            assert {one.record.asked.earlier.search for one in views} == {good.id, old.id}
            assert len(views) == len({good.id, old.id})
            for one in views:
                assert one.record.left_out == (of_before,)
                said = f"Left out, as whoever searched asked: the probe of {of_before}."
                assert one.record.stated.endswith(said)
            entries = log_of(bench)
            (named,) = [one for one in entries if one.details.get("step") == "probes left out"]
            assert (named.verb, named.objects) == (Verb.CONSULT, (of_before,))
            made = [one for one in entries if "left_out" in one.details]
            assert [(one.verb, one.details["left_out"]) for one in made] == 2 * [(Verb.COMBINE, 1)]

    def test_a_probe_is_left_out_whichever_of_its_searches_is_named(
        self, pieces: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        with pieces.open("investigator") as bench:
            shop, bus = held(bench)
            _, again, _ = (
                bench.searches.against_footage(
                    CASE, probe(lfw, one), reason=REASON, footage=[shop], analyser=analyser
                )
                for one in ("Tony_Blair", "Tony_Blair", STRANGER)
            )
            without = {"reason": REASON, "analyser": analyser}
            everyone = bench.searches.everyone_against_footage
            (stranger,) = everyone(CASE, left_out=[again.id, again.id], **without)
            assert stranger.record.asked.log.file == sha256(probe_of(lfw, STRANGER, 0)).hexdigest()
            assert stranger.record.left_out == (again.id,)
            kept = rows_of(bench, "searches")
            with pytest.raises(RefusedError, match="was left out, so nobody is searched for"):
                everyone(CASE, left_out=[again.id, stranger.id], **without)
            pairs = bench.searches.between_footage(CASE, shop, bus, reason=REASON).id
            for name in ("search-4a1f", pairs):
                with pytest.raises(RefusedError, match=f"{name} is no search of case {CASE}"):
                    everyone(CASE, left_out=[name], **without)
            assert rows_of(bench, "searches") == kept + 1


def said_by_page(desk: SearchDesk, **chosen: str) -> None:
    """Choose in the form of a page, as a browser does."""
    said = Said(desk.form)
    for name, value in chosen.items():
        said.tell("change", name=name, value=value, values={name: value})
    done = threading.Event()
    desk.form._worker.do(done.set)
    assert done.wait(10)


def pairs_of(desk: CaseDesk) -> PairsDesk:
    """Return where the pages of a case compare two pieces of footage."""
    assert desk.pairs is not None
    assert desk.pairs_page() is desk.pairs.page
    return desk.pairs


class TestOnThePage:
    def test_one_piece_of_footage_and_everyone_of_the_case(
        self, pieces: Maker, lfw: Path, analyser: FaceAnalyser
    ) -> None:
        with pieces.open("investigator") as bench:
            shop, bus = held(bench)
            desk = SearchDesk(bench, CASE, analyser=analyser)
            fields = {one.name: one for one in desk.form.form.fields}
            assert "scan" not in fields, "footage is always compared as a whole"
            assert dict(fields["target"].options) == {
                "the footage of the case": "the footage of the case: 2 files",
                f"footage {shop}": "footage shop.mkv alone",
                f"footage {bus}": "footage bus.mkv alone",
            }
            (search,) = desk.form.form.actions
            assert search.disabled, "no probe is ready"
            said_by_page(desk, who="everyone")
            (search,) = desk.form.form.actions
            assert not search.disabled
            assert "none has to be ready above" in desk.form.form.status
            desk.form.press("search", reason=REASON)
            assert "nobody was searched for with a probe for case" in desk.form.form.problem
            desk.editor.load(probe_of(lfw, "Tony_Blair", 0), "wallet.jpg")
            desk.editor._work.choose(0)
            desk.editor._work.describe({"origin": "wallet", "kind": "photograph"})
            desk.editor._use()
            said = {"who": "probe", "target": f"footage {shop}", "reason": REASON}
            desk.form.press("search", **said)
            assert desk.form.form.problem == ""
            assert desk.search is not None
            assert desk.search.record.target == (shop,)
            desk.editor.load(probe_of(lfw, "Bill_Clinton", 0), "seat.jpg")
            assert desk.editor.probe is None
            desk.form.press("search", who="everyone", target="the footage of the case")
            assert desk.form.form.problem == ""
            assert set(desk.search.record.target) == {shop, bus}
            assert desk.search.record.kind is SearchKind.EVERYONE
            assert desk.search.record.probe.origin == "wallet", "the other was not decided on"
            assert [one.state for one in bench.searches.list(CASE)] == [ReviewState.OPEN] * 2
            desk.close()
            self.told_on_a_page_opened_anew(bench, analyser, shop, bus)

    def told_on_a_page_opened_anew(
        self, bench: Workbench, analyser: FaceAnalyser, shop: str, bus: str
    ) -> None:
        """Check that a page on which nothing was searched says what was searched before."""
        with CaseDesk(bench, CASE, analyser=analyser) as pages:
            desk, footage = pages.searching, pages.footage
            assert desk is not None
            assert footage is not None
            grid, lanes = Said(desk.grid), Said(footage.timeline)
            for one in (grid, lanes):
                one.tell("hello", tries=1)
            title, words = grid.of("list")[-1]["none"]
            assert title == "Nothing was searched on this page since it was opened."
            assert words.startswith("The case has 2 searches, the newest of ")
            assert "made by you at 2026-" in words
            steps = {one["step"]: one for one in desk._head.form.steps}
            assert [steps[one]["done"] for one in ("probe", "search")] == [True, True]
            assert steps["search"]["note"].endswith(", the newest of 2 searches")
            told = {one["id"]: one["searched"] for one in lanes.of("footage")[-1]["lanes"]}
            assert "it was searched 2 times" in told[shop]
            assert "it was searched once" in told[bus]
            # One made elsewhere meanwhile is told of by looking again, from either page.
            (made,) = (one for one in bench.searches.list(CASE) if one.record.target == (shop,))
            pages._searched(made)
            told = {one["id"]: one["searched"] for one in lanes.of("footage")[-1]["lanes"]}
            assert told[shop] == "not among its candidates"
            assert "it was searched once" in told[bus], "this search was of the other file"
            bench.searches.everyone_against_footage(
                CASE, reason=REASON, footage=[bus], analyser=analyser
            )
            footage.form.press("look")
            assert grid.of("list")[-1]["none"][1].startswith("The case has 3 searches")
            told = {one["id"]: one["searched"] for one in lanes.of("footage")[-1]["lanes"]}
            assert told[shop] == "not among its candidates", "what was shown stays"
            assert "it was searched 2 times" in told[bus]

    def test_two_pieces_are_compared_and_the_pairs_shown_with_both_pictures(
        self, pieces: Maker, analyser: FaceAnalyser
    ) -> None:
        with pieces.open("investigator") as bench, CaseDesk(bench, CASE, analyser=analyser) as desk:
            page, (shop, bus) = pairs_of(desk), held(bench)
            said = Said(page.pairs)
            said.tell("hello", tries=1)
            assert said.last("pairs")["head"] is None
            fields = {one.name: one for one in page.form.form.fields}
            assert {fields["first"].value, fields["second"].value} == {shop, bus}
            seen_from = "from 2026-11-24 17:59:30 UTC"
            assert dict(fields["first"].options)[shop] == f"footage shop.mkv, {seen_from}"
            assert "approved by nobody" in repr(fields["policy"].options)
            page.form.press("compare", reason="aa")
            assert "reason" in page.form.form.problem
            page.form.press("compare", first=shop, second=shop, reason=REASON)
            assert "is one piece of footage" in page.form.form.problem
            assert rows_of(bench, "searches") == 0
            page.form.press("compare", second=bus)
            assert page.form.form.problem == ""
            assert page.form.form.status.endswith(" UTC: 1 pair.")
            told = said.of("pairs")[-1]
            assert [one["name"] for one in told["head"]["lanes"]] == ["shop.mkv", "bus.mkv"]
            assert told["head"]["reason"] == REASON
            (row,) = told["rows"]
            assert f"among {told['head']['comparisons']:,} comparisons" in row["meaning"]
            first, second = row["sides"]
            assert first["file"].startswith("0:00.")
            assert first["clock"].startswith("17:59:3")
            assert second["clock"].endswith(" UTC")
            assert row["apart"].endswith(" s apart, the second after the first")
            said.tell("thumbs", ids=["pair-1/first", "pair-1/second", "pair-2/first"])
            assert said.last("thumbs")["of"] == ["pair-1/first", "pair-1/second"]
            shown = said.pictures("thumbs")
            assert load_image(shown[0]).shape == (160, 160, 3)
            holds_no_picture(page.pairs, shown)

    def test_a_pair_is_compared_played_and_searched_with_and_each_look_is_logged(
        self, pieces: Maker, analyser: FaceAnalyser
    ) -> None:
        with pieces.open("investigator") as bench, CaseDesk(bench, CASE, analyser=analyser) as desk:
            page, (shop, bus) = pairs_of(desk), held(bench)
            said = Said(page.pairs)
            said.tell("hello", tries=1)
            page.form.press("compare", first=shop, second=bus, reason=REASON)
            said.tell("act", action="compare", pair="pair-1")
            assert said.last("acted")["pair"] == "pair-1"
            assert page.comparison._words["names"] == ["first", "second"]
            assert page.comparison._words["candidate"]["caption"].startswith("footage bus.mkv")
            said.tell("act", action="compare", pair="pair-2")
            assert "is not on this list" in said.last("refused")["words"]
            said.tell("act", action="search-first", pair="pair-1")
            said.last("acted", 2)
            assert page.found is not None
            (pair,) = page.found.document.pairs
            assert desk.searching is not None
            assert desk.searching.search is not None
            record = desk.searching.search.record
            assert record.target == (bus,)
            assert record.asked.appearance == pair.first.appearance
            assert page.pairs._words["rows"], "the pairs stay"
            assert desk.footage is not None
            said.tell("act", action="play-second", pair="pair-1")
            said.last("acted", 3)
            player = desk.footage.timeline.player
            assert player is not None
            assert bus in player.name
        with pieces.open("investigator") as bench, CaseDesk(bench, CASE, analyser=analyser) as desk:
            again = pairs_of(desk)
            again.form.press("again")
            assert [one["score"] for one in again.pairs._words["rows"]] == [pair.score]
        with pieces.open("data-protection-officer") as officer:
            why = [one.justification for one in log_of(officer) if one.verb is Verb.CONSULT]
        assert why.count("comparing the two of a pair at equal scale") == 2
        assert why.count("looking at the pairs of one's own search") == 1
        assert why.count("looking again at the pairs of two pieces of footage") == 1

    def test_no_pair_is_shown_as_the_result_that_it_is(
        self, indexed: Maker, analyser: FaceAnalyser
    ) -> None:
        with (
            indexed.open("investigator") as bench,
            CaseDesk(bench, CASE, analyser=analyser) as desk,
        ):
            page = pairs_of(desk)
            page.form.press("compare", reason=REASON)
            assert page.form.form.status.endswith(
                "no pair. That is as good a result as any, and is kept as one."
            )
            told = page.pairs._words
            assert told["rows"] == []
            assert told["head"]["comparisons"] > 0
            assert "the threshold of policy" in told["head"]["stated"]
            (earlier,) = (one for one in page.form.form.fields if one.name == "earlier")
            assert earlier.options[0][1].endswith(" UTC by investigator: no pair")
