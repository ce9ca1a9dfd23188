"""Notebooks lose what could be a picture, and keep the rest as it was."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import nbformat
import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from widgets import PictureRow, Table
from workbench.hygiene import NOTE, strip_notebook

PIXELS = np.random.default_rng(3).integers(0, 255, (64, 64, 3), dtype=np.uint8)
PNG = base64.b64encode(PIXELS.tobytes()).decode()
PLOTLY = "application/vnd.plotly.v1+json"


def notebook(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def code(*outputs: Any, source: Any = "1", **more: Any) -> dict[str, Any]:
    return {
        "id": "a",
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "execution_count": 3,
        "outputs": list(outputs),
    } | more


def shows(**data: Any) -> dict[str, Any]:
    """Make an output of representations; `_` in a name stands for what a keyword cannot hold."""
    bundle = {name.replace("__", "/").replace("_", "-"): value for name, value in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": bundle}


def chart(figure: go.Figure) -> dict[str, Any]:
    output = shows()
    output["data"][PLOTLY] = json.loads(figure.to_json())
    return output


def stripped(output: Any) -> Any:
    """Return what an output becomes."""
    content = notebook(code(output))
    strip_notebook(content)
    return content["cells"][0]["outputs"][0]


def is_note(output: dict[str, Any]) -> bool:
    return output == {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/plain": NOTE},
    }


def test_an_empty_notebook_stays() -> None:
    content = notebook()
    assert strip_notebook(content) == []
    assert content == notebook()


HOLDING = {
    "png": shows(image__png=PNG, text__plain="<Figure>"),
    "png in lines": shows(image__png=[PNG[:76] + "\n", PNG[76:]]),
    "svg": shows(**{"image/svg+xml": "<svg/>"}),
    "capitals": shows(**{"Image/PNG": PNG}),
    "html": shows(text__html=PictureRow([PIXELS], ["one"])._repr_html_()),
    "html in lines": shows(text__html=["<im", "g src=x>"]),
    "svg in html": shows(text__html="<svg><image href='x'/></svg>"),
    "canvas": shows(text__html="<script>c.toDataURL('image/png')</script>"),
    "markdown": shows(text__markdown="![face](one.png)"),
    "pdf": shows(application__pdf=PNG),
    "script": shows(application__javascript="1"),
    "unknown": shows(**{"application/x-anything": "1"}),
    "no text": shows(text__plain={"a": 1}),
    "widget": shows(**{"application/vnd.jupyter.widget-view+json": {"model_id": "a"}}),
    "json": shows(application__json={"face": {"a": [PNG]}}),
    "json template": shows(application__json={"template": PIXELS[0, :, 0].tolist()}),
    "vega": shows(**{"application/vnd.vegalite.v5+json": {"data": f"data:image/png;base64,{PNG}"}}),
    "metadata": shows(text__plain="a") | {"metadata": {"thumbnail": PNG}},
    "another key": shows(text__plain="a") | {"png": PNG},
    "repr": {
        "output_type": "execute_result",
        "execution_count": 1,
        "metadata": {},
        "data": {"text/plain": repr(PIXELS)},
    },
    "stream": {"output_type": "stream", "name": "stdout", "text": [str(PIXELS[0]), "\n"]},
    "stream address": {"output_type": "stream", "name": "stdout", "text": f"data:image/png;,{PNG}"},
    "error": {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "bad",
        "traceback": ["line", f"template = {PIXELS[0, :, 0].tolist()}"],
    },
    "old kind": {"output_type": "pyout", "png": PNG},
    "no kind": {"data": {"image/png": PNG}},
    "no output": [PNG],
    "no data": {"output_type": "display_data", "metadata": {}},
    "picture in a chart": chart(
        go.Figure(layout={"images": [{"source": f"data:image/png;base64,{PNG}"}]})
    ),
    "picture as a chart": chart(go.Figure(go.Image(z=PIXELS.tolist()))),
    "heatmap": chart(go.Figure(go.Heatmap(z=PIXELS[..., 0]))),
    "heatmap of lists": chart(go.Figure(go.Heatmap(z=PIXELS[..., 0].tolist()))),
    "chart frame": chart(go.Figure(frames=[go.Frame(data=[go.Image(z=PIXELS.tolist())])])),
    "templates in a chart": chart(
        go.Figure(go.Scatter(x=[1, 2], y=[1, 2], customdata=np.ones((2, 128), np.float32)))
    ),
    "templates in lists": chart(
        go.Figure(go.Scatter(x=[1, 2], y=[1, 2], customdata=[[0.5] * 128] * 2))
    ),
    "hover": chart(go.Figure(go.Scatter(x=[1], y=[1], text=[f"<img src=data:image/png;,{PNG}>"]))),
}


@pytest.mark.parametrize("name", HOLDING)
def test_what_could_be_a_picture_goes(name: str) -> None:
    content = notebook(code(copy.deepcopy(HOLDING[name])))
    (taken,) = strip_notebook(content)
    assert taken.startswith("cell 1, output 1: ")
    assert PNG[:40] not in json.dumps(content) + taken
    assert is_note(content["cells"][0]["outputs"][0])
    nbformat.validate(content)
    assert strip_notebook(content) == []


@pytest.mark.parametrize(
    "output",
    [
        shows(text__plain="4 alerts"),
        shows(text__plain=["4 alerts\n", "1 open"]),
        shows(text__html="<table><tr><td>1</td></tr></table>", text__plain="a"),
        shows(text__markdown="**4** alerts"),
        shows(text__latex="$x$"),
        shows(application__json={"alerts": 4, "scores": [1.5, 2.5]}),
        {"output_type": "stream", "name": "stderr", "text": "note: 4 alerts\n"},
        {"output_type": "error", "ename": "E", "evalue": "no <module>", "traceback": ["a", "b"]},
        chart(go.Figure(go.Scatter(x=np.arange(5000), y=np.random.default_rng(1).random(5000)))),
        chart(go.Figure(go.Histogram(x=np.random.default_rng(1).random(500).tolist()))),
        chart(go.Figure(go.Heatmap(z=np.ones((20, 20))))),
        chart(go.Figure(go.Bar(x=["a"], y=[1], hovertext="<b>a</b>"))),
        chart(go.Figure(layout={"title": "alerts", "images": []})),
    ],
    ids=lambda output: str(output)[:60],
)
def test_what_could_not_stays(output: dict[str, Any]) -> None:
    assert stripped(copy.deepcopy(output)) == output


def test_a_table_of_ours_stays() -> None:
    import polars as pl

    table = Table(pl.DataFrame({"person": ["A"] * 40, "score": [0.123456] * 40, "n": range(40)}))
    output = shows(text__html=table._repr_html_(), text__plain=repr(table))
    assert stripped(copy.deepcopy(output)) == output


def test_of_a_chart_the_copies_with_pictures_go() -> None:
    output = chart(go.Figure(go.Bar(x=["a"], y=[1])))
    expected = copy.deepcopy(output)
    output["data"] |= {"image/png": PNG, "text/html": "<script>plot.toDataURL()</script>"}
    assert stripped(output) == expected


def test_widget_states_attachments_and_pasted_pictures_go() -> None:
    pasted = f"before ![face](data:image/png;base64,{PNG}) after"
    content = notebook(
        {"cell_type": "markdown", "metadata": {"face": PNG, "tags": ["a"]}, "source": pasted},
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": "![](attachment:x.png)",
            "attachments": {"x.png": {"image/png": PNG}},
        },
        code(source=["x = 'data:image/png;base64,", PNG[:400], "'\n", "y = 1"]),
        widgets={"application/vnd.jupyter.widget-state+json": {"state": {"a": PNG}}},
        thumbnail=f"data:image/png;base64,{PNG}",
        kernelspec={"name": "python3"},
    )
    taken = strip_notebook(content)
    assert len(taken) == 6
    assert PNG[:40] not in json.dumps(content)
    assert content["metadata"] == {"kernelspec": {"name": "python3"}}
    first, second, third = content["cells"]
    assert first["source"] == "before ![face](data:image/png;base64,not-saved) after"
    assert first["metadata"] == {"tags": ["a"]}
    assert "attachments" not in second
    assert third["source"] == "x = 'data:image/png;base64,not-saved'\ny = 1"


@pytest.mark.parametrize("pasted", [PNG, [PNG[:300], PNG[300:]]])
def test_bytes_that_were_pasted_without_an_address_go(pasted: Any) -> None:
    content = notebook(code(source=pasted), code(source="y = 1"))
    assert strip_notebook(content) == ["cell 1: long encoded bytes pasted into it"]
    assert [cell["source"] for cell in content["cells"]] == ["not-saved", "y = 1"]
    assert strip_notebook(content) == []


@pytest.mark.parametrize(
    "source",
    [
        'f"data:image/jpeg;base64,{data}"',
        "data:text/csv,a,b,c",
        ["lines\n", "of code"],
        "digest = '" + "a6" * 32 + "'",
    ],
)
def test_what_people_wrote_stays(source: Any) -> None:
    content = notebook(code(source=source))
    assert strip_notebook(content) == []
    assert content["cells"][0]["source"] == source


def test_everything_goes_where_it_is_asked_for() -> None:
    content = notebook(code(shows(text__plain="4 alerts")), code())
    assert strip_notebook(content, everything=True) == ["cell 1: its outputs"]
    for cell in content["cells"]:
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@pytest.mark.parametrize("version", [3, 5, None, "4"])
def test_of_another_format_all_outputs_go(version: Any) -> None:
    cell = {
        "cell_type": "code",
        "metadata": {},
        "input": "1",
        "prompt_number": 2,
        "outputs": [{"output_type": "display_data", "png": PNG}],
    }
    content = {"nbformat": version, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    assert strip_notebook(content) == ["cell 1: its outputs"]
    assert PNG[:40] not in json.dumps(content)
    assert cell["input"] == "1"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"cells": None, "nbformat": 4},
        {"cells": PNG, "nbformat": 4},
        {"cells": [PNG, [PNG], None], "nbformat": 4, "metadata": [PNG]},
        {"cells": [code(metadata=PNG, source={"a": PNG})], "nbformat": 4},
        {"cells": [code(outputs=PNG)], "nbformat": 4},
        {"cells": [], "nbformat": 4, "face": PNG, PNG: 1},
        {"cells": [code(face={"a": [PNG]})], "nbformat": 4},
        {"cells": [], "nbformat": 4, "metadata": {"a": json.loads("[" * 300 + "]" * 300)}},
    ],
    ids=range(9),
)
def test_what_is_no_notebook_keeps_no_picture_either(content: dict[str, Any]) -> None:
    strip_notebook(content)
    assert PNG[:40] not in json.dumps(content)


def test_a_picture_as_a_kernel_sends_it_goes() -> None:
    png = Image.fromarray(PIXELS)._repr_png_()
    assert png is not None
    output = shows(image__png=base64.b64encode(png).decode(), text__plain="<PIL.Image.Image>")
    assert is_note(stripped(output))
