"""French sentences for the refusals of hours. Each says what to do next."""

from enum import StrEnum

from levier.foundation.objections import Objection
from levier.hours.codes import Doubt
from levier.hours.values import HoursRefusal

OBJECTIONS: dict[StrEnum, str] = {
    HoursRefusal.NO_ELIGIBILITY: (
        "Cette personne n’a pas de décision d’éligibilité. Demandez-la au facilitateur du territoire avant la première heure."
    ),
    HoursRefusal.BEFORE_DECISION: (
        "Ces heures précèdent la décision d’éligibilité du {day} : elles ne peuvent pas compter. "
        "Déclarez seulement les heures faites à partir de ce jour."
    ),
    HoursRefusal.OUTSIDE_WINDOW: (
        "Ces heures tombent hors de la période d’éligibilité (du {start} au {until}). Demandez une prolongation au facilitateur."
    ),
    HoursRefusal.OVER_LEGAL_MAXIMUM: (
        "Avec ces heures, la personne atteindrait {total} en {month}, tous employeurs confondus : le maximum légal est de {limit}. "
        "Vérifiez le bulletin de paie et corrigez."
    ),
    HoursRefusal.OVER_COVERED_DAYS: (
        "{hours} pour {days} que couvrent ce mois l’éligibilité, le contrat de travail et l’engagement : c’est plus de {daily} par jour, "
        "le maximum légal. Refusez la ligne en demandant les seules heures faites ces jours-là."
    ),
    HoursRefusal.EXCEEDS_WORKED: (
        "Vous comptez plus d’heures qu’il n’en a été travaillé ({worked}). Il en reste {left} à répartir : réduisez le nombre."
    ),
    HoursRefusal.SEALED_PERIOD: (
        "Le mois de {month} est clos et le reste. Passez la correction sur un mois ouvert, avec son motif."
    ),
    HoursRefusal.FUTURE_MONTH: "Le mois de {month} n’a pas commencé. Attendez qu’il soit travaillé pour le déclarer.",
    HoursRefusal.BEFORE_NOTIFICATION: (
        "Le marché a été notifié le {day} : les heures d’avant ne comptent pas. Choisissez un mois à partir de cette date."
    ),
    HoursRefusal.AFTER_END: (
        "L’engagement s’est terminé le {day} : les heures d’après ne comptent pas. "
        "Choisissez un mois antérieur, ou demandez à l’acheteur si le marché a été prolongé."
    ),
    HoursRefusal.OUTSIDE_PLACEMENT: (
        "La mise à l’emploi va du {start} au {end} : ce mois n’en fait pas partie. "
        "Corrigez le mois, ou faites modifier les dates de la mise à l’emploi."
    ),
    HoursRefusal.FOUR_EYES: (
        "Vous avez déclaré ces heures : une autre personne doit les accepter. Transmettez-les à un autre facilitateur du territoire."
    ),
    HoursRefusal.SAME_COMPANY: (
        "Ces heures ont été déclarées par votre propre structure : une autre doit les accepter. Prévenez le Département."
    ),
    HoursRefusal.DUPLICATE_LINE: (
        "Des heures sont déjà acceptées pour cette personne en {month} sur cet engagement. "
        "Pour les changer, annulez l’écriture existante puis déclarez à nouveau."
    ),
    HoursRefusal.NOT_POSITIVE: "Indiquez un nombre d’heures supérieur à zéro, ou déclarez « aucune heure ce mois ».",
    HoursRefusal.OVER_ALLOCATED: (
        "Vous répartissez {allocated} pour {worked} travaillées. Retirez {excess} : une heure ne compte qu’une fois."
    ),
    HoursRefusal.DUPLICATE_COMMITMENT: (
        "L’engagement « {commitment} » figure deux fois. Regroupez ses heures sur une seule ligne."
    ),
}


def sentence(objection: Objection) -> str:
    return OBJECTIONS[objection.code].format(**objection.facts)


DOUBTS = {
    Doubt.ABOVE_CONTRACT: "plus que le contrat de travail",
    Doubt.PARTLY_OUTSIDE: "en partie hors éligibilité",
    Doubt.PARTLY_BEFORE: "en partie avant l’engagement",
    Doubt.SAME_AS_LAST_MONTH: "mêmes heures que le mois dernier",
    Doubt.OVER_MAXIMUM: "au-dessus du maximum légal",
    Doubt.OVER_ALERT: "au-dessus du seuil d’alerte",
    Doubt.OVER_WORKED: "plus d’heures que travaillées",
    Doubt.FIRST_DECLARATION: "première déclaration",
    Doubt.NO_EVIDENCE: "aucune pièce jointe",
    Doubt.CORRECTION: "correction d’un refus",
    Doubt.OWN_HOURS: "déclarées ou saisies par vous",
    Doubt.SAME_AS_OTHERS: "mêmes heures que d’autres",
    Doubt.DECLARED_TWICE: "déclarées aussi ailleurs",
    Doubt.OFF_CALENDAR: "hors du calendrier du chantier",
    Doubt.OVER_TRAINING: "formation au-delà du plafond",
    Doubt.NOT_CONFIRMED_BY_STRUCTURE: "non confirmées par la structure",
    Doubt.CONTESTED_BY_PERSON: "contestées par la personne",
    Doubt.TYPED_FOR_COMPANY: "saisies sans accord de l’entreprise",
}
"""Each doubt in a few words, where the sentence with its figures has no room (refusals.py has those)."""
