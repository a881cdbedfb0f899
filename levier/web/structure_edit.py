"""The mission keeps the directory: add, correct, close with a reason, open again, read a file in."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal
from levier.organisations.labels import STRUCTURE_KINDS
from levier.organisations.values import StructureKind
from levier.supply import actions, queries
from levier.supply.labels import FIELD_NAMES, REFUSALS, SOURCES, TRADES
from levier.supply.models import Structure
from levier.supply.reading import LARGEST
from levier.supply.refusals import SupplyRefusal, refuse
from levier.supply.rules import in_words
from levier.supply.values import ImportReport, LineRefusal, Source, StructureFacts
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

TEXTS = {"name": 200, "brand": 200, "address": 300, "postcode": 5, "city": 120, "website": 300, "description": 5000}
FIELDS = ("siret", "kind", *TEXTS, "capacity")
KINDS = {kind.value: kind for kind in StructureKind}
SHOWN = 50
"""Differences shown on the page; the command line gives them all."""


def add(request: HttpRequest) -> HttpResponseBase:
    return _form(request, None)


def edit(request: HttpRequest, structure: str) -> HttpResponseBase:
    return _form(request, queries.structure(structure))


def _form(request: HttpRequest, row: Structure | None) -> HttpResponseBase:
    known = queries.facts_of(row) if row else None
    typed = Typed(request.POST if request.method == "POST" else _values(known), FIELDS)
    chosen = request.POST.getlist("trades") if request.method == "POST" else [*(known.trades if known else ())]
    if request.method == "POST":
        facts = _facts(typed, known)
        if facts is not None:
            try:
                kept = actions.save_structure(
                    actor=actor_of(request),
                    facts=replace(facts, trades=actions.trades_named(chosen)),
                    public_id=row.public_id if row else "",
                    now=clock.now(),
                )
            except Refusal as refusal:
                typed.refused(refusal, default="name")
            else:
                messages.success(request, f"La fiche de {kept.name} est à jour.")
                return SeeOther(reverse("structure", args=[kept.public_id]))
    context = {
        "row": row,
        "typed": typed,
        "kinds": [("", "Choisissez"), *((code.value, f"{code.value} – {label}") for code, label in STRUCTURE_KINDS.items())],
        "trades": [(code.value, label, code.value in chosen) for code, label in TRADES.items()],
        "crumbs": [("Structures", reverse("structures")), *([(row.name, reverse("structure", args=[row.public_id]))] if row else []),
                   ("Modifier" if row else "Ajouter", "")],
    }  # fmt: skip
    return render(request, "structures/edit.html", context, status=422 if typed.errors else 200)


def _values(facts: StructureFacts | None) -> dict[str, str]:
    return (
        {name: in_words(getattr(facts, name)).replace(".", "," if name == "capacity" else ".") for name in FIELDS}
        if facts
        else {}
    )


def _facts(typed: Typed, known: StructureFacts | None) -> StructureFacts | None:
    """What is typed over what is known: the SIRET and the kind of a known structure stay."""
    texts = {name: typed.text(name, longest=longest) for name, longest in TEXTS.items()}
    kind = known.kind if known else typed.choice("kind", KINDS, missing="Choisissez le type de structure.")
    capacity = _capacity(typed)
    if typed.errors or kind is None:
        return None
    siret = known.siret if known else "".join(typed.values["siret"].split())
    base = known or StructureFacts(siret, kind, "")
    return replace(
        base, name=texts["name"], brand=texts["brand"], address=texts["address"], postcode=texts["postcode"], city=texts["city"],
        website=texts["website"], description=texts["description"], capacity=capacity, departement=texts["postcode"][:2],
    )  # fmt: skip


def _capacity(typed: Typed) -> Decimal | None:
    return typed.amount("capacity") if typed.values["capacity"] else None


def close(request: HttpRequest, structure: str) -> HttpResponseBase:
    row = queries.structure(structure)
    typed = Typed(request.POST, ("reason", "on"))
    if request.method == "POST":
        day = typed.day("on", missing="Écrivez depuis quel jour.")
        if day is not None:
            try:
                actions.close_structure(
                    actor=actor_of(request),
                    public_id=row.public_id,
                    reason=typed.values["reason"],
                    on=day,
                    now=clock.now(),
                )
            except Refusal as refusal:
                typed.refused(refusal, default="reason")
            else:
                messages.success(request, f"{row.name} ne compte plus dans l’offre. Sa fiche reste, avec la raison.")
                return SeeOther(reverse("structure", args=[row.public_id]))
    else:
        typed.values["on"] = clock.today().isoformat()
    crumbs = [
        ("Structures", reverse("structures")),
        (row.name, reverse("structure", args=[row.public_id])),
        ("Fermer", ""),
    ]
    return render(
        request,
        "structures/close.html",
        {"row": row, "typed": typed, "crumbs": crumbs},
        status=422 if typed.errors else 200,
    )


def reopen(request: HttpRequest, structure: str) -> HttpResponseBase:
    row = queries.structure(structure)
    try:
        actions.reopen_structure(actor=actor_of(request), public_id=row.public_id, now=clock.now())
    except Refusal as refusal:
        messages.error(request, " ".join(refusal.sentences))
    else:
        messages.success(request, f"{row.name} compte de nouveau dans l’offre.")
    return SeeOther(reverse("structure", args=[row.public_id]))


def bring(request: HttpRequest) -> HttpResponse:
    """Show what a file would change, or read it in; and the files already read with the lines they refused."""
    typed = Typed(request.POST, ("write", "overwrite"))
    report: ImportReport | None = None
    if request.method == "POST":
        try:
            report = _read(request, typed)
        except Refusal as refusal:
            typed.wrong("file", " ".join(refusal.sentences))
        else:
            if report.written:
                messages.success(request, typeset(f"Importé : {_counted(report)}."))
                return SeeOther(f"{reverse('structures-import')}#imports-t")
    context: dict[str, Any] = {
        "typed": typed,
        "report": report,
        "source": SOURCES[report.source] if report else "",
        "changed": _shown(report.changed) if report else (),
        "kept": _shown(report.kept) if report else (),
        "refused": [(one, typeset(REFUSALS[one.refusal])) for one in report.refused[:SHOWN] if one.refusal] if report else (),
        "imports": [
            (one, SOURCES[Source(one.source)], [(line, typeset(REFUSALS[LineRefusal(line.refusal)])) for line in one.refused.all()[:SHOWN]])
            for one in queries.imports()[:20]
        ],
        "crumbs": [("Structures", reverse("structures")), ("Importer", "")],
    }  # fmt: skip
    return render(request, "structures/import.html", context, status=422 if typed.errors else 200)


def _read(request: HttpRequest, typed: Typed) -> ImportReport:
    sent = request.FILES.get("file")
    if sent is None:
        raise refuse(Objection(SupplyRefusal.NO_FILE, "file"))
    if (sent.size or 0) > LARGEST:
        size = {"size": (sent.size or 0) // 1_000_000, "largest": LARGEST // 1_000_000}
        raise refuse(Objection(SupplyRefusal.TOO_LARGE, "file", size))
    return actions.import_structures(
        actor=actor_of(request), content=sent.read(), name=sent.name or "fichier", now=clock.now(),
        overwrite=bool(typed.values["overwrite"]), write=bool(typed.values["write"]),
    )  # fmt: skip


def _counted(report: ImportReport) -> str:
    counts = (
        (report.read, "ligne lue,lignes lues"), (report.added, "ajoutée"), (len(report.changed), "modifiée"),
        (report.unchanged, "inchangée"), (len(report.refused), "refusée"),
    )  # fmt: skip
    return ", ".join(wording.plural(number, words) for number, words in counts)


def _shown(changes: Any) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    return [
        (one.name, one.siret, [(FIELD_NAMES[name], before[:120], after[:120]) for name, before, after in one.fields])
        for one in changes[:SHOWN]
    ]
