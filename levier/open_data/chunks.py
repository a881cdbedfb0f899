"""What becomes of the records of a slice: facts, COPY lines where they are asked for, refusals with their reason and place."""

from collections.abc import Iterable, Iterator
from zlib import crc32

from levier.open_data.copying import act_row, amendment_row, row
from levier.open_data.corrections import Corrections
from levier.open_data.fields import buyer_department
from levier.open_data.records import Contract, NotJson, RecordRefused, read_parsed, read_record
from levier.open_data.slicing import Slice, fault_place
from levier.open_data.values import Chunk, FileFault, FileRefused, Parsed, Reason


def read_slice(piece: Slice, day: str, *, columns: bool, corrections: Corrections | None = None) -> Chunk:
    """Read the records of a slice of JSON.

    A record that is no JSON, or not in UTF-8, is refused alone, with its place; the caller refuses the file where all are.
    """
    chunk = Chunk(wide=not piece.data.isascii())
    if piece.fault is not None:
        chunk.fault = piece.fault
        _refuse(chunk, piece.first, Reason.NOT_JSON, piece.data, piece.fault.line, piece.fault.offset)
        chunk.read = 1
        return chunk
    for place, raw in enumerate(piece.records()):
        number = piece.first + place
        try:
            contract = read_record(raw, piece.section, day, corrections)
        except RecordRefused as refusal:
            _refuse(chunk, number, refusal.reason, raw)
        except NotJson as fault:
            refused = placed(piece, place, utf8=fault.utf8)
            chunk.fault = chunk.fault or refused
            _refuse(
                chunk, number, Reason.NOT_JSON if fault.utf8 else Reason.NOT_UTF8, raw, refused.line, refused.offset
            )
        else:
            _keep(chunk, number, contract, raw, corrections, columns=columns)
    if chunk.fault and chunk.wide:
        chunk.wide = any(not raw.isascii() and _is_utf8(raw) for raw in piece.records())
    chunk.read = len(chunk.ordinals) + len(chunk.rejected)
    return chunk


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refuse(chunk: Chunk, number: int, reason: Reason, raw: bytes, line: int = 0, offset: int = -1) -> None:
    chunk.rejected.append((number, reason.value, raw))
    if line:
        chunk.lines[number] = line
    if offset >= 0:
        chunk.offsets[number] = (offset, len(raw))


def _keep(
    chunk: Chunk,
    number: int,
    contract: Contract,
    raw: bytes,
    corrections: Corrections | None,
    *,
    columns: bool,
    rows: int = 1,
) -> None:
    chunk.ordinals.append(number)
    chunk.contents.append(contract.content)
    chunk.identities.append(contract.identity)
    chunk.amounts.append(crc32(str(contract.initial[0]).encode()))
    chunk.masks.append(contract.mask)
    if rows > 1:
        chunk.rows_more[number] = rows - 1
    applied: list[dict[str, str]] = []
    if corrections and contract.corrections:
        applied = [corrections.all[place].as_json() for place in contract.corrections]
        chunk.corrections[number] = contract.corrections
        if contract.former:
            chunk.former[contract.identity] = contract.former
    if columns:
        chunk.rows.append(row(contract, buyer_department(contract.buyer), raw, applied))
        chunk.amendments.append(tuple(amendment_row(at, item) for at, item in enumerate(contract.amendments, 1)))
        chunk.acts.append(tuple(act_row(at, item) for at, item in enumerate(contract.acts, 1)))


def chunks_of(
    items: Iterable[Parsed],
    refused: list[tuple[int, str, bytes]],
    places: dict[int, tuple[int, int, int]],
    day: str,
    *,
    columns: bool,
    corrections: Corrections | None = None,
    length: int = 3000,
) -> Iterator[Chunk]:
    """The records of a file that is not JSON. `refused`, and `places` (line, byte, size, by number), fill while `items` are drawn; each chunk
    takes what is there.
    """
    chunk = Chunk()
    for place, item in enumerate(items, start=1):
        number = item.number or place
        try:
            contract = read_parsed(item, day, corrections)
        except RecordRefused as refusal:
            for further, text in enumerate(item.row_texts or [None]):
                raw = item.raw if text is None else text.rstrip("\r\n").encode("utf-8", "replace")
                _refuse(chunk, number + further, refusal.reason, raw, item.line)
        else:
            _keep(chunk, number, contract, item.raw, corrections, columns=columns, rows=item.rows)
        if len(chunk.ordinals) + len(chunk.rejected) >= length:
            yield _closed(chunk, refused, places)
            chunk = Chunk()
    yield _closed(chunk, refused, places)


def _closed(chunk: Chunk, refused: list[tuple[int, str, bytes]], places: dict[int, tuple[int, int, int]]) -> Chunk:
    chunk.rejected += refused
    for number, (line, offset, size) in places.items():
        chunk.lines[number], chunk.offsets[number] = line, (offset, size)
    refused.clear()
    places.clear()
    chunk.read = len(chunk.ordinals) + len(chunk.rejected) + sum(chunk.rows_more.values())
    return chunk


def placed(piece: Slice, place: int, *, utf8: bool) -> FileRefused:
    """Where in the file the broken record of that place is: the byte and line of its fault where they can be told."""
    fault = FileFault.BROKEN if utf8 else FileFault.ENCODING
    start, raw = 0, b""
    for at, record in enumerate(piece.records()):
        raw = record
        start = piece.bounds[2 * at] if piece.bounds is not None else piece.data.index(raw, start)
        if at == place:
            break
        start += 0 if piece.bounds is not None else len(raw)
    inside = start + (max(0, fault_place(raw)) if utf8 else _first_foreign_byte(raw))
    line = piece.line + piece.data.count(b"\n", 0, inside)
    return FileRefused(fault, record=piece.first + place, line=line, offset=piece.offset + inside)


def _first_foreign_byte(raw: bytes) -> int:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0
