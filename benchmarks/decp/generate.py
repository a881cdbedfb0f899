"""A file of essential data as large as wanted, made by repeating and varying the real records of ../shared/data/decp.

    python benchmarks/decp/generate.py COUNT FILE [--seed 1]

Records are written in rounds. A round repeats every real record with ids of its own, so that what shared an id still shares it
(one real id covers 47 lots); amounts vary. A part of each round is published again: as it was, or with a modification more.
"""

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "decp"
RECENT = 3
"""Rounds repeat the records of the 2022 format this many times for one of the 2019 format: today's publications are of 2022."""
REPEATED, REPUBLISHED = 0.02, 0.03
"""Part of the records of a round that come again unchanged, and with a modification and a new amount."""
ID, AMOUNT = "@id@", 987654321012
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
OPENING, CLOSING = b'{"marches":{"marche":[\n', b"\n]}}\n"


def real_records() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Contracts of the 2019 and of the 2022 format; snapshots and overlapping feeds once."""
    names = ["marches-publics.info_2019-03-07.json", "e-marchespublics_2019-04-03.json"]
    old = [record for name in names for record in json.loads((SHARED / "2019-format" / name).read_bytes())["marches"]]
    new = [
        record
        for path in sorted((SHARED / "2022-format").glob("dem*.json"))
        for record in json.loads(path.read_bytes())["marches"]["marche"]
    ]
    return [record for record in old if "acheteur" in record], new


def templates() -> list[tuple[bytes, bytes, str, float]]:
    """(text to fill in, the same with a modification more, id, amount) of each real record."""
    found = []
    old, new = real_records()
    recent = len(new)
    for place, record in [*((0, record) for record in old), *enumerate(new * RECENT)]:
        amount, identifier = record.get("montant"), str(record["id"])
        again = identifier[:4] + "abc"[place // recent] + identifier[4:] if "ccag" in record else identifier
        varied = {**record, "id": ID, "montant": AMOUNT}
        modification = {
            "id": 9, "dateNotificationModification": "2025-03-01", "datePublicationDonneesModification": "2025-03-02",
            "montant": AMOUNT + 1,
        }  # fmt: skip
        modified = {**varied, "modifications": [*(record.get("modifications") or []), {"modification": modification}]}
        ascii_only = "ccag" in record
        texts = [json.dumps(each, ensure_ascii=ascii_only).encode() for each in (varied, modified)]
        found.append((texts[0], texts[1], again, float(amount) if isinstance(amount, (int, float)) else 0.0))
    return found


def records(count: int, seed: int) -> Iterator[bytes]:
    random_ = random.Random(seed)
    base = templates()
    written = turn = 0
    while written < count:
        turn += 1
        later: list[bytes] = []
        for text, modified, identifier, amount in base:
            value = round(amount * random_.uniform(0.7, 1.4), 2) if amount > 100 else amount
            name = f"{identifier[:4]}{_LETTERS[turn // 36 % 36]}{_LETTERS[turn % 36]}{identifier[4:]}".encode()

            def filled(template: bytes, name: bytes = name, value: float = value) -> bytes:
                template = template.replace(b'"@id@"', b'"%s"' % name)
                template = template.replace(b"987654321012", b"%.2f" % value)
                return template.replace(b"987654321013", b"%.2f" % (value * 1.1))

            yield filled(text)
            draw = random_.random()
            if draw < REPEATED:
                later.append(filled(text))
            elif draw < REPEATED + REPUBLISHED:
                later.append(filled(modified))
            written += 1
            if written >= count:
                return
        for again in later:
            yield again
            written += 1
            if written >= count:
                return


def write(path: Path, count: int, seed: int = 1) -> int:
    """Write the file; its size in bytes."""
    with path.open("wb") as stream:
        stream.write(OPENING)
        for place, record in enumerate(records(count, seed)):
            stream.write(record if place == 0 else b",\n" + record)
        stream.write(CLOSING)
    return path.stat().st_size


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write a large file of essential data made of varied real records.")
    parser.add_argument("count", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(write(options.file, options.count, options.seed), "bytes")
