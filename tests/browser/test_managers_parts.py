"""The parts of managers' pages in a real browser: drawn as Python says, sorted, saved, printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dataframely as dy
import pytest
from accessibility import serious_findings
from managers_values import snapshot_folder
from page_checks import CONTRAST
from panel_page import DARK
from served_panel import served_panel

from widgets import managers_parts as parts
from widgets.managers_page import ManagersPage
from workbench.outcomes import OutcomeRecords
from workbench.outcomes.snapshot import Snapshot

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

WAIT_MS = 60_000
ROWS = 3000
COLUMNS = [
    parts.column("place", "Place"),
    parts.column("date", "Day", "date"),
    parts.column("faces", "Faces seen", "number", meaning="Faces that were seen, not people."),
    parts.column("force", "Force", choose=True),
]
EVIL = "<b>=1+1</b> & %{x} </script><script>window.evil = 1</script>"


class _Parts(ManagersPage):
    """One of each part, and what somebody chose."""

    title = "Parts of a page"
    notebook = "50_outcomes.ipynb"

    def filters(
        self, snapshot: Snapshot, records: dy.DataFrame[OutcomeRecords], choices: Mapping[str, str]
    ) -> Sequence[parts.Part]:
        options = [["", "all forces"], ["north", "North"], ["south", "South"]]
        value = choices.get("force", "")
        return [{"name": "force", "title": "Force", "value": value, "options": options}]

    def sections(
        self, snapshot: Snapshot, records: dy.DataFrame[OutcomeRecords], choices: Mapping[str, str]
    ) -> Sequence[parts.Part]:
        rate = parts.rate_words(44, 2_529_031, "faces seen")
        shown = parts.headlines(
            "all",
            parts.headline("False alerts", "44", *rate, meaning="Alerts on others.", mark="warn"),
            parts.headline("Chosen", choices.get("force", "all")),
        )
        rows: list[list[object]] = [
            [
                f"Street {at}",
                date(2026, 1, 1 + at % 28),
                (at * 7919) % ROWS,
                ("north", "south")[at % 2],
            ]
            for at in range(ROWS)
        ]
        rows[5][2] = None
        rows[7][0] = EVIL
        trace = {
            "type": "bar", "x": [EVIL, "second"], "y": [3, 4], "marker": {"color": "@first"},
            "hovertemplate": "%{y}<extra></extra>",
        }  # fmt: skip
        few = [parts.column("name", "Name"), parts.column("n", "Alerts", "number")]
        drawn = parts.chart(
            "bars", "Alerts by place", alt="Two bars, of 3 and 4 alerts.", traces=[trace],
            layout={"yaxis": {"title": "alerts", "rangemode": "tozero"}},
            columns=few, rows=[[EVIL, 3], ["=second", 4]],
        )  # fmt: skip
        return [
            parts.section("figures", "Figures", shown, parts.facts("f", [("List", "unknown")])),
            parts.section("charts", "Charts", drawn, note="A note of the section."),
            parts.section(
                "rows", "Rows", parts.table("rows", "Deployments", COLUMNS, rows),
                parts.withheld("cost", "Cost", "your role may not read it."),
            ),
        ]  # fmt: skip


@pytest.fixture
def show(open_page: Callable[..., Any], tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Give a function that shows the page and returns it, once its chart is drawn."""
    with ExitStack() as stack:

        def start(
            *, theme: str = "light", width: int = 1280, choice: str = "", **snapshot: Any
        ) -> Any:
            made = _Parts(snapshot_folder(tmp_path / "snapshot", **snapshot))
            stack.callback(made.close)
            style = tmp_path / "theme.css"
            style.write_text(f":root {{ --jp-layout-color0:#111; {DARK} }}")
            dark = theme == "dark"
            address = stack.enter_context(
                served_panel(made, style if dark else None, light=not dark)
            )
            watched = open_page(viewport={"width": width, "height": 1000})
            watched.page.goto(address + choice)
            watched.page.wait_for_selector(".lfr-plot[data-drawn]", timeout=WAIT_MS)
            return watched

        yield start


def first_cells(page: Any) -> list[str]:
    """Return the first cells of the first five rows of the table of deployments."""
    found: list[str] = page.eval_on_selector_all(
        "[aria-label='Deployments, table'] tbody th",
        "all => all.slice(0, 5).map((one) => one.innerText)",
    )
    return found


def test_a_table_of_thousands_is_sorted_narrowed_and_saved(show: Callable[..., Any]) -> None:
    watched = show()
    page = watched.page
    table = page.locator(".lfr-table-box", has=page.locator("[aria-label='Deployments, table']"))
    assert table.locator("tbody tr").count() == 50
    assert table.locator(".lfr-told").inner_text() == "3,000 rows; shown are 1 to 50."
    faces = table.locator("thead button", has_text="Faces seen")
    faces.focus()
    page.keyboard.press("Enter")
    assert first_cells(page)[0] == "Street 0"
    page.keyboard.press("Enter")
    assert table.locator("th[aria-sort=descending]").inner_text().startswith("Faces seen")
    assert table.locator("tbody tr").first.locator("td").nth(1).inner_text() == "2,999"
    table.locator(".lfr-narrow select").select_option("south")
    assert table.locator(".lfr-told").inner_text().startswith("1,500 of 3,000 rows")
    page.get_by_label("Find in this table").fill("=1+1")
    page.wait_for_function("document.querySelectorAll('.lfr-told')[1].innerText.startsWith('1 of')")
    assert first_cells(page) == [EVIL]
    with page.expect_download() as got:
        page.get_by_label("Save as CSV: Deployments").click()
    saved = Path(got.value.path()).read_text("utf-8").splitlines()
    assert saved[-2] == "place,date,faces,force"
    assert saved[-1].startswith("<b>=1+1</b> & %{x}")
    page.get_by_label("Find in this table").fill("no such")
    page.wait_for_function("document.querySelectorAll('.lfr-told')[1].innerText.startsWith('0 of')")
    assert watched.complaints == watched.outside == []


def test_text_is_never_markup_and_figures_lie_behind_the_chart(show: Callable[..., Any]) -> None:
    watched = show()
    page = watched.page
    ticks = page.eval_on_selector_all(
        ".lfr-plot .xtick", "all => all.map((one) => one.textContent)"
    )
    assert ticks == [EVIL, "second"]
    assert page.evaluate("window.evil") is None
    open_figures = page.get_by_label("Figures: Alerts by place")
    assert open_figures.get_attribute("aria-expanded") == "false"
    open_figures.press("Enter")
    assert page.locator(".lfr-figures tbody tr").count() == 2
    with page.expect_download() as got:
        page.get_by_label("Save as CSV: Alerts by place").click()
    assert Path(got.value.path()).read_text("utf-8").splitlines()[-1] == "'=second,4"
    assert watched.complaints == watched.outside == []


def test_what_is_chosen_stands_in_the_address_and_outlives_a_reload(
    show: Callable[..., Any],
) -> None:
    page = show(choice="#force=south").page
    assert page.locator(".lfr-headline").nth(1).inner_text().split() == ["Chosen", "south"]
    select = page.locator(".lfr-filters select")
    select.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function(
        "document.querySelectorAll('.lfr-headline')[1].innerText.includes('north')"
    )
    assert page.url.endswith("#force=north")
    assert page.evaluate("document.activeElement.name") == "force"
    page.reload()
    page.wait_for_selector(".lfr-plot[data-drawn]", timeout=WAIT_MS)
    assert page.locator(".lfr-headline").nth(1).inner_text().split() == ["Chosen", "north"]
    page.get_by_role("button", name="Show all again").click()
    page.wait_for_function("!location.hash")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_it_can_be_read_by_everybody(show: Callable[..., Any], theme: str, width: int) -> None:
    watched = show(theme=theme, width=width, category="demonstration", bench="demo")
    page = watched.page
    page.eval_on_selector_all("details", "all => all.forEach((one) => { one.open = true; })")
    page.get_by_label("Figures: Alerts by place").click()
    assert serious_findings(page) == []
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.eval_on_selector_all(
        "button, select, input, nav a, summary",
        "all => all.filter((one) => one.offsetHeight && one.getBoundingClientRect().height < 32).map((one) => one.outerHTML)",
    )
    assert small == []
    assert page.get_by_text("Demonstration.").is_visible()
    assert watched.complaints == watched.outside == []


def test_an_old_snapshot_says_since_when(show: Callable[..., Any]) -> None:
    page = show(written_at=datetime(2026, 3, 5, 14, 2, tzinfo=UTC), renewed_every_s=60).page
    page.wait_for_selector(".lfr-stale .lfr-old p")
    words = page.inner_text(".lfr-old")
    assert words.startswith("As of 5 March 2026, 14:02:00 UTC; not renewed since, for")


def test_on_paper_everything_is_open(show: Callable[..., Any], tmp_path: Path) -> None:
    page = show(theme="dark").page
    page.emulate_media(media="print")
    page.wait_for_selector(".lfr-paper")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator(".lfr-figures").is_visible()
    assert not page.locator(".lfr-filters select").is_visible()
    assert page.locator(".lfr-chosen").inner_text() == "Nothing was left out."
    assert page.locator("[aria-label='Deployments, table'] tbody tr").count() == 500
    ink = "getComputedStyle(document.querySelector('.lfr-managers h2')).color"
    assert page.evaluate(ink) == "rgb(0, 0, 0)"
    page.emulate_media(media="screen")
    page.wait_for_selector(".lfr-paper", state="detached")
    assert page.locator("[aria-label='Deployments, table'] tbody tr").count() == 50
    assert not page.locator(".lfr-figures").is_visible()


def test_a_renewed_snapshot_leaves_alone_what_somebody_reads(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    folder = snapshot_folder(tmp_path / "snapshot", bench="north")
    made = _Parts(folder, poll_s=0.2)
    with served_panel(made) as address:
        page = open_page().page
        page.goto(address)
        page.wait_for_selector(".lfr-plot[data-drawn]", timeout=WAIT_MS)
        page.get_by_role("button", name="Later rows").click()
        page.locator("summary", has_text="What is counted").click()
        page.evaluate("document.querySelector('.lfr-plot').dataset.mine = 'yes'")
        assert first_cells(page)[0] == "Street 50"
        at = datetime(2026, 3, 5, 14, 2, tzinfo=UTC)
        snapshot_folder(tmp_path / "snapshot", bench="south", written_at=at)
        page.wait_for_function(
            "document.querySelector('.lfr-as-of').innerText === 'Bench south, as of 5 March 2026, 14:02:00 UTC'"
        )
        assert first_cells(page)[0] == "Street 50"
        assert page.locator("details[open]", has_text="What is counted").count() == 1
        assert page.locator(".lfr-plot[data-mine]").count() == 1
    made.close()


def test_a_page_without_a_snapshot_says_so_and_shows_it_once_it_is_there(
    open_page: Callable[..., Any], tmp_path: Path
) -> None:
    made = _Parts(tmp_path / "snapshot", poll_s=0.2)
    with served_panel(made) as address:
        watched = open_page()
        page = watched.page
        page.goto(address)
        words = page.locator(".lfr-problem")
        words.wait_for(timeout=WAIT_MS)
        assert "snapshot.json cannot be read" in words.inner_text()
        assert words.get_by_role("button", name="Copy this").is_visible()
        assert page.locator(".lfr-sections").is_hidden()
        snapshot_folder(tmp_path / "snapshot")
        page.wait_for_selector(".lfr-plot[data-drawn]", timeout=WAIT_MS)
        assert words.count() == 0
        assert watched.complaints == watched.outside == []
    made.close()
