"""A company opens a position on one of its commitments, changes it, closes it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from levier.commitments.models import Commitment
from levier.commitments.queries import commitment_for, commitments_visible_to
from levier.foundation.objections import NotForYou, Refusal
from levier.hours.queries import reference_values
from levier.referrals import actions, policies
from levier.referrals.jobs import jobs
from levier.referrals.labels import LICENCES, REASONS
from levier.referrals.models import Position
from levier.referrals.queries import position_for
from levier.referrals.values import CLOSING_REASONS, LONGEST_TEXT, MOST_PLACES, Licence, Terms
from levier.territories.queries import communes
from levier.web import clock, wording
from levier.web.acting import actor_of
from levier.web.typed import SeeOther, Typed

FIELDS = (
    "job", "job_title", "commune", "starts_on", "ends_on", "weekly_hours", "places", "tutor", "licence", "conditions", "link",
)  # fmt: skip


def choose(request: HttpRequest) -> HttpResponse:
    """On which commitment. With only one that runs, straight to its form."""
    actor = actor_of(request)
    running = list(
        commitments_visible_to(actor)
        .filter(ends_on__gte=clock.today())
        .select_related("lot__contract", "territory")
        .order_by("ends_on", "id")
    )
    if len(running) == 1:
        return redirect("position-new", running[0].public_id, permanent=False)
    crumbs = [("Postes", reverse("positions")), ("Ouvrir un poste", "")]
    return render(request, "referrals/choose.html", {"commitments": running, "crumbs": crumbs})


def new(request: HttpRequest, commitment: str) -> HttpResponse:
    """The form of a position; what the commitment tells is already there."""
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    if not policies.may_open(actor, holder_id=found.holder_id):
        raise NotForYou
    typed = Typed(request.POST, FIELDS)
    if request.method == "POST":
        terms = _read(typed)
        if terms is not None:
            try:
                made = actions.open_position(
                    actor=actor, commitment_id=commitment, terms=terms, catalogue=reference_values(), now=clock.now()
                )
            except Refusal as refusal:
                typed.refused(refusal, default="job")
            else:
                messages.success(
                    request, "Poste ouvert. Les prescripteurs et le facilitateur du territoire le voient déjà."
                )
                return SeeOther(reverse("position", args=[made.public_id]))
    else:
        typed.values |= {"weekly_hours": "35", "places": "1", "licence": Licence.NONE.value}
        typed.values["starts_on"] = max(clock.today(), found.starts_on).isoformat()
    return _form(request, typed, found, ("Ouvrir un poste", reverse("positions")))


def change(request: HttpRequest, position: str) -> HttpResponse:
    """The same form, with what was asked so far."""
    actor = actor_of(request)
    found = position_for(actor, position)
    if not policies.may_open(actor, holder_id=found.commitment.holder_id):
        raise NotForYou
    typed = Typed(request.POST, FIELDS)
    if request.method == "POST":
        terms = _read(typed)
        if terms is not None:
            try:
                actions.change_position(
                    actor=actor, position_id=position, terms=terms, catalogue=reference_values(), now=clock.now()
                )
            except Refusal as refusal:
                typed.refused(refusal, default="job")
            else:
                messages.success(request, "Poste mis à jour.")
                return SeeOther(reverse("position", args=[position]))
    else:
        typed.values |= _as_typed(found)
    return _form(request, typed, found.commitment, ("Modifier le poste", reverse("position", args=[position])))


def close(request: HttpRequest, position: str) -> HttpResponse:
    """Stop looking, with a reason; whoever was proposed is told."""
    actor = actor_of(request)
    found = position_for(actor, position)
    if not policies.may_open(actor, holder_id=found.commitment.holder_id):
        raise NotForYou
    typed = Typed(request.POST, ("reason",))
    if request.method == "POST":
        try:
            actions.close_position(
                actor=actor,
                position_id=position,
                reason=typed.values["reason"],
                catalogue=reference_values(),
                now=clock.now(),
            )
        except Refusal as refusal:
            typed.refused(refusal, default="reason")
        else:
            messages.success(request, "Poste fermé. Qui avait proposé une personne en est averti.")
            return SeeOther(reverse("position", args=[position]))
    context = {
        "position": found,
        "typed": typed,
        "reasons": [("", "Choisir"), *((one.value, REASONS[one]) for one in CLOSING_REASONS)],
        "crumbs": [
            ("Postes", reverse("positions")),
            (found.job_title, reverse("position", args=[position])),
            ("Fermer", ""),
        ],
    }
    return render(request, "referrals/close.html", context, status=422 if typed.errors else 200)


def _read(typed: Typed) -> Terms | None:
    values = typed.values
    code = values["job"].split(" ")[0].upper()
    known = jobs().get(code)
    if not code:
        typed.wrong("job", "Choisissez le métier dans la liste : commencez à l’écrire, par exemple « maçon ».")
    starts = typed.day("starts_on", missing="Indiquez le premier jour de travail.")
    ends = typed.day("ends_on", missing="") if values["ends_on"] else None
    weekly = typed.hours("weekly_hours", missing="Indiquez les heures par semaine.")
    places = typed.whole("places", low=1, high=MOST_PLACES, wrong=f"Écrivez un nombre entre 1 et {MOST_PLACES}.")
    licence = typed.choice("licence", {one.value: one for one in Licence}, missing="Choisissez dans la liste.")
    commune = commune_code(values["commune"])
    if not commune:
        typed.wrong("commune", "Choisissez la commune du travail dans la liste : commencez à écrire son nom.")
    tutor, conditions = typed.text("tutor", longest=120), typed.text("conditions", longest=LONGEST_TEXT)
    link = typed.text(
        "link",
        longest=LONGEST_TEXT,
        missing="Dites à quels travaux du marché ce poste participe : seules ces heures compteront.",
    )
    if typed.errors or starts is None or weekly is None or places is None or licence is None:
        return None
    title = values["job_title"] or (known.label if known else "")
    return Terms(code, title, commune, starts, ends, weekly, places, tutor, licence, conditions, link)


def commune_code(text: str) -> str:
    """The code of a commune from what was typed: its name, or « name (code) » as the list proposes."""
    wanted = text.strip().lower()
    for one in communes():
        if wanted in {one.code.lower(), one.name.lower(), f"{one.name} ({one.code})".lower()}:
            return one.code
    return ""


def _as_typed(position: Position) -> dict[str, str]:
    known = jobs().get(position.job_code)
    return {
        "job": f"{position.job_code} {known.label}" if known else position.job_code,
        "job_title": position.job_title,
        "commune": f"{position.commune.name} ({position.commune.code})",
        "starts_on": position.starts_on.isoformat(),
        "ends_on": position.ends_on.isoformat() if position.ends_on else "",
        "weekly_hours": wording.quantity(position.weekly_hours),
        "places": str(position.places),
        "tutor": position.tutor,
        "licence": position.licence,
        "conditions": position.conditions,
        "link": position.link,
    }


def _form(request: HttpRequest, typed: Typed, commitment: Commitment, where: tuple[str, str]) -> HttpResponse:
    title, back = where
    context: dict[str, Any] = {
        "typed": typed,
        "title": title,
        "back": back,
        "commitment": commitment,
        "contract": commitment.lot.contract,
        "jobs": [(f"{one.code} {one.label}", one.words) for one in jobs().values()],
        "communes": sorted(f"{one.name} ({one.code})" for one in communes()),
        "licences": [(one.value, label) for one, label in LICENCES.items()],
        "crumbs": [("Postes", reverse("positions")), (title, "")],
    }
    return render(request, "referrals/position_form.html", context, status=422 if typed.errors else 200)
