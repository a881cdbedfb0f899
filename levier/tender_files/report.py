"""A reading as JSON for programs, and as French text for a person at a terminal."""

from decimal import Decimal
from typing import Any

from levier.foundation.french import HARD, number
from levier.tender_files.labels import ANSWERS, FAULTS, FIELDS, SCOPES, STATUSES
from levier.tender_files.values import Consultation, Contact, Criterion, Hours, Penalty, Reading, Reservation


def as_json(consultation: Consultation) -> dict[str, Any]:
    return {
        "files": [_file(reading) for reading in consultation.readings],
        "contradictions": list(consultation.contradictions),
        "missing": list(consultation.missing),
    }


def _figure(value: Decimal | None) -> int | float | None:
    """Whole where it is whole. JSON has no exact decimals; none of these has more than four places."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _file(reading: Reading) -> dict[str, Any]:
    return {
        "file": reading.file,
        "readable": reading.readable,
        "message": FAULTS[reading.fault] if reading.fault else None,
        "kind": reading.kind,
        "pages": reading.pages,
        "pages_without_text": list(reading.blind_pages),
        "has_insertion_clause": reading.has_insertion_clause,
        "has_social_condition": reading.has_social_condition,
        "clause_scope": reading.scope.value if reading.scope else None,
        "hours": [
            {"lot": int(one.lot) if one.lot and one.lot.isdecimal() else one.lot, "hours": _figure(one.hours), "formula": one.formula}
            for one in reading.hours
        ],
        "articles": list(reading.articles),
        "penalties": [
            {"what": one.what, "amount": _figure(one.amount), "unit": one.unit, "formal_notice": one.formal_notice}
            for one in reading.penalties
        ],
        "reservation": _reservation(reading.reservation),
        "social_criterion": _criterion(reading.social_criterion),
        "award_criteria": [{"name": one.name, "weight": one.weight} for one in reading.award_criteria],
        "publics": list(reading.publics),
        "facilitator": _contact(reading.facilitator),
        "modalities": list(reading.modalities),
        "control_dates": list(reading.control_dates),
        "proofs": list(reading.proofs),
        "pooling": reading.pooling if reading.has_insertion_clause else None,
        "missing": list(reading.missing),
        "contradictions": list(reading.contradictions),
        "sentences": [{"field": one.field, "text": one.text, "page": one.page} for one in reading.sentences],
    }  # fmt: skip


def _reservation(one: Reservation | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "status": one.status.value,
        "articles": list(one.articles),
        "beneficiaries": list(one.beneficiaries),
        "lot": int(one.lot) if one.lot and one.lot.isdecimal() else one.lot,
    }


def _criterion(one: Criterion | None) -> dict[str, Any] | None:
    return None if one is None else {"name": one.name, "weight": one.weight, "subcriteria": list(one.subcriteria)}


def _contact(one: Contact | None) -> dict[str, Any] | None:
    return None if one is None else {"name": one.name, "contact": one.contact, "phone": one.phone}


def said_hours(one: Hours) -> str:
    lot = {None: "", "unique": "", "tous": "tous lots : ", "total annoncé": "total annoncé : "}.get(
        one.lot, f"lot {one.lot} : "
    )
    count = f"{number(one.hours)}{HARD}h" if one.hours is not None else ""
    if count and one.formula:
        count += f" {one.formula}" if one.formula == "par an" else f" ({one.formula})"
    return (lot + (count or one.formula or "")).replace(" :", f"{HARD}:")


def said_penalty(one: Penalty) -> str:
    notice = {True: ", après mise en demeure", False: ", sans mise en demeure", None: ", mise en demeure non précisée"}[
        one.formal_notice
    ]
    unit = one.unit.replace("EUR (forfait)", "€ (forfait)").replace("EUR/", "€ par ")
    return f"{one.what}{HARD}: {number(one.amount)}{HARD}{unit}{notice}"


def said_reservation(one: Reservation) -> str:
    parts = [STATUSES[one.status]]
    if one.lot:
        parts.append(f"lot {one.lot}")
    return ", ".join([*parts, *one.beneficiaries, *one.articles])


def said_criterion(one: Criterion) -> str:
    weight = f" ({one.weight})" if one.weight else ""
    parts = f"{HARD}: {' ; '.join(one.subcriteria)}" if one.subcriteria else ""
    return (one.name + weight + parts).replace(" ;", f"{HARD};")


def as_text(consultation: Consultation) -> str:
    lines: list[str] = []
    for reading in consultation.readings:
        lines += [*_text(reading), ""]
    if len(consultation.readings) > 1 and consultation.missing:
        lines += ["Ce qu’aucun fichier ne dit", *(f"  - {entry}" for entry in consultation.missing), ""]
    if consultation.contradictions:
        lines += ["Contradictions", *(f"  - {sentence}" for sentence in consultation.contradictions), ""]
    elif consultation.readable:
        lines += ["Aucune contradiction relevée.", ""]
    return "\n".join(lines).rstrip()


def _text(reading: Reading) -> list[str]:
    if reading.fault is not None:
        return [reading.file, f"  Illisible{HARD}: {FAULTS[reading.fault]}"]
    scope = SCOPES[reading.scope] if reading.scope else ""
    rows: list[tuple[str, str]] = [
        (FIELDS["has_insertion_clause"], f"{ANSWERS[reading.has_insertion_clause]} ({scope})")
    ]
    rows += [(FIELDS["hours"], said_hours(one)) for one in reading.hours]
    rows += [(FIELDS["articles"], ", ".join(reading.articles))] if reading.articles else []
    rows += [(FIELDS["penalties"], said_penalty(one)) for one in reading.penalties]
    rows += [(FIELDS["reservation"], said_reservation(reading.reservation))] if reading.reservation else []
    rows += [(FIELDS["social_criterion"], said_criterion(reading.social_criterion))] if reading.social_criterion else []
    rows += [("Il manque", entry) for entry in reading.missing]
    if reading.blind_pages:
        rows.append(("Pages en image", ", ".join(map(str, reading.blind_pages))))
    lines = [reading.file, *(f"  {label:<20} {value}" for label, value in rows)]
    lines += [
        f"    « {one.text} »{f' (p. {one.page})' if one.page else ''} [{FIELDS.get(one.field, one.field)}]"
        for one in reading.sentences
    ]
    return lines
