"""The parts of a collection are held against the log when it is loaded to be searched."""

from __future__ import annotations

from typing import Any

import pytest
from retro_values import COLLECTION
from tampering import edit_rows

from workbench.bench.collection_galleries import CollectionGalleries
from workbench.errors import NotAuthorisedError
from workbench.records.collections import find_collection
from workbench.records.standing_rows import parts_stand

pytestmark = pytest.mark.slow

Maker = Any
EDITS = (
    "UPDATE collection_parts SET shard = refusals",
    "UPDATE collection_parts SET shard = NULL",
    "UPDATE collection_parts SET counts = json_set(counts, '$.references', 9)",
    "UPDATE collection_parts SET place = 1",
    "DELETE FROM collection_parts",
    (
        "INSERT INTO collection_parts SELECT collection, 1, shard, refusals, counts, kept "
        "FROM collection_parts"
    ),
)


@pytest.mark.parametrize("statement", EDITS)
def test_one_with_a_part_whose_row_was_edited_is_not_loaded(
    imported: Maker, statement: str
) -> None:
    with imported.open("investigator") as bench, bench._context.store.reading() as connection:
        row = find_collection(connection, COLLECTION)
        assert parts_stand(connection, row.id)
    imported.close()
    edit_rows(imported.folder, statement)
    with (
        imported.open("investigator") as bench,
        pytest.raises(NotAuthorisedError, match=f"a part of collection {COLLECTION} is not what"),
        CollectionGalleries(bench._context).using(row),
    ):
        pytest.fail("it was loaded")
