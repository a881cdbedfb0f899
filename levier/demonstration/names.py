"""Fictitious companies, people and accounts. SIREN numbers begin with 9 000: none was ever given."""

from levier.accounts.values import Role
from levier.foundation.identifiers import luhn

BUYER_SIRET = "22130001500247"
BUYER_NAME = "Département des Bouches-du-Rhône"

COMPANIES = (
    "Bâti Sud Provence", "Étang Travaux Publics", "Garrigue Paysages", "Calanque Rénovation", "Mistral Propreté",
    "Alpilles Menuiserie", "Lumière du Sud", "Crau Terrassement", "Sainte-Victoire Peinture", "Camargue Voirie",
    "Côte Bleue Étanchéité", "Garlaban Électricité", "Luberon Charpente", "Phocéa Nettoyage", "Provence Sécurité Privée",
    "Tramontane Génie Civil", "Cigale Espaces Verts", "Baronnies Plomberie", "Sainte-Baume Bâtiment", "Rove Restauration",
    "Arbois Informatique", "Berre Déménagement", "Trévaresse Toiture", "Nerthe Démolition", "Estaque Gardiennage",
    "Vallon Ingénierie", "Montagnette Bois", "Vigueirat Canalisations", "Huveaune Façades", "Lavandin Services",
)  # fmt: skip
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
JOBS = (
    ("F1703", "Aide-maçon"), ("F1606", "Peintre en bâtiment"), ("F1702", "Ouvrier de voirie"), ("A1203", "Ouvrier paysagiste"),
    ("K2204", "Agent de propreté"), ("F1602", "Aide-électricien"), ("K2503", "Agent de sécurité"), ("F1704", "Manœuvre"),
)  # fmt: skip

MISSION = ("mission@demo.test", "Claire Vasseur", Role.MISSION)
BUYER = ("acheteur@demo.test", "Paul Estève", Role.BUYER)


def company_siret(rank: int) -> str:
    """A SIRET with right keys for the SIREN and the whole: fictitious, yet accepted where real ones are."""
    stem = f"9000{rank:04d}"
    siren = next(f"{stem}{key}" for key in range(10) if luhn(f"{stem}{key}"))
    return next(f"{siren}0001{key}" for key in range(10) if luhn(f"{siren}0001{key}"))
