"""The gate: who may pass to which page. Deny by default; an unregistered page answers to nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from levier.accounts.queries import actor_from, memberships_of
from levier.accounts.values import Actor, Duty
from levier.foundation.objections import NotForYou
from levier.foundation.periods import civil_date
from levier.web.registry import ANONYMOUS, Page

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
LINK_SESSION = "link"
"""Key of a session opened by a one-time link: whose membership, and its own limits in seconds."""
SEEN_EVERY = timedelta(minutes=1)


def role_of(request: HttpRequest) -> str:
    """The role that a request would pass the gate with, for an answer given before it."""
    actor = GateMiddleware.actor_of(request, timezone.now())
    return actor.role.value if actor else ANONYMOUS


class GateMiddleware:
    """Sets `request.actor`, and lets a request reach its view only where the page's audience names the actor's role."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = None  # type: ignore[attr-defined]  # the attribute is ours; Django's class cannot know it
        request.memberships = []  # type: ignore[attr-defined]  # idem
        response = self.get_response(request)
        if request.actor is not None:  # type: ignore[attr-defined]  # idem
            add_never_cache_headers(response)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        page = getattr(view, "page", None)
        if not isinstance(page, Page):
            raise Http404
        now = timezone.now()
        actor = self.actor_of(request, now)
        request.actor = actor  # type: ignore[attr-defined]  # idem
        role = actor.role.value if actor else ANONYMOUS
        limited = actor is not None and actor.by_link and not page.by_link and ANONYMOUS not in page.audience
        if role in page.audience and not limited:
            return None
        if actor is None or (limited and role in page.audience):
            return self._to_sign_in(request)
        raise Http404

    @staticmethod
    def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
        if request.method in {"GET", "HEAD"}:
            return redirect_to_login(request.get_full_path())
        from levier.web import interrupted
        from levier.web.account import sign_in_again

        kept = interrupted.of_request(request) if request.method == "POST" else None
        if kept is None:
            return redirect("sign-in")

        return sign_in_again(request, kept)

    @staticmethod
    def actor_of(request: HttpRequest, now: datetime) -> Actor | None:
        """Who the session says is asking; None without one, or once it is over."""
        if not request.session.session_key or not request.user.is_authenticated:
            return None
        opened = datetime.fromisoformat(request.session.get("opened_at", now.isoformat()))
        seen = datetime.fromisoformat(request.session.get("seen_at", now.isoformat()))
        link = request.session.get(LINK_SESSION)
        idle, longest = (timedelta(seconds=link[name]) for name in ("idle", "longest")) if link else (IDLE, ABSOLUTE)
        if now - seen > idle or now - opened > longest:
            logout(request)
            return None
        if "opened_at" not in request.session:
            request.session["opened_at"] = now.isoformat()
        if "seen_at" not in request.session or now - seen > SEEN_EVERY:
            request.session["seen_at"] = now.isoformat()
        assert request.user.pk is not None
        memberships = memberships_of(request.user.pk, today=civil_date(now))
        if link:
            memberships = [m for m in memberships if m.public_id == link["membership"] and Duty.DECLARE in m.duties]
        request.memberships = memberships  # type: ignore[attr-defined]  # idem
        if not memberships:
            logout(request)
            return None
        chosen = request.session.get("membership")
        membership = next((m for m in memberships if m.public_id == chosen), memberships[0])
        actor = actor_from(membership)
        return replace(actor, by_link=True, administers=False) if link else actor

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Unknown and foreign objects get the same answer."""
        if isinstance(exception, NotForYou):
            from levier.web.errors import not_found

            return not_found(request, exception)
        return None
