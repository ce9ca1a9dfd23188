"""The operator's page on a demonstration bench that is made for it, ready to be started."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from widgets.alert_queue import AlertQueue
from widgets.operating import Operator
from widgets.operator_desk import operator
from widgets.paced_feed import PacedFeed
from workbench import demonstration
from workbench.closing import ClosedAtTheEnd
from workbench.demonstration.cast import ENGAGING, OPERATOR
from workbench.demonstration.held_folders import held_folder
from workbench.demonstration.paperwork import FEED
from workbench.demonstration.sample import Sample
from workbench.feeds import CrowdSettings
from workbench.feeds.opening import open_feed

__all__ = ["DemonstrationDesk", "demonstration_desk"]


class DemonstrationDesk(ClosedAtTheEnd):
    """A demonstration with everything but the search: authority, list, reviews and a staged feed.

    Attributes:
        page: the operator's, as the account demo-operator.
        reference: of the deployment.
        credits: who made the photographs, in a sentence each.
    """

    def __init__(self, sample: Sample, crowd: CrowdSettings, threshold: float | None) -> None:
        """Make bench, deployment, list and feed; see `demonstration_desk`."""
        self._open = ExitStack()
        self._bench = demonstration.DemonstrationBench.temporary(sample.settings)
        self._verifier: AlertQueue | None = None
        self.credits = [f"{one.what}: {one.author}. {one.licence}." for one in sample.credits]
        folder = self._open.enter_context(held_folder("workbench-feed-"))
        try:
            self.page = self._prepared(sample, crowd, folder / "crowd.mp4", threshold)
        except BaseException:
            self.close()
            raise
        self._open.callback(self.page.close)

    def second_verifier(self) -> AlertQueue:
        """Return the alerts as demo-engagement-officer sees them, who is shown no first verdict.

        In a demonstration one person plays both; on another bench two people log in.
        """
        if self._verifier is None:
            other = self._open.enter_context(self._bench.opened(ENGAGING))
            self._verifier = AlertQueue(
                other,
                self.reference,
                heading="Alerts of the second verifier",
                about=f"As {other.actor.name}: the pictures, and not what the first person said.",
                credits=self.credits,
            )
            self._open.callback(self._verifier.close)
        return self._verifier

    def _prepared(
        self, sample: Sample, crowd: CrowdSettings, video: Path, threshold: float | None
    ) -> Operator:
        """Stage the feed, do everything that a search needs, and return its page."""
        scene = demonstration.stage(sample, video, crowd=crowd)
        self.reference = demonstration.apply(self._bench, sample)
        demonstration.authorise(self._bench, sample, self.reference)
        demonstration.build_list(self._bench, sample, self.reference)
        demonstration.review_list(self._bench, self.reference)
        return operator(
            self._open.enter_context(self._bench.opened(OPERATOR)),
            self.reference,
            feed=lambda: PacedFeed(open_feed(scene.video)),
            feed_name=FEED,
            threshold=threshold,
            analyser=sample.searching,
            credits=self.credits,
        )

    def close(self) -> None:
        """Stop the search, and end the bench, keys first."""
        self._open.close()
        if self._bench.exists:
            self._bench.end()


def demonstration_desk(
    *,
    encoder: str | None = None,
    threshold: float | None = None,
    seed: int = 2,
    seconds: float | None = None,
) -> DemonstrationDesk:
    """Make a demonstration that waits for somebody to press Start; it goes with the kernel.

    Args:
        encoder: what makes templates; that of the settings when left out.
        threshold: offered on the page; that of the policy when left out.
        seed: of the staged crowd.
        seconds: length of its recording; as long as its five people need when left out.

    Raises:
        ArtefactError: when photographs or models cannot be had.
    """
    sample = demonstration.prepare(encoder=encoder)
    crowd = CrowdSettings(seed=seed, at_once=5, obstacles=1, seconds=seconds)
    return DemonstrationDesk(sample, crowd, threshold)
