"""One slider over all that a threshold means: rates, alerts to expect, groups, single errors."""

from __future__ import annotations

import functools
import shlex
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from widgets.panels import Panel, Surface, joined
from widgets.plotly_script import plotly_script
from widgets.threshold_lab_document import LabFigures, figures_of, lab_words, plan_words
from widgets.threshold_lab_drafts import draft_words, drafts_of
from widgets.threshold_lab_images import ImageSource, folder_images, small_jpeg
from widgets.threshold_lab_plan import PlanInputs
from widgets.thumbnails import fetched
from workbench.errors import UsageError, WorkbenchError
from workbench.evaluation.bootstrap import REPLICATES
from workbench.evaluation.measurement import Measurement, read_measurement
from workbench.hygiene import without_credentials

__all__ = ["ThresholdLab", "fault_words"]

EMPTY: Final = (
    "Make a measurement and give its folder: workbench evaluate identification PROTOCOL.csv "
    "--root IMAGES --report FOLDER."
)
_LONGEST_WAIT_S: Final = 600.0


class _LabSurface(Surface):
    _esm = joined(
        "parts.js", "thumbnails.js", "lab_parts.js", "lab_charts.js", "lab_errors.js",
        "lab_slide.js", "lab_plan.js", "lab_groups.js", "lab_columns.js", "lab.js",
    )  # fmt: skip
    _css = joined("panel.css", "lab.css")


class ThresholdLab(Panel):
    """Score distributions, error rates, a plan, groups and errors at one threshold, which slides.

    Everything is reckoned once, beside the kernel's own thread; the page then moves it without
    asking. Pictures of errors are read when somebody asks for them by a press, go to the page as
    messages, and are kept by neither notebook nor page. Nothing is chosen by itself.
    """

    surface = _LabSurface

    def __init__(
        self,
        measurement: Measurement | Path | str | None = None,
        *,
        list_size: int | None = None,
        faces: int = 10_000,
        hours: float = 4.0,
        threshold: float | None = None,
        images: ImageSource | Path | str | None = None,
        replicates: int = REPLICATES,
    ) -> None:
        """Begin to reckon; the page says how long it has been at it.

        Args:
            measurement: what `workbench evaluate identification --report FOLDER` wrote, or its
                folder; with none the page says how to make one.
            list_size: references on the planned list; as many as were searched when left out.
            faces: of people who are not on the list, expected to pass.
            hours: that the planned search lasts.
            threshold: where the slider starts; the lowest that keeps FPIR 0.01 when left out.
            images: where the images of errors come from: a folder, `folder_images` or
                `set_images`. Without it errors are shown by their scores alone.
            replicates: of the bootstrap by identity.

        Raises:
            ImageError: when `images` names no folder.
            UsageError: when the plan cannot be.
        """
        self._held = threading.RLock()
        self._ready = threading.Event()
        self._began_s = time.monotonic()
        self._folder = None if isinstance(measurement, Measurement | None) else Path(measurement)
        self._given = list_size
        self._looking = False
        self._figures: LabFigures | None = None
        self._drafted: int | None = None
        self._state: dict[str, Any] = {
            "state": "loading" if measurement is not None else "empty",
            "words": EMPTY,
        }
        super().__init__()
        try:
            self._inputs = PlanInputs(list_size or PlanInputs().list_size, faces, hours)
            self._images = folder_images(Path(images)) if isinstance(images, str | Path) else images
        except WorkbenchError:
            self.close()
            raise
        if measurement is None:
            self._ready.set()
        else:
            self._worker.do(lambda: self._reckon(measurement, threshold, replicates))

    @property
    def chosen(self) -> float | None:
        """The threshold that somebody wrote down by the button; `None` before that."""
        with self._held:
            figures, place = self._figures, self._drafted
        return None if figures is None or place is None else figures.grid.thresholds[place]

    @property
    def figures(self) -> LabFigures:
        """All that is drawn.

        Raises:
            UsageError: when there is nothing, or not yet.
        """
        if self._figures is None:
            msg = "the lab has no figures. Give it a measurement, and wait() until it is reckoned."
            raise UsageError(msg)
        return self._figures

    def wait(self) -> None:
        """Wait until everything is reckoned, or it is clear that it cannot be."""
        self._ready.wait(_LONGEST_WAIT_S)

    def plan(self, inputs: PlanInputs) -> None:
        """Show another plan; from any thread."""
        with self._held:
            self._inputs = inputs
        self._tell_plan()

    def draft_command(self, place: int) -> str:
        """Return the command that begins a policy with the threshold at a place of the slider.

        Raises:
            UsageError: when it is none of the slider's, or `workbench policy draft` would refuse
                it: chosen on other than tuning people, or resting on fewer than three errors.
        """
        figures = self.figures
        if not 0 <= place < len(figures.grid.thresholds):
            msg = f"the slider has no place {place}. Choose one that it has."
            raise UsageError(msg)
        if hindrance := drafts_of(figures.rates, figures.measurement.facts, figures.every_said)[
            place
        ]:
            raise UsageError(hindrance)
        tuning = "TUNING" if self._folder is None else shlex.quote(str(self._folder))
        return (
            f"workbench policy draft ID --tuning {tuning} --test TEST --threshold "
            f"{figures.said(place)} --largest-list {self._inputs.list_size}"
        )

    def close(self) -> None:
        """Leave the browsers; figures and the way to images are forgotten."""
        with self._held:
            self._figures, self._images, self._looking = None, None, False
        super().close()

    def _reckon(
        self, given: Measurement | Path | str, threshold: float | None, replicates: int
    ) -> None:
        try:
            measurement = given if isinstance(given, Measurement) else read_measurement(Path(given))
            figures = figures_of(measurement, threshold, replicates)
            size = self._given or measurement.facts.list_size
            inputs = PlanInputs(size, self._inputs.faces, self._inputs.hours)
            words = lab_words(figures)
            with self._held:
                self._figures, self._inputs = figures, inputs
                self._state = {"state": "ready", **words}
        except BaseException as error:  # noqa: BLE001 - said in the page, also a panic of polars
            with self._held:
                self._state = {"state": "error", "words": fault_words(error)}
        finally:
            self._ready.set()
            self._greet()

    def _greet(self) -> None:
        with self._held:
            state = dict(self._state)
            state["images"] = self._images is not None
            state["looking"] = self._looking
        self.say({"kind": "lab", "since_s": time.monotonic() - self._began_s, **state})
        if state["state"] == "ready":
            self._tell_plan()

    def _tell_plan(self) -> None:
        with self._held:
            figures, inputs = self._figures, self._inputs
        if figures is not None:
            at = time.strftime("%H:%M:%S", time.gmtime()) + " UTC"
            self.say({"kind": "plan", "at": at, **plan_words(figures, inputs)})
            self._tell_draft(figures)

    def _tell_draft(self, figures: LabFigures) -> None:
        """Say what was written down, by the plan that stands now."""
        if self._drafted is None:
            return
        command = self.draft_command(self._drafted)
        said = figures.said(self._drafted)
        words = draft_words(self._folder, self._inputs.list_size)
        self.say({"kind": "chosen", "said": said, "command": command, "words": words})

    def _hear(self, kind: str, content: Mapping[str, Any]) -> None:
        view = str(content["view"])
        if kind == "plotly":
            self.say({"kind": "plotly", "to": view}, [plotly_script()])
        elif kind == "plan":
            self._replan(view, content)
        elif kind == "choose":
            self._choose(view, content.get("place"))
        elif kind == "look":
            with self._held:
                self._looking = content.get("on") is True and self._images is not None
            self.say({"kind": "looking", "looking": self._looking})
        elif kind == "thumbs" and self._looking:
            self._worker.do(lambda: self._send_pictures(view, content.get("ids")))

    def _replan(self, view: str, content: Mapping[str, Any]) -> None:
        try:
            inputs = PlanInputs.read(content)
        except UsageError as error:
            self._refused("plan", error, to=view)
            return
        with self._held:
            self._inputs = inputs
        self._tell_plan()

    def _choose(self, view: str, place: object) -> None:
        try:
            wanted = place if isinstance(place, int) else -1
            self.draft_command(wanted)
        except UsageError as error:
            self._refused("choose", error, to=view)
            return
        with self._held:
            self._drafted = wanted
        self._tell_draft(self.figures)

    def _send_pictures(self, view: str, wanted: object) -> None:
        with self._held:
            figures, source, looking = self._figures, self._images, self._looking
        if figures is None or source is None or not looking:
            return  # nobody has asked for faces here
        names = figures.errors.images
        asked = [one for one in wanted if isinstance(one, str)] if isinstance(wanted, list) else []
        pictures = {
            one: functools.partial(small_jpeg, source, names[one]) for one in asked if one in names
        }
        found = fetched(asked, pictures)
        words = {"kind": "thumbs", "to": view, "of": found.names, "missing": found.missing}
        self.say(words, found.pictures)


def fault_words(error: BaseException) -> str:
    """Return why figures cannot be shown, as a page tells it."""
    if isinstance(error, WorkbenchError):
        return without_credentials(str(error))
    return f"{type(error).__name__}: this was not foreseen."
