"""A watchlist in memory: references with where they came from, and a template of each encoder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workbench.arrays import check_shape
from workbench.errors import UsageError
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.matching.calibration import Calibration, MatcherName
from workbench.matching.exact import ExactGallery
from workbench.matching.matcher import Matcher, MatcherSettings
from workbench.matching.thumbnails import Thumbnails

__all__ = ["Watchlist", "WatchlistReference"]


@dataclass(frozen=True, slots=True)
class WatchlistReference:
    """One photograph of one person on the list.

    Attributes:
        subject: name of the person.
        source: name of the image file, without its folder.
        sha256: digest of the image file.
        verdict: `accept` or `warn`, of `workbench.faces.quality.Verdict`.
        reasons: why it was not accepted outright; sentences.
        quality: measures by name, in the units of `workbench.faces.quality.MEASURES`.
        entry: id of the governed entry it belongs to; empty where there is none, as in an
            evaluation.
        category: of that entry, likewise.
    """

    subject: str
    source: str
    sha256: str
    verdict: str
    reasons: tuple[str, ...] = ()
    quality: Mapping[str, float] = field(default_factory=dict)
    entry: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Watchlist:
    """People to look for; row `i` of every array belongs to `references[i]`.

    Attributes:
        name: what it is called.
        created: when it was enrolled, with time zone.
        detector: name of the detector that found the faces.
        references: the photographs, `n` of them.
        templates: by encoder name, `n` templates each.
        thumbnails: `n` of them, a tight square of each face for display.

    Raises:
        ValueError: when the counts differ, the time has no zone, or a template is filed under
            another name than its encoder's.
    """

    name: str
    created: datetime
    detector: str
    references: tuple[WatchlistReference, ...]
    templates: Mapping[str, Templates]
    thumbnails: Thumbnails

    def __post_init__(self) -> None:
        """Check that everything belongs together."""
        n = len(self.references)
        if len(self.thumbnails) != n:
            msg = f"{n} references need {n} thumbnails, but there are {len(self.thumbnails)}"
            raise ValueError(msg)
        for encoder, templates in self.templates.items():
            check_shape(f"templates of {encoder}", templates.vectors, (n, None))
            if templates.encoder.name != encoder:
                msg = f"templates of {templates.encoder.name} are filed under {encoder}"
                raise ValueError(msg)
        if self.created.tzinfo is None:
            msg = "a watchlist's time of creation needs a time zone"
            raise ValueError(msg)

    def __len__(self) -> int:
        """Return how many references it holds."""
        return len(self.references)

    def __repr__(self) -> str:
        """Return how many references it holds, and neither a name nor a template of any."""
        return f"<Watchlist of {len(self)} references>"

    @property
    def subjects(self) -> tuple[str, ...]:
        """The people on it, each once, in the order of their first reference."""
        return tuple(dict.fromkeys(reference.subject for reference in self.references))

    @property
    def encoders(self) -> dict[str, EncoderIdentity]:
        """What made its templates, by encoder name."""
        return {name: templates.encoder for name, templates in self.templates.items()}

    def rows(self, subject: str) -> tuple[int, ...]:
        """Return the rows of a person's references; none for somebody who is not on it."""
        return tuple(
            row for row, reference in enumerate(self.references) if reference.subject == subject
        )

    def matcher(
        self,
        name: MatcherName,
        calibration: Calibration | None = None,
        settings: MatcherSettings | None = None,
    ) -> Matcher:
        """Return a matcher over its templates, with galleries of its own.

        The number of a candidate's reference is its row here.

        Raises:
            UsageError: when it lacks templates that the matcher needs, or has no reference.
            EncoderMismatchError: when `fused` was learnt with other encoders.
        """
        if not self.references:
            msg = f"watchlist {self.name} holds no reference, so nobody can be searched for."
            raise UsageError(msg)
        galleries: dict[str, ExactGallery] = {}
        for encoder, templates in self.templates.items():
            galleries[encoder] = ExactGallery(templates.encoder)
            galleries[encoder].extend([one.subject for one in self.references], templates)
        return Matcher(name, galleries, calibration, settings)
