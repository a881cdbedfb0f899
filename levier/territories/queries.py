"""Who answers for which commune. All of it is public: every reader may see every row."""

from datetime import date

from django.db.models import F, Q

from levier.foundation.objections import NotForYou
from levier.territories.labels import phone_to_dial, phone_to_read, search_sentence
from levier.territories.models import Commune, FacilitatorContact, Perimeter, Territory
from levier.territories.published import home
from levier.territories.rules import Ground, locate, place_kind
from levier.territories.search import find
from levier.territories.values import (
    Belonging,
    CommuneFacts,
    CommuneKind,
    ContactFacts,
    DirectoryEntry,
    Facilitator,
    Location,
    PerimeterConfidence,
    Search,
    TerritoryFacts,
)


def in_force(on: date) -> Q:
    """Rows of a dated table that hold on that day and are still believed."""
    return Q(valid_from__lte=on, replaced_at__isnull=True) & (Q(valid_until__isnull=True) | Q(valid_until__gte=on))


def territories() -> tuple[TerritoryFacts, ...]:
    return tuple(_territory(row) for row in Territory.objects.order_by("number"))


def communes() -> tuple[CommuneFacts, ...]:
    """Every commune and district, in order of code."""
    return tuple(_commune(row) for row in Commune.objects.order_by("code"))


def commune(code: str) -> CommuneFacts:
    """Raise NotForYou when no commune has that INSEE code."""
    row = Commune.objects.filter(code=code).first() if len(code) == 5 and code.isalnum() else None
    if row is None:
        raise NotForYou
    return _commune(row)


def find_communes(text: str) -> Search:
    """Communes that answer a name (accents or not, whole or begun), a postcode or "Marseille 3e"; else a sentence that says why not."""
    search = find(text, communes(), home())
    return Search(search.communes, search.end, search.text, search.look_alikes, search_sentence(search))


def belongings(on: date) -> tuple[Belonging, ...]:
    """Every commune and district with its territory on that day, in two queries."""
    rows = Perimeter.objects.filter(in_force(on)).values_list("commune_id", "territory__number", "confidence")
    known = {code: (number, PerimeterConfidence(level)) for code, number, level in rows}
    return tuple(Belonging(facts, *known.get(facts.code, (None, None))) for facts in communes())


def contacts(on: date) -> dict[int, ContactFacts]:
    """Who to call on that day, by number of territory."""
    rows = FacilitatorContact.objects.filter(in_force(on)).select_related("territory")
    return {row.territory.number: contact_facts(row) for row in rows}


def contact_of(territory_number: int, on: date) -> ContactFacts | None:
    return contacts(on).get(territory_number)


def facilitator_for_commune(code: str, on: date) -> Facilitator | None:
    """The territory of a commune on a day, who to call, and how it is known. None: no perimeter holds it on that day.

    `to_confirm` on the answer means a supposition: show it as such, never assign by it. Raise NotForYou for an unknown code.
    """
    facts = commune(code)
    row = Perimeter.objects.filter(in_force(on), commune_id=facts.code).select_related("territory").first()
    if row is None:
        return None
    return Facilitator(
        facts,
        _territory(row.territory),
        contact_of(row.territory.number, on),
        PerimeterConfidence(row.confidence),
        row.source,
    )


def proposals_for_place(place_code: str, place_kind_text: str, on: date, place_name: str = "") -> Location:
    """What a published place of execution says of its facilitator (labels.location_sentence puts it in words).

    `place_kind_text`: as the open data writes it (`Code postal`…) or a PlaceKind. `on`: the day the perimeters are asked
    about, usually today, since the facilitator of today follows the contract.
    """
    ground = ground_on(on)
    return locate(place_code, place_kind(place_kind_text), place_name, ground)


def ground_on(on: date) -> Ground:
    """All that `rules.locate` needs, in three queries: read it once to locate many places."""
    return Ground(belongings(on), tuple(Territory.objects.values_list("number", flat=True)), home())


def directory(on: date) -> tuple[DirectoryEntry, ...]:
    """The list that says the same as the map: each territory, who to call, its communes by name, and those to be confirmed."""
    calls = contacts(on)
    known = sorted(belongings(on), key=lambda one: one.commune.code)
    return tuple(
        DirectoryEntry(
            territory,
            calls.get(territory.number),
            tuple(
                b.commune
                for b in known
                if b.territory == territory.number and not b.to_confirm and not b.commune.parent
            ),
            tuple(b.commune for b in known if b.territory == territory.number and b.to_confirm),
        )
        for territory in territories()
    )


def contact_history(territory_number: int) -> tuple[FacilitatorContact, ...]:
    """Every row there ever was, the latest first, those replaced by a correction included."""
    return tuple(
        FacilitatorContact.objects.filter(territory__number=territory_number)
        .select_related("territory")
        .order_by("-valid_from", F("replaced_at").desc(nulls_first=True))
    )


def perimeter_history(code: str) -> tuple[Perimeter, ...]:
    """Every row there ever was for a commune, the latest first, those replaced by a correction included."""
    return tuple(
        Perimeter.objects.filter(commune_id=code)
        .select_related("territory", "commune")
        .order_by("-valid_from", F("replaced_at").desc(nulls_first=True))
    )


def contact_facts(row: FacilitatorContact) -> ContactFacts:
    return ContactFacts(
        territory=row.territory.number,
        structure=row.structure,
        person=row.person,
        phone=row.phone,
        email=row.email,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        source=row.source,
        confidence=row.confidence,
        phone_to_read=phone_to_read(row.phone),
        phone_to_dial=phone_to_dial(row.phone),
    )


def _territory(row: Territory) -> TerritoryFacts:
    return TerritoryFacts(row.number, row.name, row.short_name, row.colour)


def _commune(row: Commune) -> CommuneFacts:
    return CommuneFacts(
        code=row.code,
        name=row.name,
        kind=CommuneKind(row.kind),
        postcodes=tuple(row.postcodes),
        population=row.population,
        parent=row.parent_id,
        departement=row.departement,
        longitude=row.longitude,
        latitude=row.latitude,
    )
