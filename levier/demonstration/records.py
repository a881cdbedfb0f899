"""Seven hundred fictitious contracts in the official 2022 format, with the shape of real ones.

Quantiles of amounts and durations, shares of categories, divided contracts and places said only as "13" were measured once
on real open data (2,576 works, 2,389 services, 1,588 supplies); no real record is copied.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from levier.demonstration.names import BUYER_SIRET, COMPANIES, COMPANY_TRADES, company_siret

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
PLACES = {
    "Marseille": ("13013", 5), "Aix-en-Provence": ("13090", 4), "Vitrolles": ("13127", 2), "Salon-de-Provence": ("13300", 2),
    "Martigues": ("13500", 2), "Arles": ("13200", 2), "Aubagne": ("13400", 2), "Marignane": ("13700", 2), "Istres": ("13800", 1),
    "La Ciotat": ("13600", 2), "Gardanne": ("13120", 1), "Miramas": ("13140", 1), "Saint-Rémy-de-Provence": ("13210", 1),
    "Pertuis": ("84120", 1),
}  # fmt: skip
SCHOOLS = ("Les Amandiers", "Les Restanques", "La Garrigue", "Les Micocouliers", "Le Grand Pin", "Les Tamaris", "Les Cyprès",
           "La Calanque", "Le Mas Neuf", "Les Lavandes")  # fmt: skip
ROADS = (6, 7, 9, 10, 15, 20, 113, 268, 543, 560, 572)
LARGE = Decimal(400_000)
OFTEN = 0.3
ALIKE = 0.4
"""Share of contracts whose length follows their amount."""
A_MONTH = Decimal(500_000)
"""The most that is built in a month."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a contract is about. `size`: large or small contracts only; `lots`: trades it is divided among."""

    cpv: str
    words: str
    trade: str
    size: str = ""
    lots: tuple[tuple[str, str], ...] = ()


TRADES = (("Gros œuvre", "building"), ("Peinture", "painting"), ("Électricité", "electricity"), ("Menuiseries", "joinery"),
          ("Plomberie, chauffage", "plumbing"), ("Couverture", "roofing"))  # fmt: skip
SUBJECTS: dict[str, tuple[Subject, ...]] = {
    "works": (
        Subject("45214210", "Réhabilitation du collège {school}, {place}", "building", "large", TRADES),
        Subject("45453100", "Rénovation énergétique du collège {school}, {place}", "building", "large", TRADES),
        Subject("45210000", "Restructuration de la maison de la solidarité, {place}", "building", "large", TRADES),
        Subject("45233141", "RD {road}, réfection de chaussée, {place}", "roads"),
        Subject("45221111", "RD {road}, confortement d’un ouvrage d’art, {place}", "structures"),
        Subject("45261210", "Toiture de la maison du bel âge, {place}", "roofing", "small"),
        Subject("45442110", "Peintures du collège {school}, {place}", "painting", "small"),
        Subject("45310000", "Mise aux normes électriques du collège {school}, {place}", "electricity", "small"),
        Subject("45112700", "Abords du collège {school}, {place}", "green"),
    ),
    "services": (
        Subject("90911200", "Nettoyage des collèges, secteur de {place}", "cleaning"),
        Subject("77310000", "Entretien des espaces verts, secteur de {place}", "green"),
        Subject("79713000", "Gardiennage des bâtiments départementaux, {place}", "guarding"),
        Subject("79711000", "Télésurveillance des sites départementaux, {place}", "guarding"),
        Subject("55524000", "Restauration du collège {school}, {place}", "catering"),
        Subject("98392000", "Déménagement de services départementaux, {place}", "removals"),
        Subject("71240000", "Maîtrise d’œuvre, collège {school}, {place}", "studies"),
        Subject("72250000", "Assistance informatique des collèges, secteur de {place}", "computing"),
        Subject("80500000", "Formation des agents, {place}", "training"),
        Subject("90511000", "Collecte des déchets des ports départementaux, {place}", "waste"),
    ),
    "supplies": (
        Subject("39160000", "Mobilier scolaire des collèges", "furniture"),
        Subject("30213100", "Ordinateurs portables des collégiens", "computing"),
        Subject("44113620", "Enrobés bitumineux pour les routes départementales", "asphalt"),
        Subject("15800000", "Denrées alimentaires des restaurants scolaires", "catering"),
        Subject("34130000", "Véhicules utilitaires du service des routes", "vehicles"),
        Subject("33141000", "Matériel médical de la protection maternelle et infantile", "medical"),
    ),
}
SECTORS = ("nord", "sud", "est", "ouest")


def place_in(title: str) -> str:
    """The postcode of the place a title ends with, the way a reader would know where it is; empty where it names none."""
    return next((code for name, (code, _) in PLACES.items() if title.endswith(name) or f"{name} - Lot" in title), "")


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
    """One published id: one lot or several, of a size and a length that go together."""
    rung = draw.random()
    amount = _amount(category, rung)
    subject = draw.choice([one for one in SUBJECTS[category] if one.size != ("small" if amount > LARGE else "large")])
    place = draw.choices(list(PLACES), [weight for _, weight in PLACES.values()])[0]
    title = subject.words.format(place=place, road=draw.choice(ROADS), school=draw.choice(SCHOOLS))
    count = draw.choices([n for n, _ in LOTS], [w for _, w in LOTS])[0]
    # Large contracts are often the long ones, and none is done in a month.
    length = min(0.99, max(0.0, rung + draw.uniform(-0.2, 0.2))) if draw.random() < ALIKE else draw.random()
    months = max(1, int(amount / A_MONTH), round(_quantile(length, DURATIONS[category])))
    wide = draw.random() < ONLY_THE_DEPARTEMENT
    named = draw.sample(subject.lots or tuple((f"secteur {one}", subject.trade) for one in SECTORS), count)
    return [
        _record(
            draw,
            identifier=f"{notified.year}{rank:05d}",
            title=f"{title} - Lot {number} : {words}" if count > 1 else title,
            cpv=subject.cpv,
            trade=trade if count > 1 else subject.trade,
            amount=amount if number == 1 else _amount(category, draw.random() * rung),
            months=months,
            notified=notified,
            place={"code": "13", "typeCode": "Code département"}
            if wide
            else {"code": PLACES[place][0], "typeCode": "Code postal"},
        )
        for number, (words, trade) in enumerate(named, start=1)
    ]


def _amount(category: str, rung: float) -> Decimal:
    return Decimal(round(_quantile(rung, AMOUNTS[category]) * 1.35, 2)).quantize(Decimal("0.01"))


def _record(
    draw: random.Random,
    *,
    identifier: str,
    title: str,
    cpv: str,
    trade: str,
    amount: Decimal,
    months: int,
    notified: date,
    place: dict[str, str],
) -> dict[str, Any]:
    flagged = draw.random()
    published: Any = 1 if flagged < 0.004 else 999999999 if flagged < 0.006 else float(amount)
    able = [rank for rank, name in enumerate(COMPANIES) if trade in COMPANY_TRADES[name]]
    if 0 in able and draw.random() < OFTEN:
        able = [0]  # the company of the sign-in, so that it has something to show
    holders = draw.sample(able, min(len(able), draw.choices((1, 2), (0.92, 0.08))[0]))
    works = cpv.startswith("45")
    clause = works and amount >= 200_000
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
        "ccag": "Travaux" if works else "Fournitures courantes et services",
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
        **({"modifications": amendments} if (amendments := _amendments(draw, amount, notified)) else {}),
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
