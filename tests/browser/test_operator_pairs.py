"""Two people, and a third where they differ, decide on an alert, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from jupyter_servers import unknown
from operator_steps import PATIENCE_MS, REASON, served, shown, start, verdict
from searched_bench import SearchedBench

from workbench.governance.alerts import AlertState

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]

# Both begin with two people who decide in two browsers; each is tried in one application.
IN_LAB = pytest.mark.parametrize("app", ["lab"])
IN_VOILA = pytest.mark.parametrize("app", ["voila"])
GROUNDS = "Warrant of Croydon"
Pages = Callable[..., list[Any]]


@pytest.fixture
def pages(notebook: Callable[..., Path], tmp_path: Path, open_page: Callable[..., Any]) -> Any:
    """Give a function that opens the operator's page, and the alerts of others, in an application."""
    with ExitStack() as stack:

        def open_all(app: str, *others: str) -> list[Any]:
            books = [notebook(), *(notebook(account, "queue") for account in others)]
            opened = []
            for at, book in enumerate(books):
                address = stack.enter_context(served(app, tmp_path / f"served-{at}", book))
                watched = open_page(viewport={"width": 1280, "height": 1000})
                shown(app, watched.page, address)
                opened.append(watched)
            for watched in opened[1:]:
                watched.page.get_by_text("No alert: no face").wait_for(timeout=PATIENCE_MS)
            return opened

        yield open_all


def everything_to_decide_on(page: Any) -> None:
    """The pictures, the category and the grounds are there, and no word of anybody else."""
    page.locator(".lfr-queue .lfr-pair img").nth(1).wait_for(timeout=PATIENCE_MS)
    facts = page.inner_text(".lfr-facts")
    assert "wanted by courts" in facts
    assert GROUNDS in facts
    assert "image of 20" in page.inner_text(".lfr-pair")
    assert page.locator(".lfr-said").count() == 0
    assert REASON not in page.content()


@IN_LAB
def test_the_second_sees_grounds_and_pictures_and_no_first_verdict(app: str, pages: Pages) -> None:
    first, second = pages(app, "engagement-officer")
    start(first.page)
    everything_to_decide_on(second.page)
    assert "2 verdicts owed" in second.page.inner_text(".lfr-queue")
    verdict(first.page, "t")
    for place in (".lfr-row", "[data-what=decide]"):
        second.page.locator(f".lfr-queue {place}", has_text="1 verdict owed").wait_for(
            timeout=30_000
        )
    everything_to_decide_on(second.page)
    verdict(second.page, "t", "Ears and chin are the same.")
    second.page.get_by_text("decided after").wait_for(timeout=30_000)
    assert REASON in second.page.inner_text(".lfr-queue"), "shown once their own is saved"
    first.page.locator(".lfr-queue .lfr-list").focus()
    first.page.get_by_text("decided after").wait_for(timeout=30_000)
    first.page.keyboard.press("e")
    first.page.keyboard.type("An officer is beside them.")
    first.page.keyboard.press("Enter")
    first.page.locator(".lfr-said", has_text="engage by you").wait_for(timeout=30_000)
    for watched in (first, second):
        assert watched.outside == []
        assert unknown(watched.complaints) == []


@IN_VOILA
def test_where_two_differ_it_is_said_and_a_third_decides_blind(
    app: str, pages: Pages, bench: SearchedBench
) -> None:
    first, second, third = pages(app, "engagement-officer", "reviewer")
    start(first.page)
    everything_to_decide_on(second.page)
    verdict(first.page, "t")
    verdict(second.page, "f", "The ears are not the same.")
    for watched in (first, second, third):
        watched.page.locator(".lfr-differ", has_text="Two people differ. A third").wait_for(
            timeout=30_000
        )
        watched.page.locator(".lfr-row", has_text="unresolved").wait_for(timeout=30_000)
    everything_to_decide_on(third.page)
    assert "The ears are not the same." not in third.page.content()
    verdict(third.page, "f", "The chin is another one.")
    for watched in (first, second, third):
        watched.page.locator(".lfr-stands", has_text="decided after").wait_for(timeout=30_000)
        assert watched.page.locator(".lfr-differ").count() == 0
        assert watched.page.locator("[data-what=engage] [data-decision]").count() == 0
        assert watched.outside == []
        assert unknown(watched.complaints) == []
    (alert,) = bench.open("reviewer").alerts.list(
        bench.reference, justification="looking at what was said"
    )
    assert alert.state is AlertState.FALSE_CONFIRMED
