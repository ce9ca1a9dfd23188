"""A locked test set is measured with the opening that a bench has on record for one policy."""

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
    """For which policy a locked test was opened, and where that is recorded.

    Attributes:
        policy: id that the policy will be issued under.
        bench: folder or address of the bench; that of the settings where `None`.
        settings: of the bench.
    """

    policy: str
    bench: str | None
    settings: Settings

    def open(self, test: LockedTest) -> Opening:
        """Return the opening of a test set for the policy, which fixed its threshold before.

        A test that was opened for this policy may be measured with that opening, also again: a
        threshold was chosen before it, and nothing is chosen after.

        Raises:
            NotPermittedError: when the role may not.
            UsageError: when it is not open for that policy, or another test is.
        """
        from workbench.evaluation.locked import Opening  # noqa: PLC0415 - keeps `--help` quick

        with opened(self.bench, self.settings) as workbench:
            every = workbench.policies.openings()
        found = next((one for one in every if one.policy_id == self.policy), None)
        if found is None:
            msg = (
                f"the locked test was not opened for policy {self.policy} yet. Fix its threshold "
                f"and open it: workbench policy open-test {self.policy} --tuning DIR --target-fpir "
                f"RATE --planned-list N --digest {test.digest} --data-set NAME --justification "
                "TEXT."
            )
            raise UsageError(msg)
        if found.digest != test.digest:
            msg = (
                f"another test was opened for policy {self.policy}: protocol {found.digest[:12]}, "
                f"and these rows are {test.digest[:12]}. Give the protocol that was opened."
            )
            raise UsageError(msg)
        what = f"locked test {found.digest[:12]} ({found.data_set})"
        say(f"{self.policy}: {what} {found.again_words}.")
        return Opening(
            policy=found.policy_id, by=found.opened_by, at=found.opened_at, digest=found.digest
        )
