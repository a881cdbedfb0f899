"""The words and figures of a certificate, as they stand on paper and on screen. Plain Python: the same sheet feeds both."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from levier.commitments.labels import INSTRUMENTS
from levier.commitments.values import Instrument
from levier.compliance.snapshot import Snapshot
from levier.foundation.french import HARD, THIN, day, hours, month, number
from levier.foundation.periods import PARIS, civil_date
from levier.participants.labels import MODALITIES
from levier.participants.values import Modality

_SMALL = (
    "zéro", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze",
    "quinze", "seize",
)  # fmt: skip
AUTHORITY = "Département des Bouches-du-Rhône"
SERVICE = "Direction de l’insertion"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a sentence; the strong ones are names and figures."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """Lengths are shares (0 to 1, four decimals) of the wider of what is due and what was done. The pivot stands at what is due."""

    accepted: str
    waived: str
    surplus: str
    pivot: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """Every text is ready to print. `why` is empty for an attestation; `replaces` where the certificate replaces none."""

    title: str
    subtitle: str
    authority: str
    service: str
    number: str
    established: str
    lede: tuple[Run, ...]
    accepted: str
    due: str
    bar: Bar
    rows: tuple[Row, ...]
    why: str
    people: str
    followed: str
    mayor: str
    replaces: str
    verify_address: str
    short_code: str
    fingerprint: str
    sealed: str


def sheet_of(
    snapshot: Snapshot,
    *,
    number_label: str,
    code: str,
    fingerprint: bytes,
    sealed_at: datetime,
    address: str,
    replaces: str = "",
) -> Sheet:
    """`address`: public address of the installation, without a final slash. `replaces`: number of the certificate replaced."""
    fulfilled = snapshot.fulfilled
    balance = snapshot.balance
    return Sheet(
        title=title_of(snapshot),
        subtitle="de la clause sociale d’insertion",
        authority=AUTHORITY,
        service=SERVICE,
        number=number_label,
        established=f"{'établie' if fulfilled else 'établi'} le {day(civil_date(sealed_at))}",
        lede=_lede(snapshot),
        accepted=number(balance.accepted),
        due=number(balance.due),
        bar=_bar(snapshot),
        rows=_rows(snapshot),
        why="" if fulfilled else _why(snapshot),
        people=_people(snapshot),
        followed=f"{_followed(snapshot)} {snapshot.agreement}".strip(),
        mayor="Vu, le maire de la commune du chantier" + (f"{HARD}: {snapshot.place}," if snapshot.place else ","),
        replaces=f"Ce document remplace celui qui porte le n°{HARD}{replaces}." if replaces else "",
        verify_address=f"{address.split('://', 1)[-1]}/verifier/",
        short_code=short_code(code),
        fingerprint=grouped(fingerprint.hex()),
        sealed=sealed_words(sealed_at),
    )


def title_of(snapshot: Snapshot) -> str:
    return "Attestation de réalisation" if snapshot.fulfilled else "État de réalisation"


def plain(sheet: Sheet) -> dict[str, object]:
    """The sheet as JSON values, for the typesetter."""
    return dataclasses.asdict(sheet)


def short_code(code: str) -> str:
    """First eight characters of the verification code, as one reads them aloud: 7KQ4-M2XD. The number goes with it."""
    return f"{code[:4]}-{code[4:8]}".upper()


def grouped(text: str) -> str:
    """By four, with ordinary spaces, so that it can wrap."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def spaced_siret(siret: str) -> str:
    """900 000 017 00012."""
    return HARD.join((THIN.join((siret[:3], siret[3:6], siret[6:9])), siret[9:]))


def sealed_words(sealed_at: datetime) -> str:
    local = sealed_at.astimezone(PARIS)
    return f"{local:%d/%m/%Y} à {local:%H:%M:%S}"


def _lede(snapshot: Snapshot) -> tuple[Run, ...]:
    opening = (
        "Le Département atteste que l’entreprise "
        if snapshot.fulfilled
        else "Le Département constate que l’entreprise "
    )
    lot = ""
    if snapshot.lots > 1:
        named = (
            f", {_shortened(snapshot.lot_title, 80)}"
            if snapshot.lot_title and snapshot.lot_title != snapshot.contract_title
            else ""
        )
        lot = f" (lot{HARD}{snapshot.lot_number}{named})"
    ending = ", a rempli son engagement." if snapshot.fulfilled else ", n’a pas encore rempli tout son engagement."
    return (
        Run(opening),
        Run(snapshot.holder.name, strong=True),
        Run(f", SIRET{HARD}{spaced_siret(snapshot.holder.siret)}, titulaire du marché "),
        Run(f"{snapshot.contract_reference}, {_shortened(snapshot.contract_title)}", strong=True),
        Run(f"{lot}, passé par "),
        Run(snapshot.buyer.name, strong=True),
        Run(ending),
    )


def _shortened(title: str, longest: int = 160) -> str:
    """Cut after a word, so that the paper stays on one page; the sealed content keeps the whole."""
    if len(title) <= longest:
        return title
    return title[:longest].rsplit(" ", 1)[0] + "…"


def _rows(snapshot: Snapshot) -> tuple[Row, ...]:
    balance = snapshot.balance
    rows = [
        Row("Heures dues", number(balance.due, 2)),
        Row("Heures acceptées", number(balance.accepted, 2)),
        Row("Heures dispensées", number(balance.waived, 2)),
        Row("Heures pénalisées", number(balance.penalised, 2)),
    ]
    if balance.surplus:
        rows.append(Row("Heures faites en plus", number(balance.surplus, 2)))
    rows.append(Row("Reste à faire", number(balance.outstanding, 2), strong=True))
    return tuple(rows)


def _why(snapshot: Snapshot) -> str:
    balance = snapshot.balance
    return (
        f"Il reste {hours(balance.outstanding)} à faire sur les {hours(balance.due)} dues{HARD}: "
        "ce document constate ce qui est accepté à ce jour et ne vaut pas solde de l’engagement."
    )


def _bar(snapshot: Snapshot) -> Bar:
    balance = snapshot.balance
    scale = max(balance.due, balance.accepted + balance.waived, Decimal("0.01"))
    within = min(balance.accepted, balance.due)
    return Bar(
        accepted=_share(within, scale),
        waived=_share(min(balance.waived, max(balance.due - within, Decimal(0))), scale),
        surplus=_share(balance.accepted - within, scale),
        pivot=_share(balance.due, scale),
        sentence=(
            f"Sur {hours(balance.due)} dues, {hours(balance.accepted)} acceptées, {hours(balance.waived)} dispensées, "
            f"reste {hours(balance.outstanding)}."
        ),
    )


def _share(part: Decimal, scale: Decimal) -> str:
    return f"{part / scale:.4f}"


def _people(snapshot: Snapshot) -> str:
    if snapshot.first_month is None or snapshot.last_month is None or snapshot.people == 0:
        return "Aucune heure d’insertion n’a été acceptée sur ce marché."
    if snapshot.people is None:
        who = "Moins de cinq personnes ont travaillé"
    else:
        who = f"{_in_words(snapshot.people)} personnes ont travaillé"
    return f"{who} sur ce marché {_span(snapshot)}{_modalities(snapshot)}."


def _in_words(count: int) -> str:
    return _SMALL[count].capitalize() if count < len(_SMALL) else number(count)


def _span(snapshot: Snapshot) -> str:
    assert snapshot.first_month is not None
    assert snapshot.last_month is not None
    if snapshot.first_month == snapshot.last_month:
        return f"en {month(snapshot.first_month)}"
    first = month(snapshot.first_month)
    return f"{'d’' if first[0] in 'ao' else 'de '}{first} à {month(snapshot.last_month)}"


def _modalities(snapshot: Snapshot) -> str:
    names = [_inside(MODALITIES[Modality(code)]) for code in snapshot.modalities]
    if not names:
        return ""
    return f" ({', '.join(names)})"


def _inside(label: str) -> str:
    """A label inside a sentence."""
    return label[:1].lower() + label[1:]


def _followed(snapshot: Snapshot) -> str:
    instrument = INSTRUMENTS[Instrument(snapshot.instrument)]
    return (
        f"Engagement pris au titre suivant{HARD}: {_inside(instrument)}. "
        f"Heures vérifiées et acceptées une à une par le facilitateur du territoire {snapshot.territory_number}, "
        f"{snapshot.territory} ({snapshot.facilitator}). "
        f"Mois arrêtés jusqu’à {month(snapshot.sealed_through)} compris."
    )
