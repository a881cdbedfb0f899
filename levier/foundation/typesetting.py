"""Paper: a template of typst and its data, set as a tagged PDF. Every paper of Levier comes from here."""

from datetime import datetime
from pathlib import Path

import typst


def tagged_pdf(template: Path, *, at: datetime, **inputs: str) -> bytes:
    """PDF/A-2a and PDF/UA-1, dated `at`, without any font of the machine: the same inputs at the same second give the same bytes.

    A PDF counts in seconds and the typesetter refuses less, so the rest of the instant is dropped here. `inputs` reach the template
    as `sys.inputs`.
    """
    compiler = typst.Compiler(
        input=str(template), root=str(template.parent), ignore_system_fonts=True, sys_inputs=inputs
    )
    document = compiler.compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=at.replace(microsecond=0))
    assert isinstance(document, bytes)
    return document
