"""The verdict of a line of the purchase plan: the law, then the Département's policy, then what would be a good opportunity. Plain Python.

docs/regles/programmation.md has the decision table and worked cases.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, NoAnswer, Source, Step
from levier.planning.needs import (
    Sizing,
    amount_without_tax,
    articles_in_force,
    minimum_hours,
    nature_and_sector,
    sizing_of,
    task_ideas,
)
from levier.planning.values import Basis, Instrument, PlanVerdict, VerdictFacts
from levier.procurement import opportunities
from levier.procurement.rules import obligations, threshold_key
from levier.procurement.values import ContractObject, Obligations, Potential, PotentialAnswer, ScreeningFacts, Threshold
from levier.reference.values import Catalogue
from levier.sizing import purchase_sectors
from levier.sizing.purchase_sectors import Told
from levier.spreadsheets.amounts import Tax
from levier.spreadsheets.words import plain

ORDER = Source(
    "Ordre du verdict : la loi, puis la politique du Département, puis l’opportunité",
    "Règle de conception (docs/regles/programmation.md)",
    Confidence.DESIGN,
    "planning.verdict/1",
)
_NO_THRESHOLD = Threshold(Decimal(0), "")
_INSERTION = re.compile(
    r"\b(?:marche d insertion|chantier d insertion|chantier ecole|action d insertion|qualification et d insertion|insertion professionnelle|support d insertion|insertion par l activite)\b"
)
_RESERVED = frozenset({Instrument.FULL_RESERVATION, Instrument.RESERVED_LOT})
_SUBJECTS = {
    Instrument.FULL_RESERVATION: ("reservation",),
    Instrument.RESERVED_LOT: ("reservation",),
    Instrument.EXECUTION_CLAUSE: ("clause",),
    Instrument.SOCIAL_CRITERION: ("criterion",),
    Instrument.CLAUSE_AND_CRITERION: ("clause", "criterion"),
    Instrument.INSERTION_CONTRACT: ("insertion_contract",),
    Instrument.NONE: (),
}


@dataclass(frozen=True, slots=True)
class _Need:
    """Everything an instrument is chosen from."""

    facts: VerdictFacts
    nature: ContractObject
    told: Told | None
    amount: Decimal
    sized: Sizing | None
    minimum: Decimal
    potential: Potential | None
    catalogue: Catalogue

    def figure(self, key: str) -> Decimal:
        return self.catalogue.at(key, self.facts.consultation).value

    @property
    def months(self) -> int | None:
        return self.facts.duration_months

    def instrument(self) -> tuple[Instrument, str]:
        """The instrument that suits the need by itself, and why, in French."""
        if _INSERTION.search(plain(self.facts.text)):
            return (
                Instrument.INSERTION_CONTRACT,
                "L’objet est une action d’insertion\u00a0: marché d’insertion, en procédure adaptée quel que soit le montant.",
            )
        reserved = self._reserved()
        if reserved:
            return reserved
        if self.sized is None:
            return Instrument.NONE, self._without_hours()
        return self._by_hours(self.sized)

    def _reserved(self) -> tuple[Instrument, str] | None:
        sector = self.told.sector if self.told else None
        if self.potential is Potential.RESERVATION:
            return (
                Instrument.FULL_RESERVATION,
                "L’offre locale est assez nombreuse, et le marché pèse peu pour elle\u00a0: il peut être réservé en entier.",
            )
        if self.potential is Potential.LOT and self.facts.lots != 1:
            return Instrument.RESERVED_LOT, "L’offre locale permet de réserver un lot."
        if (
            self.potential is None
            and sector
            and sector.reservable
            and self.amount < self.figure("planning.reservation.ceiling")
        ):
            ceiling = french.euros(self.figure("planning.reservation.ceiling"))
            return Instrument.FULL_RESERVATION, (
                f"Petit marché (moins de {ceiling}) d’un secteur que les entreprises adaptées, les ESAT ou les structures d’insertion prennent "
                "couramment en entier\u00a0: à réserver, sous réserve de l’offre locale, qui n’est pas connue ici."
            )
        return None

    def _without_hours(self) -> str:
        if self.nature is ContractObject.SUPPLIES:
            return (
                "Fournitures\u00a0: pas d’heures de travail à réserver, et rien ne permet de proposer une réservation."
            )
        return "Sans part de main-d’œuvre connue pour ce secteur, aucun instrument n’est proposé."

    def _by_hours(self, sized: Sizing) -> tuple[Instrument, str]:
        hours, months = sized.hours.hours, self.months
        shortest = self.figure("planning.minimum_months")
        if hours >= self.minimum and (months is None or months >= shortest):
            enough = f"{french.hours(hours)}, au moins les {french.hours(self.minimum)} utiles dans ce secteur"
            rich = hours >= self.figure("planning.criterion.hours") and sized.labour_share >= self.figure(
                "planning.criterion.labour_share"
            )
            if rich and months is not None and months >= self.figure("planning.criterion.months"):
                return (
                    Instrument.CLAUSE_AND_CRITERION,
                    f"{enough}, sur {months}\u00a0mois et avec beaucoup de main-d’œuvre\u00a0: la clause, et un critère social qui juge l’accompagnement.",
                )
            return Instrument.EXECUTION_CLAUSE, f"{enough}\u00a0: une clause d’exécution a sa place."
        little = (
            f"moins que les {french.hours(self.minimum)} utiles dans ce secteur"
            if hours < self.minimum
            else f"en {months}\u00a0mois, moins que les {french.number(shortest)}\u00a0mois qu’il faut pour recruter"
        )
        long_enough = months is not None and months >= self.figure("planning.criterion_alone.months")
        if (
            long_enough
            and hours >= self.figure("planning.criterion_alone.hours")
            and sized.labour_share >= self.figure("planning.criterion.labour_share")
        ):
            return (
                Instrument.SOCIAL_CRITERION,
                f"{french.hours(hours)}, {little}\u00a0: trop peu pour une clause, assez pour un critère social.",
            )
        return Instrument.NONE, f"{french.hours(hours)}, {little}\u00a0: rien à prévoir, ou regroupez des lots."

    def alternatives(self, chosen: Instrument) -> Iterator[Instrument]:
        """What could also be considered."""
        sector = self.told.sector if self.told else None
        offered = self.potential is not Potential.NONE and self.facts.lots != 1
        if sector and sector.reservable and chosen not in _RESERVED and offered:
            yield Instrument.RESERVED_LOT
        hours = self.sized.hours.hours if self.sized else Decimal(0)
        support = bool(sector and sector.support) and chosen is not Instrument.INSERTION_CONTRACT
        if support and hours >= self.figure("planning.insertion_contract.hours"):
            yield Instrument.INSERTION_CONTRACT
        if self.sized and hours >= self.minimum and chosen in _RESERVED:
            yield Instrument.EXECUTION_CLAUSE


def _at_least_a_clause(instrument: Instrument, why: str, basis: Basis) -> tuple[Instrument, str]:
    """Where a duty asks for an execution condition, nothing less will do."""
    if instrument in {Instrument.NONE, Instrument.SOCIAL_CRITERION}:
        if basis is Basis.OBLIGATION:
            return (
                Instrument.EXECUTION_CLAUSE,
                f"{why} La loi demande pourtant une condition d’exécution sociale\u00a0: inscrivez-en une, ou consignez un motif de dispense.",
            )
        return (
            Instrument.EXECUTION_CLAUSE,
            f"{why} La politique du Département demande pourtant une clause\u00a0: inscrivez-la, regroupée avec d’autres lots si le volume est faible.",
        )
    if instrument in _RESERVED and basis is Basis.OBLIGATION:
        return (
            instrument,
            f"{why} La loi demande aussi une condition d’exécution sociale\u00a0: inscrivez-la dans le marché.",
        )
    return instrument, why


def verdict(facts: VerdictFacts, catalogue: Catalogue) -> Explained[PlanVerdict]:
    """What the line calls for, with its reasons in the order they were weighed. Never raises: what is missing is said in the answer."""
    nature, told = nature_and_sector(facts)
    amount = amount_without_tax(facts, catalogue)
    if amount is None or nature is None or amount == 0:
        return _undecided(facts, nature, told, amount)
    assumed = tuple(_assumptions(facts, nature, told))
    duty, duty_steps, duty_sources = _duty(facts, nature, told, amount, catalogue)
    sized = sizing_of(told, amount, catalogue, facts.consultation) if nature is not ContractObject.SUPPLIES else None
    potential = _potential(facts, catalogue)
    minimum = minimum_hours(told, catalogue, facts.consultation)
    need = _Need(
        facts, nature, told, amount, sized, minimum, potential.result.potential if potential else None, catalogue
    )
    instrument, why = need.instrument()
    basis = Basis.OBLIGATION if duty.statutory else Basis.POLICY if duty.policy else Basis.OPPORTUNITY
    if basis is not Basis.OPPORTUNITY:
        instrument, why = _at_least_a_clause(instrument, why, basis)
    elif instrument is Instrument.NONE:
        basis = Basis.NONE
    reasons = [step.sentence for step in duty_steps]
    reasons += (
        [_told_sentence(told)] if told else ["Secteur\u00a0: aucun n’est reconnu, les heures ne sont pas calculées."]
    )
    reasons += [sized.sentence] if sized else []
    reasons += [step.sentence for step in potential.steps] if potential else []
    reasons += [why, *assumed]
    subjects = (
        _SUBJECTS[instrument] + (("obligation",) if duty.statutory else ()) + (("policy",) if duty.policy else ())
    )
    result = PlanVerdict(
        basis, instrument, nature, told.sector.key if told else "", told.sector.label if told else "",
        sized.hours if sized else None, sized.weeks if sized else None, sized.people if sized else None, minimum if sized else None,
        tuple(reasons), articles_in_force(subjects, facts.consultation), tuple(need.alternatives(instrument)), duty.waivable,
        need.potential, task_ideas(told, facts.text) if basis is not Basis.NONE else (), assumed,
    )  # fmt: skip
    steps = tuple(Step(reason, "") for reason in reasons)
    sources = (
        ORDER,
        *duty_sources,
        *((purchase_sectors.source(),) if told else ()),
        *(sized.sources if sized else ()),
        *(potential.sources if potential else ()),
    )
    return Explained(result, steps, sources)


def _undecided(
    facts: VerdictFacts, nature: ContractObject | None, told: Told | None, amount: Decimal | None
) -> Explained[PlanVerdict]:
    missing = []
    if not amount:
        missing.append("le montant hors taxes")
    if nature is None:
        missing.append("la nature (travaux, services ou fournitures)")
    reason = f"À compléter\u00a0: il manque {' et '.join(missing)} pour donner un verdict."
    sector = told.sector if told else None
    result = PlanVerdict(
        Basis.UNDECIDED, Instrument.NONE, nature, sector.key if sector else "", sector.label if sector else "", None, None, None, None, (reason,), (),
        tasks=task_ideas(told, facts.text),
    )  # fmt: skip
    return Explained(result, (Step(reason, "undecided"),), (ORDER,))


def _assumptions(facts: VerdictFacts, nature: ContractObject, told: Told | None) -> list[str]:
    """What was supposed, each to be confirmed by the person."""
    found = []
    if facts.object is None:
        word = {"works": "travaux", "services": "services", "supplies": "fournitures"}[nature.value]
        found.append(
            f"À confirmer\u00a0: la nature n’est pas écrite, {'l’objet' if told and told.how == 'words' else 'le code CPV'} fait penser à des {word}."
        )
    if facts.tax is Tax.INCLUDED:
        found.append("À confirmer\u00a0: le montant toutes taxes est ramené hors taxes à 20\u00a0%.")
    if facts.duration_months is None:
        found.append("À confirmer\u00a0: la durée n’est pas connue, elle est supposée suffisante.")
    return found


def _told_sentence(told: Told) -> str:
    by = {
        "cpv": f"code CPV {told.by}…",
        "words": f"mot «\u00a0{told.by}\u00a0»",
        "nature": "travaux sans autre précision",
    }[told.how]
    return f"Secteur proposé\u00a0: {told.sector.label.lower()} ({by})."


def _duty(
    facts: VerdictFacts, nature: ContractObject, told: Told | None, amount: Decimal, catalogue: Catalogue
) -> tuple[Obligations, tuple[Step, ...], tuple[Source, ...]]:
    """Law and policy on the day of the consultation; beyond the last thresholds published, on those, and said so."""
    day = facts.consultation
    service = told.sector.service if told and nature is ContractObject.SERVICES else ""
    screening = ScreeningFacts(nature, amount, day, facts.duration_months or 12, facts.buyer, service)
    said: tuple[Step, ...] = ()
    last = _nearest_known(nature, facts, catalogue)
    if last is not None and last != day:
        sentence = f"Les seuils européens au {french.day(day)} ne sont pas connus\u00a0: ceux du {french.day(last)} sont supposés."
        said, screening = (Step(sentence, ""),), replace(screening, consultation_date=last)
    try:
        explained = obligations(screening, catalogue)
    except NoAnswer as unknown:
        nothing = Obligations(statutory=False, policy=False, waivable=(), threshold=_NO_THRESHOLD)
        return nothing, (Step(str(unknown), ""),), ()
    return explained.result, (*said, *explained.steps), explained.sources


def _nearest_known(nature: ContractObject, facts: VerdictFacts, catalogue: Catalogue) -> date | None:
    """The day of the consultation where its threshold is known, else the nearest day for which one is."""
    day = facts.consultation
    spans = [
        (one.valid_from, one.valid_until or date.max) for one in catalogue.history(threshold_key(nature, facts.buyer))
    ]
    return min((min(max(day, start), end) for start, end in spans), key=lambda known: abs(known - day), default=None)


def _potential(facts: VerdictFacts, catalogue: Catalogue) -> Explained[PotentialAnswer] | None:
    supply = facts.supply
    if supply.structures is None:
        return None
    answer = opportunities.potential(supply.structures, supply.dependency, catalogue, facts.consultation)
    where = f" ({supply.place})" if supply.place else ""
    steps = tuple(
        replace(step, sentence=f"Offre locale{where}\u00a0: {step.sentence[0].lower()}{step.sentence[1:]}")
        for step in answer.steps
    )
    return replace(answer, steps=steps)
