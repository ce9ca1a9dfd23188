"""`workbench evaluate verification`: are two images of one person or of two?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.evaluate_making import (
    ReportFolder,
    ResultFile,
    Root,
    encode,
    failures_of,
    fusion_calibration,
    of_file,
    provenance,
    require_free,
    say_failures,
)
from workbench.cli.evaluate_telling_pairs import show_pairs
from workbench.cli.evaluate_writing import report_folder, write_report, write_result
from workbench.cli.options import AsJson, EncoderOption, Force

if TYPE_CHECKING:
    import polars as pl

__all__ = ["EXAMPLE", "PAIRS_EXAMPLE", "verification"]

EXAMPLE = example(
    "workbench evaluate verification pairsDevTrain.txt --root lfw --output result.json"
)
PAIRS_EXAMPLE = example(
    "workbench evaluate pairs pairsDevTrain.txt --root lfw --output result.json"
)


def verification(
    protocol: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="PAIRS",
            help="List of pairs in the format of LFW, or a table (CSV, Parquet) with the columns "
            "path, other_path, identity and other_identity, and perhaps mated, fold and group.",
        ),
    ],
    *,
    root: Root,
    output: ResultFile = None,
    report: ReportFolder = None,
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
    from workbench.evaluation.pair_soundness import require_folds, require_spread  # noqa: PLC0415
    from workbench.evaluation.results import verification_result  # noqa: PLC0415 - quick `--help`
    from workbench.matching.measure import pair_scores  # noqa: PLC0415

    require_free(output, report, protocol, root, force=force)
    settings = load_settings(encoder=encoder)
    with report_folder(report, "evaluate verification", force=force) as folder:
        listed = _pairs(protocol, root)
        with of_file(protocol):
            require_folds(listed)
        has_groups = "group" in listed.columns and bool(listed["group"].is_not_null().any())
        calibration = fusion_calibration(settings)
        encoded = encode([], [*listed["path"], *listed["other_path"]], root, settings)
        scored = pair_scores(listed, encoded.probes, settings.encoder, calibration)
        result = provenance(protocol, settings, encoded.analyser, calibration)
        with of_file(protocol):
            require_spread(scored)
            result |= verification_result(scored)
        result["failures"] = failures_of(encoded.failures)
        if folder is not None:
            from workbench.evaluation.verification import error_rates  # noqa: PLC0415
            from workbench.reports.evaluation_verification import (  # noqa: PLC0415
                verification_page,
            )

            rates = error_rates(scored)
            page = verification_page(scored, rates, result, has_groups=has_groups)
            write_report(folder, page, result, {"pairs": scored, "rates": rates})
    write_result(result, output)
    if as_json:
        say_json(result)
    else:
        show_pairs(result, has_groups=has_groups)
    say_failures(encoded.failures)
    if report is not None:
        say(f"{report}: report.html, result.json and the figures as Parquet")


def _pairs(protocol: Path, root: Path) -> pl.DataFrame:
    """Read a table of pairs by the ending of its name, else a list in LFW's format."""
    from workbench.evaluation.files import require_folder  # noqa: PLC0415 - keeps `--help` quick
    from workbench.evaluation.pair_protocol import read_pair_protocol  # noqa: PLC0415
    from workbench.evaluation.pairs import read_pairs  # noqa: PLC0415
    from workbench.evaluation.tables import PARQUET_SUFFIXES  # noqa: PLC0415

    require_folder(root)
    if protocol.suffix.lower() in {".csv", *PARQUET_SUFFIXES}:
        return read_pair_protocol(protocol, root)
    return read_pairs(protocol, root)
