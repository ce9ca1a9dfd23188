"""A person with a keyboard alone: Tab until something has the focus, then keys."""

from __future__ import annotations

from typing import Any

__all__ = ["focused", "tab_to"]

_MOST_TABS = 120


def focused(page: Any) -> str:
    """Return what has the focus, as a person would name it."""
    words: str = page.evaluate(
        """() => {
            const at = document.activeElement;
            const said = at.getAttribute('aria-label') || at.innerText || at.title || '';
            return `${at.tagName}.${at.className} ${said.slice(0, 40).replace(/\\s+/g, ' ')}`;
        }"""
    )
    return words


def tab_to(page: Any, selector: str, *, back: bool = False) -> int:
    """Press Tab until what a selector names has the focus; returns how often it took.

    Args:
        page: of the browser.
        selector: of CSS.
        back: press Shift and Tab.
    """
    passed = []
    for presses in range(1, _MOST_TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return presses
        passed.append(focused(page))
    msg = f"Tab never came to {selector}; it came past:\n" + "\n".join(passed)
    raise AssertionError(msg)
