"""A plain PDF that stands for the timesheet (feuille d’heures) a company attaches: nobody's name is in it."""

from collections.abc import Mapping
from datetime import date

from levier.files.values import Received
from levier.hours.checks import TypedLine


def timesheet(month: date, typed: Mapping[str, TypedLine]) -> Received:
    """One page: the month, and the hours of each person by rank."""
    words = [f"Feuille d'heures, {month:%m/%Y} (document de démonstration)", ""]
    words += [
        f"Personne {rank} : {line.hours.replace('.', ',')} h" for rank, line in enumerate(typed.values(), start=1)
    ]
    drawn = "BT /F1 12 Tf 60 780 Td 20 TL " + " ".join(f"({_escaped(one)}) Tj T*" for one in words) + " ET"
    return Received(_pdf(drawn.encode("cp1252")), "application/pdf", f"feuille-d-heures-{month:%Y-%m}.pdf")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _pdf(content: bytes) -> bytes:
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    )
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj%b endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table)
    return (
        written + head + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(written))
    )
