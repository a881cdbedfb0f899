"""Signing in and out, and what a person sees and chooses about their own account."""

from datetime import timedelta
from math import ceil

from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters

from levier.accounts import actions, queries
from levier.accounts.labels import ROLES
from levier.accounts.models import Membership, User
from levier.accounts.values import Role
from levier.foundation.periods import civil_date
from levier.web import clock, interrupted, shell, wording
from levier.web.acting import actor_of

REFUSED = "Adresse électronique ou mot de passe incorrect."
NO_ROLE = "Votre compte n’a plus de rôle en cours. Demandez à votre organisation de le rouvrir."
YEAR = 31_536_000


def _after(request: HttpRequest, fallback: str) -> str:
    """Where to go next: the page first asked for, if it is one of ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if asked and ours else fallback


def _wait_sentence(left: timedelta) -> str:
    seconds = ceil(left.total_seconds())
    span = wording.plural(seconds, "seconde") if seconds < 90 else wording.plural(ceil(seconds / 60), "minute")
    return f"Trop d’essais. Attendez {span}, puis réessayez. Votre compte n’est pas bloqué."


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    actor = getattr(request, "actor", None)
    if actor and not actor.by_link:
        return redirect(_after(request, shell.address("todo") or "/"))
    error = _try_to_sign_in(request) if request.method == "POST" else ""
    kept = interrupted.unsealed(request.POST.get("kept", ""))
    if request.method == "POST" and not error:
        resumed = _resumed(request, kept) if kept else None
        return resumed or redirect(_after(request, shell.address("todo") or "/"))
    return _sign_in_page(request, error, kept, status=422 if error else 200)


def sign_in_again(request: HttpRequest, kept: interrupted.Interrupted) -> HttpResponse:
    """For a form that came without a session: sign in, then send it. 403, as nothing was done."""
    answer = _sign_in_page(request, "", kept, status=403)
    add_never_cache_headers(answer)
    return answer


def _sign_in_page(
    request: HttpRequest, error: str, kept: interrupted.Interrupted | None, *, status: int
) -> HttpResponse:
    ours = "email" in request.POST and "password" in request.POST
    email = request.POST.get("email", "") if ours else request.GET.get("courriel", "")
    demonstration = _demonstration() if settings.DEMONSTRATION else {}
    context = {"error": error, "email": email[:254], "next": _after(request, ""), "kept": kept, **demonstration}
    return render(request, "account/sign_in.html", context, status=status)


def _resumed(request: HttpRequest, kept: interrupted.Interrupted) -> HttpResponse | None:
    memberships = queries.memberships_of(request.user.pk or 0, today=clock.today())
    return interrupted.offer(request, kept, memberships[0].role)


def _try_to_sign_in(request: HttpRequest) -> str:
    """Open the session, or say why not: the same words for an unknown account and a wrong password."""
    email, password = request.POST.get("email", "").strip()[:254], request.POST.get("password", "")[:1000]
    if not email or not password:
        return "Écrivez votre adresse électronique et votre mot de passe."
    now, address = clock.now(), request.META.get("REMOTE_ADDR", "")
    if left := actions.sign_in_wait(email=email, address=address, now=now):
        return _wait_sentence(left)
    user = auth.authenticate(request, username=email, password=password)
    actions.record_sign_in(email=email, address=address, accepted=user is not None, now=now)
    if not isinstance(user, User):
        return REFUSED
    if not queries.memberships_of(user.pk, today=civil_date(now)):
        return NO_ROLE
    open_session(request, user)
    return ""


def open_session(request: HttpRequest, user: User) -> None:
    """A session of that person, with nothing left of the one before."""
    request.session.flush()
    auth.login(request, user)


def _demonstration() -> dict[str, object]:
    """The accounts of the demonstration, one of each role first."""
    found = list(queries.demonstration_memberships(today=clock.today()))
    first = {member.role: member for member in reversed(found)}
    ordered = [first[role] for role in Role if role in first]
    return {
        "demo_password": settings.DEMONSTRATION_PASSWORD,
        "demo_people": [_person(member) for member in ordered],
        "demo_others": [_person(member) for member in found if member not in ordered],
    }


def _person(member: Membership) -> dict[str, str]:
    place = member.territory.short_name if member.territory else member.organisation.name
    return {"name": member.user.full_name, "email": member.user.email, "role": ROLES[Role(member.role)], "place": place}


def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    messages.info(request, "Vous êtes déconnecté.")
    return redirect(shell.address("sign-in"))


def account(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    memberships: list[Membership] = getattr(request, "memberships", [])
    roles = [
        {**_person(member), "organisation": member.organisation.name, "id": member.public_id, "until": member.valid_until,
         "since": member.valid_from, "current": member.pk == actor.membership_id}
        for member in memberships
    ]  # fmt: skip
    return render(request, "account/account.html", {"roles": roles, "theme": request.COOKIES.get("theme", "")})


def choose_role(request: HttpRequest) -> HttpResponse:
    """Act under another of one's roles from now on; an unknown one changes nothing."""
    memberships: list[Membership] = getattr(request, "memberships", [])
    chosen = next((m for m in memberships if m.public_id == request.POST.get("membership")), None)
    if chosen is None:
        messages.error(request, "Ce rôle n’est pas, ou plus, le vôtre.")
        return redirect("account")
    request.session["membership"] = chosen.public_id
    messages.success(
        request, f"Vous agissez maintenant en tant que : {ROLES[Role(chosen.role)]}, {_person(chosen)['place']}."
    )
    return redirect(shell.address("todo") or "account")


def choose_shortcuts(request: HttpRequest) -> HttpResponse:
    on = request.POST.get("on") == "1"
    actions.choose_shortcuts(actor=actor_of(request), on=on, now=clock.now())
    messages.success(request, f"Raccourcis à une lettre {'activés' if on else 'désactivés'}.")
    return redirect("account")


def appearance(request: HttpRequest) -> HttpResponse:
    """The choice of theme, kept in a cookie: the same as the button, for browsers without JavaScript."""
    if request.method != "POST":
        return render(request, "account/appearance.html", {"theme": request.COOKIES.get("theme", "")})
    answer = redirect("appearance")
    chosen = request.POST.get("theme", "")
    if chosen in shell.THEMES:
        answer.set_cookie("theme", chosen, max_age=YEAR, samesite="Lax", secure=settings.PRODUCTION)
    else:
        answer.delete_cookie("theme", samesite="Lax")
    messages.success(request, "Votre choix est gardé sur cet appareil.")
    return answer
