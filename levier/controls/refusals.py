"""Why an action on a control, a letter or a penalty is refused, and the French sentence of each reason."""

from enum import StrEnum

from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal


class ControlRefusal(StrEnum):
    REASON = "reason"
    STEP_NOT_ALLOWED = "step_not_allowed"
    ALREADY_OPEN = "already_open"
    DELAY = "delay"
    NOT_HEARD = "not_heard"
    DELAY_RUNS = "delay_runs"
    NO_PROPOSAL = "no_proposal"
    NO_RATE = "no_rate"
    RATE_SOURCE = "rate_source"
    NO_FORMAL_NOTICE = "no_formal_notice"
    NOTHING_MISSING = "nothing_missing"
    SAME_INPUTS = "same_inputs"
    NOT_PENALISING = "not_penalising"
    FOUR_EYES = "four_eyes"
    KEPT_UNITS = "kept_units"
    DECIDED_ALREADY = "decided_already"
    OBSERVATION = "observation"
    OBSERVATION_CLOSED = "observation_closed"
    DISPATCH_DATE = "dispatch_date"
    DISPATCH_ORDER = "dispatch_order"
    RECEIVED_DATE = "received_date"
    DRAW_SIZE = "draw_size"
    DRAW_SEED = "draw_seed"
    DRAW_EMPTY = "draw_empty"
    REPORT = "report"
    REPORT_CLOSED = "report_closed"
    MEANWHILE = "meanwhile"


# fmt: off
SENTENCES = {
    ControlRefusal.REASON: "Écrivez pourquoi, en 2 000 caractères au plus : le motif figure au dossier.",
    ControlRefusal.STEP_NOT_ALLOWED: "Ce dossier est passé à une autre étape, qui ne permet plus cela. Rechargez la page pour voir où il en est.",
    ControlRefusal.ALREADY_OPEN: "Un dossier de ce genre est déjà ouvert pour cet engagement : le n° {number}. Continuez-le.",
    ControlRefusal.DELAY: "Donnez un délai qui finit après aujourd’hui, un an au plus.",
    ControlRefusal.NOT_HEARD: "L’entreprise n’a pas encore été invitée à s’expliquer. Ouvrez d’abord la phase contradictoire.",
    ControlRefusal.DELAY_RUNS: "L’entreprise a jusqu’au {until} pour s’expliquer et n’a pas encore répondu. Décidez après ce jour, ou dès sa réponse.",
    ControlRefusal.NO_PROPOSAL: "Rien n’est proposé. Calculez d’abord une proposition de pénalité.",
    ControlRefusal.NO_RATE: "Écrivez le taux du marché, en euros, plus grand que zéro.",
    ControlRefusal.RATE_SOURCE: "Dites où ce taux est écrit, par exemple « CCAP, article 9.3 » : sans clause, pas de pénalité.",
    ControlRefusal.NO_FORMAL_NOTICE: "Aucune mise en demeure reçue par l’entreprise ne figure à ce dossier : aucun jour de retard ne peut être compté. "
                                     "Envoyez-la, puis inscrivez sa réception.",
    ControlRefusal.NOTHING_MISSING: "Rien ne manque : {due} dues, {waived} dispensées, {accepted} acceptées. Fermez le dossier sans suite.",
    ControlRefusal.SAME_INPUTS: "Rien n’a changé depuis la proposition n° {number} : elle dit déjà cela. Décidez sur celle-là.",
    ControlRefusal.NOT_PENALISING: "Un contrôle ne se pénalise pas lui-même : ouvrez un dossier pour les heures ou les justificatifs qui manquent.",
    ControlRefusal.FOUR_EYES: "À partir de {threshold}, une autre personne que celle qui a proposé doit décider. Demandez à un collègue de la mission.",
    ControlRefusal.KEPT_UNITS: "Écrivez ce qui est retenu : plus que zéro, moins que {most}.",
    ControlRefusal.DECIDED_ALREADY: "Cette proposition est déjà décidée. Si un fait est nouveau, rouvrez la discussion : une autre proposition suivra.",
    ControlRefusal.OBSERVATION: "Écrivez vos observations, en 10 000 caractères au plus, ou joignez une pièce.",
    ControlRefusal.OBSERVATION_CLOSED: "Ce dossier est fermé : rien n’y est plus ajouté. Appelez votre facilitateur.",
    ControlRefusal.DISPATCH_DATE: "Donnez une date entre celle de la lettre ({dated}) et aujourd’hui.",
    ControlRefusal.DISPATCH_ORDER: "Inscrivez d’abord l’envoi de cette lettre ; la réception vient après, le même jour au plus tôt.",
    ControlRefusal.RECEIVED_DATE: "Donnez le jour où les justificatifs sont arrivés, aujourd’hui au plus tard.",
    ControlRefusal.DRAW_SIZE: "Tirez de 1 à {most} engagements.",
    ControlRefusal.DRAW_SEED: "Écrivez la graine du tirage, en 80 caractères au plus, sans barre verticale, et dites d’où elle vient.",
    ControlRefusal.DRAW_EMPTY: "Aucun engagement en cours à tirer. Revenez quand un engagement aura commencé.",
    ControlRefusal.REPORT: "Le constat ne peut pas être lu. Vérifiez chaque réponse, puis envoyez-le à nouveau.",
    ControlRefusal.REPORT_CLOSED: "Ce contrôle est fermé. Votre constat n’est pas perdu : il reste dans ce téléphone. Appelez la mission.",
    ControlRefusal.MEANWHILE: "Quelqu’un d’autre a fait un changement au même moment. Relisez, puis recommencez.",
}
# fmt: on


def sentence(objection: Objection) -> str:
    return typeset(SENTENCES[ControlRefusal(objection.code)].format(**objection.facts))


def refuse(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(map(sentence, objections)))
