"""Pages for what goes wrong: what happened, what to do next, in plain words; never a traceback."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist, loader
from django.utils.html import escape


@dataclass(frozen=True, slots=True)
class Failure:
    """What one status says: a title, what happened, and what to do."""

    status: int
    title: str
    what: str
    next: str


FAILURES = {
    400: Failure(
        400,
        "Nous n’avons pas pu lire cette demande",
        "L’adresse ou le formulaire contient une valeur que Levier ne sait pas lire.",
        "Revenez à la page précédente et recommencez. Rien n’a été enregistré.",
    ),
    403: Failure(
        403,
        "Cette action n’est pas ouverte à votre rôle",
        "Vous êtes connecté, mais pas avec un rôle qui permet cette action.",
        "Si vous avez plusieurs rôles, changez de rôle dans « Mon compte ». Sinon, demandez à votre organisation.",
    ),
    404: Failure(
        404,
        "Cette page n’existe pas, ou ne vous est pas ouverte",
        "L’adresse est peut-être incomplète, ou bien le dossier appartient à une autre organisation.",
        "Vérifiez l’adresse. Si vous avez un compte, connectez-vous, puis cherchez le dossier depuis votre page « À faire ».",
    ),
    405: Failure(
        405,
        "Cette page ne s’ouvre pas de cette façon",
        "Vous avez sans doute rechargé l’adresse d’un formulaire déjà envoyé.",
        "Revenez à la page précédente et utilisez le bouton prévu.",
    ),
    413: Failure(
        413,
        "Ce fichier ou ce formulaire est trop volumineux",
        "Une pièce pèse 10 Mo au plus, un formulaire 5 Mo au plus.",
        "Réduisez le fichier (une photo moins grande, un PDF compressé) ou envoyez-le en plusieurs fois.",
    ),
    500: Failure(
        500,
        "Levier n’a pas réussi à afficher cette page",
        "L’erreur vient de nous. Elle est notée dans le journal du service.",
        "Réessayez dans quelques minutes. Si vous veniez d’envoyer un formulaire, vérifiez d’abord s’il a été reçu.",
    ),
    503: Failure(
        503,
        "Levier est momentanément indisponible",
        "La base de données ne répond pas, ou une maintenance est en cours.",
        "Réessayez dans quelques minutes. Ce qui a déjà été envoyé est conservé.",
    ),
}
STALE_FORM = Failure(
    403,
    "Ce formulaire a expiré",
    "La page est restée ouverte trop longtemps, ou les cookies sont bloqués. Rien n’a été enregistré.",
    "Revenez à la page précédente, rechargez-la, puis envoyez de nouveau. Votre saisie y est souvent conservée.",
)


def _answer(request: HttpRequest, failure: Failure) -> HttpResponse:
    """The page within the shell; if even that fails (no database, no static files), the same words without decoration."""
    try:
        body: str = loader.render_to_string("errors/failure.html", {"failure": failure}, request)
    except Exception:  # noqa: BLE001 - the page of last resort must come out whatever broke
        body = bare(failure)
    return HttpResponse(body, status=failure.status)


def bare(failure: Failure) -> str:
    """The words alone, for when the shell itself cannot be drawn."""
    try:
        return loader.render_to_string("errors/bare.html", {"failure": failure})
    except TemplateDoesNotExist:
        return f"<!doctype html><html lang='fr'><title>{escape(failure.title)}</title><h1>{escape(failure.title)}</h1>"


def failure_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page of one status, for views that refuse by themselves (405, 413, 503)."""
    return _answer(request, FAILURES[status])


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    too_large = type(exception).__name__ in {"RequestDataTooBig", "TooManyFilesSent", "TooManyFieldsSent"}
    return failure_page(request, 413 if too_large else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return failure_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return failure_page(request, 404)


def server_error(request: HttpRequest, *_args: Any) -> HttpResponse:
    """The last resort: no shell, no database, no session."""
    from django.db import DatabaseError, InterfaceError, connection

    try:
        connection.ensure_connection()
    except (DatabaseError, InterfaceError):
        return HttpResponse(bare(FAILURES[503]), status=503, headers={"Retry-After": "60"})
    return _answer(request, FAILURES[500])


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """What was typed, to send again, where our own page sent it; else the words alone."""
    from levier.web import interrupted

    return interrupted.stale(request) or _answer(request, STALE_FORM)
