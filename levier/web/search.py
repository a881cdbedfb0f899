"""One box for everything: contracts, companies and people, each within what the actor may see."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from levier.accounts.values import Actor, Role
from levier.audit.actions import record_reads
from levier.commitments.queries import commitments_visible_to
from levier.foundation.encryption import normalised
from levier.participants import policies, queries
from levier.participants.labels import STANDINGS
from levier.procurement.queries import contracts_visible_to, searched
from levier.web import clock
from levier.web.acting import actor_of
from levier.web.people import CHIPS, PURPOSE

MOST = 20
SHORTEST, LONGEST = 2, 200
READ_AS = "recherche"
"""What the journal of readings says of a name shown here."""


def search(request: HttpRequest) -> HttpResponse:
    """Twenty of each kind at most, with a link to all of them; a constant number of queries."""
    actor = actor_of(request)
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:LONGEST]
    asked = len(normalised(text)) >= SHORTEST
    context: dict[str, Any] = {"text": text, "asked": asked, "sees_people": policies.may_read_identities(actor)}
    if asked:
        compact = text.replace(" ", "")
        words = compact if compact.isascii() and compact.isdigit() else text
        context |= _contracts(actor, words) | _companies(actor, words) | _people(actor, text)
        context["nothing"] = not any(context[kind] for kind in ("contracts", "companies", "people"))
    return render(request, "search/search.html", context)


def _contracts(actor: Actor, text: str) -> dict[str, Any]:
    found = list(
        searched(contracts_visible_to(actor), text).select_related("buyer").order_by("-notified_on", "-id")[: MOST + 1]
    )
    return {
        "contracts": found[:MOST],
        "more_contracts": len(found) > MOST,
        "contracts_url": f"{reverse('contracts')}?{urlencode({'q': text})}",
    }


def _companies(actor: Actor, text: str) -> dict[str, Any]:
    """Holders of the commitments the actor sees, by name or SIRET, with the number of these commitments."""
    commitments: QuerySet[Any, Any] = commitments_visible_to(actor)
    for word in text.split()[:8]:
        commitments = commitments.filter(Q(holder__name__icontains=word) | Q(holder__siret__startswith=word))
    held = (
        commitments.values("holder__name", "holder__siret")
        .annotate(count=Count("pk"))
        .order_by("holder__name", "holder__siret")
    )
    found = [
        {
            "name": row["holder__name"],
            "siret": row["holder__siret"],
            "count": row["count"],
            "url": f"{reverse('contracts')}?{urlencode({'q': row['holder__siret']})}",
        }
        for row in held[: MOST + 1]
    ]
    return {"companies": found[:MOST], "more_companies": len(found) > MOST}


def _named(actor: Actor, text: str) -> list[queries.PersonLine]:
    today, found = clock.today(), queries.named(actor, text, most=MOST + 1)
    chosen = queries.people_in(actor).filter(pk__in=found.ids).order_by("-moved_at", "-pk")
    return queries.PeopleRows(chosen, len(found.ids), today)[:]


def _people(actor: Actor, text: str) -> dict[str, Any]:
    """Those the actor follows, by the beginning of a name or by reference; for a company, those it employs; for a buyer, nobody. Each name shown is journaled."""
    found: list[dict[str, Any]] = []
    url = ""
    if policies.may_read_identities(actor):
        url = f"{reverse('people')}?{urlencode({'nom': text})}"
        found = [
            {
                "id": line.public_id,
                "name": line.identity.name if line.identity else line.reference,
                "sub": f"{line.reference} · {line.territory}",
                "job": line.job,
                "employer": line.employer,
                "chip": (CHIPS[line.standing], STANDINGS[line.standing]),
                "url": reverse("person", args=[line.public_id]),
            }
            for line in _named(actor, text)
        ]
    elif actor.role is Role.COMPANY:
        url = reverse("own-people")
        words = [normalised(word) for word in text.split()[:6]]
        found = [
            {
                "id": line.person_public_id,
                "name": line.name,
                "sub": "",
                "job": line.job,
                "employer": line.employer,
                "chip": ("line", "Terminé") if line.over else ("ok", "En cours"),
                "url": url,
            }
            for line in queries.employees_of(actor, today=clock.today())
            if all(word in normalised(line.name) for word in words)
        ]
    if shown := [line["id"] for line in found[:MOST]]:
        record_reads(actor=actor, person_public_ids=shown, purpose=PURPOSE, what=READ_AS, now=clock.now())
    return {"people": found[:MOST], "more_people": len(found) > MOST, "people_url": url}
