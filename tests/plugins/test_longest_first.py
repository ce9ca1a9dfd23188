"""Long files are begun first, and each that is named is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from longest_first import LONGEST

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", LONGEST)
def test_the_file_is_there(name: str) -> None:
    assert (CHECKOUT / name).is_file()


def test_files_are_put_in_order_and_what_is_in_them_stays_in_its_own(
    pytester: pytest.Pytester,
) -> None:
    pytester.makeini("[pytest]\nmarkers = slow")
    slow = "import pytest\n@pytest.mark.slow\ndef test_slow(): ...\ndef test_after_it(): ...\n"
    live = pytester.path / "tests" / "live"
    live.mkdir(parents=True)
    (live / "test_soak.py").write_text("def test_long(): ...")
    pytester.makepyfile(test_a="def test_quick(): ...", test_b=slow)
    run = pytester.runpytest_inprocess("-p", "longest_first", "--collect-only", "-q")
    names = [line.rpartition("::")[2] for line in run.outlines if "::" in line]
    assert names == ["test_long", "test_slow", "test_after_it", "test_quick"]
