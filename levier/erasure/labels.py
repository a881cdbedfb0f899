"""What is said of a request to be erased: to the person in plain words, to the mission in its own."""

from levier.erasure.values import Obstacle, Outcome

TO_THE_PERSON = {
    Obstacle.CONTEST_OPEN: "Vous attendez une réponse à une demande. On garde ce qu’il faut pour vous répondre.",
    Obstacle.CASE_OPEN: "Un contrôle est ouvert sur le marché où vous avez travaillé. Vos heures y servent de preuve.",
    Obstacle.AT_WORK: "Vous travaillez encore : vos heures doivent être comptées.",
    Obstacle.HOURS_DECLARED: "Vos heures ont été déclarées pour un marché public. La loi demande d’en garder la preuve un temps.",
}
TO_THE_MISSION = {
    Obstacle.CONTEST_OPEN: "contestation sans réponse",
    Obstacle.CASE_OPEN: "contrôle ou pénalité en cours sur l’engagement",
    Obstacle.AT_WORK: "contrat de travail en cours",
    Obstacle.HOURS_DECLARED: "heures déclarées (preuve à garder jusqu’au terme)",
}
OUTCOMES = {
    Outcome.ERASED: ("ok", "Effacée"),
    Outcome.LIMITED: ("wait", "Mise de côté"),
    Outcome.KEPT: ("line", "Gardée : la personne travaille"),
}
