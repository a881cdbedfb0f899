"""French words for the codes of the purchase plan."""

from levier.planning.values import Basis, Instrument, PlanVerdict

INSTRUMENTS = {
    Instrument.FULL_RESERVATION: "Réservation totale",
    Instrument.RESERVED_LOT: "Lot réservé",
    Instrument.EXECUTION_CLAUSE: "Clause d’exécution",
    Instrument.SOCIAL_CRITERION: "Critère social",
    Instrument.CLAUSE_AND_CRITERION: "Clause d’exécution et critère social",
    Instrument.INSERTION_CONTRACT: "Marché d’insertion",
    Instrument.NONE: "Rien à prévoir",
}
BASES = {
    Basis.OBLIGATION: "Obligation légale",
    Basis.POLICY: "Politique du Département",
    Basis.OPPORTUNITY: "Opportunité",
    Basis.NONE: "Rien à prévoir",
    Basis.UNDECIDED: "À compléter",
}
PROBLEMS = {
    "object_missing": "Objet manquant",
    "amount_missing": "Montant manquant",
    "amount_unreadable": "Montant illisible",
    "amount_range": "Fourchette au lieu d’un montant",
    "amount_with_tax": "Montant toutes taxes comprises",
    "amount_approximate": "Montant approximatif",
    "amount_is_a_maximum": "Montant maximum",
    "amount_zero": "Montant nul",
    "duplicate_reference": "Référence en double",
    "nature_missing": "Nature à préciser",
    "nature_unreadable": "Nature illisible",
    "cpv_missing": "Code CPV manquant",
    "cpv_unreadable": "Code CPV illisible",
    "cpv_unknown": "Code CPV inconnu",
    "cpv_7_digits_ambiguous": "Code CPV à sept chiffres",
    "cpv_zero_restored": "Zéro du code CPV remis",
    "cpv_completed": "Code CPV abrégé",
    "cpv_several": "Plusieurs codes CPV",
    "cpv_check_digit": "Chiffre de contrôle du CPV",
    "start_missing": "Date manquante",
    "start_unreadable": "Date illisible",
    "start_year_only": "Année seule",
    "start_year_assumed": "Année supposée",
    "start_approximate": "Date approximative",
    "duration_missing": "Durée manquante",
    "duration_unreadable": "Durée illisible",
    "duration_unit_unknown": "Durée sans unité",
    "duration_with_renewals": "Durée avec reconductions",
    "duration_renewals_unknown": "Reconductions non chiffrées",
}


def verdict_label(verdict: PlanVerdict) -> str:
    """`Obligation légale : clause d’exécution`, `Lot réservé`, `À compléter`."""
    if verdict.basis is Basis.OPPORTUNITY:
        return INSTRUMENTS[verdict.instrument]
    if verdict.basis in {Basis.NONE, Basis.UNDECIDED}:
        return BASES[verdict.basis]
    instrument = INSTRUMENTS[verdict.instrument]
    return f"{BASES[verdict.basis]}\u00a0: {instrument[0].lower()}{instrument[1:]}"
