"""Whatever a manifest holds, it is read whole or refused in one clear sentence."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.bench.entry_files import COLUMNS, read_entries
from workbench.errors import RecordError
from workbench.governance.categories import Category, LegalBasis
from workbench.governance.image_sources import ImageSource

WORDS = {
    "category": [one.value for one in Category],
    "legal_basis": [one.value for one in LegalBasis],
    "source": [*(one.value for one in ImageSource), "passport", "other"],
    "related_to": [*(one.value for one in Category), ""],
    "under_18": ["yes", "no", "", "perhaps"],
    "lawfully_held": ["yes", "no", ""],
    "image_date": ["2026-01-05", "5/1/26", ""],
    "image": ["a.jpg", "b.jpg", "../a.jpg", ""],
}
ROWS = st.lists(
    st.fixed_dictionaries(
        {name: st.sampled_from(WORDS[name]) if name in WORDS else st.text(max_size=20)
         for name in COLUMNS}
    ),
    max_size=5,
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two images."""
    place = tmp_path_factory.mktemp("images")
    for name in ("a.jpg", "b.jpg"):
        (place / name).touch()
    return place


@pytest.mark.slow
@given(rows=ROWS)
def test_rows_are_read_whole_or_refused_whole(rows: list[dict[str, Any]], folder: Path) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    path = folder / "entries.csv"
    path.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
    found, refused = [], None
    try:
        found = read_entries(path, folder)
    except RecordError as error:
        refused = str(error)
    assert bool(found) != bool(refused)
    assert refused is None or refused.startswith(f"{path} cannot be used: ")
    assert [one.entry.image for one in found] == [row["image"] for row in rows if found]
    assert all(one.entry.lawfully_held for one in found)
    assert not {one.entry.source for one in found} & {"passport", "other"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "json"])
@given(content=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
@settings(max_examples=200)
def test_any_bytes_at_all(kind: str, content: bytes, folder: Path) -> None:
    path = folder / f"entries.{kind}"
    path.write_bytes(content)
    with pytest.raises(RecordError):
        read_entries(path, folder)
