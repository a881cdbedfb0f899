"""Evidence as people meet it: drawn again for reading, the original only as a download, and neither before the antivirus has answered."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.files.actions import Round, scan_waiting
from levier.files.display import DRAWN, REFUSALS, drawn, withheld
from levier.files.models import StoredFile
from levier.files.queries import FileDamaged, content_of
from levier.files.scanning import Clamd, Guard, guard, may_leave
from levier.files.values import CSV, KINDS, ODS, XLSX, FileRefusal, Received, read_piece, refusal
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.models import Evidence, StatementLine
from levier.hours.queries import evidence_visible_to
from levier.spreadsheets.opening import open_table
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.downloads import downloaded
from levier.web.errors import failure_page

TABLES = frozenset({XLSX, ODS, CSV})
MOST_ROWS, MOST_COLUMNS = 200, 30
"""Of a table shown as evidence; the original has the rest."""
UNGUARDED = "Cette installation n’a pas d’antivirus : la pièce n’a pas été analysée. Elle est redessinée pour être lue sans risque ; n’ouvrez l’original que si vous savez d’où il vient."
STANDINGS = {
    "clean": ("ok", "Analysée, sans menace", "check"),
    "refused": ("bad", "Écartée par l’antivirus", "alert"),
    "waiting": ("wait", "En attente d’analyse antivirus", "clock"),
    "unguarded": ("wait", "Non analysée : pas d’antivirus ici", "alert"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece in a list: where it stands before the antivirus, and whether it may be read."""

    file: StoredFile
    by: str = ""
    """Who attached it, where it was not the company."""

    @property
    def kind(self) -> str:
        return KINDS.get(self.file.media_type, "")

    @property
    def standing(self) -> str:
        if self.file.state == "quarantine":
            return "unguarded" if guard(settings.CLAMD) is Guard.UNGUARDED else "waiting"
        return self.file.state

    @property
    def chip(self) -> tuple[str, str, str]:
        return STANDINGS[self.standing]

    @property
    def open(self) -> bool:
        return may_leave(self.file.state, guard(settings.CLAMD))

    @property
    def drawn(self) -> bool:
        return self.open and self.file.media_type in DRAWN


def scan_now(evidence: Evidence) -> Round | None:
    """Have a piece that was just received looked at; None where no antivirus is set. It waits where the antivirus does not answer."""
    if guard(settings.CLAMD) is not Guard.SCANNER:
        return None
    return scan_waiting(Clamd(settings.CLAMD, seconds=10), now=clock.now(), ids=[evidence.file_id])


def piece_in(request: HttpRequest) -> Received:
    """The piece sent in the field `file`. Raise Refusal when there is none, or when it is not one that is read here."""
    upload = request.FILES.get("file")
    if upload is None:
        raise refusal(FileRefusal.NO_FILE)
    content = upload.read(settings.LARGEST_EVIDENCE + 1)
    return read_piece(content, upload.name or "", largest=settings.LARGEST_EVIDENCE)


def received_words(evidence: Evidence, name: str) -> tuple[bool, str]:
    """(whether all is well, what is said to who attached it)."""
    done = scan_now(evidence)
    if done is None:
        unguarded = guard(settings.CLAMD) is Guard.UNGUARDED
        wait = "Cette installation ne l’analyse pas." if unguarded else "Elle attend l’analyse antivirus."
        return True, f"« {name} » est jointe. {wait}"
    if done.refused:
        return (
            False,
            f"« {name} » contient une menace : l’antivirus l’a écartée, personne ne la verra. Vérifiez votre ordinateur, puis joignez une autre pièce.",
        )
    if done.clean:
        return True, f"« {name} » est jointe et analysée : rien de suspect."
    return (
        True,
        f"« {name} » est jointe. L’antivirus ne répond pas pour l’instant : elle attend, et sera analysée dès son retour.",
    )


def show(request: HttpRequest, file: str) -> HttpResponse:
    """The piece, drawn again page by page; a table as a table of texts."""
    actor = actor_of(request)
    evidence = _evidence(actor, file)
    piece, statement = Piece(evidence.file), evidence.statement
    context: dict[str, Any] = {
        "piece": piece,
        "statement": statement,
        "unguarded": UNGUARDED if piece.standing == "unguarded" else "",
        "crumbs": [
            ("Heures", reverse("statements")),
            (wording.month(statement.month).capitalize(), reverse("statement", args=[statement.commitment.public_id, f"{statement.month:%Y-%m}"])),
            (piece.file.name, ""),
        ],
    }  # fmt: skip
    if not piece.open:
        return render(request, "pieces/piece.html", context, status=200 if piece.standing == "waiting" else 410)
    _journal(actor, evidence)
    try:
        content = content_of(piece.file)
    except FileDamaged:
        return failure_page(request, 500)
    context["withheld"] = withheld(content, piece.file.media_type)
    context |= _table(content, piece.file) if piece.file.media_type in TABLES else _pages(content, piece.file)
    return render(request, "pieces/piece.html", context)


def _pages(content: bytes, file: StoredFile) -> dict[str, Any]:
    found = drawn(content, file.media_type, 1)
    return {"pages": range(1, found.pages + 1), "refusal": found.refusal}


def _table(content: bytes, file: StoredFile) -> dict[str, Any]:
    try:
        book = open_table(content, file.name)
    except Refusal as refused:
        return {"refusal": " ".join(refused.sentences)}
    sheets = [
        {
            "name": sheet.name or file.name,
            "rows": [[cell.raw for cell in sheet.row(row)[:MOST_COLUMNS]] for row in range(1, min(len(sheet.rows), MOST_ROWS) + 1)],
            "more": max(0, len(sheet.rows) - MOST_ROWS),
        }
        for sheet in book.sheets
        if sheet.visible and sheet.rows
    ]  # fmt: skip
    return {"sheets": sheets}


def page(request: HttpRequest, file: str) -> HttpResponse:
    """One page as an image of ours (`?n=2`)."""
    evidence = _evidence(actor_of(request), file)
    piece, asked = Piece(evidence.file), request.GET.get("n", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    if not piece.drawn or not number:
        return HttpResponse(REFUSALS["no_such_page"], status=409, content_type="text/plain; charset=utf-8")
    try:
        found = drawn(content_of(piece.file), piece.file.media_type, number)
    except FileDamaged:
        return failure_page(request, 500)
    if found.refusal:
        return HttpResponse(found.refusal, status=422, content_type="text/plain; charset=utf-8")
    response = HttpResponse(found.png, content_type="image/png")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "inline"
    return response


def original(request: HttpRequest, file: str) -> HttpResponse:
    """The bytes as they came, once the antivirus has answered: always downloaded, never shown by the browser. Not where they would act on
    the computer that opens them: the piece is then read as it is drawn again.
    """
    actor = actor_of(request)
    evidence = _evidence(actor, file)
    answer = downloaded(request, evidence.file)
    if answer.status_code != 200:
        return answer
    if why := withheld(answer.content, evidence.file.media_type):
        return HttpResponse(why, status=409, content_type="text/plain; charset=utf-8")
    _journal(actor, evidence)
    return answer


def _evidence(actor: Actor, file: str) -> Evidence:
    found = (
        evidence_visible_to(actor)
        .select_related("file", "statement__commitment__holder")
        .filter(file__public_id=file)
        .first()
    )
    if found is None:
        raise NotForYou
    return found


def _journal(actor: Actor, evidence: Evidence) -> None:
    """A piece names the people of its statement."""
    people = StatementLine.objects.filter(statement_id=evidence.statement_id).values_list(
        "placement__person__public_id", flat=True
    )
    purpose = "declare" if actor.role is Role.COMPANY else "validate"
    record_reads(actor=actor, person_public_ids=people, purpose=purpose, what="evidence", now=clock.now())
