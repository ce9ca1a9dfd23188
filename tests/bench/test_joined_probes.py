"""Who joins pictures of different people to steer a search is stopped, or told of to everybody."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import cv2
import pytest
from kept_values import rows_of
from retro_values import CASE, COLLECTION, LISTED, probe_of

from widgets.found_search import pictures_of
from widgets.found_search import probe_of as shown_probe
from workbench.bench.earlier_probes import earlier_probes
from workbench.bench.search_views import ProbeRequest
from workbench.errors import RecordError
from workbench.faces.analysis import FaceAnalyser
from workbench.governance.enhancements import Upscale
from workbench.images import encode_png, load_image

pytestmark = pytest.mark.slow

Maker = Any
REASON = "The man with the bag is seen in the picture of the shop."
WHY = "looking for who was found, in a test"
POOR = "It is the only picture of him that there is."
ONE_PERSON = "The clothes and the bag are the same in both."
CONCLUDED = "The nose differs in each of them."


def report(maker: Maker, search: str, path: Path) -> str:
    """Conclude a search and return its report."""
    for account in ("examiner", "examiner-2"):
        with maker.open(account) as examiner:
            examiner.reviews.examine(search, "no-candidate", reason=CONCLUDED)
    with maker.open("investigator") as bench:
        bench.reviews.export(search, path, recipient="DI Farrow", justification="for the file")
    return path.read_text(encoding="utf-8")


def test_a_picture_of_somebody_else_needs_a_reason_and_everybody_sees_it(
    imported: Maker, lfw: Path, analyser: FaceAnalyser, tmp_path: Path
) -> None:
    pictures = (probe_of(lfw, LISTED[0]), probe_of(lfw, LISTED[1]))
    said: dict[str, Any] = {"reason": REASON, "analyser": analyser}
    with imported.open("investigator") as bench:

        def search(**changes: Any) -> Any:
            probe = ProbeRequest(pictures, "camera of the shop", kind="camera", **changes)
            return bench.searches.against_collection(CASE, probe, COLLECTION, **said)

        with pytest.raises(RecordError, match="picture 2 of the probe may show somebody else"):
            search(override=POOR)
        assert rows_of(bench, "searches") == 0
        view = search(same_person=ONE_PERSON)
        assert "Picture 2 is less like the first" in view.record.stated
    with imported.open("examiner") as examiner:
        found = examiner.searches.get(view.id, justification=WHY)
    second = pictures_of(found)[1]
    digests = [hashlib.sha256(one).hexdigest() for one in pictures]
    assert digests[1] in second
    assert "which 1 in 100 pairs of different people reach" in second
    face = shown_probe(found, 2)
    seen = analyser.detect(face.image)
    own = analyser.encode(load_image(pictures[1]), analyser.detect(load_image(pictures[1])))
    assert analyser.encode(face.image, seen)["sface"].cosine(own["sface"]).max() > 0.8
    text = report(imported, view.id, tmp_path / "report.html")
    for words in (
        *digests, ONE_PERSON, "may show different people. Picture 2 is less like the first",
        "investigator joined them", "Picture 2 of the probe",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("data:image/") >= 2


def test_who_let_a_probe_pass_and_placed_its_eyes_stays_who_did(
    imported: Maker, lfw: Path, analyser: FaceAnalyser, tmp_path: Path
) -> None:
    image = load_image(probe_of(lfw, LISTED[0]))
    right, left = analyser.detect(image).landmarks[0, :2].astype(float).tolist()
    eyes = (tuple(2 * one for one in right), tuple(2 * one for one in left))
    poor = encode_png(cv2.GaussianBlur(image, (0, 0), 4))
    probe = ProbeRequest(
        (poor,),
        "camera of the shop",
        operations=(Upscale(factor=2),),
        eyes=eyes,
        override=POOR,
        kind="camera",
    )
    said: dict[str, Any] = {"reason": REASON, "analyser": analyser}
    with imported.open("investigator") as bench:
        first = bench.searches.against_collection(CASE, probe, COLLECTION, **said)
        imported.clock.turn(seconds=1)
        same = (poor, probe_of(lfw, LISTED[0]))
        two = ProbeRequest(same, "camera", kind="camera", override=POOR, same_person=ONE_PERSON)
        bench.searches.against_collection(CASE, two, COLLECTION, **said)
        imported.clock.turn(seconds=1)
        swapped = ProbeRequest(
            (poor, probe_of(lfw, LISTED[0], 0)),
            "camera",
            kind="camera",
            override=POOR,
            same_person=ONE_PERSON,
        )
        bench.searches.against_collection(CASE, swapped, COLLECTION, **said)
        known = earlier_probes(bench._context, CASE, reason=WHY)
        assert [len(one.opened().pictures) for one in known] == [1, 2, 2], "all pictures count"
    imported.clock.turn(days=1)
    with imported.open("analyst") as bench:
        again = earlier_probes(bench._context, CASE, reason=WHY)[0].opened()
        second = bench.searches.against_collection(CASE, again, COLLECTION, **said)
        assert second.record.probe.earlier.search == first.id
        third = earlier_probes(bench._context, CASE, reason=WHY)
        assert third[0].opened().earlier.by == "investigator"
    text = report(imported, second.id, tmp_path / "report.html")
    assert "was let pass by investigator" in text
    assert "Placed by investigator, " in text
    assert "Placed by analyst" not in text
    assert "investigator placed them" in text
    assert first.id in text
