"""French words of following."""

from levier.following.values import AlertKind, Weather

WEATHERS = {
    Weather.SUN: ("Soleil", "le rythme suffit"),
    Weather.BRIGHT: ("Éclaircies", "un léger retard se dessine"),
    Weather.CLOUD: ("Nuages", "une alerte ou quelques heures à sauver"),
    Weather.RAIN: ("Pluie", "une part des heures va manquer"),
    Weather.STORM: ("Orage", "la clause est en danger"),
}
ALERTS = {
    AlertKind.LATE: "Retard",
    AlertKind.NOBODY: "Personne",
    AlertKind.OVERDUE: "Relevé en retard",
    AlertKind.EXPIRED: "Justificatif expiré",
    AlertKind.END_NEAR: "Fin proche",
    AlertKind.WINDOW: "Période qui finit",
}
