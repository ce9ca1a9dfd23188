"""A real server of managers' pages: what it gives whom, over HTTP and over a kernel's socket."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from dashboard_server import (
    PAGE_CELLS,
    TOKEN,
    PagesProcess,
    kernel_of,
    pages_process,
    say,
    socket_status,
)

from widgets.dashboard_pages import PAGES

pytestmark = pytest.mark.slow

SECRET = "a-secret-of-the-proxy-of-these-tests"  # noqa: S105 - of these tests alone
PAGE = "/voila/render/50_outcomes.ipynb"
NOBODYS = "00000000-0000-4000-8000-000000000000"
ROUTES = (
    "/",
    PAGE,
    "/voila/static/voila.js",
    "/voila/templates/managers/static/main.css",
    "/voila/labextensions/anywidget/package.json",
    "/voila/api/themes/@jupyterlab/theme-light-extension/index.css",
    f"/api/kernels/{NOBODYS}",
    f"/api/kernels/{NOBODYS}/channels",
    f"/voila/query/{NOBODYS}",
    f"/voila/api/shutdown/{NOBODYS}",
    "/voila/files/50_outcomes.ipynb",
    "/api/contents",
    "/login",
    "/static/favicon.ico",
    "/nothing-of-this-name",
)


@pytest.fixture(scope="module")
def server() -> Iterator[PagesProcess]:
    with pages_process({"50_outcomes": PAGE_CELLS}, cull_s=3, cull_every_s=1) as running:
        yield running


@pytest.fixture
def client(server: PagesProcess) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_without_the_token_nothing_is_given(server: PagesProcess, method: str) -> None:
    with server.client(token=None) as nobody:
        for route in ROUTES:
            for headers in (
                {},
                {"Authorization": f"token {TOKEN}"},
                {"X-Workbench-User": "mary.manager", "X-Workbench-Role": "manager"},
            ):
                answer = nobody.request(method, route, headers=headers)
                assert answer.status_code == 403, route
                assert len(answer.content) < 300
    assert server.kernels() == []


def test_the_token_leaves_the_address_and_the_browser_is_known(server: PagesProcess) -> None:
    with server.client(token=None) as browser:
        answer = browser.get("/", params={"token": TOKEN})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert TOKEN not in cookie
        page = browser.get("/")
        assert "Overview" in page.text
        assert "Published records alone" in page.text
        assert browser.get(PAGE, params={"token": "wrong"}).status_code == 403


def test_every_answer_says_what_a_browser_may_do_with_it(
    server: PagesProcess, client: httpx.Client
) -> None:
    with server.client(token=None) as nobody:
        answers = [client.get("/"), client.get("/no-page"), nobody.get("/"), client.get(ROUTES[2])]
    assert [one.status_code for one in answers] == [200, 404, 403, 200]
    for one in answers:
        policy = one.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "http:" not in policy
        assert "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert one.headers["x-content-type-options"] == "nosniff"
        assert one.headers["x-frame-options"] == "DENY"
        assert one.headers["referrer-policy"] == "no-referrer"
    assert [one.headers["cache-control"] for one in answers] == [
        "no-store",
        "no-store",
        "no-store",
        "private, no-cache",
    ]


def test_a_page_and_its_kernel_are_for_the_browser_that_opened_it(
    server: PagesProcess, client: httpx.Client
) -> None:
    page = client.get(PAGE, params={"template": "lab", "theme": "dark", "x": "planted-query"})
    assert page.status_code == 200
    kernel = kernel_of(page.text)
    assert client.get(f"/api/kernels/{kernel}").json()["id"] == kernel
    for planted in (
        "planted-query",
        "planted-credential",
        "read_snapshot",
        TOKEN,
        "cdn.jsdelivr",
        str(server.folder),
        str(Path(__file__).parents[2]),
    ):
        assert planted not in page.text, planted
    assert "image/png" not in page.text
    with server.client() as other:
        assert other.get(f"/api/kernels/{kernel}").status_code == 404
        assert socket_status(server, kernel, other, server.address) == 404
        word = {"X-XSRFToken": "x", "Cookie": "_xsrf=x"}
        assert other.post(f"/voila/api/shutdown/{kernel}", headers=word).status_code in {403, 404}
    assert client.get(f"/api/kernels/{kernel}").status_code == 200


def test_nothing_of_a_kernel_but_its_widgets_can_be_asked_for(
    server: PagesProcess, client: httpx.Client
) -> None:
    kernel = kernel_of(client.get(PAGE).text)
    code = "import pathlib; pathlib.Path.home().joinpath('ran').write_text('x'); input()"
    execute: dict[str, Any] = {
        "code": code,
        "silent": False,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": True,
    }
    widget = {
        "comm_id": "1",
        "target_name": "jupyter.widget",
        "data": {"state": {"_model_module": "@jupyter-widgets/controls", "_model_name": "x"}},
    }
    said = say(
        server,
        kernel,
        client,
        ("execute_request", execute),
        ("execute_request", execute, "control"),
        ("inspect_request", {"code": "found", "cursor_pos": 2, "detail_level": 1}),
        ("history_request", {"hist_access_type": "tail", "n": 5}),
        ("input_reply", {"value": "x"}, "stdin"),
        ("comm_open", widget),
        ("shutdown_request", {"restart": False}, "control"),
        "no message at all",
    )
    assert {one for one in said if one.endswith("_reply")} == {"comm_info_reply"}
    assert not {"execute_result", "stream", "error", "comm_open", "comm_msg"} & set(said)
    assert not list(server.folder.rglob("ran"))
    # The list of widgets is theirs to ask for.
    opened = {"comm_id": "2", "target_name": "jupyter.widget.control", "data": {}}
    asked = {"comm_id": "2", "data": {"method": "request_states"}}
    said = say(server, kernel, client, ("comm_open", opened), ("comm_msg", asked))
    ends = time.monotonic() + 30
    # The answer takes another way than that to the closing question, and may come after it.
    while "comm_msg" not in said and time.monotonic() < ends:
        said = say(server, kernel, client, ("comm_msg", asked))
    assert "comm_msg" in said


def test_a_page_is_ended_by_its_own_browser_with_the_word_against_forgery(
    server: PagesProcess, client: httpx.Client
) -> None:
    kernel = kernel_of(client.get(PAGE).text)
    route = f"/voila/api/shutdown/{kernel}"
    assert client.post(route).status_code == 403
    assert client.get(f"/api/kernels/{kernel}").status_code == 200
    word = {"X-XSRFToken": client.cookies["_xsrf"]}
    assert client.post(route, headers=word | {"Origin": "http://evil.test"}).status_code == 404
    assert client.post(route, headers=word).status_code == 204
    assert client.get(f"/api/kernels/{kernel}").status_code == 404


def test_a_socket_from_another_site_is_refused(server: PagesProcess, client: httpx.Client) -> None:
    kernel = kernel_of(client.get(PAGE).text)
    assert socket_status(server, kernel, client, "http://evil.test") == 403
    assert socket_status(server, kernel, client, server.address) == 101


def test_pages_that_were_closed_leave_no_kernel(server: PagesProcess) -> None:
    opened = []
    for _ in range(4):
        with server.client() as browser:
            kernel = kernel_of(browser.get(PAGE).text)
            say(server, kernel, browser)  # connects, and closes
            opened.append((browser, kernel))
    until = time.monotonic() + 30
    kernels = server.folder / "kernels"
    while (server.kernels() or list(kernels.iterdir())) and time.monotonic() < until:
        time.sleep(0.5)
    assert server.kernels() == []
    assert list(kernels.iterdir()) == []


def test_no_environment_and_no_request_reaches_a_kernel(server: PagesProcess) -> None:
    with server.client() as browser:
        browser.get(PAGE, params={"x": "planted-query"})
        (process,) = server.kernels()
        told = Path(f"/proc/{process}/cmdline").read_bytes()
        assert TOKEN.encode() not in told
    told = Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
    assert TOKEN.encode() not in told
    log = server.log.read_text("utf-8", "replace")
    assert TOKEN not in log
    assert "planted-query" not in log


def test_a_proxy_lets_in_by_role_and_nothing_else_does(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    by_proxy = {"X-Workbench-User": "mary.manager", "X-Workbench-Proxy-Secret": SECRET}
    pages = {"50_outcomes": PAGE_CELLS, "53_equity": PAGE_CELLS}
    with (
        pages_process(pages, proxy_secret=str(secret)) as server,
        server.client(token=None, headers=by_proxy) as client,
    ):
        as_reviewer = {"X-Workbench-Role": "reviewer"}
        listed = client.get("/", headers=as_reviewer)
        assert listed.text.count("(not for this role)") == 2
        assert "/voila/render/53_equity.ipynb" not in listed.text
        refused = client.get("/voila/render/53_equity.ipynb", headers=as_reviewer)
        assert refused.status_code == 403
        assert refused.text.startswith("A reviewer does not open this page.")
        assert client.get(PAGE, headers={"X-Workbench-Role": "operator"}).status_code == 403
        for wrong in ({}, {"X-Workbench-Role": "chief"}):
            assert client.get("/", headers=wrong).status_code == 403
        for route in ROUTES:
            with server.client(token=None) as nobody:
                forged = {"X-Workbench-User": "mary.manager", "X-Workbench-Role": "manager"}
                assert nobody.get(route, headers=forged).status_code == 403
                forged["X-Workbench-Proxy-Secret"] = "x" * 40
                assert nobody.get(route, headers=forged).status_code == 403
        assert server.kernels() == []
        page = client.get("/voila/render/53_equity.ipynb", headers={"X-Workbench-Role": "manager"})
        kernel = kernel_of(page.text)
        asked = f"/api/kernels/{kernel}"
        assert client.get(asked, headers={"X-Workbench-Role": "manager"}).status_code == 200
        # The role is looked at each time, and so is whose it is.
        assert client.get(asked, headers=as_reviewer).status_code == 404
        other = {"X-Workbench-User": "max.manager", "X-Workbench-Role": "manager"}
        assert client.get(asked, headers=other).status_code == 404
        assert SECRET not in page.text
        assert SECRET not in server.log.read_text("utf-8", "replace")


def test_no_more_pages_are_open_than_the_machine_is_to_bear(tmp_path: Path) -> None:
    with (
        pages_process({"50_outcomes": PAGE_CELLS}, most_kernels=1) as server,
        server.client() as client,
    ):
        assert client.get(PAGE).status_code == 200
        refused = client.get(PAGE)
        assert refused.status_code == 503
        assert "no more are let in" in refused.text
        assert len(server.kernels()) == 1


def test_pages_that_are_asked_for_at_once_are_counted_before_they_are_there() -> None:
    with (
        pages_process({"50_outcomes": PAGE_CELLS}, most_kernels=2) as server,
        server.client() as client,
        ThreadPoolExecutor(5) as pool,
    ):
        answers = list(pool.map(lambda _: client.get(PAGE).status_code, range(5)))
        assert sorted(answers) == [200, 200, 503, 503, 503]
        assert len(server.kernels()) == 2


def test_a_kernel_that_died_keeps_no_place_and_one_viewer_has_few() -> None:
    pages = {"50_outcomes": PAGE_CELLS}
    with pages_process(pages, most_of_one=1) as server, server.client() as client:
        assert client.get(PAGE).status_code == 200
        refused = client.get(PAGE)
        assert refused.status_code == 503
        assert refused.text.startswith("You have 1 pages open at once")
        (process,) = server.kernels()
        os.kill(process, signal.SIGKILL)
        until = time.monotonic() + 30
        while (answer := client.get(PAGE).status_code) == 503 and time.monotonic() < until:
            time.sleep(0.2)  # the last of its threads has not ended yet
        assert answer == 200


def test_another_site_and_a_frame_start_no_kernel() -> None:
    with pages_process({"50_outcomes": PAGE_CELLS}) as server, server.client() as client:
        for name, value in (("Sec-Fetch-Dest", "iframe"), ("Sec-Fetch-Site", "cross-site")):
            assert client.get(PAGE, headers={name: value}).status_code == 403
        assert server.kernels() == []


def test_others_come_by_the_name_of_the_machine_where_they_are_listened_to() -> None:
    others = {"Host": "192.0.2.7:8866"}
    with (
        pages_process({"50_outcomes": PAGE_CELLS}, host="0.0.0.0") as server,  # noqa: S104 - asked
        httpx.Client(base_url=server.address, headers=others) as client,
    ):
        assert client.get("/", params={"token": TOKEN}).status_code == 303
        assert client.get("/").status_code == 200
        assert client.get("/voila/templates/managers/static/main.css").status_code != 403


def test_who_comes_from_another_page_is_sent_on_by_a_page(server: PagesProcess) -> None:
    """Its file is of no site: a browser would not bring the cookie to where that sends it."""
    with server.client(token=None, headers={"Sec-Fetch-Site": "cross-site"}) as client:
        sent = client.get("/", params={"token": TOKEN})
        assert sent.status_code == 200
        assert '<meta http-equiv="refresh" content="0; url=/">' in sent.text
        assert TOKEN not in sent.text
        assert client.get("/").status_code == 200


def test_a_kernel_that_waits_is_nobodys_until_a_page_is_opened() -> None:
    with pages_process(
        {"50_outcomes": PAGE_CELLS, "60_no_page": PAGE_CELLS, "53_equity": PAGE_CELLS},
        preheat=True,
        role="reviewer",
    ) as server:
        until = time.monotonic() + 60
        while not list((server.folder / "kernels").glob("*/k.json")) and time.monotonic() < until:
            time.sleep(0.5)
        with server.client() as client:
            assert len(server.kernels()) == 1
            waiting = set(server.kernels())
            kernel = kernel_of(client.get(PAGE, timeout=120).text)
            assert client.get(f"/api/kernels/{kernel}").status_code == 200
            assert waiting <= set(server.kernels())
            with server.client() as other:
                assert other.get(f"/api/kernels/{kernel}").status_code == 404
                mine = kernel_of(other.get(PAGE, timeout=120).text)
                assert mine != kernel
                assert client.get(f"/api/kernels/{mine}").status_code == 404


def test_every_page_of_the_project_opens_in_a_kernel_that_reaches_nothing() -> None:
    folder = Path(__file__).parents[2] / "notebooks" / "managers"
    with (
        pages_process({}, notebooks=str(folder)) as server,
        server.client(timeout=120) as client,
    ):
        there = [page for page in PAGES if (folder / page.notebook).is_file()]
        assert there
        for page in there:
            answer = client.get(f"/voila/render/{page.notebook}")
            assert answer.status_code == 200, page.name
            assert "application/vnd.jupyter.widget-view+json" in answer.text, page.name
            for fault in ("Traceback", "ModuleNotFoundError", "There was an error", "image/png"):
                assert fault not in answer.text, page.name
