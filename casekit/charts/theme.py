"""How every chart looks, and how it reaches the page.

The renderer hands a chart over under the media type that JupyterLab draws by itself, with no
script from elsewhere; it is saved in the notebook and is the same on every run.
"""

from __future__ import annotations

import json
from typing import Any

import altair as alt

from ..tables import CaseError, settings

MEDIA_TYPE = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"

INK = "#1F2328"
QUIET = "#5B6470"
RULE = "#D5D9DE"
PAPER = "#FFFFFF"
FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK KR', 'Noto Sans CJK JP', sans-serif"

# A chart is as wide as its cell. While a cell lies outside the window its width is 0, and a chart
# drawn at that width makes JupyterLab draw it again without end; so begin with 640 and follow the
# cell's width from when it has one. (`signals/0` is the width of a Vega-Lite chart that is as wide
# as its container.) What is looked at four times a second is the cell, not the chart: fitting
# makes the chart narrower than its cell, so setting its width draws it again each time.
STYLE = ".vega-embed{display:block;width:100%}"
CELL = "containerSize()[0]"
FOLLOW = [
    {
        "op": "add",
        "path": "/signals/-",
        "value": {
            "name": "cell_width",
            "init": CELL,
            "on": [{"events": "window:resize, timer{250}", "update": CELL}],
        },
    },
    {"op": "replace", "path": "/signals/0/init", "value": f"{CELL} > 0 ? {CELL} : 640"},
    {
        "op": "replace",
        "path": "/signals/0/on",
        "value": [
            {"events": {"signal": "cell_width"}, "update": "cell_width > 0 ? cell_width : width"}
        ],
    },
]


def _theme() -> alt.theme.ThemeConfig:
    return alt.theme.ThemeConfig(
        {
            "usermeta": {
                "embedOptions": {"renderer": "svg", "actions": False, "defaultStyle": STYLE}
            },
            "config": {
                "background": PAPER,
                "padding": {"left": 5, "top": 5, "right": 18, "bottom": 5},
                "font": FONT,
                "view": {"stroke": None, "continuousHeight": 240},
                "title": {
                    "anchor": "start",
                    "color": INK,
                    "fontSize": 15,
                    "fontWeight": 600,
                    "subtitleColor": QUIET,
                    "subtitleFontSize": 12,
                    "offset": 12,
                },
                "axis": {
                    "labelColor": INK,
                    "titleColor": INK,
                    "labelFontSize": 12,
                    "titleFontSize": 12,
                    "titleFontWeight": "normal",
                    "gridColor": RULE,
                    "domainColor": QUIET,
                    "tickColor": QUIET,
                    "labelLimit": 260,
                },
                "axisY": {
                    "titleAngle": 0,
                    "titleAlign": "left",
                    "titleAnchor": "end",
                    "titleX": 0,
                    "titleY": -10,
                    "domain": False,
                    "ticks": False,
                },
                "legend": {
                    "orient": "bottom",
                    "labelLimit": 0,
                    "columns": 2,
                    "title": None,
                    "labelColor": INK,
                    "labelFontSize": 12,
                    "symbolSize": 110,
                    "symbolStrokeWidth": 2,
                },
                "text": {"color": INK, "fontSize": 12},
            },
        }
    )


def lab_renderer(spec: dict[str, Any], **_: Any) -> tuple[dict, dict]:
    """Return the media bundle of a chart; its text form is the chart's description."""
    spec = {**json.loads(json.dumps(spec)), "$schema": SCHEMA}
    if spec.get("width") == "container":
        spec.setdefault("usermeta", {}).setdefault("embedOptions", {})["patch"] = FOLLOW
    return {MEDIA_TYPE: spec, "text/plain": spec.get("description", "")}, {}


def use() -> None:
    """Make the theme and the renderer those of this Python process."""
    alt.theme.register("casekit", enable=True)(_theme)
    alt.renderers.register("casekit", lab_renderer)
    alt.renderers.enable("casekit")


def actor(code: str) -> dict[str, Any]:
    """Return how an actor of the case is drawn: label, colour, dash, shape, codes.

    ``code`` is the actor's name in the settings or one of its codes. Raises CaseError if the
    settings know no such actor.
    """
    actors = settings().get("actors", {})
    for name, drawn in actors.items():
        if code == name or code in drawn.get("codes", []):
            return {"id": name, **drawn}
    raise CaseError(f"data/case.toml knows no actor {code!r}. It knows: {', '.join(actors)}.")
