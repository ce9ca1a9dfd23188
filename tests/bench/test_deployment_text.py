"""Text in a draft: markup is kept as text, and what would be obeyed is refused."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from bench_steps import REFERENCE, AsRole
from bench_values import application_values

from workbench.errors import (
    RecordError,
)
from workbench.governance.deployments import DeploymentState

S = DeploymentState


_PROSE = ("presence_grounds", "necessity", "proportionality")
_HTML = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def test_markup_is_kept_as_text(as_role: AsRole) -> None:
    analyst = as_role("analyst")
    values = application_values(force=_HTML, **dict.fromkeys(_PROSE, _HTML))
    analyst.deployments.draft(values)
    view = analyst.deployments.apply(REFERENCE)
    assert view.draft["force"] == _HTML
    assert view.application is not None
    assert view.application.necessity == _HTML


_CONTROLS = ("\x00", "\x1b[31m", "\x07", "\u202e", "\x9b", "\u2028")
_TEXTS: tuple[tuple[str | int, ...], ...] = (
    *((name,) for name in ("force", *_PROSE, "assembly_necessity", "reference", "policy")),
    ("location", "name"),
    ("location", "street"),
    ("location", "town"),
    ("feeds", 0, "name"),
    ("feeds", 0, "place"),
    ("dpia", "title"),
    ("eia", "version"),
    ("appropriate_policy", "title"),
    ("notice", "signs_where"),
    ("notice", "website"),
    ("costs", "lines", 0, "what"),
)


def test_control_characters_are_refused_in_every_text(as_role: AsRole) -> None:
    analyst = as_role("analyst")
    for field, control in itertools.product(_TEXTS, _CONTROLS):
        values = application_values(assembly=True, assembly_necessity="A march.")
        inner: Any = values
        for step in field[:-1]:
            inner = inner[step]
        inner[field[-1]] = f"{inner[field[-1]]}{control}end"
        with pytest.raises(RecordError) as refused:
            analyst.deployments.draft(values)
        assert ".".join(map(str, field)) in str(refused.value)
        assert control not in str(refused.value)
    assert analyst.deployments.list() == []


def test_text_is_as_long_as_a_field_may_be_and_no_longer(as_role: AsRole) -> None:
    analyst = as_role("analyst")
    with pytest.raises(RecordError, match=r"necessity: .*10,?000"):
        analyst.deployments.draft(application_values(necessity="n" * 10_001))
    analyst.deployments.draft(application_values(necessity="we need it; " * 833 + "here"))
    assert analyst.deployments.apply(REFERENCE).state is S.APPLIED


@pytest.mark.parametrize("field", [*_PROSE, "assembly_necessity"])
def test_a_text_that_says_nothing_is_refused_before_it_is_kept(field: str, as_role: AsRole) -> None:
    analyst = as_role("analyst")
    whole = application_values(assembly=True, assembly_necessity="A march passes that way.")
    with pytest.raises(RecordError, match=f"the draft cannot be used: {field}: says nothing"):
        analyst.deployments.draft(whole | {field: "."})
    assert analyst.deployments.list() == []
    view = analyst.deployments.draft({"reference": REFERENCE, field: whole[field]})
    with pytest.raises(RecordError, match=f"of deployment {REFERENCE} .*{field}: says nothing"):
        analyst.deployments.amend(REFERENCE, {field: "."})
    assert analyst.deployments.get(REFERENCE).draft == view.draft
    assert field not in analyst.deployments.amend(REFERENCE, {field: None}).draft
