"""Fictitious companies, people and accounts. SIREN numbers begin with 9 000: none was ever given."""

from levier.accounts.values import Role
from levier.foundation.identifiers import luhn

BUYER_SIRET = "22130001500247"
BUYER_NAME = "Département des Bouches-du-Rhône"

# name: trades it holds contracts in
COMPANY_TRADES: dict[str, tuple[str, ...]] = {
    "Bâti Sud Provence": ("building",), "Étang Travaux Publics": ("roads", "structures"), "Garrigue Paysages": ("green",),
    "Calanque Rénovation": ("building", "painting"), "Mistral Propreté": ("cleaning",), "Alpilles Menuiserie": ("joinery",),
    "Lumière du Sud": ("electricity",), "Crau Terrassement": ("roads",), "Sainte-Victoire Peinture": ("painting",),
    "Camargue Voirie": ("roads", "asphalt"), "Côte Bleue Étanchéité": ("roofing",), "Garlaban Électricité": ("electricity",),
    "Luberon Charpente": ("roofing", "joinery"), "Phocéa Nettoyage": ("cleaning",), "Provence Sécurité Privée": ("guarding",),
    "Tramontane Génie Civil": ("structures", "roads"), "Cigale Espaces Verts": ("green",), "Baronnies Plomberie": ("plumbing",),
    "Sainte-Baume Bâtiment": ("building",), "Rove Restauration": ("catering",), "Arbois Informatique": ("computing",),
    "Berre Déménagement": ("removals", "vehicles"), "Trévaresse Toiture": ("roofing",), "Nerthe Démolition": ("building", "structures"),
    "Estaque Gardiennage": ("guarding",), "Vallon Ingénierie": ("studies",), "Montagnette Bois": ("joinery", "furniture"),
    "Vigueirat Canalisations": ("roads", "plumbing"), "Huveaune Façades": ("building", "painting"),
    "Lavandin Services": ("waste", "training", "medical"),
}  # fmt: skip
COMPANIES = tuple(COMPANY_TRADES)
STRUCTURES = (("Relais Insertion 13", "ETTI"), ("Chantiers du Pays d’Aix", "ACI"), ("GEIQ BTP Provence fictif", "GEIQ"))

LAST_NAMES = (
    "Belkacem", "Arnoux", "Diarra", "Mercadal", "Hamadi", "Vial", "Zerrouk", "Marin", "Caron", "Nguyen", "Pastor", "Olive",
    "Benali", "Rousset", "Traoré", "Giraud", "Lopez", "Blanc", "Cissé", "Imbert", "Mattei", "Saïdi", "Fabre", "Kone",
    "Martinez", "Roux", "Ahamada", "Bianchi", "Pellegrin", "Touré", "Haddad", "Jourdan", "Silva", "Bonnet", "Camara",
)  # fmt: skip
FIRST_NAMES = (
    "Samira", "Kevin", "Fatou", "Loïc", "Idriss", "Océane", "Bilal", "Chloé", "Hugo", "Linh", "Manon", "Yanis", "Aïcha",
    "Théo", "Mariam", "Lucas", "Inès", "Mehdi", "Sarah", "Dylan", "Nora", "Enzo", "Awa", "Jules", "Soraya", "Rayan",
)  # fmt: skip
JOBS: dict[str, tuple[tuple[str, str], ...]] = {
    "building": (("F1703", "Aide-maçon"), ("F1704", "Manœuvre du bâtiment"), ("F1701", "Aide-coffreur")),
    "roads": (("F1702", "Ouvrier de voirie"), ("F1704", "Manœuvre de travaux publics")),
    "structures": (("F1701", "Aide-coffreur bancheur"), ("F1704", "Manœuvre de travaux publics")),
    "green": (("A1203", "Ouvrier paysagiste"),),
    "painting": (("F1606", "Peintre en bâtiment"), ("F1601", "Aide-plaquiste")),
    "electricity": (("F1602", "Aide-électricien"),),
    "joinery": (("F1607", "Aide-menuisier poseur"),),
    "roofing": (("F1610", "Aide-couvreur"), ("F1613", "Aide-étancheur")),
    "plumbing": (("F1603", "Aide-plombier"),),
    "cleaning": (("K2204", "Agent de propreté"),),
    "guarding": (("K2503", "Agent de sécurité"),),
    "catering": (("G1603", "Employé de restauration collective"),),
    "computing": (("I1401", "Technicien d’assistance informatique"),),
    "removals": (("N1102", "Déménageur"),),
    "waste": (("K2303", "Agent de collecte"),),
    "training": (("M1607", "Agent administratif"),),
}


def jobs_of(company: str) -> tuple[tuple[str, str], ...]:
    """What people are hired for there."""
    return JOBS.get(COMPANY_TRADES.get(company, ("",))[0], (("K2204", "Agent d’entretien"),))


MISSION = ("mission@demo.test", "Claire Vasseur", Role.MISSION)
PRESCRIBER = ("prescripteur4@demo.test", "Leïla Moreau")
PRESCRIBER_TERRITORY = 4
PRESCRIBER_BODY = "Mission locale du Pays d’Aix (fictive)"
STRUCTURE = (5100, "Intérim Garlaban Insertion")
"""Number of its fictitious SIRET, and name: the ETTI whose people work for companies of territory 4."""
BUYER = ("acheteur@demo.test", "Paul Estève", Role.BUYER)


def company_siret(rank: int) -> str:
    """A SIRET with right keys for the SIREN and the whole: fictitious, yet accepted where real ones are."""
    stem = f"9000{rank:04d}"
    siren = next(f"{stem}{key}" for key in range(10) if luhn(f"{stem}{key}"))
    return next(f"{siren}0001{key}" for key in range(10) if luhn(f"{siren}0001{key}"))
