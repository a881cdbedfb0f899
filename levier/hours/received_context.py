"""What the heading of a statement says for all its lines: employer, month, contract. Plain Python."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from levier.spreadsheets.codes import siret_of
from levier.spreadsheets.dates import month_named, period
from levier.spreadsheets.values import Sheet
from levier.spreadsheets.words import plain

_CONTRACT = re.compile(
    r"\b(?:n[°o]\s*(?:de\s*|du\s*)?)?(?:march[ée]s?|op[ée]ration|contrat public)\s*(?:public|n[°o]|num[ée]ro|r[ée]f[ée]rence)?\s*[:=]?\s*(?:n[°o]\s*)?(?P<code>[A-Z0-9][\w./-]*\d[\w./-]*)",
    re.IGNORECASE,
)
_EMPLOYER = re.compile(
    r"\b(?:employeur|entreprise|soci[ée]t[ée]|structure|raison sociale|agence)\s*:\s*(?P<name>[^:\n]+)", re.IGNORECASE
)
_YEAR = re.compile(r"\b(20\d\d)\b")
_MONTH_YEAR = re.compile(r"\b([a-zà-ÿ]{3,9})\.?[\s\-/]+(20\d\d|\d\d)\b|\b(\d{1,2})[/-](20\d\d)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Context:
    """None: not said. `year`: a year written somewhere, for headings that only name months."""

    employer_siret: str | None = None
    employer: str | None = None
    public_contract: str | None = None
    month: str | None = None
    year: int | None = None


def context_of(sheet: Sheet, first_header_row: int) -> Context:
    """From the rows above the header, else from the name of the sheet."""
    texts = list(_texts(sheet, first_header_row))
    found = read_context(texts, Context())
    if found.month is None and not sheet.name.casefold().startswith(("feuil", "sheet")):
        named = _month_alone(sheet.name, found.year)
        found = replace(found, month=named)
    return found


def _texts(sheet: Sheet, before: int) -> Iterator[str]:
    """Each filled cell above the header; a label (`Mois :`) with the cell on its right."""
    for row in range(1, before):
        cells = [text for column in range(1, len(sheet.rows[row - 1]) + 1) if (text := sheet.text(row, column))]
        for place, text in enumerate(cells):
            alone = text.rstrip().endswith(":") or plain(text) in {
                "mois",
                "periode",
                "marche",
                "siret",
                "employeur",
                "entreprise",
                "n marche",
                "numero de marche",
            }
            yield f"{text.rstrip(' :')} : {cells[place + 1]}" if alone and place + 1 < len(cells) else text


def read_context(texts: Iterable[str], known: Context) -> Context:
    """The context with what these texts add or change."""
    for text in texts:
        siret = siret_of(text)
        rest = re.sub(r"(?:\d[\s.\u00a0\u202f]?){14}", " ", text) if siret else text
        employer, contract, year = _EMPLOYER.search(rest), _CONTRACT.search(rest), _YEAR.search(rest)
        month = None if contract and not re.search(r"mois|p[ée]riode", text, re.IGNORECASE) else month_in(rest)
        known = Context(
            siret or known.employer_siret,
            re.split(r"\s+[-–—]\s+|\bsiret\b", employer["name"], flags=re.IGNORECASE)[0].strip(" -–,;")
            if employer
            else known.employer,
            contract["code"].rstrip(".,;") if contract else known.public_contract,
            month or known.month,
            int(year[1]) if year and not contract else known.year,
        )
    return known


def month_in(text: str, year: int | None = None) -> str | None:
    """`2026-10` from a text that contains a month and a year; with `year`, from a month alone."""
    whole = period(text)
    if whole and re.fullmatch(r"\d{4}-\d\d(?:-01)?", whole):
        return whole[:7]
    for found in _MONTH_YEAR.finditer(text):
        number = month_named(plain(found[1])) if found[1] else int(found[3])
        written = found[2] or found[4]
        if number and 1 <= number <= 12:
            return f"{int(written) + (2000 if len(written) == 2 else 0)}-{number:02d}"
    return _month_alone(text, year) if year else None


def _month_alone(text: str, year: int | None) -> str | None:
    complete = month_in(text)
    if complete or not year:
        return complete
    words = plain(text).split()
    number = next((month for word in words if len(word) > 2 and (month := month_named(word))), None)
    return f"{year}-{number:02d}" if number and len(words) <= 3 else None
