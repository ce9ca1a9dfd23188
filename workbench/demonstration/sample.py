"""What the demonstration starts from: the photographs and the models, ready to be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from workbench.arrays import ImageArray
from workbench.demonstration.portraits import caption, credit, load_photographs, people
from workbench.errors import UsageError
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.artefacts.samples import SamplePortrait
from workbench.live.detection import set_for_redaction
from workbench.matching.calibration import Calibration, load_calibration
from workbench.reports import Credit
from workbench.settings import Settings, load_settings

__all__ = ["Sample", "prepare"]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What the demonstration starts from.

    Attributes:
        settings: of the models.
        analyser: what enrols.
        searching: `analyser` with its detector set for redaction (`workbench.live.detection`).
        calibration: what scores mean.
        photographs: by artefact name.
        files: likewise; a demonstration bench takes these very files and no others.
    """

    settings: Settings
    analyser: FaceAnalyser
    searching: FaceAnalyser
    calibration: Calibration
    photographs: Mapping[str, ImageArray]
    files: Mapping[str, Path]

    @property
    def credits(self) -> tuple[Credit, ...]:
        """Who made the photographs."""
        return tuple(
            credit(portrait)
            for person in people()
            for portrait in (person.enrolled, person.staged)
            if portrait is not None
        )

    def credits_table(self) -> pl.DataFrame:
        """Return the credits as a table: `picture, author, licence, source, notice`."""
        return pl.DataFrame(
            {
                "picture": [one.what for one in self.credits],
                "author": [one.author for one in self.credits],
                "licence": [one.licence for one in self.credits],
                "source": [one.source for one in self.credits],
                "notice": [one.notice for one in self.credits],
            }
        )

    def enrolled_pictures(self) -> tuple[Sequence[ImageArray], Sequence[str]]:
        """Return the photographs that go on the list, and a caption for each."""
        return self._pictures([p.enrolled for p in people() if p.enrolled is not None])

    def staged_pictures(self) -> tuple[Sequence[ImageArray], Sequence[str]]:
        """Return the photographs that walk in the crowd, and a caption for each."""
        return self._pictures([person.staged for person in people()])

    def _pictures(
        self, portraits: Sequence[SamplePortrait]
    ) -> tuple[Sequence[ImageArray], Sequence[str]]:
        pictures = [self.photographs[portrait.artefact.name] for portrait in portraits]
        return pictures, [caption(portrait) for portrait in portraits]


def prepare(
    settings: Settings | None = None,
    store: ArtefactStore | None = None,
    **chosen: object,
) -> Sample:
    """Fetch photographs and models where they are not in the cache yet, and load them.

    Args:
        settings: read from the environment when left out.
        store: where artefacts come from; that of the settings when left out.
        chosen: settings by name, for example `encoder="sface"`; `None` keeps the setting.

    Raises:
        ArtefactError: when one cannot be had, or is not the catalogued file.
        UsageError: when both `settings` and single ones are given.
    """
    given = {name: value for name, value in chosen.items() if value is not None}
    if settings is not None and given:
        msg = f"give settings or single ones ({', '.join(given)}), not both."
        raise UsageError(msg)
    settings = settings or load_settings(**given)
    store = store or ArtefactStore.from_settings(settings)
    photographs = load_photographs(store)
    analyser = build_analyser(settings, store)
    searching = set_for_redaction(analyser, settings, store)
    files = {name: store.path(name) for name in photographs}
    return Sample(settings, analyser, searching, load_calibration(), photographs, files)
