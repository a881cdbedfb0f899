"""Why following refuses something, and the French sentence for each reason."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class FollowingRefusal(StrEnum):
    NOTHING_ASKED = "nothing_asked"
    REASON = "reason"
    NOT_LATER = "not_later"
    TOO_LATE = "too_late"
    NOT_SOMEBODY = "not_somebody"
    NOT_A_MONTH = "not_a_month"
    DAY_BEFORE = "day_before"
    CALENDAR_SOURCE = "calendar_source"
    CALENDAR_EXISTS = "calendar_exists"
    CALENDAR_PAST = "calendar_past"


SENTENCES = {
    FollowingRefusal.NOTHING_ASKED: "Choisissez une date de report, ou une personne à qui confier cette ligne.",
    FollowingRefusal.REASON: "Écrivez le motif, en 500 caractères au plus : il figurera au journal.",
    FollowingRefusal.NOT_LATER: "Choisissez un jour après aujourd’hui.",
    FollowingRefusal.TOO_LATE: "Une ligne se reporte de {days} jours au plus, donc jusqu’au {last}. Au-delà, revoyez-la d’abord.",
    FollowingRefusal.NOT_SOMEBODY: "Choisissez une personne de la mission, ou un facilitateur de ce territoire.",
    FollowingRefusal.NOT_A_MONTH: "Indiquez le premier mois auquel ce calendrier s’applique.",
    FollowingRefusal.DAY_BEFORE: "Écrivez un jour entre 2 et 28 : « avant le 15 » laisse jusqu’au 14.",
    FollowingRefusal.CALENDAR_SOURCE: "Dites où ce calendrier est écrit, par exemple « CCAP, article 1.4 ».",
    FollowingRefusal.CALENDAR_EXISTS: "Un calendrier commence déjà ce mois-là pour cet acheteur. Choisissez un mois suivant.",
    FollowingRefusal.CALENDAR_PAST: "Un calendrier ne change pas les échéances passées : choisissez le mois {of_month} ou un mois suivant.",
}


def refuse(code: FollowingRefusal, field: str, **facts: str) -> Refusal:
    return Refusal((Objection(code, field, facts),), (typeset(SENTENCES[code].format(**facts)),))
