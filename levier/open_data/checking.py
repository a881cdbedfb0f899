"""Checking files without a database, and the memory of what a run has already seen."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from levier.open_data.labels import file_sentence
from levier.open_data.reading import Reading
from levier.open_data.values import BIT, Chunk, Counts, Doubt, FileFault, FileRefused, FileReport, doubts_of

_OTHER_AMOUNT = BIT[Doubt.SAME_IDENTITY_OTHER_AMOUNT]


class Tally:
    """Counts of one file while it is read."""

    def __init__(self) -> None:
        self.read = self.rejected = self.duplicates = self.updated = self.accepted = 0
        self.masks: Counter[int] = Counter()
        self.reasons: Counter[str] = Counter()

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
    tally.rejected += len(chunk.rejected)
    for _, reason, _ in chunk.rejected:
        tally.reasons[reason] += 1
    for content, identity, amount, mask in zip(
        chunk.contents, chunk.identities, chunk.amounts, chunk.masks, strict=True
    ):
        if memory.repeated(content):
            tally.duplicates += 1
            continue
        known, other_amount = memory.known(identity, amount)
        tally.accepted += 1
        tally.updated += known
        tally.masks[mask | _OTHER_AMOUNT if other_amount else mask] += 1


def check_files(paths: Iterable[Path], *, today: date, processes: int = 2) -> Iterator[FileReport]:
    """The report of each file, in order; repeats and updates are told across all of them."""
    memory = Memory()
    for path in paths:
        reading = Reading(path, today, processes=processes)
        try:
            counts = _counted(reading, memory)
        except FileRefused as refusal:
            memory.forget()
            yield refused(path, refusal)
            continue
        memory.keep()
        yield FileReport(str(path), counts, ignored_sections=reading.ignored)


def _counted(reading: Reading, memory: Memory) -> Counts:
    tally = Tally()
    for chunk in reading.chunks():
        count_chunk(chunk, tally, memory)
    if not tally.read:
        raise FileRefused(FileFault.NO_RECORD)
    return tally.counts()


def refused(path: Path, refusal: FileRefused, *, detail: str = "") -> FileReport:
    sentence = file_sentence(refusal)
    return FileReport(str(path), fault=refusal.fault, message=f"{sentence} ({detail})" if detail else sentence)
