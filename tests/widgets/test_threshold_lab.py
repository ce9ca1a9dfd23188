"""The threshold lab as seen from Python: states, plans, drafts, and who is shown whose face."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lab_values import counted, pictured
from review_values import Said, holds_no_picture, until

from widgets import ThresholdLab, folder_images, tune_thresholds
from widgets.plotly_script import plotly_script
from widgets.threshold_lab_images import small_jpeg
from widgets.threshold_lab_plan import PlanInputs
from workbench.errors import ImageError, UsageError
from workbench.evaluation import write_measurement

OTHERS = [0.2 + place / 100 for place in range(40)]


@pytest.fixture
def lab_of() -> Iterator[Callable[..., tuple[ThresholdLab, Said]]]:
    """Give a function that makes a lab, waits for its figures, and looks at it as a page does."""
    made: list[ThresholdLab] = []

    def make(*given: Any, **how: Any) -> tuple[ThresholdLab, Said]:
        lab = ThresholdLab(*given, replicates=20, **how)
        made.append(lab)
        said = Said(lab)
        lab.wait()
        said.tell("hello", tries=1)
        return lab, said

    yield make
    for lab in made:
        lab.close()


def test_without_a_measurement_it_says_how_to_make_one(lab_of: Any) -> None:
    lab, said = lab_of()
    told = said.of("lab")[-1]
    assert told["state"] == "empty"
    assert "workbench evaluate identification" in told["words"]
    assert said.of("plan") == []
    with pytest.raises(UsageError, match="no figures"):
        _ = lab.figures


def test_a_folder_that_is_none_is_said_in_the_page(lab_of: Any, tmp_path: Path) -> None:
    _, said = lab_of(tmp_path)
    told = said.of("lab")[-1]
    assert told["state"] == "error"
    assert "Give a folder that --report wrote." in told["words"]


def test_a_panic_of_polars_is_said_in_the_page(
    lab_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = pl.exceptions.PanicException("called `Result::unwrap()`")

    def panics(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(pl.DataFrame, "filter", panics)
    _, said = lab_of(counted([0.9, 0.8], [0.2, 0.3]))
    told = said.of("lab")[-1]
    assert told["state"] == "error"
    assert told["words"] == "PanicException: this was not foreseen."


def test_a_folder_is_reckoned_and_named_in_the_draft(lab_of: Any, tmp_path: Path) -> None:
    folder = tmp_path / "made on friday"
    write_measurement(counted([0.9] * 40, OTHERS), folder)
    lab, said = lab_of(folder)
    told = said.of("lab")[-1]
    assert told["state"] == "ready"
    assert said.of("plan")[-1]["inputs"] == {"list_size": 100, "faces": 10_000, "hours": 4.0}
    assert lab.chosen is None
    said.tell("choose", place=3)
    drafted = said.of("chosen")[-1]
    assert drafted["command"] == (
        f"workbench policy draft ID --tuning '{folder}' --test TEST --threshold {told['said'][3]} "
        "--largest-list 100"
    )
    assert lab.chosen == lab.figures.grid.thresholds[3]


@pytest.mark.parametrize("place", [-1, 10**6, None, "3"])
def test_a_place_that_the_slider_has_not_is_refused(lab_of: Any, place: object) -> None:
    lab, said = lab_of(counted([0.9] * 40, OTHERS))
    said.tell("choose", place=place)
    assert said.of("chosen") == []
    assert "Choose one that it has." in said.of("refused")[-1]["words"]
    assert lab.chosen is None


def test_nothing_is_chosen_on_the_locked_test_set(lab_of: Any) -> None:
    lab, said = lab_of(counted([0.9] * 40, OTHERS, split="test"))
    drafts = said.of("lab")[-1]["drafts"]
    assert all("no threshold is chosen on the locked test set" in words for words in drafts)
    said.tell("choose", place=3)
    assert said.of("refused")[-1]["words"] == drafts[3]
    assert lab.chosen is None


def test_a_draft_that_would_be_refused_is_not_written(lab_of: Any) -> None:
    lab, said = lab_of(counted([0.9] * 40, OTHERS))
    told = said.of("lab")[-1]
    assert told["columns"]["false_alarms"][-1] == 0
    said.tell("choose", place=len(told["said"]) - 1)
    assert said.of("chosen") == []
    assert said.of("refused")[-1]["words"] == told["drafts"][-1]
    assert lab.chosen is None


def test_a_draft_goes_with_the_plan_and_stays_after_a_reload(lab_of: Any) -> None:
    lab, said = lab_of(counted([0.9] * 40, OTHERS))
    assert said.of("chosen") == []
    said.tell("choose", place=3)
    assert said.of("chosen")[-1]["command"].endswith("--largest-list 100")
    said.tell("plan", list_size="2500", faces="10", hours="1")
    drafted = said.of("chosen")[-1]
    assert drafted["command"].endswith("--largest-list 2500")
    assert "2,500 is the list of the plan" in drafted["words"][-1]
    assert drafted["said"] == said.of("lab")[-1]["said"][3], "the threshold stays"
    assert "TUNING is the folder" in drafted["words"][0]
    seen = len(said.of("chosen"))
    said.tell("hello", tries=1)
    assert said.of("chosen")[seen:] == [drafted]
    assert lab.chosen == lab.figures.grid.thresholds[3]


def test_a_plan_is_reckoned_anew_and_what_cannot_be_is_refused(lab_of: Any) -> None:
    lab, said = lab_of(counted([0.9] * 40, OTHERS), list_size=50, faces=10)
    assert said.of("plan")[-1]["extrapolated"] is True
    said.tell("plan", list_size="100", faces="14000", hours="2")
    told = said.of("plan")[-1]
    assert told["inputs"] == {"list_size": 100, "faces": 14_000, "hours": 2.0}
    assert told["extrapolated"] is False
    said.tell("plan", list_size="0", faces="1", hours="1")
    assert "a list has 1 to" in said.of("refused")[-1]["words"]
    assert said.of("plan")[-1] == told, "the earlier plan stands"
    lab.plan(PlanInputs(7, 8, 9.0))
    assert said.of("plan")[-1]["inputs"]["list_size"] == 7


def test_names_of_people_and_images_stay_in_the_kernel(lab_of: Any, tmp_path: Path) -> None:
    names = pictured(tmp_path)
    _, said = lab_of(counted([0.5] * 6, OTHERS, images=names), images=tmp_path)
    assert "person " not in said.words
    assert "drawn-" not in said.words


def test_a_face_is_shown_after_a_press_alone(lab_of: Any, tmp_path: Path) -> None:
    names = pictured(tmp_path)
    lab, said = lab_of(counted([0.5] * 6, OTHERS[:6], images=names), images=str(tmp_path))
    said.tell("thumbs", ids=["f0/probe"])
    said.tell("look", on=True)
    said.tell("thumbs", ids=["f0/probe", "f0/reference", "f99/probe", 3])
    until(lambda: said.of("thumbs") != [])
    (told,) = said.of("thumbs")
    assert told["of"] == ["f0/probe", "f0/reference"]
    shown = said.pictures("thumbs")
    assert shown == [small_jpeg(folder_images(tmp_path), names[place]) for place in (11, 0)]
    holds_no_picture(lab, shown)
    said.tell("look", on=False)
    said.tell("thumbs", ids=["f1/probe"])
    lab._worker.do(lambda: said.tell("look", on=False))
    until(lambda: said.of("looking")[-1]["looking"] is False and len(said.of("looking")) == 3)
    assert len(said.of("thumbs")) == 1


def test_without_images_nobody_can_ask_for_faces(lab_of: Any) -> None:
    _, said = lab_of(counted([0.5] * 6, OTHERS))
    assert said.of("lab")[-1]["images"] is False
    said.tell("look", on=True)
    assert said.of("looking")[-1]["looking"] is False


def test_an_image_that_is_gone_is_said_in_its_place(lab_of: Any, tmp_path: Path) -> None:
    names = pictured(tmp_path)
    _, said = lab_of(counted([0.5] * 6, OTHERS[:6], images=names), images=tmp_path)
    (tmp_path / names[11]).unlink()
    said.tell("look", on=True)
    said.tell("thumbs", ids=["f0/probe"])
    missing = said.last("thumbs")["missing"]
    assert "is not in the folder" in missing["f0/probe"]
    assert names[11] not in missing["f0/probe"]


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/hostname", "link.jpg", "."])
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    pictured(tmp_path, 1)
    (tmp_path / "drawn-0.jpg").rename(tmp_path / "secret.jpg")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    with pytest.raises(ImageError, match="not in the folder"):
        folder_images(folder)(name)


def test_a_folder_of_images_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no such folder"):
        ThresholdLab(images=tmp_path / "nowhere")


def test_pictures_are_small_and_without_metadata(tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (640, 480)).save(tmp_path / "big.jpg", exif=b"Exif\0\0secret place")
    small = small_jpeg(folder_images(tmp_path), "big.jpg")
    (tmp_path / "small.jpg").write_bytes(small)
    with Image.open(tmp_path / "small.jpg") as picture:
        assert picture.size == (160, 120)
        assert dict(picture.getexif()) == {}
    assert b"secret" not in small


def test_the_charts_program_comes_from_the_package_when_asked_for(lab_of: Any) -> None:
    lab, said = lab_of(counted([0.9], OTHERS))
    assert len(lab.surface._esm) < 100_000, "a model starts within two seconds"
    said.tell("plotly", view="v-2")
    assert said.of("plotly")[-1]["to"] == "v-2"
    (packed,) = said.pictures("plotly")
    assert packed == plotly_script()
    assert b"plotly.js v" in gzip.decompress(packed)[:200]


def test_a_notebook_without_a_measurement_is_shown_one_that_ships() -> None:
    lab = tune_thresholds(shipped="sface int8")
    lab.wait()
    facts = lab.figures.measurement.facts
    assert (facts.matcher, facts.runtime, facts.split) == ("sface", "int8", "tuning")
    lab.close()
    with pytest.raises(UsageError, match=r"Choose one of .*fused fp32"):
        tune_thresholds(shipped="another")
