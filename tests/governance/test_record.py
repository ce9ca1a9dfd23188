"""What refuses a record keeps nothing of whoever handed it in."""

from __future__ import annotations

import gc
import weakref

import pytest

from workbench.errors import RecordError
from workbench.governance.score_table import ScoreTable


class Held:
    """Something that a frame holds, as a search holds a template."""


def test_a_refusal_that_is_kept_lets_go_of_the_frames_once_they_end() -> None:
    def ask() -> weakref.ref[Held]:
        held = Held()
        with pytest.raises(RecordError, match="ascend") as refused:
            ScoreTable.read(
                {
                    "list_size": 1,
                    "searches": 2,
                    "scores": (1.0, 0.5),
                    "counts": (1, 1),
                    "data_set": "made up",
                    "split": "whole",
                    "rule": "all",
                    "people": 2,
                },
                what="the table",
            )
        assert refused.value.__context__ is None
        return weakref.ref(held)

    asked = ask()
    gc.collect()
    assert asked() is None
