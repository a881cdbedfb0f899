"""The public home: say where you are, get the facilitator to call. The map and the list say the same."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from levier.foundation.objections import NotForYou
from levier.reference.queries import catalogue
from levier.reference.values import ReferenceValue
from levier.territories import queries
from levier.territories.map import TO_CONFIRM, territory_map
from levier.territories.values import ContactFacts, Facilitator, Search, TerritoryFacts
from levier.web import clock

LONGEST = 60


@dataclass(frozen=True, slots=True)
class Call:
    """Who to call, in the shape of the facilitator card."""

    name: str
    structure: str
    phone: str
    email: str
    territory_number: int
    territory_name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one commune or one territory. `to_confirm`: a supposition, shown as such."""

    place: str
    call: Call | None
    to_confirm: bool = False


def home(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    text, code = request.GET.get("q", "").strip()[:LONGEST], request.GET.get("commune", "")[:5]
    number = request.GET.get("territoire", "")[:12]
    search = queries.find_communes(text) if text else None
    answers = _answers(search, code, number, today)
    chosen = number if number == TO_CONFIRM else _territory_shown(answers)
    known, ground = queries.territories(), queries.belongings(today)
    return render(
        request,
        "home/home.html",
        {
            "text": text,
            "search": search,
            "answers": answers,
            "asked": bool(text or code or number),
            "to_confirm_chosen": number == TO_CONFIRM,
            "map": territory_map(ground, known, chosen=chosen, communes=True) if known else "",
            "to_confirm": sum(one.to_confirm and not one.commune.parent for one in ground),
            "figures": {value.key.split(".")[1]: value for value in _figures(today)},
            "territories": len(known),
        },
        status=200 if not search or search.communes else 404,
    )


def territories(request: HttpRequest) -> HttpResponse:
    """The same as a list: nine territories, who to call, every commune, and those to be confirmed."""
    today = clock.today()
    return render(
        request,
        "home/territories.html",
        {
            "entries": [(entry, _call(entry.territory, entry.contact)) for entry in queries.directory(today)],
            "today": today,
        },
    )


def _figures(today: date) -> tuple[ReferenceValue, ...]:
    """What the leaflet says of the Département, dated and sourced like any other figure."""
    known = catalogue()
    return (*known.all_at("buyer.", today), *known.all_at("policy.works", today))


def _answers(search: Search | None, code: str, number: str, today: date) -> list[Answer]:
    if search is not None:
        return [_answer(commune.code, commune.name, today) for commune in search.communes[:8]]
    if code:
        try:
            return [_answer(code, queries.commune(code).name, today)]
        except NotForYou:
            return []
    if number.isascii() and number.isdigit():
        territory = next((one for one in queries.territories() if one.number == int(number)), None)
        if territory is not None:
            return [Answer(territory.name, _call(territory, queries.contact_of(territory.number, today)))]
    return []


def _answer(code: str, name: str, today: date) -> Answer:
    found: Facilitator | None = queries.facilitator_for_commune(code, today)
    if found is None:
        return Answer(name, None)
    return Answer(name, _call(found.territory, found.contact), found.to_confirm)


def _call(territory: TerritoryFacts, contact: ContactFacts | None) -> Call | None:
    if contact is None:
        return None
    return Call(contact.person, contact.structure, contact.phone, contact.email, territory.number, territory.name)


def _territory_shown(answers: list[Answer]) -> int | str | None:
    sure = {answer.call.territory_number for answer in answers if answer.call and not answer.to_confirm}
    if len(sure) == 1:
        return sure.pop()
    return TO_CONFIRM if answers and all(answer.to_confirm for answer in answers) else None
