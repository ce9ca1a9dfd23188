"""Who is the same person."""

from __future__ import annotations

import pytest

from workbench.governance.people import same_person


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("", "", True),
        ("a.khan", "a.khan", True),
        ("A.Khan", "a.khan", True),
        ("Strasse", "STRAßE", True),
        ("  a  khan ", "a khan", True),
        ("\uff41.khan", "a.khan", True),
        ("Jose\u0301", "Jos\u00e9", True),
        ("a.khan", "a.kahn", False),
        ("a.khan", "b.khan", False),
        ("a.khan", "", False),
    ],
)
def test_names_differ_where_people_would_tell_them_apart(one: str, other: str, same: bool) -> None:
    assert same_person(one, other) is same
    assert same_person(other, one) is same
