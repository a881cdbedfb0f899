"""The mission keeps the territories right: who is to be called in each, and where the communes to be confirmed belong."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from levier.foundation.french import typeset
from levier.foundation.objections import NotForYou, Refusal
from levier.reference.rules import LONGEST_SOURCE
from levier.stewardship.actions import change_facilitator, confirm_commune
from levier.stewardship.values import NewContact
from levier.territories import queries
from levier.territories.labels import CONFIDENCES
from levier.territories.models import FacilitatorContact, Perimeter
from levier.territories.values import Belonging, CommuneFacts, PerimeterConfidence, TerritoryFacts
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.reference_words import state_of
from levier.web.typed import SeeOther, Typed

CONTACT_FIELDS = ("structure", "person", "phone", "email")
LONGEST = {"structure": 160, "person": 120, "phone": 40, "email": 254}
CHIPS = {PerimeterConfidence.HIGH: "ok", PerimeterConfidence.MEDIUM: "info", PerimeterConfidence.LOW: "wait"}


def contact(request: HttpRequest, number: int) -> HttpResponseBase:
    """Who is to be called in a territory, from when, and who was before."""
    territory, today = _territory(number), clock.today()
    typed = Typed(request.POST, (*CONTACT_FIELDS, "valid_from", "source"))
    rows = queries.contact_history(number)
    if request.method == "POST":
        day = typed.day("valid_from", missing="Écrivez le premier jour où cette personne est à appeler.")
        texts = {name: typed.text(name, longest=LONGEST[name]) for name in CONTACT_FIELDS}
        source = typed.text("source", longest=LONGEST_SOURCE, missing="Indiquez d’où vient ce changement.")
        if day is not None and not typed.errors:
            try:
                new = NewContact(**texts, valid_from=day, source=source)
                change_facilitator(actor=actor_of(request), number=number, new=new, now=clock.now())
            except Refusal as refusal:
                _place(typed, refusal, "person")
            else:
                said = f"À partir du {wording.long_day(day, weekday=False)}, {texts['person']} est à appeler : {territory.name}."
                messages.success(request, typeset(said))
                return SeeOther(f"{reverse('map')}#territoire-{number}")
    else:
        held = queries.contact_of(number, today)
        typed.values |= {name: getattr(held, name, "") for name in CONTACT_FIELDS}
        typed.values["valid_from"] = today.isoformat()
    crumbs = [("Territoires", reverse("map")), (territory.name, "")]
    context = {"territory": territory, "typed": typed, "rows": _dated(rows, today), "crumbs": crumbs}
    return render(request, "references/contact.html", context, status=422 if typed.errors else 200)


def to_confirm(request: HttpRequest) -> HttpResponse:
    """The communes whose facilitator no text says, each with its button; those confirmed from a later day are said so."""
    today = clock.today()
    names = {one.number: one for one in queries.territories()}
    later = {
        row.commune_id: row
        for row in Perimeter.objects.filter(valid_from__gt=today, replaced_at__isnull=True).select_related("territory")
        if row.confidence != PerimeterConfidence.LOW
    }
    rows = [(one.commune, names.get(one.territory or 0), later.get(one.commune.code)) for one in _suppositions(today)]
    context = {
        "rows": sorted(rows, key=lambda row: (row[2] is not None, row[1].number if row[1] else 0, row[0].name)),
        "waiting": sum(row[2] is None for row in rows),
        "people": sum(row[0].population for row in rows if row[2] is None),
        "crumbs": [("Territoires", reverse("map")), ("Communes à confirmer", "")],
    }
    return render(request, "references/to_confirm.html", context)


def perimeter(request: HttpRequest, commune: str) -> HttpResponseBase:
    """Say which territory a commune belongs to, from when, and what says so."""
    facts, today = queries.commune(commune), clock.today()
    known = queries.territories()
    typed = Typed(request.POST, ("territory", "valid_from", "source"))
    rows = queries.perimeter_history(facts.code)
    if request.method == "POST":
        choices = {str(one.number): one for one in known}
        chosen = typed.choice("territory", choices, missing="Choisissez le territoire.")
        day = typed.day("valid_from", missing="Écrivez le jour à partir duquel ce territoire en répond.")
        source = typed.text(
            "source", longest=LONGEST_SOURCE, missing="Indiquez ce qui le dit : un courrier, une délibération."
        )
        if chosen is not None and day is not None and not typed.errors:
            try:
                confirm_commune(
                    actor=actor_of(request),
                    code=facts.code,
                    number=chosen.number,
                    valid_from=day,
                    source=source,
                    now=clock.now(),
                )
            except Refusal as refusal:
                _place(typed, refusal, "territory")
            else:
                messages.success(request, _confirmed(facts, chosen, day))
                return SeeOther(reverse("to-confirm"))
    else:
        typed.values["valid_from"] = today.isoformat()
    shown = _dated(rows, today)
    context = {
        "commune": facts,
        "typed": typed,
        "rows": [(row, state, (CHIPS[level], CONFIDENCES[level])) for row, state in shown
                 for level in [PerimeterConfidence(row.confidence)]],
        "supposed": next((row for row, state in shown if state[1] == "En vigueur"), None),
        "territories": [("", "Choisissez"), *((str(one.number), f"{one.number} – {one.name}") for one in known)],
        "crumbs": [("Territoires", reverse("map")), ("Communes à confirmer", reverse("to-confirm")), (facts.name, "")],
    }  # fmt: skip
    return render(request, "references/commune.html", context, status=422 if typed.errors else 200)


def _confirmed(commune: CommuneFacts, chosen: TerritoryFacts, day: date) -> str:
    left = len(_suppositions(clock.today()))
    rest = (
        f"Il reste {wording.plural(left, 'commune')} à confirmer." if left else "Toutes les communes sont confirmées."
    )
    since = wording.long_day(day, weekday=False)
    return typeset(f"{commune.name} relève du territoire {chosen.number} – {chosen.name} à partir du {since}. {rest}")


def _suppositions(today: date) -> list[Belonging]:
    return [one for one in queries.belongings(today) if one.to_confirm and not one.commune.parent]


def _territory(number: int) -> TerritoryFacts:
    found = next((one for one in queries.territories() if one.number == number), None)
    if found is None:
        raise NotForYou
    return found


def _place(typed: Typed, refusal: Refusal, default: str) -> None:
    """Sentences beside their fields; those about no field of the form beside the first."""
    for objection, sentence in zip(refusal.objections, refusal.sentences, strict=True):
        typed.wrong(objection.field if objection.field in typed.values else default, sentence)


def _dated[Row: (FacilitatorContact, Perimeter)](
    rows: tuple[Row, ...], today: date
) -> list[tuple[Row, tuple[str, str, str]]]:
    return [(row, state_of(row, today)) for row in rows]
