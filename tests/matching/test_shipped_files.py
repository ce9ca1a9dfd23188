"""What ships is what was learnt, byte for byte, or it is not read."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from pydantic import BaseModel

from workbench.errors import InputError
from workbench.matching.calibration import Calibration, load_calibration
from workbench.matching.likelihood_file import Likelihoods, load_likelihoods
from workbench.matching.shipped_files import CALIBRATION, LIKELIHOODS, ShippedFile, read_learnt

BOTH = [(Calibration, CALIBRATION), (Likelihoods, LIKELIHOODS)]


@pytest.mark.parametrize(("model", "shipped"), BOTH)
def test_what_ships_has_the_digest_that_the_code_names(
    model: type[BaseModel], shipped: ShippedFile
) -> None:
    path = resources.files("workbench.matching").joinpath("data", shipped.name)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == shipped.sha256
    assert isinstance(read_learnt(model, shipped, None), model)


@pytest.mark.parametrize(("model", "shipped"), BOTH)
def test_what_ships_is_refused_once_it_was_changed(
    model: type[BaseModel], shipped: ShippedFile
) -> None:
    other = replace(shipped, sha256=hashlib.sha256(b"another").hexdigest())
    with pytest.raises(InputError) as refused:
        read_learnt(model, other, None)
    said = str(refused.value)
    assert f"{shipped.name}: is not the {shipped.what} that this version ships" in said
    assert said.endswith("Install the workbench again.")


@pytest.mark.parametrize(("model", "shipped"), BOTH)
def test_what_does_not_ship_at_all_is_said(model: type[BaseModel], shipped: ShippedFile) -> None:
    with pytest.raises(InputError, match=f"this copy of the workbench has no {shipped.what}. Inst"):
        read_learnt(model, replace(shipped, name="gone.json"), None)


def test_a_file_that_is_named_may_differ_from_what_ships(tmp_path: Path) -> None:
    for name, text, load in (
        ("a.json", load_calibration().to_json(), load_calibration),
        ("b.json", load_likelihoods().to_json(), load_likelihoods),
    ):
        path = tmp_path / name
        path.write_text(text.replace("{", "{ ", 1), "utf-8")
        assert load(path) == load()


@pytest.mark.parametrize(("model", "shipped"), BOTH)
def test_a_file_without_end_is_not_read_to_its_end(
    model: type[BaseModel], shipped: ShippedFile, tmp_path: Path
) -> None:
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(5 << 20)
    with pytest.raises(InputError, match=f"is too large for {shipped.what}, over 4,194,304 bytes"):
        read_learnt(model, shipped, large)
