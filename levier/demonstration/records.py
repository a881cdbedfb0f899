"""Seven hundred fictitious contracts in the official 2022 format, with the shape of real ones.

Quantiles of amounts and durations, shares of categories, divided contracts and places said only as "13" were measured once
on real open data (2,576 works, 2,389 services, 1,588 supplies); no real record is copied.
"""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from levier.demonstration.names import BUYER_SIRET, COMPANIES, company_siret

SEED = 20261125
CONTRACTS = 700
PROBABILITIES = (0.0, 0.05, 0.10, 0.25, 0.40, 0.50, 0.60, 0.75, 0.90, 0.95, 0.99)
AMOUNTS = {
    "works": (4000, 8102, 13462, 30166, 49628, 73684, 105552, 196920, 595000, 1200000, 5928483),
    "services": (2500, 3965, 7380, 20914, 37981, 55630, 85000, 180000, 472210, 867200, 3878000),
    "supplies": (3000, 5500, 10000, 28000, 46000, 63100, 90000, 177600, 442331, 1000000, 4186000),
}
DURATIONS = {
    "works": (1, 1, 2, 4, 7, 9, 11, 12, 24, 38, 48),
    "services": (4, 4, 8, 12, 12, 24, 36, 48, 48, 60, 72),
    "supplies": (2, 2, 4, 12, 12, 12, 15, 48, 48, 48, 60),
}
LOTS = ((1, 0.93), (2, 0.04), (3, 0.02), (4, 0.01))
ONLY_THE_DEPARTEMENT = 0.72
"""Share of real contracts of the Bouches-du-Rhône that say no more of their place than "13"."""
PLACES = (
    ("13127", "Vitrolles"), ("13090", "Aix-en-Provence"), ("13300", "Salon-de-Provence"), ("13500", "Martigues"),
    ("13200", "Arles"), ("13400", "Aubagne"), ("13700", "Marignane"), ("13800", "Istres"), ("13600", "La Ciotat"),
    ("13013", "Marseille"), ("13120", "Gardanne"), ("13140", "Miramas"), ("13210", "Saint-Rémy-de-Provence"), ("84120", "Pertuis"),
)  # fmt: skip
SUBJECTS: dict[str, tuple[tuple[str, str], ...]] = {
    "works": (
        ("45214210", "Réhabilitation du collège {place}"),
        ("45233141", "RD {road}, réfection de chaussée, {place}"),
        ("45210000", "Restructuration de la maison départementale de la solidarité, {place}"),
        ("45453100", "Rénovation énergétique du collège {place}"),
        ("45221111", "Confortement d’un ouvrage d’art sur la RD {road}, {place}"),
        ("45261210", "Réfection de toiture, maison du bel âge, {place}"),
        ("45442110", "Peinture et finitions, bâtiments départementaux, {place}"),
        ("45310000", "Mise aux normes électriques, collège {place}"),
        ("45112700", "Aménagement des abords du collège {place}"),
    ),
    "services": (
        ("90911200", "Nettoyage des collèges, secteur {place}"),
        ("77310000", "Entretien des espaces verts, secteur {place}"),
        ("79713000", "Gardiennage des bâtiments départementaux, {place}"),
        ("79711000", "Télésurveillance des sites départementaux, {place}"),
        ("55524000", "Restauration du collège {place}"),
        ("98392000", "Déménagement de services départementaux, {place}"),
        ("71240000", "Maîtrise d’œuvre, collège {place}"),
        ("72250000", "Assistance informatique des collèges, {place}"),
        ("80500000", "Formation des agents, {place}"),
        ("90511000", "Collecte des déchets des ports départementaux, {place}"),
    ),
    "supplies": (
        ("39160000", "Mobilier scolaire des collèges"),
        ("30213100", "Ordinateurs portables des collégiens"),
        ("44113620", "Enrobés bitumineux pour les routes départementales"),
        ("15800000", "Denrées alimentaires des restaurants scolaires"),
        ("34130000", "Véhicules utilitaires du service des routes"),
        ("33141000", "Matériel médical de la protection maternelle et infantile"),
    ),
}


def records(today: date) -> list[dict[str, Any]]:
    """Records notified over the fourteen months before `today`, oldest first. The same day gives the same records."""
    draw = random.Random(SEED)  # noqa: S311 - a demonstration, not a secret
    found = []
    for rank in range(CONTRACTS):
        category = draw.choices(("works", "services", "supplies"), (0.42, 0.36, 0.22))[0]
        notified = today - timedelta(days=int(400 * (1 - rank / CONTRACTS)) + draw.randrange(10))
        found += _contract(draw, rank, category, notified)
    return found


def _contract(draw: random.Random, rank: int, category: str, notified: date) -> list[dict[str, Any]]:
    code, place = draw.choice(PLACES)
    cpv, subject = draw.choice(SUBJECTS[category])
    title = subject.format(place=place, road=draw.choice((6, 7, 9, 10, 15, 20, 113, 268, 543, 560, 572)))
    lots = draw.choices([n for n, _ in LOTS], [w for _, w in LOTS])[0]
    months = max(1, round(_quantile(draw.random(), DURATIONS[category])))
    wide = draw.random() < ONLY_THE_DEPARTEMENT
    trades = draw.sample(("Gros œuvre", "Peinture", "Électricité", "Menuiseries", "Plomberie", "Espaces verts"), lots)
    return [
        _record(
            draw,
            identifier=f"{notified.year}{rank:05d}",
            title=f"{title} - Lot {number} : {trades[number - 1]}" if lots > 1 else title,
            cpv=cpv,
            category=category,
            months=months,
            notified=notified,
            place={"code": "13", "typeCode": "Code département"} if wide else {"code": code, "typeCode": "Code postal"},
        )
        for number in range(1, lots + 1)
    ]


def _record(
    draw: random.Random,
    *,
    identifier: str,
    title: str,
    cpv: str,
    category: str,
    months: int,
    notified: date,
    place: dict[str, str],
) -> dict[str, Any]:
    amount = Decimal(round(_quantile(draw.random(), AMOUNTS[category]) * 1.35, 2)).quantize(Decimal("0.01"))
    flagged = draw.random()
    published: Any = 1 if flagged < 0.004 else 999999999 if flagged < 0.006 else float(amount)
    holders = draw.sample(range(len(COMPANIES)), draw.choices((1, 2), (0.92, 0.08))[0])
    clause = category == "works" and amount >= 200_000
    return {
        "id": identifier[:16],
        "acheteur": {"id": BUYER_SIRET},
        "nature": "Marché",
        "objet": title,
        "codeCPV": cpv,
        "procedure": "Appel d'offres ouvert" if amount > 221_000 else "Procédure adaptée",
        "lieuExecution": place,
        "dureeMois": months,
        "dateNotification": notified.isoformat(),
        "datePublicationDonnees": (notified + timedelta(days=20)).isoformat(),
        "montant": published,
        "formePrix": "Unitaire",
        "attributionAvance": False,
        "offresRecues": draw.randint(1, 8),
        "marcheInnovant": False,
        "ccag": "Travaux" if category == "works" else "Fournitures courantes et services",
        "sousTraitanceDeclaree": False,
        "typeGroupementOperateurs": "Conjoint" if len(holders) > 1 else "Pas de groupement",
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": company_siret(one)}} for one in holders],
        "considerationsSociales": {
            "considerationSociale": ["Clause sociale" if clause else "Pas de considération sociale"]
        },
        "considerationsEnvironnementales": {"considerationEnvironnementale": ["Pas de considération environnementale"]},
        "modalitesExecution": {"modaliteExecution": ["Sans objet"]},
        "techniques": {"technique": ["Sans objet"]},
        "typesPrix": {"typePrix": ["Définitif révisable"]},
        "modifications": _amendments(draw, amount, notified),
    }


def _amendments(draw: random.Random, amount: Decimal, notified: date) -> list[dict[str, Any]]:
    if draw.random() > 0.08:
        return []
    signed = notified + timedelta(days=draw.randrange(60, 240))
    raised = (amount * Decimal(draw.choice(("1.04", "1.08", "1.15")))).quantize(Decimal("0.01"))
    return [
        {"modification": {"id": 1, "dateNotificationModification": signed.isoformat(), "montant": float(raised),
                          "datePublicationDonneesModification": signed.isoformat()}}
    ]  # fmt: skip


def _quantile(probability: float, values: tuple[int, ...]) -> float:
    for index in range(1, len(PROBABILITIES)):
        if probability <= PROBABILITIES[index]:
            left, right = PROBABILITIES[index - 1], PROBABILITIES[index]
            share = (probability - left) / (right - left)
            return values[index - 1] + share * (values[index] - values[index - 1])
    return float(values[-1])
