"""Kinds of picture that a probe may be: a closed list, and what is refused because it is not on it."""

from __future__ import annotations

import pytest

from workbench.errors import RecordError
from workbench.governance.probe_pictures import PictureKind
from workbench.governance.searches import ProbeFacts, ProbeOrigin

SAID = {"origin": "camera 4 of the shop"}


@pytest.mark.parametrize(
    "kind", ["sketch", "composite", "e-fit", "lookalike", "generated", "", None, 3]
)
def test_what_was_drawn_or_only_resembles_somebody_is_on_no_list(kind: object) -> None:
    never = (
        r"A sketch, a composite \(e-fit\), a lookalike or a picture that was generated is never "
        "searched with: it shows nobody whom a camera saw at the scene"
    )
    with pytest.raises(RecordError, match=never) as refused:
        ProbeOrigin.read(SAID | {"kind": kind}, what="where it comes from")
    assert ", ".join(PictureKind) in str(refused.value)


def test_it_is_asked_for_and_each_kind_has_words() -> None:
    with pytest.raises(RecordError, match="kind"):
        ProbeOrigin.read(SAID, what="where it comes from")
    for kind in PictureKind:
        assert ProbeOrigin.read(SAID | {"kind": kind.value}, what="a probe").kind is kind
        assert kind.words
    assert not ProbeFacts.model_fields["kind"].is_required(), "records are there that have none"
