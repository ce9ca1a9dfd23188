"""What axe-core finds wrong with a page for those who cannot see it or use no mouse."""

from __future__ import annotations

from importlib.resources import files
from typing import Any, Final

__all__ = ["serious_findings"]

_BAD: Final = ("serious", "critical")
_RUN: Final = """async (within) => {
    const found = await axe.run(within ?? document, { resultTypes: ['violations'] });
    return found.violations.map(({ id, impact, help, nodes }) => ({
        id, impact, help, nodes: nodes.map((one) => one.target.join(' ') + ': ' + one.failureSummary),
    }));
}"""


def serious_findings(page: Any, within: str | None = None) -> list[str]:
    """Return what axe-core calls serious or critical of a page of Playwright, each in a line.

    Args:
        page: that is shown.
        within: a selector of the part that is looked at; all of the page when left out.
    """
    program = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
    page.evaluate(f"() => {{ {program} }}")
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {'; '.join(one['nodes'][:3])}"
        for one in page.evaluate(_RUN, within)
        if one["impact"] in _BAD
    ]
