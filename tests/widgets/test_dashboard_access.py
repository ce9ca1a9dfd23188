"""The gate of managers' pages by itself: who is let in, and what each role may open."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.httputil import HTTPHeaders

from widgets.dashboard_access import Gate, KernelOwner, Refused, Viewer, check_where_from
from widgets.dashboard_pages import PAGES, may_open, pages_of
from workbench.governance.roles import Role
from workbench.identity.proxy import ProxySecret

TOKEN = "only-for-this-test-0123456789abcdef"  # noqa: S105 - of these tests alone
SECRET = "a secret of the proxy, of these tests".replace(" ", "-")
KERNEL = "00000000-0000-4000-8000-000000000000"
OF_A_ROLE = {
    Role.MANAGER: "50 51 52 53",
    Role.DATA_PROTECTION_OFFICER: "50 51 52",
    Role.AUTHORISING_OFFICER: "50 51",
    Role.REVIEWER: "50 51",
    Role.DATA_SCIENTIST: "50 53",
}


def gate(
    owners: dict[str, KernelOwner] | None = None,
    *,
    proxied: bool = False,
    role: Role = Role.MANAGER,
) -> Gate:
    return Gate(
        token=None if proxied else TOKEN,
        proxy=ProxySecret(SECRET) if proxied else None,
        role=role,
        port=lambda: 8866,
        owner=(owners or {}).get,
    )


def request(token: str | None = None, cookies: Any = None, **headers: str) -> Any:
    given = HTTPHeaders({name.replace("_", "-"): value for name, value in headers.items()})
    arguments = {} if token is None else {"token": [token.encode()]}
    return SimpleNamespace(headers=given, query_arguments=arguments, cookies=cookies or {})


def cookie_of(made: Gate, viewer: Viewer) -> Any:
    return {made.cookie_name: SimpleNamespace(value=made.cookie_for(viewer).decode())}


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_pages_and_no_other(role: Role) -> None:
    expected = OF_A_ROLE.get(role, "").split()
    assert [page.name[:2] for page in pages_of(role)] == expected
    viewer = Viewer("somebody", role)
    for page in PAGES:
        path = f"/voila/render/{page.notebook}"
        if page.name[:2] in expected:
            gate().check(viewer, "GET", path)
            continue
        assert not may_open(role, page.name)
        with pytest.raises(Refused, match="does not open this page") as refused:
            gate().check(viewer, "GET", path)
        assert refused.value.status == 403


def test_without_token_nobody_is_let_in() -> None:
    for one in (None, "", "wrong", TOKEN[:-1], f"{TOKEN} "):
        with pytest.raises(Refused, match="nothing is shown without the token"):
            gate().viewer(request(one))


def test_a_token_lets_in_and_its_cookie_after_it() -> None:
    made = gate(role=Role.REVIEWER)
    first = made.viewer(request(TOKEN))
    assert (first.role, first.came_with_token) == (Role.REVIEWER, True)
    again = made.viewer(request(cookies=cookie_of(made, first)))
    assert again == Viewer(first.name, Role.REVIEWER)
    other = made.viewer(request(TOKEN))
    assert other.name != first.name


def test_a_cookie_of_another_server_or_a_made_up_one_is_nothing() -> None:
    made, other = gate(), gate()
    viewer = other.viewer(request(TOKEN))
    for cookies in (cookie_of(other, viewer), {made.cookie_name: SimpleNamespace(value="a|b|c")}):
        with pytest.raises(Refused, match="nothing is shown without the token"):
            made.viewer(request(cookies=cookies))


def test_headers_of_a_proxy_are_nothing_where_a_token_lets_in() -> None:
    with pytest.raises(Refused, match="nothing is shown without the token"):
        gate().viewer(
            request(
                X_Workbench_User="mary.manager",
                X_Workbench_Proxy_Secret=SECRET,
                X_Workbench_Role="manager",
            )
        )


def test_a_proxy_names_account_and_role() -> None:
    found = gate(proxied=True).viewer(
        request(
            X_Workbench_User="mary.manager",
            X_Workbench_Proxy_Secret=SECRET,
            X_Workbench_Role="data-scientist",
        )
    )
    assert found == Viewer("mary.manager", Role.DATA_SCIENTIST)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"X_Workbench_User": "mary.manager", "X_Workbench_Role": "manager"}, "did not come"),
        (
            {
                "X_Workbench_User": "mary.manager",
                "X_Workbench_Role": "manager",
                "X_Workbench_Proxy_Secret": "x" * 40,
            },
            "is wrong",
        ),
        ({"X_Workbench_User": "mary.manager", "X_Workbench_Proxy_Secret": SECRET}, "no role"),
        ({"X_Workbench_Role": "manager", "X_Workbench_Proxy_Secret": SECRET}, "names no user"),
        ({}, "did not come through the proxy"),
    ],
)
def test_a_request_that_no_proxy_made_is_refused(headers: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        gate(proxied=True).viewer(request(**headers))
    with pytest.raises(Refused):  # nor does a token help there
        gate(proxied=True).viewer(request(TOKEN, **headers))


def test_a_kernel_is_for_who_opened_its_page_and_only_while_they_may() -> None:
    made = gate({KERNEL: KernelOwner("mary", "53_equity")})
    paths = (
        ("GET", f"/api/kernels/{KERNEL}"),
        ("GET", f"/api/kernels/{KERNEL}/channels"),
        ("POST", f"/voila/api/shutdown/{KERNEL}"),
    )
    for method, path in paths:
        made.check(Viewer("mary", Role.MANAGER), method, path)
        for viewer in (Viewer("max", Role.MANAGER), Viewer("mary", Role.REVIEWER)):
            with pytest.raises(Refused, match="no such page open for you"):
                made.check(viewer, method, path)
        with pytest.raises(Refused, match="no such page open for you"):
            gate().check(Viewer("mary", Role.MANAGER), method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api"),
        ("GET", "/api/kernels"),
        ("POST", "/api/kernels"),
        ("DELETE", f"/api/kernels/{KERNEL}"),
        ("POST", f"/api/kernels/{KERNEL}/restart"),
        ("GET", "/api/kernelspecs"),
        ("GET", "/api/sessions"),
        ("GET", "/api/contents"),
        ("GET", "/api/contents/50_outcomes.ipynb"),
        ("GET", "/api/terminals"),
        ("GET", "/files/50_outcomes.ipynb"),
        ("GET", "/nbconvert/html/50_outcomes.ipynb"),
        ("GET", "/voila/api/contents/"),
        ("GET", "/voila/files/face.png"),
        ("GET", "/voila/tree"),
        ("GET", f"/voila/query/{KERNEL}"),
        ("GET", f"/voila/execution/{KERNEL}"),
        ("GET", "/voila/render/"),
        ("GET", "/voila/render/../50_outcomes.ipynb"),
        ("GET", "/voila/render/%2e%2e/50_outcomes.ipynb"),
        ("GET", "/voila/render/50_outcomes.ipynb/.."),
        ("GET", "/voila/render/54_more.ipynb"),
        ("GET", "/voila/static/../../etc/passwd"),
        ("GET", "/voila/static/%2e%2e/%2e%2e/etc/passwd"),
        ("GET", "/login"),
        ("GET", "/metrics"),
        ("POST", "/voila/render/50_outcomes.ipynb"),
        ("PUT", "/"),
        ("OPTIONS", "/"),
    ],
)
def test_what_is_not_named_is_not_there(method: str, path: str) -> None:
    with pytest.raises(Refused) as refused:
        gate().check(Viewer("mary", Role.MANAGER), method, path)
    assert refused.value.status == 404


def test_every_page_of_the_folder_has_its_entry() -> None:
    folder = Path(__file__).parents[2] / "notebooks" / "managers"
    found = {path.name for path in folder.glob("*.ipynb")}
    assert found <= {page.notebook for page in PAGES}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "document"},
    ],
)
def test_a_page_is_opened_by_its_address_and_from_the_list(headers: dict[str, str]) -> None:
    check_where_from(HTTPHeaders(headers), "/voila/render/50_outcomes.ipynb")


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Sec-Fetch-Dest": dest, "Sec-Fetch-Site": "same-origin"}, "in no other page")
        for dest in ("empty", "iframe", "image", "object", "script", "style")
    ]
    + [
        ({"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": site}, "another site asked")
        for site in ("same-site", "cross-site", "unknown")
    ],
)
def test_no_other_site_and_no_frame_starts_a_kernel(headers: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        check_where_from(HTTPHeaders(headers), "/voila/render/50_outcomes%2Eipynb")
    assert refused.value.status == 403
    check_where_from(HTTPHeaders(headers), "/")  # starts none
