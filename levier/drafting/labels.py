"""French words for the codes of drafting."""

from levier.drafting.values import Ccag, KitInstrument, Piece, Rhythm

INSTRUMENTS = {
    KitInstrument.EXECUTION_CONDITION: "Condition d’exécution",
    KitInstrument.CONDITION_AND_CRITERION: "Condition d’exécution et critère social",
    KitInstrument.CRITERION: "Critère social seul",
    KitInstrument.RESERVED_DISABILITY: "Réservé aux entreprises adaptées et aux ESAT",
    KitInstrument.RESERVED_SIAE: "Réservé aux structures d’insertion (SIAE)",
    KitInstrument.RESERVED_BOTH: "Réservé aux entreprises adaptées, aux ESAT et aux SIAE",
    KitInstrument.RESERVED_ESS: "Réservé à l’économie sociale et solidaire",
    KitInstrument.INSERTION_CONTRACT: "Marché d’insertion",
}
PURPOSES = {
    KitInstrument.EXECUTION_CONDITION: "Le cas habituel : tous doivent des heures, rien n’est noté.",
    KitInstrument.CONDITION_AND_CRITERION: "Tous doivent des heures, et la qualité de l’accueil est notée.",
    KitInstrument.CRITERION: "Rien n’est demandé à tous : l’offre promet, et sa promesse engage.",
    KitInstrument.RESERVED_DISABILITY: "Seuls candidatent ceux qui emploient au moins 50 % de travailleurs handicapés.",
    KitInstrument.RESERVED_SIAE: "Seules candidatent les structures d’insertion par l’activité économique.",
    KitInstrument.RESERVED_BOTH: "Un même lot ouvert aux deux familles (L. 2113-14).",
    KitInstrument.RESERVED_ESS: "Services sociaux et assimilés, trois ans au plus.",
    KitInstrument.INSERTION_CONTRACT: "L’insertion est l’objet du marché : procédure adaptée quel que soit le montant.",
}
PIECES = {
    Piece.NOTICE: "Mention pour l’avis",
    Piece.RULES: "Article pour le règlement de la consultation",
    Piece.CLAUSES: "Article pour le CCAP",
    Piece.ANNEX: "Annexe à l’acte d’engagement",
    Piece.FORM: "Formulaire de réponse",
    Piece.GUIDE: "Mode d’emploi pour les entreprises",
}
FILE_NAMES = {
    Piece.NOTICE: "1-mention-avis",
    Piece.RULES: "2-article-reglement-consultation",
    Piece.CLAUSES: "3-article-ccap",
    Piece.ANNEX: "4-annexe-engagement",
    Piece.FORM: "5-formulaire-de-reponse",
    Piece.GUIDE: "6-mode-d-emploi-entreprises",
}
CCAGS = {
    Ccag.WORKS: "CCAG-Travaux",
    Ccag.SERVICES: "CCAG-FCS (fournitures et services)",
    Ccag.INTELLECTUAL: "CCAG-PI (prestations intellectuelles)",
    Ccag.COMPUTING: "CCAG-TIC (informatique)",
    Ccag.NONE: "Aucun CCAG",
}
RHYTHMS = {Rhythm.MONTH: "Chaque mois", Rhythm.QUARTER: "Chaque trimestre"}
CATEGORIES = {"works": "travaux", "services": "services", "supplies": "fournitures"}
RESERVED_TO = {
    KitInstrument.RESERVED_DISABILITY: (
        "des entreprises adaptées et des établissements et services d’accompagnement par le travail",
        "travailleurs handicapés",
    ),
    KitInstrument.RESERVED_SIAE: ("des structures d’insertion par l’activité économique", "travailleurs défavorisés"),
    KitInstrument.RESERVED_BOTH: (
        (
            "des entreprises adaptées, des établissements et services d’accompagnement par le travail et des structures "
            "d’insertion par l’activité économique"
        ),
        "travailleurs handicapés ou défavorisés",
    ),
    KitInstrument.RESERVED_ESS: ("des entreprises de l’économie sociale et solidaire", ""),
}
