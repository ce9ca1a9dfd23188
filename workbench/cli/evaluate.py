"""`workbench evaluate`: error rates of verification and of identification on labelled images."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import (
    example,
    image_limits,
    json_text,
    load_settings,
    progress_bar,
    say,
    say_json,
    stdout,
)
from workbench.cli.options import AsJson, EncoderOption, Force
from workbench.cli.outputs import require_apart, require_free_file
from workbench.errors import OutputError

if TYPE_CHECKING:
    from workbench.faces.analysis import FaceAnalyser
    from workbench.matching.calibration import Calibration
    from workbench.matching.measure import MeasuredImages
    from workbench.settings import Settings

__all__ = ["evaluate_app", "identification", "pairs"]

PAIRS_EXAMPLE = example(
    "workbench evaluate pairs pairsDevTrain.txt --root lfw --output result.json"
)
IDENTIFICATION_EXAMPLE = example(
    "workbench evaluate identification protocol.csv --root lfw --output result.json"
)
_LISTED = 5

evaluate_app = typer.Typer(
    help="Measure error rates on labelled images.",
    epilog=example("workbench evaluate identification protocol.csv --root lfw"),
    no_args_is_help=True,
    rich_markup_mode="rich",
)

Root = Annotated[
    Path,
    typer.Option(
        "--root", readable=False, help="Folder of the images that the protocol's paths start from."
    ),
]
ResultFile = Annotated[
    Path | None, typer.Option("--output", "-o", readable=False, help="File for the result (.json).")
]


@evaluate_app.command("pairs", epilog=PAIRS_EXAMPLE)
def pairs(
    protocol: Annotated[
        Path,
        typer.Argument(
            readable=False, metavar="PAIRS.txt", help="List of pairs in the format of LFW."
        ),
    ],
    *,
    root: Root,
    output: ResultFile = None,
    encoder: EncoderOption = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Measure verification: are two images of one person or of two?

    Accuracy is that of LFW: each fold is decided by the threshold that is best for the others. A
    list without folds is cut into ten. An image in which no face is found makes its pair an error.
    Accuracy on pairs says nothing about searching a list of thousands: evaluate identification
    for that.
    """
    from workbench.evaluation.files import require_folder  # noqa: PLC0415 - keeps `--help` quick
    from workbench.evaluation.pairs import read_pairs  # noqa: PLC0415
    from workbench.evaluation.results import verification_result  # noqa: PLC0415
    from workbench.matching.measure import pair_scores  # noqa: PLC0415

    _require_free(output, protocol, root, force=force)
    settings = load_settings(encoder=encoder)
    require_folder(root)
    listed = read_pairs(protocol, root)
    calibration = _calibration(settings)
    images, analyser = _embed([*listed["path"], *listed["other_path"]], root, settings)
    scored = pair_scores(listed, images, settings.encoder, calibration)
    result = _provenance(protocol, settings, analyser, calibration)
    result |= verification_result(scored)
    result["failures"] = _failures(images)
    _write(result, output)
    if as_json:
        say_json(result)
    else:
        _show_pairs(result)
    _say_failures(images)
    if output is not None:
        say(f"{output}: written")


@evaluate_app.command("identification", epilog=IDENTIFICATION_EXAMPLE)
def identification(
    protocol: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="PROTOCOL.csv",
            help="Columns path, identity, role; the role is reference or probe. A probe whose "
            "identity has no reference is non-mated.",
        ),
    ],
    *,
    root: Root,
    output: ResultFile = None,
    encoder: EncoderOption = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """Measure open-set identification: who is found, and who is taken for somebody listed.

    For each false-positive identification rate (FPIR) the lowest threshold that keeps it is found,
    and the true-positive identification rate (TPIR, mate first) is given with counts of errors.
    Failed detections count as misses and are never dropped. A rate of which fewer than three
    errors are expected is marked as not measurable.
    """
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    from workbench.evaluation.protocols import PROBE, REFERENCE, read_protocol  # noqa: PLC0415
    from workbench.evaluation.results import identification_result  # noqa: PLC0415
    from workbench.matching.measure import reference_matcher, searches  # noqa: PLC0415

    _require_free(output, protocol, root, force=force)
    settings = load_settings(encoder=encoder)
    images_of = read_protocol(protocol, root)
    calibration = _calibration(settings)
    images, analyser = _embed(images_of["path"].to_list(), root, settings)
    listed = images_of.filter(pl.col("role") == REFERENCE)
    matcher, references = reference_matcher(listed, images, settings.encoder, calibration)
    probes = images_of.filter(pl.col("role") == PROBE)
    found = searches(probes, references, images, matcher)
    result = _provenance(protocol, settings, analyser, calibration)
    result |= identification_result(found, references)
    result["failures"] = _failures(images)
    _write(result, output)
    if as_json:
        say_json(result)
    else:
        _show_identification(result)
    _say_failures(images)
    if output is not None:
        say(f"{output}: written")


def _require_free(output: Path | None, *inputs: Path, force: bool) -> None:
    if output is not None:
        require_free_file(output, force=force)
        require_apart(output, *inputs)


def _calibration(settings: Settings) -> Calibration | None:
    """Return what says how to fuse; cosines of one encoder are evaluated without."""
    from workbench.matching.calibration import load_calibration  # noqa: PLC0415 - quick `--help`

    return load_calibration() if settings.encoder == "fused" else None


def _embed(
    paths: Sequence[str], root: Path, settings: Settings
) -> tuple[MeasuredImages, FaceAnalyser]:
    from workbench.faces.analysis import build_analyser  # noqa: PLC0415 - keeps `--help` quick
    from workbench.faces.artefacts import ArtefactStore  # noqa: PLC0415
    from workbench.matching.measure import embed_images  # noqa: PLC0415

    analyser = build_analyser(settings, ArtefactStore.from_settings(settings))
    limits = image_limits(settings)
    with progress_bar("Encoding", "images") as progress:
        images = embed_images(paths, root, analyser, progress=progress, limits=limits)
    return images, analyser


def _provenance(
    protocol: Path, settings: Settings, analyser: FaceAnalyser, calibration: Calibration | None
) -> dict[str, Any]:
    """Return what has to be the same for the figures to come out the same."""
    return {
        "protocol": protocol.name,
        "protocol_sha256": hashlib.sha256(protocol.read_bytes()).hexdigest(),
        "detector": analyser.detector.name,
        "encoder": settings.encoder,
        "unit": "cosine" if settings.encoder != "fused" else "log10 likelihood ratio",
        "encoders": [asdict(identity) for identity in analyser.identities.values()],
        "calibration": None if calibration is None else calibration.id,
    }


def _failures(images: MeasuredImages) -> list[dict[str, str]]:
    return [{"path": path, "reason": reason} for path, reason in images.failures.items()]


def _say_failures(images: MeasuredImages) -> None:
    for path, reason in list(images.failures.items())[:_LISTED]:
        say(f"note: {path}: {reason}; counted as an error, not dropped.")
    more = len(images.failures) - _LISTED
    if more > 0:
        say(f"note: and {more:,} more images; all are in the result.")


def _write(result: Mapping[str, Any], path: Path | None) -> None:
    """Write a result as JSON; the file is whole or it is not there.

    Raises:
        OutputError: when it cannot be written; an earlier file is left as it was.
    """
    if path is None:
        return
    text = json_text(result)
    partial: Path | None = None
    try:
        number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
        partial = Path(name)
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        # mkstemp makes a private file; a result gets the mode that any new file would have.
        umask = os.umask(0)
        os.umask(umask)
        partial.chmod(0o666 & ~umask)
        partial.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        msg = f"{path}: the result could not be written ({reason}). Choose another --output."
        raise OutputError(msg) from None
    finally:
        if partial is not None:
            with suppress(OSError):
                partial.unlink(missing_ok=True)


def _show_pairs(result: Mapping[str, Any]) -> None:
    error = result["accuracy_standard_error"]
    rate = result["equal_error_rate"]
    failed = result["failures_to_acquire"]
    rows = [
        ("pairs", f"{result['n_pairs']:,} ({result['n_mated']:,} mated)"),
        ("accuracy", f"{result['accuracy']:.4f} ± {error:.4f} over {len(result['folds'])} folds"),
        ("pairs decided wrongly", f"{result['errors']:,}"),
        ("equal error rate", "-" if rate is None else f"{rate:.4f}"),
        ("failures to acquire", f"{failed['mated_pair']} mated, {failed['nonmated_pair']} others"),
    ]
    _table(("Verification", str(result["encoder"])), rows)


def _show_identification(result: Mapping[str, Any]) -> None:
    failed = result["failures_to_acquire"]
    _table(
        ("Identification", str(result["encoder"])),
        [
            ("references", f"{result['n_references']:,} of {result['n_identities']:,} people"),
            ("mated probes", _of_people(result["n_mated"], result["n_mated_identities"])),
            ("non-mated probes", _of_people(result["n_nonmated"], result["n_nonmated_identities"])),
            ("failures to acquire", f"{failed['reference']} references, {failed['probe']} probes"),
            ("rank 1, any score", "-" if result["rank1"] is None else f"{result['rank1']:.4f}"),
        ],
    )
    rows = []
    for target, row in result["tpir_at_fpir"].items():
        threshold = "any" if row["threshold"] is None else f"{row['threshold']:.4f}"
        counts = str(row["false_alarms"]), str(row["misses"])
        if row["tpir"] is None or not row["measurable"]:
            bound = f"not measurable here: with no false alarm FPIR may be {row['fpir_bound']:.2g}"
            rows.append((target, threshold, *counts, bound, ""))
            continue
        between = f"{row['tpir_boot_low']:.3f} to {row['tpir_boot_high']:.3f}"
        rows.append((target, threshold, *counts, f"{row['tpir']:.4f}", between))
    _table(("FPIR", "Threshold", "False alarms", "Misses", "TPIR", "95 %, by people"), rows)
    say(f"Thresholds are in the unit of the score: {result['unit']}.")


def _of_people(count: int, people: int) -> str:
    return f"{count:,} of {people:,} people"


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    from rich.table import Table  # noqa: PLC0415 - keeps `--help` quick
    from rich.text import Text  # noqa: PLC0415

    table = Table(*header, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    stdout().print(table)
