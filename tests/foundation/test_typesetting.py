"""Every paper comes from one place, which knows what the typesetter refuses."""

from datetime import UTC, datetime
from pathlib import Path

import levier
from levier.foundation.typesetting import tagged_pdf

AT = datetime(2026, 11, 25, 9, 0, 7, 123456, tzinfo=UTC)
"""A server's clock counts in microseconds; the typesetter refuses them."""
TEXT = '#set document(title: "Essai")\n#set text(lang: "fr")\n= Essai\n#sys.inputs.at("said")\n'


def test_a_paper_is_set_at_any_instant_and_the_same_twice(tmp_path: Path):
    template = tmp_path / "essai.typ"
    template.write_text(TEXT, encoding="utf-8")
    paper = tagged_pdf(template, at=AT, said="Bonjour")
    assert paper.startswith(b"%PDF")
    assert paper == tagged_pdf(template, at=AT.replace(microsecond=0), said="Bonjour")
    assert paper != tagged_pdf(template, at=AT, said="Bonsoir")


def test_no_room_speaks_to_the_typesetter_itself():
    root = Path(levier.__file__).parent
    speaking = [one for one in root.rglob("*.py") if "import typst" in one.read_text(encoding="utf-8")]
    assert [one.relative_to(root).as_posix() for one in speaking] == ["foundation/typesetting.py"]
