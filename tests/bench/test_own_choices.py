"""What rests on nothing that was read is the product's own choice, and a force sets its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alert_values import plant_alert
from bench_steps import REFERENCE
from bench_values import SFACE
from deployment_values import location_values
from evaluation_values import folder_of, set_values
from kept_values import go_live
from list_values import checked_and_reviewed, entry_of, pictured
from pydantic import ValidationError
from worked_bench import drawn_analyser, portrait

from workbench.bench import Rules
from workbench.bench.audit_offline import accept_clock
from workbench.bench.blue_linking import is_settled, pair
from workbench.bench.list_views import EntryImage
from workbench.errors import BlockedError, ClockError, NotPermittedError, RecordError, RefusedError
from workbench.faces.analysis import build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.blue_list import Pass
from workbench.governance.categories import Category
from workbench.governance.holds import HoldGround
from workbench.governance.starting import BlockCode
from workbench.records.blue_list import PassRow
from workbench.settings import Settings

Maker = Any
PASSWORD = "a long enough password"  # noqa: S105 - of the benches of tests/bench/conftest.py
MakeBench = Callable[..., Any]


def ruled(make_bench: MakeBench, name: str, values: dict[str, Any]) -> Maker:
    """Return a bench under rules of its own."""
    return make_bench(rules=Rules.read(values, what="the rules"), name=name)


def change_rules(maker: Maker, values: dict[str, Any]) -> bool:
    """Change the rules of a bench, as two people do; return whether they are in force."""
    with maker.open("administrator") as administrator:
        change = administrator.rule_changes.propose(values, "our own")
    with maker.open("data-protection-officer") as officer:
        return bool(officer.rule_changes.confirm(change.id) != Rules())


def test_how_far_ahead_a_hold_is_looked_at_again(
    make_bench: MakeBench, authorised: Callable[..., str]
) -> None:
    maker = ruled(make_bench, "holds", {"longest_to_review": "P30D"})
    authorised(maker)
    with maker.open("analyst") as analyst:
        go_live(analyst, REFERENCE)
        plant_alert(analyst, REFERENCE)
    said = {"ground": HoldGround.JUDICIAL, "reason": "an appeal"}
    with maker.open("data-protection-officer") as officer:
        late = maker.clock.now + timedelta(days=31)
        with pytest.raises(RecordError, match="at most 30 days ahead"):
            officer.holds.place(REFERENCE, review_by=late, **said)
        hold = officer.holds.place(REFERENCE, review_by=late - timedelta(days=2), **said)
        with pytest.raises(RecordError, match="at most 30 days ahead"):
            officer.holds.review(hold.id, reason="still needed", review_by=late)


def test_how_far_ahead_an_evaluation_set_may_end(make_bench: MakeBench, tmp_path: Path) -> None:
    maker = ruled(make_bench, "sets", {"longest_evaluation_set": "P10D"})
    folder = folder_of(tmp_path / "photographs")
    with maker.open("data-scientist") as scientist:
        with pytest.raises(RecordError, match="at most 10 days ahead"):
            scientist.evaluation_sets.seal(folder, set_values(maker.clock.now))
        ends = (maker.clock.now + timedelta(days=10)).isoformat()
        scientist.evaluation_sets.seal(folder, set_values(maker.clock.now, ends=ends))


def test_how_far_an_alert_may_lie_from_the_pass_of_a_member_of_staff(
    make_bench: MakeBench, authorised: Callable[..., str]
) -> None:
    maker = ruled(make_bench, "blue", {"pass_window": "PT5M"})
    authorised(maker)
    with maker.open("operator") as operator:
        alert = plant_alert(
            operator, REFERENCE, subject="PC-7", category=Category.BLUE_LIST, feed="gate"
        )
    at = alert.raised - timedelta(minutes=4)
    seen = Pass(member="PC-7", at=at, feed="gate", seen_by="operator")
    passed = PassRow("pass-1", alert.deployment, seen, "operator", at)
    assert pair([passed], [alert], ["gate"]) == {}
    with maker.open("operator") as operator:
        window = operator.rule_changes.show().pass_window
    assert pair([passed], [alert], ["gate"], window) == {"pass-1": alert.id}
    assert not is_settled(passed, window)


@pytest.mark.slow
def test_from_which_age_an_image_is_warned_of_and_how_old_and_large_a_list_may_be(
    make_bench: MakeBench,
    authorised: Callable[..., str],
    settings: Settings,
    store: ArtefactStore,
) -> None:
    limits = {"ageing_years": 2, "oldest_list_hours": 0.5, "largest_list": 1}
    maker = ruled(make_bench, "lists", {"start": limits})
    maker.settings = maker.settings.model_copy(update={"encoder": "sface"})
    authorised(maker, policy=SFACE)
    people = [
        pictured(store.path(f"sample/person_{who}_1"), f"NOM-{who}", image_date="2024-02-11")
        for who in "ab"
    ]
    with maker.open("analyst") as analyst:
        report = analyst.watchlists.build(
            REFERENCE, people, build_analyser(settings, store, "sface")
        )
        assert all("more than 2 years before" in (one.age_warning or "") for one in report.enrolled)
    checked_and_reviewed(maker.open, REFERENCE)
    maker.clock.turn(hours=1, minutes=5)
    with maker.open("operator") as operator, pytest.raises(BlockedError) as raised:
        operator.live.start(REFERENCE, "no-such-feed.mp4")
    assert "has 2 entries, more than the 1 that are allowed" in str(raised.value)
    assert "more than 0.5 hours before the start" in str(raised.value)


@pytest.mark.slow
def test_which_rank_authorises_and_how_long_a_deployment_may_last(
    make_bench: MakeBench, authorised: Callable[..., str]
) -> None:
    rules = {
        "ranks": {"least": "chief-superintendent", "least_for_assembly": "chief-constable"},
        "deployments": {"longest": "PT6H"},
    }
    maker = ruled(make_bench, "ranks", rules)
    with pytest.raises(NotPermittedError, match="the lowest rank that may is chief superintendent"):
        authorised(maker)
    with pytest.raises(RecordError, match="and 6 h are allowed; end it earlier"):
        authorised(maker, reference="2026-11/LONG-1", ends="2026-11-25T16:01:00+00:00")


def test_what_of_the_closed_lists_is_on_no_list_here(
    make_bench: MakeBench, authorised: Callable[..., str]
) -> None:
    left_out = {"categories": ["missing-at-risk"], "sources": ["partner-agency"]}
    maker = ruled(make_bench, "left-out", {"start": {"left_out": left_out}})
    authorised(maker)
    people = [
        EntryImage(entry_of("NOM-1"), portrait(1)),
        EntryImage(entry_of("NOM-2", source="partner-agency"), portrait(2)),
    ]
    with maker.open("analyst") as analyst:
        with pytest.raises(
            RefusedError, match="the rules of the force leave out source partner-agency: NOM-2"
        ):
            analyst.watchlists.build(REFERENCE, people, drawn_analyser())
        assert len(analyst.watchlists.build(REFERENCE, people[:1], drawn_analyser()).enrolled) == 1
        assert change_rules(maker, {"start": {"left_out": {"sources": ["custody"]}}})
        codes = {
            one.code for one in analyst.watchlists.show(REFERENCE, "looking at the list").blocks
        }
    assert BlockCode.LEFT_OUT in codes


def test_where_cameras_stand_and_which_names_are_too_wide(
    make_bench: MakeBench, authorised: Callable[..., str]
) -> None:
    limits = {"farthest_m": 0, "too_wide": ["North End"]}
    maker = ruled(make_bench, "places", {"deployments": limits})
    away = location_values(coordinates={"latitude": 51.3762, "longitude": -0.1008})
    with pytest.raises(RecordError) as refused:
        authorised(maker, location=away)
    assert "from the area, and 0 m are allowed; draw the area that they see" in str(refused.value)
    assert "street names nothing narrower than a place that the rules" in str(refused.value)


def test_on_which_grounds_something_is_held(
    make_bench: MakeBench, authorised: Callable[..., str]
) -> None:
    maker = ruled(make_bench, "grounds", {"hold_grounds_left_out": ["complaint"]})
    authorised(maker)
    with maker.open("operator") as operator:
        plant_alert(operator, REFERENCE)
    said = {"reason": "a complaint", "review_by": maker.clock.now + timedelta(days=30)}
    with maker.open("data-protection-officer") as officer:
        with pytest.raises(RecordError, match="the rules of the force leave out ground complaint"):
            officer.holds.place(REFERENCE, ground=HoldGround.COMPLAINT, **said)
        officer.holds.place(REFERENCE, ground=HoldGround.INQUEST, **said)


@pytest.mark.slow
def test_which_role_may_do_what_of_the_table(
    make_bench: MakeBench, authorised: Callable[..., str]
) -> None:
    withheld = {"operator": ["alert.adjudicate"], "administrator": ["clock.accept"]}
    maker = ruled(make_bench, "roles", {"withheld": withheld})
    authorised(maker)
    with maker.open("operator") as operator:
        alert = plant_alert(operator, REFERENCE)
        with pytest.raises(
            NotPermittedError, match=r"by the rules of the force\. Ask an engagement"
        ):
            operator.alerts.adjudicate(alert, "true-confirmed", "same scar")
    with maker.open("reviewer") as reviewer:
        reviewer.alerts.adjudicate(alert, "true-confirmed", "same scar")
    maker.clock.turn(hours=-1)
    with pytest.raises(NotPermittedError, match=r"may not .* \(clock.accept\), by the rules"):
        accept_clock(
            maker.folder,
            "administrator",
            PASSWORD,
            "it ran ahead",
            settings=maker.settings,
            clock=maker.clock,
        )


@pytest.mark.parametrize(("behind_s", "refused"), [(2.0, False), (4.0, True)])
def test_how_far_the_clock_may_be_behind(bench: Maker, behind_s: float, refused: bool) -> None:
    bench.settings = bench.settings.model_copy(update={"clock_tolerance_s": 3.0})
    with bench.open("analyst") as analyst:
        analyst.deployments.list()
        bench.clock.turn(seconds=-behind_s)
        with pytest.raises(ClockError) if refused else nullcontext():
            analyst.deployments.list()


def test_no_clock_may_be_further_behind_than_the_product_lets_it() -> None:
    with pytest.raises(ValidationError, match="less than or equal to 5"):
        Settings(clock_tolerance_s=5.1)


@pytest.mark.parametrize(
    "values",
    [
        {"hold_grounds_left_out": ["judicial"]},
        {"withheld": {"analyst": ["watchlist.build"]}},
        {"deployments": {"farthest_m": 500}},
        {"start": {"left_out": {"sources": ["passport"]}}},
        {"pass_window": "PT0S"},
        {"longest_to_review": "P367D"},
        {"longest_evaluation_set": "P367D"},
        {"start": {"ageing_years": 0}},
        {"start": {"oldest_list_hours": 745}},
    ],
)
def test_what_limits_nothing_is_no_rule(bench: Maker, values: dict[str, Any]) -> None:
    with (
        bench.open("administrator") as administrator,
        pytest.raises(RecordError, match="the proposed rules cannot be used"),
    ):
        administrator.rule_changes.propose(values, "our own")
