"""Make the pictures of docs/pictures again: `python docs/make_pictures.py`.

It runs the demonstration in a temporary bench and keeps three pictures of it, with the credits of
whom they show: an alert as it was decided, a redacted frame, and the deletion certificate. Of the
three alerts only one is shown: the files of the two White House photographs ask not to be
reproduced, so that no committed picture has them in clear.

Needs Chromium (`--chromium` says where) and the package `playwright`.
"""  # noqa: INP001 - a script, no package

from __future__ import annotations

import argparse
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from PIL import Image
from playwright.sync_api import sync_playwright

from workbench import demonstration
from workbench.demonstration import Outcome
from workbench.images import encode_jpeg

PICTURES = Path(__file__).parent / "pictures"
SHOWN = "Jacinda Ardern"
"""Whose alert is shown; both photographs of her may be reproduced with credit."""
REFERENCE = "Jacinda-Ardern"
UNRECOGNISABLE = "Rishi Sunak"
"""Who else is in the chosen frame, under a mosaic."""
CERTIFIED = "section[aria-labelledby=destroyed]"
AFTER_ALERT_S = 0.5
WIDTH = 1080
MOST_BYTES = 300_000
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def photograph_page(page: Path, last: str, chromium: str, hidden: str = "") -> bytes:
    """Return the top of a page, down to the end of one element, as PNG with 256 colours.

    Args:
        page: an HTML file of the demonstration.
        last: selector of the element that ends the picture.
        chromium: path of the browser.
        hidden: selector of what is left out.
    """
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        tab.goto(page.resolve().as_uri())
        if hidden:
            tab.add_style_tag(content=f"{hidden} {{ display: none }}")
        box = tab.locator(last).first.bounding_box()
        if box is None:
            msg = f"{page.name} shows no {last}. Run `workbench demo` and look at it."
            raise SystemExit(msg)
        height = box["y"] + box["height"] + 24
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height}
        shot = tab.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type] # a plain dict
        browser.close()
    buffer = io.BytesIO()
    Image.open(io.BytesIO(shot)).convert("RGB").quantize(256).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def frame_at(video: Path, time_s: float) -> bytes:
    """Return the first frame of a redacted video from `time_s` on, as JPEG."""
    with av.open(str(video)) as container:
        for frame in container.decode(video=0):
            if frame.time is not None and frame.time >= time_s:
                return encode_jpeg(
                    np.asarray(frame.to_ndarray(format="rgb24"), np.uint8), quality=88
                )
    msg = f"{video.name} ends before {time_s:.1f} s."
    raise SystemExit(msg)


def credits_text(outcome: Outcome) -> str:
    """Return the credits of the pictures as Markdown."""
    lines = [
        "# Credits of these pictures",
        "",
        "Made by `python docs/make_pictures.py` from the demonstration. `alerts.png` holds a "
        "photograph under CC BY-SA 4.0 and is offered under that licence; `certificate.png` holds "
        "no photograph. " + demonstration.CREDITS_NOTE,
        "",
        "| Photograph | Author | Licence | Source | Where |",
        "|---|---|---|---|---|",
    ]
    for one in outcome.credits:
        if one.what.startswith(SHOWN):
            where = "alerts.png, redacted.jpg" if one.what.endswith("2022") else "alerts.png"
        elif one.what.startswith(UNRECOGNISABLE):
            where = "redacted.jpg, made unrecognisable"
        else:
            continue
        lines.append(f"| {one.what} | {one.author} | {one.licence} | <{one.source}> | {where} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the demonstration and write the pictures."""
    parser = argparse.ArgumentParser(description="Make the pictures of docs/pictures again.")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="path of the browser")
    chromium = parser.parse_args().chromium
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="workbench-pictures-") as temporary:
        folder = Path(temporary)
        sample = demonstration.prepare()
        bench = demonstration.DemonstrationBench.temporary(sample.settings)
        outcome = demonstration.run(sample, bench, folder).outcome
        number, alert = next(
            (number, alert)
            for number, alert in enumerate(outcome.finding.alerts, 1)
            if alert.subject == REFERENCE
        )
        page, mine = folder / "alerts.html", f"#alert-{number}"
        files = {
            "alerts.png": photograph_page(page, mine, chromium, f"article.alert:not({mine})"),
            "certificate.png": photograph_page(folder / "certificate.html", CERTIFIED, chromium),
            "redacted.jpg": frame_at(folder / "redacted.mp4", alert.time_s + AFTER_ALERT_S),
        }
    for name, data in files.items():
        if len(data) > MOST_BYTES:
            msg = f"{name} has {len(data):,} bytes, more than {MOST_BYTES:,}. Make it smaller."
            raise SystemExit(msg)
        (PICTURES / name).write_bytes(data)
    (PICTURES / "CREDITS.md").write_text(credits_text(outcome), "utf-8")


if __name__ == "__main__":
    main()
