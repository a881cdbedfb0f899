"""Which commune of the perimeters a written address lies in."""

from levier.supply.values import StructureFacts
from levier.territories.queries import communes
from levier.territories.search import words
from levier.territories.values import CommuneFacts, CommuneKind


class Places:
    """Communes by postcode and name, read once for many addresses."""

    def __init__(self) -> None:
        self._by_postcode: dict[str, list[CommuneFacts]] = {}
        self._by_name: dict[tuple[str, ...], CommuneFacts] = {}
        for one in communes():
            for postcode in one.postcodes:
                self._by_postcode.setdefault(postcode, []).append(one)
            self._by_name[words(one.name)] = one

    def commune_of(self, facts: StructureFacts) -> str | None:
        """Its INSEE code; None outside of the perimeters. A district of Marseille goes before the city, a name before a postcode."""
        served = self._by_postcode.get(facts.postcode, [])
        districts = [one for one in served if one.kind is CommuneKind.ARRONDISSEMENT]
        if districts:
            return districts[0].code
        named = words(facts.city)
        same = [one for one in served if words(one.name) == named]
        if same:
            return same[0].code
        if len(served) == 1:
            return served[0].code
        known = self._by_name.get(named)
        return known.code if known is not None and known.departement == facts.departement else None
