"""What a force leaves out of its watchlists: the closed lists get shorter, and never longer."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.governance.categories import Category, LegalBasis
from workbench.governance.image_sources import ImageSource
from workbench.governance.left_out import LeftOut

ENTRY = (Category.WITNESS, ImageSource.PARTNER_AGENCY, LegalBasis.POLICE_FUNCTION)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, []),
        ({"categories": ["victim"], "sources": ["custody"]}, []),
        ({"categories": ["victim", "witness"]}, ["category witness"]),
        ({"sources": ["partner-agency"]}, ["source partner-agency"]),
        ({"legal_bases": ["police-function"]}, ["legal_basis police-function"]),
        (
            {"categories": ["witness"], "sources": ["partner-agency"]},
            ["category witness", "source partner-agency"],
        ),
    ],
)
def test_what_of_an_entry_is_left_out_is_said(values: dict[str, Any], said: list[str]) -> None:
    assert LeftOut.read(values, what="the rules").holds(*ENTRY) == said


@pytest.mark.parametrize(
    "values", [{"categories": ["other"]}, {"sources": ["passport"]}, {"purposes": ["offences"]}]
)
def test_what_is_on_no_list_cannot_be_left_out(values: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="the rules cannot be used"):
        LeftOut.read(values, what="the rules")
