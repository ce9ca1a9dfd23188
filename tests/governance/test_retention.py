"""Retention: what is due when, and limits that nobody may make laxer."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.holds import Hold, place_hold
from workbench.governance.retention import Kept, Limit, Profile, RetentionClass, plan
from workbench.governance.retention_profiles import MET, SWP

RAISED = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
SOURCE = {"text": "our own", "where": "force order 7", "standing": "own-choice"}


def kept(
    retention: str, name: str = "object-1", *, ended: datetime | None = None, purpose: str = "D-1"
) -> Kept:
    return Kept(
        id=name,
        retention=RetentionClass(retention),
        purpose=purpose,
        began=RAISED,
        ended=ended,
    )


def hold(*objects: str, purpose: str | None = None) -> Hold:
    return place_hold(
        {
            "id": "H-1",
            "ground": "complaint",
            "reason": "complaint 12",
            "authoriser": "m.khan",
            "objects": objects,
            "purpose": purpose,
            "placed": RAISED,
            "review_by": RAISED + timedelta(days=20),
        }
    )


def limit(**values: Any) -> Limit:
    return Limit.read({"source": SOURCE} | values, what="the limit")


def test_nothing_kept_gives_an_empty_plan() -> None:
    empty = plan((), (), MET, RAISED)
    assert (empty.due, empty.held, empty.upcoming, empty.holds_to_review) == ((), (), (), ())


@pytest.mark.parametrize(
    ("profile", "retention", "ended", "due_after"),
    [
        (MET, "alert", None, timedelta(days=31)),
        (MET, "alert", timedelta(days=90), timedelta(days=31)),
        (SWP, "alert", None, timedelta(hours=24)),
        (MET, "watchlist", timedelta(hours=6), timedelta(hours=30)),
        (SWP, "watchlist", timedelta(hours=6), timedelta(hours=30)),
        (MET, "watchlist", timedelta(0), timedelta(hours=24)),
        (MET, "case", timedelta(days=40), timedelta(days=40)),
        (MET, "evaluation-set", timedelta(days=400), timedelta(days=400)),
        (MET, "cctv", None, timedelta(days=31)),
        (SWP, "cctv", timedelta(days=2), timedelta(days=31)),
    ],
)
def test_due_exactly_at_the_limit_and_not_before(
    profile: Profile, retention: str, ended: timedelta | None, due_after: timedelta
) -> None:
    one = kept(retention, ended=None if ended is None else RAISED + ended)
    limit_at = RAISED + due_after
    before = plan((one,), (), profile, limit_at - TICK)
    assert before.due == ()
    assert [(entry.kept, entry.due) for entry in before.upcoming] == [(one, limit_at)]
    at = plan((one,), (), profile, limit_at)
    assert [(entry.kept, entry.due, entry.overdue) for entry in at.due] == [
        (one, limit_at, timedelta(0))
    ]
    late = plan((one,), (), profile, limit_at + timedelta(days=3))
    assert late.due[0].overdue == timedelta(days=3)


@pytest.mark.parametrize("retention", ["watchlist", "case", "evaluation-set"])
def test_what_counts_from_an_end_has_no_date_until_the_end_is_known(retention: str) -> None:
    found = plan((kept(retention),), (), MET, RAISED + timedelta(days=5000))
    assert found.due == ()
    assert found.upcoming[0].due is None


def test_the_audit_log_is_never_due() -> None:
    one = kept("audit-log", ended=RAISED)
    found = plan((one,), (), MET, RAISED + timedelta(days=36_500))
    assert found.due == ()
    assert found.upcoming == ((one, None),)


def test_a_held_object_is_held_and_not_due_however_late() -> None:
    alerts = (kept("alert", "alert-1"), kept("alert", "alert-2"))
    found = plan(alerts, (hold("alert-1"),), MET, RAISED + timedelta(days=500))
    assert [entry.kept.id for entry in found.due] == ["alert-2"]
    assert [entry.kept.id for entry in found.held] == ["alert-1"]
    assert found.held[0].due == RAISED + timedelta(days=31)
    assert [one.id for one in found.holds_to_review] == ["H-1"]


def test_a_hold_within_its_review_date_needs_no_review() -> None:
    found = plan((kept("alert", "alert-1"),), (hold("alert-1"),), MET, RAISED)
    assert len(found.held) == 1
    assert found.holds_to_review == ()


def test_a_hold_on_a_deployment_keeps_all_of_it_and_nothing_else() -> None:
    ended = RAISED + timedelta(hours=4)
    things = (
        kept("alert", "alert-1"),
        kept("watchlist", "list-1", ended=ended),
        kept("alert", "alert-2", purpose="D-2"),
    )
    found = plan(things, (hold(purpose="D-1"),), SWP, RAISED + timedelta(days=60))
    assert [entry.kept.id for entry in found.held] == ["alert-1", "list-1"]
    assert [entry.kept.id for entry in found.due] == ["alert-2"]


def test_a_released_hold_leaves_its_objects_due() -> None:
    when = RAISED + timedelta(days=40)
    released = hold("alert-1").release(by="j.osei", at=when, reason="complaint closed")
    things = (kept("alert", "alert-1"),)
    assert plan(things, (released,), MET, when - TICK).due == ()
    assert len(plan(things, (released,), MET, when).due) == 1


def test_the_longest_overdue_comes_first_and_the_next_upcoming_first() -> None:
    things = (
        kept("case", "c", ended=RAISED + timedelta(days=2)),
        kept("case", "a", ended=RAISED + timedelta(days=3)),
        kept("case", "b", ended=RAISED + timedelta(days=2)),
        kept("case", "x", ended=None),
        kept("case", "z", ended=RAISED + timedelta(days=9)),
        kept("case", "y", ended=RAISED + timedelta(days=8)),
    )
    found = plan(things, (), MET, RAISED + timedelta(days=5))
    assert [entry.kept.id for entry in found.due] == ["b", "c", "a"]
    assert [entry.kept.id for entry in found.upcoming] == ["y", "z", "x"]


def test_what_matches_nobody_cannot_be_among_what_is_kept() -> None:
    with pytest.raises(RecordError, match="never stored; what was found of it is a leftover"):
        Kept.read(
            {"id": "t", "retention": "non-match", "purpose": "D-1", "began": RAISED}, what="object"
        )


@pytest.mark.parametrize(
    ("retention", "keep"),
    [
        ("watchlist", timedelta(hours=1)),
        ("watchlist", timedelta(hours=24)),
        ("alert", timedelta(hours=1)),
        ("alert", timedelta(days=31)),
        ("cctv", timedelta(days=7)),
        ("case", timedelta(0)),
        ("non-match", timedelta(0)),
    ],
)
def test_a_force_may_be_stricter(retention: str, keep: timedelta) -> None:
    stricter = MET.with_limits("ours", limit(retention=retention, keep=keep))
    assert stricter.limit(RetentionClass(retention)).keep == keep
    assert stricter.name == "ours"
    assert Profile.read(stricter.plain(), what="profile") == stricter


@pytest.mark.parametrize(
    ("retention", "keep", "message"),
    [
        (
            "alert",
            timedelta(days=31) + TICK,
            "alert goes within 31 days of being raised, not 31 days, 0:00:00.000001; shorten it, or state the basis",
        ),
        (
            "watchlist",
            timedelta(hours=25),
            "watchlist goes within 24 hours of the deployment's end, whether closed, cancelled, expired or refused, not 25 hours; shorten it, or state the basis",
        ),
        (
            "cctv",
            timedelta(days=60),
            "cctv goes within 31 days of being recorded, not 60 days; shorten it, or state the basis",
        ),
        (
            "case",
            timedelta(days=2),
            "case goes within 0 hours of the case's end, whether closed, expired or refused, not 2 days; place a legal hold on what must stay longer",
        ),
    ],
)
def test_a_laxer_limit_is_refused(retention: str, keep: timedelta, message: str) -> None:
    with pytest.raises(RecordError) as refused:
        limit(retention=retention, keep=keep)
    assert str(refused.value) == (
        f"the limit cannot be used: as a whole: {message}. Correct what is named."
    )


def test_a_laxer_limit_with_a_written_basis_is_kept_with_it() -> None:
    laxer = limit(retention="alert", keep=timedelta(days=60), basis="Order of the court, 3 May")
    profile = MET.with_limits("ours", laxer)
    assert profile.due(kept("alert")) == RAISED + timedelta(days=60)
    assert profile.limit(RetentionClass.ALERT).basis == "Order of the court, 3 May"


@pytest.mark.parametrize("retention", ["non-match", "case"])
def test_no_basis_lengthens_what_goes_at_once(retention: str) -> None:
    with pytest.raises(RecordError, match="place a legal hold on what must stay longer"):
        limit(retention=retention, keep=timedelta(seconds=1), basis="because")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"retention": "alert", "keep": None}, "alert needs a limit from 0 to 3653 days"),
        ({"retention": "alert", "keep": timedelta(seconds=-1)}, "alert needs a limit"),
        (
            {"retention": "alert", "keep": timedelta(days=3654), "basis": "for ever"},
            "alert needs a limit from 0 to 3653 days",
        ),
        ({"retention": "audit-log", "keep": timedelta(days=900)}, "audit-log has no limit"),
        ({"retention": "other", "keep": None}, "retention"),
        ({"retention": "alert", "keep": timedelta(0), "source": None}, "source"),
    ],
)
def test_a_limit_that_cannot_be_used_names_what_is_wrong(
    values: dict[str, Any], named: str
) -> None:
    with pytest.raises(RecordError, match=named):
        limit(**values)


def test_a_profile_has_one_limit_for_each_class() -> None:
    limits = [one.plain() for one in MET.limits]
    with pytest.raises(RecordError, match="this has none for cctv"):
        Profile.read(
            {"name": "x", "limits": [one for one in limits if one["retention"] != "cctv"]},
            what="profile",
        )
    with pytest.raises(RecordError, match="this has two for one"):
        Profile.read({"name": "x", "limits": [*limits, limits[0]]}, what="profile")
    with pytest.raises(RecordError, match="this has none for non-match, watchlist"):
        Profile.read({"name": "x", "limits": []}, what="profile")


def test_a_force_keeps_classes_as_long_as_it_says() -> None:
    own = MET.keeping("own", {"alert": "P7D", "cctv": "PT48H"}, where="Force policy, 4.2")
    assert own.limit(RetentionClass.ALERT).keep == timedelta(days=7)
    assert own.limit(RetentionClass.CCTV).keep == timedelta(days=2)
    assert own.limit(RetentionClass.ALERT).source.where == "Force policy, 4.2"
    assert own.limit(RetentionClass.WATCHLIST) == MET.limit(RetentionClass.WATCHLIST)


@pytest.mark.parametrize(
    ("spans", "words"),
    [
        ({"alert": "P60D"}, "the limit of alert cannot be used: .*shorten it, or state the basis"),
        ({"alerts": "P7D"}, "the limit of alerts cannot be used: retention"),
        ({"alert": "a week"}, "the limit of alert cannot be used: keep"),
    ],
)
def test_a_length_that_cannot_be_is_refused(spans: dict[str, str], words: str) -> None:
    with pytest.raises(RecordError, match=words):
        MET.keeping("own", spans, where="Force policy, 4.2")


@pytest.mark.parametrize("keep", ["P0D", "PT59M59S"])
def test_an_alert_is_kept_long_enough_to_decide_on_it(keep: str) -> None:
    words = "would be destroyed before anybody could decide on it; keep it for at least 1 hour from"
    with pytest.raises(RecordError, match=words):
        MET.keeping("own", {"alert": keep}, where="Force policy, 4.2")
    limits = [
        one | ({"keep": keep} if one["retention"] == "alert" else {})
        for one in MET.plain()["limits"]
    ]
    with pytest.raises(RecordError, match=words):
        Profile.read({"name": "of a file", "limits": limits}, what="the profile")


def test_what_a_force_sets_is_as_it_states() -> None:
    own = MET.keeping("own", {"alert": "P7D"}, where="Force policy, 4.2")
    said = own.limit(RetentionClass.ALERT).source.standing
    assert (said.value, said.meaning) == ("as-stated", "as the force states")


def test_a_laxer_length_comes_with_its_basis() -> None:
    own = MET.keeping("own", {"alert": "P60D"}, where="Force policy, 4.2", basis="Order of 3 May")
    assert own.limit(RetentionClass.ALERT).basis == "Order of 3 May"
