"""Reading trades from what is known of a structure, and what a new description changes. Plain Python."""

from collections.abc import Iterable
from decimal import Decimal

from levier.foundation.identifiers import siret_is_valid
from levier.organisations.values import StructureKind
from levier.supply.values import FIELDS, LENDING, LineRefusal, StructureFacts, Trade

_BY_NAF = (
    ("01", Trade.FARMING), ("02", Trade.GREEN_SPACES), ("10", Trade.CATERING), ("13", Trade.TEXTILE), ("14", Trade.TEXTILE),
    ("15", Trade.TEXTILE), *((str(division), Trade.INDUSTRY) for division in range(16, 34)), ("37", Trade.WASTE), ("38", Trade.WASTE),
    ("39", Trade.WASTE), ("41", Trade.BUILDING), ("42", Trade.ROADWORKS), ("431", Trade.ROADWORKS), ("43", Trade.BUILDING),
    ("4779", Trade.WASTE), ("49", Trade.LOGISTICS), ("52", Trade.LOGISTICS), ("53", Trade.LOGISTICS), ("56", Trade.CATERING),
    ("62", Trade.OFFICE), ("63", Trade.OFFICE), ("78", Trade.LABOUR), ("80", Trade.GUARDING), ("812", Trade.CLEANING),
    ("8130", Trade.GREEN_SPACES), ("82", Trade.OFFICE), ("8292", Trade.INDUSTRY), ("85", Trade.CARE), ("952", Trade.WASTE),
    ("9601", Trade.TEXTILE),
)  # fmt: skip
"""Beginning of a NAF code and the trade it tells; the longest wins. Division 88 (social work, most workshops of insertion) tells of none."""

_BY_WORD = (
    (Trade.BUILDING, ("batiment", "second oeuvre", "gros oeuvre", "peinture", "maconnerie", "plomberie", "electricite", "menuiserie")),
    (Trade.ROADWORKS, ("voirie", "reseaux divers", "vrd", "terrassement")),
    (Trade.GREEN_SPACES, ("espaces verts", "espace vert", "paysag", "jardinage", "milieux naturels", "riviere", "debroussaill")),
    (Trade.CLEANING, ("nettoyage", "proprete", "menage", "entretien de locaux", "entretien des locaux")),
    (Trade.WASTE, ("dechet", "recycl", "reemploi", "ressourcerie", "recyclerie", "tri selectif", "collecte")),
    (Trade.CATERING, ("restauration collective", "traiteur", "cuisine", "restaurant", "alimentaire")),
    (Trade.LOGISTICS, ("demenagement", "logistique", "manutention", "transport", "livraison")),
    (Trade.TEXTILE, ("textile", "couture", "blanchisserie", "repassage", "laverie")),
    (Trade.OFFICE, ("numerisation", "saisie", "secretariat", "informatique", "numerique", "accueil telephonique", "mise sous pli")),
    (Trade.GUARDING, ("gardiennage", "securite privee", "mediation")),
    (Trade.INDUSTRY, ("conditionnement", "sous traitance industrielle", "assemblage", "mecanique")),
    (Trade.FARMING, ("maraich", "agricole", "agriculture")),
)  # fmt: skip
"""Words of a description, without accents, and the trade they tell."""

_BY_SECTOR = {
    "cleaning": Trade.CLEANING, "green_spaces_creation": Trade.GREEN_SPACES, "green_spaces_upkeep": Trade.GREEN_SPACES,
    "green_spaces": Trade.GREEN_SPACES, "earthworks_networks": Trade.ROADWORKS, "road_equipment": Trade.ROADWORKS,
    "guarding": Trade.GUARDING, "social_mediation": Trade.GUARDING, "catering": Trade.CATERING, "food_supplies": Trade.FARMING,
    "waste_collection": Trade.WASTE, "waste": Trade.WASTE, "removals": Trade.LOGISTICS, "transport": Trade.LOGISTICS,
    "secretariat": Trade.OFFICE, "mailing": Trade.OFFICE, "printing": Trade.OFFICE, "laundry": Trade.TEXTILE,
    "textile_supplies": Trade.TEXTILE,
}  # fmt: skip
"""A sector of purchases, or a service of the policy, and the trade that answers it. Sectors that insertion structures do not do by
themselves (asphalt, engineering, computing) answer to none: how many structures there are says nothing of them.
"""
_BUILDING = frozenset({
    "building", "demolition", "electricity", "flooring", "interior_joinery", "exterior_joinery", "interior_painting", "masonry",
    "metal_framing", "plastering", "plumbing_heating", "roofing", "structural_work", "timber_framing",
})  # fmt: skip


def trade_of_sector(sector: str) -> Trade | None:
    """The trade that answers a sector of sizing (`labour_share.…`) or a service of the policy; a trade's own code too."""
    code = sector.removeprefix("labour_share.")
    if code in _BY_SECTOR:
        return _BY_SECTOR[code]
    if code in _BUILDING:
        return Trade.BUILDING
    return Trade(code) if code in {trade.value for trade in Trade} else None


def trades_told(kind: StructureKind, naf: str, plain_text: str) -> tuple[Trade, ...]:
    """Trades read from the activity code and from a text without accents; lending people where the kind does it."""
    found = {trade for trade, words in _BY_WORD if any(word in plain_text for word in words)}
    told = max(((len(start), trade) for start, trade in _BY_NAF if naf.startswith(start)), default=None)
    if told:
        found.add(told[1])
    if kind in LENDING:
        found.add(Trade.LABOUR)
    return tuple(trade for trade in Trade if trade in found)


def refusal_of(siret: str, kind: str, name: str) -> LineRefusal | None:
    """Why a line cannot enter the directory; None when it can."""
    if not siret:
        return LineRefusal.NO_SIRET
    if not siret_is_valid(siret):
        return LineRefusal.SIRET
    if kind not in {known.value for known in StructureKind}:
        return LineRefusal.KIND
    return None if name else LineRefusal.NO_NAME


def differences(known: StructureFacts, said: StructureFacts) -> tuple[str, ...]:
    """Fields that the new description says otherwise; what it does not say changes nothing."""
    return tuple(
        name
        for name in FIELDS
        if (value := getattr(said, name)) not in {None, "", ()} and value != getattr(known, name)
    )


def in_words(value: object) -> str:
    """A field's value as it is compared and kept in a journal."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, str):
        return value
    return ", ".join(str(one) for one in value) if isinstance(value, Iterable) else str(value)
