"""What is read from the essential data of public procurement (données essentielles de la commande publique, DECP): codes and facts."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

MOST_TOLD = 1000
"""Refused records that a report names one by one; all of them are kept by an import."""


class Kind(StrEnum):
    """A contract (marché) or a concession (contrat de concession): two lists of the same publication."""

    CONTRACT = "marche"
    CONCESSION = "concession"


class Reason(StrEnum):
    """Why a record is refused: it cannot be read, or identified, or it is not the record of a contract. Nothing else is a reason."""

    NOT_A_RECORD = "not_a_record"
    ID_MISSING = "id_missing"
    BUYER_MISSING = "buyer_missing"
    BUYER_INVALID = "buyer_invalid"
    NO_OBJECT_NO_AMOUNT = "no_object_no_amount"
    NOT_JSON = "not_json"
    NOT_UTF8 = "not_utf8"
    NOT_XML = "not_xml"
    ROW_SHAPE = "row_shape"


class Doubt(StrEnum):
    """What is strange in a record that is accepted all the same. The order is that of the bits of a mask: add at the end."""

    NOT_STRICT_JSON = "not_strict_json"
    DUPLICATE_KEY = "duplicate_key"
    ID_LENGTH = "id_length"
    BUYER_KEY = "buyer_key"
    BUYER_SIREN_ONLY = "buyer_siren_only"
    OBJECT_MISSING = "object_missing"
    NATURE_UNKNOWN = "nature_unknown"
    PROCEDURE_UNKNOWN = "procedure_unknown"
    CPV_INVALID = "cpv_invalid"
    PLACE_MISSING = "place_missing"
    PLACE_KIND_UNKNOWN = "place_kind_unknown"
    PLACE_CODE_INVALID = "place_code_invalid"
    DURATION_UNREADABLE = "duration_unreadable"
    DURATION_ZERO = "duration_zero"
    DURATION_ABSURD = "duration_absurd"
    DATE_MISSING = "date_missing"
    DATE_IMPOSSIBLE = "date_impossible"
    DATE_FUTURE = "date_future"
    AMOUNT_MISSING = "amount_missing"
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_ZERO = "amount_zero"
    AMOUNT_ONE = "amount_one"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_UNIT_PRICE = "amount_unit_price"
    AMOUNT_PLACEHOLDER = "amount_placeholder"
    AMOUNT_ENORMOUS = "amount_enormous"
    HOLDER_MISSING = "holder_missing"
    HOLDER_UNREADABLE = "holder_unreadable"
    HOLDER_KEY = "holder_key"
    SOCIAL_MISSING = "social_missing"
    SOCIAL_UNKNOWN = "social_unknown"
    SOCIAL_CONTRADICTORY = "social_contradictory"
    CCAG_UNKNOWN = "ccag_unknown"
    TEXT_FOR_VALUE = "text_for_value"
    AMENDMENT_UNREADABLE = "amendment_unreadable"
    AMENDMENT_AMOUNT = "amendment_amount"
    SAME_IDENTITY_OTHER_AMOUNT = "same_identity_other_amount"
    MOJIBAKE = "mojibake"
    CPV_ZERO_LOST = "cpv_zero_lost"
    MARKED_INEXACT = "marked_inexact"
    SUBCONTRACT_UNREADABLE = "subcontract_unreadable"
    SUBCONTRACT_AMOUNT = "subcontract_amount"
    SUBCONTRACT_ORPHAN = "subcontract_orphan"


DOUBTS = tuple(Doubt)
BIT = {doubt: 1 << place for place, doubt in enumerate(DOUBTS)}
"""The mask of a record is the sum of the bits of its doubts: one integer travels between processes instead of a list."""


def doubts_of(mask: int) -> list[Doubt]:
    return [doubt for place, doubt in enumerate(DOUBTS) if mask >> place & 1]


class AmountFlag(StrEnum):
    """Why an amount is left out of sums. SOUND: it is counted."""

    SOUND = ""
    MISSING = "missing"
    UNREADABLE = "unreadable"
    ZERO = "zero"
    ONE = "one"
    NEGATIVE = "negative"
    UNIT_PRICE = "unit_price"
    PLACEHOLDER = "placeholder"
    ENORMOUS = "enormous"


class Social(StrEnum):
    """Social considerations (considérations sociales) of the 2022 format."""

    CLAUSE = "clause"
    CRITERION = "criterion"
    RESERVED = "reserved"
    NONE = "none"


class FileFault(StrEnum):
    """Why a whole file is refused; nothing of it is then written."""

    MISSING = "missing"
    DIRECTORY = "directory"
    FORBIDDEN = "forbidden"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NO_RECORD = "no_record"
    NOT_JSON = "not_json"
    XML_BROKEN = "xml_broken"
    XML_DTD = "xml_dtd"
    XML_ENCODING = "xml_encoding"
    TABLE_BROKEN = "table_broken"
    COMPRESSED = "compressed"
    UTF16 = "utf16"
    ENCODING = "encoding"
    BROKEN = "broken"
    TRUNCATED = "truncated"
    TOO_DEEP = "too_deep"
    TOO_LARGE = "too_large"
    INTERRUPTED = "interrupted"
    DATABASE = "database"


class FileRefused(Exception):  # noqa: N818 - a file is refused; nothing failed
    """The whole file is refused. `record` and `line` count from 1, `offset` counts bytes from 0; 0 or -1: not known."""

    def __init__(self, fault: FileFault, *, record: int = 0, line: int = 0, offset: int = -1) -> None:
        super().__init__(fault.value)
        self.fault, self.record, self.line, self.offset = fault, record, line, offset

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.fault, self.record, self.line, self.offset)


def _again(fault: FileFault, record: int, line: int, offset: int) -> FileRefused:
    return FileRefused(fault, record=record, line=line, offset=offset)


@dataclass(slots=True)
class Parsed:
    """A record that was read from something else than JSON."""

    raw: bytes
    value: dict[str, Any]
    """In the shape of the official JSON schema."""
    mask: int
    section: str
    line: int = 0
    number: int = 0
    """In the file, from 1, where the reader knows it."""
    rows: int = 1
    """Lines of a table that say this one contract."""
    row_texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Rejection:
    """Where a refused record stands. `line` counts from 1; 0: not known. `offset`: the byte where it is broken, from 0, and `size`: the
    bytes that were stepped over; -1 for a record that is only not that of a contract.
    """

    number: int
    reason: str
    line: int = 0
    offset: int = -1
    size: int = 0

    def as_json(self) -> dict[str, object]:
        told: dict[str, object] = {"record": self.number, "reason": self.reason}
        told |= {"line": self.line} if self.line else {}
        return told | ({"byte": self.offset, "bytes_lost": self.size} if self.offset >= 0 else {})


@dataclass(slots=True)
class Chunk:
    """What a slice of a file became. The lists of accepted records go together, in the order of the file."""

    read: int = 0
    ordinals: list[int] = field(default_factory=list)
    """Number of the record in its file, from 1."""
    contents: list[bytes] = field(default_factory=list)
    identities: list[bytes] = field(default_factory=list)
    amounts: list[int] = field(default_factory=list)
    """Checksum of the initial amount, 32 bits: only to see that two records of one identity differ by it."""
    masks: list[int] = field(default_factory=list)
    rejected: list[tuple[int, str, bytes]] = field(default_factory=list)
    """(number of the record, reason, raw text)."""
    rows: list[bytes] = field(default_factory=list)
    """One COPY line a record, where columns were asked for."""
    amendments: list[tuple[bytes, ...]] = field(default_factory=list)
    acts: list[tuple[bytes, ...]] = field(default_factory=list)
    """Acts of subcontracting, one COPY line each."""
    lines: dict[int, int] = field(default_factory=dict)
    """Number of a refused record -> its line in the file."""
    offsets: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Number of a record that is broken -> byte of the file where it is, and how many bytes were stepped over."""
    rows_more: dict[int, int] = field(default_factory=dict)
    """Number of a record -> further lines of the table that say the same contract."""
    corrections: dict[int, list[int]] = field(default_factory=dict)
    """Number of a record -> places of the corrections that were applied to it."""
    former: dict[bytes, bytes] = field(default_factory=dict)
    """Identity of a corrected record -> the one that it was published under, where a correction changes it."""
    fault: "FileRefused | None" = None
    """The first record that is no JSON, or not in UTF-8: what is wrong with the file when all are."""
    wide: bool = False
    """Some record is in UTF-8 and holds more than ASCII."""


@dataclass(slots=True)
class Counts:
    """Of one file, or of a run. read = accepted + rejected + duplicates; updated is a part of accepted."""

    read: int = 0
    accepted: int = 0
    rejected: int = 0
    duplicates: int = 0
    updated: int = 0
    warnings: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    warning_reasons: dict[str, int] = field(default_factory=dict)
    further_rows: int = 0
    """A part of accepted and duplicates: lines of a table that name a further holder of a contract counted by its first line."""
    corrected: int = 0
    """Accepted records to which a correction was applied."""

    def add(self, other: "Counts") -> None:
        for name in ("read", "accepted", "rejected", "duplicates", "updated", "warnings", "further_rows", "corrected"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in ((self.reasons, other.reasons), (self.warning_reasons, other.warning_reasons)):
            for code, count in theirs.items():
                mine[code] = mine.get(code, 0) + count

    def as_json(self) -> dict[str, object]:
        """`reasons` holds refusals and warnings alike; `warning_reasons` the warnings only."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "duplicates": self.duplicates,
            "updated": self.updated,
            "warnings": self.warnings,
            "reasons": dict(sorted(self.reasons.items())),
            "warning_reasons": dict(sorted(self.warning_reasons.items())),
            "further_rows": self.further_rows,
            "corrected": self.corrected,
        }


@dataclass(slots=True)
class FileReport:
    """What became of one file. With a `fault` nothing was kept of it, and its counts are zero."""

    file: str
    counts: Counts = field(default_factory=Counts)
    fault: FileFault | None = None
    message: str = ""
    ignored_sections: tuple[str, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    """The first refused records, MOST_TOLD of them at most."""
    applied: dict[int, int] = field(default_factory=dict)
    """Place of a correction -> accepted records that it was applied to."""

    def as_json(self) -> dict[str, object]:
        out = {"file": self.file, **self.counts.as_json(), "rejections": [one.as_json() for one in self.rejections]}
        if self.ignored_sections:
            out["ignored_sections"] = list(self.ignored_sections)
        if self.fault:
            out |= {"error": self.message, "error_code": self.fault.value}
        return out
