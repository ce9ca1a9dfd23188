"""A demonstration bench takes its own sample people, from their own photographs, and nobody else."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench.bench.list_views import EntryImage
from workbench.demonstration import DemonstrationBench, people
from workbench.demonstration.cast import ANALYST, OPERATOR, PROTECTION
from workbench.demonstration.paperwork import application, entry
from workbench.demonstration.thresholds import policy_for
from workbench.errors import ArtefactError, RecordError, RefusedError
from workbench.faces.artefacts import ArtefactStore
from workbench.governance.categories import Category
from workbench.governance.entries import WatchlistEntry
from workbench.records.audit.verbs import Verb

REFERENCE = "DEMO/1"
LISTED = next(person for person in people() if person.listed)
UNLISTED = next(person for person in people() if not person.listed)
OPERATION = {
    "subject": "NOM-1",
    "image": "custody.jpg",
    "category": "wanted-by-courts",
    "legal_basis": "administration-of-justice",
    "source": "custody",
    "rationale": "Failed to appear.",
    "lawfully_held": True,
}


@pytest.fixture
def drafted(made: DemonstrationBench) -> DemonstrationBench:
    """Return a bench with a deployment whose list can be built."""
    with made.opened(ANALYST) as analyst:
        analyst.deployments.draft(application(REFERENCE, policy_for("sface"), made.now()))
    return made


@pytest.fixture(scope="module")
def portrait(store: ArtefactStore) -> Path:
    """Return the photograph of a listed person."""
    assert LISTED.enrolled is not None
    try:
        return store.path(LISTED.enrolled.artefact.name)
    except ArtefactError as error:
        pytest.skip(f"needs the package index, once, for the sample portraits: {error}")


def attempt(bench: DemonstrationBench, *entries: EntryImage) -> RefusedError:
    """Try to build a list, and return how it was refused; no model is loaded for that."""
    analyser: Any = None
    with bench.opened(ANALYST) as analyst, pytest.raises(RefusedError) as raised:
        analyst.watchlists.build(REFERENCE, entries, analyser)
    with bench.opened(PROTECTION) as protection:
        last = protection.audit.show(justification="what was refused")
    assert Verb.REFUSAL in {logged.entry.verb for logged in last}
    return raised.value


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"category": "missing-at-risk", "legal_basis": "vital-interests"},
        {"category": "suspected-of-offence", "legal_basis": "police-function"},
        {"category": "blue-list", "legal_basis": "staff-consent", "source": "staff-consent"},
    ],
    ids=lambda changes: str(changes.get("category", "wanted-by-courts")),
)
def test_no_other_category_enters(
    changes: dict[str, Any], drafted: DemonstrationBench, portrait: Path
) -> None:
    someone = WatchlistEntry.read(OPERATION | changes, what="an entry")
    error = attempt(drafted, EntryImage(someone, portrait))
    assert "holds a demonstration, and nobody else's data: NOM-1" in str(error)


def test_one_of_another_category_keeps_the_whole_list_out(
    drafted: DemonstrationBench, portrait: Path
) -> None:
    someone = WatchlistEntry.read(OPERATION, what="an entry")
    attempt(drafted, EntryImage(entry(LISTED), portrait), EntryImage(someone, portrait))
    with drafted.opened(OPERATOR) as operator:
        assert operator.deployments.get(REFERENCE).state == "draft"


@pytest.mark.slow
def test_no_other_picture_enters_whatever_it_is_said_to_be(
    drafted: DemonstrationBench, portrait: Path, tmp_path: Path
) -> None:
    other = tmp_path / portrait.name
    other.write_bytes(portrait.read_bytes() + b"\0")
    pixels = np.zeros((200, 200, 3), np.uint8)
    for image in (other, pixels, tmp_path / "absent.jpg", tmp_path):
        error = attempt(drafted, EntryImage(entry(LISTED), image))
        assert "its own sample photographs alone: person_a_1.jpg is none of them" in str(error)


def test_the_file_counts_and_not_its_place(
    drafted: DemonstrationBench, portrait: Path, tmp_path: Path
) -> None:
    """A copy is let through: what stops it then is only that no model was given here."""
    copy = Path(shutil.copy(portrait, tmp_path / "copy.jpg"))
    analyser: Any = None
    with drafted.opened(ANALYST) as analyst, pytest.raises(AttributeError, match="NoneType"):
        analyst.watchlists.build(REFERENCE, [EntryImage(entry(LISTED), copy)], analyser)


def test_its_category_goes_with_its_own_basis_and_source_alone() -> None:
    for changes in ({"source": "custody"}, {"legal_basis": "police-function"}):
        values = entry(LISTED).plain() | changes
        with pytest.raises(RecordError, match="demonstration"):
            WatchlistEntry.read(values, what="an entry")
    assert entry(LISTED).category is Category.DEMONSTRATION


def test_a_passer_by_has_no_entry() -> None:
    with pytest.raises(ValueError, match=f"{UNLISTED.name} is not on the list"):
        entry(UNLISTED)
