"""Why hours are refused, in French; and the walls of the database turned into the same words.

Rules and actions raise these codes themselves; a wall that is reached all the same (two people at once, a bug) still answers
with a sentence, never with an error page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import DatabaseError

from levier.foundation import french
from levier.foundation.objections import Objection, Refusal
from levier.foundation.periods import PARIS
from levier.foundation.walls import wall_reached
from levier.hours import labels
from levier.hours.codes import Doubt, StatementRefusal
from levier.hours.values import HoursRefusal

# fmt: off
SENTENCES: dict[StatementRefusal, str] = {
    StatementRefusal.FUTURE_MONTH: "Le mois {of_month} n’a pas commencé. Vous pourrez le déclarer à partir du {opens}.",
    StatementRefusal.BEFORE_COMMITMENT: "L’engagement commence le {starts} : {month} est avant. Choisissez un mois à partir de cette date.",
    StatementRefusal.AFTER_COMMITMENT: "L’engagement s’est terminé le {ends} : {month} est après. Si le marché est prolongé, prévenez le Département.",
    StatementRefusal.SEALED_MONTH: "Le mois {of_month} est clos : plus rien ne peut y être déclaré ni accepté. Écrivez à votre facilitateur, une correction se fait dans un mois ouvert.",
    StatementRefusal.NOT_A_NUMBER: "« {typed} » n’est pas un nombre d’heures. Écrivez par exemple 151,67 ou 151:40.",
    StatementRefusal.NEGATIVE: "Des heures ne peuvent pas être négatives. Écrivez 0 si la personne n’a pas travaillé.",
    StatementRefusal.ABOVE_MAXIMUM: "{hours} dépassent le maximum légal d’un mois, {maximum}. Corrigez ces heures.",
    StatementRefusal.NOT_ELIGIBLE: "Aucun jour {of_month} n’est à la fois dans la période d’éligibilité, dans le contrat de travail et dans l’engagement. Écrivez 0, ou demandez à votre facilitateur de vérifier la période.",
    StatementRefusal.OVER_COVERED_DAYS: "{hours} pour {days} où ces heures peuvent compter ce mois (du {first} au {last}) : c’est plus de {daily} par jour, le maximum légal. Écrivez seulement les heures faites ces jours-là.",
    StatementRefusal.WORKED_BELOW_DRAWN: "Les heures du bulletin ({worked}) ne peuvent pas être inférieures aux heures déclarées ({hours}). Corrigez l’un des deux nombres.",
    StatementRefusal.MISSING_HOURS: "Écrivez les heures du mois, ou 0 si la personne n’a pas travaillé.",
    StatementRefusal.NOTHING_TO_SEND: "Rien n’est à envoyer pour {month} : remplissez les heures, ou choisissez « Aucune heure ce mois ».",
    StatementRefusal.NOBODY_ASSIGNED: "Personne n’est affecté à cet engagement en {month}. Demandez à votre facilitateur d’affecter les personnes que vous avez recrutées.",
    StatementRefusal.ALREADY_ACCEPTED: "{who} a déjà accepté ces heures le {when}. Rien n’a été compté deux fois : passez à la ligne suivante, ou annulez-les si c’est une erreur.",
    StatementRefusal.ALREADY_REFUSED: "{who} a déjà refusé ces heures le {when}. Votre décision n’a rien changé : attendez la correction de l’entreprise.",
    StatementRefusal.NOT_SENT: "Ces heures ne sont pas à valider : l’entreprise ne les a pas envoyées, ou les corrige en ce moment. Attendez son envoi.",
    StatementRefusal.NOT_ACCEPTED: "Ces heures ne sont pas acceptées : il n’y a rien à annuler. Rechargez la page pour voir où elles en sont.",
    StatementRefusal.OWN_HOURS: "Vous ne pouvez pas décider d’heures déclarées ou saisies par vous-même, ou déclarées par votre organisation. Demandez à quelqu’un qui ne les a ni saisies ni déclarées.",
    StatementRefusal.NO_REASON: "Écrivez un motif : l’entreprise doit savoir quoi corriger.",
    StatementRefusal.OVER_ALLOCATED: "Ces heures dépassent ce qui reste à compter : les autres heures travaillées ce mois sont déjà comptées sur un autre engagement. Refusez la ligne, ou demandez à l’entreprise les heures du bulletin.",
    StatementRefusal.OVER_LEGAL_MAXIMUM: "Avec ces heures, la personne dépasserait le maximum légal du mois, tous employeurs confondus. Refusez la ligne en demandant une correction.",
    StatementRefusal.TRAINING_CAP: "La formation compte au plus pour {share} des heures dues ({due}), soit {most}, depuis le {since} ({source}). {counted} comptent déjà : il reste {left}, et cette ligne en demande {hours}. Refusez-la en demandant à l’entreprise de déclarer {left} au plus.",
    StatementRefusal.MODALITY_NOT_COUNTED: "Ces heures ne comptent pas, depuis le {since} : {label}. Refusez la ligne, ou faites corriger la modalité de la mise à l’emploi.",
    StatementRefusal.NO_POOLING_AGREEMENT: "Cette personne a des heures de ce mois sur un autre engagement, sans convention de globalisation qui nomme les deux. Refusez la ligne, ou faites enregistrer la convention.",
    StatementRefusal.MONTH_NOT_OVER: "Le mois {of_month} n’est pas terminé : vous pourrez le clore à partir du {opens}.",
    StatementRefusal.LINES_PENDING: "{lines} {of_month} {wait} encore une décision du facilitateur. Demandez-la-lui : le mois pourra être clos ensuite.",
    StatementRefusal.ALREADY_SEALED: "Le mois {of_month} est déjà clos depuis le {when}. Passez au suivant : une correction se fait dans un mois ouvert.",
    StatementRefusal.FROZEN: "Ce qui est déjà compté ne se modifie pas : annulez la ligne, puis demandez une nouvelle déclaration.",
    StatementRefusal.COUNTER_GUARDED: "Les compteurs d’heures ne se modifient pas à la main : ils suivent le registre. Annulez la ligne fausse, puis demandez une nouvelle déclaration.",
    StatementRefusal.STEP_NOT_ALLOWED: "Quelqu’un d’autre a changé cette ligne entre-temps. Rechargez la page pour voir où elle en est.",
    StatementRefusal.CERTIFIED_BALANCE: "Le solde de l’engagement ne peut pas devenir négatif. Rechargez la page : d’autres heures ont été annulées entre-temps.",
    StatementRefusal.BUSY: "Une autre personne enregistrait au même instant. Rien n’a été perdu : recommencez.",
    StatementRefusal.CHANGED_MEANWHILE: "Ce relevé a été enregistré entre-temps, dans une autre fenêtre ou par un collègue. Rien n’est écrasé : ce que vous avez tapé est gardé ci-dessous, ce qui est enregistré est écrit à côté. Gardez le bon, puis enregistrez.",
    StatementRefusal.NO_FILE: "Choisissez votre tableau d’heures : XLSX, ODS ou CSV.",
    StatementRefusal.FILE_NOT_DRAFT: "Ce fichier est déjà repris dans vos relevés, ou a été écarté. Déposez-le de nouveau si besoin : rien ne sera compté deux fois.",
    StatementRefusal.FIELD: "Cette case ne se corrige pas ici : corrigez-la dans votre tableau, puis déposez-le de nouveau.",
    StatementRefusal.NOTHING_TICKED: "Aucune ligne cochée n’est prête. Cochez celles à reprendre, ou corrigez les autres.",
    StatementRefusal.HAS_NIR: "La cellule {cell} ({sheet}) contient ce qui ressemble à un numéro de sécurité sociale. Levier n’en veut aucun : supprimez cette colonne, enregistrez, puis recommencez. Rien n’a été gardé de ce fichier.",
    StatementRefusal.CONTESTED: "La personne conteste ces heures : répondez-lui d’abord, dans « Contestations ». Rien ne peut être décidé avant.",
    StatementRefusal.CONTEST_CLOSED: "Cette contestation a déjà sa réponse. Rechargez la page pour la lire.",
    StatementRefusal.CONTEST_OPEN: "Une contestation attend déjà une réponse. Vous serez prévenue ou prévenu sur cette page.",
    StatementRefusal.NO_WORDS: "Écrivez la réponse : la personne la lira telle quelle.",
    StatementRefusal.COMPANY_STARTED: "L’entreprise a commencé ce relevé : ce qu’elle prépare reste chez elle. Demandez-lui de le finir, ou de l’effacer.",
    StatementRefusal.NOT_TOLD: "Écrivez qui vous a donné ces heures, et comment : par exemple « M. Roux, gérant, au téléphone ».",
    StatementRefusal.NOTHING_WAITS: "Aucune saisie n’attend d’accord pour ce mois. Rechargez la page pour voir où elle en est.",
    StatementRefusal.NOT_AGREED: "Ces heures ont été saisies pour l’entreprise : elles partent quand l’entreprise, ou une autre personne, a donné son accord. Demandez-le-lui.",
}
DOUBTS: dict[Doubt, str] = {
    Doubt.ABOVE_CONTRACT: "Plus d’heures que le contrat de travail n’en prévoit ce mois : {contract} au plus pour {weekly} par semaine.",
    Doubt.PARTLY_OUTSIDE: "L’éligibilité ne couvre pas tout le mois : les heures faites le {day} ou au-delà ne comptent pas.",
    Doubt.PARTLY_BEFORE: "L’éligibilité ne commence que le {day} : les heures faites avant ne comptent pas.",
    Doubt.SAME_AS_LAST_MONTH: "Mêmes heures que le mois dernier pour {people} de ce relevé.",
    Doubt.OVER_MAXIMUM: "Tous employeurs confondus, {total} ce mois : le maximum légal est de {maximum}.",
    Doubt.OVER_ALERT: "Tous employeurs confondus, {total} ce mois : au-dessus du seuil d’alerte de {alert}.",
    Doubt.OVER_WORKED: "Déjà {allocated} comptées ce mois sur un autre engagement, pour {worked} travaillées.",
    Doubt.FIRST_DECLARATION: "Première déclaration de cette personne : à relire une fois.",
    Doubt.NO_EVIDENCE: "Aucune pièce jointe au relevé.",
    Doubt.CORRECTION: "Correction d’une ligne refusée : « {reason} »",
    Doubt.SAME_AS_OTHERS: "Exactement les mêmes heures que {people} de ce relevé, sans être un mois plein : un relevé recopié ?",
    Doubt.DECLARED_TWICE: "Les mêmes heures de cette personne sont aussi déclarées ce mois par un autre employeur : l’agence et l’entreprise utilisatrice les déclarent-elles toutes deux ?",
    Doubt.OFF_CALENDAR: "{hours} déclarées pour {most} possibles au plus sur ce chantier ce mois : {days}. {calendar}",
    Doubt.OVER_TRAINING: "Formation : de ces {hours}, {left} peuvent encore compter. La formation compte au plus pour {share} des heures dues ({due}), soit {most}, depuis le {since} ({source}) ; {counted} comptent déjà et {pending} attendent une réponse. {left} au plus peuvent être déclarées : au-delà, la ligne entière serait refusée.",
    Doubt.NOT_CONFIRMED_BY_STRUCTURE: "La structure qui emploie la personne n’a pas confirmé ces heures.",
    Doubt.CONTESTED_BY_PERSON: "La personne ne reconnaît pas ces heures.",
    Doubt.TYPED_FOR_COMPANY: "Saisies pour l’entreprise par {who}, d’après {told_by} ; l’entreprise n’a pas donné son accord elle-même.",
    Doubt.OWN_HOURS: "Déclarées ou saisies par vous, ou par votre structure : une autre personne doit décider.",
}
# fmt: on

_WALLS = {
    "NOT_ELIGIBLE": StatementRefusal.NOT_ELIGIBLE,
    "COUNTER_GUARDED": StatementRefusal.COUNTER_GUARDED,
    "PERIOD_SEALED": StatementRefusal.SEALED_MONTH,
    "NO_PERSON_MONTH": StatementRefusal.OVER_LEGAL_MAXIMUM,
    "IN_THE_FUTURE": StatementRefusal.FUTURE_MONTH,
    "NOT_A_REVERSAL": StatementRefusal.NOT_ACCEPTED,
    "NO_POOLING_AGREEMENT": StatementRefusal.NO_POOLING_AGREEMENT,
    "NO_WORKED_MONTH": StatementRefusal.OVER_ALLOCATED,
    "TRAINING_CAP": StatementRefusal.TRAINING_CAP,
    "NO_TRAINING_CAP": StatementRefusal.TRAINING_CAP,
    "STEP_NOT_ALLOWED": StatementRefusal.STEP_NOT_ALLOWED,
    "LINE_WITHOUT_LEDGER": StatementRefusal.STEP_NOT_ALLOWED,
    "ENTRY_OF_ANOTHER_LINE": StatementRefusal.STEP_NOT_ALLOWED,
    "FROZEN": StatementRefusal.FROZEN,
    "CONTESTED": StatementRefusal.CONTESTED,
    "DICTATION_NOT_AGREED": StatementRefusal.NOT_AGREED,
    "dictation_one_waits": StatementRefusal.STEP_NOT_ALLOWED,
    "dictation_four_eyes": StatementRefusal.OWN_HOURS,
    "contest_one_open_a_line": StatementRefusal.CONTEST_OPEN,
    "contest_one_open_a_decision": StatementRefusal.CONTEST_OPEN,
    "counted_once": StatementRefusal.OVER_ALLOCATED,
    "legal_maximum": StatementRefusal.OVER_LEGAL_MAXIMUM,
    "OVER_LEGAL_MAXIMUM": StatementRefusal.OVER_LEGAL_MAXIMUM,
    "LOST_UPDATE": StatementRefusal.CHANGED_MEANWHILE,
    "four_eyes": StatementRefusal.OWN_HOURS,
    "commitment_never_negative": StatementRefusal.CERTIFIED_BALANCE,
    "entry_placement_of_the_commitment": StatementRefusal.NOBODY_ASSIGNED,
    "line_worked_covers_drawn": StatementRefusal.WORKED_BELOW_DRAWN,
    "line_hours": StatementRefusal.ABOVE_MAXIMUM,
    "line_refusal_has_reason": StatementRefusal.NO_REASON,
    "entry_reversal_has_reason": StatementRefusal.NO_REASON,
}
_SQLSTATES = {
    "23505": StatementRefusal.STEP_NOT_ALLOWED,
    "40P01": StatementRefusal.BUSY,
    "40001": StatementRefusal.BUSY,
    "55P03": StatementRefusal.BUSY,
}


class _Said(dict[str, Any]):
    """Facts as French words; a fact that the wall could not give is left out politely."""

    def __missing__(self, key: str) -> str:
        return {"month": "ce mois", "of_month": "de ce mois", "hours": "les heures demandées"}.get(key, "voir la page")


def said(value: Any) -> Any:
    if isinstance(value, datetime):
        local = value.astimezone(PARIS)
        return f"{french.day(local.date())} à {local.hour}{french.HARD}h{french.HARD}{local.minute:02d}"
    if isinstance(value, Decimal):
        return french.hours(value)
    if isinstance(value, date):
        return french.day(value)
    return value


def of_month(month: date) -> str:
    """« de mars 2026 », « d’octobre 2026 »."""
    words = french.month(month)
    return f"d’{words}" if words[0] in "aéo" else f"de {words}"


def sentence(objection: Objection) -> str:
    """The French sentence of a refusal, a warning or a doubt about hours."""
    code = objection.code
    if isinstance(code, HoursRefusal):
        return french.typeset(labels.sentence(objection))
    words = DOUBTS[code] if isinstance(code, Doubt) else SENTENCES[StatementRefusal(code)]
    facts = _Said({name: said(value) for name, value in objection.facts.items()})
    month = objection.facts.get("month")
    if isinstance(month, date):
        facts["month"] = french.month(month)
        facts["of_month"] = of_month(month)
    return french.typeset(words.format_map(facts))


def refused(code: StatementRefusal, field: str = "", **facts: Any) -> Refusal:
    objection = Objection(code, field, facts)
    return Refusal((objection,), (sentence(objection),))


def refused_for(objections: tuple[Objection, ...]) -> Refusal:
    return Refusal(objections, tuple(map(sentence, objections)))


def code_of_wall(error: BaseException) -> StatementRefusal | None:
    """Which wall an error of the database is, None when it is none of ours."""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    if state in _SQLSTATES:
        return _SQLSTATES[state]
    return _WALLS.get(wall_reached(error))


@contextmanager
def walls_said(**facts: Any) -> Iterator[None]:
    """Turn a wall reached inside into a Refusal. Stands around the transaction, so that nothing of it remains."""
    try:
        yield
    except DatabaseError as error:
        code = code_of_wall(error)
        if code is None:
            raise
        raise refused(code, **facts) from error
