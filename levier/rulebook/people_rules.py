"""The rules about people, as callable from outside."""

from levier.participants import rules
from levier.participants.criteria import criterion, published_criteria
from levier.participants.labels import CONTRACT_KINDS, DIAGNOSIS_KINDS, IAE_STRUCTURES, MODALITIES
from levier.participants.values import (
    ContractKind,
    CountingFacts,
    DiagnosisKind,
    IaeStructure,
    Modality,
    ProofFacts,
    WindowFacts,
)
from levier.rulebook.fields import choice, day, hours, integer
from levier.rulebook.rule import Rule

_PAGE = "eligibilite"
_KIND_ALIASES = {
    ContractKind.CDI: ("permanent", "open_ended"),
    ContractKind.CDD: ("fixed_term",),
    ContractKind.APPRENTICESHIP: ("apprentissage", "apprentice"),
    ContractKind.PROFESSIONALISATION: ("professionnalisation", "professionalization"),
    ContractKind.ASSIGNMENT: ("interim", "intérim", "mission", "temporary"),
    ContractKind.INSERTION: ("cddi", "insertion_contract"),
}
_CRITERIA = published_criteria()

PEOPLE_RULES = (
    Rule(
        name="eligibility.window",
        title="Période pendant laquelle les heures d’une personne comptent",
        purpose="Donne le premier et le dernier jour où les heures d’une personne peuvent compter.",
        page=_PAGE,
        fields=(
            day("decision_date", "Date de la décision d’éligibilité", "2023-02-20"),
            choice("kind", "Type de contrat de travail", "cdi", CONTRACT_KINDS, aliases=_KIND_ALIASES),
            day("hire_date", "Date d’embauche", "2023-03-01"),
            day(
                "contract_end",
                "Fin du marché, ou du contrat de travail s’il finit avant",
                "2025-06-30",
                hint="Vide pour un CDI dont le marché n’a pas de fin connue.",
                nullable=True,
            ),
        ),
        answer=lambda values, catalogue, _today: rules.window(
            WindowFacts(
                values["decision_date"], ContractKind(values["kind"]), values["hire_date"], values["contract_end"]
            ),
            catalogue,
        ),
    ),
    Rule(
        name="eligibility.iae",
        title="Éligibilité à l’insertion par l’activité économique",
        purpose="Dit si une personne peut entrer dans une structure selon le nombre de critères qu’elle remplit.",
        page=_PAGE,
        fields=(
            choice("structure", "Structure", "ETTI", IAE_STRUCTURES),
            integer("level_1", "Critères de niveau 1", 0),
            integer("level_2", "Critères de niveau 2", 2),
        ),
        answer=lambda values, catalogue, today: rules.iae(
            IaeStructure(values["structure"]), values["level_1"], values["level_2"], catalogue, today
        ),
    ),
    Rule(
        name="counting.modality",
        title="Heures qui comptent selon la modalité",
        purpose="Donne les heures qui peuvent compter et ce qui les prouve, pour une embauche, une mise à disposition, une formation, un tutorat.",
        page=_PAGE,
        fields=(
            choice("modality", "Modalité", "training", MODALITIES),
            hours("hours", "Heures faites", "300"),
            hours("due", "Heures dues par l’engagement", "1000"),
            hours("already", "Heures de formation déjà comptées", "0"),
            day("day", "Date", "2026-10-01"),
        ),
        answer=lambda values, catalogue, _today: rules.counting(
            CountingFacts(
                Modality(values["modality"]), values["hours"], values["due"], values["already"], values["day"]
            ),
            catalogue,
        ),
    ),
    Rule(
        name="eligibility.proof",
        title="Validité d’un justificatif",
        purpose="Dit si un justificatif d’éligibilité est recevable le jour de la décision, et sinon ce qu’il faut demander.",
        page=_PAGE,
        fields=(
            choice(
                "criterion",
                "Critère",
                "RSA",
                {known.code: known.label for known in _CRITERIA},
                aliases={known.code: known.aliases for known in _CRITERIA},
            ),
            day("proof_date", "Date du justificatif", "2026-03-01", required=False, nullable=True),
            day(
                "expires_on",
                "Fin de validité écrite sur le justificatif",
                None,
                hint="Pour une RQTH ou un titre de séjour ; vide s’il n’y en a pas.",
                required=False,
                nullable=True,
            ),
            day("decision_date", "Date de la décision", "2026-04-15"),
        ),
        answer=lambda values, _catalogue, _today: rules.proof(
            ProofFacts(
                criterion(values["criterion"]), values["proof_date"], values["expires_on"], values["decision_date"]
            )
        ),
    ),
    Rule(
        name="eligibility.diagnosis",
        title="Fin de validité d’un diagnostic d’éligibilité à l’IAE",
        purpose="Donne le premier jour où le diagnostic n’est plus valable.",
        page=_PAGE,
        fields=(
            choice("kind", "Auteur du diagnostic", "prescriber", DIAGNOSIS_KINDS),
            day("created_on", "Date du diagnostic", "2026-03-15"),
        ),
        answer=lambda values, catalogue, _today: rules.diagnosis(
            DiagnosisKind(values["kind"]), values["created_on"], catalogue
        ),
    ),
)
