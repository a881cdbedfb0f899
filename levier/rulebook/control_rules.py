"""The rules of hours, balance and impact, as callable from outside."""

from typing import Any

from levier.compliance import rules as compliance
from levier.compliance.values import CommitmentFacts, LateProofFacts, TrainingPenaltyFacts
from levier.hours import rules as hours_rules
from levier.hours.labels import sentence
from levier.hours.values import Allocation, LineToRead
from levier.observatory import rules as impact
from levier.rulebook.fields import Field, Kind, amount, choice, day, hours, integer, records, text
from levier.rulebook.rule import Rule


def _commitment(values: dict[str, Any]) -> CommitmentFacts:
    return CommitmentFacts(**(values | {"label": values["label"] or ""}))


def _allocations(lines: tuple[dict[str, Any], ...]) -> tuple[Allocation, ...]:
    return tuple(
        Allocation(line["commitment"] or f"n° {number}", line["hours"]) for number, line in enumerate(lines, start=1)
    )


CONFIRMED = {"unknown": "personne n’a été interrogé", "yes": "oui", "no": "non"}
_TOLD = {"yes": True, "no": False, "unknown": None}


def _line_to_read(values: dict[str, Any]) -> LineToRead:
    told = {name: _TOLD[values[name]] for name in ("confirmed_by_structure", "confirmed_by_person")}
    return LineToRead(**(values | told))


CONTROL_RULES = (
    Rule(
        name="hours.deadline",
        title="Date limite d’un relevé d’heures",
        purpose="Donne le dernier jour pour transmettre le relevé d’une période.",
        page="heures",
        fields=(day("period_end", "Fin de la période", "2026-03-31"),),
        answer=lambda values, catalogue, _today: hours_rules.deadline(values["period_end"], catalogue),
    ),
    Rule(
        name="pooling.allocate",
        title="Répartition d’heures entre plusieurs engagements",
        purpose="Vérifie que les heures réparties par une convention de globalisation ne dépassent pas les heures travaillées.",
        page="heures",
        fields=(
            hours("worked", "Heures travaillées", "250"),
            records(
                "allocations",
                "Répartition",
                (
                    text("commitment", "Engagement", "Lot 1"),
                    hours("hours", "Heures", "50"),
                ),
                ["50", "80", "120"],
                plain_item="hours",
            ),
        ),
        answer=lambda values, _catalogue, _today: hours_rules.allocate(
            values["worked"], _allocations(values["allocations"])
        ),
        say=sentence,
    ),
    Rule(
        name="hours.doubts",
        title="Doutes sur une ligne d’heures",
        purpose="Dit pourquoi une ligne déclarée doit être relue avant d’être acceptée, et ce qui a changé depuis le mois dernier.",
        page="heures",
        fields=(
            hours("hours", "Heures déclarées", "120"),
            hours("weekly", "Heures par semaine du contrat", "35"),
            hours("total", "Heures du mois, tous employeurs", "120"),
            hours("limit", "Maximum légal du mois", "222"),
            hours("alert", "Seuil d’alerte", "186"),
            amount("last_month", "Heures du mois dernier", "100", unit="h", required=False),
            integer("same_as_last", "Personnes du relevé aux mêmes heures que le mois dernier", 0),
            integer("alike", "Autres personnes aux mêmes heures exactement", 0),
            integer("twins", "Autres employeurs qui déclarent les mêmes heures", 0),
            integer("open_days", "Jours ouverts du mois", 22, unit="jours", required=False),
            hours("daily", "Maximum légal d’un jour", "10"),
            choice("confirmed_by_structure", "Confirmées par la structure", "unknown", CONFIRMED),
            choice("confirmed_by_person", "Confirmées par la personne", "unknown", CONFIRMED),
        ),
        answer=lambda values, _catalogue, _today: hours_rules.reading(_line_to_read(values)),
    ),
    Rule(
        name="compliance.balance",
        title="Bilan des engagements",
        purpose="Compare les heures dues et acceptées de chaque engagement, avec la pénalité et les taux d’ensemble.",
        page="bilan",
        fields=(
            records(
                "commitments",
                "Engagements",
                (
                    hours("due", "Heures dues", "490", hint="Le plus grand du minimum demandé et des heures offertes."),
                    hours("accepted", "Heures acceptées", "70"),
                    hours("waived", "Heures dispensées", "0"),
                    amount("penalty_rate", "Pénalité par heure", "35", unit="€/h"),
                    text("label", "Intitulé", "Lot 1"),
                ),
                [{"due": "490", "accepted": "70", "waived": "0", "penalty_rate": "35"}],
            ),
        ),
        answer=lambda values, _catalogue, _today: compliance.balance(tuple(map(_commitment, values["commitments"]))),
    ),
    Rule(
        name="compliance.late_proofs",
        title="Pénalité pour justificatifs en retard",
        purpose="Compte les jours de retard à partir de la mise en demeure et la pénalité.",
        page="bilan",
        fields=(
            day(
                "formal_notice_date",
                "Date de la mise en demeure",
                "2026-05-04",
                hint="Vide s’il n’y en a pas eu : rien n’est alors compté.",
                nullable=True,
            ),
            day("received_date", "Date de réception des justificatifs", "2026-05-14"),
            amount("rate_per_day", "Pénalité par jour", "75", unit="€/jour"),
        ),
        answer=lambda values, _catalogue, _today: compliance.late_proofs(LateProofFacts(**values)),
    ),
    Rule(
        name="compliance.training_penalty",
        title="Pénalité d’une clause sociale de formation",
        purpose="Calcule la pénalité des heures de formation manquantes.",
        page="bilan",
        fields=(
            hours("due", "Heures dues", "300"),
            hours("done", "Heures faites", "120"),
            Field(
                "factor",
                "Coefficient",
                Kind.DECIMAL,
                "4",
                minimum=hours("", "", "").minimum,
                maximum=hours("", "", "").maximum,
            ),
            amount("hourly_ceiling", "Plafond horaire de la sécurité sociale", "29", unit="€/h"),
        ),
        answer=lambda values, _catalogue, _today: compliance.training_penalty(TrainingPenaltyFacts(**values)),
    ),
    Rule(
        name="impact.fte",
        title="Équivalents temps plein",
        purpose="Convertit des heures en équivalents temps plein selon un diviseur annuel.",
        page="impact",
        fields=(
            hours("hours", "Heures", "25124684"),
            amount(
                "divisor",
                "Heures d’un temps plein dans l’année",
                "1600",
                unit="h",
                hint="Facultatif : sans lui, la convention de la consolidation nationale.",
                positive=True,
                required=False,
            ),
        ),
        answer=lambda values, catalogue, today: impact.fte(values["hours"], values["divisor"], catalogue, today),
    ),
    Rule(
        name="impact.means",
        title="Moyennes par personne et par opération",
        purpose="Donne les heures par personne et par opération, et les contrats par personne.",
        page="impact",
        fields=(
            hours("hours", "Heures", "33000"),
            integer("people", "Personnes", 137),
            integer("operations", "Opérations", 76, required=False),
            integer("contracts", "Contrats de travail", 141, required=False),
        ),
        answer=lambda values, _catalogue, _today: impact.means(**values),
    ),
)
