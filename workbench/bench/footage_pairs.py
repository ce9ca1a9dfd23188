"""Two pieces of footage of one case, searched for the same people."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib import metadata
from typing import TYPE_CHECKING

from workbench.bench.context import Context
from workbench.bench.default_policies import load_default_policies
from workbench.bench.footage_access import footage_parts, indexed_footage
from workbench.bench.footage_searching import still_there
from workbench.bench.search_keeping import keep_search, on_search_work
from workbench.bench.search_views import SearchView
from workbench.errors import PolicyError, UsageError
from workbench.governance.false_pairs import FalsePairs, false_pairs
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.searches import PairFacts, SearchKind, SearchRecord
from workbench.governance.setups import Matcher as MatcherKind
from workbench.governance.setups import RuntimeClass, misfits
from workbench.records.audit.verbs import Verb
from workbench.records.policies import find_policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.matching.matcher import Matcher
    from workbench.records.footage import FootageRow
    from workbench.retrospective.footage_parts import FootagePart
    from workbench.retrospective.pairs import ComparedFootage
    from workbench.retrospective.pairs_document import PairsDocument, PairSide

__all__ = ["search_between"]


def search_between(
    context: Context,
    case: str,
    first: str,
    second: str,
    *,
    reason: str,
    policy: str | None,
    length: int,
) -> SearchView:
    """Search two pieces of footage of a case for the same people: `Searches.between_footage`."""
    from workbench.retrospective.pairs import compared_footage  # noqa: PLC0415 - opens quickly
    from workbench.retrospective.pairs_document import encode_pairs  # noqa: PLC0415

    if first == second:
        msg = f"{first} is one piece of footage, and two are compared. Name another."
        raise UsageError(msg)
    with on_search_work(context, case) as (acting, of):
        rows = indexed_footage(acting, of, [first, second])
        asked = find_policy(acting.connection, policy or _default(context))
        acting.log(
            Verb.CONSULT,
            [one.id for one in rows],
            justification=reason,
            details={"footage": len(rows), "policy": asked.id, "step": "begun"},
        )
    of_first, of_second = (footage_parts(context, [one]) for one in rows)
    matcher = _matcher(context, of_second, asked)
    found = compared_footage(of_first, matcher, threshold=asked.threshold, most=length)
    made = _Made(found, rows, [*of_first, *of_second], matcher, asked)
    record = _record(made, length, reason)
    return keep_search(
        context,
        case,
        record,
        encode_pairs(_document(made)),
        lambda acting, now: still_there(acting, now, rows),
    )


@dataclass(frozen=True, slots=True)
class _Made:
    """What was compared with what, and what that came to."""

    found: ComparedFootage
    rows: Sequence[FootageRow]
    parts: Sequence[FootagePart]
    matcher: Matcher
    policy: ThresholdPolicy

    def meaning(self, score: float) -> FalsePairs | None:
        """Return how many false pairs to expect; `None` where nothing was compared."""
        comparisons = self.found.comparisons
        return false_pairs(self.policy, score, comparisons) if comparisons else None


def _default(context: Context) -> str:
    return load_default_policies()[MatcherKind(context.settings.encoder)].id


def _matcher(context: Context, parts: Sequence[FootagePart], policy: ThresholdPolicy) -> Matcher:
    """Return what compares, if its scores mean what the policy says."""
    from workbench.bench.live_setup import setup_of  # noqa: PLC0415 - loads the matcher
    from workbench.faces.runtimes.network import Runtime  # noqa: PLC0415
    from workbench.matching.calibration import load_calibration  # noqa: PLC0415
    from workbench.retrospective.index_segment import index_settings  # noqa: PLC0415
    from workbench.retrospective.timelines import timeline_matcher  # noqa: PLC0415

    calibration = load_calibration()
    identities = dict(parts[0].appearances.encoders)
    wanted = {one.name for one in policy.setup.encoders}
    used = {name: one for name, one in identities.items() if name in wanted}
    matcher = timeline_matcher(policy.matcher.value, parts, used, calibration)
    runtime = RuntimeClass(Runtime(index_settings(context.settings).runtime).numbers)
    if faults := misfits(policy.setup, setup_of(matcher, calibration, runtime)):
        msg = f"policy {policy.id} does not fit this search: {'; '.join(faults)}."
        raise PolicyError(msg)
    return matcher


def _record(made: _Made, length: int, reason: str) -> SearchRecord:
    found, matcher, policy = made.found, made.matcher, made.policy
    meaning = made.meaning(policy.threshold)
    said = "nothing was compared" if meaning is None else meaning.text
    calibration = matcher.calibration
    return SearchRecord(
        kind=SearchKind.BETWEEN,
        probe=None,
        target=tuple(one.id for one in made.rows),
        target_name="2 pieces of footage, with each other",
        references=len(matcher),
        subjects=sum(len(one.appearances) for one in made.parts),
        length=length,
        candidates=len(found.pairs),
        matcher=matcher.name,
        unit=matcher.unit,
        calibration="none" if calibration is None else calibration.id,
        encoders=tuple(one.describe() for one in matcher.identities.values()),
        precision={name: one.precision for name, one in matcher.galleries.items()},
        full_scan=True,
        stated=(
            f"Every appearance was compared with every look. Pairs are those at "
            f"{policy.threshold:.2f} {policy.unit} or above, the threshold of policy {policy.id} "
            f"({policy.approval}): {said}. No pair is as good a result as any."
        ),
        reason=reason,
        pairs=PairFacts(
            policy=policy.id,
            threshold=policy.threshold,
            comparisons=found.comparisons,
            above=found.above,
            expected_false=None if meaning is None else meaning.expected,
            at_most_false=0.0 if meaning is None else meaning.high,
        ),
    )


def _document(made: _Made) -> PairsDocument:
    from workbench.retrospective.documents import EncoderFacts  # noqa: PLC0415
    from workbench.retrospective.pairs_document import PairEntry, PairsDocument  # noqa: PLC0415

    sides = _Sides(made.rows, made.parts)
    entries = []
    for rank, pair in enumerate(made.found.pairs, 1):
        meaning = made.meaning(pair.score)
        entries.append(
            PairEntry(
                rank=rank,
                first=sides.of(pair.first),
                second=sides.of(pair.second),
                score=pair.score,
                meaning="" if meaning is None else meaning.text,
            )
        )
    return PairsDocument(
        encoders=tuple(EncoderFacts(**asdict(one)) for one in made.matcher.identities.values()),
        software=f"lfr-workbench {metadata.version('lfr-workbench')}",
        pairs=tuple(entries),
    )


class _Sides:
    """The appearances of footage, by id."""

    def __init__(self, rows: Sequence[FootageRow], parts: Sequence[FootagePart]) -> None:
        self._of = {one.id: one.footage for one in rows}
        self._at = {str(name): (part, row) for part in parts for row, name in enumerate(part.ids)}

    def of(self, appearance: str) -> PairSide:
        """Return one as it is sealed."""
        from workbench.retrospective.pairs_document import PairSide  # noqa: PLC0415

        part, row = self._at[appearance]
        known = part.appearances.rows.row(row, named=True)
        file = self._of[part.footage]
        return PairSide(
            appearance=appearance,
            source=f"footage {file.name}",
            first_s=known["first_s"],
            last_s=known["last_s"],
            looked_s=known["looked_s"],
            at=file.true_time(known["looked_s"]),
            picture=part.appearances.thumbnails.encoded(row),
            verdict=known["verdict"],
            reasons=tuple(known["reasons"].splitlines()),
        )
