"""What somebody who prepares a list has to know beforehand: for what, how large, of whom not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from workbench.bench.list_access import OnLists, require_state, used_at
from workbench.bench.list_building import BUILDABLE
from workbench.bench.list_facts import expected_under, policy_of, searched_from
from workbench.bench.list_views import ExpectedFalseAlerts
from workbench.bench.rules import rules_in_force
from workbench.governance.deployments import DeploymentState
from workbench.governance.entries import age_warning
from workbench.governance.fpir import fpir
from workbench.governance.permissions import Permission
from workbench.governance.policies import ThresholdPolicy
from workbench.governance.starting import Caution, ListFacts, StartLimits, cautions
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import DeploymentRow, list_deployments
from workbench.records.watchlists import ListState, find_watchlist
from workbench.settings import ImageSettings

__all__ = ["Buildable", "ListPreparation", "ListPreparing", "PresentList"]

_WHY = "preparing a watchlist, nobody who is on one"


class Buildable(NamedTuple):
    """A deployment of which the list may be built now.

    Attributes:
        reference: of it.
        state: where it is.
        place: what its application calls the place; empty while that is not filled in.
        starts: of its authority or application, as far as that is known.
    """

    reference: str
    state: DeploymentState
    place: str
    starts: datetime | None


class PresentList(NamedTuple):
    """The list that a deployment has.

    Attributes:
        digest: of what is sealed; another list has another.
        references: on it.
        builder: account that built it.
        built: when.
    """

    digest: str
    references: int
    builder: str
    built: datetime


@dataclass(frozen=True, slots=True)
class ListPreparation:
    """What a list of a deployment may be, before it is built.

    Attributes:
        deployment: of which it is to be.
        present: the list that there is, which building replaces; `None` where there is none.
        limits: of the force at a start.
        own_limit: the most entries that the deployment was applied for with, if it sets a limit.
        policy: by which it is to be searched; `None` where the deployment names none that there is.
        threshold: from which score on; `None` likewise.
        asked: the moment at which this was so.
        used: the day that its images are to be used.
        images: what image files may be at most.
        is_demonstration: whether it may be of the demonstration's people alone.
    """

    deployment: Buildable
    present: PresentList | None
    limits: StartLimits
    own_limit: int | None
    policy: ThresholdPolicy | None
    threshold: float | None
    asked: datetime
    used: date
    images: ImageSettings
    is_demonstration: bool

    @property
    def largest(self) -> int:
        """The most entries with which a search starts."""
        largest = self.limits.largest_list
        return largest if self.own_limit is None else min(largest, self.own_limit)

    def expected(self, references: int, faces: int) -> ExpectedFalseAlerts | None:
        """Return the false alerts to expect of a list of a size; `None` without a policy.

        Raises:
            UsageError: when the list would be empty.
        """
        if self.policy is None or self.threshold is None:
            return None
        cap = self.limits.false_alert_cap
        return expected_under(self.policy, self.threshold, references, faces, cap=cap)

    def cautions(self, references: int, faces: int | None) -> tuple[Caution, ...]:
        """Return what to weigh about a list of a size, as the start of its search would say it."""
        rate = None
        if self.policy is not None and self.threshold is not None and references:
            rate = fpir(self.policy, self.threshold, references)
        facts = ListFacts(
            deployment=self.deployment.reference,
            built=self.asked,
            entries=(),
            expected_faces=faces,
            fpir=rate,
        )
        return cautions(facts, self.limits)

    def age_warning(self, image_date: date | None) -> str | None:
        """Return what to say about the age of an image, if anything."""
        return age_warning(image_date, self.used, self.limits.ageing_years)


class ListPreparing(OnLists):
    """What is read before a list is built; whoever may not build is told so here."""

    def buildable(self) -> list[Buildable]:
        """Return the deployments of which the list may be built now, by when they were drafted.

        Raises:
            NotPermittedError: says which roles build lists.
        """
        with self._context.acting(Permission.WATCHLIST_BUILD) as acting:
            found = list_deployments(acting.connection)
            acting.log(Verb.CONSULT, justification=_WHY)
            return [_buildable(row) for row in found if row.state in BUILDABLE]

    def prepare(self, reference: str) -> ListPreparation:
        """Return what the list of a deployment may be, before it is built.

        Raises:
            IllegalMoveError: when its list cannot be built any more.
            NotPermittedError: says which roles build lists.
        """
        with self._on(Permission.WATCHLIST_BUILD, reference) as (acting, row):
            require_state(
                row,
                BUILDABLE,
                "its watchlist cannot be built",
                "A list is built before the search starts; draft another deployment.",
            )
            connection = acting.connection
            policy = policy_of(connection, row)
            before = find_watchlist(connection, row.id)
            if before is not None and before.state is ListState.DESTROYED:
                before = None
            acting.log(Verb.CONSULT, [row.id], justification=_WHY, details={"reference": reference})
            return ListPreparation(
                deployment=_buildable(row),
                present=None
                if before is None
                else PresentList(
                    before.digest or "", before.references, before.builder, before.built
                ),
                limits=rules_in_force(connection).start,
                own_limit=row.draft.get("watchlist_limit"),
                policy=policy,
                threshold=None if policy is None else searched_from(policy, row),
                asked=acting.now,
                used=used_at(row, acting.now).date(),
                images=self._context.settings.images,
                is_demonstration=self._context.is_demonstration,
            )


def _buildable(row: DeploymentRow) -> Buildable:
    place = row.draft.get("location") or {}
    return Buildable(row.reference, row.state, str(place.get("name", "")), row.starts)
