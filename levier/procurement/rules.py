"""Screening (repérage): what the law requires, and what the Département's policy asks. domain.md sections 1.2, 1.3 and the leaflet."""

from decimal import Decimal

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.foundation.quantities import hundredths
from levier.procurement.values import (
    BuyerLevel,
    ContractObject,
    Obligations,
    ScreeningFacts,
    Threshold,
    WaiverGround,
)
from levier.reference.values import Catalogue, ReferenceValue, UnknownReference

STATUTORY = Source(
    "Considération sociale obligatoire dans les conditions d’exécution, à partir des seuils européens",
    "Code de la commande publique, L2112-2-1 (loi n° 2021-1104 du 22 août 2021, art. 35)",
    Confidence.CONFIRMED,
    "screening.obligations/1",
)
EQUAL_OR_ABOVE = Source(
    "Un montant égal au seuil déclenche l’obligation",
    "Code de la commande publique, R2124-1 : « égale ou supérieure »",
    Confidence.CONFIRMED,
    "screening.obligations/1",
)
WAIVERS = Source(
    "Motifs qui permettent d’écarter l’obligation, à consigner au dossier",
    "Code de la commande publique, L2112-2-1 ; les deux premiers sont confirmés par L3114-2-1, les autres n’ont pas été relus",
    Confidence.UNVERIFIED,
    "screening.obligations/1",
)


def obligations(facts: ScreeningFacts, catalogue: Catalogue) -> Explained[Obligations]:
    """Both answers for one contract, on the thresholds of the day of its consultation.

    Raise NoAnswer when no threshold is known for that day.
    """
    threshold = _threshold(facts, catalogue)
    reached = facts.estimate >= threshold.value
    in_force = _optional("obligation.statutory", facts, catalogue)
    statutory = reached and in_force is not None
    policy, policy_step, policy_sources = _policy(facts, catalogue)
    waivable = _waivable(facts, catalogue) if statutory else ()
    entry = next(iter(catalogue.history("obligation.statutory")), None)
    steps = (
        Step(
            f"Seuil européen au {french.day(facts.consultation_date)}{french.HARD}: {french.euros(threshold.value)}. Estimation de "
            f"{french.euros(facts.estimate)}{french.HARD}: {'le seuil est atteint' if reached else 'le seuil n’est pas atteint'}.",
            str(hundredths(threshold.value)),
        ),
        Step(_statutory_sentence(reached, in_force, entry), str(statutory).lower()),
        policy_step,
        Step(_waiver_sentence(statutory, waivable), ", ".join(waivable)),
    )
    dated = tuple(value.as_source() for value in (threshold, in_force or entry) if value is not None)
    sources = (STATUTORY, EQUAL_OR_ABOVE, *dated, *policy_sources, *((WAIVERS,) if statutory else ()))
    answer = Obligations(statutory, policy, waivable, Threshold(hundredths(threshold.value), threshold.version))
    return Explained(answer, steps, sources)


def threshold_key(contract_object: ContractObject, buyer: BuyerLevel) -> str:
    """Name of the EU threshold that applies: one for works, one per level of buyer for supplies and services."""
    return "threshold.works" if contract_object is ContractObject.WORKS else f"threshold.supplies_services.{buyer}"


def _threshold(facts: ScreeningFacts, catalogue: Catalogue) -> ReferenceValue:
    key = threshold_key(facts.object, facts.buyer)
    try:
        return catalogue.at(key, facts.consultation_date)
    except UnknownReference:
        known = catalogue.history(key)
        first = min((value.valid_from for value in known), default=None)
        ends = [value.valid_until for value in known]
        last = max((end for end in ends if end is not None), default=None) if None not in ends else None
        span = (
            f" Les seuils connus vont du {french.day(first)}" + (f" au {french.day(last)}." if last else ".")
            if first
            else ""
        )
        raise NoAnswer(
            "consultation_date",
            f"Aucun seuil européen n’est connu pour une consultation du {french.day(facts.consultation_date)}.{span}",
        ) from None


def _optional(key: str, facts: ScreeningFacts, catalogue: Catalogue) -> ReferenceValue | None:
    try:
        return catalogue.at(key, facts.consultation_date)
    except UnknownReference:
        return None


def _statutory_sentence(reached: bool, in_force: ReferenceValue | None, entry: ReferenceValue | None) -> str:
    if not reached:
        return "Obligatoire : non, l’estimation est en dessous du seuil."
    if in_force is None:
        since = f" (le {french.day(entry.valid_from)})" if entry else ""
        return f"Obligatoire : non, la consultation précède l’entrée en vigueur de l’obligation{since}."
    return f"Obligatoire : oui, la consultation est lancée à partir du {french.day(in_force.valid_from)}. {in_force.note}".rstrip()


def _policy(facts: ScreeningFacts, catalogue: Catalogue) -> tuple[bool, Step, tuple[Source, ...]]:
    if facts.buyer is not BuyerLevel.LOCAL:
        return False, Step("Politique du Département : non, l’acheteur est l’État.", "false"), ()
    if facts.object is ContractObject.SUPPLIES:
        return False, Step("Politique du Département : non, elle ne vise pas les fournitures.", "false"), ()
    if facts.object is ContractObject.SERVICES and not facts.service:
        sentence = (
            "Politique du Département : elle vise certains services (nettoyage, espaces verts, gardiennage, restauration…), sans montant "
            "plancher. Précisez le service pour savoir s’il en fait partie ; sans cette précision, la réponse est non."
        )
        return (
            False,
            Step(sentence, "false"),
            tuple(value.as_source() for value in _listed_services(facts, catalogue)[:1]),
        )
    key = "policy.works" if facts.object is ContractObject.WORKS else f"policy.services.{facts.service}"
    floor = _optional(key, facts, catalogue)
    if floor is None:
        return (
            False,
            Step("Politique du Département : non, rien n’était fixé à la date de la consultation.", "false"),
            (),
        )
    asked = facts.estimate >= floor.value
    what = "tous les travaux de bâtiment et de voirie" if facts.object is ContractObject.WORKS else "ce service"
    sentence = (
        f"Politique du Département : {'oui' if asked else 'non'}, elle demande une clause dans {what} à partir de "
        f"{french.euros(floor.value)} hors taxes."
    )
    return asked, Step(sentence, str(asked).lower()), (floor.as_source(),)


def _listed_services(facts: ScreeningFacts, catalogue: Catalogue) -> tuple[ReferenceValue, ...]:
    return catalogue.all_at("policy.services.", facts.consultation_date)


def _waivable(facts: ScreeningFacts, catalogue: Catalogue) -> tuple[WaiverGround, ...]:
    grounds = [
        WaiverGround.NO_SUFFICIENT_LINK,
        WaiverGround.COMPETITION_OR_DIFFICULTY,
        WaiverGround.IMMEDIATELY_AVAILABLE,
    ]
    short = _optional("obligation.short_works_months", facts, catalogue)
    if facts.object is ContractObject.WORKS and short is not None and Decimal(facts.duration_months) < short.value:
        grounds.append(WaiverGround.SHORT_WORKS)
    return tuple(grounds)


def _waiver_sentence(statutory: bool, waivable: tuple[WaiverGround, ...]) -> str:
    if not statutory:
        return "Motifs de dispense : sans objet, rien n’est obligatoire."
    short = (
        " ; ici aussi celui des travaux de courte durée (à vérifier)" if WaiverGround.SHORT_WORKS in waivable else ""
    )
    return (
        "Motifs de dispense possibles, à consigner au dossier avec leur raison : pas de lien suffisant avec l’objet, concurrence "
        f"restreinte ou exécution trop difficile, solution immédiatement disponible (à vérifier){short}."
    )
