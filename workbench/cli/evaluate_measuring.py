"""From a protocol to measurements: which rows, which galleries, and the searches of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from workbench.cli.evaluate_making import (
    Encoded,
    failures_of,
    fusion_calibration,
    made_with,
    of_file,
)
from workbench.errors import ProtocolError, UsageError

if TYPE_CHECKING:
    import polars as pl

    from workbench.cli.evaluate_opening import OpeningFor
    from workbench.cli.evaluate_sources import MeasuredFrom
    from workbench.evaluation.comparisons import Comparisons
    from workbench.evaluation.locked import Opening, Taken
    from workbench.evaluation.measurement import Measurement, MeasurementFacts
    from workbench.matching.calibration import Calibration
    from workbench.settings import Settings

__all__ = ["Asked", "Measured", "measure"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be measured.

    Attributes:
        images: which rows and images there are.
        data_set: what the images are called; as the source of the images says where `None`.
        part: `tuning` or `test` of a protocol that is split; `None` for all of one that is not.
        opening: for which policy a locked test may be opened, and where that is recorded.
        list_size: references that are drawn; all of them where `None`.
        draws: how many galleries are drawn.
    """

    images: MeasuredFrom
    data_set: str | None = None
    part: str | None = None
    opening: OpeningFor | None = None
    list_size: int | None = None
    draws: int = 1

    @property
    def called(self) -> str:
        """What the images are called."""
        return self.data_set or self.images.data_set


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What came of it.

    Attributes:
        galleries: a measurement of each gallery, that of draw 0 first.
        made_with: what has to be the same for the figures to come out the same.
        failures: the reason for each image without a template, by path.
        comparisons: of each probe with each reference of draw 0, where they were asked for.
    """

    galleries: tuple[Measurement, ...]
    made_with: dict[str, Any]
    failures: dict[str, str]
    comparisons: Comparisons | None = None

    def result(self) -> dict[str, Any]:
        """Return the figures of draw 0, and those of each draw where there are several."""
        from workbench.evaluation.identification import tpir_at_fpir  # noqa: PLC0415 - quick
        from workbench.evaluation.results import identification_result  # noqa: PLC0415

        first = self.galleries[0]
        facts = first.facts
        result = {
            **self.made_with,
            "protocol_digest": facts.protocol_sha256,
            "data_set": facts.data_set,
            "split": facts.split,
            "rule": facts.rule,
            "list_size": facts.list_size,
            "opened": None if facts.opened is None else facts.opened.isoformat(),
            "opened_by": facts.opened_by,
            "opened_for": facts.opened_for,
            **identification_result(first.searches, first.references),
            "failures": failures_of(self.failures),
        }
        if len(self.galleries) > 1:
            result["draws"] = [
                {"draw": draw, **row}
                for draw, one in enumerate(self.galleries)
                for row in tpir_at_fpir(one.searches, replicates=0).to_dicts()
            ]
        return result


def measure(asked: Asked, settings: Settings, *, keep_comparisons: bool = False) -> Measured:
    """Read the protocol, encode its images, and search in each gallery.

    Args:
        asked: what to measure.
        settings: with what.
        keep_comparisons: gather the comparisons of draw 0 while it is searched.

    Raises:
        ProtocolError: when the protocol cannot be used, or its scores part nobody.
        UsageError: when a locked test is asked for without an opening, or draws without a size.
        WatchlistError: when no reference has a template.
    """
    from workbench.evaluation.draws import repeated_draws, require_both_kinds  # noqa: PLC0415
    from workbench.evaluation.locked import take_split  # noqa: PLC0415

    whole = asked.images.rows(asked.part)
    part = _part(asked, whole)
    opening = None
    if part == "test":
        opening = _opening(asked, whole)
    with of_file(asked.images.called):
        rows = take_split(whole, part, opening)
        require_both_kinds(rows)
        galleries: Sequence[pl.DataFrame] = [rows]
        if asked.list_size is not None:
            galleries = repeated_draws(rows, asked.list_size, asked.draws)
    calibration = fusion_calibration(settings)
    encoded = _encoded(galleries, asked.images, settings)
    made = made_with(
        asked.images.name, asked.images.digest(), settings, encoded.analyser, calibration
    )
    facts = _facts(asked, rows, part, opening, encoded=encoded, made_with=made)
    found = [
        _searched(
            asked,
            one,
            _of_gallery(facts, asked, one, draw),
            encoded,
            calibration,
            keep_comparisons=keep_comparisons and draw == 0,
        )
        for draw, one in enumerate(galleries)
    ]
    return Measured(tuple(one for one, _ in found), made, encoded.failures, found[0][1])


def _part(asked: Asked, rows: pl.DataFrame) -> Taken:
    """Return which part is taken; a split protocol is never taken whole."""
    is_split = bool(rows["split"].is_not_null().any())
    if asked.part is None and is_split:
        msg = (
            f"{asked.images.called}: is split, and taken whole it would open the locked test. Say "
            "--split tuning, or --split test with the policy that it is opened for."
        )
        raise UsageError(msg)
    if asked.part is not None and not is_split:
        msg = (
            f"{asked.images.called}: has no column split, so there is no {asked.part} part of it. "
            "Leave --split out, or add the column."
        )
        raise UsageError(msg)
    if asked.part is None:
        return "whole"
    return "test" if asked.part == "test" else "tuning"


def _opening(asked: Asked, whole: pl.DataFrame) -> Opening:
    from workbench.evaluation.locked import locked_test  # noqa: PLC0415 - keeps `--help` quick

    if asked.opening is None:
        msg = (
            "--split test takes the locked test, which is opened once for a policy and on record. "
            "Open it with workbench policy open-test, and say --policy with that id, and --bench."
        )
        raise UsageError(msg)
    return asked.opening.open(locked_test(whole))


def _encoded(
    galleries: Sequence[pl.DataFrame], images: MeasuredFrom, settings: Settings
) -> Encoded:
    from workbench.evaluation.protocols import PROBE, REFERENCE  # noqa: PLC0415 - quick `--help`

    references, probes = (
        list(
            dict.fromkeys(
                path for one in galleries for path in one.filter(one["role"] == role)["path"]
            )
        )
        for role in (REFERENCE, PROBE)
    )
    return images.encode(references, probes, settings)


def _facts(
    asked: Asked,
    rows: pl.DataFrame,
    part: Taken,
    opening: Opening | None,
    *,
    encoded: Encoded,
    made_with: Mapping[str, Any],
) -> MeasurementFacts:
    """Return the facts of a whole gallery of these rows."""
    from workbench.evaluation.measurement import MeasurementFacts  # noqa: PLC0415 - quick
    from workbench.evaluation.protocols import REFERENCE, protocol_digest  # noqa: PLC0415

    analyser = encoded.analyser
    return MeasurementFacts(
        name=f"{made_with['encoder']} {analyser.numbers}",
        created=datetime.now(UTC),
        data_set=asked.called,
        split=part,
        rule=(
            f"every row of {asked.images.name}"
            if part == "whole"
            else f"rows of {asked.images.name} whose split is {part}"
        ),
        protocol_sha256=protocol_digest(rows),
        matcher=made_with["encoder"],
        unit=made_with["unit"],
        encoders={name: asdict(one) for name, one in analyser.identities.items()},
        runtime=analyser.numbers,
        calibration=made_with["calibration"],
        list_size=len(rows.filter(rows["role"] == REFERENCE)),
        opened=None if opening is None else opening.at,
        opened_by=None if opening is None else opening.by,
        opened_for=None if opening is None else opening.policy,
    )


def _of_gallery(
    facts: MeasurementFacts, asked: Asked, rows: pl.DataFrame, draw: int
) -> MeasurementFacts:
    """Return the facts of one gallery: how many are on the list, and how they were drawn."""
    from workbench.evaluation.draws import DRAW_RULE  # noqa: PLC0415 - keeps `--help` quick
    from workbench.evaluation.protocols import REFERENCE  # noqa: PLC0415

    if asked.list_size is None:
        return facts
    size = len(rows.filter(rows["role"] == REFERENCE))
    rule = f"{facts.rule}; draw {draw} of {size:,} references: {DRAW_RULE}"
    return facts.model_copy(update={"list_size": size, "rule": rule})


def _searched(
    asked: Asked,
    rows: pl.DataFrame,
    facts: MeasurementFacts,
    encoded: Encoded,
    calibration: Calibration | None,
    *,
    keep_comparisons: bool,
) -> tuple[Measurement, Comparisons | None]:
    from workbench.evaluation.gathering import ComparisonGatherer  # noqa: PLC0415 - quick `--help`
    from workbench.evaluation.measurement import Measurement  # noqa: PLC0415 - quick `--help`
    from workbench.evaluation.protocols import PROBE, REFERENCE  # noqa: PLC0415
    from workbench.matching.measure import (  # noqa: PLC0415
        compared_people,
        reference_matcher,
        searches,
    )

    role = rows["role"]
    matcher, references = reference_matcher(
        rows.filter(role == REFERENCE), encoded.references, facts.matcher, calibration
    )
    sides = rows.filter(role == PROBE), references, encoded.probes, matcher
    shown, listed = compared_people(*sides)
    gatherer = ComparisonGatherer(shown, listed) if keep_comparisons and shown else None
    found = searches(*sides, None if gatherer is None else gatherer.add)
    _require_scores_that_differ(asked.images.called, found["top_score"].drop_nulls())
    measurement = Measurement.of(facts, found, references)
    return measurement, None if gatherer is None else gatherer.finish()


def _require_scores_that_differ(called: str, scores: pl.Series) -> None:
    """Raise `ProtocolError` where every search gave one score, but for rounding."""
    from workbench.evaluation.pair_soundness import SAME_SCORE  # noqa: PLC0415 - quick `--help`

    values = scores.to_list()
    if len(values) > 1 and max(values) - min(values) <= SAME_SCORE:
        msg = (
            f"{called}: all {len(values):,} searches gave the same score, {values[0]:.4f}, so "
            "that no threshold parts them. The images may be copies of one; look at them."
        )
        raise ProtocolError(msg)
