"""Whether a tender may be published, and whether a contract may be reserved again to a social-economy firm. Plain Python.

CCP L2112-2-1: above the European thresholds a contract has social execution conditions, unless one of four grounds, recorded with its
reasons, sets them aside. CCP L2113-16: contracts reserved to the social economy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from levier.foundation import french
from levier.foundation.explanation import Confidence, Explained, Source, Step
from levier.foundation.objections import Objection
from levier.foundation.periods import add_months
from levier.planning.values import Instrument
from levier.procurement.values import Verdict, WaiverGround


class WaiverScope(StrEnum):
    """What is set aside: the duty of the law, or only the Département's policy."""

    LAW = "law"
    POLICY = "policy"


class TenderRefusal(StrEnum):
    NOT_SCREENED = "not_screened"
    HELD = "held"
    CRITERION_ALONE = "criterion_alone"
    SCREENED_OTHERWISE = "screened_otherwise"
    PUBLISHED = "published"
    NOTHING_TO_WAIVE = "nothing_to_waive"
    GROUND = "ground"
    GROUND_NOT_OPEN = "ground_not_open"
    NO_REASON = "no_reason"
    INSTRUMENT = "instrument"
    NO_ANSWER = "no_answer"
    SIRET = "siret"
    DURATION = "duration"
    TOO_LONG = "reserved_ess_too_long"
    TOO_SOON = "reserved_ess_too_soon"
    RECORDED = "recorded"


CONDITIONS = frozenset({
    Instrument.EXECUTION_CLAUSE, Instrument.CLAUSE_AND_CRITERION, Instrument.FULL_RESERVATION, Instrument.INSERTION_CONTRACT,
})  # fmt: skip
"""Instruments by which the whole contract has a social condition of execution. A criterion alone, or one reserved lot, is none."""


@dataclass(frozen=True, slots=True)
class TenderFacts:
    """What is on file for one tender. `statutory` and `policy`: what its screening answered; `instrument`: the last one chosen."""

    screened: bool
    statutory: bool = False
    policy: bool = False
    instrument: Instrument | None = None
    waived: frozenset[WaiverScope] = frozenset()
    published_on: date | None = None


def holds_publication(facts: TenderFacts) -> Objection | None:
    """Why the tender cannot be published yet; None when it can. The policy never holds a publication: it is the law's effect alone."""
    if facts.published_on is not None:
        return Objection(TenderRefusal.PUBLISHED, "", {"on": french.day(facts.published_on)})
    if not facts.screened:
        return Objection(TenderRefusal.NOT_SCREENED)
    if not facts.statutory or facts.instrument in CONDITIONS or WaiverScope.LAW in facts.waived:
        return None
    partial = facts.instrument in {Instrument.SOCIAL_CRITERION, Instrument.RESERVED_LOT}
    return Objection(TenderRefusal.CRITERION_ALONE if partial else TenderRefusal.HELD)


LAW = Source(
    "Condition d’exécution sociale à partir des seuils européens, sauf motif consigné au dossier",
    "Code de la commande publique, L2112-2-1 (loi n° 2021-1104 du 22 août 2021, art. 35)",
    Confidence.CONFIRMED,
    "tender.publication/1",
)
READING = Source(
    "Un marché réservé en entier et un marché d’insertion tiennent lieu de condition d’exécution ; un critère seul ou un seul lot réservé, non",
    "Lecture de l’article par Levier (décision 50), à confirmer par le service juridique",
    Confidence.UNVERIFIED,
    "tender.publication/1",
)


def publication(facts: TenderFacts) -> Explained[Verdict]:
    """The same as `holds_publication`, in sentences."""
    held = holds_publication(facts)
    if not facts.statutory:
        said = "La loi n’impose rien à ce marché : rien ne retient sa publication."
    elif held is None and facts.instrument in CONDITIONS:
        said = "La loi impose une condition d’exécution sociale : elle est prévue."
    elif held is None:
        said = "La loi impose une condition d’exécution sociale : elle est écartée, motif consigné au dossier."
    else:
        said = "La loi impose une condition d’exécution sociale : ni condition, ni motif de dispense. La publication est retenue."
    objections = (held,) if held is not None else ()
    return Explained(
        Verdict(held is None, objections), (Step(french.typeset(said), str(held is None).lower()),), (LAW, READING)
    )


def objections_to_waiver(
    facts: TenderFacts, scope: WaiverScope, ground: WaiverGround | None, reason: str, waivable: Iterable[str]
) -> tuple[Objection, ...]:
    """A waiver needs a duty, a ground of the list that is open to this contract, and a reason in words."""
    if not facts.screened:
        return (Objection(TenderRefusal.NOT_SCREENED),)
    if not (facts.statutory if scope is WaiverScope.LAW else facts.policy):
        return (Objection(TenderRefusal.NOTHING_TO_WAIVE, "scope"),)
    found = []
    if ground is None:
        found.append(Objection(TenderRefusal.GROUND, "ground"))
    elif scope is WaiverScope.LAW and ground.value not in set(waivable):
        found.append(Objection(TenderRefusal.GROUND_NOT_OPEN, "ground"))
    if len(reason.split()) < 3:
        found.append(Objection(TenderRefusal.NO_REASON, "reason"))
    return tuple(found)


def months_apart(first: date, second: date) -> int:
    """Whole months between two days, whichever comes first: 36 from 1 March 2024 to 1 March 2027, 35 the day before."""
    early, late = min(first, second), max(first, second)
    months = (late.year - early.year) * 12 + late.month - early.month
    return months if add_months(early, months) <= late else months - 1


def nearest_award(awarded_on: date, others: Iterable[date]) -> int | None:
    """Months to the nearest other reserved award of the firm, before or after; None when there is none."""
    return min((months_apart(awarded_on, other) for other in others), default=None)
