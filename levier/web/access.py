"""The link by which a person of the Département, a buyer or a facilitator chooses a password (`levier accounts`)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from levier.accounts.invitations import choose_password, invited
from levier.foundation.objections import Refusal
from levier.web import clock
from levier.web.account import open_session
from levier.web.declaring_link import private


@sensitive_post_parameters("password", "again")
def welcome(request: HttpRequest, user: str, token: str) -> HttpResponse:
    """Used once, within a week; then it says that it is over and whom to ask."""
    person = invited(user, token)
    if person is None:
        return private(render(request, "account/welcome_over.html", status=410))
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        password, again = request.POST.get("password", "")[:1000], request.POST.get("again", "")[:1000]
        try:
            choose_password(user=person, password=password, again=again, now=clock.now())
        except Refusal as refusal:
            errors = [(o.field, s) for o, s in zip(refusal.objections, refusal.sentences, strict=True)]
        else:
            open_session(request, person)
            messages.success(request, "Votre mot de passe est enregistré. Bienvenue.")
            return private(redirect("todo"))
    context = {"person": person, "errors": errors, "error": dict(errors)}
    return private(render(request, "account/welcome.html", context, status=422 if errors else 200))
