"""The text of a lesson as HTML for a slide: no link is followed, no picture fetched."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from .. import citations
from ..tables import CaseError
from ..widgets.view import safe

LANGUAGE = re.compile(r'<span lang="[A-Za-z-]+">|</span>')


def prose(source: str, order: list[str]) -> str:
    """Return Markdown as harmless HTML; of its own tags only those that name a language remain.

    Citations become the numbers that their sources have in ``order``.
    """

    def numbers(match: re.Match) -> str:
        found = [str(order.index(name) + 1) for name in citations.cited(match[0])]
        return f"\\[{', '.join(found)}\\]"

    text = citations.CITATION.sub(numbers, source)
    return _markdown()(citations.WORD.sub(lambda match: match["shown"], text))


@cache
def _markdown() -> Any:
    try:
        import mistune
    except ImportError as error:
        raise CaseError("Slides need the package mistune, which comes with JupyterLab.") from error

    class Renderer(mistune.HTMLRenderer):
        def inline_html(self, html: str) -> str:
            return html if LANGUAGE.fullmatch(html) else safe(html)

        def block_html(self, html: str) -> str:
            return f"<p>{safe(html)}</p>"

        def link(self, text: str, url: str, title: str | None = None) -> str:
            return text

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return f"<em>Picture: {safe(text)}</em>"

    return mistune.create_markdown(renderer=Renderer(escape=True), plugins=["table"])
