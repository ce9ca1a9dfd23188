"""Watchlists on a real bench, with a real encoder and the credited sample portraits."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench_values import SFACE
from list_values import WHY, checked_and_reviewed, entry_of, pictured
from picture_heads import picture_heads
from PIL import Image
from sqlalchemy import delete, select, update

from workbench.bench import Rules, Workbench
from workbench.bench.default_policies import load_default_policies
from workbench.bench.list_access import log_each
from workbench.bench.list_views import EntryImage
from workbench.bench.planning import plan_under
from workbench.errors import (
    BlockedError,
    HeldError,
    IllegalMoveError,
    KeyDestroyedError,
    NotAuthorisedError,
    NotPermittedError,
    RecordError,
    RefusedError,
    UnknownRecordError,
    UsageError,
    VaultError,
    WatchlistError,
)
from workbench.evaluation.planner import AgainstCap
from workbench.evaluation.planner_words import cap_sentence, chance_sentence
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.blue_list import BlueListMember
from workbench.governance.certificates import Result
from workbench.governance.holds import Hold
from workbench.governance.retention import RetentionClass
from workbench.governance.setups import Matcher
from workbench.governance.starting import BlockCode, CautionCode, StartLimits
from workbench.matching.watchlist import Watchlist
from workbench.rate_words import amount_ends_words, at_most_words
from workbench.records.audit.entries import MOST_OBJECTS
from workbench.records.audit.reading import entries as logged
from workbench.records.audit.verbs import Verb
from workbench.records.blue_list import save_consents
from workbench.records.deployments import find_deployment
from workbench.records.holds import add_hold
from workbench.records.schema import data_keys, vault_objects, watchlist_entries, watchlists
from workbench.records.watchlist_entries import EntryState, entries_of_subject
from workbench.settings import Settings

pytestmark = pytest.mark.slow

REFERENCE = "2026-11/HIGH-ST-1"
NOTE = "compared with the custody record"

Open = Callable[[str], Workbench]

OF_LISTS = data_keys.c.retention == "watchlist"


@pytest.fixture(scope="session")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the analyser with the smaller encoder."""
    return build_analyser(settings, store, "sface")


@pytest.fixture(scope="session")
def portraits(store: ArtefactStore) -> list[Path]:
    """Return portraits of four people, each of whom the detector finds."""
    names = ("person_a_1", "person_b_1", "person_a_2", "impostor_2")
    return [store.path(f"sample/{name}") for name in names]


@pytest.fixture
def two(portraits: list[Path]) -> list[EntryImage]:
    """Return two entries that are in order."""
    return [pictured(portraits[0], "NOM-1"), pictured(portraits[1], "NOM-2")]


@pytest.fixture
def drafted(as_role: Open) -> str:
    """Draft a deployment and return its reference."""
    from bench_values import application_values

    with as_role("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE))
    return REFERENCE


@pytest.fixture
def built(
    authorised: Callable[..., str], as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> str:
    """Authorise a deployment, build its list of two, and return its reference."""
    reference = authorised(policy=SFACE)
    with as_role("analyst") as analyst:
        analyst.watchlists.build(reference, two, analyser)
    return reference


def opened(bench: Workbench, reference: str) -> Watchlist:
    """Open a list as a search does."""
    with bench._context.system() as acting:
        acting.log(Verb.START)
        return bench.watchlists.open_list(acting, find_deployment(acting.connection, reference))


def said(bench: Workbench, verb: Verb) -> list[Any]:
    """Return the entries of the log with a verb, oldest first."""
    with bench._context.store.reading() as connection:
        return [one.entry for one in logged(connection) if one.entry.verb is verb]


def test_nobody_to_list(drafted: str, as_role: Open, analyser: FaceAnalyser) -> None:
    with as_role("analyst") as analyst, pytest.raises(WatchlistError, match="nobody to enrol"):
        analyst.watchlists.build(drafted, [], analyser)


def test_a_deployment_without_a_list(drafted: str, as_role: Open) -> None:
    with as_role("analyst") as analyst:
        with pytest.raises(
            UnknownRecordError,
            match=r"has no watchlist\. Have an analyst build one with workbench watchlist build",
        ):
            analyst.watchlists.show(drafted, WHY)
        with pytest.raises(UnknownRecordError, match="there is no deployment nowhere"):
            analyst.watchlists.show("nowhere", WHY)


def test_a_list_is_built_checked_reviewed_and_opened(
    built: str, as_role: Open, two: list[EntryImage]
) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("operator") as operator:
        view = operator.watchlists.show(built, WHY, faces=1000)
        people = opened(operator, built)
    assert view.is_startable, view.blocks
    assert view.ids() == [one.entry for one in people.references]
    assert people.subjects == ("NOM-1", "NOM-2")
    assert people.name == built
    assert people.created == view.built
    assert [one.category for one in people.references] == ["wanted-by-courts"] * 2
    first = view.entries[0]
    assert first.entry == two[0].entry
    assert (first.added_by, first.check and first.check.by) == ("analyst", "reviewer")
    assert first.review is not None
    assert first.review.covers(built)
    assert first.quality.verdict in ("accept", "warn")
    assert view.expected is not None
    assert view.expected.faces == 1000
    assert view.expected.threshold >= 0.4788


def test_what_is_built_is_sealed_under_one_key_of_the_deployment(
    built: str, as_role: Open, bench: Any
) -> None:
    with as_role("analyst") as analyst, analyst._context.store.reading() as connection:
        keys = connection.execute(select(data_keys).where(OF_LISTS)).all()
        objects = connection.execute(select(vault_objects)).all()
        row = find_deployment(connection, built)
    assert [(one.retention, one.purpose) for one in keys] == [("watchlist", row.id)]
    assert [(one.kind, one.purpose, one.key_id) for one in objects] == [
        ("watchlist", row.id, keys[0].id)
    ]
    for path in bench.folder.rglob("*"):
        if path.is_file():
            assert picture_heads(path.read_bytes()) == [], "no picture lies outside the vault"


def test_the_log_tells_of_it_and_of_no_face(built: str, as_role: Open) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("analyst") as analyst:
        view = analyst.watchlists.show(built, WHY)
        (collected,) = [one for one in said(analyst, Verb.COLLECT) if "images" in one.details]
        (enrolled,) = said(analyst, Verb.ENROL)
        checks = said(analyst, Verb.REVIEW)
        consulted = said(analyst, Verb.CONSULT)[-1]
    assert dict(collected.details) == {"reference": built, "images": 2, "subjects": 2}
    assert set(enrolled.objects) == {view.id, *view.ids()}
    assert enrolled.details["wanted-by-courts"] == 2
    assert [one.details["reviewed"] for one in checks] == ["identity", "entries"]
    assert checks[0].justification == NOTE
    assert (consulted.justification, consulted.objects) == (WHY, (view.id,))


def test_images_that_cannot_be_used_are_refused_with_a_reason_and_not_kept(
    drafted: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser, tmp_path: Path
) -> None:
    grey = tmp_path / "grey.png"
    Image.new("RGB", (300, 300), "grey").save(grey)
    with as_role("analyst") as analyst:
        report = analyst.watchlists.build(drafted, [*two, pictured(grey, "NOM-3")], analyser)
        view = analyst.watchlists.show(drafted, WHY)
    assert [one.entry.subject for one in report.refused] == ["NOM-3"]
    (reason,) = report.refused[0].quality.reasons
    assert reason.startswith("No face found; give a photograph")
    assert report.refused[0].quality.verdict == "reject"
    assert (report.composition.references, report.composition.subjects) == (2, 2)
    assert [one.entry.subject for one in view.entries] == ["NOM-1", "NOM-2", "NOM-3"]
    assert len(view.ids()) == 2
    assert len(view.ids(EntryState.REFUSED)) == 1


def test_strict_refuses_the_whole_and_the_log_says_so(
    drafted: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser, tmp_path: Path
) -> None:
    grey = tmp_path / "grey.png"
    Image.new("RGB", (300, 300), "grey").save(grey)
    entries = [*two, pictured(grey, "NOM-3")]
    with as_role("analyst") as analyst:
        with pytest.raises(RefusedError, match="nothing was enrolled, because"):
            analyst.watchlists.build(drafted, entries, analyser, strict=True)
        with pytest.raises(UnknownRecordError, match="has no watchlist"):
            analyst.watchlists.show(drafted, WHY)
        assert said(analyst, Verb.REFUSAL)[-1].details["permission"] == "watchlist.build"


def test_a_list_of_nobody_is_no_list(
    drafted: str, as_role: Open, analyser: FaceAnalyser, tmp_path: Path
) -> None:
    grey = tmp_path / "grey.png"
    Image.new("RGB", (300, 300), "grey").save(grey)
    with as_role("analyst") as analyst:
        with pytest.raises(WatchlistError, match="nobody could be enrolled"):
            analyst.watchlists.build(drafted, [pictured(grey, "NOM-3")], analyser)
        assert said(analyst, Verb.ENROL)[-1].result == "failed"


def test_one_image_under_two_people_is_right_for_neither(
    drafted: str, as_role: Open, portraits: list[Path], analyser: FaceAnalyser
) -> None:
    entries = [pictured(portraits[0], "NOM-1"), pictured(portraits[0], "NOM-2")]
    entries.append(pictured(portraits[1], "NOM-3"))
    with as_role("analyst") as analyst:
        report = analyst.watchlists.build(drafted, entries, analyser)
    assert [one.entry.subject for one in report.refused] == ["NOM-1", "NOM-2"]
    assert "same image" in report.refused[0].quality.reasons[0].lower()


def test_pixels_do_as_well_as_files(
    drafted: str, as_role: Open, portraits: list[Path], analyser: FaceAnalyser
) -> None:
    pixels = np.asarray(Image.open(portraits[0]).convert("RGB"))
    with as_role("analyst") as analyst:
        report = analyst.watchlists.build(
            drafted, [EntryImage(entry_of("NOM-1"), pixels)], analyser
        )
    assert [one.entry.image for one in report.enrolled] == ["NOM-1.jpg"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"source": "passport"}, "images of passports and driving licences are never used"),
        ({"source": "driving licence"}, "images of passports and driving licences"),
        ({"source": "facebook"}, "images from the open web or social media are never used"),
        ({"source": "other"}, "too broad a discretion"),
        ({"category": "other"}, "too broad a discretion"),
        ({"category": "person-of-interest"}, "category: "),
        ({"lawfully_held": False}, "only images that the police lawfully hold"),
        ({"under_18": True}, "say why a person under 18 must be on the list"),
        ({"category": "witness"}, "needs related_to"),
        ({"category": "blue-list"}, "go together"),
        ({"rationale": "  "}, "rationale: "),
    ],
)
def test_entries_that_cannot_be_made(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(RecordError, match=reason):
        entry_of("NOM-1", **changes)


def test_the_demonstrations_people_are_never_on_a_list_of_operation(
    drafted: str, as_role: Open, portraits: list[Path], analyser: FaceAnalyser
) -> None:
    sample = pictured(
        portraits[0],
        "NOM-1",
        category="demonstration",
        legal_basis="demonstration",
        source="demonstration-sample",
    )
    with (
        as_role("analyst") as analyst,
        pytest.raises(RefusedError, match="are for a demonstration bench only: NOM-1"),
    ):
        analyst.watchlists.build(drafted, [sample], analyser)


def test_a_demonstration_holds_nobody_else(
    make_bench: Callable[..., Any],
    authorised: Callable[..., str],
    two: list[EntryImage],
    portraits: list[Path],
    analyser: FaceAnalyser,
) -> None:
    maker = make_bench("demonstration", name="demo")
    reference = authorised(maker, policy=SFACE)
    sample = pictured(
        portraits[0],
        "NOM-1",
        category="demonstration",
        legal_basis="demonstration",
        source="demonstration-sample",
    )
    with maker.open("analyst") as analyst:
        with pytest.raises(RefusedError, match="holds a demonstration, and nobody else's data"):
            analyst.watchlists.build(reference, two, analyser)
        stranger = EntryImage(sample.entry, b"nothing that was ever published")
        with pytest.raises(RefusedError, match="its own sample photographs alone"):
            analyst.watchlists.build(reference, [stranger], analyser)
        handed = EntryImage(sample.entry, portraits[0].read_bytes())
        report = analyst.watchlists.build(reference, [handed], analyser)
    assert len(report.enrolled) == 1
    checked_and_reviewed(maker.open, reference)
    with maker.open("operator") as operator:
        assert len(opened(operator, reference)) == 1


def consent(bench: Workbench, **changes: Any) -> None:
    """Record that NOM-1 consents to being on the blue list."""
    values = {"member": "NOM-1", "consent": "form-1", "consented": "2026-11-01"} | changes
    member = BlueListMember.read(values, what="the consent")
    with bench._context.system() as acting:
        save_consents(acting.connection, [member], by="analyst", at=acting.at)
        acting.log(Verb.COLLECT)


@pytest.fixture
def blue(portraits: list[Path]) -> EntryImage:
    """Return an entry of the blue list."""
    return pictured(
        portraits[0],
        "NOM-1",
        category="blue-list",
        legal_basis="staff-consent",
        source="staff-consent",
    )


@pytest.mark.parametrize(
    "given", [None, {"withdrawn": "2026-11-20"}, {"consented": "2026-11-26"}], ids=str
)
def test_staff_are_listed_by_consent_alone(
    given: dict[str, Any] | None,
    drafted: str,
    as_role: Open,
    blue: EntryImage,
    analyser: FaceAnalyser,
) -> None:
    with as_role("analyst") as analyst:
        if given is not None:
            consent(analyst, **given)
        with pytest.raises(NotAuthorisedError, match="NOM-1 on the blue list: no consent holds"):
            analyst.watchlists.build(drafted, [blue], analyser)


def test_consent_that_was_withdrawn_keeps_the_search_from_starting(
    authorised: Callable[..., str], as_role: Open, blue: EntryImage, analyser: FaceAnalyser
) -> None:
    reference = authorised(policy=SFACE)
    with as_role("analyst") as analyst:
        consent(analyst)
        analyst.watchlists.build(reference, [blue], analyser)
    checked_and_reviewed(as_role, reference)
    with as_role("analyst") as analyst:
        assert analyst.watchlists.show(reference, WHY).is_startable
        consent(analyst, withdrawn="2026-11-25")
        view = analyst.watchlists.show(reference, WHY)
        assert (view.without_consent, view.is_startable) == (("NOM-1",), False)
        with pytest.raises(NotAuthorisedError, match="no consent holds"):
            opened(analyst, reference)


def test_a_person_is_listed_for_one_reason(
    drafted: str, as_role: Open, portraits: list[Path], analyser: FaceAnalyser
) -> None:
    entries = [
        pictured(portraits[0], "NOM-1"),
        pictured(portraits[2], "NOM-1", category="risk-of-harm", legal_basis="police-function"),
    ]
    with (
        as_role("analyst") as analyst,
        pytest.raises(RecordError, match="NOM-1 differ in category or under_18"),
    ):
        analyst.watchlists.build(drafted, entries, analyser)


@pytest.mark.parametrize("role", ["operator", "reviewer", "authorising-officer", "administrator"])
def test_only_an_analyst_builds(
    role: str, drafted: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> None:
    with as_role(role) as other:
        with pytest.raises(NotPermittedError, match=r"may not build a watchlist.*Ask an analyst"):
            other.watchlists.build(drafted, two, analyser)
        assert said(other, Verb.REFUSAL)[-1].actor == role


@pytest.mark.parametrize(
    ("call", "deed"),
    [
        (lambda lists: lists.show(REFERENCE, WHY), "look at a watchlist"),
        (lambda lists: lists.picture(REFERENCE, "entry", WHY), "look at a watchlist"),
        (lambda lists: lists.check(REFERENCE, ["e"], NOTE), "confirm that an image shows"),
        (lambda lists: lists.review(REFERENCE), "review an entry"),
        (lambda lists: lists.drop(REFERENCE, ["e"], "why, for a test"), "destroy a watchlist"),
        (lambda lists: lists.purge(REFERENCE), "destroy a watchlist"),
        (lambda lists: lists.expected_false_alerts(REFERENCE, 1), "look at a watchlist"),
    ],
)
def test_a_manager_does_nothing_with_lists(
    call: Callable[[Any], object], deed: str, drafted: str, as_role: Open
) -> None:
    with as_role("manager") as manager, pytest.raises(NotPermittedError, match=deed):
        call(manager.watchlists)


def test_who_added_an_entry_does_not_check_it(built: str, as_role: Open) -> None:
    with as_role("analyst") as analyst:
        ids = analyst.watchlists.show(built, WHY).ids()
        with pytest.raises(NotPermittedError, match="NOM-1 was added by analyst, so analyst"):
            analyst.watchlists.check(built, ids, NOTE)
    with as_role("analyst-2") as second:
        second.watchlists.check(built, ids, NOTE)
        assert {
            one.check and one.check.by for one in second.watchlists.show(built, WHY).entries
        } == {"analyst-2"}


def test_what_blocks_is_all_said(built: str, as_role: Open) -> None:
    with as_role("analyst") as analyst:
        view = analyst.watchlists.show(built, WHY)
        assert [one.code for one in view.blocks] == [BlockCode.UNREVIEWED, BlockCode.UNCHECKED]
        assert [one.code for one in view.cautions] == [CautionCode.FALSE_ALERTS_UNKNOWN]
        with pytest.raises(BlockedError, match=r"not reviewed.*let a second person"):
            opened(analyst, built)


@pytest.mark.parametrize("missing", ["check", "review"])
def test_one_entry_left_out_blocks(missing: str, built: str, as_role: Open) -> None:
    with as_role("reviewer") as reviewer:
        ids = reviewer.watchlists.show(built, WHY).ids()
        reviewer.watchlists.check(built, ids[: 1 if missing == "check" else 2], NOTE)
        reviewer.watchlists.review(built, ids[: 1 if missing == "review" else 2])
        (block,) = reviewer.watchlists.show(built, WHY).blocks
        assert "(NOM-2)" in block.text
        with pytest.raises(BlockedError, match="NOM-2"):
            opened(reviewer, built)


def test_a_draft_cannot_be_reviewed(
    drafted: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> None:
    with as_role("analyst") as analyst:
        analyst.watchlists.build(drafted, two, analyser)
    with as_role("reviewer") as reviewer:
        with pytest.raises(IllegalMoveError, match=r"is draft, so nothing.*Apply for it first"):
            reviewer.watchlists.review(drafted)
        reviewer.watchlists.check(drafted, reviewer.watchlists.show(drafted, WHY).ids(), NOTE)


def test_a_review_ends_with_the_application_that_it_was_for(
    drafted: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> None:
    with as_role("analyst") as analyst:
        analyst.deployments.apply(drafted)
        analyst.watchlists.build(drafted, two, analyser)
    checked_and_reviewed(as_role, drafted)
    with as_role("analyst") as analyst:
        analyst.deployments.withdraw_application(drafted)
        analyst.deployments.apply(drafted)
        view = analyst.watchlists.show(drafted, WHY)
    assert [one.code for one in view.blocks] == [BlockCode.UNREVIEWED]
    assert all(one.check is not None for one in view.entries)


def test_a_list_older_than_a_day_blocks(
    authorised: Callable[..., str],
    as_role: Open,
    two: list[EntryImage],
    analyser: FaceAnalyser,
    clock: Any,
) -> None:
    from bench_values import ENDS, STARTS

    later = {
        "starts": STARTS.replace(day=26).isoformat(),
        "ends": ENDS.replace(day=26).isoformat(),
    }
    reference = authorised(policy=SFACE, **later)
    with as_role("analyst") as analyst:
        built = analyst.watchlists.build(reference, two, analyser).built
    checked_and_reviewed(as_role, reference)
    clock.turn(hours=24)
    with as_role("operator") as operator:
        view = operator.watchlists.show(reference, WHY)
        assert view.good_until == clock.now
        assert view.is_startable
        clock.turn(seconds=1)
        (block,) = operator.watchlists.show(reference, WHY).blocks
        assert block.code is BlockCode.TOO_OLD
        with pytest.raises(BlockedError, match="more than 24 hours before the start"):
            opened(operator, reference)
    clock.turn(minutes=1)
    with as_role("analyst") as analyst:
        again = analyst.watchlists.build(reference, two, analyser)
        assert (again.kept, again.built > built) == (2, True)
        assert analyst.watchlists.show(reference, WHY).is_startable


def test_a_list_over_the_limit_blocks(
    make_bench: Callable[..., Any],
    authorised: Callable[..., str],
    two: list[EntryImage],
    analyser: FaceAnalyser,
) -> None:
    maker = make_bench(rules=Rules(start=StartLimits(largest_list=1)), name="small")
    reference = authorised(maker, policy=SFACE)
    with maker.open("analyst") as analyst:
        analyst.watchlists.build(reference, two, analyser)
    checked_and_reviewed(maker.open, reference)
    with maker.open("operator") as operator:
        (block,) = operator.watchlists.show(reference, WHY).blocks
        assert block.code is BlockCode.TOO_LARGE
        with pytest.raises(BlockedError, match="2 entries, more than the 1 that are allowed"):
            opened(operator, reference)


def test_the_deployments_own_limit_blocks(
    authorised: Callable[..., str], as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> None:
    reference = authorised(policy=SFACE, watchlist_limit=1)
    with as_role("analyst") as analyst:
        analyst.watchlists.build(reference, two, analyser)
        assert BlockCode.TOO_LARGE in {
            one.code for one in analyst.watchlists.show(reference, WHY).blocks
        }


def test_what_is_not_authorised_is_not_opened(
    drafted: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> None:
    with as_role("analyst") as analyst:
        analyst.watchlists.build(drafted, two, analyser)
        with pytest.raises(IllegalMoveError, match="is draft, so its list cannot be searched"):
            opened(analyst, drafted)


def test_old_images_are_warned_of(
    drafted: str, as_role: Open, portraits: list[Path], analyser: FaceAnalyser
) -> None:
    old = pictured(portraits[0], "NOM-1", image_date=date(2019, 1, 1))
    with as_role("analyst") as analyst:
        (entry,) = analyst.watchlists.build(drafted, [old], analyser).enrolled
    assert "more than 5 years before 2026-11-25" in str(entry.age_warning)


def test_a_face_is_given_one_at_a_time_and_logged(built: str, as_role: Open) -> None:
    with as_role("analyst-2") as second:
        first, other = second.watchlists.show(built, WHY).ids()
        picture = second.watchlists.picture(built, first, "comparing with custody record 17")
        assert Image.open(io.BytesIO(picture)).size == (160, 160)
        assert picture != second.watchlists.picture(built, other, "comparing with the record")
        looked = said(second, Verb.CONSULT)[-2]
        assert looked.objects == (first,)
        assert looked.justification == "comparing with custody record 17"
        with pytest.raises(UnknownRecordError, match="entry-none is not on the watchlist"):
            second.watchlists.picture(built, "entry-none", WHY)
        with pytest.raises(RecordError, match="justification"):
            second.watchlists.picture(built, first, " ")


def test_dropping_seals_anew_and_destroys_what_was_sealed(
    built: str, as_role: Open, bench: Any
) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("analyst") as analyst:
        context = analyst._context
        with context.store.reading() as connection:
            before = connection.execute(select(watchlists)).one()
        sealed = list((bench.folder / "vault").rglob("*.sealed"))
        gone, left = analyst.watchlists.show(built, WHY).ids()
        analyst.watchlists.drop(built, [gone], "arrested this morning, no longer sought")
        assert analyst.watchlists.show(built, WHY).ids() == [left]
        people = opened(analyst, built)
        assert [one.entry for one in people.references] == [left]
        with context.store.reading() as connection:
            after = connection.execute(select(watchlists)).one()
            old = connection.execute(select(data_keys).where(data_keys.c.id == before.key_id)).one()
            objects = connection.execute(select(vault_objects.c.id)).scalars().all()
        assert (after.built, after.references_count) == (before.built, 1)
        assert after.digest != before.digest
        assert old.destroyed is not None
        assert before.key_id not in context.keys.store.ids()
        assert objects == [after.object_id]
        assert not any(path.exists() for path in sealed)
        (dropped,) = said(analyst, Verb.ALTER)
        assert dropped.justification == "arrested this morning, no longer sought"
        assert gone in dropped.objects
        with context.store.reading() as connection:
            ((_, entry),) = entries_of_subject(connection, "NOM-1")
        assert (entry.state, entry.removed) == (EntryState.DROPPED, context.now())
        with pytest.raises(RefusedError, match="nobody would be left"):
            analyst.watchlists.drop(built, [left], "the last")
        with pytest.raises(UnknownRecordError, match="is not on the watchlist"):
            analyst.watchlists.drop(built, [gone], "again, for a test")
        with pytest.raises(UsageError, match="no entry was named"):
            analyst.watchlists.drop(built, [], "nobody, for a test")


def test_building_anew_keeps_what_is_unchanged_and_nothing_else(
    built: str, as_role: Open, portraits: list[Path], analyser: FaceAnalyser
) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("analyst-2") as second:
        before = {one.entry.subject: one for one in second.watchlists.show(built, WHY).entries}
        entries = [
            pictured(portraits[0], "NOM-1"),
            pictured(portraits[1], "NOM-2", rationale="Another warrant since this morning."),
            pictured(portraits[3], "NOM-3"),
        ]
        report = second.watchlists.build(built, entries, analyser)
        after = {one.entry.subject: one for one in report.enrolled}
        assert report.kept == 1
        assert after["NOM-1"] == before["NOM-1"]
        for changed in ("NOM-2", "NOM-3"):
            assert (after[changed].check, after[changed].review) == (None, None)
            assert after[changed].added_by == "analyst-2"
        assert after["NOM-2"].id != before["NOM-2"].id
        with second._context.store.reading() as connection:
            states = [row.state for _, row in entries_of_subject(connection, "NOM-2")]
            live = (
                connection.execute(
                    select(data_keys.c.id).where(data_keys.c.destroyed.is_(None), OF_LISTS)
                )
                .scalars()
                .all()
            )
        assert sorted(states) == [EntryState.ENROLLED, EntryState.REPLACED]
        assert len(live) == 1
        # Who adds anew is not who added first: the first still does not check.
        with pytest.raises(NotPermittedError, match="NOM-2 was added by analyst-2"):
            second.watchlists.check(built, [after["NOM-2"].id], NOTE)


def test_another_image_of_the_same_name_is_another_entry(
    built: str, as_role: Open, portraits: list[Path], analyser: FaceAnalyser
) -> None:
    checked_and_reviewed(as_role, built)
    entries = [pictured(portraits[2], "NOM-1"), pictured(portraits[1], "NOM-2")]
    with as_role("analyst") as analyst:
        report = analyst.watchlists.build(built, entries, analyser)
        assert report.kept == 1
        assert [one.check is None for one in report.enrolled] == [True, False]


def test_an_image_that_is_refused_now_was_on_the_list_until_now(
    built: str, as_role: Open, two: list[EntryImage], tmp_path: Path, analyser: FaceAnalyser
) -> None:
    grey = tmp_path / "grey.png"
    Image.new("RGB", (300, 300), "grey").save(grey)
    entries = [replace(two[0], image=grey), two[1]]
    with as_role("analyst") as analyst:
        report = analyst.watchlists.build(built, entries, analyser)
        assert [one.entry.subject for one in report.refused] == ["NOM-1"]
        again = analyst.watchlists.build(built, two, analyser)
        assert (again.kept, len(again.refused)) == (1, 0)
        with analyst._context.store.reading() as connection:
            states = [row.state for _, row in entries_of_subject(connection, "NOM-1")]
    assert sorted(states) == ["enrolled", "refused", "replaced"]


def test_a_list_that_was_changed_meanwhile_is_left_as_it_is(
    built: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser, portraits: list[Path]
) -> None:
    with as_role("analyst") as analyst, as_role("operator") as operator:
        ids = operator.watchlists.show(built, WHY).ids()

        def drop_one(done: int, total: int, path: Path) -> None:
            if done == 1:
                operator.watchlists.drop(built, ids[:1], "no longer sought")

        with pytest.raises(RefusedError, match="was changed by somebody else"):
            analyst.watchlists.build(built, two, analyser, progress=drop_one)
        assert operator.watchlists.show(built, WHY).ids() == ids[1:]


def test_an_image_that_changes_while_it_is_read(
    built: str, as_role: Open, portraits: list[Path], analyser: FaceAnalyser, tmp_path: Path
) -> None:
    copies = [tmp_path / f"{at}.jpg" for at in range(2)]
    for path, portrait in zip(copies, portraits, strict=False):
        shutil.copy(portrait, path)
    entries = [pictured(copies[0], "NOM-1"), pictured(copies[1], "NOM-2")]

    with as_role("analyst") as analyst:
        analyst.watchlists.build(built, entries, analyser)
        from workbench.bench import watchlists as part

        matched = part.match
        with pytest.MonkeyPatch.context() as patch:

            def swapped(*given: Any) -> Any:
                found = matched(*given)
                shutil.copy(portraits[2], copies[0])
                return found

            patch.setattr(part, "match", swapped)
            with pytest.raises(WatchlistError, match="was changed while it was read"):
                analyst.watchlists.build(built, entries, analyser)
        assert len(analyst.watchlists.show(built, WHY).ids()) == 2


def test_purging_leaves_references_and_a_certificate(built: str, as_role: Open, bench: Any) -> None:
    with as_role("data-protection-officer") as officer:
        certificate = officer.watchlists.purge(built)
        assert certificate.result is Result.COMPLETE
        assert certificate.retention is RetentionClass.WATCHLIST
        assert certificate.counts["references"] == 2
        assert len(certificate.keys) == 1
        with officer._context.store.reading() as connection:
            ((_, entry),) = entries_of_subject(connection, "NOM-1")
        assert (entry.state, entry.removed) == (EntryState.ENROLLED, officer._context.now())
    assert not list((bench.folder / "vault").rglob("*.sealed"))
    with as_role("analyst") as analyst:
        with pytest.raises(UnknownRecordError, match="was destroyed at 2026-11-25 09:00 UTC"):
            analyst.watchlists.show(built, WHY)
        with pytest.raises(UnknownRecordError, match="was destroyed"):
            analyst.watchlists.purge(built)


def test_a_purged_list_can_be_built_anew_and_everything_on_it_is_new(
    built: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("analyst") as analyst:
        analyst.watchlists.purge(built)
        report = analyst.watchlists.build(built, two, analyser)
        assert report.kept == 0
        assert all(one.check is None for one in report.enrolled)
        assert report.composition.references == 2


def test_a_legal_hold_keeps_a_list(
    built: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> None:
    with as_role("analyst") as analyst:
        view = analyst.watchlists.show(built, WHY)
        context = analyst._context
        hold = Hold.read(
            {
                "id": "hold-1",
                "objects": [view.id],
                "ground": "judicial",
                "reason": "claim 17 of the county court",
                "authoriser": "data-protection-officer",
                "placed": context.now(),
                "review_by": context.now().replace(month=12),
            },
            what="the hold",
        )
        with context.system() as acting:
            add_hold(acting.connection, hold)
            acting.log(Verb.HOLD)
        ids = view.ids()
        for call in (
            lambda: analyst.watchlists.purge(built),
            lambda: analyst.watchlists.drop(built, ids[:1], "why, for a test"),
            lambda: analyst.watchlists.build(built, two, analyser),
        ):
            with pytest.raises(HeldError, match="hold-1"):
                call()
        assert analyst.watchlists.show(built, WHY).ids() == ids


def test_once_live_a_list_is_not_built_or_purged_and_people_can_still_be_dropped(
    built: str, as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> None:
    from workbench.bench.deployment_access import moved

    checked_and_reviewed(as_role, built)
    with as_role("analyst") as analyst:
        with analyst._context.system() as acting:
            row = find_deployment(acting.connection, built)
            moved(acting, row, "start", Verb.START)
        with pytest.raises(IllegalMoveError, match="is live, so its watchlist cannot be built"):
            analyst.watchlists.build(built, two, analyser)
        with pytest.raises(IllegalMoveError, match="Close the deployment first"):
            analyst.watchlists.purge(built)
        analyst.watchlists.drop(
            built, analyst.watchlists.show(built, WHY).ids()[:1], "found, for a test"
        )
        assert len(opened(analyst, built)) == 1
        (left,) = analyst.watchlists.show(built, WHY).ids()
        analyst.deployments.close(built)
        for call in (
            lambda: analyst.watchlists.drop(built, [left], "found, for a test"),
            lambda: analyst.watchlists.check(built, [left], NOTE),
        ):
            with pytest.raises(IllegalMoveError, match="is closed"):
                call()


def test_a_list_that_was_exchanged_is_not_opened(built: str, as_role: Open) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("analyst") as analyst:
        context = analyst._context
        with context.system() as acting:
            acting.connection.execute(update(watchlists).values(digest="0" * 64))
            acting.log(Verb.ALTER)
        with pytest.raises(VaultError, match="is not the one that was built"):
            opened(analyst, built)


def test_nobody_is_searched_for_whose_entry_is_gone(built: str, as_role: Open) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("analyst") as analyst:
        with analyst._context.system() as acting:
            acting.connection.execute(
                delete(watchlist_entries).where(watchlist_entries.c.subject == "NOM-2")
            )
            acting.log(Verb.ALTER)
        with pytest.raises(VaultError, match="does not hold the entries that the records say"):
            opened(analyst, built)


def test_a_list_whose_key_is_gone_is_not_opened(built: str, as_role: Open) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("analyst") as analyst:
        context = analyst._context
        with context.store.reading() as connection:
            key = connection.execute(select(data_keys.c.id).where(OF_LISTS)).scalar_one()
        context.keys.destroy(key)
        with pytest.raises(KeyDestroyedError):
            opened(analyst, built)


def test_a_list_whose_file_is_gone_says_so_and_does_not_start(
    built: str, as_role: Open, bench: Any
) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("analyst") as analyst:
        view = analyst.watchlists.show(built, WHY)
        assert (view.missing, view.is_startable) == (None, True)
        (file,) = (bench.folder / "vault").rglob("*.sealed")
        file.unlink()
        view = analyst.watchlists.show(built, WHY)
        assert "are gone from the vault" in str(view.missing)
        assert "Restore records and vault from one backup, or build it anew" in str(view.missing)
        assert (view.blocks, view.is_startable) == ((), False)
        with pytest.raises(VaultError, match="Restore the vault from a backup"):
            opened(analyst, built)


def test_looking_at_a_list_opens_nothing(built: str, as_role: Open, bench: Any) -> None:
    checked_and_reviewed(as_role, built)
    with as_role("analyst") as analyst:
        context = analyst._context
        with context.store.reading() as connection:
            key = connection.execute(select(data_keys.c.id).where(OF_LISTS)).scalar_one()
        context.keys.destroy(key)
        (file,) = (bench.folder / "vault").rglob("*.sealed")
        file.write_bytes(b"not what was sealed")
        assert analyst.watchlists.show(built, WHY).missing is None


def test_false_alerts_to_expect(built: str, as_role: Open) -> None:
    with as_role("analyst") as analyst:
        found = analyst.watchlists.expected_false_alerts(built, 10_000)
        low, high = found.interval
        assert (found.policy, found.references, found.faces) == (SFACE, 2, 10_000)
        assert low <= 10_000 * found.fpir.rate <= high
        assert "10,000 faces" in found.describe()
        looser = analyst.watchlists.expected_false_alerts(built, 10_000, threshold=0.2)
        assert looser.fpir.rate > found.fpir.rate
        with pytest.raises(UsageError, match="-1 faces"):
            analyst.watchlists.expected_false_alerts(built, -1)


def test_a_list_is_shown_with_its_plan(built: str, as_role: Open) -> None:
    with as_role("analyst") as analyst:
        policy = load_default_policies()[Matcher.SFACE]
        view = analyst.watchlists.show(built, WHY, faces=10_000, hours=5.0, step=0.03)
        assert view.expected is not None
        made = plan_under(policy, list_size=2, faces=10_000, cap=0.001, hours=5.0, step=0.03)
        assert view.expected.plan == made
        assert made.an_hour is not None
        assert (made.up is not None, made.down is not None) == (True, True)
        assert view.expected.interval == made.at.expected_interval
        assert view.expected.expected == made.at.expected
        said = view.expected.describe()
        assert said.endswith(f"{chance_sentence(made.at)} {cap_sentence(made)}")
        assert amount_ends_words(*made.at.expected_interval) in said
        bound = analyst.watchlists.expected_false_alerts(built, 500, threshold=3.0)
        high = 500 * bound.fpir.high
        assert f"not measurable here, {at_most_words(high)} (upper" in bound.describe()
        for wrong in ({"hours": 5.0}, {"step": 0.03}):
            with pytest.raises(UsageError, match="a plan needs faces"):
                analyst.watchlists.show(built, WHY, **wrong)
        with pytest.raises(UsageError, match=r"it lasts 0.0 hours.*the step is -1"):
            analyst.watchlists.show(built, WHY, faces=1, hours=0.0, step=-1.0)


def test_a_plan_is_held_to_the_cap_of_the_force(built: str, as_role: Open) -> None:
    with as_role("analyst") as analyst:
        prepared = analyst.watchlists.prepare(built)
        limits = prepared.limits.model_copy(update={"false_alert_cap": 0.5})
        looser = replace(prepared, limits=limits).expected(2_000, 10)
        usual = prepared.expected(2_000, 10)
        assert usual is not None
        assert looser is not None
        assert (usual.plan.cap, looser.plan.cap) == (0.001, 0.5)
        assert looser.plan.against_cap is AgainstCap.BELOW


def test_without_a_policy_nothing_is_known_of_false_alerts(
    as_role: Open, two: list[EntryImage], analyser: FaceAnalyser
) -> None:
    with as_role("analyst") as analyst:
        analyst.deployments.draft({"reference": REFERENCE})
        analyst.watchlists.build(REFERENCE, two, analyser)
        assert analyst.watchlists.show(REFERENCE, WHY, faces=10).expected is None
        with pytest.raises(UnknownRecordError, match="names no threshold policy"):
            analyst.watchlists.expected_false_alerts(REFERENCE, 10)


def test_more_objects_than_an_entry_of_the_log_holds_are_told_in_several(
    drafted: str, as_role: Open
) -> None:
    ids = [f"entry-{at}" for at in range(MOST_OBJECTS + 1)]
    with as_role("analyst") as analyst:
        with analyst._context.system() as acting:
            log_each(acting, Verb.ENROL, ids, {"references": len(ids)})
        assert [len(one.objects) for one in said(analyst, Verb.ENROL)] == [MOST_OBJECTS, 1]
