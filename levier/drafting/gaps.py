"""What is missing or doubtful in a kit: what keeps it from being handed over, and what is only left to complete."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from levier.drafting.values import Contact, ContractFacts, CriterionFacts, Gap, KitChoice, KitInstrument
from levier.foundation import french
from levier.foundation.french import typeset
from levier.foundation.quantities import LARGEST, hundredths
from levier.reference.values import Catalogue, ReferenceValue, UnknownReference


def gaps_of(
    choice: KitChoice,
    contract: ContractFacts,
    contacts: Mapping[int, Contact],
    criterion: CriterionFacts | None,
    catalogue: Catalogue,
) -> list[Gap]:
    found = []
    if not choice.lots:
        found.append(Gap("Cochez au moins un lot.", blocks=True, field="lots"))
    for lot in choice.lots:
        if lot.hours is not None and (not 0 <= lot.hours <= LARGEST or lot.hours != hundredths(lot.hours)):
            found.append(
                Gap(
                    typeset(f"Lot {lot.number} : les heures sont impossibles."),
                    blocks=True,
                    field=f"hours-{lot.number}",
                )
            )
        elif choice.instrument.condition and not lot.hours:
            sentence = f"Lot {lot.number} : écrivez les heures demandées, ou calibrez d’abord le lot."
            found.append(Gap(typeset(sentence), blocks=True, field=f"hours-{lot.number}"))
        if not any(number in contacts for number in lot.territories):
            found.append(
                Gap(
                    typeset(f"Lot {lot.number} : aucun territoire choisi, donc aucun facilitateur à nommer."),
                    field="lots",
                )
            )
    found += _gaps_of_criterion(choice, criterion)
    if choice.instrument is KitInstrument.RESERVED_ESS:
        found += _gaps_of_ess(contract, catalogue, choice.consultation_on)
    if choice.penalty_hour is None and (choice.instrument.condition or choice.instrument.criterion):
        found.append(
            Gap(
                "Aucune pénalité par heure non réalisée : l’obligation n’aurait pas de sanction propre.",
                field="penalty_hour",
            )
        )
    if choice.penalty_late_day is None:
        found.append(Gap("Aucune pénalité pour un relevé qui manque.", field="penalty_late_day"))
    if contract.statutory and choice.instrument is KitInstrument.CRITERION:
        sentence = "Une condition d’exécution est obligatoire pour ce marché : un critère seul ne la remplace pas."
        found.append(Gap(sentence, blocks=True, field="instrument"))
    return found


def _gaps_of_criterion(choice: KitChoice, criterion: CriterionFacts | None) -> list[Gap]:
    if not choice.instrument.criterion:
        return []
    if len(choice.lots) > 1:
        return [Gap("Un critère se rédige lot par lot : cochez un seul lot.", blocks=True, field="lots")]
    if criterion is None:
        return [
            Gap(
                "La grille du critère social n’est pas encore écrite pour ce lot : écrivez-la d’abord.",
                blocks=True,
                field="grid",
            )
        ]
    found = []
    if not criterion.closed:
        found.append(
            Gap(
                "La grille n’est pas arrêtée : elle peut encore changer après ce dossier. Arrêtez-la avant de publier.",
                field="grid",
            )
        )
    asked = (choice.lots[0].hours or Decimal(0)) if choice.lots and choice.instrument.condition else Decimal(0)
    if choice.lots and asked != criterion.minimum_hours:
        sentence = (
            f"La grille dit {french.hours(criterion.minimum_hours)} demandées à tous, le dossier {french.hours(asked)} : "
            "mettez le même nombre des deux côtés, ou choisissez un autre moyen juridique."
        )
        found.append(Gap(typeset(sentence), blocks=True, field=f"hours-{choice.lots[0].number}"))
    return found


def _gaps_of_ess(contract: ContractFacts, catalogue: Catalogue, day: date) -> list[Gap]:
    maximum = in_force(catalogue, "reserved.ess.maximum_months", day)
    if contract.duration_months is None:
        return [Gap("La durée du marché n’est pas connue : vérifiez qu’elle ne dépasse pas trois ans.")]
    if maximum is not None and contract.duration_months > maximum.value:
        sentence = (
            f"Un marché réservé à l’économie sociale et solidaire ne dépasse pas {french.number(maximum.value)} mois (L. 2113-16) : "
            f"celui-ci en dure {contract.duration_months}. Réduisez la durée, ou choisissez un autre moyen juridique."
        )
        return [Gap(typeset(sentence), blocks=True, field="instrument")]
    return []


def in_force(catalogue: Catalogue, key: str, day: date) -> ReferenceValue | None:
    """The value of that day; None where there is none."""
    try:
        return catalogue.at(key, day)
    except UnknownReference:
        return None
