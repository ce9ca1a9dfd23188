"""A locked test set is opened on a bench for one policy, before it is measured, and on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.cli.console import say
from workbench.cli.opening import opened
from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.evaluation.locked import LockedTest, Opening
    from workbench.settings import Settings

__all__ = ["OpeningFor"]


@dataclass(frozen=True, slots=True)
class OpeningFor:
    """For which policy a locked test may be opened, and where that is recorded.

    Attributes:
        policy: id that the policy will be issued under.
        bench: folder or address of the bench; that of the settings where `None`.
        justification: why it is opened; needed unless it was opened for this policy before.
        settings: of the bench.
    """

    policy: str
    bench: str | None
    justification: str | None
    settings: Settings

    def open(self, test: LockedTest, data_set: str) -> Opening:
        """Return the opening of a test set for the policy, which is recorded now if there is none.

        A test that was opened for this policy may be measured with that opening: a threshold was
        chosen before it, and nothing is chosen after.

        Raises:
            IllegalMoveError: when another test was opened for the policy, or it was issued.
            NotPermittedError: when the role may not.
            UsageError: when it is not open yet and no justification is given.
        """
        from workbench.evaluation.locked import Opening  # noqa: PLC0415 - keeps `--help` quick

        with opened(self.bench, self.settings) as workbench:
            earlier = [
                one
                for one in workbench.policies.openings()
                if one.policy_id == self.policy and one.digest == test.digest
            ]
            if earlier:
                (found,) = earlier
            elif self.justification is None:
                msg = (
                    f"the locked test was not opened for policy {self.policy} yet. Say why it is "
                    "to be opened now: --justification."
                )
                raise UsageError(msg)
            else:
                found = workbench.policies.open_test(
                    self.policy,
                    digest=test.digest,
                    data_set=data_set,
                    justification=self.justification,
                )
        say(f"{self.policy}: locked test {found.digest[:12]} ({found.data_set}) {found.words}.")
        return Opening(
            policy=found.policy_id, by=found.opened_by, at=found.opened_at, digest=found.digest
        )
