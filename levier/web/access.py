"""Opening an access for a company, and the link by which a person chooses a password."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters

from levier.accounts.invitations import choose_password, invite, invited
from levier.accounts.values import Role
from levier.commitments.queries import commitment_for
from levier.foundation.objections import Refusal
from levier.web import clock
from levier.web.acting import actor_of


def open_access(request: HttpRequest, commitment: str) -> HttpResponse:
    """A person of the holder, by name and e-mail. The link is shown once, to be handed over."""
    actor = actor_of(request)
    found = commitment_for(actor, commitment)
    contract = found.lot.contract
    email, full_name = request.POST.get("email", "")[:254], request.POST.get("full_name", "")[:120]
    context: dict[str, object] = {
        "commitment": found,
        "email": email,
        "full_name": full_name,
        "crumbs": [
            ("Marchés", reverse("contracts")),
            (contract.reference, reverse("contract", args=[contract.public_id])),
            ("Accès", ""),
        ],
    }
    if request.method == "POST":
        try:
            made = invite(
                actor=actor, organisation=found.holder, role=Role.COMPANY, email=email, full_name=full_name,
                thread=contract.public_id, now=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            errors = [(o.field, s) for o, s in zip(refusal.objections, refusal.sentences, strict=True)]
            return render(
                request, "account/access.html", context | {"errors": errors, "error": dict(errors)}, status=422
            )
        path = reverse("welcome", args=[made.user.public_id, made.token]) if made.token else ""
        context |= {"made": made, "link": request.build_absolute_uri(path) if path else ""}
    return render(request, "account/access.html", context)


@sensitive_post_parameters("password", "again")
def welcome(request: HttpRequest, user: str, token: str) -> HttpResponse:
    """Used once, within a week; then it says that it is over and whom to ask."""
    person = invited(user, token)
    if person is None:
        return render(request, "account/welcome_over.html", status=410)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        password, again = request.POST.get("password", "")[:1000], request.POST.get("again", "")[:1000]
        try:
            choose_password(user=person, password=password, again=again, now=clock.now())
        except Refusal as refusal:
            errors = [(o.field, s) for o, s in zip(refusal.objections, refusal.sentences, strict=True)]
        else:
            login(request, person)
            messages.success(request, "Votre mot de passe est enregistré. Bienvenue.")
            return redirect("todo")
    context = {"person": person, "errors": errors, "error": dict(errors)}
    return render(request, "account/welcome.html", context, status=422 if errors else 200)
