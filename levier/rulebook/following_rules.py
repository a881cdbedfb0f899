"""The rules of following a commitment, as callable from outside."""

from dataclasses import replace
from datetime import date
from typing import Any

from levier.following import rules
from levier.following.values import AlertFacts, Owed, Pace, People, Raised
from levier.foundation.explanation import Explained, NoAnswer, Step
from levier.reference.values import Catalogue
from levier.rulebook.fields import Field, day, fraction, hours, integer, records
from levier.rulebook.rule import Rule

_OWED = (
    hours("due", "Heures dues", "1000"),
    hours("waived", "Heures dispensées", "0"),
    day("starts_on", "Début de l’engagement", "2026-01-01"),
    day("ends_on", "Fin de l’engagement", "2026-12-31"),
)


def _invoiced() -> Field:
    found = fraction(
        "invoiced_share", "Part du montant déjà facturée", "0.40", hint="Vide : les jours écoulés servent."
    )
    return Field(
        found.name, found.label, found.kind, found.example, help=found.help, required=False, nullable=True, minimum=found.minimum,
        maximum=found.maximum, places=found.places,
    )  # fmt: skip


def _owed(values: dict[str, Any]) -> Owed:
    if values["ends_on"] < values["starts_on"]:
        raise NoAnswer("ends_on", "La fin doit venir après le début.")
    if values["waived"] > values["due"]:
        raise NoAnswer("waived", "La dispense dépasse les heures dues. Corrigez l’un des deux nombres.")
    stops = tuple((stop["first"], stop["last"]) for stop in values.get("stops") or ())
    return Owed(
        values["due"],
        values["waived"],
        values["starts_on"],
        values["ends_on"],
        values.get("invoiced_share"),
        stops=stops,
    )


def _stops() -> Field:
    items = (day("first", "Du", "2026-03-01"), day("last", "Au", "2026-03-31", required=False, nullable=True))
    found = records("stops", "Arrêts du chantier", items, [{"first": "2026-03-01", "last": "2026-03-31"}])
    return replace(found, required=False, nullable=True)


def _alerts(values: dict[str, Any], catalogue: Catalogue, _today: date) -> Explained[Raised]:
    today = values["today"]
    people = People(
        values["people"],
        values["expired"],
        today if values["expired"] else None,
        values["ending"],
        today if values["ending"] else None,
    )
    overdue = values["overdue_since"]
    facts = AlertFacts(_owed(values), values["accepted"], values["pending"], people, overdue, 1 if overdue else 0)
    found = rules.alerts(facts, rules.thresholds(catalogue, today), today)
    sources = tuple(value.as_source() for value in catalogue.all_at("following.alert.", today))
    return Explained(
        Raised(tuple(alert.kind for alert in found)),
        tuple(Step(alert.sentence, alert.kind) for alert in found),
        (rules.ALERTS, *sources),
    )


FOLLOWING_RULES = (
    Rule(
        name="following.expected",
        title="Heures attendues à une date",
        purpose="Donne les heures qui devraient être faites un jour donné, selon la durée écoulée ou la part facturée.",
        page="suivi",
        fields=(*_OWED, _invoiced(), day("day", "Jour", "2026-07-02"), _stops()),
        answer=lambda values, _catalogue, _today: rules.expected(_owed(values), values["day"]),
    ),
    Rule(
        name="following.outlook",
        title="Heures qui vont manquer",
        purpose="Donne les heures perdues à l’horizon si chacun continue comme ces derniers mois.",
        page="suivi",
        fields=(
            *_OWED,
            hours("accepted", "Heures acceptées", "300"),
            hours("recent_hours", "Heures déclarées ces derniers mois entiers", "91"),
            integer("recent_days", "Jours de ces mois", 91),
            day("today", "Aujourd’hui", "2026-11-25"),
        ),
        answer=lambda values, catalogue, _today: rules.explained_outlook(
            _owed(values),
            values["accepted"],
            Pace(values["recent_hours"], values["recent_days"]),
            values["today"],
            catalogue,
        ),
    ),
    Rule(
        name="following.alerts",
        title="Alertes de suivi",
        purpose="Dit ce qui doit être fait, et par qui, avant qu’il ne soit trop tard.",
        page="suivi",
        fields=(
            *_OWED,
            _invoiced(),
            hours("accepted", "Heures acceptées", "300"),
            hours("pending", "Heures en attente de décision", "0"),
            integer("people", "Personnes affectées", 3),
            integer("expired", "Personnes au travail sans période en cours", 0),
            integer("ending", "Personnes dont la période va finir", 0),
            day("overdue_since", "Échéance du plus ancien relevé manquant", "2026-11-14", nullable=True),
            day("today", "Aujourd’hui", "2026-11-25"),
        ),
        answer=_alerts,
    ),
)
