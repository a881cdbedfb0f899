"""What left by mail, what waits, what failed and why; the mission has a message tried again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from levier.compliance.resending import resend
from levier.foundation.french import typeset
from levier.foundation.pagination import page_of
from levier.notifications.queries import counts, messages_in, state_of
from levier.web import clock
from levier.web.acting import actor_of

PAGE_LENGTH = 40
STATES = {"": "Tous", "given_up": "Non remis", "bounced": "Revenus", "waiting": "En attente", "sent": "Partis"}
CHIPS = {
    "sent": ("ok", "Parti"),
    "waiting": ("wait", "En attente"),
    "given_up": ("bad", "Non remis"),
    "bounced": ("bad", "Revenu"),
}


def outbox(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("etat", "")
    known = counts()
    numbers = {
        "": known.sent + known.waiting + known.given_up + known.bounced,
        **{name: getattr(known, name) for name in CHIPS},
    }
    page = page_of(messages_in(asked), request.GET.get("page"), PAGE_LENGTH)
    context = {
        "page_obj": page,
        "rows": [(message, CHIPS[state_of(message)], state_of(message)) for message in page],
        "filters": [
            {"label": label, "url": f"?etat={key}" if key else "?", "current": asked == key, "count": numbers[key]}
            for key, label in STATES.items()
        ],
        "counts": known,
    }
    return render(request, "outbox/outbox.html", context)


def again(request: HttpRequest, message: str) -> HttpResponse:
    resend(actor=actor_of(request), message_id=message, now=clock.now())
    messages.success(request, typeset("Le message est remis en tête de la file : il partira à la prochaine tournée."))
    return redirect("outbox")
