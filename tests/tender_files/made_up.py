"""The whole made-up corpus, and how to build it."""

from tests.tender_files.builders import FORMATS, as_docx, as_odt, as_pdf, odt
from tests.tender_files.made_up_first import WRITTEN
from tests.tender_files.made_up_second import SECOND
from tests.tender_files.made_up_third import THIRD
from tests.tender_files.written import Written

ALL = WRITTEN + SECOND + THIRD
NOT_IN_PDF = "pas en pdf"
"""A table whose columns a PDF loses: docs/lecture-dce.md names it among the limits."""
__all__ = [
    "ALL",
    "FORMATS",
    "NOT_IN_PDF",
    "SECOND",
    "THIRD",
    "WRITTEN",
    "Written",
    "as_docx",
    "as_odt",
    "as_pdf",
    "odt",
]
