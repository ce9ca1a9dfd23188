"""What every page keeps to: words that never stand on one, and contrast that can be read."""

from __future__ import annotations

import re
from typing import Any, Final

__all__ = ["CONTRAST", "NEVER", "settle"]

NEVER: Final = re.compile(
    r"\bmatch(es|ed|ing)?\b|\bidentified\b|(?<!95 )%|per ?cent", re.IGNORECASE
)
"""What no page says of a candidate."""
CONTRAST: Final = """() => {
    const parse = (text) => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
        .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] > 0) return colour;
        }
        return [255, 255, 255];
    };
    const low = [];
    for (const one of document.querySelectorAll('.lfr-panel *')) {
        const said = [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        if (!said || !one.offsetHeight || one.disabled || one.tagName === 'OPTION') continue;
        const [high, dark] = [light(parse(getComputedStyle(one).color)), light(ground(one))]
            .sort((a, b) => b - a);
        if ((high + 0.05) / (dark + 0.05) < 4.5) low.push(one.className + ': ' + one.innerText);
    }
    return low;
}"""
"""A script that returns words with less contrast than 4.5, of panels that a page shows."""


def settle(page: Any) -> None:
    """Wait until what a page lays out anew after it was made wider or darker has been drawn."""
    page.evaluate(
        "new Promise((done) => setTimeout(() => requestAnimationFrame("
        "() => requestAnimationFrame(done)), 100))"
    )
