"""Names of keys and objects: what may become part of a path."""

from __future__ import annotations

import pytest
from vault_bench import NOW

from workbench.errors import StoreError
from workbench.records.identifiers import new_id
from workbench.records.vault.names import checked


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../keys",
        "a/b",
        "a\\b",
        "a.key",
        "-a",
        "_a",
        "a\n",
        "a\0",
        "ä",
        "a" * 65,
        "٣",
    ],
)
def test_what_could_lead_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(StoreError, match="cannot name a key or an object") as refused:
        checked(name)
    assert str(refused.value).isprintable()


def test_the_names_of_the_records_are_names() -> None:
    for name in (new_id("key", NOW), "a", "A" * 64, "0-_"):
        assert checked(name) == name
