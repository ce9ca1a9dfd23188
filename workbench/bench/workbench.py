"""`Workbench`: a bench opened by somebody, and the parts of it."""

from __future__ import annotations

import functools
import os
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from workbench.bench.alerts import Alerts
from workbench.bench.audit_part import AuditTrail
from workbench.bench.backups import BackupAdvice, backup_advice
from workbench.bench.blind_verdicts import settle_all_verdicts
from workbench.bench.blue_list import BlueList
from workbench.bench.cases import Cases
from workbench.bench.collection_galleries import CollectionGalleries
from workbench.bench.collections import Collections
from workbench.bench.context import Context
from workbench.bench.creating import BenchKind, create_bench
from workbench.bench.deployments import Deployments
from workbench.bench.enquiries import Enquiries
from workbench.bench.evaluation_sets import EvaluationSets
from workbench.bench.exports import Exports
from workbench.bench.footage import FootageIndex
from workbench.bench.holds import Holds
from workbench.bench.keys_part import Keys
from workbench.bench.live import Live
from workbench.bench.logging_in import LoggingIn
from workbench.bench.notices import Notice, Teller, notices_of, tell_once
from workbench.bench.opening import TRUST, OpenBench, asker, open_bench
from workbench.bench.outcomes import Outcomes
from workbench.bench.places import BenchPlaces, is_address
from workbench.bench.policies import Policies
from workbench.bench.publications import Publications
from workbench.bench.retention import Retention
from workbench.bench.retention_pass import RetentionRun, enforce, enforce_again
from workbench.bench.reviews import Reviews
from workbench.bench.rules import Rules
from workbench.bench.rules_part import RuleChanges
from workbench.bench.search_probes import ProbeModels
from workbench.bench.searches import Searches
from workbench.bench.session_records import close_lost_sessions
from workbench.bench.team_part import Team
from workbench.bench.users import Users
from workbench.bench.watchlists import Watchlists
from workbench.bench.whole_ids import whole_id
from workbench.closing import ClosedAtTheEnd
from workbench.governance.permissions import Permission
from workbench.records.actors import Actor
from workbench.records.id_parts import IdKind
from workbench.records.moments import utc_now
from workbench.records.store import Clock
from workbench.settings import Settings, load_settings

__all__ = ["Workbench"]


class Workbench(LoggingIn, ClosedAtTheEnd):
    """The one entry to everything that holds personal data.

    Every call checks what the role of whoever asks permits, and writes an entry of the audit log
    in the same transaction. Open it with `Workbench.open`; it is a context manager.
    """

    def __init__(
        self,
        opened: OpenBench,
        context: Context,
        at_opening: RetentionRun | None = None,
        notices: tuple[Notice, ...] = (),
    ) -> None:
        """Take an open bench and who asks; use `Workbench.open`."""
        self._opened = opened
        self._context = context
        self.at_opening = at_opening or RetentionRun()
        """What retention did by itself when the bench was opened; certificates and failures only
        for those whose role reads them."""
        self.notices = notices
        """What was said of it when it was opened."""

    @classmethod
    def create(
        cls,
        place: str | Path,
        administrator: str,
        password: str,
        *,
        display: str = "",
        kind: BenchKind = "operational",
        rules: Rules | None = None,
        settings: Settings | None = None,
        clock: Clock = utc_now,
    ) -> BenchPlaces:
        """Make a bench and its first account; see `workbench.bench.creating.create_bench`."""
        return create_bench(
            place,
            administrator,
            password,
            display=display,
            kind=kind,
            rules=rules,
            settings=settings,
            clock=clock,
        )

    @classmethod
    def open(
        cls,
        place: str | Path | None = None,
        *,
        credential: str | None = None,
        settings: Settings | None = None,
        clock: Clock = utc_now,
        tell: Teller = tell_once,
    ) -> Self:
        """Open a bench.

        Args:
            place: its folder, or the address of a team's store; that of the settings if left out.
            credential: who asks; that of `workbench login` if left out. In a team's store whoever
                connects is who asks, and none is needed. The role is looked up.
            settings: of this process.
            clock: tells the time.
            tell: is given the id of the bench and what is to be said of it; logged once a process
                if left out, which a notebook shows.

        Raises:
            CredentialError: when nobody is logged in, or not any more; in a team's store, when the
                database user has no account.
            StoreError: when there is no bench, or it cannot be opened.
        """
        settings = settings or load_settings()
        opened = open_bench(_place(place, settings), settings, clock)
        try:
            actor, expires = asker(opened, credential, os.environ)
            context = Context(
                store=opened.store,
                vault=opened.vault,
                keys=opened.secrets.keys,
                actor=actor,
                expires=expires,
                rules=opened.rules,
                places=opened.places,
                settings=settings,
            )
            notices = notices_of(opened)
            tell(opened.store.bench.id, notices)
            at_opening = _shown(context, _keep_up(context))
            if _may_enforce(context):
                context.upkeep.begin(context.now(), functools.partial(enforce_again, context))
        except BaseException:
            opened.store.close()
            raise
        return cls(opened, context, at_opening, notices)

    @property
    def id(self) -> str:
        """Name of the bench."""
        return self._context.store.bench.id

    @property
    def actor(self) -> Actor:
        """Who opened it, in which role."""
        return self._context.actor

    @property
    def expires(self) -> datetime:
        """When whoever opened it is not logged in any more."""
        return self._context.expires

    @property
    def backups(self) -> BackupAdvice:
        """What a backup holds and must not hold, and where."""
        return backup_advice(self._context.places, self._context.rules)

    @property
    def is_demonstration(self) -> bool:
        """Whether it holds a demonstration and can hold nothing else."""
        return self._context.is_demonstration

    def now(self) -> datetime:
        """Return the moment by the clock of the bench."""
        return self._context.now()

    def whole_id(self, kind: IdKind | str, text: str) -> str:
        """Return the id that begins or ends with a text, as far as one may read ids of its kind.

        A text that no such id begins or ends with is returned as it is.

        Args:
            kind: `alert`, `case`, `certificate`, `change`, `footage`, `hold`, `search` or
                `session`.
            text: 4 characters or more after the kind.

        Raises:
            UnknownRecordError: when several ids do, which are named, or the part is too short.
        """
        return whole_id(self._context, Permission.BENCH_DESCRIBE, IdKind(kind), text)

    @property
    def rules(self) -> Rules:
        """Rules of the force."""
        return self._context.rules

    @property
    def promise(self) -> str | None:
        """What this kind of store cannot promise, in a few sentences; `None` for a team's."""
        return None if is_address(self._context.places.store) else TRUST

    @cached_property
    def deployments(self) -> Deployments:
        """Deployments."""
        return Deployments(self._context)

    @cached_property
    def live(self) -> Live:
        """Live searches."""
        return Live(self._context)

    @cached_property
    def alerts(self) -> Alerts:
        """Alerts, and what people decide about them."""
        return Alerts(self._context)

    @cached_property
    def cases(self) -> Cases:
        """Cases of retrospective work."""
        return Cases(self._context)

    @cached_property
    def _galleries(self) -> CollectionGalleries:
        return CollectionGalleries(self._context)

    @cached_property
    def _probe_models(self) -> ProbeModels:
        return ProbeModels(self._context)

    @cached_property
    def collections(self) -> Collections:
        """Reference collections."""
        return Collections(self._context, self._galleries)

    @cached_property
    def footage(self) -> FootageIndex:
        """Footage of cases."""
        return FootageIndex(self._context, self._probe_models)

    @cached_property
    def searches(self) -> Searches:
        """Searches of cases."""
        return Searches(self._context, self._galleries, self._probe_models)

    @cached_property
    def reviews(self) -> Reviews:
        """What examiners conclude on searches of cases."""
        return Reviews(self._context)

    @cached_property
    def blue_list(self) -> BlueList:
        """Consenting staff who walk past, to measure recognition."""
        return BlueList(self._context)

    @cached_property
    def outcomes(self) -> Outcomes:
        """What came of deployments, in counts."""
        return Outcomes(self._context)

    @cached_property
    def publications(self) -> Publications:
        """What is published: figures, notices, and the extract of the log, each a disclosure."""
        return Publications(self._context)

    @cached_property
    def enquiries(self) -> Enquiries:
        """Enquiries whether a reference was on a list."""
        return Enquiries(self._context)

    @cached_property
    def evaluation_sets(self) -> EvaluationSets:
        """Images that error rates are measured on."""
        return EvaluationSets(self._context)

    @cached_property
    def audit(self) -> AuditTrail:
        """The audit log."""
        return AuditTrail(self._context)

    @cached_property
    def policies(self) -> Policies:
        """Threshold policies."""
        return Policies(self._context)

    @cached_property
    def retention(self) -> Retention:
        """What is destroyed when, and the certificates of it."""
        return Retention(self._context)

    @cached_property
    def holds(self) -> Holds:
        """Legal holds."""
        return Holds(self._context)

    @cached_property
    def exports(self) -> Exports:
        """What left the bench."""
        return Exports(self._context)

    @cached_property
    def rule_changes(self) -> RuleChanges:
        """Changes of the rules of the force."""
        return RuleChanges(self._context)

    @cached_property
    def keys(self) -> Keys:
        """The master key."""
        return Keys(self._context, self._opened.secrets)

    @cached_property
    def users(self) -> Users:
        """Accounts."""
        return Users(self._context, lambda: self._opened.secrets.users)

    @cached_property
    def team(self) -> Team:
        """The people of a team's store, and what the database lets each do."""
        return Team(self._context, self._opened.connected, self.users)

    @cached_property
    def watchlists(self) -> Watchlists:
        """Watchlists, each of one deployment."""
        return Watchlists(self._context)

    def close(self) -> None:
        """End the searches that run here, close the records and forget the keys."""
        if "live" in self.__dict__:
            self.live.close()
        if "searches" in self.__dict__:
            self.searches.close()
        if "_galleries" in self.__dict__:
            self._galleries.forget()
        if "_probe_models" in self.__dict__:
            self._probe_models.forget()
        self._opened.secrets.keys.forget()
        self._opened.store.close()


def _place(place: str | Path | None, settings: Settings) -> str:
    return settings.bench if place is None else str(place)


def _shown(context: Context, run: RetentionRun) -> RetentionRun:
    """Return what whoever opens a bench may see of what retention did then."""
    if context.may(Permission.CERTIFICATE_CONSULT):
        return run
    return replace(run, certificates=(), failures=())


def _keep_up(context: Context) -> RetentionRun:
    """Do what is due at every opening; in a team's store what the role has the means for."""
    if context.store.through is None or context.may(Permission.LIVE_START):
        close_lost_sessions(context)
    if context.may(Permission.ALERT_ADJUDICATE):
        settle_all_verdicts(context)
    return enforce(context) if _may_enforce(context) else RetentionRun()


def _may_enforce(context: Context) -> bool:
    return context.store.through is None or context.may(Permission.RETENTION_RUN)
