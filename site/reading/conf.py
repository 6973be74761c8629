"""How the reading site is built and looks; what stands on it comes from the case."""

import json
from pathlib import Path

SOURCE = Path(__file__).parent


def setup(app):
    """Take from the case what concerns all pages, and mend and add what the theme lacks."""
    case = json.loads((Path(app.srcdir) / "reading.json").read_text(encoding="utf-8"))
    app.config.project = app.config.html_title = case["title"]
    app.config.version = app.config.release = case["version"]
    app.config.html_context["as_of"] = case["as_of"]
    app.config.html_extra_path = [str(Path(app.srcdir) / "beside")]
    app.connect("html-page-context", give_headings_a_level, priority=900)
    app.connect("build-finished", write_charts_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def give_headings_a_level(app, name, template, context, doctree):
    """Say of the captions in the theme's navigation which level of heading they are."""
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def write_charts_script(app, failed):
    """Put what draws charts beside the pages, in the version for which Altair writes them."""
    if failed:
        return
    import vl_convert

    target = Path(app.outdir) / "_static" / "vega.js"
    target.write_text(vl_convert.javascript_bundle(vl_version="6.4"), encoding="utf-8")


extensions = ["myst_nb"]
exclude_patterns = ["beside"]
language = "en"

nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_merge_streams = True
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
suppress_warnings = ["myst.header"]  # a notebook may step from a title to a part of a part

html_theme = "furo"
html_favicon = "icon.svg"
html_use_index = False
html_static_path = ["static"]
html_css_files = ["page.css"]
html_js_files = [("page.js", {"defer": "defer"})]
html_context = {}
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
