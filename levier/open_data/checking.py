"""Checking files without a database, and the memory of what a run has already seen."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from levier.open_data.corrections import Corrections
from levier.open_data.labels import file_sentence
from levier.open_data.reading import Reading
from levier.open_data.values import (
    BIT,
    MOST_TOLD,
    Chunk,
    Counts,
    Doubt,
    FileFault,
    FileRefused,
    FileReport,
    Rejection,
    doubts_of,
)

_OTHER_AMOUNT = BIT[Doubt.SAME_IDENTITY_OTHER_AMOUNT]


class Tally:
    """Counts of one file while it is read."""

    def __init__(self) -> None:
        self.read = self.rejected = self.duplicates = self.updated = self.accepted = 0
        self.masks: Counter[int] = Counter()
        self.reasons: Counter[str] = Counter()
        self.further_rows = self.corrected = 0
        self.applied: Counter[int] = Counter()
        self.rejections: list[Rejection] = []

    def refuse(self, chunk: Chunk) -> None:
        self.rejected += len(chunk.rejected)
        for number, reason, _ in chunk.rejected:
            self.reasons[reason] += 1
            if len(self.rejections) < MOST_TOLD:
                place = chunk.offsets.get(number, (-1, 0))
                self.rejections.append(Rejection(number, reason, chunk.lines.get(number, 0), *place))

    def correct(self, places: list[int] | None) -> None:
        if places:
            self.corrected += 1
            self.applied.update(places)

    def counts(self) -> Counts:
        doubts: Counter[str] = Counter()
        for mask, count in self.masks.items():
            for doubt in doubts_of(mask):
                doubts[doubt.value] += count
        return Counts(
            read=self.read,
            accepted=self.accepted,
            rejected=self.rejected,
            duplicates=self.duplicates,
            updated=self.updated,
            warnings=doubts.total(),
            reasons=dict(self.reasons + doubts),
            warning_reasons=dict(doubts),
            further_rows=self.further_rows,
            corrected=self.corrected,
        )


class Memory:
    """Contents and identities of a run. Those of a file are kept apart until it is read to its end."""

    def __init__(self) -> None:
        self._contents: set[bytes] = set()
        self._identities: dict[bytes, int] = {}
        self._new_contents: set[bytes] = set()
        self._new_identities: dict[bytes, int] = {}

    def repeated(self, content: bytes) -> bool:
        """Whether exactly this was read before; it is remembered from now on."""
        if content in self._new_contents or content in self._contents:
            return True
        self._new_contents.add(content)
        return False

    def known(self, identity: bytes, amount: int) -> tuple[bool, bool]:
        """(the contract was read before, in this very file with another amount)."""
        before = self._new_identities.get(identity)
        if before is None:
            self._new_identities[identity] = amount
            return identity in self._identities, False
        return True, before != amount

    def keep(self) -> None:
        """The file was read to its end."""
        if self._contents:
            self._contents |= self._new_contents
            self._identities |= self._new_identities
        else:
            self._contents, self._identities = self._new_contents, self._new_identities
        self.forget()

    def forget(self) -> None:
        self._new_contents, self._new_identities = set(), {}


def count_chunk(chunk: Chunk, tally: Tally, memory: Memory) -> None:
    tally.read += chunk.read
    tally.refuse(chunk)
    for number, content, identity, amount, mask in zip(
        chunk.ordinals, chunk.contents, chunk.identities, chunk.amounts, chunk.masks, strict=True
    ):
        further = chunk.rows_more.get(number, 0) if chunk.rows_more else 0
        tally.further_rows += further
        if memory.repeated(content):
            tally.duplicates += 1 + further
            continue
        known, other_amount = memory.known(identity, amount)
        tally.accepted += 1 + further
        if chunk.corrections:
            tally.correct(chunk.corrections.get(number))
        tally.updated += known
        tally.masks[mask | _OTHER_AMOUNT if other_amount else mask] += 1


def check_files(
    paths: Iterable[Path], *, today: date, processes: int = 2, corrections: Corrections | None = None
) -> Iterator[FileReport]:
    """The report of each file, in order; repeats and updates are told across all of them."""
    memory = Memory()
    for path in paths:
        reading = Reading(path, today, processes=processes, corrections=corrections)
        try:
            tally = _counted(reading, memory)
        except FileRefused as refusal:
            memory.forget()
            yield refused(path, refusal)
            continue
        memory.keep()
        yield told(str(path), tally, reading)


def told(name: str, tally: Tally, reading: Reading) -> FileReport:
    """The report of a file that was read to its end."""
    return FileReport(
        name,
        tally.counts(),
        ignored_sections=reading.ignored,
        rejections=tuple(tally.rejections),
        applied=dict(tally.applied),
    )


def _counted(reading: Reading, memory: Memory) -> Tally:
    tally = Tally()
    for chunk in reading.chunks():
        count_chunk(chunk, tally, memory)
    if not tally.read:
        raise FileRefused(FileFault.NO_RECORD)
    return tally


def refused(path: Path, refusal: FileRefused, *, detail: str = "") -> FileReport:
    sentence = file_sentence(refusal)
    return FileReport(str(path), fault=refusal.fault, message=f"{sentence} ({detail})" if detail else sentence)
