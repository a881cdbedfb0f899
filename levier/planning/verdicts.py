"""Verdicts of many lines at once, with the local supply of each. What it needs of the database is read once."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from levier.foundation import french
from levier.foundation.explanation import Explained
from levier.planning.drafts import verdict_to_json
from levier.planning.needs import nature_and_sector
from levier.planning.rules import verdict
from levier.planning.summary import facts_of
from levier.planning.values import UNKNOWN_SUPPLY, LocalSupply, PlanLine, PlanVerdict
from levier.reference.queries import catalogue
from levier.sizing.purchase_sectors import Told
from levier.supply.labels import TRADES
from levier.supply.queries import SupplyIndex, supply_index
from levier.supply.rules import trade_of_sector
from levier.territories.queries import communes, territories
from levier.territories.search import words


class Places:
    """Communes and territories named in the text of a place."""

    def __init__(self) -> None:
        self._names = {words(one.name): one.code for one in communes() if one.parent is None}
        self._territories = {words(one.short_name): one.number for one in territories()}
        self._longest = max((len(name) for name in self._names), default=1)
        self._read: dict[str, str | int | None] = {}

    def found(self, text: str) -> str | int | None:
        """A commune's code, a territory's number, or None when the text names neither, or several communes."""
        if text not in self._read:
            self._read[text] = self._search(words(text[:200]))
        return self._read[text]

    def _search(self, said: tuple[str, ...]) -> str | int | None:
        if said in self._territories:
            return self._territories[said]
        hits = {
            self._names[part]
            for size in range(1, self._longest + 1)
            for at in range(len(said) - size + 1)
            if (part := said[at : at + size]) in self._names
        }
        return hits.pop() if len(hits) == 1 else None


class Judge:
    """Answers for lines as of one day."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._catalogue = catalogue()
        self._supply: SupplyIndex = supply_index(today)
        self._places = Places()

    def verdicts(self, lines: Iterable[PlanLine]) -> Iterator[dict[str, Any]]:
        """One a line, as JSON."""
        for line in lines:
            found, said = self._one(line)
            yield verdict_to_json(found.result, said, found.sources)

    def _one(self, line: PlanLine) -> tuple[Explained[PlanVerdict], str]:
        """The verdict, and the local supply in a sentence."""
        facts = facts_of(line, self._today)
        _, told = nature_and_sector(facts)
        supply, said = self._local(told, line.place or "")
        return verdict(facts_of(line, self._today, supply), self._catalogue), said

    def _local(self, told: Told | None, place: str) -> tuple[LocalSupply, str]:
        trade = trade_of_sector(told.sector.key) or trade_of_sector(told.sector.service) if told else None
        if trade is None or not self._supply.known:
            return UNKNOWN_SUPPLY, ""
        where = self._places.found(place) if place else None
        found = self._supply.found(trade.value, where)
        near = "dans le territoire du lieu" if where is not None else "dans le département"
        kinds = ", ".join(f"{number} {kind}" for kind, number in found.near.items())
        said = (
            f"{TRADES[trade]}\u00a0: {french.plural(found.structures, 'structure')} {near}{f' ({kinds})' if kinds else ''}, "
            f"{found.everywhere} dans le département."
        )
        return LocalSupply(found.structures, None, near), said
