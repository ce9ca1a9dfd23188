"""Files of likelihood ratios: read back as written, refused with the field named."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import InputError
from workbench.matching.calibration import load_calibration
from workbench.matching.likelihood_file import Likelihoods, load_likelihoods
from workbench.matching.likelihood_map import FORMS


@pytest.fixture
def document(likelihoods: Likelihoods) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(likelihoods.to_json())
    return parsed


def test_round_trip(likelihoods: Likelihoods, tmp_path: Path) -> None:
    path = tmp_path / "likelihood.json"
    path.write_text(likelihoods.to_json(), "utf-8")
    assert load_likelihoods(path) == likelihoods


def test_the_shipped_ones_are_of_the_shipped_calibration() -> None:
    shipped, calibration = load_likelihoods(), load_calibration()
    assert shipped.calibration == calibration.id
    assert shipped.encoders == calibration.encoders
    assert shipped.fusion == calibration.fusion
    assert shipped.is_of(calibration)
    assert shipped.provenance.split == "tuning"
    for name in ("people", "images", "mated_comparisons", "nonmated_comparisons", "data_set"):
        assert getattr(shipped.provenance, name) == getattr(calibration.provenance, name)
    assert shipped.matchers.keys() == calibration.matchers.keys()


def test_the_shipped_ones_are_bounded_by_their_people_and_were_judged_on_others() -> None:
    shipped = load_likelihoods()
    people = shipped.provenance.people
    for matcher in shipped.matchers.values():
        assert matcher.nonmated.units == people * (people - 1) // 2
        assert matcher.mated.units < people
        low, high = matcher.bounds
        assert -math.log10(matcher.mated.units + 1) <= low <= matcher.isotonic.log10_lr[0]
        assert matcher.isotonic.log10_lr[-1] <= high <= math.log10(matcher.nonmated.units + 1)
        for form in FORMS:
            splits = [one.split for one in matcher.judged[form]]
            assert splits == ["tuning", "test, label errors left out", "test, label errors in"]
            for one in matcher.judged[form]:
                assert 0.0 < one.min_cllr <= one.cllr < 0.1
                assert one.cllr_low < one.cllr < one.cllr_high


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}", b"\0" * 9])
def test_what_is_no_such_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.json: no likelihood ratios"):
        load_likelihoods(path)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"nowhere\.json: there is no such file, and so no likelihood"
    ):
        load_likelihoods(tmp_path / "nowhere.json")
    with pytest.raises(InputError, match="cannot be read"):
        load_likelihoods(tmp_path)
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(5 << 20)
    with pytest.raises(InputError, match=r"large\.json: is too large"):
        load_likelihoods(large)


def _sface(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda document: change(document["matchers"]["sface"])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda d: d.update(schema_version=2), "schema_version"),
        (lambda d: d.update(unknown=1), "unknown"),
        (lambda d: d.update(created="2026-01-01T00:00:00"), "created"),
        (lambda d: d.pop("calibration"), "calibration"),
        (lambda d: d["encoders"].pop("sface"), "needs its encoder"),
        (lambda d: d["matchers"].update(fused=d["matchers"]["sface"]), "unit cosine"),
        (_sface(lambda m: m.update(unit="log10 likelihood ratio")), "cannot have unit"),
        (_sface(lambda m: m["scores"].reverse()), "scores must ascend"),
        (_sface(lambda m: m["scores"].pop()), "a ratio for each score"),
        (_sface(lambda m: m["isotonic"]["log10_lr"].reverse()), "log10_lr must not descend"),
        (_sface(lambda m: m["isotonic"]["low"].pop()), "of one length"),
        (_sface(lambda m: m["isotonic"]["high"].__setitem__(0, -2.3)), "between low and high"),
        (_sface(lambda m: m["logistic"]["low"].__setitem__(0, math.nan)), "logistic.low.0"),
        (_sface(lambda m: m.update(bounds=[-1.0, 5.7])), "isotonic goes beyond its bounds"),
        (_sface(lambda m: m.update(bounds=[-2.48, 5.0])), "logistic goes beyond its bounds"),
        (_sface(lambda m: m["line"].update(slope=-1.0)), "line.slope"),
        (_sface(lambda m: m["mated"].update(units=401)), "units more than comparisons"),
        (_sface(lambda m: m["nonmated"].update(lowest=0.7)), "lowest must not be above"),
        (_sface(lambda m: m["judged"].update(neural=[])), "judged.neural"),
    ],
)
def test_faults_are_named(
    document: dict[str, Any], tmp_path: Path, change: Callable[[dict[str, Any]], object], named: str
) -> None:
    change(document)
    path = tmp_path / "likelihood.json"
    path.write_text(json.dumps(document), "utf-8")
    with pytest.raises(InputError, match=named) as caught:
        load_likelihoods(path)
    assert str(path) in str(caught.value)
