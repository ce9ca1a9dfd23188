"""What every `workbench evaluate` command does: checks places, encodes images, says with what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

from workbench.cli.console import image_limits, printable, progress_bar, say
from workbench.cli.outputs import require_apart, require_free_file
from workbench.errors import ProtocolError

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.matching.calibration import Calibration, Unit
    from workbench.matching.measured_images import MeasuredImages
    from workbench.settings import Settings

__all__ = [
    "Encoded",
    "MaybeRoot",
    "ReportFolder",
    "ResultFile",
    "Root",
    "analysers_of",
    "encode",
    "failures_of",
    "fusion_calibration",
    "made_with",
    "of_file",
    "provenance",
    "require_free",
    "say_failures",
    "unit_of",
]

_LISTED = 5

MaybeRoot: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--root", readable=False, help="Folder of the images that the protocol's paths start from."
    ),
]
Root: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--root", readable=False, help="Folder of the images that the protocol's paths start from."
    ),
]
ResultFile: TypeAlias = Annotated[
    Path | None, typer.Option("--output", "-o", readable=False, help="File for the result (.json).")
]
ReportFolder: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--report",
        readable=False,
        help="Folder for the report: report.html, which needs no network, and the figures as "
        "Parquet and JSON. It must be empty or new; --force puts an earlier one aside.",
    ),
]


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Images as templates, references as they are enrolled and probes as they are searched for.

    Attributes:
        references: always in fp32, as a watchlist is enrolled.
        probes: in the numbers that the settings ask for.
        analyser: of the probes.
    """

    references: MeasuredImages
    probes: MeasuredImages
    analyser: FaceAnalyser

    @property
    def failures(self) -> dict[str, str]:
        """The reason for each image of which there is no template, by path."""
        return {**self.references.failures, **self.probes.failures}


def require_free(
    output: Path | None, report: Path | None, *inputs: Path | None, force: bool
) -> None:
    """Check that results can be written where they are to be, before work is spent on them.

    Raises:
        RefusedError: when something is there that would be replaced.
        OutputError: when a place cannot be written.
    """
    if output is not None:
        require_free_file(output, force=force)
        require_apart(output, *inputs)
    if report is not None:
        require_apart(report, *inputs, output)


@contextmanager
def of_file(source: Path | str) -> Iterator[None]:
    """Name the file, or what is there in its place, before what is wrong with rows of it.

    Raises:
        ProtocolError: that what is done inside raised, with the file named.
    """
    try:
        yield
    except ProtocolError as error:
        msg = f"{source}: {error}"
        raise ProtocolError(msg) from None


def fusion_calibration(settings: Settings) -> Calibration | None:
    """Return what says how to fuse; cosines of one encoder are evaluated without."""
    from workbench.matching.calibration import load_calibration  # noqa: PLC0415 - quick `--help`

    return load_calibration() if settings.encoder == "fused" else None


def encode(
    references: Sequence[str], probes: Sequence[str], root: Path, settings: Settings
) -> Encoded:
    """Make a template of the main face of each image.

    Args:
        references: paths below the root.
        probes: likewise.
        root: folder of the images.
        settings: which encoders, and what runs them.
    """
    enrolling, searching = analysers_of(settings)
    if enrolling is searching:
        images = _images([*references, *probes], root, searching, settings)
        return Encoded(images, images, searching)
    return Encoded(
        _images(references, root, enrolling, settings),
        _images(probes, root, searching, settings),
        searching,
    )


def analysers_of(settings: Settings) -> tuple[FaceAnalyser, FaceAnalyser]:
    """Return what encodes references and what encodes probes; one object where both are fp32.

    A list is enrolled in fp32 whatever its searches run in, and what is measured must be that.
    """
    from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - keeps `--help` quick
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415

    store = ArtefactStore.from_settings(settings)
    searching = build_analyser(settings, store)
    if searching.numbers == "fp32":
        return searching, searching
    return build_analyser(settings.model_copy(update={"runtime": "auto"}), store), searching


def provenance(
    protocol: Path, settings: Settings, analyser: FaceAnalyser, calibration: Calibration | None
) -> dict[str, Any]:
    """Return what has to be the same for the figures to come out the same."""
    digest = hashlib.sha256(protocol.read_bytes()).hexdigest()
    return made_with(protocol.name, digest, settings, analyser, calibration)


def made_with(
    protocol: str,
    digest: str,
    settings: Settings,
    analyser: FaceAnalyser,
    calibration: Calibration | None,
) -> dict[str, Any]:
    """Return what has to be the same, of a protocol that need not be a file.

    Args:
        protocol: what it is called.
        digest: SHA-256 that tells it from others.
        settings: with what it was measured.
        analyser: of the probes.
        calibration: says how to fuse.
    """
    return {
        "protocol": protocol,
        "protocol_sha256": digest,
        "detector": analyser.detector.name,
        "encoder": settings.encoder,
        "unit": unit_of(settings),
        "encoders": [asdict(identity) for identity in analyser.identities.values()],
        "runtime": analyser.numbers,
        "calibration": None if calibration is None else calibration.id,
    }


def unit_of(settings: Settings) -> Unit:
    """Return the unit of scores and thresholds."""
    return "cosine" if settings.encoder != "fused" else "log10 likelihood ratio"


def failures_of(failures: dict[str, str]) -> list[dict[str, str]]:
    """Return images without a template as a result holds them."""
    return [{"path": path, "reason": reason} for path, reason in failures.items()]


def say_failures(failures: dict[str, str]) -> None:
    """Name the first images without a template on stderr."""
    for path, reason in list(failures.items())[:_LISTED]:
        say(f"note: {printable(path)}: {reason}; counted as an error, not dropped.")
    more = len(failures) - _LISTED
    if more > 0:
        say(f"note: and {more:,} more images; all are in the result.")


def _images(
    paths: Sequence[str], root: Path, analyser: FaceAnalyser, settings: Settings
) -> MeasuredImages:
    from workbench.matching.measured_images import embed_images  # noqa: PLC0415 - quick `--help`

    limits = image_limits(settings)
    with progress_bar("Encoding", "images") as progress:
        return embed_images(paths, root, analyser, progress=progress, limits=limits)
