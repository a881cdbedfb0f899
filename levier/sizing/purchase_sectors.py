"""The sectors that a purchase may belong to (reference/data/purchase_sectors.toml), told by its CPV code or by its words. Plain Python."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from levier.foundation.explanation import Confidence, Source
from levier.reference.published import DATA
from levier.spreadsheets.words import plain


@dataclass(frozen=True, slots=True)
class Sector:
    """`share`, `rate`, `cost`: keys of reference values, empty when hours are not computed. `service`: that of the Département's policy.
    `nature`: works, services or supplies. `reservable`, `support`, `intellectual`: see the file.
    """

    key: str
    label: str
    nature: str
    share: str = ""
    rate: str = ""
    cost: str = ""
    service: str = ""
    reservable: bool = False
    support: bool = False
    intellectual: bool = False
    generic: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A sector and what told it: `cpv`, `words` or `nature`. `by`: the beginning of the code, or the word."""

    sector: Sector
    how: str
    by: str


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((DATA / "purchase_sectors.toml").read_text(encoding="utf-8"))


@cache
def sectors() -> dict[str, Sector]:
    """Every sector by its key, in the order of the file."""
    return {row["key"]: _sector(row) for row in _table()["sector"]}


def source() -> Source:
    table = _table()
    return Source(
        "Secteur proposé d’après le code CPV ou l’objet",
        table["source"],
        Confidence(table["confidence"]),
        f"purchase_sectors@{table['valid_from']}",
        table["valid_from"],
    )


def _sector(row: dict[str, Any]) -> Sector:
    rate, cost = row.get("rate", ""), row.get("cost", "")
    share = f"labour_share.{row['key']}" if rate else ""
    flags = {name: row.get(name, False) for name in ("reservable", "support", "intellectual", "generic")}
    return Sector(row["key"], row["label"], row["nature"], share, rate, cost, row.get("service", ""), **flags)


@cache
def _words() -> tuple[tuple[re.Pattern[str], str], ...]:
    """One pattern a sector: the beginnings of its words, the longest first; a short one must be the whole word."""
    found = []
    for row in _table()["sector"]:
        stems = sorted(row["words"], key=len, reverse=True)
        whole = [re.escape(stem) + (r"s?\b" if len(stem) <= 4 else "") for stem in stems]
        found.append((re.compile(r"\b(?:" + "|".join(whole) + ")"), row["key"]))
    return tuple(found)


@lru_cache(maxsize=20_000)
def by_cpv(cpv: str) -> Told | None:
    """The sector of the longest beginning known."""
    table = _table()["cpv"]
    for length in range(len(cpv), 1, -1):
        if cpv[:length] in table:
            return Told(sectors()[table[cpv[:length]]], "cpv", cpv[:length])
    return None


@lru_cache(maxsize=20_000)
def by_words(text: str, nature: str = "") -> Told | None:
    """The sector of the longest word found in the text, of the given nature when there is one; a generic one last."""
    bare = plain(text)
    best: Told | None = None
    for pattern, key in _words():
        sector = sectors()[key]
        if nature and sector.nature != nature:
            continue
        found = pattern.search(bare)
        if found and (best is None or (not sector.generic, len(found[0])) > (not best.sector.generic, len(best.by))):
            best = Told(sector, "words", found[0])
    return best


def sector_of(cpv: str, text: str, nature: str = "") -> Told | None:
    """The code first; the words where there is no code, or where it only says `45000000`; works of an unknown trade are building."""
    coded = by_cpv(cpv) if cpv else None
    if coded and nature and nature not in {coded.sector.nature, "supplies"}:
        coded = None
    if coded and (len(coded.by) > 2 or cpv[2:].strip("0")):
        return coded
    worded = by_words(text, nature or (coded.sector.nature if coded else "")) if text else None
    if worded or coded:
        return worded or coded
    return Told(sectors()["building"], "nature", "travaux") if nature == "works" else None
