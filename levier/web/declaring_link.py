"""Declaring without a password: asking for a link, and coming in with it."""

from datetime import timedelta

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from levier.accounts.links import ask_for_link, link_holder, use_link
from levier.accounts.models import Membership
from levier.accounts.queries import actor_from
from levier.hours.dictations import dictations_for_company
from levier.reference.queries import catalogue
from levier.web import clock
from levier.web.gate import LINK_SESSION


def ask(request: HttpRequest) -> HttpResponse:
    """The same answer whoever asks: a page of its own, that shows nothing of what was typed."""
    if request.method != "POST":
        return render(request, "access/ask_link.html")
    email = request.POST.get("email", "").strip()[:254]
    if "@" not in email:
        error = "Écrivez votre adresse électronique complète, par exemple prenom.nom@entreprise.fr."
        return render(request, "access/ask_link.html", {"email": email, "error": error}, status=422)
    now = clock.now()
    minutes = int(catalogue().at("access.link.asked", clock.today()).value)
    ask_for_link(email=email, address=request.META.get("REMOTE_ADDR", ""), life=timedelta(minutes=minutes), now=now)
    return redirect("link-asked")


def asked(request: HttpRequest) -> HttpResponse:
    minutes = int(catalogue().at("access.link.asked", clock.today()).value)
    return render(request, "access/link_asked.html", {"minutes": minutes})


def declare(request: HttpRequest, token: str) -> HttpResponse:
    """A visit shows whom the link is for and uses nothing up; the button comes in, once."""
    now = clock.now()
    membership = use_link(token, now) if request.method == "POST" else link_holder(token, now)
    if membership is None:
        return private(render(request, "access/link_over.html", status=410))
    if request.method != "POST":
        return private(render(request, "access/declare.html", {"membership": membership}))
    open_by_link(request, membership)
    waits = dictations_for_company(actor_from(membership))
    if waits:
        where = waits[0].statement
        return private(redirect("statement-agree", where.commitment.public_id, f"{where.month:%Y-%m}"))
    return private(redirect("statements"))


def open_by_link(request: HttpRequest, membership: Membership) -> None:
    """A session that declares for that company and does nothing else, with its own limits; whatever was open is closed."""
    values, today = catalogue(), clock.today()
    request.session.flush()
    auth.login(request, membership.user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[LINK_SESSION] = {
        "membership": membership.public_id,
        "idle": int(values.at("access.link.idle", today).value) * 60,
        "longest": int(values.at("access.link.longest", today).value) * 3600,
    }


def private(response: HttpResponse) -> HttpResponse:
    """The address holds a secret: it is told to no other house and kept nowhere. Not `no-referrer`: browsers then send `Origin: null` with
    the form of the page, which the protection of forms refuses (decision 187).
    """
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
