"""A list in the making, on a real bench of drawn faces: what is said, filled in, built and kept."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from drawn_faces import drawn_analyser, drawn_pair_analyser, portrait
from worked_bench import WorkedBench, make_worked_bench

from widgets.list_draft import ListDraft
from widgets.list_words import meter_words, row_words
from widgets.uploads import PIECE_BYTES
from widgets.watchlist_builder import WatchlistBuilder
from workbench.bench.default_policies import load_default_policies
from workbench.bench.planning import plan_under
from workbench.errors import (
    IllegalMoveError,
    ImageError,
    NotPermittedError,
    RecordError,
    UsageError,
)
from workbench.evaluation.planner_words import cap_sentence, chance_sentence, check_sentence
from workbench.governance.setups import Matcher
from workbench.governance.starting import BlockCode
from workbench.images import encode_png, load_image
from workbench.rate_words import amount_ends_words
from workbench.records.audit.verbs import Verb

FORM = {
    "category": "wanted-by-courts",
    "legal_basis": "administration-of-justice",
    "source": "custody",
    "image_date": "2026-02-11",
    "rationale": "Warrant of the magistrates' court; lives nearby.",
    "lawfully_held": True,
}
WHY = "looking at what the page has built"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> WorkedBench:
    """Make a bench with a deployment that was drafted and applied for, and one more draft."""
    bench = make_worked_bench(tmp_path_factory.mktemp("made"))
    with bench.open("analyst") as analyst:
        analyst.deployments.apply(bench.draft())
    bench.draft()
    return bench


@pytest.fixture
def bench(made: WorkedBench, tmp_path: Path) -> WorkedBench:
    """Return a copy of it."""
    for name in ("bench", "keys", "witness"):
        shutil.copytree(Path(made.place).parent / name, tmp_path / name)
    keys = made.settings.keys.model_copy(update={"folder": tmp_path / "keys"})
    settings = made.settings.model_copy(update={"keys": keys, "witness": tmp_path / "witness"})
    return replace(made, place=str(tmp_path / "bench"), settings=settings)


class Page:
    """A builder, what it says, and a way to answer."""

    def __init__(self, builder: WatchlistBuilder, monkeypatch: pytest.MonkeyPatch) -> None:
        self.builder = builder
        self.said: list[tuple[dict[str, Any], list[bytes]]] = []
        monkeypatch.setattr(
            builder, "say", lambda words, pictures=(): self.said.append((words, list(pictures)))
        )
        monkeypatch.setattr(builder._receiver, "_say", builder.say)

    def tell(self, kind: str, buffers: list[memoryview] | None = None, **more: object) -> None:
        words = {"kind": kind, "view": "v", **more}
        self.builder._on_message(self.builder._model, words, buffers or [])

    def last(self, kind: str) -> dict[str, Any]:
        return next(words for words, _ in reversed(self.said) if words["kind"] == kind)

    def image(self, name: str) -> dict[str, Any]:
        return next(one for one in self.builder.images if one["name"] == name)

    @property
    def ids(self) -> list[str]:
        return [one["id"] for one in self.builder.images]


@pytest.fixture
def page(bench: WorkedBench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """Return the page of the first deployment, as an analyst has it."""
    with bench.open("analyst") as analyst:
        builder = WatchlistBuilder(analyst, bench.references[0], analyser=drawn_analyser())
        builder.wait()
        yield Page(builder, monkeypatch)
        builder.close()


def png(number: int) -> bytes:
    return encode_png(portrait(number))


def listed(page: Page, count: int = 2) -> None:
    """Take images, and fill in all that is asked of them."""
    for number in range(count):
        page.builder.take(f"NOM-{number}.png", png(number))
    page.builder.wait()
    page.builder.name_subjects(page.ids)
    page.builder.fill(page.ids, FORM)


def test_a_role_that_may_not_build_is_told_so_in_the_words_of_the_bench(
    bench: WorkedBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench.open("operator") as operator:
        page = Page(WatchlistBuilder(operator, analyser=drawn_analyser()), monkeypatch)
        page.builder.wait()
        page.tell("hello")
        words = "operator is an operator and may not build a watchlist (watchlist.build)."
        assert page.last("page")["fault"].startswith(words)
        assert page.last("page")["chosen"] is None
        with pytest.raises(UsageError, match="Ask an analyst to do it"):
            page.builder.take("a.png", png(1))
        with pytest.raises(NotPermittedError, match="may not build a watchlist"):
            page.builder.choose(bench.references[0])
        page.tell("upload", upload="u", name="a.png", size=1, sha256="0" * 64)
        assert "may not build" in page.last("refused")["words"]
        page.builder.close()
    with bench.open("data-protection-officer") as officer:
        found = officer.audit.show(justification="looking for what was refused")
        assert [one.entry.actor for one in found if one.entry.result == "refused"][-1] == "operator"


def test_where_several_can_be_built_one_is_chosen(
    bench: WorkedBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench.open("analyst") as analyst:
        page = Page(WatchlistBuilder(analyst, analyser=drawn_analyser()), monkeypatch)
        page.builder.wait()
        page.tell("hello")
        assert [one["reference"] for one in page.last("page")["open"]] == bench.references
        assert "applied, North End" in page.last("page")["open"][0]["words"]
        with pytest.raises(UsageError, match="no deployment is chosen yet"):
            page.builder.take_folder("images")
        page.tell("choose", deployment=bench.references[1])
        page.builder.wait()
        assert page.last("page")["chosen"] == bench.references[1]
        page.builder.close()


def test_each_image_is_judged_as_it_comes_and_its_picture_is_a_buffer(page: Page) -> None:
    page.builder.take("good.png", png(1))
    page.builder.take("cut.png", png(2)[:90])
    page.builder.take("../copy.png", png(1))
    page.builder.take("flat.png", encode_png(portrait(3) // 40 + 100))
    page.builder.wait()
    found = {one["name"]: one for one in page.builder.images}
    assert "damaged or cut short" in found["cut.png"]["refused"]
    assert "Is the same image as good.png" in found["..-copy.png"]["refused"]
    assert found["good.png"]["verdict"] == "accept"
    assert found["flat.png"]["verdict"] in {"warn", "reject"}
    assert found["flat.png"]["reasons"] or found["flat.png"]["refused"]
    pictures = {
        name: picture
        for words, buffers in page.said
        if words["kind"] == "rows"
        for name, picture in zip(words["pictures"], buffers, strict=True)
    }
    assert load_image(pictures[found["good.png"]["id"]]).shape == (160, 160, 3)
    assert found["cut.png"]["id"] not in pictures
    assert not any(
        isinstance(value, bytes) for one in page.builder.images for value in one.values()
    )


def test_several_faces_are_refused_as_the_build_refuses_them(
    bench: WorkedBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bench.open("analyst") as analyst:
        builder = WatchlistBuilder(analyst, bench.references[0], analyser=drawn_pair_analyser())
        page = Page(builder, monkeypatch)
        builder.wait()
        builder.take("pair.png", png(1))
        builder.wait()
        assert page.image("pair.png")["refused"].startswith("Shows 2 faces of similar size")
        builder.close()


def test_a_file_comes_in_pieces_that_are_acknowledged(page: Page) -> None:
    big = png(4) + bytes(11 * 2**20)
    digest = hashlib.sha256(big).hexdigest()
    page.tell("upload", upload="u", name="b.png", size=len(big), sha256=digest)
    got = {"kind": "got", "upload": "u", "to": "v"}
    assert page.last("got") == got | {"received": 0}
    for at in range(0, len(big), PIECE_BYTES):
        part = memoryview(big[at : at + PIECE_BYTES])
        page.tell("piece", [part], upload="u", at=at)
        assert page.last("got") == got | {"received": at + len(part)}
    assert page.last("uploaded")["sha256"] == digest
    page.builder.wait()
    assert page.image("b.png")["verdict"] == "accept"
    page.tell("piece", [memoryview(b"x")], upload="u", at=0)
    assert "waits for no such file any more" in page.last("refused")["words"]


def test_a_file_takes_the_place_of_an_image_and_one_that_cannot_is_said(page: Page) -> None:
    page.builder.take("a.png", png(1)[:90])
    page.builder.wait()
    (before,) = page.ids
    for replaces in (before, "image-99"):
        file = png(2)
        digest = hashlib.sha256(file).hexdigest()
        about = {"upload": "u", "name": "b.png", "size": len(file), "sha256": digest}
        page.tell("upload", replaces=replaces, **about)
        page.tell("piece", [memoryview(file)], upload="u", at=0)
        page.builder.wait()
    assert [one["name"] for one in page.builder.images] == ["b.png"]
    assert page.last("refused")["upload"] == "u"
    page.tell("upload", **(about | {"size": 2**27}))
    assert "Name its folder instead" in page.last("refused")["words"]


def test_what_is_missing_or_wrong_is_said_field_by_field(page: Page) -> None:
    listed(page, 1)
    assert page.image("NOM-0.png")["state"] == "ready"

    def faults(**values: object) -> dict[str, str]:
        page.tell("fill", ids=page.ids, values=values)
        return {one["field"]: one["text"] for one in page.builder.images[0]["faults"]}

    assert faults(rationale="") == {"rationale": "is missing"}
    assert "says nothing that could be checked" in faults(rationale="no")["rationale"]
    assert faults(rationale=FORM["rationale"], under_18=True) == {
        "": "under_18_rationale is missing: say why a person under 18 must be on the list"
    }
    assert faults(under_18_rationale="Aged 15, missing since Monday.") == {}
    assert "under_18_rationale" in page.builder.images[0]["values"]
    assert faults(under_18=False) == {}, "a reason for a child goes with the child"
    assert "needs related_to" in faults(category="witness")[""]
    assert faults(related_to="missing-at-risk", relation="Saw her on Monday night.") == {}
    assert "go together" in faults(category="blue-list")[""]
    assert (
        "must be true" in faults(category="wanted-by-courts", lawfully_held=False)["lawfully_held"]
    )
    assert faults(lawfully_held=True, image_date="2019-01-01") == {}
    assert "more than 5 years before" in page.builder.images[0]["age"]
    for wrong in ({"colour": "red"}, {"lawfully_held": "yes"}, {"subject": True}):
        page.tell("fill", ids=page.ids, values=wrong)
        assert "cannot be filled in so" in page.last("refused")["words"]


def test_of_an_image_that_no_list_of_a_demonstration_takes_nothing_is_asked(page: Page) -> None:
    listed(page, 1)
    (image,) = page.builder._making._draft.images.values()
    image.values.pop("rationale")
    prepared = replace(page.builder._making.require_prepared(), is_demonstration=True)
    told = row_words(image, prepared, sample=False)
    assert (told["barred"], told["faults"], told["state"]) == (True, [], "refused")
    assert told["refused"] == (
        "None of the credited sample photographs: a demonstration's list takes no other."
    )
    sample = row_words(image, prepared)
    assert not sample["barred"]
    assert sample["faults"], "of the others all is asked"


def test_images_of_one_person_agree(page: Page) -> None:
    listed(page)
    page.builder.fill(page.ids, {"subject": "NOM-7"})
    page.builder.fill(page.ids[:1], {"category": "risk-of-harm"})
    assert {one["state"] for one in page.builder.images} == {"incomplete"}
    assert "one category" in page.builder.images[1]["faults"][0]["text"]
    page.builder.remove(page.ids[:1])
    assert page.builder.images[0]["state"] == "ready"


@pytest.mark.parametrize("faces", [-1, 10**9 + 1, True])
def test_so_many_faces_are_refused_and_what_was_said_stays(page: Page, faces: int) -> None:
    listed(page, 1)
    page.builder.expect(500)
    with pytest.raises(UsageError, match=r"faces cannot be expected\. Give a whole number"):
        page.builder.expect(faces)
    assert page.last("meter")["faces"] == 500


def test_size_and_false_alerts_are_those_of_the_policy(page: Page) -> None:
    listed(page, 3)
    page.tell("faces", faces=14_000)
    meter = page.last("meter")
    assert (meter["usable"], meter["largest"]) == (3, 20_000)
    assert meter["expected"].startswith(
        "False alerts to expect in 14,000 faces at threshold 0.4788"
    )
    assert "Counted: 18 of 1,755,277 searches of single references." in meter["rests_on"]
    assert "Labeled Faces in the Wild" in meter["rests_on"]
    assert " and 3 references, extrapolated: " in meter["expected"]
    made = plan_under(load_default_policies()[Matcher.SFACE], list_size=3, faces=14_000, cap=0.001)
    assert check_sentence(made) in meter["rests_on"]
    assert (
        "list of 1,847 that was searched, at T = 0.4864: 3 of 1,049 searches" in meter["rests_on"]
    )
    ends = amount_ends_words(*made.at.expected_interval)
    assert f"(95 % interval {ends}, policy" in meter["expected"]
    assert meter["expected"].endswith(f" {chance_sentence(made.at)} {cap_sentence(made)}")
    assert "match" not in meter["expected"]
    assert meter["limits"].endswith(
        "is for lists of 1 to 20,000; equity not measured. How often it errs was counted in searches of single "
        "references; for others it is reckoned, which searches of whole lists of up to 1,847 were "
        "made to check. From 1,848 on it is extrapolated, and nothing checked it. At this "
        "threshold the reckoned rate keeps within 1 in 1,000 faces for lists of up to 97."
    )
    assert meter["warnings"] == []
    prepared = page.builder._making.require_prepared()
    (above,) = meter_words(prepared, {"ready": 98}, None)["warnings"]
    assert above.startswith(
        "98 is more than the 97 up to which the threshold keeps within 1 in 1,000 faces"
    )
    _, beyond = meter_words(prepared, {"ready": 1_848}, None)["warnings"]
    assert beyond.startswith("No list of more than 1,847 was searched to check the rate: for 1,848")
    page.builder.build()
    told = page.builder._bench.watchlists.expected_false_alerts(
        page.builder._making.reference, 14_000
    )
    assert meter["expected"] == told.describe()
    page.tell("faces", faces="many")
    assert page.last("meter")["expected"] is None
    assert "the number of faces to expect" in page.last("meter")["cautions"][0]


def test_a_list_is_built_by_the_bench_which_says_what_is_owed(
    page: Page, bench: WorkedBench
) -> None:
    listed(page)
    page.builder.take("cut.png", png(9)[:80])
    page.builder.wait()
    with pytest.raises(RecordError, match=r"the entry of cut\.png cannot be used: subject"):
        page.builder.build()
    page.builder.fill(page.ids[2:], FORM | {"subject": "NOM-9"})
    page.tell("build", replacing=None)
    page.builder.wait()
    report = page.last("report")["report"]
    assert (report["enrolled"], report["subjects"], report["kept"]) == (2, 2, 0)
    assert [one["name"] for one in report["refused"]] == ["cut.png"]
    assert report["owed"][0].startswith("2 identity checks: an analyst, an operator or a reviewer")
    assert report["owed"][1].startswith("2 reviews for this deployment, by an authorising officer")
    assert report["blocks"] == []
    assert [one["outcome"] for one in page.builder.images] == ["enrolled", "enrolled", "refused"]
    reference = bench.references[0]
    with bench.open("reviewer") as reviewer:
        view = reviewer.watchlists.show(reference, WHY)
        assert [one.entry.subject for one in view.entries] == ["NOM-0", "NOM-1", "NOM-9"]
        assert {one.code for one in view.blocks} == {BlockCode.UNCHECKED, BlockCode.UNREVIEWED}
        reviewer.watchlists.check(reference, view.ids(), "compared with the custody record")
        reviewer.watchlists.review(reference)
    with bench.open("data-protection-officer") as officer:
        logged = [one.entry for one in officer.audit.show(justification="looking at the build")]
        enrolled = [one for one in logged if one.verb is Verb.ENROL]
        assert [(one.actor, one.details["references"]) for one in enrolled] == [("analyst", 2)]
    # The same images, handed in again, are the same entries: check and review stay.
    present = page.builder._bench.watchlists.prepare(reference).present
    assert present is not None
    page.builder.remove(page.ids[2:])
    again = page.builder.build(present.digest)
    assert (again["kept"], again["owed"]) == (2, [])


def test_a_list_that_is_there_is_replaced_only_where_somebody_says_so(
    page: Page, bench: WorkedBench
) -> None:
    listed(page)
    page.builder.build()
    page.tell("hello")
    present = page.last("page")["present"]
    assert "has a list of 2 images, built by analyst" in present["words"]
    for said in (None, "0" * 64):
        with pytest.raises(UsageError, match="already, which would be replaced"):
            page.builder.build(said)
    page.builder.remove(page.ids[:1])
    assert page.builder.build(present["digest"])["enrolled"] == 1


def test_a_folder_is_taken_with_the_people_that_its_folders_name(
    page: Page, tmp_path: Path
) -> None:
    folder = tmp_path / "images"
    (folder / "NOM-5").mkdir(parents=True)
    (folder / "NOM-5" / "front.png").write_bytes(png(5))
    (folder / "loose.png").write_bytes(png(6))
    (folder / "notes.txt").write_text("no image")
    page.tell("folder", folder=str(folder))
    page.builder.wait()
    assert {one["where"]: one["values"] for one in page.builder.images} == {
        "NOM-5/front.png": {"subject": "NOM-5"},
        "loose.png": {},
    }
    page.builder.fill(page.ids, FORM)
    page.builder.name_subjects([page.image("loose.png")["id"]])
    (folder / "loose.png").write_bytes(png(7))
    with pytest.raises(UsageError, match=r"loose\.png was changed since it was looked at"):
        page.builder.build()
    page.builder.remove([page.image("loose.png")["id"]])
    assert page.builder.build()["enrolled"] == 1
    for wrong, reason in ((tmp_path / "none", "does not exist"), (tmp_path / "keys", "no image")):
        with pytest.raises((ImageError, UsageError), match=reason):
            page.builder.take_folder(wrong)
    page.tell("folder", folder=" ")
    page.builder.wait()
    assert "no folder is named" in page.last("refused")["words"]


def test_another_image_comes_in_the_place_of_one_and_the_form_stays(page: Page) -> None:
    listed(page, 1)
    page.builder.take("cut.png", png(8)[:80], page.ids[0])
    page.builder.wait()
    assert page.builder.images[0]["state"] == "refused"
    page.builder.take("whole.png", png(8), page.ids[0])
    page.builder.wait()
    assert (page.builder.images[0]["name"], page.builder.images[0]["state"]) == (
        "whole.png",
        "ready",
    )
    assert page.builder.images[0]["values"]["subject"] == "NOM-0"
    with pytest.raises(UsageError, match="it was to replace is not here any more"):
        page.builder.take("late.png", png(9), "image-99")


def test_a_view_that_comes_is_told_everything_and_a_picture_when_it_asks(page: Page) -> None:
    listed(page)
    page.said.clear()
    page.tell("hello")
    rows = [(words, buffers) for words, buffers in page.said if words["kind"] == "rows"]
    assert [len(words["rows"]) for words, _ in rows] == [0, 2]
    assert len(rows[1][1]) == 2
    page.tell("look", id=page.ids[0])
    page.builder.wait()
    words, buffers = next(one for one in page.said if one[0]["kind"] == "shown")
    assert (words["to"], words["size"]) == ("v", (160, 160))
    assert len(words["points"]) == 5
    assert "distance between the eyes" in {one["label"] for one in words["measures"]}
    assert load_image(buffers[0]).shape == (160, 160, 3)
    page.tell("look", id="image-99")


def test_nothing_is_written_before_the_build_and_nothing_held_after_the_end(
    page: Page, bench: WorkedBench, tmp_path: Path
) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file() and "-wal" not in path.name}
    listed(page)
    now = {path for path in tmp_path.rglob("*") if path.is_file() and "-wal" not in path.name}
    assert {path.suffix for path in now - before} <= {"", ".sqlite-shm"}
    page.builder.close()
    assert page.builder.images == []
    assert page.builder._making.images == []


def test_a_list_is_not_prepared_for_what_has_ended(page: Page, bench: WorkedBench) -> None:
    with bench.open("analyst") as analyst:
        analyst.deployments.cancel(bench.references[1], "the event was called off")
    with pytest.raises(IllegalMoveError, match="is cancelled, so its watchlist cannot be built"):
        page.builder.choose(bench.references[1])
    page.tell("refresh")
    page.builder.wait()
    assert [one["reference"] for one in page.last("page")["open"]] == bench.references[:1]


def test_a_kernel_holds_so_much_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("widgets.list_draft.MOST_HELD", 10)
    draft = ListDraft()
    draft.add("a.png", b"12345678", "dropped")
    with pytest.raises(UsageError, match="Name the folder that they lie in instead"):
        draft.add("b.png", b"123", "dropped")
    draft.replace("image-1", "b.png", b"1234567890", "dropped")


def test_nothing_of_a_picture_is_a_state(page: Page) -> None:
    listed(page)
    state = page.builder._model.get_state()
    assert not any(isinstance(value, bytes | memoryview) for value in state.values())
    assert {name for name in state if not name.startswith("_")} <= {"layout", "tabbable", "tooltip"}


def test_every_kind_of_message_is_taken_without_harm(page: Page) -> None:
    hear: Callable[..., None] = page.tell
    for kind in ("upload", "piece", "stop", "look", "fill", "named", "remove", "choose", "folder"):
        hear(kind)
    page.builder.wait()
    assert page.builder.images == []
