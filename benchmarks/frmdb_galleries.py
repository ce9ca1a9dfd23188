"""Who is enrolled beside the people of FRMDB: people of LFW, and directions of nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from directions import turned
from frmdb_probes import WAYS, Analysers, Found, face_of, kept
from harness import photographs
from lfw_templates import lfw_templates

from workbench.faces.templates import Templates
from workbench.images import load_image
from workbench.matching.measure import MeasuredImages
from workbench.settings import Settings

__all__ = ["GALLERIES", "Enrolment", "Fillers", "portraits", "references"]

PORTRAITS: Final = ("frontal_hd", "mugshot_23", "mugshot_33", "mugshot_43")
FILLERS: Final = (1_000, 4_000)
SYNTHETIC: Final = 20_000
AROUND: Final = 0.5
"""Cosine of a synthetic reference and the real template that it lies around."""
_PART: Final = 250


@dataclass(frozen=True)
class Enrolment:
    """Who is enrolled, and with what.

    Attributes:
        name: for the table.
        of: the portraits of each person of FRMDB.
        fillers: how many people of LFW.
        photographs: of each of these at most, where LFW has as many.
        synthetic: how many references of nobody.
        small: whether everybody has a copy that was made small too.
    """

    name: str
    of: tuple[str, ...]
    fillers: int
    photographs: int = 1
    synthetic: int = 0
    small: bool = False

    @property
    def among(self) -> str:
        """Say how many others there are."""
        return f"{self.fillers:,} of LFW" + (
            f" and {self.synthetic:,} synthetic" if self.synthetic else ""
        )


_SIZES: Final = ((FILLERS[0], 0), (FILLERS[1], 0), (FILLERS[1], SYNTHETIC))
GALLERIES: Final = (
    *(Enrolment(kind, (kind,), n, synthetic=more)
      for kind in ("frontal_hd", "mugshot_33") for n, more in _SIZES),
    *(Enrolment("three mugshots", PORTRAITS[1:], n, synthetic=more) for n, more in _SIZES),
    Enrolment("three mugshots, others up to three", PORTRAITS[1:], FILLERS[1], photographs=3),
    Enrolment("all four portraits", PORTRAITS, FILLERS[1]),
    Enrolment("frontal_hd, everybody with a small copy", ("frontal_hd",), FILLERS[0], small=True),
)  # fmt: skip


class Fillers:
    """Templates of people of LFW, made once."""

    def __init__(
        self, root: Path, settings: Settings, analysers: Analysers, scratch: Path | None
    ) -> None:
        """Make those of everybody who may be enrolled, or read them."""
        self.people = dict(sorted(photographs(root).items())[: max(FILLERS)])
        paths = [paths[0] for paths in self.people.values()]
        paths += [path for all_ in self.people.values() for path in all_[1:3]]
        file = None if scratch is None else scratch / "lfw.safetensors"
        plain = analysers.of(WAYS[0])
        self._made: MeasuredImages = lfw_templates(paths, root, settings, file, analyser=plain)
        self._small: dict[str, Found | None] = {}
        first = [paths[0] for paths in self.people.values()][: min(FILLERS)]
        for start in range(0, len(first), _PART):
            self._small |= kept(
                None if scratch is None else scratch / f"lfw-small-{start}.safetensors",
                {**analysers.tied_to(WAYS[0]), "small": True},
                first[start : start + _PART],
                lambda path: face_of(load_image(root / path), plain, small=True),
                plain,
            )

    def of(self, enrolment: Enrolment) -> tuple[list[str], dict[str, Templates]]:
        """Return whom each reference is of, and the templates by encoder, a row each."""
        people = list(self.people.items())[: enrolment.fillers]
        named = [
            (f"lfw-{person}", path)
            for person, paths in people
            for path in paths[: enrolment.photographs]
            if self._made.acquired(path)
        ]
        templates = self._made.take([path for _, path in named])
        names = [name for name, _ in named]
        if enrolment.small:
            copies = [(name, self._small[path]) for name, path in named]
            names += [name for name, one in copies if one is not None]
            templates = {
                key: _stacked([templates[key], *(one.templates[key] for _, one in copies if one)])
                for key in templates
            }
        if enrolment.synthetic:
            rng = np.random.default_rng(20261126)
            names += [f"synthetic-{at}" for at in range(enrolment.synthetic)]
            templates = {
                key: _stacked([real, _around(real, enrolment.synthetic, rng)])
                for key, real in templates.items()
            }
        return names, templates


def portraits(
    people: Sequence[str], faces: Path, analysers: Analysers, scratch: Path | None
) -> dict[tuple[str, str], Found]:
    """Return the templates of each portrait by person and kind (`KIND small` of a small copy).

    Those that show no face are said and left out.
    """
    plain = analysers.of(WAYS[0])
    found: dict[tuple[str, str], Found] = {}
    for small in (False, True):
        named = " small" if small else ""
        keys = {f"{one}/{kind}.jpg": (one, kind + named) for one in people for kind in PORTRAITS}
        made = kept(
            None if scratch is None else scratch / f"portraits{named[1:]}.safetensors",
            {**analysers.tied_to(WAYS[0]), "small": small},
            list(keys),
            lambda key, small=small: face_of(load_image(faces / key), plain, small=small),
            plain,
        )
        for key, one in made.items():
            if one is None:
                print(f"{key}: no face is found, not enrolled")
            else:
                found[keys[key]] = one
    return found


def references(
    enrolment: Enrolment, own: Mapping[tuple[str, str], Found], fillers: Fillers
) -> tuple[list[str], dict[str, Templates]]:
    """Return whom each reference is of, and the templates by encoder, a row each.

    References of one person lie together.
    """
    kinds = [*enrolment.of, *(f"{kind} small" for kind in enrolment.of if enrolment.small)]
    mine = [(f"frmdb-{person}", one) for (person, kind), one in own.items() if kind in kinds]
    names, templates = fillers.of(enrolment)
    names = [*(name for name, _ in mine), *names]
    order = sorted(range(len(names)), key=lambda at: names[at])
    made = {
        key: _stacked([*(one.templates[key] for _, one in mine), others])[np.array(order)]
        for key, others in templates.items()
    }
    return [names[at] for at in order], made


def _stacked(parts: Sequence[Templates]) -> Templates:
    return Templates(np.concatenate([one.vectors for one in parts]), parts[0].encoder)


def _around(real: Templates, count: int, rng: np.random.Generator) -> Templates:
    around = real.vectors[np.arange(count) % len(real)]
    return Templates(turned(around, AROUND, rng), real.encoder)
