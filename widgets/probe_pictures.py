"""The pictures that were joined into a probe: what each is, and which of them is compared."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets

from widgets.found_search import pictures_of

if TYPE_CHECKING:
    from workbench.bench.search_views import SearchFinding

__all__ = ["ProbePictures"]


class ProbePictures:
    """Names every picture of a probe with its digest, and lets one be chosen.

    Attributes:
        choice: which picture is compared.
        page: choice and names; empty where the probe is one picture.
    """

    def __init__(self, found: SearchFinding, *, on_choose: Callable[[], object]) -> None:
        """Begin with the first.

        Args:
            found: the search.
            on_choose: is called after another was chosen.
        """
        told = pictures_of(found)
        comparable = 1 + len(found.document.others)
        self.choice = ipywidgets.Dropdown(
            options=[(f"picture {at}", at) for at in range(1, comparable + 1)],
            description="Probe shown",
            style={"description_width": "initial"},
        )
        self.choice.observe(lambda _: on_choose(), names="value")
        facts = found.view.record.asked
        lines = "".join(f"<li>{html.escape(one)}</li>" for one in told)
        notes = [facts.may_differ]
        if facts.may_differ and facts.same_person is not None:
            notes.append(f"Why they are said to show one person: {facts.same_person}")
        if comparable < len(told):
            notes.append(
                "An earlier version of the program searched, and kept no face of the others: "
                "they cannot be compared here."
            )
        said = "".join(f"<p><b>{html.escape(one)}</b></p>" for one in notes if one)
        self._named = ipywidgets.HTML(
            f"<p>The probe was joined of {len(told)} pictures. Compare each.</p>{said}"
            f"<ul>{lines}</ul>"
        )
        several = len(told) > 1
        self.page = ipywidgets.VBox([self._named, self.choice] if several else [])

    @property
    def number(self) -> int:
        """The picture that is compared, from 1."""
        return int(self.choice.value)

    def close(self) -> None:
        """Leave the browsers."""
        for part in (self.choice, self._named, self.page):
            part.close()
