"""Notice, sign and leaflet: of what is authorised alone, in plain words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from deployment_values import application, authority_values
from publication_pages import PublishedPage

from workbench.errors import NotAuthorisedError
from workbench.governance.authorisation import Authority
from workbench.governance.deployments import DeploymentState
from workbench.governance.retention_profiles import MET
from workbench.reports.publication_head import PublicationHead
from workbench.reports.publication_notice import AVOIDANCE, NoticePage, notice_page, time_words
from workbench.reports.publication_rendering import render_publication

LONDON = ZoneInfo("Europe/London")
HEAD = PublicationHead("Notice", "a place", ("an authority",), datetime(2026, 11, 20, tzinfo=UTC),
                       log=(7, "ab" * 32))  # fmt: skip


def authority() -> Authority:
    return Authority.read(authority_values(), what="authority")


def page(**changes: Any) -> NoticePage:
    values: dict[str, Any] = {
        "application": application(),
        "authority": authority(),
        "state": DeploymentState.AUTHORISED,
    } | changes
    return notice_page(
        **values, profile=MET, zone=LONDON, contact="101", complaints="c@police.example"
    )


@pytest.mark.parametrize(
    "state", [one for one in DeploymentState if one.value not in {"authorised", "live"}]
)
def test_nothing_is_announced_that_is_not_authorised(state: DeploymentState) -> None:
    with pytest.raises(NotAuthorisedError, match=rf"is {state.value}: no notice, sign or leaflet"):
        page(state=state)


def test_without_an_authority_nothing_is_announced() -> None:
    with pytest.raises(NotAuthorisedError, match="Have it authorised first"):
        page(authority=None)


def test_all_three_parts_say_place_time_and_that_nobody_need_walk_past() -> None:
    html = render_publication("notice", HEAD, page=page())
    text = PublishedPage(html).text
    assert text.count("North End, outside the Whitgift Centre, Croydon") >= 4
    assert text.count("Wednesday 25 November 2026, 10:00 to 16:00 (GMT)") == 3
    assert text.count(AVOIDANCE) == 3  # notice, sign and leaflet
    assert "not a ground for suspicion" in AVOIDANCE
    for said in (
        "Metropolitan Police Service runs this",
        "deleted within 31 days",
        "The list is deleted within 24 hours of the end",
        "Ask: 101.",
        "Complain: c@police.example.",
        "people who are wanted by the courts",
        "superintendent",
        "https://police.example/lfr",
        "ico.org.uk",
    ):
        assert said in text, said


@pytest.mark.parametrize("part", ["notice", "sign", "leaflet"])
def test_each_part_by_itself_says_who_is_looked_for(part: str) -> None:
    html = render_publication("notice", HEAD, page=page())
    begins = html.index(f'<section class="part" aria-labelledby="{part}">')
    text = PublishedPage(html[begins : html.index("</section>", begins)]).text
    for said in ("people who are suspected of a crime", "people who are wanted by the courts"):
        assert said in text
    assert "Croydon" in text


def test_nobody_and_no_ground_is_in_it() -> None:
    html = render_publication("notice", HEAD, page=page())
    given = authority()
    for secret in (given.officer, given.necessity, application().presence_grounds):
        assert secret not in html


@pytest.mark.parametrize(
    ("start", "hours", "said"),
    [
        (datetime(2026, 7, 1, 9, tzinfo=UTC), 6, "Wednesday 1 July 2026, 10:00 to 16:00 (BST)"),
        (
            datetime(2026, 11, 27, 22, tzinfo=UTC),
            4,
            "Friday 27 November 2026, 22:00 to Saturday 28 November 2026, 02:00 (GMT)",
        ),
        (
            datetime(2026, 10, 25, 0, tzinfo=UTC),
            3,
            "Sunday 25 October 2026, 01:00 to 03:00 (BST at the start, GMT at the end)",
        ),
    ],
)
def test_times_are_those_of_the_clocks_there(start: datetime, hours: int, said: str) -> None:
    assert time_words(start, start + timedelta(hours=hours), LONDON) == said


def test_a_zone_without_a_name_is_called_by_its_place() -> None:
    start = datetime(2026, 7, 1, 9, tzinfo=UTC)
    said = time_words(start, start + timedelta(hours=1), ZoneInfo("America/Sao_Paulo"))
    assert said.endswith("(time of America/Sao_Paulo)")
