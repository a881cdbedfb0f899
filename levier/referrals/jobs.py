"""The trades a position may be opened for (reference/data/rome_jobs.toml), and the sector by which each is gathered. Plain Python."""

import tomllib
from dataclasses import dataclass
from functools import cache

from levier.reference.published import DATA
from levier.sizing.purchase_sectors import by_cpv, by_words, sectors


@dataclass(frozen=True, slots=True)
class Job:
    """A trade of the ROME. `words`: other names by which people search it."""

    code: str
    label: str
    sector: str
    words: str = ""


@cache
def jobs() -> dict[str, Job]:
    rows = tomllib.loads((DATA / "rome_jobs.toml").read_text(encoding="utf-8"))["job"]
    return {row["code"]: Job(row["code"], row["label"], row["sector"], row.get("words", "")) for row in rows}


def sector_of_job(code: str, cpv: str = "") -> str:
    """The sector of a trade; where the code is not of the list, that of the contract's CPV code; empty when neither tells."""
    known = jobs().get(code)
    return known.sector if known else sector_of_purchase(cpv)


def sector_of_purchase(cpv: str, text: str = "") -> str:
    """The sector that a CPV code or an object tells; empty when neither does."""
    told = (by_cpv(cpv) if cpv else None) or (by_words(text) if text else None)
    return told.sector.key if told else ""


def sector_label(key: str) -> str:
    known = sectors().get(key)
    return known.label if known else "Métier à préciser"
