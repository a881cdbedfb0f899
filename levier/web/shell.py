"""What every page shows around its content: who acts, for whom, the places they may go to, and their choice of theme."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse
from django.utils.functional import SimpleLazyObject

from levier.accounts.labels import ROLES
from levier.accounts.values import Actor, Role
from levier.onboarding.queries import facilitators_of
from levier.territories.values import ContactFacts
from levier.web import clock
from levier.web.registry import Page

THEMES = frozenset({"light", "dark"})
DEPARTMENT = "Bouches-du-Rhône"

# Addresses by name, with what the role calls them. A name that has no page yet is left out.
PLACES: dict[str, tuple[tuple[str, str], ...]] = {
    Role.MISSION: (
        ("todo", "À faire"),
        ("following", "Suivi"),
        ("plan", "Programmation"),
        ("contracts", "Marchés"),
        ("watch", "Veille"),
        ("statements", "Heures"),
        ("people", "Personnes"),
        ("positions", "Postes"),
        ("controls", "Contrôles"),
        ("certificates", "Attestations"),
        ("dashboard", "Tableau de bord"),
        ("map", "Territoires"),
        ("structures", "Structures"),
        ("tools", "Outils"),
        ("outbox", "Messages"),
    ),
    Role.BUYER: (
        ("todo", "À faire"),
        ("following", "Suivi"),
        ("plan", "Programmation"),
        ("contracts", "Mes marchés"),
        ("watch", "Veille"),
        ("controls", "Contrôles"),
        ("certificates", "Attestations"),
        ("dashboard", "Tableau de bord"),
        ("map", "Territoires"),
        ("structures", "Structures"),
        ("tools", "Outils"),
    ),
    Role.FACILITATOR: (
        ("todo", "À faire"),
        ("following", "Suivi"),
        ("review", "Heures à accepter"),
        ("contests", "Contestations"),
        ("contracts", "Marchés"),
        ("people", "Personnes"),
        ("positions", "Postes"),
        ("controls", "Contrôles"),
        ("dashboard", "Mon territoire"),
        ("map", "Carte"),
        ("structures", "Structures"),
        ("tools", "Outils"),
    ),
    Role.COMPANY: (
        ("todo", "À faire"),
        ("statements", "Déclarer les heures"),
        ("contracts", "Mes marchés"),
        ("own-people", "Nos personnes"),
        ("positions", "Postes"),
        ("declaration-calendar", "Calendrier"),
        ("controls", "Contrôles"),
        ("certificates", "Attestations"),
        ("own-company", "Mon entreprise"),
        ("map", "Mon facilitateur"),
        ("structures", "Structures"),
    ),
    Role.STRUCTURE: (
        ("confirm", "À faire"),
        ("own-people", "Nos salariés"),
        ("map", "Carte"),
        ("structures", "Structures"),
    ),
    Role.PRESCRIBER: (
        ("todo", "À faire"),
        ("positions", "Postes"),
        ("referrals", "Candidatures"),
        ("people", "Personnes"),
        ("needs-calendar", "Besoins"),
        ("map", "Carte"),
        ("structures", "Structures"),
    ),
    "anonymous": (
        ("home", "Trouver un facilitateur"),
        ("tools", "Calculer des heures"),
        ("verify", "Vérifier une attestation"),
    ),
}
FOOT = (
    ("accessibility", "Accessibilité"),
    ("privacy", "Données personnelles"),
    ("legal-notice", "Mentions légales"),
    ("references", "Chiffres et sources"),
    ("appearance", "Apparence"),
    ("components", "Composants"),
)

COUNTS: dict[str, Callable[[Actor], int]] = {}
"""What waits for the actor at a place, by the place's name; shown beside it. Filled by the areas that know."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation. `current` is the value of aria-current: `page`, `true` for a page under it, or nothing."""

    label: str
    url: str
    current: str = ""
    count: int = 0


@cache
def address(name: str) -> str:
    """The address of a named page without arguments. Addresses do not change while a process lives."""
    return reverse(name)


@cache
def _page_at(url: str) -> Page | None:
    found = getattr(resolve(url).func, "page", None)
    return found if isinstance(found, Page) else None


def _open_to(url: str, actor: Actor | None) -> bool:
    """Whether the page there is for that person: the navigation shows no closed door."""
    page = _page_at(url)
    if page is None or (actor.role.value if actor else "anonymous") not in page.audience:
        return False
    return actor is None or not actor.by_link or page.by_link or "anonymous" in page.audience


def _places(names: Iterable[tuple[str, str]], path: str, actor: Actor | None) -> list[Place]:
    found = [(name, label, url) for name, label in names if (url := address(name)) and _open_to(url, actor)]
    under = [url for _, _, url in found if path == url or (url != "/" and path.startswith(url))]
    nearest = max(under, key=len, default=None)
    return [
        Place(
            label,
            url,
            current="" if url != nearest else "page" if path == url else "true",
            count=COUNTS[name](actor) if actor and name in COUNTS else 0,
        )
        for name, label, url in found
    ]


def _search_of(actor: Actor | None) -> str:
    found = address("search") if actor and not actor.by_link else ""
    return found if actor and found and _open_to(found, actor) else ""


def context_label(actor: Actor) -> str:
    """The territory for a facilitator, the department for those who follow it all, else the organisation."""
    if actor.territory_names:
        return ", ".join(actor.territory_names)
    return DEPARTMENT if actor.role is Role.MISSION else actor.organisation_name


def _facilitators(request: HttpRequest, actor: Actor) -> list[ContactFacts]:
    """Whom a company calls, on every page: by the commitment or the contract in the address, else by all that it owes."""
    named = request.resolver_match.kwargs if request.resolver_match else {}
    return facilitators_of(
        actor, clock.today(), commitment_id=named.get("commitment", ""), contract_id=named.get("contract", "")
    )


def _content(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    user = getattr(request, "user", None)
    theme = request.COOKIES.get("theme", "")
    content = {
        "layout": "shell/base.html" if actor else "shell/public.html",
        "theme": theme if theme in THEMES else "",
        "keys": bool(actor and getattr(user, "single_key_shortcuts", True)),
        "demonstration": settings.DEMONSTRATION,
        "home_url": address(("statements" if actor.by_link else "todo") if actor else "home") or "/",
        "account_url": address("account"),
        "appearance_url": address("appearance"),
        "sign_in_url": address("sign-in"),
        "sign_out_url": address("sign-out"),
        "search_url": _search_of(actor),
        "by_link": bool(actor and actor.by_link),
        "searched": request.GET.get("q", "") if request.path == address("search") else "",
        "places": _places(PLACES[actor.role if actor else "anonymous"], request.path, actor),
        "foot": _places(FOOT, "", None),
        "facilitators": _facilitators(request, actor) if actor and actor.role is Role.COMPANY else [],
    }
    if actor:
        content |= {
            "role_label": ROLES[actor.role],
            "context_label": context_label(actor),
            "name": actor.label,
            "initials": actor.initials,
            "organisation": actor.organisation_name,
        }
    return content


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` in every template, computed only where a page shows it."""
    return {"shell": SimpleLazyObject(lambda: _content(request))}
