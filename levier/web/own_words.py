"""The plain French of the person's own page: short sentences, one idea each, « vous »."""

from levier.hours.confirmations import Said
from levier.hours.contests import Matter

ANSWERS = {
    Said.YES: ("Oui, c’est juste", "J’ai bien fait ces heures.", "check"),
    Said.NO: ("Non", "J’ai fait plus d’heures, ou moins.", "close"),
    Said.UNKNOWN: ("Je ne sais pas", "Quelqu’un vérifie avec moi.", "help"),
}
ANSWERED = {
    Said.YES: ("ok", "Vous avez dit oui"),
    Said.NO: ("bad", "Vous avez dit non"),
    Said.UNKNOWN: ("wait", "Vous ne savez pas"),
}
THANKS = {
    Said.YES: "Merci. C’est noté : ces heures sont justes.",
    Said.UNKNOWN: "C’est noté. Votre facilitateur verra que vous ne savez pas. Il peut vous aider.",
}
HOUR_MATTERS = {
    Matter.MORE: "J’ai fait plus d’heures",
    Matter.FEWER: "J’ai fait moins d’heures",
    Matter.NOT_THERE: "Je n’ai pas travaillé là",
    Matter.NOT_ME: "Ce n’est pas moi",
    Matter.OTHER: "Autre chose",
}
MATTERS = {**HOUR_MATTERS, Matter.DECISION: "Je ne suis pas d’accord avec cette décision"}
PURPOSES = {
    "suivre": "Suivre votre parcours",
    "décider": "Décider si vos heures comptent",
    "affecter": "Noter votre travail dans une entreprise",
    "valider": "Vérifier vos heures",
    "review": "Vérifier vos heures",
    "follow": "Suivre vos heures",
    "declare": "Déclarer vos heures",
    "confirmer": "Confirmer vos heures",
    "certifier": "Faire une attestation",
    "chercher": "Chercher votre fiche",
    "comparer": "Voir si vous avez deux fiches",
    "répondre": "Répondre à votre demande",
    "écrire": "Vous écrire",
}
ROLES = {
    "mission": "Le Département",
    "facilitator": "Votre facilitateur",
    "company": "Une entreprise",
    "buyer": "L’acheteur public",
    "structure": "Votre employeur",
    "prescriber": "Votre conseiller",
}
