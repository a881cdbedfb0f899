"""What a view needs of the person who acts, typed."""

from typing import Any, cast

from django.http import Http404, HttpRequest

from levier.accounts.values import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in actor. The gate lets nobody else reach a page that calls this; a stranger gets 404."""
    actor: Any = getattr(request, "actor", None)
    if actor is None:
        raise Http404
    return cast("Actor", actor)
