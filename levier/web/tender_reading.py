"""A reading as a page shows it: each field with its answer, its sentences and pages, then what is missing and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from levier.foundation.french import HARD, number, typeset
from levier.tender_files.labels import ADVICE, ANSWERS, FAULTS, FIELDS, SCOPES
from levier.tender_files.report import said_criterion, said_hours, said_penalty, said_reservation
from levier.tender_files.values import Consultation, Fault, Reading, Sentence, Status

_CHIPS = {True: ("ok", "Présente"), False: ("line", "Absente"), None: ("wait", "Ne peut être décidé")}
_RESERVED = {
    Status.YES: ("ok", "Réservé"),
    Status.NO: ("line", "Non réservé"),
    Status.UNDETERMINED: ("wait", "Ne peut être décidé"),
}
_KINDS = {
    "notice": "Avis", "CCAP": "CCAP", "RC": "Règlement de la consultation", "AE": "Acte d’engagement", "CCTP": "CCTP",
    "guide": "Guide", "rapport": "Rapport",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of one file. `chip`: kind and word where the answer is one of three."""

    label: str
    said: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    chip: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Lack:
    what: str
    advice: str


class FileView:
    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.name = reading.file
        self.readable = reading.readable
        self.fault = FAULTS[reading.fault] if reading.fault else ""
        self.is_scan = reading.fault in {Fault.SCAN, Fault.NO_TEXT}
        self.kind = _KINDS.get(reading.kind or "", "")
        self.chip = _CHIPS[reading.has_insertion_clause]
        self.answer = ANSWERS[reading.has_insertion_clause]
        self.scope = SCOPES[reading.scope] if reading.scope else ""
        self.blind_pages = ", ".join(map(str, reading.blind_pages))
        self.lacks = lacks(reading.missing)
        self.contradictions = reading.contradictions

    def fields(self) -> Iterator[FieldView]:
        reading = self.reading
        by_field: dict[str, list[Sentence]] = {}
        for sentence in reading.sentences:
            by_field.setdefault(sentence.field, []).append(sentence)
        rows: dict[str, tuple[str, ...]] = {
            "hours": tuple(map(said_hours, reading.hours)),
            "articles": tuple(map(_article, reading.articles)),
            "penalties": tuple(map(said_penalty, reading.penalties)),
            "reservation": (said_reservation(reading.reservation),) if reading.reservation else (),
            "social_criterion": (said_criterion(reading.social_criterion),) if reading.social_criterion else (),
            "publics": reading.publics,
            "modalities": reading.modalities,
            "facilitator": _contact(reading),
            "control_dates": reading.control_dates,
            "proofs": reading.proofs,
            "pooling": ("prévue",) if reading.pooling else (),
        }
        yield FieldView(
            FIELDS["has_insertion_clause"], (self.scope,), tuple(by_field.get("has_insertion_clause", ())), self.chip
        )
        for name, said in rows.items():
            if not said and name not in _ALWAYS:
                continue
            chip = _RESERVED[reading.reservation.status] if name == "reservation" and reading.reservation else None
            yield FieldView(FIELDS[name], said, tuple(by_field.get(name, ())[:_MOST]), chip)

    @property
    def silent(self) -> str:
        """What else the file does not speak of, in one phrase."""
        spoken = {one.field for one in self.reading.sentences}
        return ", ".join(FIELDS[name].lower() for name in _OTHERS if name not in spoken)


_ALWAYS = frozenset({"hours", "articles", "penalties"})
_OTHERS = (
    "reservation", "social_criterion", "publics", "modalities", "facilitator", "control_dates", "proofs", "pooling",
)  # fmt: skip
_MOST = 8
"""Sentences shown for one field: a table of lots has its rows."""


def _article(article: str) -> str:
    return article.replace(" CCP", f"{HARD}code de la commande publique").replace(
        " CMP 2006", f"{HARD}code des marchés publics (abrogé)"
    )


def _contact(reading: Reading) -> tuple[str, ...]:
    one = reading.facilitator
    if one is None:
        return ()
    return tuple(part for part in (one.name, one.contact, one.phone) if part) or ("cité, sans coordonnées",)


def lacks(missing: tuple[str, ...]) -> list[Lack]:
    return [Lack(entry, ADVICE.get(entry, "")) for entry in missing]


@dataclass(frozen=True, slots=True)
class WholeView:
    """The consultation as a whole."""

    readable: bool
    several: bool
    contradictions: tuple[str, ...]
    lacks: list[Lack]
    chip: tuple[str, str]


def view_of(found: Consultation) -> WholeView:
    """Present where one file states it; absent only where every file was read and none leaves it open."""
    answers = {reading.has_insertion_clause for reading in found.readings}
    whole = True if True in answers else None if None in answers else False
    return WholeView(found.readable, len(found.readings) > 1, found.contradictions, lacks(found.missing), _CHIPS[whole])


def difference(found: Consultation, due: Decimal | int | None) -> str:
    """What the file says against what is committed in Levier; nothing where they agree or one is silent."""
    from levier.tender_files.consistency import total_of

    read = [total for reading in found.readings if (total := total_of(reading)) is not None]
    if not due or not read or due in read:
        return ""
    return typeset(
        f"Le dossier dit {number(read[0])} h, les engagements suivis dans Levier {number(due)} h. Vérifiez lequel fait foi."
    )
