"""Forgotten contracts (marchés oubliés): a list with filters in the address, its sums, and the same list for a spreadsheet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier.accounts.values import Role
from levier.foundation.pagination import page_of
from levier.hours.queries import reference_values
from levier.open_data.forgotten import LEAD, Forgotten, forgotten, our_buyers
from levier.open_data.watch_values import Ground, Situation
from levier.procurement.labels import CONTRACT_OBJECTS, SERVICES
from levier.procurement.policies import may_follow
from levier.procurement.values import ContractObject
from levier.web import clock, spreadsheet, wording, workbook
from levier.web.acting import actor_of
from levier.web.typed import Typed
from levier.web.watch import tabs

PAGE_LENGTH = 30
FIELDS = ("q", "acheteur", "motif", "situation", "objet", "de", "depuis")
GROUNDS = {Ground.LAW: "Obligation légale", Ground.POLICY: "Politique du Département"}
SITUATIONS = {
    Situation.NOTHING_SAID: "Non suivi, rien de publié",
    Situation.NONE_SAID: "Non suivi, « Pas de considération sociale »",
    Situation.CONTRADICTED: "Suivi, mais publié « Pas de considération sociale »",
}
OBJECTS = {"travaux": ContractObject.WORKS, "services": ContractObject.SERVICES, "fournitures": ContractObject.SUPPLIES}
HEADING = (
    "Acheteur", "SIRET de l’acheteur", "Référence", "Objet du marché", "Nature", "Code CPV", "Notifié le", "Consultation supposée",
    "Montant HT", "Opération HT", "Demandé par", "Pourquoi", "Situation", "Suivi",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listed:
    """What was asked, what answers, and what the filters may choose from."""

    typed: Typed
    rows: list[Forgotten]
    every: int
    buyers: dict[str, str]
    lead: int


def read(request: HttpRequest) -> Listed:
    actor, catalogue = actor_of(request), reference_values()
    typed = Typed(request.GET, FIELDS)
    buyers = our_buyers(actor)
    every = forgotten(actor, buyers, catalogue)
    least = typed.amount("de")
    since = typed.day("depuis", missing="") if typed.values["depuis"] else None
    rows = [one for one in every if _answers(one, typed.values, least, since)]
    lead = int(catalogue.at(LEAD, clock.today()).value)
    return Listed(typed, rows, len(every), buyers, lead)


def _answers(one: Forgotten, asked: dict[str, str], least: Decimal | None, since: date | None) -> bool:
    text = f"{one.title} {one.reference}".casefold()
    return (
        all(word in text for word in asked["q"].casefold().split()[:8])
        and asked["acheteur"] in {"", one.buyer_siret}
        and asked["motif"] in {"", one.ground.value}
        and asked["situation"] in {"", one.situation.value}
        and OBJECTS.get(asked["objet"], one.object) is one.object
        and (least is None or (one.amount or Decimal(0)) >= least)
        and (since is None or one.notified_on >= since)
    )


def show(request: HttpRequest) -> HttpResponse:
    actor, found = actor_of(request), read(request)
    page = page_of(found.rows, request.GET.get("page"), PAGE_LENGTH)
    named = [("", "Tous"), *sorted(((siret, name) for siret, name in found.buyers.items()), key=lambda one: one[1])]
    context: dict[str, Any] = {
        "tabs": tabs("forgotten"),
        "typed": found.typed,
        "rows": [(one, why(one), GROUNDS[one.ground], SITUATIONS[one.situation]) for one in page],
        "page_obj": page,
        "every": found.every,
        "total": sum((one.amount for one in found.rows if one.amount is not None), Decimal(0)),
        "unsound": sum(one.amount is None for one in found.rows),
        "by_law": sum(one.ground is Ground.LAW for one in found.rows),
        "unfollowed": sum(not one.followed for one in found.rows),
        "lead": found.lead,
        "buyers": named if actor.role is Role.MISSION else [],
        "grounds": [("", "Tous"), *((code.value, label) for code, label in GROUNDS.items())],
        "situations": [("", "Toutes"), *((code.value, label) for code, label in SITUATIONS.items())],
        "objects": [("", "Tous"), *((code, CONTRACT_OBJECTS[one]) for code, one in OBJECTS.items())],
        "can_follow": may_follow(actor),
        "filtered": any(found.typed.values.values()),
    }
    return render(request, "watch/forgotten.html", context, status=422 if found.typed.errors else 200)


def why(one: Forgotten) -> str:
    """In a sentence, by what amount or service it is in scope."""
    if one.ground is Ground.LAW:
        return f"{wording.euros(one.operation)} en tout, seuil européen {wording.euros(one.threshold)}"
    if one.object is ContractObject.WORKS:
        return f"Travaux, {wording.euros(one.operation)} en tout"
    return SERVICES.get(one.service, "")


def _lines(found: Sequence[Forgotten]) -> Iterator[tuple[object, ...]]:
    for one in found:
        yield (
            one.buyer_name, one.buyer_siret, one.reference, one.title, CONTRACT_OBJECTS[one.object], one.cpv, one.notified_on,
            one.consultation_on, one.amount, one.operation, GROUNDS[one.ground], why(one), SITUATIONS[one.situation],
            "oui" if one.followed else "non",
        )  # fmt: skip


def csv(request: HttpRequest) -> HttpResponse:
    return _file(request, lambda lines: spreadsheet.csv_response("marches-oublies.csv", HEADING, lines))


def xlsx(request: HttpRequest) -> HttpResponse:
    def write(lines: Iterator[tuple[object, ...]]) -> HttpResponse:
        return workbook.xlsx_response("marches-oublies.xlsx", [workbook.Sheet("Marchés oubliés", HEADING, lines)])

    return _file(request, write)


def _file(request: HttpRequest, write: Callable[[Iterator[tuple[object, ...]]], HttpResponse]) -> HttpResponse:
    """The list as it is filtered; where a filter cannot be read, the page that says so."""
    found = read(request)
    return show(request) if found.typed.errors else write(_lines(found.rows))
