"""How the site is built from the Markdown of the project: see scripts/docs.

The Markdown is written to be read in the repository, too. So links are those between its files,
and are turned into links between pages here.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

from gradcheck.version import VERSION

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path.insert(0, str(ROOT / "scripts"))
import pages  # noqa: E402

PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "reference/README.md": "reference.md",
}
"""Files that stand elsewhere, and the pages that include them."""
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)(?P<file>[^)#\s]+)")

project = "gradcheck"
author = "the authors of gradcheck"
version = release = VERSION

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True
smartquotes = False  # it would make a dash of the two hyphens of an option

myst_heading_anchors = 4
autodoc_typehints = "none"  # the docstrings say it, in words
autodoc_member_order = "bysource"
add_module_names = False
napoleon_google_docstring = False
napoleon_use_param = False  # else every type in words is looked up as a class
napoleon_use_rtype = False

html_theme = "furo"
html_title = f"gradcheck {VERSION}"
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False


def relinked(text: str, folder: Path) -> str:
    """Return a file's Markdown with its links leading to pages of the site.

    Parameters
    ----------
    text : str
        Markdown.
    folder : Path
        Where the file stands, which its links are relative to.
    """

    def page(found: re.Match[str]) -> str:
        target = (folder / found["file"]).resolve()
        own = PAGES.get(os.path.relpath(target, ROOT))
        return own or os.path.relpath(target, DOCS)

    return LINK.sub(page, text)


def setup(app: Any) -> None:
    """Make the pages of components and conventions; rewrite the links of what Sphinx reads."""

    def read(app: Any, page: str, text: list[str]) -> None:
        text[0] = relinked(text[0], DOCS)

    def included(app: Any, path: Path, page: str, text: list[str]) -> None:
        text[0] = relinked(text[0], (DOCS / path).parent)

    pages.write(DOCS)
    app.connect("source-read", read)
    app.connect("include-read", included)
