"""The decision's report as a PDF, where WeasyPrint is installed (the extra `pdf`) and finds its libraries."""

from __future__ import annotations

import importlib
import logging
from functools import cache
from typing import Any

import structlog

log = structlog.get_logger("lpdqa.report_pdf")


@cache
def _weasyprint() -> Any:
    """The library, or None: it is an extra, and needs Pango, which no package of Python brings."""
    try:
        library = importlib.import_module("weasyprint")
    except ImportError:
        return None
    except OSError:
        log.warning("pdf_library_without_pango")
        return None
    # It tells of every step, and warns of what a page holds.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return library


def can_make_pdf() -> bool:
    return _weasyprint() is not None


def pdf_of(html: str) -> bytes:
    """The page as a tagged PDF (PDF/UA), which screen readers can read. It fetches nothing, whatever the page names.

    RuntimeError where `can_make_pdf` is false.
    """
    library = _weasyprint()
    if library is None:
        raise RuntimeError("No PDF can be made here: WeasyPrint or its libraries are missing.")
    return bytes(library.HTML(string=html, url_fetcher=_fetch_nothing).write_pdf(pdf_variant="pdf/ua-1"))


def _fetch_nothing(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"A report fetches nothing, also not {url}")
