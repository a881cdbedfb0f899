"""What a careful reader misses in one file, and where the file contradicts itself or the law in force."""

import re
from collections.abc import Sequence
from decimal import Decimal

from levier.foundation.french import number as written
from levier.tender_files import details, penalties
from levier.tender_files import vocabulary as words
from levier.tender_files.articles import is_social_judgement, repealed_in
from levier.tender_files.criteria import Found, main_list, weights_total
from levier.tender_files.labels import CONTRADICTIONS, MISSING
from levier.tender_files.sentences import Stated
from levier.tender_files.values import Reading, Scope, Status

type Told = tuple[str, tuple[Stated, ...]]
_HUNDRED = Decimal(100)
_PENITENTIARY = "production en établissement pénitentiaire"


def missing_of(reading: Reading, clause: Sequence[Stated], sentences: Sequence[Stated]) -> tuple[str, ...]:
    found: list[str] = []
    if reading.has_insertion_clause is True:
        found += _of_clause(reading, clause)
    elif reading.scope in {Scope.GENERIC, Scope.CONDITIONAL, Scope.UNDECIDED}:
        found += _of_condition(reading)
    found += _of_reservation(reading)
    found += _of_criterion(reading, sentences)
    return tuple(MISSING[code] for code in dict.fromkeys(found))


def _of_clause(reading: Reading, clause: Sequence[Stated]) -> list[str]:
    blank = any((one.formula or "").startswith("nombre") for one in reading.hours)
    legal = any(re.match(r"^(?:L2112-2|L2112-2-1|R2112|art\. 38|art\. 14)", article) for article in reading.articles)
    checks = (
        ("hours_blank", blank), ("hours", not reading.hours), ("publics", not reading.publics), ("modalities", not reading.modalities),
        ("facilitator", reading.facilitator is None),
        ("facilitator_contact", reading.facilitator is not None and not (reading.facilitator.contact or reading.facilitator.phone)),
        ("control", not reading.control_dates and not details.is_controlled(clause)), ("proofs", not reading.proofs),
        ("penalties", not reading.penalties), ("pooling", not reading.pooling), ("legal", not legal),
        ("lots", bool(reading.hours) and all(one.lot == "tous" for one in reading.hours)),
    )  # fmt: skip
    return [code for code, lacks in checks if lacks]


def _of_condition(reading: Reading) -> list[str]:
    legal = any(article.startswith("L2112-2") for article in reading.articles)
    first = "nature" if reading.scope is Scope.GENERIC else "decision"
    return [
        first, *(["hours"] if not reading.hours else []), *(["publics"] if not reading.publics else []), "facilitator",
        *(["penalties"] if not reading.penalties else []), *([] if legal else ["legal"]),
    ]  # fmt: skip


def _of_reservation(reading: Reading) -> list[str]:
    reservation = reading.reservation
    if reservation is None or reservation.status is Status.NO:
        return []
    if reservation.status is Status.UNDETERMINED:
        return ["boxes"]
    found = [] if reservation.articles else ["reservation_article"]
    ess = reservation.beneficiaries == ("entreprises de l’économie sociale et solidaire",)
    return found if reservation.share_told or ess else [*found, "reservation_share"]


def _of_criterion(reading: Reading, sentences: Sequence[Stated]) -> list[str]:
    criterion = reading.social_criterion
    if criterion is None:
        return []
    found = [] if criterion.subcriteria else ["subcriteria"]
    if criterion.weight is None:
        found.append("weight")
    beyond = any(
        re.search(r"au[- ]dela du minimum|minimum", stated.folded) and is_social_judgement(stated)
        for stated in sentences
    )
    if beyond and not reading.hours:
        found.append("minimum")
    elif reading.has_insertion_clause is not True and not reading.hours:
        found.append("criterion_alone")
    return found


def contradictions_of(
    reading: Reading,
    sentences: Sequence[Stated],
    clause: Sequence[Stated],
    criteria: Sequence[Found],
    *,
    opposed: Sequence[Stated],
) -> list[Told]:
    """Each with the sentences it rests on."""
    found: list[Told] = []
    if opposed:
        found.append((CONTRADICTIONS["opposed"], tuple(opposed)))
    found += _sums(reading, sentences)
    found += _notices(reading, sentences)
    found += _rhythms(clause)
    found += _laws(reading, sentences)
    total = weights_total(criteria)
    if total is not None and total != _HUNDRED and 50 <= total <= 150:
        kept = main_list(criteria)
        sums = "+".join(written(one.weight) for one in kept)
        found.append(
            (CONTRADICTIONS["weights"].format(sum=sums, total=written(total)), tuple(one.stated for one in kept))
        )
    return found


def _sums(reading: Reading, sentences: Sequence[Stated]) -> list[Told]:
    totals = [one.hours for one in reading.hours if one.announced_total and one.hours is not None]
    lots = [
        one.hours
        for one in reading.hours
        if one.lot and one.lot[0].isdigit() and one.hours is not None and one.formula != "par an"
    ]
    if not totals or len(lots) < 2 or sum(lots, Decimal(0)) == totals[0]:
        return []
    told = CONTRADICTIONS["sum"].format(total=written(totals[0]), sum=written(sum(lots, Decimal(0))))
    return [(told, tuple(stated for stated in sentences if _says(stated, totals[0]))[:1])]


def _says(stated: Stated, hours: Decimal) -> bool:
    return bool(
        re.search(rf"(?<!\d){int(hours)}(?!\d)", re.sub(r"(?<=\d)[ .](?=\d{3})", "", stated.folded))
        and "heure" in stated.folded
    )


def _notices(reading: Reading, sentences: Sequence[Stated]) -> list[Told]:
    general = penalties.general_notice(sentences)
    own = {one.formal_notice for one in reading.penalties if one.formal_notice is not None}
    if general and (not general[0][0]) in own:
        return [(CONTRADICTIONS["notice" if not general[0][0] else "notice_after"], (general[0][1],))]
    return []


def _rhythms(clause: Sequence[Stated]) -> list[Told]:
    """Two rhythms in one sentence (« chaque trimestre, une attestation mensuelle »), or for one report in two sentences."""
    patterns = {"mensuel": r"mensuel|chaque mois", "trimestriel": r"trimestr", "semestriel": r"semestr"}
    found: list[Told] = []
    seen: dict[str, Stated] = {}
    for stated in clause:
        if words.PENAL.search(stated.folded) or not re.search(
            r"transm|adress|fourni|envoi|communiq|remet", stated.folded
        ):
            continue
        rhythms = [name for name, pattern in patterns.items() if re.search(pattern, stated.folded)]
        if len(rhythms) > 1:
            found.append((CONTRADICTIONS["rhythm"].format(rhythms=" et ".join(rhythms)), (stated,)))
        elif rhythms:
            seen.setdefault(rhythms[0], stated)
    if len(seen) > 1 and not found:
        found.append((CONTRADICTIONS["rhythms"].format(rhythms=" et ".join(seen)), tuple(seen.values())))
    return found


def _laws(reading: Reading, sentences: Sequence[Stated]) -> list[Told]:
    found: list[Told] = []
    told: set[str] = set()
    for stated in sentences:
        for text in repealed_in(stated):
            if text not in told:
                told.add(text)
                found.append((CONTRADICTIONS["repealed"].format(text=text), (stated,)))
        if "R2111-10 CCP" in reading.articles and re.search(r"r\.? ?2111-10", stated.folded) and "r2111" not in told:
            told.add("r2111")
            found.append((CONTRADICTIONS["basis"], (stated,)))
    reservation = reading.reservation
    if (
        reservation is not None
        and reservation.status is Status.YES
        and _PENITENTIARY in reservation.beneficiaries
        and len(reservation.beneficiaries) > 1
    ):
        found.append((CONTRADICTIONS["mixed"], ()))
    return found
