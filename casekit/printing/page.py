"""A page that needs nothing but itself: one file, no request, and no script but its own."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
BOX = '<span class="box" aria-hidden="true"></span>'


def page(title: str, body: str, style: str, script: str = "") -> str:
    """Return a whole page. ``body`` is harmless HTML; ``script`` is the only one that may run."""
    allowed = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    run = ""
    if script:
        digest = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        allowed += f"; script-src 'sha256-{digest}'"
        run = f"<script>{script}</script>\n"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{allowed}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}\n{run}</body>\n</html>\n"
    )


def asset(name: str) -> str:
    """Return the text of a style or a script of this room."""
    return (HERE / name).read_text(encoding="utf-8")


def plain(content: str) -> str:
    """Return HTML as text."""
    return html.unescape(re.sub(r"<[^>]+>", "", content))


def wide(content: str, label: str) -> str:
    """Return what may be wider than its page, so that it scrolls by itself and by the keyboard."""
    name = html.escape(label, quote=True)
    return f'<div class="wide" tabindex="0" role="region" aria-label="{name}">{content}</div>'


def grid(heads: Iterable[Any], rows: Iterable[Iterable[str]], css: str = "") -> str:
    """Return a table of harmless HTML; the first cell of a row, if filled, is its heading."""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join(f"<tr>{_first(first)}{_cells(rest)}</tr>" for first, *rest in rows)
    mark = f' class="{css}"' if css else ""
    return f"<table{mark}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _first(content: str) -> str:
    return f'<th scope="row">{content}</th>' if content.strip() else '<td class="first"></td>'


def _cells(contents: Iterable[str]) -> str:
    return "".join(f"<td>{content}</td>" for content in contents)


def listed(entries: Iterable[str], css: str = "", start: int = 0) -> str:
    """Return a list of harmless HTML, numbered from ``start`` if that is set; "" for none."""
    tag = "ol" if start else "ul"
    mark = (f' class="{css}"' if css else "") + (f' start="{start}"' if start > 1 else "")
    inner = "".join(f"<li>{entry}</li>" for entry in entries)
    return f"<{tag}{mark}>{inner}</{tag}>" if inner else ""
