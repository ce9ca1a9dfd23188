"""CCTV stills against custody-style portraits: the hard case of a retrospective search.

Run: python benchmarks/frmdb.py [--faces ../shared/data/frmdb] [--root ../shared/data/lfw]

Thirteen consenting volunteers of FRMDB (Contardo et al., Sensors 2023, 23, 1939) are enrolled with
a portrait each, among 1,000 and 4,000 people of LFW and, marked as such, 20,000 directions that are
no person's (around real templates). Probes are their stills of five surveillance cameras, 352x288,
mostly from the side or from above. Where no face is found there is no template: a failure to
acquire, which counts as not found at any rank.

Ways to prepare a probe: as it is, looked at for smaller faces, enlarged before it is looked at, and
stills of a person joined into one template. Each probe is searched for by each matcher; ranks are
exact. Intervals are Clopper and Pearson's for single stills, which those of one person share more
than chance, so they are if anything too narrow. Thirteen people are few.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from directions import turned
from harness import LFW, SHARED, machine, markdown_table, photographs, write_result
from lfw_templates import lfw_templates

from workbench.arrays import ImageArray
from workbench.faces.analysis import FaceAnalyser, build_analyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.templates import Templates
from workbench.governance.enhancements import Upscale
from workbench.images import load_image
from workbench.intervals import clopper_pearson
from workbench.matching import Matcher, load_calibration
from workbench.matching.calibration import MatcherName
from workbench.matching.half import HalfGallery
from workbench.retrospective import enhance, joined_probe
from workbench.settings import Settings

CAMERAS: Final = (1, 2, 3, 4, 5)
RANKS: Final = (1, 10, 50)
PORTRAITS: Final = ("frontal_hd", "mugshot_33")
MATCHERS: Final[tuple[MatcherName, ...]] = ("facenet", "sface", "fused")
FILLERS: Final = (1_000, 4_000)
SYNTHETIC: Final = 20_000
AROUND: Final = 0.5
"""Cosine of a synthetic reference and the real template that it lies around."""

Found = dict[str, Templates]
"""By encoder, one template."""
Probes = Mapping[tuple[str, str], Found | None]
"""By person and camera; `None` where no face is found."""


@dataclass(frozen=True)
class Way:
    """A way to prepare a probe.

    Attributes:
        name: for the table.
        enlarge: factor before faces are looked for.
        smallest_px: narrowest face that is looked for, of the picture as it is looked at.
        confidence: of a face, at least.
    """

    name: str
    enlarge: int = 1
    smallest_px: float = 24.0
    confidence: float = 0.6


WAYS: Final = (
    Way("as it is"),
    Way("faces down to 12 px", smallest_px=12.0),
    Way("faces down to 12 px, confidence 0.3", smallest_px=12.0, confidence=0.3),
    Way("enlarged 2 times", enlarge=2),
    Way("enlarged 3 times", enlarge=3),
    Way("enlarged 3 times, confidence 0.3", enlarge=3, confidence=0.3),
)


def analyser_of(
    way: Way, settings: Settings, made: dict[tuple[float, float], FaceAnalyser]
) -> FaceAnalyser:
    """Return the analyser of a way; encoders are loaded once for each detector."""
    key = way.smallest_px, way.confidence
    if key not in made:
        detection = settings.detection.model_copy(
            update={"smallest_face_px": way.smallest_px, "min_confidence": way.confidence}
        )
        changed = settings.model_copy(update={"detection": detection})
        made[key] = build_analyser(changed, ArtefactStore.from_settings(settings), "fused")
    return made[key]


def template_of(image: ImageArray, analyser: FaceAnalyser) -> Found | None:
    """Return the templates of an image's main face, or `None` where none is found."""
    faces = analyser.detect(image)
    main = primary_face(faces, image.shape)
    if main is None:
        return None
    return analyser.encode(image, faces[[main]])


def enlarged(image: ImageArray, factor: int) -> ImageArray:
    """Enlarge by cubic interpolation."""
    steps = [Upscale(factor=factor)] if factor > 1 else []
    return enhance(image, steps, file="0" * 64)[0]


def joined(found: Sequence[Found | None]) -> Found | None:
    """Join the stills of a person that showed a face into one template: their mean direction."""
    usable = [one for one in found if one is not None]
    if not usable:
        return None
    return joined_probe({name: stacked(name, usable) for name in usable[0]})


def stacked(name: str, found: Sequence[Found]) -> Templates:
    """Return the templates of one encoder, a row each."""
    vectors = np.concatenate([one[name].vectors for one in found])
    return Templates(vectors, found[0][name].encoder)


def matchers(
    portraits: Mapping[str, Found],
    fillers: Mapping[str, Templates],
    synthetic: Mapping[str, Templates],
) -> dict[str, Matcher]:
    """Return a matcher of each kind with everybody enrolled."""
    galleries = {name: HalfGallery(templates.encoder) for name, templates in fillers.items()}
    for name, gallery in galleries.items():
        gallery.extend(list(portraits), stacked(name, list(portraits.values())))
        gallery.extend([f"lfw-{at}" for at in range(len(fillers[name]))], fillers[name])
        if len(synthetic[name]):
            made = [f"synthetic-{at}" for at in range(len(synthetic[name]))]
            gallery.extend(made, synthetic[name])
    calibration = load_calibration()
    return {name: Matcher(name, galleries, calibration) for name in MATCHERS}


def ranks_of(probes: Probes, matcher: Matcher) -> dict[tuple[str, str], int | None]:
    """Return the rank of each probe's own person; `None` beyond 50 or where there is no face."""
    usable = {key: found for key, found in probes.items() if found is not None}
    ranks: dict[tuple[str, str], int | None] = dict.fromkeys(probes)
    if not usable:
        return ranks
    templates = {name: stacked(name, list(usable.values())) for name in matcher.galleries}
    for key, candidates in zip(usable, matcher.search(templates, max(RANKS)), strict=True):
        if key[0] in candidates.subjects:
            ranks[key] = candidates.subjects.index(key[0]) + 1
    return ranks


def counted(ranks: Sequence[int | None]) -> dict[str, object]:
    """Return a cell for each rank, with its interval."""
    cells: dict[str, object] = {}
    for most in RANKS:
        hits = sum(rank is not None and rank <= most for rank in ranks)
        low, high = clopper_pearson(hits, len(ranks))
        cells[f"rank {most}"] = f"{hits} of {len(ranks)} ({low:.2f} to {high:.2f})"
    return cells


def enrolled(
    kind: str, people: Sequence[str], faces: Path, analyser: FaceAnalyser
) -> dict[str, Found]:
    """Return the templates of everybody's portrait; says whose shows no face."""
    found = {}
    for person in people:
        template = template_of(load_image(faces / person / f"{kind}.jpg"), analyser)
        if template is None:
            print(f"{kind} of {person}: no face is found, not enrolled")
        else:
            found[f"frmdb-{person}"] = template
    return found


def stills(way: Way, people: Sequence[str], faces: Path, analyser: FaceAnalyser) -> Probes:
    """Return a probe of each person and camera."""
    return {
        (f"frmdb-{person}", f"camera {camera}"): template_of(
            enlarged(load_image(faces / person / f"surveillance_cam{camera:02d}.jpg"), way.enlarge),
            analyser,
        )
        for person in people
        for camera in CAMERAS
    }


def of_people(probes: Probes) -> Probes:
    """Return a probe of each person, of all their stills."""
    return {
        (subject, "all"): joined([probes[subject, f"camera {camera}"] for camera in CAMERAS])
        for subject in sorted({subject for subject, _ in probes})
    }


def rows_of(about: dict[str, object], asked: Probes, matcher: Matcher) -> list[dict[str, object]]:
    """Return a row for all probes, and one for each camera."""
    ranks = ranks_of(asked, matcher)
    rows = []
    for camera in ["all", *sorted({camera for _, camera in asked} - {"all"})]:
        own = [key for key in asked if camera in ("all", key[1])]
        lost = sum(asked[key] is None for key in own)
        cells = {"camera": camera, "no face": f"{lost} of {len(own)}"}
        rows.append(about | cells | counted([ranks[key] for key in own]))
    return rows


def main() -> None:
    """Measure everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=Path, default=SHARED / "frmdb")
    parser.add_argument("--root", type=Path, default=LFW)
    parser.add_argument("--cache", type=Path, help="file that templates of LFW are kept in")
    parser.add_argument("--no-write", action="store_true")
    options = parser.parse_args()
    settings = Settings()
    made: dict[tuple[float, float], FaceAnalyser] = {}
    print(machine())
    people = sorted(path.name for path in options.faces.iterdir() if path.is_dir())
    first = [paths[0] for _, paths in sorted(photographs(options.root).items())][: max(FILLERS)]
    lfw = lfw_templates(first, options.root, settings, options.cache).templates
    plain = analyser_of(WAYS[0], settings, made)
    rng = np.random.default_rng(20261126)
    synthetic = {
        name: Templates(
            turned(templates.vectors[np.arange(SYNTHETIC) % len(templates)], AROUND, rng),
            templates.encoder,
        )
        for name, templates in lfw.items()
    }
    nobody = {name: Templates.empty(identity) for name, identity in plain.identities.items()}
    probes = {
        way.name: stills(way, people, options.faces, analyser_of(way, settings, made))
        for way in WAYS
    }
    probes |= {f"{name}; a person's stills joined": of_people(one) for name, one in probes.items()}
    rows: list[dict[str, object]] = []
    for kind in PORTRAITS:
        portraits = enrolled(kind, people, options.faces, plain)
        for count, others in [*((count, nobody) for count in FILLERS), (max(FILLERS), synthetic)]:
            fillers = {name: templates[:count] for name, templates in lfw.items()}
            made_up = len(next(iter(others.values())))
            size = f"{len(portraits) + count:,}" + (
                f" and {made_up:,} synthetic" if made_up else ""
            )
            for name, matcher in matchers(portraits, fillers, others).items():
                for way, asked in probes.items():
                    about: dict[str, object] = {
                        "enrolled": kind, "among": size, "matcher": name, "probe": way,
                    }  # fmt: skip
                    rows += rows_of(about, asked, matcher)
    print(markdown_table([row for row in rows if row["camera"] == "all"]))
    if not options.no_write:
        written = write_result("frmdb", {"people": len(people), "rows": rows})
        print(f"\nwritten: {written.name}")


if __name__ == "__main__":
    main()
