"""Why an action on the social criterion is refused, and the French sentence for each reason."""

from datetime import datetime
from enum import StrEnum

from levier.foundation import french
from levier.foundation.french import typeset
from levier.foundation.objections import Objection, Refusal
from levier.foundation.periods import civil_date
from levier.reference.articles import article_of


class BidRefusal(StrEnum):
    POINTS = "points"
    WEIGHTS = "weights"
    NO_LINE = "no_line"
    TOO_MANY_LINES = "too_many_lines"
    LINE_LABEL = "line_label"
    LINE_TWICE = "line_twice"
    LINE_WEIGHT = "line_weight"
    NO_LINK = "no_link"
    ANCHOR = "anchor"
    LOCAL_PREFERENCE = "local_preference"
    GENERAL_POLICY = "general_policy"
    MINIMUM_HOURS = "minimum_hours"
    GRID_CLOSED = "grid_closed"
    GRID_OPEN = "grid_open"
    PANEL = "panel"
    BIDDER_NAME = "bidder_name"
    BIDDER_SIRET = "bidder_siret"
    BIDDER_TWICE = "bidder_twice"
    OFFERED_HOURS = "offered_hours"
    OTHER_POINTS = "other_points"
    SCORE = "score"
    REASON = "reason"
    ALREADY_SUBMITTED = "already_submitted"
    NOT_ALL_SUBMITTED = "not_all_submitted"
    AGREED = "agreed"
    NOT_AGREED = "not_agreed"
    ALREADY_AWARDED = "already_awarded"
    SCORING_BEGUN = "scoring_begun"
    NOTHING_DUE = "nothing_due"
    SHEET = "sheet"


LINK = "ccp.criteria"
"""The provision that ties a criterion to what is bought."""

SENTENCES = {
    BidRefusal.POINTS: "Le critère pèse entre 1 et 60 points sur 100. Écrivez par exemple 10.",
    BidRefusal.WEIGHTS: "Les poids des sous-critères font {sum} : ils doivent faire {points}, le poids du critère. Corrigez-les. {what}",
    BidRefusal.NO_LINE: "Écrivez au moins deux sous-critères : un critère sans sous-critères ne dit pas ce qui sera noté.",
    BidRefusal.TOO_MANY_LINES: "Gardez huit sous-critères au plus : au-delà, plus aucun ne compte vraiment.",
    BidRefusal.LINE_LABEL: "Donnez un intitulé à ce sous-critère, en 200 caractères au plus.",
    BidRefusal.LINE_TWICE: "« {label} » est écrit deux fois. Gardez-le une seule fois, avec son poids entier.",
    BidRefusal.LINE_WEIGHT: "Écrivez le poids de « {label} », plus grand que zéro, avec deux décimales au plus.",
    BidRefusal.NO_LINK: (
        "Écrivez le lien du critère avec l’objet du marché ou ses conditions d’exécution, en une phrase : {law} le demande "
        "depuis le {since}, et un critère sans ce lien est annulé."
    ),
    BidRefusal.ANCHOR: "Dites en quelques mots ce que vaut la note {step}, en 300 caractères au plus.",
    BidRefusal.LOCAL_PREFERENCE: (
        "« {words} » avantage des entreprises ou des salariés d’ici : une préférence locale est illégale, car elle n’est pas liée à l’objet du marché ({law}, depuis le {since}). Notez plutôt ce qui est fait "
        "pour les personnes pendant le marché."
    ),
    BidRefusal.GENERAL_POLICY: (
        "« {words} » juge la politique générale de l’entreprise, ce que le Conseil d’État refuse (25 mai 2018, Nantes Métropole). "
        "Notez ce qui sera fait pour exécuter ce marché."
    ),
    BidRefusal.MINIMUM_HOURS: "Écrivez les heures demandées à tous, zéro s’il n’y en a pas, avec deux décimales au plus.",
    BidRefusal.GRID_CLOSED: "La grille est arrêtée depuis le {since} : elle figure au dossier de consultation et ne change plus, pour que tous soient jugés sur les mêmes mots. Rien n’a été modifié : revenez à la grille, ou relancez une consultation.",
    BidRefusal.GRID_OPEN: "La grille n’est pas encore arrêtée. Arrêtez-la d’abord : les offres se jugent sur une grille qui ne bouge plus.",
    BidRefusal.PANEL: "Choisissez au moins une personne qui notera. Deux au moins sont conseillées.",
    BidRefusal.BIDDER_NAME: "Écrivez le nom de l’entreprise, en 200 caractères au plus.",
    BidRefusal.BIDDER_SIRET: "« {siret} » n’est pas un SIRET : quatorze chiffres, dont une clé. Vérifiez-le sur la réponse.",
    BidRefusal.BIDDER_TWICE: "{name} a déjà une offre sur ce lot. Ouvrez-la pour la compléter.",
    BidRefusal.OFFERED_HOURS: "Écrivez les heures proposées, avec deux décimales au plus, ou laissez vide.",
    BidRefusal.OTHER_POINTS: "Écrivez les points obtenus sur les autres critères, de 0 à {most}, avec deux décimales au plus.",
    BidRefusal.SCORE: "Donnez une note de 0 à 4 à chaque sous-critère : il manque « {label} ».",
    BidRefusal.REASON: "Écrivez la raison de la note de « {label} », en 1 000 caractères au plus : le candidat peut la demander.",
    BidRefusal.ALREADY_SUBMITTED: "Vos notes sur cette offre sont remises depuis le {since} : elles ne changent plus, pour que nul ne les règle sur celles des autres. Discutez-en à la mise en commun.",
    BidRefusal.NOT_ALL_SUBMITTED: "Les notes ne se montrent que lorsque chacun a remis les siennes. On attend encore : {waiting}. Relancez ces personnes, ou revenez plus tard.",
    BidRefusal.AGREED: "Les notes communes sont arrêtées depuis le {since} : elles ne changent plus, le classement en est tiré. Ouvrez le classement.",
    BidRefusal.NOT_AGREED: "Les notes communes ne sont pas encore arrêtées. Arrêtez-les d’abord.",
    BidRefusal.ALREADY_AWARDED: "L’offre de {name} est devenue un engagement le {since}. Rien n’a été changé : ouvrez cet engagement pour le modifier.",
    BidRefusal.SCORING_BEGUN: "La notation a commencé le {since} : plus aucune offre ne peut être ajoutée ni remplacée, et le jury ne change plus, pour que toutes soient notées par les mêmes. Continuez avec celles qui sont là.",
    BidRefusal.NOTHING_DUE: "Ni la consultation ni l’offre ne donnent d’heures : inscrivez d’abord les heures proposées de cette offre.",
    BidRefusal.SHEET: "{message}",
}


def refuse(*objections: Objection) -> Refusal:
    return Refusal(objections, tuple(map(_sentence, objections)))


def _sentence(objection: Objection) -> str:
    code = BidRefusal(objection.code)
    law = article_of(LINK).said if code in {BidRefusal.NO_LINK, BidRefusal.LOCAL_PREFERENCE} else {}
    return typeset(SENTENCES[code].format(**objection.facts, **law))


def since(at: datetime) -> dict[str, str]:
    """The day that a sentence says, in Paris."""
    return {"since": french.day(civil_date(at))}
