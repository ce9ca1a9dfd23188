"""Whose kernels of managers' pages are, and how many may be open, of one viewer and of all."""

from __future__ import annotations

from typing import Any

import pytest

from widgets.dashboard_access import KernelOwner
from widgets.dashboard_kernels import Claims, Full


def _open(claims: Claims, viewer: str, running: set[str], *, most: int = 4, of_one: int = 2) -> Any:
    return claims.place(viewer, running, most=most, most_of_one=of_one)


def test_a_place_counts_before_its_kernel_is_there_and_once_when_it_is() -> None:
    claims = Claims()
    with _open(claims, "a", set(), most=1), pytest.raises(Full, match="1 pages are open at once"):
        _open(claims, "b", set(), most=1).__enter__()
    with _open(claims, "a", set(), most=2) as place:
        claims.claim("k-1", KernelOwner("a", "50_outcomes"), place)
        with _open(claims, "b", {"k-1"}, most=2):
            pass
    with pytest.raises(Full):
        _open(claims, "b", {"k-1"}, most=1).__enter__()


def test_a_place_is_free_again_where_no_page_came_of_it() -> None:
    claims = Claims()
    with pytest.raises(ZeroDivisionError), _open(claims, "a", set(), most=1):
        raise ZeroDivisionError
    with _open(claims, "b", set(), most=1):
        pass


def test_one_viewer_does_not_keep_out_all_others() -> None:
    claims = Claims()
    with _open(claims, "a", set()), _open(claims, "a", set()):
        with pytest.raises(Full, match="You have 2 pages open at once"):
            _open(claims, "a", set()).__enter__()
        with _open(claims, "b", set()):
            pass
