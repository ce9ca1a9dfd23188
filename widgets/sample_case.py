"""The pages of a case on a demonstration bench that is made for them, ready to be searched."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from widgets.case_pages import REPORTS, CaseDesk
from widgets.examination_place import ExaminationPlace
from workbench import demonstration
from workbench.demonstration import casework
from workbench.demonstration.cast import EXAMINER, INVESTIGATOR, SECOND_EXAMINER
from workbench.demonstration.held_folders import held_folder
from workbench.errors import UsageError, WorkbenchError
from workbench.feeds import CrowdSettings

if TYPE_CHECKING:
    import ipywidgets

    from workbench.demonstration.sample import Sample

__all__ = ["DemonstrationCase", "demonstration_case"]

CROWD: Final = CrowdSettings(
    seed=2, at_once=5, obstacles=1, width=960, height=540, fps=10, walking_speed_m_s=2.0,
    smallest_face_px=40, largest_face_px=120,
)  # fmt: skip
"""A short recording of hurried people: it is there in half a minute, beside all the rest."""
SECOND_CROWD: Final = CROWD.model_copy(update={"seed": 5, "obstacles": 0, "smallest_face_px": 60.0})
"""The same people elsewhere, for three seconds: enough for two pieces of footage to compare."""
_CROWDS: Final = (("crowd.mp4", CROWD, 0.0), ("doorway.mp4", SECOND_CROWD, 9.0))
"""File, how it is staged, and how long after the first it is said to begin, s."""
_LONGEST_S: Final = 300.0


class DemonstrationCase(CaseDesk):
    """A case of the demonstration as three of its accounts see it, in one notebook.

    The investigator's pages come first, then those of two examiners. One person plays them all
    here; on another bench three people log in.
    """

    def __init__(self, sample: Sample, reports: str | Path) -> None:
        """Make bench, collection and case; the footage is staged and indexed meanwhile."""
        self._over = threading.Event()
        with ExitStack() as making:
            bench = demonstration.DemonstrationBench.temporary(sample.settings)
            making.callback(lambda: bench.end() if bench.exists else None)
            bench.make()
            casework.import_collection(bench, sample)
            case = casework.open_case(bench)
            credits_ = [f"{one.what}: {one.author}. {one.licence}." for one in sample.credits]
            super().__init__(
                making.enter_context(bench.opened(INVESTIGATOR)),
                case,
                reports=reports,
                analyser=sample.analyser,
                about=(casework.PASTED,),
                credits=credits_,
                going=making,
            )
            self._desks = [
                ExaminationPlace(
                    making.enter_context(bench.opened(account)),
                    case,
                    title=f"{which} examiner",
                    about=(f"As {account}. {said}",),
                    on_changed=self._examined,
                    credits=self._credits,
                )
                for which, account, said in (
                    ("First", EXAMINER, "Scores are hidden until you have concluded."),
                    (
                        "Second",
                        SECOND_EXAMINER,
                        "Nothing that the first said is shown here before you have concluded.",
                    ),
                )
            ]
            for place in self._desks:
                making.callback(place.close)
            self._preload(sample)
            folder = making.enter_context(held_folder("workbench-feed-"))
            self._staging = threading.Thread(
                target=self._stage, args=(bench, sample, folder), daemon=True
            )
            making.callback(self._staging.join, _LONGEST_S)
            making.callback(self._over.set)
            self._going = making.pop_all()
        self._staging.start()

    def first_examiner(self) -> ipywidgets.Widget:
        """Return the desk of demo-examiner."""
        return self._desks[0].page

    def second_examiner(self) -> ipywidgets.Widget:
        """Return the desk of demo-second-examiner."""
        return self._desks[1].page

    @property
    def examiners(self) -> tuple[ExaminationPlace, ...]:
        """Where the two examiners work, in their order."""
        return tuple(self._desks)

    def wait(self) -> None:
        """Wait until the footage is indexed."""
        self._staging.join()

    def _preload(self, sample: Sample) -> None:
        assert self.searching is not None  # noqa: S101 - an investigator searches
        given = casework.probe(sample)
        self.searching.editor.load(given.data, given.name)

    def _stage(self, bench: demonstration.DemonstrationBench, sample: Sample, folder: Path) -> None:
        """Stage and index the footage, and have the pages look at it."""
        assert self.footage is not None  # noqa: S101 - an investigator looks at footage
        assert self.searching is not None  # noqa: S101 - and searches
        assert self.pairs is not None  # noqa: S101 - so compares footage
        form, begun = self.footage.form, bench.now() - timedelta(hours=1)
        try:
            for number, (name, crowd, after_s) in enumerate(_CROWDS, 1):
                which = f"recording {number} of {len(_CROWDS)}"
                form.show(
                    tone="busy", status=f"Staging a crowd, and indexing it, {which}: half a minute."
                )
                scene = demonstration.stage(
                    sample, folder / name, crowd=crowd, progress=lambda *_: self._go_on()
                )
                casework.add_footage(
                    bench,
                    self.case,
                    scene,
                    starts=begun + timedelta(seconds=after_s),
                    progress=self._go_on,
                )
                self.footage.refresh(self.searching.search)
                self.searching.refresh()
            self.pairs.refresh()
        except WorkbenchError as error:
            form.show(status="", problem_title="There is no footage.", problem=str(error))

    def _go_on(self) -> None:
        if self._over.is_set():
            msg = "the demonstration has ended."
            raise UsageError(msg)

    def _places(self) -> Sequence[ExaminationPlace]:
        return self.examiners

    def _examined(self) -> None:
        super()._examined()
        for place in self.examiners:
            place.choice.refresh()


def demonstration_case(
    *, reports: str | Path = REPORTS, encoder: str | None = None
) -> DemonstrationCase:
    """Make a demonstration with a case to search for; it goes with the kernel.

    Args:
        reports: folder for reports; they stay.
        encoder: what makes templates; that of the settings when left out.

    Raises:
        ArtefactError: when photographs or models cannot be had.
    """
    return DemonstrationCase(demonstration.prepare(encoder=encoder), reports)
