"""One published record made into the facts of a contract, or refused with its reason."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from levier.foundation.identifiers import siret_is_valid
from levier.open_data.corrections import Corrections
from levier.open_data.fields import (
    Amount,
    amount_of,
    buyer_of,
    cpv_of,
    date_of,
    duration_of,
    listed,
    place_of,
    socials_of,
    text_of,
)
from levier.open_data.identity import base_number, canonical, content_hash, exact_number, identity_key, plain
from levier.open_data.shapes import has_dotted_keys, looks_garbled, mended, undotted
from levier.open_data.subcontracts import Act, acts_of
from levier.open_data.values import BIT, AmountFlag, Doubt, Kind, Parsed, Reason, Social

DECODER = msgspec.json.Decoder(float_hook=exact_number)
MARKS_OF_2022 = frozenset(
    [
        "considerationsSociales",
        "ccag",
        "techniques",
        "modalitesExecution",
        "typesPrix",
        "typePrix",
        "actesSousTraitance",
    ]
)
CONCESSION_SECTIONS = frozenset(["contrat-concession", "contrats-concession", "contrats-concessions", "concessions"])
LONGEST_ID = 16
_ID_LENGTH, _HOLDER_UNREADABLE = BIT[Doubt.ID_LENGTH], BIT[Doubt.HOLDER_UNREADABLE]
_PLAIN_FIELDS = ("marcheInnovant", "attributionAvance", "sousTraitanceDeclaree")


class RecordRefused(Exception):  # noqa: N818 - a record is refused; nothing failed
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotJson(Exception):  # noqa: N818 - named as what the bytes are
    """The bytes are no JSON at all, even for a tolerant reader. `utf8` tells whether they are at least UTF-8."""

    def __init__(self, *, utf8: bool) -> None:
        super().__init__()
        self.utf8 = utf8


@dataclass(slots=True)
class Amendment:
    """A modification. `amount` is the new total of the contract, not a difference."""

    number: str
    notified_on: str
    published_on: str
    amount: Decimal | None
    amount_flag: AmountFlag
    duration: int | None
    object: str
    holders: list[dict[str, str]]
    has_amount: bool


@dataclass(slots=True)
class Contract:
    """The facts of one record. Dates are ISO text, empty where none could be read."""

    kind: Kind
    format: str
    buyer: str
    buyer_name: str
    published_id: str
    modification_number: int
    object: str
    nature: str
    procedure: str
    cpv: str
    place_code: str
    place_kind: str
    place_name: str
    place_department: str
    duration: int | None
    notified_on: str
    published_on: str
    initial: Amount
    current: Amount
    social: list[Social]
    holders: list[dict[str, str]]
    amendments: list[Amendment]
    mask: int
    rank: int
    identity: bytes
    acts: list[Act]
    framework: str
    """The id of the framework agreement (accord-cadre) that this contract follows."""
    content: bytes = b""
    corrections: list[int] = field(default_factory=list)
    former: bytes = b""
    """The identity that the record has without its corrections, where they change it."""


def parsed(raw: bytes) -> tuple[Any, bytes, int]:
    """(value, canonical form, doubts) of the text of a record. Raise NotJson where it is none."""
    try:
        value = DECODER.decode(raw)
        form = canonical(value)
    except (ValueError, RecursionError, ArithmeticError, msgspec.MsgspecError):
        return _tolerated(raw)
    mask = 0
    if raw.count(b'"') != form.count(b'"') and _has_twins(raw):
        # Two keys more or less mean four quotes; escapes may differ too, so that the slow way decides.
        mask = BIT[Doubt.DUPLICATE_KEY]
    return (plain(value) if b"\\u0000" in raw else value), form, mask


def _tolerated(raw: bytes) -> tuple[Any, bytes, int]:
    """What a tolerant reader makes of it: NaN, Infinity and half surrogates are met in real files."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise NotJson(utf8=False) from None
    try:
        value = plain(json.loads(text, parse_float=exact_number))
        form = canonical(value)
    except (ValueError, RecursionError, ArithmeticError, msgspec.MsgspecError):
        raise NotJson(utf8=True) from None
    return value, form, BIT[Doubt.NOT_STRICT_JSON] | (BIT[Doubt.DUPLICATE_KEY] if _has_twins(raw) else 0)


def _has_twins(raw: bytes) -> bool:
    """Whether some object has the same key twice (readers keep the last and say nothing)."""
    found = False

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal found
        made = dict(items)
        found = found or len(made) != len(items)
        return made

    json.loads(raw, object_pairs_hook=pairs, parse_float=str, parse_int=str)
    return found


def read_record(raw: bytes, section: str, today: str, corrections: Corrections | None = None) -> Contract:
    """Raise RecordRefused where the record cannot be identified, NotJson where it is broken. `today` is an ISO date."""
    record, form, mask = parsed(raw)
    if type(record) is not dict:
        raise RecordRefused(Reason.NOT_A_RECORD)
    return facts_of(record, form, raw, section, today, mask, corrections)


def read_parsed(item: Parsed, today: str, corrections: Corrections | None = None) -> Contract:
    """The same for a record that came as XML or in a table."""
    value = plain(item.value)
    return facts_of(value, canonical(value), item.raw, item.section, today, item.mask, corrections)


def facts_of(
    record: dict[str, Any],
    form: bytes,
    raw: bytes,
    section: str,
    today: str,
    mask: int,
    corrections: Corrections | None,
) -> Contract:
    """The content of a record is what was published and the corrections it got: corrected anew, it is a new publication."""
    if has_dotted_keys(raw):
        record = undotted(record)
    if looks_garbled(raw):
        record, changed = mended(record)
        mask |= BIT[Doubt.MOJIBAKE] if changed else 0
    applied = corrections.apply(record) if corrections else []
    contract = _facts(record, section, today, mask)
    if corrections and applied:
        contract.corrections = [one.place for one in applied]
        form += b"\0" + canonical([corrections.all[one.place].as_json() for one in applied])
        for one in reversed(applied):
            one.take_back()
        contract.former = _identity_of(record, section, today, contract.identity)
    contract.content = content_hash(form)
    return contract


def _identity_of(record: dict[str, Any], section: str, today: str, now: bytes) -> bytes:
    """The identity of a record as it was published; empty when it is the same as `now`, or when the record had none."""
    try:
        found = _facts(record, section, today, 0).identity
    except RecordRefused:
        return b""
    return b"" if found == now else found


def _facts(record: dict[str, Any], section: str, today: str, mask: int) -> Contract:
    get = record.get
    kind, published_id, buyer, buyer_name, who_mask = _who(record, section)
    concession = kind is Kind.CONCESSION
    text = text_of(get("objet"))
    amount = amount_of(get("valeurGlobale", get("montant")) if concession else get("montant"))
    if not text:
        if amount[1] is AmountFlag.MISSING or amount[1] is AmountFlag.UNREADABLE:
            raise RecordRefused(Reason.NO_OBJECT_NO_AMOUNT)
        mask |= BIT[Doubt.OBJECT_MISSING]
    format_2019 = MARKS_OF_2022.isdisjoint(record)
    holders, holder_mask = _holders(get("concessionnaires" if concession else "titulaires"))
    modifications = get("modifications")
    amendments, amendment_mask = _amendments(modifications) if modifications else (_NONE, 0)
    cpv, cpv_mask = ("", 0) if concession and "codeCPV" not in record else cpv_of(text_of(get("codeCPV")))
    place_code, place_kind, place_name, department, place_mask = _place(get("lieuExecution"), concession=concession)
    duration, duration_mask = duration_of(get("dureeMois"))
    notified, notified_mask = _day(get("dateSignature" if concession else "dateNotification"), today)
    published, published_mask = _day(get("datePublicationDonnees"), today)
    nature, nature_mask = listed("nature", text_of(get("nature")))
    procedure, procedure_mask = listed("procedure", text_of(get("procedure")))
    social: list[Social] = []
    if not format_2019:
        social, social_mask = socials_of(get("considerationsSociales"))
        mask |= social_mask | _only_2022(record)
    acts, act_mask = _NO_ACTS, 0
    if "actesSousTraitance" in record or "modificationsActesSousTraitance" in record:
        acts, act_mask = acts_of(get("actesSousTraitance"), get("modificationsActesSousTraitance"))
    mask |= who_mask | amount[2] | holder_mask | amendment_mask | cpv_mask | place_mask | duration_mask
    mask |= notified_mask | published_mask | nature_mask | procedure_mask | act_mask
    base_id, modification = base_number(published_id, format_2019=format_2019)
    key = identity_key(
        kind, buyer, base_id, cpv, [holder["id"] for holder in holders], text or f"{notified} {amount[0]}"
    )
    rank = _rank(modification, published if published <= today else "", amendments, today)
    return Contract(
        kind, "2019" if format_2019 else "2022", buyer, buyer_name, published_id, modification, text, nature, procedure, cpv,
        place_code, place_kind, place_name, department, duration, notified, published,
        amount, (_last_amount(amendments) or amount) if amendments else amount, social, holders, amendments, mask, rank, key, acts,
        text_of(get("idAccordCadre"))[:100] if "idAccordCadre" in record else "",
    )  # fmt: skip


_NONE: list[Amendment] = []
_NO_ACTS: list[Act] = []


def _rank(modification: int, published: str, amendments: list[Amendment], today: str) -> int:
    """What makes one publication later than another: its modification number, its last date (never a future one), its modifications."""
    for amendment in amendments:
        day = amendment.published_on or amendment.notified_on
        if published < day <= today:
            published = day
    return modification * 10**11 + int(published.replace("-", "") or 0) * 1000 + min(len(amendments), 999)


def _only_2022(record: dict[str, Any]) -> int:
    mask = listed("ccag", text_of(record["ccag"]))[1] if "ccag" in record else 0
    for name in _PLAIN_FIELDS:
        if type(record.get(name)) is str:
            return mask | BIT[Doubt.TEXT_FOR_VALUE]
    return mask


def _who(record: dict[str, Any], section: str) -> tuple[Kind, str, str, str, int]:
    """(kind, id, buyer, its name, doubts): without them nothing can be told of the record."""
    kind, party = _party(record, section)
    name = ""
    if type(party) is dict:
        name = text_of(party.get("nom"))
        party = party.get("id")
    siret = text_of(party or record.get("acheteur.id") or record.get("autoriteConcedante.id"))
    name = name or text_of(record.get("acheteur.nom"))
    published_id = text_of(record.get("id"))
    if not published_id:
        raise RecordRefused(Reason.ID_MISSING)
    siret, mask = buyer_of(siret)
    if mask < 0:
        raise RecordRefused(Reason.BUYER_INVALID if siret else Reason.BUYER_MISSING)
    return kind, published_id, siret, name, mask | (_ID_LENGTH if len(published_id) > LONGEST_ID else 0)


def _party(record: dict[str, Any], section: str) -> tuple[Kind, Any]:
    """Contract or concession, and who concluded it. Publishers fill the other kind's keys with empty text."""
    buyer, grantor = record.get("acheteur"), record.get("autoriteConcedante")
    if section in CONCESSION_SECTIONS:
        return Kind.CONCESSION, grantor or buyer
    if not buyer and "acheteur.id" not in record and (grantor or "autoriteConcedante.id" in record):
        return Kind.CONCESSION, grantor
    return Kind.CONTRACT, buyer or grantor


def _day(value: Any, today: str) -> tuple[str, int]:
    day, mask = date_of(value) if type(value) is str else ("", 0)
    if not day:
        return "", mask or BIT[Doubt.DATE_MISSING]
    return day, BIT[Doubt.DATE_FUTURE] if day > today else 0


def _place(value: Any, *, concession: bool) -> tuple[str, str, str, str, int]:
    if type(value) is not dict:
        return "", "", "", "", 0 if concession and value is None else BIT[Doubt.PLACE_MISSING]
    return _place_told(text_of(value.get("code")), text_of(value.get("typeCode")), text_of(value.get("nom")))


@lru_cache(16384)
def _place_told(code: str, published_kind: str, name: str) -> tuple[str, str, str, str, int]:
    kind, department, mask = place_of(code, published_kind)
    return code[:20], kind, name[:400], department, mask


def _holders(value: Any) -> tuple[list[dict[str, str]], int]:
    """Companies, unwrapped from the nestings met: `[{…}]`, `[{"titulaire": {…}}]`, `{"titulaire": {…}}`, `[[{…}]]`."""
    found: list[dict[str, str]] = []
    mask = 0
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if type(item) is dict:
            inner = item if "id" in item else item.get("titulaire") or item.get("concessionnaire") or item
            if type(inner) is list:
                waiting.append(inner)
                continue
            company, doubts = _company(inner) if type(inner) is dict else (None, _HOLDER_UNREADABLE)
            mask |= doubts
            if company:
                found.append(company)
        elif type(item) is list:
            waiting.extend(item[::-1])
        elif item is not None and item != "":
            mask |= _HOLDER_UNREADABLE
    return found, mask or (0 if found else BIT[Doubt.HOLDER_MISSING])


def _company(item: dict[str, Any]) -> tuple[dict[str, str] | None, int]:
    get = item.get
    return _company_told(text_of(get("id")), text_of(get("typeIdentifiant")), text_of(get("denominationSociale")))


@lru_cache(16384)
def _company_told(number: str, kind: str, name: str) -> tuple[dict[str, str] | None, int]:
    """The answer is shared between records: nothing may write into it."""
    number = number.replace(" ", "")
    if not number and not name:
        return None, _HOLDER_UNREADABLE
    mask = BIT[Doubt.HOLDER_KEY] if kind in {"SIRET", ""} and not siret_is_valid(number) else 0
    return {"id": number, "kind": kind, "name": name}, mask


def _amendments(value: Any) -> tuple[list[Amendment], int]:
    found: list[Amendment] = []
    mask = 0
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(reversed(item))
        elif isinstance(item, dict) and isinstance(item.get("modification"), (dict, list)):
            waiting.append(item["modification"])
        elif isinstance(item, dict) and item:
            amendment, doubts = _amendment(item)
            found.append(amendment)
            mask |= doubts
        else:
            mask |= BIT[Doubt.AMENDMENT_UNREADABLE]
    return found, mask


def _amendment(item: dict[str, Any]) -> tuple[Amendment, int]:
    notified, _ = date_of(text_of(item.get("dateNotificationModification") or item.get("dateSignatureModification")))
    published, _ = date_of(text_of(item.get("datePublicationDonneesModification")))
    given = item.get("montant", item.get("valeurGlobale"))
    amount, flag, _ = amount_of(given)
    mask = BIT[Doubt.AMENDMENT_AMOUNT] if given is not None and flag is not AmountFlag.SOUND else 0
    duration = duration_of(item["dureeMois"])[0] if "dureeMois" in item else None
    holders = _holders(item["titulaires"])[0] if "titulaires" in item else []
    text = text_of(item.get("objetModification"))
    number = text_of(item.get("id"))[:40]
    return Amendment(number, notified, published, amount, flag, duration, text, holders, given is not None), mask


def _last_amount(amendments: list[Amendment]) -> Amount | None:
    """The total said by the last modification that says one: by date, then number, then place in the list."""
    told = [
        (amendment.notified_on, int(amendment.number) if amendment.number.isdecimal() else 0, place)
        for place, amendment in enumerate(amendments)
        if amendment.has_amount
    ]
    if not told:
        return None
    last = amendments[max(told)[2]]
    return last.amount, last.amount_flag, 0
