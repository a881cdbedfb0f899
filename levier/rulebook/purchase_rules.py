"""The rules of the purchase plan, as callable from outside: screening, reservations, criterion, open data values."""

from decimal import Decimal

from levier.procurement import opportunities, rules
from levier.procurement.labels import BUYER_LEVELS, CONTRACT_OBJECTS, SERVICES, sentence
from levier.procurement.opportunities import GRID_TOP
from levier.procurement.values import BuyerLevel, ContractObject, ScoredCriterion, ScreeningFacts
from levier.rulebook.fields import ZERO, Field, Kind, amount, boolean, choice, day, integer, records, text
from levier.rulebook.rule import Rule

_PAGE = "reperage"

PURCHASE_RULES = (
    Rule(
        name="screening.obligations",
        title="Clause obligatoire, ou voulue par le Département",
        purpose="Dit si la loi impose une considération sociale et si la politique du Département demande une clause.",
        page=_PAGE,
        fields=(
            choice("object", "Objet du marché", "works", CONTRACT_OBJECTS),
            amount("estimate", "Estimation hors taxes, tous lots compris", "5404000"),
            day("consultation_date", "Date de lancement de la consultation", "2026-09-15"),
            integer("duration_months", "Durée", 12, unit="mois", minimum=1),
            choice("buyer", "Acheteur", "local", BUYER_LEVELS),
            choice(
                "service",
                "Service concerné",
                "cleaning",
                SERVICES,
                hint="Facultatif, pour un marché de services : ceux de la politique du Département.",
                required=False,
            ),
        ),
        answer=lambda values, catalogue, _today: rules.obligations(
            ScreeningFacts(
                ContractObject(values["object"]),
                values["estimate"],
                values["consultation_date"],
                values["duration_months"],
                BuyerLevel(values["buyer"]),
                values["service"] or "",
            ),
            catalogue,
        ),
    ),
    Rule(
        name="screening.potential",
        title="Potentiel local d’achat inclusif",
        purpose="Propose un instrument selon le nombre de structures trouvées et le poids du marché pour elles.",
        page=_PAGE,
        fields=(
            integer("structures", "Structures trouvées pour ce secteur et ce lieu", 31),
            Field(
                "dependency",
                "Budget en pourcentage de leur chiffre d’affaires moyen",
                Kind.DECIMAL,
                "29",
                unit="%",
                help="Facultatif : laissez vide si le chiffre d’affaires n’est pas connu.",
                required=False,
                nullable=True,
                minimum=ZERO,
                maximum=Decimal(1_000_000),
            ),
        ),
        answer=lambda values, catalogue, today: opportunities.potential(
            values["structures"], values["dependency"], catalogue, today
        ),
    ),
    Rule(
        name="screening.spaser",
        title="Obligation d’adopter un schéma de promotion des achats responsables",
        purpose="Dit si le montant annuel des achats impose un SPASER.",
        page=_PAGE,
        fields=(amount("annual_purchases", "Achats d’une année, hors taxes", "330000000"),),
        answer=lambda values, catalogue, today: opportunities.spaser_duty(values["annual_purchases"], catalogue, today),
    ),
    Rule(
        name="screening.ess_reservation",
        title="Marché réservé à l’économie sociale et solidaire",
        purpose="Vérifie la durée du marché réservé et le délai depuis la dernière attribution à la même entreprise.",
        page=_PAGE,
        fields=(
            integer("duration_months", "Durée", 36, unit="mois", minimum=1),
            integer(
                "months_since_last_award",
                "Mois depuis la dernière attribution à cette entreprise",
                37,
                unit="mois",
                hint="Facultatif : laissez vide pour une première attribution.",
                required=False,
            ),
        ),
        answer=lambda values, catalogue, today: opportunities.ess_reservation(
            values["duration_months"], values["months_since_last_award"], catalogue, today
        ),
        say=sentence,
    ),
    Rule(
        name="criterion.score",
        title="Note du critère social",
        purpose="Calcule les points d’une offre : poids de chaque sous-critère × note de 0 à 4 ÷ 4.",
        page=_PAGE,
        fields=(
            records(
                "scores",
                "Sous-critères",
                (
                    Field("weight", "Poids", Kind.DECIMAL, "3", unit="points", minimum=ZERO, maximum=Decimal(100)),
                    Field("score", "Note", Kind.DECIMAL, "3", minimum=ZERO, maximum=GRID_TOP),
                ),
                [
                    {"weight": "3", "score": "3"},
                    {"weight": "3", "score": "2"},
                    {"weight": "2", "score": "4"},
                    {"weight": "2", "score": "1"},
                ],
            ),
        ),
        answer=lambda values, _catalogue, _today: opportunities.criterion_score(
            tuple(ScoredCriterion(**line) for line in values["scores"])
        ),
    ),
    Rule(
        name="open_data.considerations",
        title="Considérations sociales à publier",
        purpose="Donne les valeurs à écrire dans les données essentielles selon les instruments du marché.",
        page=_PAGE,
        fields=(
            boolean("clause", "Condition d’exécution", example=True),
            boolean("criterion", "Critère d’attribution", example=True),
            boolean("reserved", "Marché réservé"),
        ),
        answer=lambda values, _catalogue, _today: opportunities.published_considerations(**values),
    ),
    Rule(
        name="open_data.considerations_check",
        title="Cohérence des considérations sociales publiées",
        purpose="Vérifie une liste publiée : valeurs connues, sans répétition, « Pas de considération sociale » seul.",
        page=_PAGE,
        fields=(
            records(
                "considerations",
                "Considérations publiées",
                (text("value", "Valeur", "Clause sociale", required=True),),
                ["Clause sociale", "Critère social"],
                plain_item="value",
            ),
        ),
        answer=lambda values, _catalogue, _today: opportunities.objections_to_considerations(
            tuple(line["value"] for line in values["considerations"])
        ),
        say=sentence,
    ),
)
