"""Faces of an evaluation set in the threshold lab: for those who may, logged once, after a press."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bench_steps import log_of
from evaluation_values import NAME, WHY_READ, folder_of, set_values
from kept_values import kept_files
from lab_values import counted
from review_values import Said, holds_no_picture, until

from widgets import ThresholdLab, set_images
from workbench.errors import (
    CredentialError,
    ImageError,
    NotAuthorisedError,
    NotPermittedError,
    VaultError,
)
from workbench.governance.roles import Role
from workbench.records.audit.verbs import Verb

pytestmark = pytest.mark.slow


@pytest.fixture
def digests(bench: Any, tmp_path: Path) -> list[str]:
    """Seal a set and return the names that its images have."""
    folder = folder_of(tmp_path / "photographs")
    with bench.open("data-scientist") as scientist:
        scientist.evaluation_sets.seal(folder, set_values(bench.clock()))
    return [hashlib.sha256(one.read_bytes()).hexdigest() for one in sorted(folder.rglob("*.png"))]


@pytest.fixture
def lab_of(digests: list[str]) -> Iterator[Callable[..., tuple[ThresholdLab, Said]]]:
    """Give a function that shows errors whose images are a set of a bench."""
    made: list[ThresholdLab] = []

    def show(workbench: Any) -> tuple[ThresholdLab, Said]:
        source = set_images(workbench, NAME, justification=WHY_READ)
        measurement = counted([], [0.9, 0.8, 0.7], images=digests)
        lab = ThresholdLab(measurement, images=source, replicates=10)
        made.append(lab)
        said = Said(lab)
        lab.wait()
        said.tell("hello", tries=1)
        return lab, said

    yield show
    for lab in made:
        lab.close()


def looked(workbench: Any) -> list[Any]:
    """Return the entries of reading a set."""
    return [one for one in log_of(workbench) if one.verb is Verb.CONSULT and one.details.get("name") == NAME]  # fmt: skip


def test_a_data_scientist_is_shown_the_pair_and_the_set_was_read_once(
    bench: Any, lab_of: Any
) -> None:
    with bench.open("data-scientist") as scientist:
        lab, said = lab_of(scientist)
        assert looked(scientist) == [], "nothing is read before somebody presses"
        said.tell("look", on=True)
        said.tell("thumbs", ids=["f0/probe", "f0/reference", "f1/probe"])
        until(lambda: said.of("thumbs") != [])
        assert said.of("thumbs")[-1]["missing"] == {}
        holds_no_picture(lab, said.pictures("thumbs"))
        assert len(set(said.pictures("thumbs"))) == 2, "f0's reference is f1's probe"
        (entry,) = looked(scientist)
        assert entry.justification == WHY_READ


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OPERATOR])
def test_others_are_shown_why_not(bench: Any, lab_of: Any, role: Role) -> None:
    with bench.open(role.value) as workbench:
        _, said = lab_of(workbench)
        said.tell("look", on=True)
        said.tell("thumbs", ids=["f0/probe"])
        until(lambda: said.of("thumbs") != [])
        told = said.of("thumbs")[-1]
        assert told["of"] == []
        assert "may not read the images of an evaluation set" in told["missing"]["f0/probe"]


def test_an_image_of_another_set_is_not_found(bench: Any, digests: list[str]) -> None:
    with bench.open("data-scientist") as scientist:
        give = set_images(scientist, NAME, justification=WHY_READ)
        assert hashlib.sha256(bytes(give(digests[0]))).hexdigest() == digests[0]
        with pytest.raises(ImageError, match="no image of that name"):
            give("0" * 64)


def test_what_was_looked_at_is_given_no_longer_once_the_set_has_ended(
    bench: Any, digests: list[str]
) -> None:
    with bench.open("data-scientist") as scientist:
        give = set_images(scientist, NAME, justification=WHY_READ)
        first = [give(one) for one in digests]
        assert [give(one) for one in digests] == first
        assert len(looked(scientist)) == 1, "asking for a right that is there is no entry"
        with bench.open("data-scientist-2") as another:
            another.evaluation_sets.end(NAME)
        for _ in range(2):
            with pytest.raises(NotAuthorisedError, match="were destroyed"):
                give(digests[0])
        refused = [one for one in log_of(scientist) if one.verb is Verb.REFUSAL]
        assert [one.details["permission"] for one in refused] == ["evaluation-set.read"] * 2


def test_it_is_given_no_longer_to_somebody_who_lost_the_role(
    bench: Any, digests: list[str]
) -> None:
    with bench.open("data-scientist") as scientist:
        give = set_images(scientist, NAME, justification=WHY_READ)
        give(digests[0])
        with bench.open("administrator") as administrator:
            administrator.users.change("data-scientist", active=False)
        with pytest.raises(CredentialError, match="data-scientist is disabled"):
            give(digests[0])


def test_of_a_reading_that_was_cut_off_nothing_is_kept(bench: Any, digests: list[str]) -> None:
    files, _ = kept_files(bench)
    assert len(files) == len(digests) == 3
    with bench.open("data-scientist") as scientist:
        for file in files:  # one of them is not the first that is read
            give = set_images(scientist, NAME, justification=WHY_READ)
            away = file.rename(file.with_suffix(".away"))
            with pytest.raises(VaultError, match="Restore the vault"):
                give(digests[0])
            away.rename(file)
            assert [hashlib.sha256(bytes(give(one))).hexdigest() for one in digests] == digests


def test_asking_without_a_press_is_refused_by_the_bench_too(bench: Any, digests: list[str]) -> None:
    with bench.open("operator") as operator, pytest.raises(NotPermittedError):
        set_images(operator, NAME, justification=WHY_READ)(digests[0])
