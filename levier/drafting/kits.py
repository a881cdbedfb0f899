"""Putting a kit together: the filled models, the bidders' answer sheet where there is a criterion, and a note of what was used."""

from collections.abc import Mapping
from datetime import datetime

from levier.bids.answer_sheet import SheetHeading, answer_sheet
from levier.bids.values import GridTerms
from levier.drafting.filling import Filled
from levier.drafting.labels import FILE_NAMES, INSTRUMENTS
from levier.drafting.values import KitChoice, Piece, Prepared
from levier.foundation import french
from levier.foundation.archives import steady_zip
from levier.foundation.french import typeset
from levier.foundation.periods import civil_date

SHEET_NAME = "7-cadre-de-reponse-critere-social.xlsx"
NOTE_NAME = "0-lisez-moi.txt"


def kit_name(reference: str, choice: KitChoice, now: datetime) -> str:
    """`clause-2026-0147-condition-execution-2026-11-25.zip`: what it is, of which contract, when."""
    plain = "".join(one if one.isalnum() and one.isascii() else "-" for one in reference).strip("-")
    kind = choice.instrument.value.replace("_", "-")
    return f"clause-{plain or 'marche'}-{kind}-{civil_date(now).isoformat()}.zip"


def put_together(
    filled: Mapping[Piece, Filled],
    prepared: Prepared,
    choice: KitChoice,
    *,
    versions: tuple[str, ...],
    sheet: tuple[SheetHeading, GridTerms] | None,
    now: datetime,
) -> bytes:
    """The ZIP. The same choice, models and figures on the same day give the same bytes."""
    note = _note(prepared, choice, versions, now)
    parts = [(NOTE_NAME, note.encode("utf-8"))]
    parts += [(f"{FILE_NAMES[piece]}.docx", filled[piece].content) for piece in Piece if piece in filled]
    if sheet is not None:
        parts.append((SHEET_NAME, answer_sheet(*sheet)))
    return steady_zip(parts)


def _note(prepared: Prepared, choice: KitChoice, versions: tuple[str, ...], now: datetime) -> str:
    """In plain text: what this is, what is left to complete, which articles are cited and how sure they are, which versions were used."""
    contract = prepared.context["marche"]
    lines = [
        f"Clause sociale du marché {contract['reference']}, {contract['objet']}",
        f"Moyen juridique : {INSTRUMENTS[choice.instrument]}",
        f"Date de la consultation : {french.day(choice.consultation_on)}",
        f"Rédigé le {french.day(civil_date(now))} avec Levier. À relire avant publication.",
        "",
        "À compléter ou à vérifier",
        *(f"- {gap.sentence}" for gap in prepared.gaps),
        *([] if prepared.gaps else ["- Rien."]),
        "",
        "Articles cités, tous en vigueur à la date de la consultation",
        *(
            f"- {one.label} : {one.subject}. Source : {one.source} [{one.confidence}]"
            + (f" {one.note}" if one.note else "")
            for one in prepared.citations
        ),
        "  [C] texte ou source officielle, [S] source secondaire, [U] à vérifier, [D] choix de Levier.",
        "",
        "Versions employées",
        *(f"- {one}" for one in versions),
        "",
    ]
    return typeset("\r\n".join(lines))
