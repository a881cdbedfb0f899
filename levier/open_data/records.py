"""One published record made into the facts of a contract, or refused with its reason."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from levier.open_data import fields
from levier.open_data.fields import Amount, text_of
from levier.open_data.identity import base_number, canonical, content_hash, exact_number, identity_key, plain
from levier.open_data.values import BIT, AmountFlag, Doubt, Kind, Reason, Social

DECODER = msgspec.json.Decoder(float_hook=exact_number)
MARKS_OF_2022 = ("considerationsSociales", "ccag", "techniques", "modalitesExecution", "typesPrix")
CONCESSION_SECTIONS = frozenset(["contrat-concession", "contrats-concession", "contrats-concessions", "concessions"])
LONGEST_ID = 16
_PLAIN_FIELDS = ("marcheInnovant", "attributionAvance", "sousTraitanceDeclaree")


class RecordRefused(Exception):  # noqa: N818 - a record is refused; nothing failed
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class NotJson(Exception):  # noqa: N818
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
    rank: int = 0
    identity: bytes = b""
    content: bytes = b""
    flags: list[str] = field(default_factory=list)


def parsed(raw: bytes | memoryview) -> tuple[Any, bytes, int]:
    """(value, canonical form, doubts) of the text of a record. Raise NotJson where it is none."""
    try:
        value = DECODER.decode(raw)
        form = canonical(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError, OverflowError):
        return _tolerated(bytes(raw))
    quotes = bytes(raw)
    if quotes.count(b'"') - quotes.count(b'\\"') != form.count(b'"') - form.count(b'\\"') and _has_twins(quotes):
        return value, form, BIT[Doubt.DUPLICATE_KEY]
    return value, form, 0


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


def read_record(raw: bytes | memoryview, section: str, today: str) -> Contract:
    """Raise RecordRefused where the record cannot be identified, NotJson where it is broken. `today` is an ISO date."""
    record, form, mask = parsed(raw)
    if not isinstance(record, dict):
        raise RecordRefused(Reason.NOT_A_RECORD)
    contract = _facts(record, section, today)
    contract.mask |= mask
    contract.content = content_hash(form)
    return contract


def _facts(record: dict[str, Any], section: str, today: str) -> Contract:
    kind, published_id, buyer, buyer_name, mask = _who(record, section)
    concession = kind is Kind.CONCESSION
    text = text_of(record.get("objet"))
    amount = fields.amount_of(
        record.get("valeurGlobale", record.get("montant")) if concession else record.get("montant")
    )
    if not text:
        if amount[1] in {AmountFlag.MISSING, AmountFlag.UNREADABLE}:
            raise RecordRefused(Reason.NO_OBJECT_NO_AMOUNT)
        mask |= BIT[Doubt.OBJECT_MISSING]
    format_2019 = not any(mark in record for mark in MARKS_OF_2022)
    holders, holder_mask = _holders(record.get("concessionnaires" if concession else "titulaires"))
    amendments, amendment_mask = _amendments(record.get("modifications"))
    cpv, cpv_mask = fields.cpv_of(text_of(record.get("codeCPV"))) if not concession or "codeCPV" in record else ("", 0)
    place = _place(record.get("lieuExecution"), concession=concession)
    duration, duration_mask = fields.duration_of(record.get("dureeMois"))
    notified, notified_mask = _day(record.get("dateSignature" if concession else "dateNotification"), today)
    published, published_mask = _day(record.get("datePublicationDonnees"), today)
    social, social_mask = ([], 0) if format_2019 else fields.socials_of(record.get("considerationsSociales"))
    nature, nature_mask = fields.listed("nature", text_of(record.get("nature")))
    procedure, procedure_mask = fields.listed("procedure", text_of(record.get("procedure")))
    if "ccag" in record:
        mask |= fields.listed("ccag", text_of(record["ccag"]))[1]
        if any(isinstance(record.get(name), str) for name in _PLAIN_FIELDS):
            mask |= BIT[Doubt.TEXT_FOR_VALUE]
    mask |= (
        amount[2] | holder_mask | amendment_mask | cpv_mask | place[4] | duration_mask | notified_mask | published_mask
    )
    mask |= social_mask | nature_mask | procedure_mask
    base_id, modification = base_number(published_id, format_2019=format_2019)
    key = identity_key(kind, buyer, base_id, cpv, (holder["id"] for holder in holders), text)
    last = _last_amount(amendments)
    days = [day for amendment in amendments if (day := amendment.published_on or amendment.notified_on) <= today]
    latest = max(days, default="")
    if published <= today:
        latest = max(latest, published)
    return Contract(
        kind, "2019" if format_2019 else "2022", buyer, buyer_name, published_id, modification, text, nature, procedure, cpv,
        *place[:4], duration, notified, published, amount, last or amount, social, holders, amendments, mask,
        rank=modification * 10**11 + int(latest.replace("-", "") or 0) * 1000 + min(len(amendments), 999),
        identity=key,
    )  # fmt: skip


def _who(record: dict[str, Any], section: str) -> tuple[Kind, str, str, str, int]:
    """(kind, id, buyer, its name, doubts): without them nothing can be told of the record."""
    buyer, grantor = record.get("acheteur"), record.get("autoriteConcedante")
    concession = section in CONCESSION_SECTIONS or (
        not buyer and "acheteur.id" not in record and (bool(grantor) or "autoriteConcedante.id" in record)
    )
    party = (grantor or buyer) if concession else (buyer or grantor)
    name = ""
    if isinstance(party, dict):
        name = text_of(party.get("nom"))
        party = party.get("id")
    party = party or record.get("acheteur.id") or record.get("autoriteConcedante.id")
    name = name or text_of(record.get("acheteur.nom"))
    published_id = text_of(record.get("id"))
    if not published_id:
        raise RecordRefused(Reason.ID_MISSING)
    siret = "".join(text_of(party).split())
    if not siret:
        raise RecordRefused(Reason.BUYER_MISSING)
    if not (siret.isascii() and siret.isdigit() and len(siret) in {9, 14}):
        raise RecordRefused(Reason.BUYER_INVALID)
    mask = BIT[Doubt.ID_LENGTH] if len(published_id) > LONGEST_ID else 0
    if len(siret) == 9:
        mask |= BIT[Doubt.BUYER_SIREN_ONLY]
    elif fields.siret_doubt(siret):
        mask |= BIT[Doubt.BUYER_KEY]
    return (Kind.CONCESSION if concession else Kind.CONTRACT), published_id, siret, name, mask


def _day(value: Any, today: str) -> tuple[str, int]:
    day, mask = fields.date_of(value) if isinstance(value, str) else ("", 0)
    if not day and not mask:
        mask = BIT[Doubt.DATE_MISSING]
    return day, mask | BIT[Doubt.DATE_FUTURE] if day > today else mask


def _place(value: Any, *, concession: bool) -> tuple[str, str, str, str, int]:
    if not isinstance(value, dict):
        return "", "", "", "", 0 if concession and value is None else BIT[Doubt.PLACE_MISSING]
    code = text_of(value.get("code"))
    kind, department, mask = fields.place_of(code, text_of(value.get("typeCode")))
    return code[:20], kind, text_of(value.get("nom"))[:400], department, mask


def _holders(value: Any) -> tuple[list[dict[str, str]], int]:
    """Companies, unwrapped from the nestings met: `[{…}]`, `[{"titulaire": {…}}]`, `{"titulaire": {…}}`, `[[{…}]]`."""
    found: list[dict[str, str]] = []
    mask = 0
    waiting = [value]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting[:0] = item
        elif isinstance(item, dict):
            inner = item.get("titulaire", item.get("concessionnaire"))
            if isinstance(inner, (dict, list)) and "id" not in item:
                waiting.insert(0, inner)
                continue
            number, kind = text_of(item.get("id")).replace(" ", ""), text_of(item.get("typeIdentifiant"))
            name = text_of(item.get("denominationSociale"))
            if not number and not name:
                mask |= BIT[Doubt.HOLDER_UNREADABLE]
                continue
            if kind in {"SIRET", ""} and fields.siret_doubt(number):
                mask |= BIT[Doubt.HOLDER_KEY]
            found.append({"id": number, "kind": kind, "name": name})
        elif item is not None and item != "":
            mask |= BIT[Doubt.HOLDER_UNREADABLE]
    return found, mask or (0 if found else BIT[Doubt.HOLDER_MISSING])


def _amendments(value: Any) -> tuple[list[Amendment], int]:
    if not value:
        return [], 0
    found: list[Amendment] = []
    mask = 0
    waiting = [value]
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting[:0] = item
        elif isinstance(item, dict) and isinstance(item.get("modification"), (dict, list)):
            waiting.insert(0, item["modification"])
        elif isinstance(item, dict) and item:
            amendment, doubts = _amendment(item)
            found.append(amendment)
            mask |= doubts
        else:
            mask |= BIT[Doubt.AMENDMENT_UNREADABLE]
    return found, mask


def _amendment(item: dict[str, Any]) -> tuple[Amendment, int]:
    notified, _ = fields.date_of(
        text_of(item.get("dateNotificationModification") or item.get("dateSignatureModification"))
    )
    published, _ = fields.date_of(text_of(item.get("datePublicationDonneesModification")))
    given = item.get("montant", item.get("valeurGlobale"))
    amount, flag, _ = fields.amount_of(given)
    mask = BIT[Doubt.AMENDMENT_AMOUNT] if given is not None and flag is not AmountFlag.SOUND else 0
    duration = fields.duration_of(item["dureeMois"])[0] if "dureeMois" in item else None
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
