"""`workbench evaluate identification`: open-set identification on a protocol of labelled images."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli.console import example, load_settings, say, say_json
from workbench.cli.evaluate_making import (
    Encoded,
    ReportFolder,
    ResultFile,
    Root,
    encode,
    failures_of,
    fusion_calibration,
    provenance,
    require_free,
    say_failures,
)
from workbench.cli.evaluate_telling import show_identification
from workbench.cli.evaluate_writing import report_folder, write_report, write_result
from workbench.cli.options import AsJson, EncoderOption, Force
from workbench.errors import ProtocolError

if TYPE_CHECKING:
    import polars as pl

    from workbench.evaluation.measurement import Measurement, MeasurementFacts
    from workbench.matching.calibration import Calibration
    from workbench.settings import Settings

__all__ = ["EXAMPLE", "identification"]

EXAMPLE = example("workbench evaluate identification protocol.csv --root lfw --output result.json")


def identification(
    protocol: Annotated[
        Path,
        typer.Argument(
            readable=False,
            metavar="PROTOCOL",
            help="CSV with the columns path, identity, role (reference or probe), and group where "
            "the set has groups. A probe whose identity has no reference is non-mated.",
        ),
    ],
    *,
    root: Root,
    output: ResultFile = None,
    report: ReportFolder = None,
    data_set: Annotated[
        str | None,
        typer.Option(
            "--data-set", metavar="NAME", help="What the images are called. Default: their folder."
        ),
    ] = None,
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
    from workbench.evaluation.protocols import read_protocol  # noqa: PLC0415 - keeps `--help` quick

    require_free(output, report, protocol, root, force=force)
    settings = load_settings(encoder=encoder)
    with report_folder(report, "evaluate identification", force=force) as folder:
        listed = read_protocol(protocol, root)
        _require_both_kinds(protocol, listed)
        calibration = fusion_calibration(settings)
        encoded = _encoded(listed, root, settings)
        made = _Made(protocol, data_set or root.resolve().name, settings, calibration, encoded)
        measurement = made.measurement(listed)
        result = made.result(measurement)
        if folder is not None:
            _write_report(folder, measurement, result)
    write_result(result, output)
    if as_json:
        say_json(result)
    else:
        show_identification(result)
    say_failures(encoded.failures)
    if report is not None:
        say(f"{report}: report.html, result.json and the figures as Parquet")


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """Encoded images of a protocol, from which each gallery is measured."""

    protocol: Path
    data_set: str
    settings: Settings
    calibration: Calibration | None
    encoded: Encoded

    def measurement(self, listed: pl.DataFrame) -> Measurement:
        """Search for each probe among the references."""
        from workbench.evaluation.measurement import Measurement  # noqa: PLC0415 - quick `--help`
        from workbench.evaluation.protocols import PROBE, REFERENCE  # noqa: PLC0415
        from workbench.matching.measure import reference_matcher, searches  # noqa: PLC0415

        role = listed["role"]
        matcher, references = reference_matcher(
            listed.filter(role == REFERENCE),
            self.encoded.references,
            self.settings.encoder,
            self.calibration,
        )
        found = searches(listed.filter(role == PROBE), references, self.encoded.probes, matcher)
        _require_scores_that_differ(self.protocol, found)
        return Measurement.of(self._facts(len(references)), found, references)

    def result(self, measurement: Measurement) -> dict[str, Any]:
        """Return the figures as JSON has them."""
        from workbench.evaluation.results import identification_result  # noqa: PLC0415 - quick

        facts = measurement.facts
        with_what = provenance(
            self.protocol, self.settings, self.encoded.analyser, self.calibration
        )
        return {
            **with_what,
            "data_set": facts.data_set,
            "split": facts.split,
            "rule": facts.rule,
            **identification_result(measurement.searches, measurement.references),
            "failures": failures_of(self.encoded.failures),
        }

    def _facts(self, list_size: int) -> MeasurementFacts:
        from workbench.evaluation.measurement import MeasurementFacts  # noqa: PLC0415 - quick

        analyser = self.encoded.analyser
        with_what = provenance(self.protocol, self.settings, analyser, self.calibration)
        return MeasurementFacts(
            name=f"{self.settings.encoder} {analyser.numbers}",
            created=datetime.now(UTC),
            data_set=self.data_set,
            split="whole",
            rule=f"every row of {self.protocol.name}",
            protocol_sha256=with_what["protocol_sha256"],
            matcher=self.settings.encoder,
            unit=with_what["unit"],
            encoders={name: asdict(one) for name, one in analyser.identities.items()},
            runtime=analyser.numbers,
            calibration=with_what["calibration"],
            list_size=list_size,
        )


def _encoded(listed: pl.DataFrame, root: Path, settings: Settings) -> Encoded:
    from workbench.evaluation.protocols import PROBE, REFERENCE  # noqa: PLC0415 - quick `--help`

    references, probes = (
        listed.filter(listed["role"] == role)["path"].to_list() for role in (REFERENCE, PROBE)
    )
    return encode(references, probes, root, settings)


def _require_both_kinds(protocol: Path, listed: pl.DataFrame) -> None:
    """Raise `ProtocolError` unless there are mated and non-mated probes."""
    from workbench.evaluation.protocols import PROBE, REFERENCE  # noqa: PLC0415 - quick `--help`

    people = set(listed.filter(listed["role"] == REFERENCE)["identity"].to_list())
    probes = listed.filter(listed["role"] == PROBE)["identity"].to_list()
    mated = sum(name in people for name in probes)
    if mated in {0, len(probes)}:
        which, lacking = (
            ("has a reference", "people who have none") if mated else
            ("has no reference", "people who have one")
        )  # fmt: skip
        msg = (
            f"{protocol}: every probe is of somebody who {which}, so that one of the two error "
            f"rates cannot be measured. Add probes of {lacking}."
        )
        raise ProtocolError(msg)


def _require_scores_that_differ(protocol: Path, found: pl.DataFrame) -> None:
    """Raise `ProtocolError` when all searches gave one score: no threshold parts them."""
    scores = found["top_score"].drop_nulls()
    if len(scores) > 1 and scores.n_unique() == 1:
        msg = (
            f"{protocol}: all {len(scores):,} searches gave the same score, {scores[0]:.4f}, so "
            "that no threshold can part them. The images may be copies of one; look at them."
        )
        raise ProtocolError(msg)


def _write_report(folder: Path, measurement: Measurement, result: dict[str, Any]) -> None:
    from workbench.evaluation.measurement import write_measurement  # noqa: PLC0415 - quick `--help`
    from workbench.reports.evaluation_frames import identification_frames  # noqa: PLC0415
    from workbench.reports.evaluation_identification import identification_page  # noqa: PLC0415

    frames = identification_frames(measurement, result)
    write_measurement(measurement, folder)
    page = identification_page(measurement, result, frames)
    tables = {"rates": frames.rates, "det": frames.det, "cmc": frames.cmc}
    write_report(folder, page, result, tables)
